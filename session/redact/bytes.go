package redact

import "bytes"

// class is a set of bytes.
type class [256]bool

func classOf(chars string) *class {
	var c class
	for i := range len(chars) {
		c[chars[i]] = true
	}
	return &c
}

func classWithout(chars string) *class {
	var c class
	for i := '!'; i < 256; i++ {
		c[i] = i != 0x7f
	}
	for i := range len(chars) {
		c[chars[i]] = false
	}
	return &c
}

const (
	lowers   = "abcdefghijklmnopqrstuvwxyz"
	uppers   = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	digits   = "0123456789"
	alphanum = lowers + uppers + digits
)

// The sets that the rules are made of; nothing writes to them.
var (
	alnumClass     = classOf(alphanum)
	upperNumClass  = classOf(uppers + digits)
	wordClass      = classOf(alphanum + "_")
	nameClass      = classOf(alphanum + "_.-")
	hexClass       = classOf("0123456789abcdefABCDEF")
	base64Class    = classOf(alphanum + "+/")
	base64urlClass = classOf(alphanum + "_-")
	// tokenClass holds what any token is made of. A partial line is never
	// passed on in the middle of such a word.
	tokenClass = classOf(alphanum + "+/=_.-~%")
)

func isDigit(c byte) bool { return c >= '0' && c <= '9' }
func isLower(c byte) bool { return c >= 'a' && c <= 'z' }
func isUpper(c byte) bool { return c >= 'A' && c <= 'Z' }
func isAlnum(c byte) bool { return alnumClass[c] }

// indexByte is bytes.IndexByte with the length for "not found".
func indexByte(b []byte, c byte) int {
	if i := bytes.IndexByte(b, c); i >= 0 {
		return i
	}
	return len(b)
}

// runEnd returns where the run of bytes of c that begins at i ends, at most
// limit bytes on.
func runEnd(b []byte, i int, c *class, limit int) int {
	stop := min(len(b), i+limit)
	for i < stop && c[b[i]] {
		i++
	}
	return i
}

// all says whether every byte of b is in c.
func all(b []byte, c *class) bool { return runEnd(b, 0, c, len(b)) == len(b) }

// hasFold says whether b begins with the lower-case text, in any case.
func hasFold(b []byte, text string) bool {
	if len(b) < len(text) {
		return false
	}
	for i := range len(text) {
		c := b[i]
		if isUpper(c) {
			c |= 0x20
		}
		if c != text[i] {
			return false
		}
	}
	return true
}
