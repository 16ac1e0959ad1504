package wasmsig

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// keyless judges a module that was signed without a key.
func (v *verdict) keyless() {
	if len(v.policy.Keys) > 0 {
		outcome := Failed
		if v.policy.Identity != nil {
			outcome = NotMade
		}
		v.add(checkSignature, outcome, "signed keyless: check it with --identity and --issuer")
	}
	if v.policy.Identity == nil {
		return
	}
	f := v.x.keyless
	v.content(f.contentMatches)
	v.check(checkKeyless, f.invalid, "the key in the certificate signed it")
	at, err := v.timestamp(f)
	v.certificate(f, at, err)
	v.revocation(f)
	v.logEntry(f)
	named := v.identity(f)
	v.add(checkInclusion, NotMade, f.worth())
	// Whether any of these failed is counted beside it.
	v.accepted = named && f.contentMatches && f.invalid == nil && err == nil
}

// timestamp checks the time of the log entry, which counts only once a trusted
// log is known to have signed it.
func (v *verdict) timestamp(f *keylessFacts) (time.Time, error) {
	entry := f.signature.Entry
	if entry.Absent() {
		err := errors.New("the module names no log entry that can be read, so nothing says when it was signed")
		v.check(checkTimestamp, err, "")
		return time.Time{}, err
	}
	key, err := v.policy.Trust.Log(entry.LogID, entry.IntegratedTime)
	if err == nil {
		err = entry.rekor().VerifyTimestamp(key)
	}
	at := entry.IntegratedTime
	v.check(checkTimestamp, err, fmt.Sprintf("the log %s signed that it took the entry in at %s", logName(key.Origin, key.ID), at.Format(time.RFC3339)))
	return at, err
}

func logName(origin, id string) string {
	if origin == "" {
		return id
	}
	return origin
}

func (v *verdict) certificate(f *keylessFacts, at time.Time, timeErr error) {
	if timeErr != nil {
		v.add(checkCertificate, Failed, "no trusted log says when it was used, so nothing says that it was valid then")
		return
	}
	leaf := f.leaf()
	if leaf == nil {
		v.add(checkCertificate, Failed, "the module carries no certificate that can be read")
		return
	}
	above := f.chain[1:]
	if slices.Contains(above, nil) {
		v.add(checkCertificate, Failed, "one of the certificates above it cannot be read")
		return
	}
	by, err := v.policy.Trust.CheckCertificate(leaf, at, above...)
	v.check(checkCertificate, err, fmt.Sprintf("issued by %s, and valid at that time", by))
}

func (v *verdict) revocation(f *keylessFacts) {
	leaf := f.leaf()
	if leaf == nil {
		v.add(checkRevocation, Failed, "the module carries no certificate that can be read")
		return
	}
	if r, ok := v.policy.Trust.Revoked(leaf); ok {
		v.add(checkRevocation, Failed, strings.TrimSuffix(fmt.Sprintf("the certificate %s was revoked: %s", r.Fingerprint, r.Reason), ": "))
		return
	}
	if !v.policy.Trust.NamesRevoked() {
		v.add(checkRevocation, NotMade, "a trusted root names no revoked certificates; a trust bundle can")
		return
	}
	v.add(checkRevocation, Passed, v.policy.Trust.Source+" does not list it as revoked")
}

func (v *verdict) logEntry(f *keylessFacts) {
	switch {
	case f.signature.Entry.Absent():
		v.add(checkLogEntry, Failed, "the module names no log entry that can be read")
	case len(f.unbound) > 0:
		v.add(checkLogEntry, Failed, strings.Join(f.unbound, "; "))
	case v.x.unread() != "":
		v.add(checkLogEntry, NotMade, v.x.unread())
	case !f.contentMatches:
		v.add(checkLogEntry, Failed, "the log entry is about other content than this")
	default:
		v.check(checkLogEntry, f.entryID, "it is about this content, signature and certificate")
	}
}

// identity checks whom the certificate names. One that names several leaves
// open who signed.
func (v *verdict) identity(f *keylessFacts) bool {
	return v.check(checkIdentity, v.isNot(f), fmt.Sprintf("%s, as %s vouched", f.signer.Identity, f.signer.Issuer))
}

// isNot is why the signer is not the one that was named.
func (v *verdict) isNot(f *keylessFacts) error {
	s := f.signer
	switch {
	case f.leaf() == nil:
		return errors.New("the module carries no certificate that could name anybody")
	case f.signerErr != nil:
		return f.signerErr
	case s.Identity == "":
		return errors.New("the certificate names nobody")
	case len(s.Others) > 0:
		return fmt.Errorf("the certificate names %d identities, so it is open which of them signed", 1+len(s.Others))
	case !v.policy.Identity.Matches(s.Identity):
		return fmt.Errorf("%s signed it, and not %s", s.Identity, v.policy.Identity)
	case s.Issuer != v.policy.Issuer:
		return fmt.Errorf("%s is vouched for by %q, and not by %s", s.Identity, s.Issuer, v.policy.Issuer)
	}
	return nil
}

// worth says what the inclusion proof is worth.
func (f *keylessFacts) worth() string {
	if f.inclusion == "" {
		return "the module names no log entry that can be read"
	}
	return f.inclusion
}
