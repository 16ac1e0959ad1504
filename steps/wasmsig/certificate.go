package wasmsig

import (
	"crypto/sha256"
	"crypto/x509"
	"encoding/asn1"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

// Where a certificate names who vouched for the identity, of Fulcio's registry
// of object identifiers: first as bare UTF-8, later as DER.
var (
	oidIssuerOld = asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 57264, 1, 1}
	oidIssuer    = asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 57264, 1, 8}
	oidNames     = asn1.ObjectIdentifier{2, 5, 29, 17} // subjectAltName
)

// The kinds of name in a certificate that can be an identity (RFC 5280,
// section 4.2.1.6, GeneralName).
const (
	tagEmail = 1
	tagDNS   = 2
	tagURI   = 6
)

// Signer is whom a certificate names. That is only worth what the authority
// that issued it is worth.
type Signer struct {
	// Identity is the first address, host name or URI that it names; empty if
	// it names none.
	Identity string
	// Others are the further ones. Fulcio gives a certificate one name.
	Others []string
	// Issuer is the URL of who vouched for the identity; empty if it does not
	// say.
	Issuer string
}

// SignerOf reads whom a certificate names. Its error says what in it cannot be
// read; what could be is returned with it.
func SignerOf(leaf *x509.Certificate) (Signer, error) {
	names, err := identities(leaf)
	var s Signer
	if len(names) > 0 {
		s.Identity, s.Others = names[0], names[1:]
	}
	issuer, issuerErr := issuerOf(leaf)
	s.Issuer = issuer
	return s, errors.Join(err, issuerErr)
}

// identities are the names of a certificate in its own order, which
// x509.Certificate does not keep.
func identities(c *x509.Certificate) ([]string, error) {
	var names []string
	for _, extension := range c.Extensions {
		if !extension.Id.Equal(oidNames) {
			continue
		}
		var list []asn1.RawValue
		if rest, err := asn1.Unmarshal(extension.Value, &list); err != nil || len(rest) > 0 {
			return nil, errors.New("the names in the certificate cannot be read")
		}
		for _, name := range list {
			if name.Class != asn1.ClassContextSpecific {
				continue
			}
			switch name.Tag {
			case tagEmail, tagDNS, tagURI:
				names = append(names, string(name.Bytes))
			}
		}
	}
	return names, nil
}

// issuerOf is who vouched for the identity. Two that differ are an error: two
// readers would see two signers.
func issuerOf(c *x509.Certificate) (string, error) {
	var older, newer string
	for _, extension := range c.Extensions {
		switch {
		case extension.Id.Equal(oidIssuerOld):
			older = string(extension.Value)
		case extension.Id.Equal(oidIssuer):
			rest, err := asn1.UnmarshalWithParams(extension.Value, &newer, "utf8")
			if err != nil || len(rest) > 0 {
				return "", errors.New("the issuer of the identity in the certificate cannot be read")
			}
		}
	}
	switch {
	case !utf8.ValidString(older):
		return "", errors.New("the issuer of the identity in the certificate is no UTF-8")
	case older != "" && newer != "" && older != newer:
		return "", fmt.Errorf("the certificate names two issuers of the identity, %.100q and %.100q", newer, older)
	case newer != "":
		return newer, nil
	}
	return older, nil
}

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
