package redact

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"net/url"
	"slices"
	"strings"
)

// encodedLiteral is the length from which a literal is also looked for in
// encoded form: shorter ones would be found where they are not.
const encodedLiteral = 6

// needle is one form of a literal.
type needle struct {
	text []byte
	// before and after say that the neighbouring base64 character also holds
	// bits of the literal.
	before, after bool
}

// literals are the needles of one Writer.
type literals struct {
	all     []needle
	short   []needle // under keywordMin bytes: not for the keyword search
	longest int
}

func newLiterals(values [][]byte) literals {
	var l literals
	seen := map[string]bool{}
	for _, value := range values {
		value = withoutCodes(value)
		for _, n := range formsOf(value) {
			if len(n.text) == 0 || seen[string(n.text)] {
				continue
			}
			seen[string(n.text)] = true
			l.longest = max(l.longest, len(n.text))
			if len(n.text) < keywordMin {
				l.short = append(l.short, n)
			} else {
				l.all = append(l.all, n)
			}
		}
	}
	return l
}

// formsOf returns the forms in which a value may appear.
func formsOf(value []byte) []needle {
	forms := []needle{{text: value}}
	if len(value) < encodedLiteral {
		return forms
	}
	lower := hex.EncodeToString(value)
	plain := []string{
		lower, strings.ToUpper(lower),
		url.QueryEscape(string(value)), url.PathEscape(string(value)),
		percentLower(url.QueryEscape(string(value))), percentLower(url.PathEscape(string(value))),
		jsonEscape(value, true), jsonEscape(value, false),
	}
	for _, s := range plain {
		forms = append(forms, needle{text: []byte(s)})
	}
	for shift := range 3 {
		forms = append(forms,
			base64Form(base64.RawStdEncoding, value, shift),
			base64Form(base64.RawURLEncoding, value, shift))
	}
	return forms
}

// base64Form returns the characters that value always has in the base64 of a
// longer text when shift bytes stand before it in its group of three.
func base64Form(enc *base64.Encoding, value []byte, shift int) needle {
	padded := append(make([]byte, shift), value...)
	s := enc.EncodeToString(padded)
	from := (shift*8 + 5) / 6
	to := len(padded) * 8 / 6
	return needle{text: []byte(s[from:to]), before: shift > 0, after: to < len(s)}
}

// percentLower writes the hexadecimal digits of percent escapes in lower case.
func percentLower(s string) string {
	b := []byte(s)
	for i := 0; i+2 < len(b); i++ {
		if b[i] == '%' {
			copy(b[i+1:i+3], bytes.ToLower(b[i+1:i+3]))
		}
	}
	return string(b)
}

func jsonEscape(value []byte, html bool) string {
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(html)
	if enc.Encode(string(value)) != nil {
		return ""
	}
	return strings.Trim(strings.TrimSuffix(out.String(), "\n"), `"`)
}

// rules returns a rule for each needle that the keyword search can find.
func (l literals) rules() []rule {
	var all []rule
	for _, n := range l.all {
		all = append(all, rule{keyword: string(n.text[:keywordMin]), match: n.match})
	}
	return all
}

// match looks for the needle at i.
func (n needle) match(t text, i int) span {
	have := t.b[i:min(len(t.b), i+len(n.text))]
	if !bytes.HasPrefix(n.text, have) {
		return span{}
	}
	if len(have) < len(n.text) {
		if t.end {
			return span{}
		}
		return span{start: i, more: true}
	}
	if inMarker(t.b, i) {
		return span{}
	}
	s := span{start: i, end: i + len(n.text), kind: Input}
	if n.before && i > 0 && isBase64(t.b[i-1]) {
		s.start--
	}
	if n.after {
		if !t.ended(s.end) {
			return span{start: s.start, more: true}
		}
		if s.end < len(t.b) && isBase64(t.b[s.end]) {
			s.end++
		}
	}
	return s
}

func isBase64(c byte) bool { return base64Class[c] || base64urlClass[c] }

// inMarker says whether i is inside of a marker, which is never changed.
func inMarker(b []byte, i int) bool {
	from := max(0, i-longestMarker)
	for at := i; at >= from; at-- {
		if b[at] != markerStart[0] {
			continue
		}
		if n := markerAt(b[at:min(len(b), at+longestMarker)]); n > 0 && i < at+n {
			return true
		}
	}
	return false
}

// heldFrom returns the first place in b from which on the rest of b is the
// beginning of a needle; len(b) if there is none. With lines set only needles
// that go on after a line end count.
func (l literals) heldFrom(b []byte, from int, lines bool) int {
	held := len(b)
	for _, n := range slices.Concat(l.all, l.short) {
		if lines && bytes.IndexByte(n.text, '\n') < 0 {
			continue
		}
		for i := max(from, len(b)-len(n.text)+1); i < held; i++ {
			if bytes.HasPrefix(n.text, b[i:]) {
				held = i
			}
		}
	}
	return held
}

// nextShort returns the first place of a short needle in b[from:limit).
func (l literals) nextShort(b []byte, from, limit int) (int, needle) {
	at, found := limit, needle{}
	for _, n := range l.short {
		if from >= at {
			break
		}
		if i := bytes.Index(b[from:min(len(b), at+len(n.text)-1)], n.text); i >= 0 && from+i < at {
			at, found = from+i, n
		}
	}
	return at, found
}
