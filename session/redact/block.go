package redact

import "bytes"

// A key block is what stands between "-----BEGIN … PRIVATE KEY-----" and
// "-----END" (RFC 7468, RFC 1421, RFC 9580 6.2). Both lines stay, the body is
// replaced, however long it is. The body is not held back: it is counted and
// dropped line by line. A line that cannot belong to a body ends the block,
// so that a mere mention of a BEGIN line does not swallow what follows it.

const (
	// longestSegment is how much of one line of a body is looked at.
	longestSegment = 8 << 10
	// inlineProof is how many bytes after BEGIN on its own line must look
	// like a body before it is taken for one.
	inlineProof = 40
	// fullLine is the length from which the base64 at the end of a line is a
	// line of a body, whatever stands before it.
	fullLine = 40
	// mostHeaders is how many lines may stand before the first full line.
	mostHeaders = 16
)

// block is a key block that has begun.
type block struct {
	kind    string
	prefix  []byte // what stood before BEGIN on its line, as shapeOf gives it
	inLines bool   // the line of BEGIN is over
	long    bool   // within a line longer than longestSegment
	inside  bool   // a body was seen on the line of BEGIN
	size    int    // bytes dropped
	ending  string
}

var labelClass = classOf(uppers + digits + " ")

// matchBlock looks for the rest of a BEGIN line of a private key at "BEGIN ".
func matchBlock(t text, i int) span {
	dashes := "-----"
	if !bytes.HasSuffix(t.b[:i], []byte(dashes)) {
		if dashes = " ----"; !bytes.HasSuffix(t.b[:i], []byte("---- ")) {
			return span{}
		}
	}
	to := runEnd(t.b, i, labelClass, 80)
	if dashes == " ----" {
		to-- // the blank belongs to the dashes (SSH2, RFC 4716)
	}
	if rest := t.b[to:]; !bytes.HasPrefix(rest, []byte(dashes)) {
		if !t.end && len(rest) < len(dashes) && bytes.HasPrefix([]byte(dashes), rest) {
			return span{start: to, more: true}
		}
		return span{}
	}
	label := t.b[i:to]
	if !bytes.HasSuffix(bytes.TrimSuffix(label, []byte(" BLOCK")), []byte("PRIVATE KEY")) {
		return span{}
	}
	kind := PrivateKey
	if bytes.Contains(label, []byte("OPENSSH")) {
		kind = OpenSSHKey
	}
	begun := &block{kind: kind, prefix: shapeOf(linePrefix(t.b, i-5))}
	at := to + len(dashes)
	return span{start: at, end: at, kind: kind, block: begun}
}

// linePrefix returns what stands before i on its line, at most 64 bytes.
func linePrefix(b []byte, i int) []byte {
	from := max(0, i-64)
	if nl := bytes.LastIndexByte(b[from:i], '\n'); nl >= 0 {
		from += nl + 1
	}
	return b[from:i]
}

// shapeOf brings line prefixes such as "key.pem:12:" and "key.pem-13-" into
// one form: numbers become 0, and the separators of grep a colon.
func shapeOf(prefix []byte) []byte {
	var shape []byte
	for _, c := range prefix {
		switch {
		case isDigit(c):
			c = '0'
			if n := len(shape); n > 0 && shape[n-1] == '0' {
				continue
			}
		case c == '-':
			c = ':'
		}
		shape = append(shape, c)
	}
	return shape
}

// eat drops what belongs to the block from the view. It says whether the
// block is over; if not, it needs more text.
func (k *block) eat(w *Writer, end bool) bool {
	for !k.inLines {
		if over, more := k.eatInline(w, end); over || more {
			return over
		}
	}
	if !k.inside {
		if begins, more := k.begins(w.view[w.done:], end); !begins {
			return !more
		}
	}
	for {
		line, whole := nextLine(w.view[w.done:], end)
		if line == nil {
			return end
		}
		if k.lineKind(line, whole) == otherLine {
			return true
		}
		k.drop(w, len(line), line)
		k.long = !whole
	}
}

// begins says whether a body follows: headers and an empty line may come
// before it, then a full line of base64, or short ones up to the END line.
func (k *block) begins(rest []byte, end bool) (yes, more bool) {
	short := false
	for range mostHeaders {
		line, whole := nextLine(rest, end)
		if line == nil {
			return end && short, !end
		}
		rest = rest[len(line):]
		switch k.lineKind(line, whole) {
		case bodyLine:
			return true, false
		case shortLine:
			short = true
		case otherLine:
			return short && isEnd(line), false
		}
	}
	return short, false
}

// nextLine returns the next line with its end, or a segment of a long one;
// nil if the line is not complete.
func nextLine(b []byte, end bool) (line []byte, whole bool) {
	if nl := bytes.IndexByte(b[:min(len(b), longestSegment)], '\n'); nl >= 0 {
		return b[:nl+1], true
	}
	if len(b) >= longestSegment {
		return b[:longestSegment], false
	}
	if end && len(b) > 0 {
		return b, true
	}
	return nil, false
}

// drop counts n bytes of the view as replaced and remembers how they ended.
func (k *block) drop(w *Writer, n int, line []byte) {
	k.size += n
	k.ending = ""
	for _, ending := range []string{"\r\n", "\n"} {
		if bytes.HasSuffix(line, []byte(ending)) {
			k.ending = ending
			break
		}
	}
	k.inside = true
	w.skipTo(w.done + n)
}

// inlineClass holds what a body on one line is made of: base64, and line ends
// escaped as in JSON or in a shell string.
var inlineClass = classOf(alphanum + "+/=\\ \t\r:,")

// eatInline handles the rest of the line of BEGIN. over: there is no body;
// more: it cannot be told yet.
func (k *block) eatInline(w *Writer, end bool) (over, more bool) {
	rest := w.view[w.done:]
	if closing := runEnd(rest, 0, closingClass, inlineProof); !k.inside && closing < inlineProof {
		if closing == len(rest) && !end {
			return false, true
		}
		if closing < len(rest) && rest[closing] == '\n' {
			k.inLines = true
			w.emit(w.done + closing + 1)
			return false, false
		}
	}
	to := runEnd(rest, 0, inlineClass, longestSegment)
	cut := to == len(rest) && !end
	switch {
	case !k.inside && cut && to < inlineProof:
		return false, true
	case !k.inside && to < inlineProof:
		return true, false
	case to < len(rest) && rest[to] == '\n':
		k.inLines = true
		k.drop(w, to+1, rest[:to+1])
		return false, false
	}
	k.drop(w, to, rest[:to])
	if to == longestSegment {
		return false, false
	}
	return !cut, cut
}

// closingClass holds what ends a line of source code that is a PEM line.
var closingClass = classOf("\\nr\"'+,;) \t\r")

var (
	bodyClass   = classOf(alphanum + "+/=")
	headerClass = classOf(alphanum + "-")
)

// lineKind says what a line can be in a body.
type lineKind int

const (
	otherLine lineKind = iota // not of a body
	emptyLine                 // empty, or a header
	shortLine                 // a word: the last line of a body, or any word
	bodyLine                  // a line of base64
)

func (k *block) lineKind(line []byte, whole bool) lineKind {
	if isEnd(line) {
		return otherLine
	}
	line = trimLineEnd(line)
	if k.long || !whole {
		if all(line, bodyClass) {
			return bodyLine
		}
		return otherLine
	}
	line = bytes.TrimLeft(line[shapeEnd(line, k.prefix):], " \t\"'+")
	switch {
	case len(line) == 0:
		return emptyLine
	case endsInBody(line):
		return bodyLine
	case all(line, bodyClass):
		return shortLine
	case isHeader(line):
		return emptyLine
	}
	return otherLine
}

// trimLineEnd cuts off what ends a line, also one of a string in source code:
// an escaped line end, a quote, and a plus or a backslash that continues it.
func trimLineEnd(line []byte) []byte {
	line = bytes.TrimRight(line, " \t\r\n")
	if bytes.HasSuffix(line, []byte(" +")) {
		line = bytes.TrimRight(line[:len(line)-2], " \t")
	}
	line = bytes.TrimRight(line, "\"',; \t")
	for _, escape := range []string{`\n`, `\r`} {
		line = bytes.TrimSuffix(line, []byte(escape))
	}
	return bytes.TrimRight(line, "\\ \t")
}

func isEnd(line []byte) bool {
	return bytes.Contains(line, []byte("-----END")) || bytes.Contains(line, []byte("---- END"))
}

// shapeEnd returns how many bytes of line have the given shape.
func shapeEnd(line, shape []byte) int {
	if len(shape) == 0 {
		return 0
	}
	for n := 1; n <= len(line) && n <= 96; n++ {
		if bytes.Equal(shapeOf(line[:n]), shape) && (n == len(line) || !isDigit(line[n]) || !isDigit(line[n-1])) {
			return n
		}
	}
	return 0
}

func endsInBody(line []byte) bool {
	n := 0
	for n < len(line) && bodyClass[line[len(line)-1-n]] {
		n++
	}
	return n >= fullLine
}

// isHeader says whether a line has the form "Name: value" of RFC 1421.
func isHeader(line []byte) bool {
	n := runEnd(line, 0, headerClass, 40)
	return n > 0 && bytes.HasPrefix(line[n:], []byte(": "))
}
