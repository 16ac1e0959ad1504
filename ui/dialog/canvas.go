package dialog

import (
	"strings"
	"unicode/utf8"

	"charm.land/lipgloss/v2"

	"wsc-respond/steps/safe"
	"wsc-respond/ui/theme"
)

// canvas is what a dialog draws on: the styles, and the cells there are. Text
// from outside goes through text or line, the program's own through own; both
// keep to ASCII where the terminal has nothing else.
type canvas struct {
	theme.Styles
	width, height int // of the text: without the margins
	ascii         bool
}

// margin is the empty columns left and right of the text, and Margins both
// together.
const (
	margin  = 1
	Margins = 2 * margin
)

func newCanvas(s theme.Styles, width, height int) canvas {
	return canvas{Styles: s, width: max(width-2*margin, 1), height: max(height, 1), ascii: onlyASCII(s.Glyphs)}
}

// onlyASCII tells from the glyphs whether the terminal shows signs outside
// ASCII.
func onlyASCII(g theme.Glyphs) bool {
	for _, sign := range []string{g.Done, g.Cursor, g.Rule, g.Full, g.Bullet, g.Ellipsis} {
		for i := range len(sign) {
			if sign[i] >= utf8.RuneSelf {
				return false
			}
		}
	}
	return true
}

// own prepares the program's own words.
func (c canvas) own(words string) string {
	if !c.ascii {
		return words
	}
	return strings.NewReplacer("·", "-", "→", "->", "…", "...", "≤", "<=").Replace(words)
}

// text makes a text from outside safe, on any number of lines.
func (c canvas) text(outside string) string {
	if c.ascii {
		return safe.ASCII(outside)
	}
	return safe.Text(outside)
}

// line makes a text from outside safe on one line.
func (c canvas) line(outside string) string {
	if c.ascii {
		return safe.ASCII(safe.Line(outside))
	}
	return safe.Line(outside)
}

// cut shortens a safe text to a width, visibly.
func (c canvas) cut(text string, width int) string {
	return safe.Truncate(text, max(width, 0), c.Glyphs.Ellipsis)
}

// words breaks a safe text between words, and renders each row.
func (c canvas) words(text string, style lipgloss.Style) []string {
	return rendered(wrapWords(text, c.width), style)
}

// exact breaks a safe text at the last cell, so that nothing is left out or
// added: for shell text.
func (c canvas) exact(text string, width int, style lipgloss.Style) []string {
	return rendered(safe.Wrap(text, width), style)
}

func rendered(rows []string, style lipgloss.Style) []string {
	out := make([]string, len(rows))
	for i, row := range rows {
		out[i] = style.Render(row)
	}
	return out
}

// indent puts first before the first row, and as many blanks before the rest.
func indent(first string, rows []string) []string {
	out := make([]string, len(rows))
	blank := strings.Repeat(" ", lipgloss.Width(first))
	for i, row := range rows {
		out[i] = blank + row
		if i == 0 {
			out[i] = first + row
		}
	}
	return out
}

// pad fills a styled or plain text with blanks up to a width.
func pad(text string, width int) string {
	return text + strings.Repeat(" ", max(width-lipgloss.Width(text), 0))
}

// spread puts right at the right edge of a row of the given width.
func spread(left, right string, width int) string {
	gap := width - lipgloss.Width(left) - lipgloss.Width(right)
	if right == "" || gap < 1 {
		return left
	}
	return left + strings.Repeat(" ", gap) + right
}

// wrapWords breaks each line of a safe text after at most width cells, between
// words where it can. Rows that go on keep the indentation of their line.
func wrapWords(text string, width int) []string {
	var rows []string
	for line := range strings.SplitSeq(text, "\n") {
		rows = append(rows, wrapLine(line, max(width, 1))...)
	}
	return rows
}

func wrapLine(line string, width int) []string {
	if safe.Width(line) <= width {
		return []string{line}
	}
	body := strings.TrimLeft(line, " ")
	lead := line[:len(line)-len(body)]
	if len(lead) > width/2 {
		lead = ""
	}
	var rows []string
	row := ""
	for _, word := range strings.Split(body, " ") { // columns keep their spaces
		if row == "" && word == "" {
			continue
		}
		if row != "" && safe.Width(row)+1+safe.Width(word) <= width-len(lead) {
			row += " " + word
			continue
		}
		if row != "" {
			rows = append(rows, lead+row)
		}
		pieces := safe.Wrap(word, width-len(lead))
		for _, piece := range pieces[:len(pieces)-1] {
			rows = append(rows, lead+piece)
		}
		row = pieces[len(pieces)-1]
	}
	return append(rows, lead+row)
}
