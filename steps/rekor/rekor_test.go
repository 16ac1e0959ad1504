package rekor

import (
	"crypto"
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
	"fmt"
	"math/big"
	"testing"
	"time"

	"github.com/transparency-dev/merkle/rfc6962"
)

// aLog is a log of a test: it signs entries and trees as Rekor does.
type aLog struct {
	t      testing.TB
	signer crypto.Signer
	key    LogKey
}

func newLog(t testing.TB) aLog {
	t.Helper()
	return logWith(t, must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader)))
}

func logWith(t testing.TB, signer crypto.Signer) aLog {
	t.Helper()
	key, err := NewLogKey(signer.Public())
	if err != nil {
		t.Fatal(err)
	}
	return aLog{t: t, signer: signer, key: key}
}

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

// sign signs as the log does: SHA-256 first, unless the key is Ed25519.
func (l aLog) sign(message []byte) []byte {
	if _, ok := l.signer.(ed25519.PrivateKey); ok {
		return must(l.signer.Sign(rand.Reader, message, crypto.Hash(0)))
	}
	sum := sha256.Sum256(message)
	return must(l.signer.Sign(rand.Reader, sum[:], crypto.SHA256))
}

// entered is an entry that the log took in, with a timestamp and a proof in a
// tree of five.
func (l aLog) entered(body []byte, at time.Time) Entry {
	e := Entry{LogIndex: 41, LogID: l.key.ID, Body: body, IntegratedTime: at}
	e.SET = l.timestamp(e)
	e.UUID = fmt.Sprintf("%016x%x", aTree, e.LeafHash())
	e.Proof = l.proof(e.LeafHash())
	return e
}

// timestamp signs an entry, with the members of the JSON in the order that
// RFC 8785 wants.
func (l aLog) timestamp(e Entry) []byte {
	return l.sign(fmt.Appendf(nil, `{"body":"%s","integratedTime":%d,"logID":"%s","logIndex":%d}`,
		base64.StdEncoding.EncodeToString(e.Body), e.IntegratedTime.Unix(), e.LogID, e.LogIndex))
}

// aTree is the id of the log's tree.
const aTree = 2605736670972794746

// proof is that of leaf 2 in a tree of 5: ((0 1)(2 3)) 4.
func (l aLog) proof(leaf []byte) *Proof {
	h := rfc6962.DefaultHasher
	other := func(i byte) []byte { return h.HashLeaf([]byte{i}) }
	left := h.HashChildren(other(0), other(1))
	root := h.HashChildren(h.HashChildren(left, h.HashChildren(leaf, other(3))), other(4))
	return &Proof{
		LogIndex: 2, TreeSize: 5, RootHash: root, Hashes: [][]byte{other(3), left, other(4)},
		Checkpoint: l.checkpoint(fmt.Sprintf("log.example - %d", uint64(aTree)), 5, root),
	}
}

// checkpoint is a signed note over a tree's size and root.
func (l aLog) checkpoint(origin string, size int, root []byte) string {
	text := fmt.Sprintf("%s\n%d\n%s\n", origin, size, base64.StdEncoding.EncodeToString(root))
	id := must(hex.DecodeString(l.key.ID))
	signature := append(id[:4:4], l.sign([]byte(text))...)
	return text + "\n\u2014 log.example " + base64.StdEncoding.EncodeToString(signature) + "\n"
}

// noon is a time of entry.
var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// aSignature is a signature over an artifact, with its certificate.
type aSignature struct {
	digest []byte
	der    []byte
	leaf   *x509.Certificate
}

func newSignature(t testing.TB) aSignature {
	t.Helper()
	key := must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "signer"},
		NotBefore: noon.Add(-time.Minute), NotAfter: noon.Add(time.Minute),
	}
	leaf := must(x509.ParseCertificate(must(x509.CreateCertificate(rand.Reader, template, template, key.Public(), key))))
	digest := sha256.Sum256([]byte("an artifact"))
	return aSignature{digest: digest[:], der: must(key.Sign(rand.Reader, digest[:], crypto.SHA256)), leaf: leaf}
}

// raw is the signature as wsc writes it: r and s in 32 bytes each.
func (s aSignature) raw() []byte {
	form := forms(s.der)[0]
	out := make([]byte, 64)
	form.R.FillBytes(out[:32])
	form.S.FillBytes(out[32:])
	return out
}

func (s aSignature) certificatePEM() []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.leaf.Raw})
}

func (s aSignature) keyPEM() []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: must(x509.MarshalPKIXPublicKey(s.leaf.PublicKey))})
}

// object is JSON, for bodies.
type object = map[string]any

func encode(value any) []byte { return must(json.Marshal(value)) }

// hashedrekord is the body of an entry about the signature.
func (s aSignature) hashedrekord(signature, verifier []byte) []byte {
	return encode(object{"apiVersion": "0.0.1", "kind": "hashedrekord", "spec": object{
		"data":      object{"hash": object{"algorithm": "sha256", "value": hex.EncodeToString(s.digest)}},
		"signature": object{"content": signature, "publicKey": object{"content": verifier}},
	}})
}
