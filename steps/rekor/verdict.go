package rekor

import (
	"crypto/x509"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"
)

// The checks of an entry, by the names that they have in JSON.
const (
	CheckBody       = "body"       // the body is of a form that can be read in one way
	CheckID         = "id"         // the entry's id is that of its body
	CheckLog        = "log"        // the log is one whose key is pinned
	CheckTimestamp  = "timestamp"  // the log's key signed body, index, time and log
	CheckInclusion  = "inclusion"  // the proof leads from the body to its root
	CheckCheckpoint = "checkpoint" // the log's key signed the checkpoint
	CheckSize       = "size"       // the checkpoint has the size and root of the proof
	CheckTree       = "tree"       // the checkpoint's origin is the tree of the id
	CheckAsked      = "asked"      // the entry is the one that was asked for
)

// Check is one thing that was checked of an entry.
type Check struct {
	Name   string `json:"name"`
	OK     bool   `json:"ok"`
	Detail string `json:"detail"` // what was checked, or what is wrong
}

// Verdict is an entry in words, and whether it is one of the log.
type Verdict struct {
	UUID           string    `json:"uuid"`
	LogIndex       int64     `json:"log_index"`
	TreeIndex      *int64    `json:"tree_index"`
	TreeSize       *int64    `json:"tree_size"`
	LogID          string    `json:"log_id"`
	IntegratedTime time.Time `json:"integrated_time"`
	// Kind is that of the body: "hashedrekord".
	Kind string `json:"kind"`
	// ArtifactDigest is "sha256:…", empty if the body has none that is read.
	ArtifactDigest string `json:"artifact_digest"`
	// Identities are whom the certificates or keys of the entry name. A log
	// takes any certificate; CertifiedBy says whether an authority stands
	// behind it.
	Identities []string `json:"identities"`
	// Issuer is who vouched for the identity, by the certificate's own words.
	Issuer string `json:"issuer"`
	// CertifiedBy is the trusted authority that issued the certificate; empty
	// if there is none, or none was asked for.
	// An entry of several certificates has it only if there is one behind each.
	CertifiedBy string  `json:"certified_by,omitempty"`
	Verified    bool    `json:"verified"`
	Checks      []Check `json:"checks"`

	// Certificates is how many certificates the entry has. What has none was
	// signed with a key, which stands for itself.
	Certificates int `json:"-"`
	// Entry is what was verified.
	Entry Entry `json:"-"`
}

// Verifier verifies entries against the pinned keys of logs. It can be used by
// many at once.
type Verifier struct {
	// Authority names the trusted authority that issued a certificate which
	// was used at a time; nil asks none.
	Authority func(leaf *x509.Certificate, at time.Time) (string, error)

	keys []LogKey

	mu   sync.Mutex
	last Checkpoint // that was verified; entries of one answer share it
	by   string     // the id of the key that signed it
}

// NewVerifier makes a verifier for the logs of these keys.
func NewVerifier(keys []LogKey) *Verifier { return &Verifier{keys: keys} }

// Verify checks everything about an entry that can be checked with the log's
// key alone, each on its own.
func (v *Verifier) Verify(e Entry) Verdict {
	verdict, key, err := v.begin(e)
	v.included(&verdict, key, err)
	return verdict
}

// VerifyPromised is Verify for entries of bundles, of which the oldest have
// only the signed timestamp: the log's promise to take the entry in. Without a
// proof, that it did is not checked, and no check says so.
func (v *Verifier) VerifyPromised(e Entry) Verdict {
	if e.Proof != nil && e.Proof.Checkpoint != "" {
		return v.Verify(e)
	}
	verdict, _, _ := v.begin(e)
	return verdict
}

// Describe says what an entry says, and checks only what needs no log: the
// form of the body, and its id.
func (v *Verifier) Describe(e Entry) Verdict {
	verdict := Verdict{UUID: e.UUID, LogIndex: e.LogIndex, LogID: e.LogID, IntegratedTime: e.IntegratedTime,
		Identities: []string{}, Entry: e, Verified: true}
	if e.Proof != nil {
		verdict.TreeIndex, verdict.TreeSize = &e.Proof.LogIndex, &e.Proof.TreeSize
	}
	err := v.describe(&verdict)
	verdict.Add(CheckBody, "it can be read in one way; its kind is "+verdict.Kind, err)
	verdict.Add(CheckID, "the id is the hash of the body", e.CheckUUID())
	return verdict
}

// VerifyTiled is Describe for an entry of a log of the second version, and
// checks that its proof leads to the root that its checkpoint names. Who signed
// that checkpoint is left to be checked elsewhere: those logs sign in another
// form.
func (v *Verifier) VerifyTiled(e Entry) Verdict {
	verdict := v.Describe(e)
	verdict.Add(CheckInclusion, "the proof leads from the body to the root of the tree", e.CheckInclusion())
	err := ErrNoProof
	if e.Proof != nil {
		var named Checkpoint
		if named, err = ParseCheckpoint(e.Proof.Checkpoint); err == nil {
			err = e.checkSize(named)
		}
	}
	verdict.Add(CheckSize, "the checkpoint has the size and the root of the proof", err)
	return verdict
}

// begin makes the checks that need no proof.
func (v *Verifier) begin(e Entry) (Verdict, LogKey, error) {
	verdict := v.Describe(e)
	key, err := v.key(e)
	verdict.Add(CheckLog, "the entry is of the log whose key is pinned, "+short(key.ID), err)
	verdict.Add(CheckTimestamp, "the log's key signed body, index, log and time", orElse(err, func() error { return e.VerifyTimestamp(key) }))
	return verdict, key, err
}

// included makes the checks of the proof that the entry is in the log.
func (v *Verifier) included(verdict *Verdict, key LogKey, err error) {
	e := verdict.Entry
	verdict.Add(CheckInclusion, "the proof leads from the body to the root of the tree", e.CheckInclusion())
	var signed Checkpoint
	noteErr := orElse(err, func() (err error) { signed, err = v.note(e, key); return err })
	verdict.Add(CheckCheckpoint, "the log's key signed the checkpoint of "+short(signed.Origin), noteErr)
	verdict.Add(CheckSize, fmt.Sprintf("checkpoint and proof are of one tree, of %d entries", signed.Size), orElse(noteErr, func() error { return e.checkSize(signed) }))
	verdict.Add(CheckTree, "the checkpoint is of the tree that the id names", orElse(noteErr, func() error { return e.checkTree(signed) }))
}

// Add notes a further check, with what it says if it passed.
func (v *Verdict) Add(name, passed string, err error) {
	check := Check{Name: name, OK: err == nil, Detail: passed}
	if err != nil {
		check.Detail = err.Error()
		v.Verified = false
	}
	v.Checks = append(v.Checks, check)
}

// Failed are the checks that did not pass.
func (v Verdict) Failed() []Check {
	var failed []Check
	for _, check := range v.Checks {
		if !check.OK {
			failed = append(failed, check)
		}
	}
	return failed
}

// orElse makes a check unless what it needs failed.
func orElse(needed error, check func() error) error {
	if needed != nil {
		return errors.New("not checked, for want of what comes before it")
	}
	return check()
}

// key is the pinned key of the entry's log. A log can have had several.
func (v *Verifier) key(e Entry) (LogKey, error) {
	var known []string
	err := error(nil)
	for _, key := range v.keys {
		if key.ID != e.LogID {
			known = append(known, short(key.ID))
			continue
		}
		if err = key.ValidAt(e.IntegratedTime); err == nil {
			return key, nil
		}
	}
	if err != nil {
		return LogKey{}, err
	}
	return LogKey{}, fmt.Errorf("%w: it names %.64q, and the pinned keys are of %s", ErrOtherLog, e.LogID, strings.Join(known, ", "))
}

// note verifies the checkpoint of an entry, unless it is that of the entry
// before.
func (v *Verifier) note(e Entry, key LogKey) (Checkpoint, error) {
	if e.Proof == nil {
		return Checkpoint{}, ErrNoProof
	}
	v.mu.Lock()
	last, by := v.last, v.by
	v.mu.Unlock()
	if last.Note == e.Proof.Checkpoint && by == key.ID && last.Note != "" {
		return last, nil
	}
	signed, err := key.VerifyNote(e.Proof.Checkpoint)
	if err != nil {
		return Checkpoint{}, err
	}
	v.mu.Lock()
	v.last, v.by = signed, key.ID
	v.mu.Unlock()
	return signed, nil
}
