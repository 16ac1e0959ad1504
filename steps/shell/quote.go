package shell

import (
	"fmt"
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"

	"mvdan.cc/sh/v3/syntax"
)

// Quote returns value as one word of bash, for showing and for copying; pasted
// into a terminal it stays that word and that value, also where history
// expansion is on. What cannot be printed is written as $'\x1b', byte by byte,
// so that the result is printable, on one line, and means the same in every
// locale. A null byte, which no value can hold, ends the value.
func Quote(value string) string {
	value, _, _ = strings.Cut(value, "\x00")
	switch {
	case value == "":
		return "''"
	case strings.IndexFunc(value, needsQuotes) < 0:
		return value
	case utf8.ValidString(value) && strings.IndexFunc(value, isUnprintable) < 0:
		return "'" + strings.ReplaceAll(value, "'", `'\''`) + "'"
	}
	return ansiQuoted(value)
}

// WithAssignments returns text to copy into another bash: a line for each value
// that exports it, in the order of the names, and then the text as it is. The
// lines come first because bash expands "$X" in X=1 cmd "$X" before it assigns.
// Names that are no names are left out.
func WithAssignments(text string, values map[string]string) string {
	names := make([]string, 0, len(values))
	for name := range values {
		if syntax.ValidName(name) {
			names = append(names, name)
		}
	}
	sort.Strings(names)
	var b strings.Builder
	for _, name := range names {
		fmt.Fprintf(&b, "export %s=%s\n", name, Quote(values[name]))
	}
	b.WriteString(text)
	return b.String()
}

func needsQuotes(r rune) bool {
	return r >= utf8.RuneSelf || !isNameByte(byte(r)) && !strings.ContainsRune("./:@%+,-", r)
}

func isUnprintable(r rune) bool { return !unicode.IsPrint(r) }

// ansiQuoted writes ! and ' by number too: history expansion does not know this
// kind of quotes.
func ansiQuoted(value string) string {
	var b strings.Builder
	b.WriteString("$'")
	for len(value) > 0 {
		r, size := utf8.DecodeRuneInString(value)
		switch {
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\t':
			b.WriteString(`\t`)
		case r == '\\':
			b.WriteString(`\\`)
		case r == '!' || r == '\'' || isUnprintable(r) || r == utf8.RuneError && size == 1:
			for _, c := range []byte(value[:size]) {
				fmt.Fprintf(&b, `\x%02x`, c)
			}
		default:
			b.WriteString(value[:size])
		}
		value = value[size:]
	}
	b.WriteByte('\'')
	return b.String()
}
