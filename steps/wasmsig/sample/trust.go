package sample

import (
	"bytes"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"time"
)

// TrustedRoot is a trusted root of Sigstore, as JSON, that trusts an authority
// and a log from a day before Epoch on.
func TrustedRoot(ca CA, log *Log) []byte {
	from := map[string]any{"start": epoch.AddDate(0, 0, -1).Format(time.RFC3339)}
	id := must(hex.DecodeString(log.ID))
	return must(json.MarshalIndent(map[string]any{
		"mediaType": "application/vnd.dev.sigstore.trustedroot+json;version=0.1",
		"tlogs": []any{map[string]any{
			"baseUrl":       "https://rekor.example",
			"hashAlgorithm": "SHA2_256",
			"publicKey": map[string]any{
				"rawBytes":   must(x509.MarshalPKIXPublicKey(log.key.Public())),
				"keyDetails": "PKIX_ECDSA_P256_SHA_256",
				"validFor":   from,
			},
			"logId": map[string]any{"keyId": id},
		}},
		"certificateAuthorities": []any{map[string]any{
			"subject":   map[string]any{"organization": ca.name, "commonName": ca.name + " root"},
			"uri":       "https://fulcio.example",
			"certChain": map[string]any{"certificates": []any{map[string]any{"rawBytes": ca.Root.Raw}}},
			"validFor":  from,
		}},
		"ctlogs":               []any{},
		"timestampAuthorities": []any{},
	}, "", "  "))
}

// Bundle is what a trust bundle of wsc is made of.
type Bundle struct {
	CA  CA
	Log *Log
	// NotBefore and NotAfter bound when it is valid; zero is a day before
	// Epoch, and a year after it. Grace is how long it may be used after.
	NotBefore, NotAfter time.Time
	Grace               time.Duration
	// Revoked are certificates that are not to be accepted any more.
	Revoked []*x509.Certificate
	// Signer signs the bundle; the zero value leaves it unsigned.
	Signer Key
}

// The form of a bundle on the wire, in the order in which wsc writes it.
type (
	period struct {
		NotBefore int64 `json:"not_before"`
		NotAfter  int64 `json:"not_after"`
		Grace     int64 `json:"grace_period_seconds"`
	}
	authority struct {
		Name         string   `json:"name"`
		URI          string   `json:"uri"`
		Certificates []string `json:"certificates_pem"`
		ValidFor     period   `json:"valid_for"`
	}
	transparencyLog struct {
		BaseURL       string `json:"base_url"`
		HashAlgorithm string `json:"hash_algorithm"`
		PublicKey     string `json:"public_key_pem"`
		LogID         string `json:"log_id"`
		ValidFor      period `json:"valid_for"`
	}
	bundle struct {
		FormatVersion int               `json:"format_version"`
		Version       int               `json:"version"`
		ID            string            `json:"bundle_id"`
		CreatedAt     int64             `json:"created_at"`
		Validity      period            `json:"validity"`
		Authorities   []authority       `json:"certificate_authorities"`
		Logs          []transparencyLog `json:"transparency_logs"`
		Revocations   []string          `json:"revocations"`
	}
	bundleSignature struct {
		KeyID     string `json:"key_id"`
		Algorithm string `json:"algorithm"`
		Signature string `json:"signature"`
	}
)

// TrustBundle is a trust bundle of wsc, as JSON: signed if it has a signer.
func TrustBundle(b Bundle) []byte {
	if b.NotBefore.IsZero() {
		b.NotBefore = epoch.AddDate(0, 0, -1)
	}
	if b.NotAfter.IsZero() {
		b.NotAfter = epoch.AddDate(1, 0, 0)
	}
	valid := period{b.NotBefore.Unix(), b.NotAfter.Unix(), int64(b.Grace / time.Second)}
	id := derive("bundle", b.CA.name)
	inner := bundle{
		FormatVersion: 1, Version: 7, ID: hex.EncodeToString(id[:]), CreatedAt: valid.NotBefore, Validity: valid,
		Authorities: []authority{{Name: b.CA.name, Certificates: []string{b.CA.RootPEM()}, ValidFor: valid}},
		Logs: []transparencyLog{{BaseURL: "https://rekor.example", HashAlgorithm: "sha256",
			PublicKey: b.Log.PublicPEM(), LogID: b.Log.ID, ValidFor: valid}},
		Revocations: []string{},
	}
	for _, c := range b.Revoked {
		sum := sha256.Sum256(c.Raw)
		inner.Revocations = append(inner.Revocations, hex.EncodeToString(sum[:]))
	}
	text := indented(inner)
	if b.Signer.private == nil {
		return text
	}
	public := sha256.Sum256(b.Signer.Public().Bytes())
	return indented(struct {
		Bundle    bundle          `json:"bundle"`
		Signature bundleSignature `json:"signature"`
	}{inner, bundleSignature{hex.EncodeToString(public[:4]), "Ed25519", base64.StdEncoding.EncodeToString(b.Signer.Sign(text))}})
}

// indented is JSON as wsc writes it and signs it: two spaces, nothing escaped
// for HTML, no newline at the end.
func indented(value any) []byte {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(value); err != nil {
		panic(err)
	}
	return bytes.TrimRight(out.Bytes(), "\n")
}
