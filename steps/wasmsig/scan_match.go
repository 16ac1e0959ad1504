package wasmsig

import (
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"wsc-respond/steps/keyfile"
)

const (
	// maxMatches bounds how many signers of one file are told, and maxTold how
	// many problems of a match.
	maxMatches = 64
	maxTold    = 16

	// maxSigner bounds what is kept of who signed, in bytes: a signature may
	// carry megabytes as a key id or an identity.
	maxSigner = 512
)

// search is a query made ready.
type search struct {
	Query
	keys []knownKey
	ids  map[string]bool // that are looked for
}

// knownKey is a key that can be tried.
type knownKey struct {
	NamedKey
	id     string
	wanted bool // looked for, not just expected
}

func newSearch(q Query) *search {
	s := &search{Query: q, ids: map[string]bool{}}
	for _, id := range q.IDs {
		s.ids[string(id)] = true
	}
	for _, key := range q.Keys {
		s.know(key)
		s.ids[string(key.Key.ID())] = true
	}
	if q.Expected != nil {
		for _, key := range q.Expected.keys {
			s.know(key)
		}
	}
	for i := range s.keys {
		s.keys[i].wanted = s.ids[s.keys[i].id]
	}
	return s
}

func (s *search) know(key NamedKey) {
	id := string(key.Key.ID())
	if !slices.ContainsFunc(s.keys, func(k knownKey) bool { return k.id == id }) {
		s.keys = append(s.keys, knownKey{NamedKey: key, id: id})
	}
}

// finder looks at one file after the other and keeps its buffers.
type finder struct {
	search   *search
	walker   walker
	sections []Section
}

// sight reads what a file says of its signatures and finds those that are
// looked for.
func (f *finder) sight(r io.ReaderAt, size int64) *sighting {
	at := &sighting{search: f.search, module: Module{Sections: f.sections[:0]}}
	at.err = at.module.read(&f.walker, r, size, at.section)
	if errors.Is(at.err, ErrNotModule) {
		at.err = nil
	}
	f.sections = at.module.Sections[:0]
	return at
}

// sighting is what was found in one file.
type sighting struct {
	search   *search
	module   Module
	err      error // of reading
	sections int   // with signatures
	found    []candidate
	tries    int
	// unclear is why there may be more than was found, unexpected why the
	// module does not count as signed by expected signers.
	unclear    *Problem
	unexpected string
	// judged are the digests of the keyless signatures that were held against
	// the list of expected signers.
	judged []Digest
}

// candidate is a match and what its signer signed.
type candidate struct {
	Match
	set        Set // its digests, of a key
	keyless    bool
	moduleHash Digest // of a keyless signature
}

// section looks at one signature section.
func (at *sighting) section(s SignatureSection) {
	if at.undecoded() {
		at.unclearly(SignatureMalformed, "who made the signature at byte %d is not known, because it cannot be decoded", s.Section.Start)
	}
	if at.sections < maxTold {
		at.module.found(s.misplaced(at.sections))
	}
	at.sections++
	if s.Keyless != nil {
		at.keyless(*s.Keyless)
	}
	for _, set := range s.Sets {
		at.set(set)
	}
}

// undecoded reports whether the last problem is that of a signature of which
// nothing could be read.
func (at *sighting) undecoded() bool {
	n := len(at.module.Problems)
	return n > 0 && slices.Contains([]ProblemKind{SignatureMalformed, SignatureVersion}, at.module.Problems[n-1].Kind)
}

// set looks at the signatures over the digests of a set.
func (at *sighting) set(set Set) {
	var message []byte
	if len(at.search.keys) > 0 {
		message = set.Message()
	}
	for _, sig := range set.Signatures {
		claimed := hex.EncodeToString(sig.KeyID[:min(len(sig.KeyID), maxSigner)])
		maker := at.maker(message, sig, claimed)
		at.judgeKey(claimed, maker)
		m := Match{Kind: at.module.Kind, KeyID: claimed}
		switch {
		case maker != nil && (maker.wanted || at.search.All):
			m.MatchedBy, m.KeyID = BySignature, maker.id
			if claimed != "" && claimed != maker.id {
				m.Problems = append(m.Problems, *problem(SignatureInvalid, "the signature names the key %s and was made by %s", claimed, maker.id))
			}
		case at.search.ids[claimed], at.search.All && claimed != "":
			m.MatchedBy = ByKeyID
			if maker != nil || at.search.known(claimed) {
				m.Problems = append(m.Problems, *problem(SignatureInvalid, "the signature names the key %s, and that key did not make it", claimed))
			}
		case !at.search.All:
			continue
		}
		at.add(candidate{Match: m, set: Set{Hashes: set.Hashes}})
	}
}

// maker is the known key that made a signature, if one did: first the one that
// it names, then every other.
func (at *sighting) maker(message []byte, sig Signature, claimed string) *knownKey {
	keys := at.search.keys
	for _, named := range []bool{true, false} {
		for i := range keys {
			if (keys[i].id == claimed) != named {
				continue
			}
			if at.tries == maxTries {
				at.unclearly(TooManySignatures, "it holds so many signatures that after %d tries the keys were not tried on the others", maxTries)
				return nil
			}
			at.tries++
			if keys[i].Key.Verify(message, sig.Value) {
				return &keys[i]
			}
		}
	}
	return nil
}

func (s *search) known(id string) bool {
	return slices.ContainsFunc(s.keys, func(k knownKey) bool { return k.id == id })
}

// judgeKey asks whether a signature made with a key is an expected one.
func (at *sighting) judgeKey(claimed string, maker *knownKey) {
	list := at.search.Expected
	if list == nil {
		return
	}
	switch {
	case maker != nil && list.ids[keyfile.ID(maker.id)]:
	case maker != nil:
		at.unexpectedly("it is signed by %s, who is not in the list", maker.id)
	case claimed == "":
		at.unexpectedly("it has a signature without a key id that none of the given keys made")
	case !list.ids[keyfile.ID(claimed)]:
		at.unexpectedly("it has a signature with the key id %s, which is not in the list", claimed)
	case at.search.known(claimed):
		at.unexpectedly("it has a signature that names the key %s, which did not make it", claimed)
	default:
		at.unexpectedly("the key id %s is in the list and a mere claim; \"key PATH\" in the list lets it be checked", claimed)
	}
}

// add keeps a candidate, unless the same signer was found with the same
// outcome before.
func (at *sighting) add(c candidate) {
	for i, old := range at.found {
		if old.same(c) {
			if len(old.Problems) > len(c.Problems) {
				at.found[i] = c
			}
			return
		}
	}
	if len(at.found) == maxMatches {
		at.unclearly(TooManySignatures, "it has more than %d signers, of which the others are not listed", maxMatches)
		return
	}
	at.found = append(at.found, c)
}

func (c candidate) same(d candidate) bool {
	return c.keyless == d.keyless && c.MatchedBy == d.MatchedBy && c.KeyID == d.KeyID && c.Identity == d.Identity && c.Issuer == d.Issuer &&
		(c.IntegratedTime == nil) == (d.IntegratedTime == nil) &&
		(c.IntegratedTime == nil || c.IntegratedTime.Equal(*d.IntegratedTime))
}

// cut keeps the beginning of a text, without the rest in memory.
func cut(text string) string { return strings.Clone(text[:min(len(text), maxSigner)]) }

func (at *sighting) unclearly(kind ProblemKind, format string, args ...any) {
	if at.unclear == nil {
		at.unclear = problem(kind, format, args...)
	}
}

func (at *sighting) unexpectedly(format string, args ...any) {
	if at.unexpected == "" {
		at.unexpected = fmt.Sprintf(format, args...)
	}
}
