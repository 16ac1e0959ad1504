// Package safe turns text that nobody vouches for into text that may be shown
// in a terminal: output of commands, file names, certificate names, log
// entries, runbook prose, and the commands that a person is asked to confirm.
//
// Nothing is removed. What could move the cursor, change colours, hide,
// reorder or imitate other text is shown as what it is, line by line, so that
// a reader sees the evidence and the terminal never acts on it. The rules:
//
//   - Printable runes, the ASCII space and the newline are shown as they are.
//     A tab becomes spaces up to the next column of eight.
//   - C0 controls and DEL are shown in caret notation: ^[ ^G ^M ^?.
//   - C1 controls, and bytes that are not valid UTF-8, are shown as \x9b.
//   - All else is shown by its code point, as in <U+202E>: bidirectional
//     overrides and isolates, zero-width and tag characters, variation
//     selectors, byte order marks, soft hyphens, other spaces, line and
//     paragraph separators, blank fillers, private use, unassigned code points
//     and noncharacters.
//   - A carriage return directly before a newline is part of the line's end
//     and is not shown; it can hide nothing there. Every other one is ^M.
//   - Combining marks stay on the letter they belong to, up to [MaxJoined] of
//     them; further ones, and marks that stand on nothing, are shown by their
//     code points. So no cell grows without bound, and no mark reaches text
//     outside the one it came with.
//
// No state lives longer than one rune: an escape sequence that never ends
// cannot swallow the lines after it. The notation is for reading and cannot be
// turned back: a text that holds the two characters ^[ looks the same as one
// that holds an escape. Bytes are kept exactly elsewhere.
package safe

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

const (
	// TabWidth is the distance of tab stops in cells.
	TabWidth = 8

	// MaxJoined is the number of runes that may follow the first one within
	// one user-perceived character. Vietnamese, Thai, Arabic and pointed Hebrew
	// need up to three.
	MaxJoined = 4
)

// Text returns s made safe to show on any number of lines. The only control
// rune in the result is the newline. Text(Text(s)) is Text(s), and a text that
// is already safe is returned as it is, without a copy where it is ASCII.
func Text(s string) string {
	if plainPrefix(s, true) == len(s) {
		return s
	}
	e := escaper{tabs: true, lines: true, out: make([]byte, 0, len(s)+len(s)/8)}
	e.consume([]byte(s), true)
	return string(e.out)
}

// Bytes is [Text] for bytes.
func Bytes(b []byte) string {
	if plainPrefix(b, true) == len(b) {
		return string(b)
	}
	e := escaper{tabs: true, lines: true, out: make([]byte, 0, len(b)+len(b)/8)}
	e.consume(b, true)
	return string(e.out)
}

// Line returns s made safe to show on one line, as a name or a value. A newline
// is shown as \n and a tab as ^I, because in a name both are worth seeing, and
// because the column in which the result will stand is not known here.
// Line(Line(s)) is Line(s).
func Line(s string) string {
	if plainPrefix(s, false) == len(s) {
		return s
	}
	e := escaper{out: make([]byte, 0, len(s)+len(s)/8)}
	e.consume([]byte(s), true)
	return string(e.out)
}

// ASCII returns [Text] with every rune beyond ASCII shown by its code point,
// for terminals and readers that have nothing else.
func ASCII(s string) string {
	s = Text(s)
	var b strings.Builder
	for _, r := range s {
		if r < utf8.RuneSelf {
			b.WriteByte(byte(r))
			continue
		}
		fmt.Fprintf(&b, "<U+%04X>", r)
	}
	return b.String()
}
