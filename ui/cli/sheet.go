package cli

import (
	"fmt"
	"strings"

	"wsc-respond/steps/safe"
)

// This file lays out what commands say to people. Nearly all of it comes from
// files of others, so nothing is laid out before it was made safe.

// textColumns is the width that texts for people keep to, where names and
// digests allow.
const textColumns = 80

// shown is a text from anywhere on one line, safe to show and with no more
// than ASCII where that is wanted.
func (p *program) shown(text string) string {
	if p.ascii {
		return safe.ASCII(strings.NewReplacer("“", `"`, "”", `"`, "…", "...").Replace(safe.Line(text)))
	}
	return safe.Line(text)
}

// orDash is a text, or the mark for none.
func (p *program) orDash(text string) string {
	if text == "" {
		return p.mark(markNone)
	}
	return text
}

// sheet is what is said, line by line, each of them made safe.
type sheet struct {
	strings.Builder
	p *program
}

// line is a line of its own, however long it is.
func (s *sheet) line(format string, args ...any) {
	s.WriteString(s.p.shown(fmt.Sprintf(format, args...)) + "\n")
}

// blank is an empty line.
func (s *sheet) blank() { s.WriteString("\n") }

// field is a name and what is said under it; longer texts go on below
// themselves.
func (s *sheet) field(name, format string, args ...any) {
	s.hang(fmt.Sprintf("  %-11s ", name), fmt.Sprintf(format, args...))
}

// state is a mark and what is said of it.
func (s *sheet) state(m mark, format string, args ...any) {
	s.hang("  "+s.p.mark(m)+" ", fmt.Sprintf(format, args...))
}

// hang is a text behind what begins its first line, which goes on below
// itself.
func (s *sheet) hang(begin, text string) {
	s.WriteString(hanging(begin, s.p.shown(text), s.p.columns()))
}

// hanging wraps a text at so many columns, behind what begins its first line.
// A word that is too long for a line, as digests and paths are, stays whole,
// and so do several spaces in a row: names of files have them.
func hanging(begin, text string, columns int) string {
	var lines strings.Builder
	indent := strings.Repeat(" ", safe.Width(begin))
	line, width := begin, len(indent)
	for i, word := range strings.Split(text, " ") {
		switch wide := safe.Width(word); {
		case i == 0:
			line, width = line+word, width+wide
		case width+1+wide <= columns:
			line, width = line+" "+word, width+1+wide
		default:
			lines.WriteString(line + "\n")
			line, width = indent+word, len(indent)+wide
		}
	}
	return lines.String() + strings.TrimRight(line, " ") + "\n"
}

// table is rows of cells, which were made safe; the first is that of the heads
// where there is something below. That stands under a row, counted from 0
// without the heads; nil is nothing.
func (s *sheet) table(rows [][]string, below func(row int)) {
	widths := make([]int, len(rows[0]))
	for _, row := range rows {
		for i, cell := range row {
			widths[i] = max(widths[i], safe.Width(cell))
		}
	}
	for i, row := range rows {
		s.WriteString(aligned(row, widths) + "\n")
		if i > 0 && below != nil {
			below(i - 1)
		}
	}
}

// aligned is one line of a table; the last column is not filled up.
func aligned(row []string, widths []int) string {
	var line strings.Builder
	for i, cell := range row {
		line.WriteString(cell)
		if i < len(row)-1 {
			line.WriteString(strings.Repeat(" ", widths[i]-safe.Width(cell)+2))
		}
	}
	return line.String()
}
