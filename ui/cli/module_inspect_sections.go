package cli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"wsc-respond/steps/wasmsig"
)

// maxContentLines is how much of a section's content is told to people, in
// lines; --json has up to 1 MiB of it.
const maxContentLines = 40

// sections tells what else is in the module that bears on how it came to be.
func (page *inspectionPage) sections() {
	if len(page.found.Sections) == 0 {
		return
	}
	page.blank()
	page.line("  Also in the module; what it says is worth what the signature is worth")
	for _, s := range page.found.Sections {
		page.hang("  ", fmt.Sprintf("%s, %s at byte %d: %s", s.Name, count(int(s.Size), "byte"), s.Offset, s.About))
		page.line("    sha256 %s", s.SHA256)
		page.sectionContent(s)
	}
}

// sectionContent shows a section's JSON, a field a line.
func (page *inspectionPage) sectionContent(s wasmsig.SectionReport) {
	var text bytes.Buffer
	switch {
	case s.NotShown != "":
		page.hang("    ", s.NotShown)
		return
	case len(s.Content) == 0 || json.Indent(&text, s.Content, "", "  ") != nil:
		page.line("    its content is no JSON that can be read")
		return
	}
	lines := strings.Split(text.String(), "\n")
	for _, line := range lines[:min(len(lines), maxContentLines)] {
		inner := strings.TrimLeft(line, " ")
		page.hang("    "+line[:len(line)-len(inner)], inner)
	}
	if more := len(lines) - maxContentLines; more > 0 {
		page.line("    and %s; --json has all", count(more, "more line"))
	}
}
