package session

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// lineWriter and lineReader know how the single values of a line are spelled.
// Both keep the first error and do nothing after it.
type lineWriter struct {
	b   []byte
	err error
}

type lineReader struct {
	s   string // the whole line, valid UTF-8
	i   int    // how far it is read
	err error
}

func (w *lineWriter) raw(s string) { w.b = append(w.b, s...) }
func (w *lineWriter) bool(v bool)  { w.b = strconv.AppendBool(w.b, v) }

func (w *lineWriter) fail(err error) {
	if w.err == nil {
		w.err = err
	}
}

func (r *lineReader) fail(format string, args ...any) {
	if r.err == nil {
		r.err = fmt.Errorf("byte %d: "+format, append([]any{r.i + 1}, args...)...)
	}
}

// skip takes a piece of text if it stands next.
func (r *lineReader) skip(s string) bool {
	if r.err != nil || !strings.HasPrefix(r.s[r.i:], s) {
		return false
	}
	r.i += len(s)
	return true
}

// hidden reports whether a character must not stand in the file as it is: the
// controls, the line and paragraph separators, and the marks that reorder
// text (Unicode Standard Annex 9). The list is part of the format.
func hidden(c rune) bool {
	return c < 0x20 || c >= 0x7f && c <= 0x9f || c == 0x061c || c == 0x200e || c == 0x200f ||
		c >= 0x2028 && c <= 0x202e || c >= 0x2066 && c <= 0x2069
}

// plain are the bytes that stand for themselves in any text: printable ASCII
// but the quote and the backslash.
var plain = func() (all [256]bool) {
	for c := ' '; c <= '~'; c++ {
		all[c] = c != '"' && c != '\\'
	}
	return all
}()

var errNotUTF8 = errors.New("the text holds bytes that are not UTF-8")

func (w *lineWriter) string(s string) {
	if !utf8.ValidString(s) {
		w.fail(errNotUTF8)
		return
	}
	w.b = appendQuoted(w.b, s)
}

func appendQuoted(b []byte, s string) []byte {
	const digits = "0123456789abcdef"
	b = append(b, '"')
	for _, c := range s {
		switch {
		case c == '"' || c == '\\':
			b = append(b, '\\', byte(c))
		case c == '\n':
			b = append(b, `\n`...)
		case c == '\r':
			b = append(b, `\r`...)
		case c == '\t':
			b = append(b, `\t`...)
		case hidden(c):
			b = append(b, '\\', 'u', digits[c>>12], digits[c>>8&15], digits[c>>4&15], digits[c&15])
		default:
			b = utf8.AppendRune(b, c)
		}
	}
	return append(b, '"')
}

// string takes a text. What it returns shares the memory of the line.
func (r *lineReader) string() string {
	if !r.skip(`"`) {
		r.fail("a text was expected")
		return ""
	}
	start := r.i
	for r.i < len(r.s) && plain[r.s[r.i]] {
		r.i++
	}
	if r.skip(`"`) {
		return r.s[start : r.i-1]
	}
	return r.unusualString(start)
}

// unusualString takes a text that holds more than plain ASCII.
func (r *lineReader) unusualString(start int) string {
	for r.i < len(r.s) && r.s[r.i] != '"' {
		if r.s[r.i] == '\\' {
			r.i++
		}
		r.i++
	}
	if r.i >= len(r.s) {
		r.i = start
		r.fail("the text has no end")
		return ""
	}
	quoted := r.s[start:r.i]
	text, ok := unquote(quoted)
	if !ok {
		r.i = start
		r.fail("the text is not spelled in the form of the record")
		return ""
	}
	r.i++
	return text
}

// unquote turns the inside of a quoted text back. It reports false for every
// spelling that appendQuoted does not give.
func unquote(s string) (string, bool) {
	if !strings.Contains(s, `\`) {
		return s, !strings.ContainsFunc(s, hidden)
	}
	b := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' {
			b = append(b, s[i])
			continue
		}
		if i++; i == len(s) {
			return "", false
		}
		switch s[i] {
		case '"', '\\':
			b = append(b, s[i])
		case 'n':
			b = append(b, '\n')
		case 'r':
			b = append(b, '\r')
		case 't':
			b = append(b, '\t')
		case 'u':
			if i+5 > len(s) {
				return "", false
			}
			c, err := strconv.ParseUint(s[i+1:i+5], 16, 16)
			if err != nil {
				return "", false
			}
			b = utf8.AppendRune(b, rune(c))
			i += 4
		default:
			return "", false
		}
	}
	// Only the one right spelling gives the same text again.
	text := string(b)
	return text, string(appendQuoted(nil, text)) == `"`+s+`"`
}
