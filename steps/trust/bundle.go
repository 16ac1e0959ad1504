package trust

import (
	"bytes"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"strings"
	"time"

	"wsc-respond/steps/rekor"
	"wsc-respond/steps/strictjson"
)

// Bundle is a trust bundle of wsc, as it was read.
type Bundle struct {
	FormatVersion int
	Version       int64  // rises with each bundle, so that an old one can be told
	ID            string // the bundle's own name for itself
	CreatedAt     time.Time
	// NotBefore and NotAfter bound its validity; GraceUntil is until when wsc
	// still takes it after that, with a warning.
	NotBefore, NotAfter, GraceUntil time.Time
	Authorities                     []Authority
	Logs                            []Log
	Revocations                     []Revocation

	signed    bool
	signature signatureText
	covered   []byte    // what the signature is over
	problems  []Problem // those that hold at any time
}

// Authority is a certificate authority in a bundle.
type Authority struct {
	Name         string
	URI          string
	Certificates []*x509.Certificate
	// From and Until bound the times at which it may have issued; zero if the
	// bundle does not say, and the certificates' own dates count.
	From, Until time.Time
}

// Log is a transparency log in a bundle.
type Log struct {
	Address string
	ID      string // as the bundle has it, in lower case
	// Key is the log's key, with the period that the bundle gives it; its Key
	// is nil if it cannot be read.
	Key rekor.LogKey
}

// ReadBundle reads a trust bundle of wsc, signed or not. An error says that
// the file is none; what is wrong with a bundle, Inspect and Verify tell.
func ReadBundle(data []byte) (Bundle, error) {
	p, err := takeApart(data)
	if err != nil {
		return Bundle{}, fmt.Errorf("this is no trust bundle: %w", err)
	}
	b, err := p.bundle()
	if err != nil {
		return Bundle{}, fmt.Errorf("this is no trust bundle: %w", err)
	}
	return b, nil
}

func (p parts) bundle() (Bundle, error) {
	b := Bundle{FormatVersion: int(*p.text.FormatVersion), Version: int64(*p.text.Version), ID: p.text.BundleID, signed: p.signed}
	var err error
	if b.CreatedAt, err = readTime(*p.text.CreatedAt); err != nil {
		return Bundle{}, fmt.Errorf("created_at: %w", err)
	}
	if b.covered, err = signedForm(p.raw); err != nil {
		return Bundle{}, err
	}
	b.note(p.found)
	if err := b.validity(p.text.Validity); err != nil {
		return Bundle{}, err
	}
	if p.signature != nil {
		b.signature = *p.signature
	}
	for _, text := range *p.text.CertificateAuthorities {
		if err := b.authority(text); err != nil {
			return Bundle{}, err
		}
	}
	for _, text := range *p.text.TransparencyLogs {
		if err := b.log(text); err != nil {
			return Bundle{}, err
		}
	}
	for _, raw := range p.text.Revocations {
		b.revocation(raw)
	}
	if len(b.Authorities) == 0 && len(b.Logs) == 0 {
		b.problem(Empty, "it has neither an authority nor a log, so nothing can be verified with it")
	}
	return b, nil
}

func (b *Bundle) problem(kind ProblemKind, format string, args ...any) {
	b.problems = tell(b.problems, kind, format, args...)
}

// note keeps as problems what was found in the text.
func (b *Bundle) note(found strictjson.Found) {
	if b.FormatVersion != formatVersion {
		b.problem(UnknownFormat, "its format version is %d, and only %d is read; what it says may mean something else", b.FormatVersion, formatVersion)
	}
	for _, place := range found.Repeated {
		b.problem(RepeatedName, "%s stands there twice, and readers differ in which one counts", place)
	}
	for _, place := range found.Unknown {
		b.problem(UnknownField, "%s is nothing that this program understands", place)
	}
}

func (b *Bundle) validity(text *periodText) error {
	valid, err := text.read("validity")
	if err != nil {
		return err
	}
	b.NotBefore, b.NotAfter = valid.from, valid.until
	b.GraceUntil = time.Unix(min(b.NotAfter.Unix()+int64(min(text.GracePeriodSeconds, lastTime)), lastTime), 0).UTC()
	if b.NotAfter.Before(b.NotBefore) {
		b.problem(BadValidity, "it ends on %s, before it begins on %s", stamp(b.NotAfter), stamp(b.NotBefore))
	}
	return nil
}

// authority takes in an authority; what cannot be read of it is a problem.
func (b *Bundle) authority(text authorityText) error {
	valid, err := text.ValidFor.read("valid_for of an authority")
	if err != nil {
		return err
	}
	valid = b.own(valid)
	a := Authority{Name: text.Name, URI: text.URI, From: valid.from, Until: valid.until}
	if !a.From.IsZero() && a.Until.Before(a.From) {
		b.problem(BadValidity, "the period of the authority %q ends before it begins", a.Name)
	}
	for i, one := range text.CertificatesPEM {
		certificates, err := readCertificates(one)
		if err != nil {
			b.problem(BadCertificate, "certificate %d of the authority %q: %v", i+1, a.Name, err)
		}
		a.Certificates = append(a.Certificates, certificates...)
	}
	if len(text.CertificatesPEM) == 0 {
		b.problem(BadCertificate, "the authority %q has no certificate", a.Name)
	}
	for _, certificate := range a.Certificates {
		if !certificate.IsCA {
			b.problem(NotAnAuthority, "%s of the authority %q may not issue certificates", certificate.Subject, a.Name)
		}
	}
	b.Authorities = append(b.Authorities, a)
	return nil
}

// log takes in a log; what cannot be read of it is a problem.
func (b *Bundle) log(text logText) error {
	valid, err := text.ValidFor.read("valid_for of a log")
	if err != nil {
		return err
	}
	valid = b.own(valid)
	l := Log{Address: text.BaseURL, ID: strings.ToLower(text.LogID)}
	if !valid.from.IsZero() && valid.until.Before(valid.from) {
		b.problem(BadValidity, "the period of the log %s ends before it begins", l.Address)
	}
	if !strings.EqualFold(text.HashAlgorithm, "sha256") {
		b.problem(BadHashAlgorithm, "the log %s hashes with %q, and only sha256 is known", l.Address, text.HashAlgorithm)
	}
	key, err := rekor.ParseLogKey([]byte(text.PublicKeyPEM))
	switch {
	case err != nil:
		b.problem(BadLogKey, "the log %s: %v", l.Address, err)
	case key.ID != l.ID:
		b.problem(LogIDMismatch, "the log %s calls itself %q, and its key is that of %s", l.Address, text.LogID, key.ID)
	}
	l.Key = key
	l.Key.Origin, l.Key.From, l.Key.Until = text.BaseURL, valid.from, valid.until
	b.Logs = append(b.Logs, l)
	return nil
}

// stampSlack is how far apart the clock readings of one run of wsc can be.
const stampSlack = time.Minute

// own drops a period that wsc bundle create stamped: it gives each authority
// and each log the bundle's own validity, counted from the moment that it came
// to it. That says when the bundle is good, and nothing of the authority; taken
// at its word, no signature from before the bundle could ever be verified.
func (b *Bundle) own(p period) period {
	late := p.from.Sub(b.NotBefore)
	if late.Abs() <= stampSlack && p.until.Sub(b.NotAfter) == late {
		return period{}
	}
	return p
}

// revocation takes in a revoked certificate: a digest in hex, in any case and
// with or without colons, or an object that has it as its fingerprint.
func (b *Bundle) revocation(raw json.RawMessage) {
	var object struct {
		Fingerprint string `json:"fingerprint"`
		Reason      string `json:"reason"`
	}
	err := json.Unmarshal(raw, &object.Fingerprint)
	if err != nil {
		_, err = strictjson.DecodeOnce(raw, MaxBundle, &object)
	}
	digits := strings.ToLower(strings.ReplaceAll(object.Fingerprint, ":", ""))
	if sum, bad := hex.DecodeString(digits); err != nil || bad != nil || len(sum) != sha256.Size {
		b.problem(BadRevocation, "the revocation %.100s is not the SHA-256 of a certificate in hex", raw)
		return
	}
	b.Revocations = append(b.Revocations, Revocation{Fingerprint: digits, Reason: object.Reason})
}

// readCertificates reads all PEM blocks of a text. It returns those up to the
// first that cannot be read.
func readCertificates(text string) ([]*x509.Certificate, error) {
	var read []*x509.Certificate
	rest := []byte(text)
	for len(bytes.TrimSpace(rest)) > 0 || len(read) == 0 {
		var block *pem.Block
		if block, rest = pem.Decode(rest); block == nil {
			return read, errors.New("it is not in PEM")
		}
		if block.Type != "CERTIFICATE" {
			return read, fmt.Errorf("it is a %.40q, not a CERTIFICATE", block.Type)
		}
		certificate, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return read, err
		}
		read = append(read, certificate)
	}
	return read, nil
}
