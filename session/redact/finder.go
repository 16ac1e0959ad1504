package redact

import (
	"bytes"
	"slices"
)

// finder walks over a stretch of the view and gives what the rules find, in
// the order in which it begins.
type finder struct {
	text
	keys  *keywords
	lits  *literals
	noise *noise
	after int // the end of the last secret
	limit int // no search begins at or after it
	edge  int // the limit at first: what is behind it may not be whole
	ahead int // bytes after a place that are enough to search there

	atKeyword, atRaw, atRun, atShort int
	buckets                          uint64
	short                            needle
	run                              wordRun

	found []span // not yet given, by start
}

// newFinder begins at from. limit is where the search stops; what it finds
// before may end later.
func newFinder(w *Writer, t text, from, limit int) *finder {
	f := &finder{text: t, keys: w.keys, lits: &w.lits,
		noise: &w.noise, after: w.floor, limit: limit, edge: limit, ahead: w.tail()}
	f.seek(from)
	return f
}

// seek goes on at from.
func (f *finder) seek(from int) {
	f.nextKeyword(from)
	f.atRaw = nextRaw(f.b, from, f.limit)
	f.nextRun(from)
	f.nextShort(from)
}

func (f *finder) nextKeyword(from int) {
	f.atKeyword, f.buckets = f.keys.next(f.b, from, f.limit)
}

func (f *finder) nextRun(from int) {
	f.run = nextWordRun(f.b, from, f.limit)
	f.atRun = f.run.start
}

func (f *finder) nextShort(from int) {
	f.atShort = f.limit
	if len(f.lits.short) > 0 {
		f.atShort, f.short = f.lits.nextShort(f.b, from, f.limit)
	}
}

// next returns the next span that begins before the given place.
func (f *finder) next(before int) (span, bool) {
	for {
		at := min(f.atKeyword, f.atRaw, f.atRun, f.atShort)
		if len(f.found) > 0 && (f.found[0].start <= at || at >= f.limit) {
			if f.found[0].start >= before {
				return span{}, false
			}
			s := f.found[0]
			f.found = f.found[1:]
			return s, true
		}
		if at >= min(f.limit, before) {
			return span{}, false
		}
		f.look(at)
	}
}

// look asks the rules that have something to look at there, and moves on.
func (f *finder) look(at int) {
	add := func(s span) { f.add(s, at) }
	if f.atKeyword == at {
		f.keys.match(f.text, at, f.buckets, add)
		f.nextKeyword(at + 1)
	}
	if f.atRaw == at {
		add(f.noise.match(f.text, at, f.after))
		f.atRaw = nextRaw(f.b, at+1, f.limit)
	}
	if f.atRun == at {
		f.run.match(f.text, add)
		f.nextRun(f.run.end)
	}
	if f.atShort == at {
		add(f.short.match(f.text, at))
		f.nextShort(at + 1)
	}
}

// lookAgain asks all rules at a place where something was found before.
func (f *finder) lookAgain(at int) {
	add := func(s span) { f.add(s, at) }
	if _, buckets := f.keys.next(f.b, at, at+1); buckets != 0 {
		f.keys.match(f.text, at, buckets, add)
	}
	if f.b[at] == keyMark {
		add(f.noise.match(f.text, at, f.after))
	}
	add(matchHexKey(f.text, at))
	add(matchBase64Key(f.text, at))
	for _, n := range f.lits.short {
		add(n.match(f.text, at))
	}
}

func (f *finder) add(s span, at int) {
	if !s.found() {
		return
	}
	if s.hit == 0 {
		s.hit = at
	}
	place, _ := slices.BinarySearchFunc(f.found, s, func(a, b span) int { return a.start - b.start })
	f.found = slices.Insert(f.found, place, s)
}

// openHits appends the places at which something was found and not given.
func (f *finder) openHits(hits []int) []int {
	for _, s := range f.found {
		hits = append(hits, s.hit)
		hits = append(hits, s.joined...)
	}
	slices.Sort(hits)
	return slices.Compact(hits)
}

// join widens s to all that was found inside of it, so that nothing of either
// is left over. It returns false if that cannot be known yet.
func (f *finder) join(s *span) bool {
	for {
		f.reach(s.end)
		other, ok := f.next(s.end)
		if !ok {
			break
		}
		s.joined = append(s.joined, other.hit)
		if other.more {
			return false
		}
		if other.block != nil {
			s.block, s.goesOn = other.block, nil
			s.end = max(s.end, other.start)
			break
		}
		if other.end >= s.end {
			s.goesOn = other.goesOn
		}
		s.end = max(s.end, other.end)
		if other.kind == Input || s.weak && !other.weak && other.start == s.start {
			s.kind, s.weak = other.kind, false
		}
	}
	if s.end > f.edge && !f.settled(*s) {
		return false
	}
	f.after = s.end
	f.skipTo(s.start, s.end)
	return true
}

// settled says whether all that begins inside of a span that ends behind the
// limit can be found: no literal may be beginning there, and the line is whole
// at its end, or much follows.
func (f *finder) settled(s span) bool {
	if f.end {
		return true
	}
	if f.lits.heldFrom(f.b, s.start, false) < s.end {
		return false
	}
	return len(f.b)-s.end >= f.ahead || bytes.IndexByte(f.b[s.end:], '\n') >= 0
}

// reach moves the limit, so that a span that ends behind it is searched whole.
func (f *finder) reach(to int) {
	if to <= f.limit {
		return
	}
	old := f.limit
	f.limit = to
	if f.atKeyword == old {
		f.nextKeyword(old)
	}
	if f.atRaw == old {
		f.atRaw = nextRaw(f.b, old, to)
	}
	if f.atRun == old {
		f.nextRun(old)
	}
	if f.atShort == old {
		f.nextShort(old)
	}
}

// skipTo drops what was found from keywords in what is replaced, and goes on
// behind it.
func (f *finder) skipTo(from, to int) {
	f.found = slices.DeleteFunc(f.found, func(s span) bool { return s.hit >= from && s.hit < to })
	if f.atKeyword < to {
		f.nextKeyword(to)
	}
	if f.atRaw < to {
		f.atRaw = nextRaw(f.b, to, f.limit)
	}
	if f.atRun < to {
		f.nextRun(to)
	}
	if f.atShort < to {
		f.nextShort(to)
	}
}
