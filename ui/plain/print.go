package plain

import (
	"fmt"
	"io"
	"strings"
	"time"

	"wsc-respond/steps/safe"
)

// Width is how wide a line may be, in cells.
const Width = 78

// hang is what rows begin with that go on from the row before, so that text
// from outside cannot make itself a row that looks like the program's own.
const hang = "  "

// printer writes lines: safe, wrapped, and nothing else.
type printer struct {
	w        io.Writer
	ascii    bool
	prompted bool  // the prompt stands in the last row
	err      error // the first that a write gave
}

// say writes one paragraph. Line breaks within it are shown, not made.
func (p *printer) say(format string, args ...any) {
	text := p.own(safe.Line(fmt.Sprintf(format, args...)))
	rows := wrapWords(text, Width, Width-len(hang))
	for i, row := range rows {
		if i > 0 {
			row = hang + row
		}
		p.row(row)
	}
}

// item writes a paragraph that belongs to the one above: indented.
func (p *printer) item(format string, args ...any) {
	text := p.own(safe.Line(fmt.Sprintf(format, args...)))
	p.indented(text, hang)
}

// block writes a text of several lines, such as prose, indented.
func (p *printer) block(text string) {
	for line := range strings.SplitSeq(p.own(safe.Text(strings.Trim(text, "\n"))), "\n") {
		for _, row := range wrapWords(line, Width-len(hang), Width-len(hang)) {
			p.row(hang + row)
		}
	}
}

// output writes a line that a command wrote, indented, and what of it does not
// fit into a row further in.
func (p *printer) output(line string) {
	for part := range strings.SplitSeq(p.own(safe.Text(line)), "\n") {
		p.indented(part, hang)
	}
}

func (p *printer) indented(line, indent string) {
	for i, row := range wrapWords(line, Width-len(indent), Width-len(indent)-len(hang)) {
		if i > 0 {
			row = hang + row
		}
		p.row(indent + row)
	}
}

// goesOn begins a row of a shell text that continues the one above.
const goesOn = "... "

// exact writes a text so that nothing is left out and nothing added: broken at
// the last cell, never between words. It reports whether a line was broken.
func (p *printer) exact(text string) (broken bool) {
	for line := range strings.SplitSeq(p.own(safe.Text(text)), "\n") {
		first := true
		for _, row := range safe.Wrap(line, Width-len(hang)-len(goesOn)) {
			if !first {
				row, broken = goesOn+row, true
			}
			p.row(hang + row)
			first = false
		}
	}
	return broken
}

// own keeps to ASCII where the reader has nothing else.
func (p *printer) own(text string) string {
	if !p.ascii {
		return text
	}
	return safe.ASCII(strings.NewReplacer("·", "-", "…", "...", "→", "->").Replace(text))
}

func (p *printer) row(text string) {
	if p.prompted {
		p.prompted = false
		p.write("\n")
	}
	p.write(strings.TrimRight(text, " ") + "\n")
}

// prompt shows that a line is waited for, unless it is shown already.
func (p *printer) prompt() {
	if !p.prompted {
		p.write("> ")
		p.prompted = true
	}
}

func (p *printer) write(text string) {
	if p.err == nil {
		_, p.err = io.WriteString(p.w, text)
	}
}

// wrapWords breaks a safe line between words where it can: the first row after
// first cells, those after it after rest. Blanks at its beginning are kept.
func wrapWords(line string, first, rest int) []string {
	var rows []string
	for width := first; safe.Width(line) > width; width = rest {
		head := safe.Wrap(line, width)[0]
		if cut := strings.LastIndexByte(head, ' '); cut > 0 && strings.TrimLeft(head[:cut], " ") != "" && line[len(head)] != ' ' {
			head = head[:cut]
		}
		rows = append(rows, head)
		line = strings.TrimLeft(line[len(head):], " ")
	}
	return append(rows, line)
}

// count says a number of things: "1 line", "2 lines".
func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// sayTime is a time in UTC, with its date unless that is today's, and the
// same in another zone beside it.
func sayTime(t, now time.Time, zone *time.Location) string {
	form := "15:04:05 UTC"
	if t.UTC().Format(time.DateOnly) != now.UTC().Format(time.DateOnly) {
		form = "2006-01-02 15:04:05 UTC"
	}
	text := t.UTC().Format(form)
	if zone == nil {
		return text
	}
	if _, offset := t.In(zone).Zone(); offset != 0 {
		text += t.In(zone).Format(" (15:04 -0700)")
	}
	return text
}
