package wasmsig

import (
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
	"strings"

	"wsc-respond/steps/rekor"
)

// Signer is whom a certificate names.
type Signer = rekor.Signer

// SignerOf reads whom a certificate names; see rekor.SignerOf.
func SignerOf(leaf *x509.Certificate) (Signer, error) { return rekor.SignerOf(leaf) }

// Certificates are those of the signature: the signer's first, then what leads
// up from it. The problems say which cannot be read; those are nil.
func (k Keyless) Certificates() ([]*x509.Certificate, []Problem) {
	var chain []*x509.Certificate
	var problems []Problem
	for i, text := range k.Chain {
		certificate, err := parsePEM(text)
		if err != nil {
			problems = append(problems, *problem(CertificateMalformed, "certificate %d of %d: %v", i+1, len(k.Chain), err))
		}
		chain = append(chain, certificate)
	}
	return chain, problems
}

// parsePEM reads a text that is one certificate and nothing else, written as
// everybody writes it: what is shown, searched and compared has one form.
func parsePEM(text string) (*x509.Certificate, error) {
	block, rest := pem.Decode([]byte(text))
	switch {
	case block == nil:
		return nil, errors.New("it is no PEM")
	case !strings.HasPrefix(strings.TrimSpace(text), "-----BEGIN"), strings.TrimSpace(string(rest)) != "":
		return nil, errors.New("something stands before or behind the PEM of the certificate")
	case block.Type != "CERTIFICATE":
		return nil, fmt.Errorf("it is a %.40q", block.Type)
	case unspaced(text) != unspaced(string(pem.EncodeToMemory(&pem.Block{Type: block.Type, Bytes: block.Bytes}))):
		return nil, errors.New("it is not written as PEM is")
	}
	return x509.ParseCertificate(block.Bytes)
}

// unspaced is a text without its spaces and line breaks.
func unspaced(text string) string { return strings.Join(strings.Fields(text), "") }

// reportOf is a certificate in words.
func reportOf(c *x509.Certificate) CertificateReport {
	sum := sha256.Sum256(c.Raw)
	return CertificateReport{
		Subject: c.Subject.String(), Issuer: c.Issuer.String(),
		NotBefore: c.NotBefore.UTC(), NotAfter: c.NotAfter.UTC(),
		SHA256: hex.EncodeToString(sum[:]), Serial: c.SerialNumber.Text(16),
	}
}
