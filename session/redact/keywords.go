package redact

import (
	"bytes"
	"encoding/binary"
	"math/bits"
	"sync"
)

// rule is one thing to look for: where keyword stands, match decides.
type rule struct {
	keyword string // at least keywordMin bytes; lower case where fold is set
	fold    bool   // any case
	lead    *class // if set, any of these bytes stands for the first one
	match   func(t text, i int) span
}

const (
	keywordMin  = 4
	keywordMost = 32 // bytes of the longest keyword, at least
)

// keywords finds the places where a keyword of a rule stands. Much of the text
// is passed over three bytes at a time: two bytes that stand in no keyword
// tell that none begins at the three places before (Wu and Manber, "A fast
// algorithm for multi-pattern searching", 1994).
type keywords struct {
	rules []rule
	// skip tells by the third and fourth byte at a place how far the next
	// place is at which a keyword can begin; 0 means here.
	skip [1 << 16]uint8
	// chars holds for each of the first bytes of a keyword a bit for each
	// bucket of rules; rule n is in bucket n%64.
	chars [keywordMin][256]uint64
}

func newKeywords(rules []rule) *keywords {
	k := &keywords{rules: rules}
	for i := range k.skip {
		k.skip[i] = keywordMin - 1
	}
	for n, r := range rules {
		k.add(uint(n%64), r)
	}
	return k
}

func (k *keywords) add(bucket uint, r rule) {
	for i := range keywordMin {
		for _, c := range r.forms(i) {
			k.chars[i][c] |= 1 << bucket
		}
	}
	for i := range keywordMin - 1 {
		far := uint8(keywordMin - 2 - i)
		for _, a := range r.forms(i) {
			for _, b := range r.forms(i + 1) {
				at := uint16(a) | uint16(b)<<8
				k.skip[at] = min(k.skip[at], far)
			}
		}
	}
}

// forms returns what byte i of the keyword may be.
func (r *rule) forms(i int) []byte {
	c := r.keyword[i]
	if i == 0 && r.lead != nil {
		var all []byte
		for b, in := range r.lead {
			if in {
				all = append(all, byte(b))
			}
		}
		return all
	}
	if r.fold && isLower(c) {
		return []byte{c, c &^ 0x20}
	}
	return []byte{c}
}

// next returns the first place in b[from:limit) at which a keyword may begin,
// and the buckets it is in; limit if there is none.
func (k *keywords) next(b []byte, from, limit int) (int, uint64) {
	last := min(limit, len(b)-keywordMin+1)
	for i := from; i < last; {
		four := binary.LittleEndian.Uint32(b[i:])
		if s := k.skip[four>>16]; s > 0 {
			i += int(s)
			continue
		}
		set := k.chars[0][byte(four)] & k.chars[1][byte(four>>8)] & k.chars[2][byte(four>>16)] & k.chars[3][byte(four>>24)]
		if set != 0 {
			return i, set
		}
		i++
	}
	return limit, 0
}

// match gives every span that the rules of these buckets find at i to found.
func (k *keywords) match(t text, i int, set uint64, found func(span)) {
	for ; set != 0; set &= set - 1 {
		for n := bits.TrailingZeros64(set); n < len(k.rules); n += 64 {
			if r := &k.rules[n]; r.stands(t.b[i:]) {
				found(r.match(t, i))
			}
		}
	}
}

func (r *rule) stands(b []byte) bool {
	if r.lead != nil {
		return r.lead[b[0]] && bytes.HasPrefix(b[1:], []byte(r.keyword[1:]))
	}
	if r.fold {
		return hasFold(b, r.keyword)
	}
	return bytes.HasPrefix(b, []byte(r.keyword))
}

// builtin is built once, when the first Writer is made, and only read then.
var builtin = sync.OnceValue(func() *keywords { return newKeywords(rules()) })

// rules returns the rules for everything that is known by a keyword.
func rules() []rule {
	var all []rule
	for _, k := range tokens() {
		all = append(all, rule{keyword: k.prefix, match: k.match})
	}
	all = append(all,
		rule{keyword: ".eyJ", match: matchJWT},
		rule{keyword: "BEGIN ", match: matchBlock},
		rule{keyword: "s://", lead: alnumClass, match: matchURL},
		rule{keyword: "authorization", fold: true, match: matchAuthorization},
	)
	for _, name := range []string{"d", "p", "q", "k", "dp", "dq", "qi"} {
		quoted := `"` + name + `"`
		for _, next := range []string{":", " "} {
			all = append(all, rule{keyword: quoted + next, match: matchJWK(len(quoted))})
		}
	}
	for _, n := range names() {
		all = append(all, rule{keyword: n.name, fold: true, match: n.match})
	}
	return all
}
