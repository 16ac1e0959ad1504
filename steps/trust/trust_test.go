package trust

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"math/big"
	"testing"
	"time"

	"wsc-respond/steps/keyfile"
	"wsc-respond/steps/rekor"
)

// noon is the time at which the tests look at bundles and certificates.
var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// day is a time so many days from noon.
func day(n int) time.Time { return noon.AddDate(0, 0, n) }

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

// issued is a certificate with its key.
type issued struct {
	*x509.Certificate
	key *ecdsa.PrivateKey
}

// anAuthority is a certificate that may issue others, for some days around
// noon: by itself, or by one above it.
func anAuthority(name string, from, until time.Time, above ...issued) issued {
	return issue(&x509.Certificate{
		Subject: pkix.Name{CommonName: name}, NotBefore: from, NotAfter: until,
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}, above...)
}

// leaf is a certificate that the authority issues for ten minutes of signing.
func (a issued) leaf(at time.Time) *x509.Certificate {
	return issue(&x509.Certificate{
		Subject: pkix.Name{CommonName: "signer"}, NotBefore: at, NotAfter: at.Add(10 * time.Minute),
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageCodeSigning},
	}, a).Certificate
}

func issue(template *x509.Certificate, above ...issued) issued {
	key := must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))
	template.SerialNumber = must(rand.Int(rand.Reader, big.NewInt(1<<62)))
	parent, signer := template, key
	if len(above) > 0 {
		parent, signer = above[0].Certificate, above[0].key
	}
	der := must(x509.CreateCertificate(rand.Reader, template, parent, key.Public(), signer))
	return issued{must(x509.ParseCertificate(der)), key}
}

func (a issued) pem() string {
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: a.Raw}))
}

// aLog is a log's key and how a bundle writes it.
func aLog() (rekor.LogKey, string) {
	public := must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader)).Public()
	der := must(x509.MarshalPKIXPublicKey(public))
	return must(rekor.NewLogKey(public)), string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}))
}

// aKey is a key that signs bundles.
func aKey() (keyfile.Public, ed25519.PrivateKey) {
	public, secret, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		panic(err)
	}
	return must(keyfile.NewPublic(public)), secret
}

// object is JSON, for bundles and roots.
type object = map[string]any

// world is an authority and a log, and a bundle that trusts both.
type world struct {
	ca     issued
	log    rekor.LogKey
	bundle object
}

// newWorld has a bundle that is valid for a month around noon and that stamps
// its validity on its members, as wsc does.
func newWorld() world {
	ca := anAuthority("root", day(-400), day(400))
	log, text := aLog()
	w := world{ca: ca, log: log}
	w.bundle = object{
		"format_version": 1, "version": 7, "bundle_id": "id", "created_at": day(-15).Unix(),
		"validity": between(day(-15), day(15)),
		"certificate_authorities": []any{object{
			"name": "ca.pem", "uri": "https://ca.example", "certificates_pem": []string{ca.pem()}, "valid_for": between(day(-15), day(15))}},
		"transparency_logs": []any{object{"base_url": "https://log.example", "hash_algorithm": "sha256",
			"public_key_pem": text, "log_id": log.ID, "valid_for": between(day(-15), day(15))}},
		"revocations": []any{},
	}
	return w
}

func between(from, until time.Time) object {
	return object{"not_before": from.Unix(), "not_after": until.Unix(), "grace_period_seconds": 0}
}

// member is the first authority or log of the bundle.
func (w world) member(list string) object { return w.bundle[list].([]any)[0].(object) }

func (w world) text() []byte { return indented(w.bundle) }

func (w world) read(t testing.TB) Bundle {
	t.Helper()
	b, err := ReadBundle(w.text())
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// indented is JSON as wsc writes it.
func indented(value any) []byte {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(value); err != nil {
		panic(err)
	}
	return bytes.TrimSuffix(out.Bytes(), []byte("\n"))
}

// signed is the signed form of a bundle that was laid out as wsc does.
func signed(bundle []byte, secret ed25519.PrivateKey) []byte {
	sum := sha256.Sum256(secret.Public().(ed25519.PublicKey))
	return signedAs(bundle, secret, hex.EncodeToString(sum[:4]))
}

func signedAs(bundle []byte, secret ed25519.PrivateKey, keyID string) []byte {
	return indented(object{"bundle": json.RawMessage(bundle), "signature": object{
		"key_id": keyID, "algorithm": "Ed25519", "signature": base64.StdEncoding.EncodeToString(ed25519.Sign(secret, bundle))}})
}

// kinds are the kinds of problem, in their order.
func kinds(problems []Problem) []ProblemKind {
	var found []ProblemKind
	for _, p := range problems {
		found = append(found, p.Kind)
	}
	return found
}
