package sample

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"time"

	"wsc-respond/steps/wasmsig"
)

// firstIndex is the log's index of the first entry in its tree: logs have had
// other trees before.
const firstIndex = 424_000

// Log is a transparency log. Its entries are promised by its key and have
// their place in a tree.
type Log struct {
	// ID is the SHA-256 of the public key (SubjectPublicKeyInfo), in hex.
	ID     string
	key    *ecdsa.PrivateKey
	tree   string // the tree's id, 16 hex digits
	leaves []wasmsig.Digest
}

// NewLog makes the log of a name, which has some entries of others already.
func NewLog(name string) *Log {
	key := ecdsaKey("log", name)
	id := sha256.Sum256(must(x509.MarshalPKIXPublicKey(key.Public())))
	tree := derive("tree", name)
	l := &Log{ID: hex.EncodeToString(id[:]), key: key, tree: hex.EncodeToString(tree[:8])}
	for i := range 5 {
		l.leaves = append(l.leaves, leafHash(fmt.Appendf(nil, `{"of":"somebody else","number":%d}`, i)))
	}
	return l
}

// PublicPEM is the log's public key as a PEM text.
func (l *Log) PublicPEM() string {
	der := must(x509.MarshalPKIXPublicKey(l.key.Public()))
	return string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}))
}

// Enter takes a body into the log at a time, which is cut to seconds.
func (l *Log) Enter(body []byte, at time.Time) wasmsig.LogEntry {
	place := len(l.leaves)
	leaf := leafHash(body)
	l.leaves = append(l.leaves, leaf)
	e := wasmsig.LogEntry{
		UUID:           l.tree + hex.EncodeToString(leaf[:]),
		LogIndex:       firstIndex + int64(place),
		LogID:          l.ID,
		Body:           body,
		IntegratedTime: at.UTC().Truncate(time.Second),
		Proof:          l.proof(place),
	}
	e.SET = l.Promise(e)
	return e
}

// Promise is the log's signature over the entry's body, time, log id and
// index, as canonical JSON (RFC 8785).
func (l *Log) Promise(e wasmsig.LogEntry) []byte {
	text := fmt.Sprintf(`{"body":%q,"integratedTime":%d,"logID":%q,"logIndex":%d}`,
		base64.StdEncoding.EncodeToString(e.Body), e.IntegratedTime.Unix(), e.LogID, e.LogIndex)
	digest := sha256.Sum256([]byte(text))
	return must(l.key.Sign(nil, digest[:], crypto.SHA256))
}

// proof is the way from an entry to the root of the tree as it is now, in the
// JSON that logs answer. It has no checkpoint: wsc keeps none.
func (l *Log) proof(place int) []byte {
	path := []string{}
	for _, h := range auditPath(place, l.leaves) {
		path = append(path, hex.EncodeToString(h[:]))
	}
	root := treeHash(l.leaves)
	return must(json.Marshal(struct {
		Hashes   []string `json:"hashes"`
		LogIndex int      `json:"logIndex"`
		RootHash string   `json:"rootHash"`
		TreeSize int      `json:"treeSize"`
	}{path, place, hex.EncodeToString(root[:]), len(l.leaves)}))
}

// leafHash is the hash of an entry (RFC 6962, section 2.1).
func leafHash(body []byte) wasmsig.Digest { return sha256.Sum256(append([]byte{0}, body...)) }

// nodeHash is the hash of two that lie below it.
func nodeHash(left, right wasmsig.Digest) wasmsig.Digest {
	return sha256.Sum256(append(append([]byte{1}, left[:]...), right[:]...))
}

// treeHash is the root above leaves, of which there is at least one.
func treeHash(leaves []wasmsig.Digest) wasmsig.Digest {
	if len(leaves) == 1 {
		return leaves[0]
	}
	k := split(len(leaves))
	return nodeHash(treeHash(leaves[:k]), treeHash(leaves[k:]))
}

// auditPath is what must be known beside a leaf to come to the root (RFC 6962,
// section 2.1.1).
func auditPath(place int, leaves []wasmsig.Digest) []wasmsig.Digest {
	if len(leaves) == 1 {
		return nil
	}
	k := split(len(leaves))
	if place < k {
		return append(auditPath(place, leaves[:k]), treeHash(leaves[k:]))
	}
	return append(auditPath(place-k, leaves[k:]), treeHash(leaves[:k]))
}

// split is the largest power of two below a number.
func split(n int) int {
	k := 1
	for k*2 < n {
		k *= 2
	}
	return k
}
