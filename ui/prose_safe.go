package ui

import (
	"html"
	"regexp"
	"strings"

	"wsc-respond/steps/safe"
)

// Markdown is made safe twice. Before it is rendered, so that no control
// character of the text is taken for one of the renderer's; also those that
// stand there as an entity, which the renderer would turn into the character
// itself. And after, so that nothing is left but text and styles: the renderer
// makes links that a terminal follows on a click, whatever they are called.

var (
	entity    = regexp.MustCompile(`&(#[0-9]{1,8}|#[xX][0-9a-fA-F]{1,8}|[A-Za-z][A-Za-z0-9]{1,31});`)
	hyperlink = regexp.MustCompile("\x1b\\]8;[^\x07\x1b]*(\x07|\x1b\\\\)") // OSC 8
	style     = regexp.MustCompile("\x1b\\[[0-9;:]*m")                     // SGR
)

// safeMarkdown makes a text safe to render.
func safeMarkdown(text string) string {
	return entity.ReplaceAllStringFunc(safe.Text(text), func(written string) string {
		meant := html.UnescapeString(written)
		if shown := safe.Line(meant); shown != meant {
			return shown
		}
		return written
	})
}

// onlyStyles keeps text and styles of what was rendered.
func onlyStyles(rendered string) string {
	rendered = hyperlink.ReplaceAllString(rendered, "")
	var b strings.Builder
	from := 0
	for _, at := range style.FindAllStringIndex(rendered, -1) {
		b.WriteString(safe.Text(rendered[from:at[0]]))
		b.WriteString(rendered[at[0]:at[1]])
		from = at[1]
	}
	b.WriteString(safe.Text(rendered[from:]))
	return b.String()
}
