package trust

import (
	"fmt"
	"slices"
	"time"

	"wsc-respond/steps/keyfile"
)

// Inspection is what a bundle says at a given time, and what is wrong with it.
type Inspection struct {
	FormatVersion int       `json:"format_version"`
	Version       int64     `json:"version"`
	ID            string    `json:"bundle_id,omitempty"`
	CreatedAt     time.Time `json:"created_at"`
	NotBefore     time.Time `json:"not_before"`
	NotAfter      time.Time `json:"not_after"`
	GraceUntil    time.Time `json:"grace_until"`
	// Expired holds from NotAfter on, also within the grace period.
	Expired     bool            `json:"expired"`
	Authorities []AuthorityInfo `json:"authorities"`
	Logs        []LogInfo       `json:"logs"`
	Revocations []Revocation    `json:"revocations"`
	// SignedBy is the id of the key that the signature names: eight hex
	// digits; nil if the bundle is not signed.
	SignedBy *string `json:"signed_by"`
	// SignatureValid is nil if no key was there to check the signature with.
	SignatureValid *bool     `json:"signature_valid"`
	Problems       []Problem `json:"problems"`
}

// AuthorityInfo is an authority as it is shown.
type AuthorityInfo struct {
	Name         string            `json:"name"`
	URI          string            `json:"uri"`
	Certificates []CertificateInfo `json:"certificates"`
	// From and Until are the period that the bundle gives the authority; they
	// are missing if it gives none, or only repeats its own.
	From  time.Time `json:"valid_from,omitzero"`
	Until time.Time `json:"valid_until,omitzero"`
}

// CertificateInfo is a certificate as it is shown.
type CertificateInfo struct {
	Subject     string    `json:"subject"`
	Fingerprint string    `json:"sha256"`
	NotBefore   time.Time `json:"not_before"`
	NotAfter    time.Time `json:"not_after"`
}

// LogInfo is a log as it is shown.
type LogInfo struct {
	Address string    `json:"base_url"`
	ID      string    `json:"log_id"`
	From    time.Time `json:"valid_from,omitzero"`
	Until   time.Time `json:"valid_until,omitzero"`
}

// Inspect says what a bundle holds, and what is wrong with it now. Its
// signature is not checked, and that it has none is no problem here.
func (b Bundle) Inspect(now time.Time) Inspection {
	i := Inspection{
		FormatVersion: b.FormatVersion, Version: b.Version, ID: b.ID, CreatedAt: b.CreatedAt,
		NotBefore: b.NotBefore, NotAfter: b.NotAfter, GraceUntil: b.GraceUntil, Expired: now.After(b.NotAfter),
		Authorities: []AuthorityInfo{}, Logs: []LogInfo{}, Revocations: append([]Revocation{}, b.Revocations...),
		Problems: []Problem{},
	}
	if b.signed {
		i.SignedBy = &b.signature.KeyID
	}
	i.period(now)
	if _, why := b.readable(); why != "" {
		i.problem(BadSignature, "%s", why)
	}
	i.Problems = append(i.Problems, b.problems...)
	for _, a := range b.Authorities {
		i.authority(a, now)
	}
	for _, l := range b.Logs {
		i.log(l, now)
	}
	return i
}

// problem adds a problem of the bundle as a whole. Those are few, so none is
// left out; of members, tell keeps count.
func (i *Inspection) problem(kind ProblemKind, format string, args ...any) {
	i.Problems = append(i.Problems, Problem{Kind: kind, Detail: fmt.Sprintf(format, args...)})
}

// period tells an expired bundle also where wsc would still take it.
func (i *Inspection) period(now time.Time) {
	switch {
	case now.Before(i.NotBefore):
		i.problem(NotYetValid, "it is not valid before %s", stamp(i.NotBefore))
	case i.Expired && !now.After(i.GraceUntil):
		i.problem(Expired, "it expired on %s, and is in its grace period until %s", stamp(i.NotAfter), stamp(i.GraceUntil))
	case i.Expired:
		i.problem(Expired, "it expired on %s", stamp(i.NotAfter))
	}
}

func (i *Inspection) authority(a Authority, now time.Time) {
	info := AuthorityInfo{Name: a.Name, URI: a.URI, Certificates: []CertificateInfo{}, From: a.From, Until: a.Until}
	for _, c := range a.Certificates {
		subject := c.Subject.String()
		info.Certificates = append(info.Certificates, CertificateInfo{
			Subject: subject, Fingerprint: fingerprint(c), NotBefore: c.NotBefore.UTC(), NotAfter: c.NotAfter.UTC(),
		})
		switch {
		case now.After(c.NotAfter):
			i.Problems = tell(i.Problems, CertificateExpired, "%s of the authority %q expired on %s", subject, a.Name, stamp(c.NotAfter))
		case now.Before(c.NotBefore):
			i.Problems = tell(i.Problems, CertificateNotYetValid, "%s of the authority %q is not valid before %s", subject, a.Name, stamp(c.NotBefore))
		}
	}
	if given := (period{a.From, a.Until}); !a.From.IsZero() && !given.holds(now) {
		i.Problems = tell(i.Problems, AuthorityOutOfPeriod, "the bundle has the authority %q valid from %s only", a.Name, given)
	}
	i.Authorities = append(i.Authorities, info)
}

func (i *Inspection) log(l Log, now time.Time) {
	i.Logs = append(i.Logs, LogInfo{Address: l.Address, ID: l.ID, From: l.Key.From, Until: l.Key.Until})
	if given := (period{l.Key.From, l.Key.Until}); !l.Key.From.IsZero() && !given.holds(now) {
		i.Problems = tell(i.Problems, LogOutOfPeriod, "the bundle has the log %s valid from %s only", l.Address, given)
	}
}

// Outcome is what came of a check.
type Outcome string

// The outcomes.
const (
	Passed  Outcome = "passed"
	Failed  Outcome = "failed"
	NotMade Outcome = "not_made" // another check failed, so there was nothing to ask
)

// Check is one thing that Verify checked.
type Check struct {
	Name    string  `json:"name"` // signature, key_id, validity, contents
	Outcome Outcome `json:"outcome"`
	Detail  string  `json:"detail"`
}

// Verification is an inspection with the signature checked.
type Verification struct {
	OK     bool    `json:"ok"` // every check passed
	Checks []Check `json:"checks"`
	Inspection
}

// The names of the checks.
const (
	SignatureCheck = "signature" // the key signed exactly this bundle
	KeyIDCheck     = "key_id"    // the signature names the key
	ValidityCheck  = "validity"  // the bundle is valid now
	ContentsCheck  = "contents"  // nothing is wrong with what is in it
)

// Verify checks that the key signed exactly this bundle, that it is valid now,
// and that nothing is wrong with what is in it. Without a key (the zero value)
// it makes the other checks, and the answer is no.
//
// The signature covers every name, text and number of the bundle and their
// order as they stand in the file, those that nobody knows included. It does
// not cover the space between them, how a character is escaped, and what
// stands beside the bundle.
func (b Bundle) Verify(key keyfile.Public, now time.Time) Verification {
	v := Verification{Inspection: b.Inspect(now)}
	v.Checks = append(v.Checks, b.checkSignature(key, &v.Inspection), b.checkKeyID(key, &v.Inspection),
		v.Inspection.check(ValidityCheck, "it is valid until "+stamp(b.NotAfter), ofValidity),
		v.Inspection.check(ContentsCheck, "what is inside can be read, belongs together and is in date itself", ofContents))
	v.OK = !slices.ContainsFunc(v.Checks, func(c Check) bool { return c.Outcome != Passed })
	return v
}

func (b Bundle) checkSignature(key keyfile.Public, i *Inspection) Check {
	if b.signed && key.IsZero() {
		return Check{SignatureCheck, NotMade, "no key was given to check it with"}
	}
	signature, why := b.readable()
	valid := why == "" && b.signed && key.Verify(b.covered, signature)
	i.SignatureValid = &valid
	switch {
	case !b.signed:
		why = "the bundle is not signed"
		i.problem(Unsigned, "%s", why)
	case why == "" && !valid:
		why = "the key did not sign this bundle: it was changed, or another key signed it"
		i.problem(SignatureInvalid, "%s", why)
	case valid:
		return Check{SignatureCheck, Passed, "the key " + bothIDs(key) + " signed exactly this bundle"}
	}
	return Check{SignatureCheck, Failed, why}
}

func (b Bundle) checkKeyID(key keyfile.Public, i *Inspection) Check {
	if !b.signed {
		return Check{KeyIDCheck, NotMade, "there is no signature that could name the key"}
	}
	if key.IsZero() {
		return Check{KeyIDCheck, NotMade, fmt.Sprintf("the signature names the key %q", b.signature.KeyID)}
	}
	want := bundleKeyID(key)
	if b.signature.KeyID != want {
		why := fmt.Sprintf("the signature names the key %q, and this one is %s", b.signature.KeyID, bothIDs(key))
		i.problem(KeyIDMismatch, "%s", why)
		return Check{KeyIDCheck, Failed, why}
	}
	return Check{KeyIDCheck, Passed, "the signature names the key " + want}
}

// check sums up the problems of some kinds by the first of them.
func (i *Inspection) check(name, fine string, of func(ProblemKind) bool) Check {
	found := slices.DeleteFunc(slices.Clone(i.Problems), func(p Problem) bool { return !of(p.Kind) })
	switch len(found) {
	case 0:
		return Check{name, Passed, fine}
	case 1:
		return Check{name, Failed, found[0].Detail}
	}
	return Check{name, Failed, fmt.Sprintf("%s; and %d more", found[0].Detail, len(found)-1)}
}

func ofValidity(kind ProblemKind) bool { return kind == Expired || kind == NotYetValid }

func ofContents(kind ProblemKind) bool {
	return !ofValidity(kind) && !slices.Contains([]ProblemKind{BadSignature, Unsigned, SignatureInvalid, KeyIDMismatch}, kind)
}
