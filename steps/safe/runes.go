package safe

import "unicode"

// shown reports whether a rune beyond ASCII is shown as itself. A rune that is
// shown has a glyph of its own, keeps the order of what stands around it, and
// is assigned in the Unicode version that this program was built with.
func shown(r rune) bool {
	if !unicode.IsPrint(r) {
		return false
	}
	return !unicode.In(r, unicode.Variation_Selector, unicode.Other_Default_Ignorable_Code_Point, blank, prepended)
}

// ordinary reports, quickly, that a rune beyond ASCII is shown and never joins
// the one before it. It knows the common ones; others are looked up.
func ordinary(r rune) bool {
	return r >= 0xa1 && r < 0x300 && r != 0xad || // Latin
		r >= 0x410 && r <= 0x44f || // Cyrillic
		r >= 0x2010 && r <= 0x2027 || // dashes, quotation marks, bullets
		r >= 0x2190 && r <= 0x21ff || // arrows
		r >= 0x2500 && r <= 0x259f || // boxes and blocks
		r >= 0x3041 && r <= 0x3096 || r >= 0x30a1 && r <= 0x30fa || // kana
		r >= 0x4e00 && r <= 0x9fff // Han
}

// blank holds runes that Unicode counts as letters, marks or symbols and that
// leave no ink: text could be hidden or names told apart by them.
var blank = &unicode.RangeTable{
	R16: []unicode.Range16{
		{Lo: 0x2800, Hi: 0x2800, Stride: 1}, // braille pattern blank
		{Lo: 0x3164, Hi: 0x3164, Stride: 1}, // Hangul filler
		{Lo: 0xffa0, Hi: 0xffa0, Stride: 1}, // halfwidth Hangul filler
	},
	R32: []unicode.Range32{
		{Lo: 0x16fe4, Hi: 0x16fe4, Stride: 1}, // Khitan small script filler
		{Lo: 0x1d159, Hi: 0x1d159, Stride: 1}, // musical symbol null notehead
	},
}

// prepended holds the printable runes that join what follows them
// (Grapheme_Cluster_Break=Prepend in Unicode's GraphemeBreakProperty.txt).
// They would make one character of themselves and the notation after them.
var prepended = &unicode.RangeTable{
	R16: []unicode.Range16{
		{Lo: 0x0d4e, Hi: 0x0d4e, Stride: 1},
	},
	R32: []unicode.Range32{
		{Lo: 0x111c2, Hi: 0x111c3, Stride: 1},
		{Lo: 0x113d1, Hi: 0x113d1, Stride: 1},
		{Lo: 0x1193f, Hi: 0x1193f, Stride: 1},
		{Lo: 0x11941, Hi: 0x11941, Stride: 1},
		{Lo: 0x11a3a, Hi: 0x11a3a, Stride: 1},
		{Lo: 0x11a84, Hi: 0x11a89, Stride: 1},
		{Lo: 0x11d46, Hi: 0x11d46, Stride: 1},
		{Lo: 0x11f02, Hi: 0x11f02, Stride: 1},
	},
}

// isPlain reports whether b is a printable ASCII byte.
func isPlain(b byte) bool { return b >= 0x20 && b < 0x7f }

// plainPrefix returns the length of the longest start of s that is printable
// ASCII and, where newlines is set, newlines.
func plainPrefix[T string | []byte](s T, newlines bool) int {
	i := 0
	for {
		i += plainWords(s[i:])
		for i < len(s) && isPlain(s[i]) {
			i++
		}
		if i == len(s) || !newlines || s[i] != '\n' {
			return i
		}
		i++
	}
}

// plainWords returns how many leading bytes of s are printable ASCII, looking
// at eight of them at a time: a subtraction borrows from a byte under 0x20, an
// addition of one carries DEL into the top bit, and beyond ASCII it is set.
func plainWords[T string | []byte](s T) int {
	const (
		tops   = 0x8080808080808080
		spaces = 0x2020202020202020
		ones   = 0x0101010101010101
	)
	i := 0
	for ; i+8 <= len(s); i += 8 {
		x := uint64(s[i]) | uint64(s[i+1])<<8 | uint64(s[i+2])<<16 | uint64(s[i+3])<<24 |
			uint64(s[i+4])<<32 | uint64(s[i+5])<<40 | uint64(s[i+6])<<48 | uint64(s[i+7])<<56
		if (x|(x-spaces)|(x+ones))&tops != 0 {
			break
		}
	}
	return i
}
