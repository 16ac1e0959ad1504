// Package trust knows who may sign and which logs count: it reads what a team
// decided to trust, and answers of one certificate or one log whether that
// decision covers it at a given time. It never asks a network, and trusts
// nothing that the file does not name.
//
// Two forms are read: the trusted root of Sigstore (ReadRoot) and the trust
// bundle of wsc (ReadBundle), which also has a validity of its own, a signature
// and a list of revoked certificates. Both become a Material.
//
// What is wrong with a bundle that could be read is a Problem of a closed list
// of kinds; see ProblemKind.
package trust

import (
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/sigstore/sigstore-go/pkg/root"

	"wsc-respond/steps/rekor"
)

// Material is what is trusted: authorities that issue certificates, logs, and
// certificates that were revoked. The zero value trusts nobody.
type Material struct {
	// Source says in words where this comes from, for messages.
	Source string

	authorities []authority
	logs        []rekor.LogKey
	revoked     map[string]Revocation // by fingerprint
}

// authority is one certificate authority, by its name in messages.
type authority struct {
	name string
	ca   root.FulcioCertificateAuthority
}

// Revocation is a certificate that must not be accepted any more.
type Revocation struct {
	// Fingerprint is the SHA-256 of the certificate's DER, in lower-case hex.
	Fingerprint string `json:"sha256"`
	Reason      string `json:"reason,omitempty"`
}

// What is not trusted.
var (
	ErrUntrusted  = errors.New("no trusted authority issued the certificate")
	ErrUnknownLog = errors.New("the log is not among the trusted ones")
)

// maxIntermediates bounds what a module may bring along to build a chain of.
const maxIntermediates = 16

// CheckCertificate checks that a trusted authority issued a certificate for
// signing code, and that the certificate, those above it and the authority's
// period all covered the given time. That must be a time to rely on: the one
// that a log signed. The intermediates come with the signature and are not
// trusted; they only help to find the way up.
//
// It returns the authority's name. Its error is ErrUntrusted, with the reason.
// Revocations and certificate transparency are not its business.
func (m *Material) CheckCertificate(leaf *x509.Certificate, at time.Time, intermediates ...*x509.Certificate) (string, error) {
	switch {
	case leaf == nil:
		return "", fmt.Errorf("%w: there is no certificate", ErrUntrusted)
	case at.IsZero():
		return "", fmt.Errorf("%w: there is no time to check it at", ErrUntrusted)
	case leaf.IsCA:
		return "", fmt.Errorf("%w: it is that of an authority, which signs certificates and no modules", ErrUntrusted)
	case !slices.Contains(leaf.ExtKeyUsage, x509.ExtKeyUsageCodeSigning):
		// The library takes one that names no use at all for one of every use.
		return "", fmt.Errorf("%w: it does not say that it is for signing code", ErrUntrusted)
	case at.Before(leaf.NotBefore), at.After(leaf.NotAfter):
		return "", fmt.Errorf("%w: it is valid from %s until %s, and the time is %s", ErrUntrusted, stamp(leaf.NotBefore), stamp(leaf.NotAfter), stamp(at))
	case len(intermediates) > maxIntermediates:
		return "", fmt.Errorf("%w: it comes with %d others, and more than %d are not tried", ErrUntrusted, len(intermediates), maxIntermediates)
	}
	var why []string
	for _, a := range m.authorities {
		ca := a.ca
		ca.Intermediates = slices.Concat(ca.Intermediates, intermediates)
		if _, err := ca.Verify(leaf, at); err != nil {
			why = append(why, fmt.Sprintf("%s: %v", a.name, err))
			continue
		}
		return a.name, nil
	}
	return "", fmt.Errorf("%w: %s", ErrUntrusted, m.reasons(why))
}

func (m *Material) reasons(why []string) string {
	if len(why) == 0 {
		return "there is no authority in " + m.Source
	}
	return strings.Join(why, "; ")
}

// Log is the key of the log that an entry names, if the log is trusted and its
// key was in use at that time. Its errors are ErrUnknownLog, or say when the
// key was in use.
func (m *Material) Log(id string, at time.Time) (rekor.LogKey, error) {
	err := fmt.Errorf("%w: %.64q is not in %s", ErrUnknownLog, id, m.Source)
	for _, key := range m.logs {
		if key.ID != id {
			continue
		}
		if err = key.ValidAt(at); err == nil {
			return key, nil
		}
	}
	return rekor.LogKey{}, err
}

// Logs are the keys of all trusted logs.
func (m *Material) Logs() []rekor.LogKey { return slices.Clone(m.logs) }

// Authorities are the names of all trusted authorities.
func (m *Material) Authorities() []string {
	var names []string
	for _, a := range m.authorities {
		names = append(names, a.name)
	}
	return names
}

// Revoked reports whether a certificate was revoked. A trusted root of
// Sigstore knows no revocations.
func (m *Material) Revoked(leaf *x509.Certificate) (Revocation, bool) {
	if leaf == nil {
		return Revocation{}, false
	}
	r, ok := m.revoked[fingerprint(leaf)]
	return r, ok
}

// NamesRevoked reports whether its source could name revoked certificates at
// all. A trusted root of Sigstore cannot: that a certificate is not among its
// none says nothing.
func (m *Material) NamesRevoked() bool { return m.revoked != nil }

// fingerprint names a certificate: the SHA-256 of its DER, in hex.
func fingerprint(certificate *x509.Certificate) string {
	sum := sha256.Sum256(certificate.Raw)
	return hex.EncodeToString(sum[:])
}

// stamp is a time as messages have it.
func stamp(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05 UTC") }

// authorityName names an authority in messages: by what the source calls it,
// and by its certificate.
func authorityName(called string, certificate *x509.Certificate) string {
	subject := certificate.Subject.String()
	switch {
	case called == "":
		return subject
	case subject == "":
		return called
	}
	return subject + " (" + called + ")"
}
