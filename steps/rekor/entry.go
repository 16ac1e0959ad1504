// Package rekor knows entries of Rekor, the transparency log of Sigstore: what
// an entry says, whether the log promised it, and whether it is about the
// signature at hand. A responder can ask this years later and without any
// network; all that is needed is the entry and the log's public key.
//
// An entry proves three things, and each is checked on its own:
//
//   - The log's key signed its place and time (VerifyTimestamp). Only this
//     makes the time one to rely on.
//   - It is in a tree of the log (CheckInclusion, VerifyCheckpoint).
//   - It is about this artifact, this signature and this certificate
//     (ReadBody, Record.Unbound). Without it a true entry of something else
//     would do.
//
// Entries come from strangers. Sizes and numbers are bounded before a library
// sees them, and a body that two readers could understand differently is
// refused.
package rekor

import (
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/transparency-dev/merkle/rfc6962"
)

// The bounds of what is taken for an entry, in bytes. Bodies that the public
// log accepts are below 100 KiB.
const (
	maxBody       = 1 << 20
	maxTimestamp  = 4 << 10
	maxCheckpoint = 16 << 10
)

// maxNumber is the highest number that the log's signature is unambiguous
// about: it covers JSON in canonical form (RFC 8785), where numbers are those
// of IEEE 754.
const maxNumber = 1<<53 - 1

// The sizes in an entry's id: the tree's id, which may be missing, and the
// leaf's hash.
const (
	treeIDSize = 8
	hashSize   = 32
)

// Entry is one entry of the log.
type Entry struct {
	// UUID is the entry's id: 64 hex digits of its leaf hash, or 80 with the
	// tree's id before them.
	UUID string
	// LogIndex counts over all trees of the log.
	LogIndex int64
	// LogID names the log: the SHA-256 of its public key, in hex.
	LogID string
	// Body is what was entered, as JSON; ReadBody reads it.
	Body []byte
	// IntegratedTime is when the log took it in, in whole seconds. It is a
	// claim until VerifyTimestamp agrees.
	IntegratedTime time.Time
	// SET is the signed entry timestamp: the log's signature over body, time,
	// log id and index.
	SET []byte
	// Proof leads from the entry to the root of a tree; nil if there is none.
	Proof *Proof
}

// LeafHash is the hash of the entry as a leaf of the log's tree (RFC 6962,
// section 2.1): SHA-256 over a zero byte and the body.
func (e Entry) LeafHash() []byte { return rfc6962.DefaultHasher.HashLeaf(e.Body) }

// ErrOtherEntry says that an entry's id is that of another entry.
var ErrOtherEntry = errors.New("the entry's id is not that of its body")

// CheckUUID checks that the entry's id is that of its body. Whoever asks a log
// for an entry must do so, or may be given another one. The id that names the
// tree is not covered; it is checked with the checkpoint.
func (e Entry) CheckUUID() error {
	_, leaf, err := splitUUID(e.UUID)
	if err != nil {
		return err
	}
	if got := hex.EncodeToString(e.LeafHash()); got != leaf {
		return fmt.Errorf("%w: the body's leaf hash is %s", ErrOtherEntry, got)
	}
	return nil
}

// TreeID is the id of the entry's tree: 16 hex digits, or none if the entry's
// id does not say.
func (e Entry) TreeID() string {
	tree, _, err := splitUUID(e.UUID)
	if err != nil {
		return ""
	}
	return tree
}

// splitUUID takes an entry's id apart, in lower case.
func splitUUID(uuid string) (tree, leaf string, err error) {
	raw, err := hex.DecodeString(uuid)
	if err != nil || len(raw) != hashSize && len(raw) != treeIDSize+hashSize {
		return "", "", fmt.Errorf("%.100q is no id of an entry, which has 64 or 80 hex digits", uuid)
	}
	uuid = strings.ToLower(uuid)
	at := len(uuid) - 2*hashSize
	return uuid[:at], uuid[at:], nil
}

// bounded checks that an entry can be given to the libraries, and that what
// the log signed can only be read in one way.
func (e Entry) bounded() error {
	seconds := e.IntegratedTime.Unix()
	switch {
	case len(e.Body) == 0:
		return errors.New("the entry has no body")
	case len(e.Body) > maxBody:
		return fmt.Errorf("the entry's body has %d bytes, and more than %d are not read", len(e.Body), maxBody)
	case e.LogIndex < 0 || e.LogIndex > maxNumber:
		return fmt.Errorf("the log index %d cannot be", e.LogIndex)
	case seconds <= 0 || seconds > maxNumber:
		return errors.New("the entry has no time")
	case e.IntegratedTime.Nanosecond() != 0:
		return errors.New("the entry's time is not in whole seconds, and the log's are")
	}
	return nil
}
