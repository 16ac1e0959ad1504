package wasmsig

import (
	"crypto/x509"
	"errors"
	"fmt"
	"slices"
	"time"
)

// keyless looks at a signature without a key.
func (at *sighting) keyless(k Keyless) {
	q := at.search
	if q.Identity == nil && !q.All && q.Expected == nil {
		return // nobody asks, and its certificates cost more than all the rest
	}
	facts := examine(k, Content{}, false)
	proof := at.prove(&facts)
	at.judgePerson(&facts, proof)
	if !q.All && !at.means(&facts) || q.outside(k.Entry.IntegratedTime, proof.time == nil) {
		return
	}
	m := Match{Kind: at.module.Kind, Identity: cut(facts.signer.Identity), Issuer: cut(facts.signer.Issuer), Problems: facts.problems}
	if m.Identity != "" {
		m.MatchedBy = ByIdentity
	}
	if k.Entry.Absent() {
		m.Problems = append(m.Problems, *problem(NoLogEntry, "no log entry vouches for the keyless signature"))
	}
	if when := k.Entry.IntegratedTime; !when.IsZero() {
		m.IntegratedTime, m.TimeProven = &when, proof.time == nil
	}
	at.add(candidate{Match: m, keyless: true, moduleHash: k.ModuleHash})
}

// means reports whether the signer is the one who is looked for. A
// certificate may name several; each of them is asked.
func (at *sighting) means(f *keylessFacts) bool {
	q := at.search
	if q.Identity == nil {
		return false
	}
	if f.leaf() == nil || f.signerErr != nil {
		at.unclearly(CertificateMalformed, "who made its keyless signature is not known, because its certificate cannot be read")
	}
	if q.Issuer != "" && f.signer.Issuer != q.Issuer {
		return false
	}
	if f.signer.Identity != "" && q.Identity.Matches(f.signer.Identity) {
		return true
	}
	for _, other := range f.signer.Others {
		if q.Identity.Matches(other) {
			return true
		}
	}
	return false
}

// outside reports whether a time that was proven lies outside the window.
func (s *search) outside(when time.Time, proven bool) bool {
	return proven && (!s.Since.IsZero() && when.Before(s.Since) || !s.Until.IsZero() && when.After(s.Until))
}

// proof is why a keyless signature is not proven; nil where it is.
type proof struct {
	time   error // the log's signature over the entry
	person error // all that Signers asks for
}

// prove checks a keyless signature with what is trusted.
func (at *sighting) prove(f *keylessFacts) proof {
	e, trusted := f.signature.Entry, at.search.Trust
	switch {
	case trusted == nil:
		err := errors.New("there is nothing to check a keyless signature with")
		return proof{err, err}
	case e.Absent():
		err := errors.New("no log entry vouches for it")
		return proof{err, err}
	}
	key, err := trusted.Log(e.LogID, e.IntegratedTime)
	if err == nil {
		err = e.rekor().VerifyTimestamp(key)
	}
	if err != nil {
		err = fmt.Errorf("the log's time is not proven: %w", err)
		return proof{err, err}
	}
	// The log signed when it took in this entry; that it is of this signature
	// is a question of its own, and without it the time is another's.
	if err := f.holds(); err != nil {
		return proof{err, err}
	}
	if at.search.Expected == nil {
		return proof{}
	}
	if _, err := trusted.CheckCertificate(f.leaf(), e.IntegratedTime, f.above()...); err != nil {
		return proof{nil, err}
	}
	if revoked, ok := trusted.Revoked(f.leaf()); ok {
		return proof{nil, fmt.Errorf("its certificate was revoked: %.200s", revoked.Reason)}
	}
	return proof{}
}

// judgePerson asks whether a signature without a key is an expected one.
func (at *sighting) judgePerson(f *keylessFacts, p proof) {
	list, who := at.search.Expected, f.signer
	switch {
	case list == nil:
		return
	case who.Identity == "" || len(who.Others) > 0 || f.signerErr != nil:
		at.unexpectedly("its keyless signature does not name one signer")
	case !list.people[person{who.Identity, who.Issuer}]:
		at.unexpectedly("it is signed by %.512s of %.512s, who is not in the list", who.Identity, who.Issuer)
	case p.person != nil:
		at.unexpectedly("its signature by %s is not proven: %v", who.Identity, p.person)
	}
	at.judge(f.signature.ModuleHash)
}

// judge notes what a keyless signature is over, to be compared when the
// content was read. Honest modules have one.
func (at *sighting) judge(signed Digest) {
	if !slices.Contains(at.judged, signed) && len(at.judged) < maxMatches {
		at.judged = append(at.judged, signed)
	}
}

// holds says why the signature is not its certificate's, or the log entry not
// about it.
func (f *keylessFacts) holds() error {
	if f.invalid != nil {
		return f.invalid
	}
	if len(f.unbound) > 0 {
		return errors.New(f.unbound[0])
	}
	return f.entryID
}

// above are the certificates that lead up from the signer's.
func (f *keylessFacts) above() []*x509.Certificate {
	var above []*x509.Certificate
	for _, c := range f.chain[1:] {
		if c != nil {
			above = append(above, c)
		}
	}
	return above
}
