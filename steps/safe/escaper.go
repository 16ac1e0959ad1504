package safe

import (
	"fmt"
	"unicode"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
)

// escaper makes text safe rune by rune. What it appends depends only on the
// text, never on where the text was split into chunks.
type escaper struct {
	tabs  bool // expand tabs; otherwise show them
	lines bool // keep newlines; otherwise show them

	// limit is the length of out, in bytes, at which a line is handed to row in
	// pieces; 0 is no limit. Only the stream sets limit and row.
	limit int
	row   func(text []byte, cut bool)

	out []byte

	// base is where the user-perceived character begins in out that a further
	// rune may join, or none; joined counts the runes that did.
	base   int
	joined int

	// col is the width in cells of this line before out[colAt:].
	col   int
	colAt int

	started bool
}

// none as a base: what stands last is a space, a notation or a line's end.
const none = -1

// consume makes b safe and returns how many bytes of it were used. What is left
// over needs the bytes that follow it to be understood; when final is set
// nothing follows and nothing is left over.
func (e *escaper) consume(b []byte, final bool) int {
	if !e.started {
		e.started, e.base = true, none
	}
	for i := 0; i < len(b); {
		if n := plainPrefix(b[i:], false); n > 0 {
			e.plain(b[i : i+n])
			i += n
			continue
		}
		n := e.special(b[i:], final)
		if n == 0 {
			return i
		}
		i += n
	}
	return len(b)
}

// plain appends printable ASCII.
func (e *escaper) plain(b []byte) {
	for len(b) > 0 {
		e.begin()
		n := len(b)
		if e.limit > 0 {
			n = min(n, e.limit-len(e.out))
		}
		e.out = append(e.out, b[:n]...)
		b = b[n:]
	}
	if last := len(e.out) - 1; e.out[last] != ' ' {
		e.base, e.joined = last, 0
	}
}

// special handles what b begins with where that is not printable ASCII, and
// returns the bytes used: 0 if it cannot be told yet.
func (e *escaper) special(b []byte, final bool) int {
	switch c := b[0]; {
	case c == '\n':
		e.newline()
		return 1
	case c == '\t' && e.tabs:
		e.tab()
		return 1
	case c == '\r' && e.lines:
		return e.carriageReturn(b, final)
	case c < utf8.RuneSelf:
		e.begin()
		e.out = append(e.out, '^', c^0x40)
		return 1
	}
	if !final && !utf8.FullRune(b) {
		return 0
	}
	r, size := utf8.DecodeRune(b)
	switch {
	case r == utf8.RuneError && size == 1:
		e.begin()
		e.out = fmt.Appendf(e.out, `\x%02x`, b[0])
	case r <= 0x9f:
		e.begin()
		e.out = fmt.Appendf(e.out, `\x%02x`, r)
	case ordinary(r):
		e.character(b[:size])
	case !shown(r):
		e.codePoint(r)
	default:
		e.rune(r, b[:size])
	}
	return size
}

// carriageReturn drops a carriage return that is part of a line's end.
func (e *escaper) carriageReturn(b []byte, final bool) int {
	switch {
	case len(b) > 1 && b[1] == '\n':
		e.newline()
		return 2
	case len(b) > 1 || final:
		e.begin()
		e.out = append(e.out, "^M"...)
		return 1
	}
	return 0
}

// rune appends a printable rune beyond ASCII, given as its bytes too.
func (e *escaper) rune(r rune, text []byte) {
	hadBase := e.base != none
	if hadBase && e.joins(text) {
		if e.joined == MaxJoined {
			e.codePoint(r)
			return
		}
		e.out = append(e.out, text...)
		e.joined++
		return
	}
	if unicode.Is(unicode.M, r) && !hadBase || ansi.StringWidth(string(text)) == 0 {
		e.codePoint(r)
		return
	}
	e.character(text)
}

// joins reports whether text would become one user-perceived character with
// the one that stands last in out.
func (e *escaper) joins(text []byte) bool {
	together := append(e.out, text...)[e.base:]
	first, _ := ansi.FirstGraphemeCluster(together, ansi.GraphemeWidth)
	return len(first) == len(together)
}

// character appends a rune that further ones may join.
func (e *escaper) character(text []byte) {
	e.begin()
	e.base, e.joined = len(e.out), 0
	e.out = append(e.out, text...)
}

func (e *escaper) codePoint(r rune) {
	e.begin()
	e.out = fmt.Appendf(e.out, "<U+%04X>", r)
}

func (e *escaper) tab() {
	e.begin()
	e.measure()
	const stop = "        "
	spaces := stop[:TabWidth-e.col%TabWidth]
	e.out = append(e.out, spaces...)
	e.col += len(spaces)
	e.colAt = len(e.out)
}

func (e *escaper) newline() {
	switch {
	case !e.lines:
		e.begin()
		e.out = append(e.out, `\n`...)
		return
	case e.row != nil:
		e.row(e.out, false)
		e.out = e.out[:0]
	default:
		e.out = append(e.out, '\n')
	}
	e.base, e.col, e.colAt = none, 0, len(e.out)
}

// begin is called before a character, a notation or spaces are appended, and
// cuts the line where it has become too long: none of them is cut in two.
func (e *escaper) begin() {
	e.base = none
	if e.limit == 0 || len(e.out) < e.limit {
		return
	}
	e.measure()
	e.row(e.out, true)
	e.out, e.colAt = e.out[:0], 0
}

// measure brings col up to the end of out.
func (e *escaper) measure() {
	e.col += Width(string(e.out[e.colAt:]))
	e.colAt = len(e.out)
}
