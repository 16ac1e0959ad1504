package markdown

import (
	"strconv"
	"strings"
	"unicode"
)

// maxSlug keeps ids short enough to type.
const maxSlug = 60

// slug makes an id of a title: lower-case letters and digits with hyphens
// between the words. It is empty for a title without any.
func slug(title string) string {
	var b strings.Builder
	gap := false
	for _, r := range strings.ToLower(title) {
		switch {
		case r == '\'' || r == '’':
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			if b.Len()+len(string(r))+1 > maxSlug {
				return b.String()
			}
			if gap && b.Len() > 0 {
				b.WriteByte('-')
			}
			gap = false
			b.WriteRune(r)
		default:
			gap = true
		}
	}
	return b.String()
}

// names keeps the ids of one scope apart, whatever their case. It holds for
// each id the last number that was put after it.
type names map[string]int

// claim takes an id for the scope, or the next free one after it: key, key-2,
// key-3. free says that the id itself was free.
func (n names) claim(wanted string) (got string, free bool) {
	base := strings.ToLower(wanted)
	if n[base] == 0 {
		n[base] = 1
		return wanted, true
	}
	for i := n[base] + 1; ; i++ {
		suffix := "-" + strconv.Itoa(i)
		if n[base+suffix] == 0 {
			n[base], n[base+suffix] = i, 1
			return wanted + suffix, false
		}
	}
}

// nearest is the known name that a mistyped one was probably meant to be, or
// empty if none is near.
func nearest(typed string, known []string) string {
	best, least := "", 3
	for _, name := range known {
		if d := distance(strings.ToLower(typed), strings.ToLower(name)); d < least && d < len(name) {
			best, least = name, d
		}
	}
	return best
}

// distance counts the letters to insert, delete or replace between two words
// (Levenshtein). Words of very different length are not compared.
func distance(a, b string) int {
	if len(a)-len(b) > 2 || len(b)-len(a) > 2 || len(a) > 100 {
		return 100
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		corner := row[0]
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			corner, row[j] = row[j], min(row[j]+1, row[j-1]+1, corner+cost)
		}
	}
	return row[len(b)]
}
