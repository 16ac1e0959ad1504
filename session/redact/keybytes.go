package redact

import (
	"bytes"
	"crypto/ed25519"
	"unicode/utf8"
)

// A wsc or wasmsign secret key is 65 bytes: 0x81, the 32-byte Ed25519 seed,
// and the 32-byte public key that follows from the seed. That makes it certain
// to recognise, whatever stands around it: raw, as hexadecimal digits, or as
// base64, also in lines as xxd -p and base64 wrap it.

const (
	keySize = 1 + ed25519.SeedSize + ed25519.PublicKeySize
	keyMark = 0x81
	// wrapMin is how long the hex or base64 must be on its first line.
	// xxd -p writes 60 digits a line, base64 64 or 76.
	wrapMin = 60
	// fewestDistinct is how many different bytes a public key has at least.
	// 32 random bytes have fewer once in 10^8; most other data has fewer.
	fewestDistinct = 19
)

// isSecretKey says whether b is a secret key. Deriving the public key takes
// some 15 µs, so what cannot be one is sorted out first.
func isSecretKey(b []byte) bool {
	if len(b) != keySize || b[0] != keyMark {
		return false
	}
	seed, public := b[1:1+ed25519.SeedSize], b[1+ed25519.SeedSize:]
	if distinct(public) < fewestDistinct {
		return false
	}
	key := ed25519.NewKeyFromSeed(seed)
	return bytes.Equal(key[ed25519.SeedSize:], public)
}

func distinct(b []byte) int {
	var seen [4]uint64
	n := 0
	for _, c := range b {
		bit := uint64(1) << (c & 63)
		if seen[c>>6]&bit == 0 {
			seen[c>>6] |= bit
			n++
		}
	}
	return n
}

// nextRaw returns the first place in b[from:limit) at which a raw key may
// begin. 0x81 also stands inside of characters: where the bytes that would be
// the public key are good UTF-8, it does.
func nextRaw(b []byte, from, limit int) int {
	good := 0 // b is UTF-8 up to here
	for i := from; i < limit; i++ {
		n := bytes.IndexByte(b[i:limit], keyMark)
		if n < 0 {
			return limit
		}
		i += n
		if i+keySize <= good {
			continue
		}
		if i+keySize <= len(b) {
			if good = utf8End(b, i+1+ed25519.SeedSize); i+keySize <= good {
				continue
			}
		}
		if !lineIsText(b, i) {
			return i
		}
	}
	return limit
}

// utf8End returns where the UTF-8 at i ends, which may begin and end inside of
// a character.
func utf8End(b []byte, i int) int {
	for n := 0; n < utf8.UTFMax-1 && i < len(b) && !utf8.RuneStart(b[i]); n++ {
		i++
	}
	for i < len(b) {
		r, size := utf8.DecodeRune(b[i:])
		if r == utf8.RuneError && size <= 1 {
			if !utf8.FullRune(b[i:]) {
				return len(b)
			}
			return i
		}
		i += size
	}
	return i
}

// lineIsText says whether b[i] is part of a character, and the rest of its
// line, as far as a key would reach, is UTF-8. Such a line is not held back.
func lineIsText(b []byte, i int) bool {
	window := b[:min(len(b), i+keySize)]
	stop := i + indexByte(window[i:], '\n')
	if stop == i+keySize {
		return false
	}
	lead := i
	for lead > 0 && i-lead < utf8.UTFMax-1 && !utf8.RuneStart(b[lead]) {
		lead--
	}
	if r, size := utf8.DecodeRune(b[lead:]); r == utf8.RuneError && size <= 1 || lead+size <= i {
		return false
	}
	return utf8End(b[:stop], lead) >= stop
}

// noise limits the work on a stream of random bytes, such as a compressed
// file, in which one byte of 256 could begin a key. When so many of them did
// not, a key is only looked for where it begins the stream, or follows text,
// zeros or another key.
type noise struct {
	tried int // places that were no key, although they could have been one
	seen  int // the places before it are counted
}

// mostNoise is reached after some 4 MiB of random bytes, or half a second.
const mostNoise = 16 << 10

// match looks for a raw key at i. after is where the last secret ended.
func (n *noise) match(t text, i, after int) span {
	if i+keySize > len(t.b) {
		return span{start: i, more: !t.end}
	}
	key := t.b[i : i+keySize]
	if distinct(key[keySize-ed25519.PublicKeySize:]) < fewestDistinct {
		return span{}
	}
	if n.tried >= mostNoise && i != after && !followsText(t.b, i) {
		return span{}
	}
	if !isSecretKey(key) {
		if i >= n.seen { // a place may be looked at twice
			n.tried++
			n.seen = i + 1
		}
		return span{}
	}
	return span{start: i, end: i + keySize, kind: WSCKey}
}

// followsText says whether the four bytes before i are text or zeros.
func followsText(b []byte, i int) bool {
	for _, c := range b[max(0, i-4):i] {
		if c != 0 && c != '\n' && c != '\r' && c != '\t' && (c < ' ' || c > '~') {
			return false
		}
	}
	return true
}
