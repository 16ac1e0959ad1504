package cli

import (
	"fmt"
	"strings"

	"wsc-respond/steps/safe"
	"wsc-respond/steps/wasmsig"
)

// textColumns is the width that texts for people keep to, where names and
// digests allow.
const textColumns = 80

// sheet is what is said of modules, line by line. Nearly all of it comes from
// their files, so every line is made safe.
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

// hang wraps a text behind what begins its first line. A word that is too long
// for a line, as digests and addresses are, stays whole.
func (s *sheet) hang(begin, text string) {
	indent := strings.Repeat(" ", safe.Width(begin))
	line, empty := begin, true
	for word := range strings.FieldsSeq(s.p.shown(text)) {
		if !empty && safe.Width(line)+1+safe.Width(word) > textColumns {
			s.WriteString(line + "\n")
			line, empty = indent, true
		}
		if !empty {
			line += " "
		}
		line, empty = line+word, false
	}
	s.WriteString(strings.TrimRight(line, " ") + "\n")
}

// problems are what is wrong with a module, at the end, where they are seen.
func (s *sheet) problems(found []wasmsig.Problem) {
	for _, problem := range found {
		s.state(markFailed, "%s: %s", problem.Kind, problem.Detail)
	}
}
