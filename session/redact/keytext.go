package redact

import "bytes"

// Secret keys as text: hexadecimal digits and base64.

// wordRun is a run of at least wrapMin characters of hex or base64.
type wordRun struct{ start, end int }

var wordRunClass = classOf(alphanum + "+/_-")

// nextWordRun returns the first such run that reaches into b[from:limit). Only
// every so many bytes are looked at: no run is missed, and words are short.
func nextWordRun(b []byte, from, limit int) wordRun {
	const step = wrapMin - 2
	for i := from + step - 1; i < len(b); i += step {
		if !wordRunClass[b[i]] {
			if i-step >= limit {
				break
			}
			continue
		}
		start := i
		for start > from && wordRunClass[b[start-1]] {
			start--
		}
		if start >= limit {
			break
		}
		end := i
		for end < len(b) && wordRunClass[b[end]] {
			end++
		}
		if end-start >= wrapMin {
			return wordRun{start, end}
		}
		i = max(i, end-step+1)
	}
	return wordRun{limit, limit}
}

// match gives the keys that begin in the run: at its beginning, after a
// character that is not of their alphabet, or right behind another key.
func (r wordRun) match(t text, found func(span)) {
	behind := -1
	for i := r.start; i < r.end; i++ {
		if c := t.b[i]; c != '8' && c != 'g' {
			continue
		}
		if i > 0 && i != behind && isAlnum(t.b[i-1]) && t.b[i-1] != 'x' {
			continue
		}
		s := matchHexKey(t, i)
		if !s.found() {
			s = matchBase64Key(t, i)
		}
		if s.found() {
			s.hit = i
			found(s)
		}
		if s.kind != "" {
			behind = s.end
			i = s.end - 1
		}
	}
}

func matchHexKey(t text, i int) span {
	if !bytes.HasPrefix(t.b[i:], []byte("81")) {
		return span{}
	}
	return matchWrapped(t, i, 2*keySize, hexClass, func(digits []byte) bool {
		var key [keySize]byte
		for n := range key {
			key[n] = hexValue(digits[2*n])<<4 | hexValue(digits[2*n+1])
		}
		return isSecretKey(key[:])
	})
}

func hexValue(c byte) byte {
	switch {
	case isDigit(c):
		return c - '0'
	case isLower(c):
		return c - 'a' + 10
	}
	return c - 'A' + 10
}

// base64KeyChars is how many characters carry the 65 bytes; one "=" follows.
const base64KeyChars = (keySize*8 + 5) / 6

func matchBase64Key(t text, i int) span {
	// 0x81 is the character g and two bits of the next.
	if t.b[i] != 'g' || i+1 < len(t.b) && (base64Value(t.b[i+1])>>4) != 1 {
		return span{}
	}
	s := matchWrapped(t, i, base64KeyChars, wordRunClass, func(chars []byte) bool {
		var key [keySize]byte
		bits, held, n := 0, 0, 0
		for _, c := range chars {
			held, bits = held<<6|base64Value(c), bits+6
			if bits >= 8 && n < keySize {
				bits -= 8
				key[n] = byte(held >> bits)
				n++
			}
		}
		return isSecretKey(key[:])
	})
	if s.kind == "" {
		return s
	}
	if !t.ended(s.end) {
		return span{start: i, more: true}
	}
	if s.end < len(t.b) && t.b[s.end] == '=' {
		s.end++
	}
	return s
}

// base64Value returns the value of a character of either base64 alphabet.
func base64Value(c byte) int {
	switch {
	case isUpper(c):
		return int(c - 'A')
	case isLower(c):
		return int(c-'a') + 26
	case isDigit(c):
		return int(c-'0') + 52
	case c == '+', c == '-':
		return 62
	}
	return 63
}

// matchWrapped collects n characters of a class from i on, over line ends, and
// asks whether they are a key.
func matchWrapped(t text, i, n int, c *class, isKey func([]byte) bool) span {
	chars := make([]byte, 0, 2*keySize)
	at := i
	for len(chars) < n {
		if at == len(t.b) {
			return span{start: i, more: !t.end}
		}
		switch {
		case c[t.b[at]]:
			chars = append(chars, t.b[at])
			at++
		case len(chars) < wrapMin:
			return span{}
		case t.b[at] == '\n':
			at++
		case t.b[at] == '\r' && (at+1 == len(t.b) || t.b[at+1] == '\n'):
			at++
		default:
			return span{}
		}
	}
	if !isKey(chars) {
		return span{}
	}
	return span{start: i, end: at, kind: WSCKey}
}
