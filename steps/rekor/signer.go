package rekor

import (
	"crypto/x509"
	"encoding/asn1"
	"errors"
	"fmt"
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
