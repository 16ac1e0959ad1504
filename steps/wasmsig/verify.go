package wasmsig

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"wsc-respond/steps/trust"
)

// Policy is whose signature is accepted: that of a key, or that of an identity
// that an issuer vouched for. Where both are given, either is enough.
type Policy struct {
	Keys []NamedKey
	// Identity and Issuer go together: anybody can have any name at an issuer
	// of his own. Issuer is compared as it is.
	Identity *Pattern
	Issuer   string
	// Trust is the authorities and logs that a keyless signature must lead to.
	Trust *trust.Material
	// Source is what came of checking Trust itself: an expired bundle, for
	// example. It is told of each file as the check "trust", and if it failed
	// no file passes. Nil tells nothing.
	Source *Check
	// SourceSignature is the same of the signature over Trust, as the check
	// "trust signature".
	SourceSignature *Check
}

// The mistakes in a policy.
var (
	ErrNobody     = errors.New("nobody was named whose signature is accepted, and a check that accepts anybody is none")
	ErrHalfNamed  = errors.New("an identity is worth nothing without who vouched for it: give identity and issuer together")
	ErrNoMaterial = errors.New("there is nothing to check the certificates of an identity with")
)

// Check says what is wrong with the policy.
func (p Policy) Check() error {
	switch {
	case (p.Identity == nil) != (p.Issuer == ""):
		return ErrHalfNamed
	case len(p.Keys) == 0 && p.Identity == nil:
		return ErrNobody
	case p.Identity != nil && p.Trust == nil:
		return ErrNoMaterial
	}
	return nil
}

// The names of the checks.
const (
	checkTrust       = "trust"
	checkTrustSigned = "trust signature"
	checkModule      = "module"
	checkContent     = "content"
	checkSignature   = "signature"
	checkKeyless     = "keyless signature"
	checkTimestamp   = "log timestamp"
	checkCertificate = "certificate"
	checkRevocation  = "revocation"
	checkLogEntry    = "log entry"
	checkIdentity    = "identity"
	checkInclusion   = "inclusion"
)

// Verify checks one file against a policy, without any network. The file
// passes if no check failed, nothing else was found wrong with it, and one
// that the policy names signed exactly this content. The checks are:
//
//	trust              what is trusted may be relied on now; told where Policy has a Source
//	trust signature    somebody who was named signed what is trusted; told where Policy has one
//	module             the file was read to its end, and nothing is wrong with it
//	content            the module is what was signed
//	signature          one of the keys signed it
//	keyless signature  the key in the certificate signed it
//	log timestamp      a trusted log signed the time of the entry
//	certificate        a trusted authority issued the certificate, and it was valid at that time
//	revocation         the certificate was not revoked
//	log entry          the entry is about this content, signature and certificate, and its id is its own
//	identity           the certificate names the identity, and the issuer as who vouched for it
//	inclusion          the entry is in the log; never made, since modules carry nothing that could prove it
//
// A check that is not about the form in which the module is signed is not
// made. Only a signature section that is the first section counts. Whether
// certificates are in the logs of certificate transparency is not asked.
//
// A key's signature does not cover the header of the file, key ids, and the
// certificates beside it. A keyless one does not cover the tree in the entry's
// id, the inclusion proof, and the certificates but the first.
//
// The error is ErrNotModule, that of reading, or that of Policy.Check.
func Verify(ctx context.Context, r io.ReaderAt, size int64, path string, policy Policy) (Verdict, error) {
	if err := policy.Check(); err != nil {
		return Verdict{}, err
	}
	x, err := inspect(ctx, r, size, path, policy.Keys)
	if err != nil {
		return Verdict{}, err
	}
	return judge(x, policy), nil
}

// judge makes the checks.
func judge(x *inspection, policy Policy) Verdict {
	v := &verdict{policy: policy, x: x}
	if policy.Source != nil {
		v.add(checkTrust, policy.Source.Outcome, policy.Source.Detail)
	}
	if policy.SourceSignature != nil {
		v.add(checkTrustSigned, policy.SourceSignature.Outcome, policy.SourceSignature.Detail)
	}
	v.module()
	leading, signed := x.module.Leading()
	switch {
	case signed && leading.Keyless != nil:
		v.keyless()
	case signed && len(leading.Sets) > 0:
		v.keyed(len(leading.Sets))
	default:
		v.unsigned()
	}
	return Verdict{Path: x.report.Path, OK: v.accepted && !v.failed, Checks: v.checks, Problems: x.report.Problems}
}

// verdict is a Verdict in the making.
type verdict struct {
	policy   Policy
	x        *inspection
	checks   []Check
	failed   bool // a check
	accepted bool // somebody whom the policy names signed this content
}

func (v *verdict) add(name string, outcome Outcome, detail string) {
	v.checks = append(v.checks, Check{Name: name, Outcome: outcome, Detail: detail})
	if outcome != Passed && outcome != NotMade {
		v.failed = true
	}
}

// check adds a check that failed if there is an error.
func (v *verdict) check(name string, err error, passed string) bool {
	if err != nil {
		v.add(name, Failed, err.Error())
		return false
	}
	v.add(name, Passed, passed)
	return true
}

func (v *verdict) module() {
	problems := v.x.report.Problems
	if len(problems) == 0 && v.x.module.Whole() {
		v.add(checkModule, Passed, "read to its end, and nothing is wrong with it")
		return
	}
	var details []string
	for _, p := range problems {
		if !slices.Contains(details, p.Detail) {
			details = append(details, p.Detail)
		}
	}
	if more := len(details) - maxFaults; more > 0 {
		details = append(details[:maxFaults], fmt.Sprintf("and %d more", more))
	}
	v.add(checkModule, Failed, strings.Join(details, "; "))
}

// maxFaults bounds how much the check of the module says of what is wrong; the
// problems have it all.
const maxFaults = 3

// unsigned judges a module without a signature that verifiers would read.
func (v *verdict) unsigned() {
	const why = "the module carries no signature that could be checked"
	if len(v.policy.Keys) > 0 {
		v.add(checkSignature, Failed, why)
	}
	if v.policy.Identity != nil {
		v.add(checkKeyless, Failed, why)
	}
}

// keyed judges a module that was signed with keys. Its first sets are those of
// the leading section.
func (v *verdict) keyed(sets int) {
	if v.policy.Identity != nil {
		outcome := Failed
		if len(v.policy.Keys) > 0 {
			outcome = NotMade
		}
		v.add(checkKeyless, outcome, "signed with a key: check it with --key")
	}
	if len(v.policy.Keys) == 0 {
		return
	}
	var matching, others []string // who signed a set whose content matches, or another
	whole := false
	for _, set := range v.x.report.SignatureSets[:sets] {
		whole = whole || set.ContentMatches
		for _, sig := range set.Signatures {
			if set.ContentMatches {
				matching = append(matching, sig.VerifiedBy...)
			} else {
				others = append(others, sig.VerifiedBy...)
			}
		}
	}
	v.content(whole)
	if len(others) > 0 && !v.x.module.Whole() {
		v.add(checkSignature, NotMade, strings.Join(others, ", ")+" made it; what it is over cannot be compared")
		return
	}
	v.accepted = v.check(checkSignature, signedBy(matching, others), "signed with "+strings.Join(matching, ", "))
}

// signedBy is why nobody who was named signed the content.
func signedBy(matching, others []string) error {
	switch {
	case len(matching) > 0:
		return nil
	case len(others) > 0:
		return fmt.Errorf("%s signed other content than this", strings.Join(others, ", "))
	}
	return errors.New("none of the given keys signed this module")
}

func (v *verdict) content(matches bool) {
	if matches {
		v.add(checkContent, Passed, "the module is what was signed")
		return
	}
	if why := v.x.unread(); why != "" {
		v.add(checkContent, NotMade, why) // the check of the module failed over it
		return
	}
	v.add(checkContent, Failed, changedAfterSigning)
}

// unread is why there is no content to compare; empty if there is one.
func (x *inspection) unread() string {
	switch {
	case x.module.Whole():
		return ""
	case x.has(Truncated):
		return "the file ends too early"
	}
	return "the file is damaged, so its content cannot be told from the rest"
}
