package sample

import (
	"crypto/ecdsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/pem"
	"math/big"
	"net/url"
	"strings"
	"time"
)

// The certificate extensions that name who vouched for an identity, of
// Fulcio's registry of object identifiers: the old form is bare UTF-8, the new
// one DER.
var (
	oidIssuerOld = asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 57264, 1, 1}
	oidIssuer    = asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 57264, 1, 8}
)

// leafLife is how long a certificate of a signer is valid, as Fulcio's are.
const leafLife = 10 * time.Minute

// Identity is who signs without a key.
type Identity struct {
	// Name is an address with an @, the URI of a workflow, or the name of a
	// host.
	Name string
	// Issuer is the URL of who vouches for the name.
	Issuer string
	// At is when the certificate begins; zero is Epoch.
	At time.Time
}

// CA is a certificate authority that gives out certificates for minutes, as
// Fulcio does.
type CA struct {
	Root *x509.Certificate
	key  *ecdsa.PrivateKey
	name string
	made *int64 // certificates, so that each has its own number
}

// NewCA makes the authority of a name. Its root is valid for ten years around
// Epoch.
func NewCA(name string) CA {
	key := ecdsaKey("authority", name)
	template := &x509.Certificate{
		SerialNumber:          big.NewInt(1),
		Subject:               pkix.Name{Organization: []string{name}, CommonName: name + " root"},
		NotBefore:             epoch.AddDate(-5, 0, 0),
		NotAfter:              epoch.AddDate(5, 0, 0),
		IsCA:                  true,
		BasicConstraintsValid: true,
		KeyUsage:              x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
	}
	return CA{Root: certify(template, template, key, key), key: key, name: name, made: new(int64)}
}

// RootPEM is the root as a PEM text.
func (ca CA) RootPEM() string { return toPEM(ca.Root) }

// Leaf is a signer's certificate and its key.
type Leaf struct {
	Certificate *x509.Certificate
	Key         *ecdsa.PrivateKey
	// Chain is the certificate and the root above it, as PEM texts.
	Chain []string
}

// Issue gives out a certificate for an identity.
func (ca CA) Issue(id Identity) Leaf {
	*ca.made++
	if id.At.IsZero() {
		id.At = epoch
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1 + *ca.made),
		NotBefore:    id.At,
		NotAfter:     id.At.Add(leafLife),
		KeyUsage:     x509.KeyUsageDigitalSignature,
		ExtKeyUsage:  []x509.ExtKeyUsage{x509.ExtKeyUsageCodeSigning},
	}
	switch {
	case strings.Contains(id.Name, "://"):
		template.URIs = []*url.URL{must(url.Parse(id.Name))}
	case strings.Contains(id.Name, "@"):
		template.EmailAddresses = []string{id.Name}
	case id.Name != "":
		template.DNSNames = []string{id.Name}
	}
	if id.Issuer != "" {
		template.ExtraExtensions = []pkix.Extension{
			{Id: oidIssuerOld, Value: []byte(id.Issuer)},
			{Id: oidIssuer, Value: must(asn1.MarshalWithParams(id.Issuer, "utf8"))},
		}
	}
	key := ecdsaKey("signer", ca.name+"\x00"+id.Name+"\x00"+id.Issuer)
	leaf := certify(template, ca.Root, key, ca.key)
	return Leaf{Certificate: leaf, Key: key, Chain: []string{toPEM(leaf), toPEM(ca.Root)}}
}

// certify makes a certificate. Without a source of randomness ECDSA is
// deterministic (RFC 6979).
func certify(template, parent *x509.Certificate, key, signer *ecdsa.PrivateKey) *x509.Certificate {
	der := must(x509.CreateCertificate(nil, template, parent, key.Public(), signer))
	return must(x509.ParseCertificate(der))
}

func toPEM(c *x509.Certificate) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Raw}))
}
