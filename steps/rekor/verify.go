package rekor

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"

	"github.com/sigstore/rekor/pkg/generated/models"
	"github.com/sigstore/rekor/pkg/verify"
	"github.com/transparency-dev/merkle/proof"
	"github.com/transparency-dev/merkle/rfc6962"
)

// What an entry can lack, and what makes it another log's.
var (
	ErrNoTimestamp  = errors.New("the entry has no signed timestamp")
	ErrOtherLog     = errors.New("the entry is of another log")
	ErrNoProof      = errors.New("the entry has no inclusion proof")
	ErrNoCheckpoint = errors.New("no checkpoint signs the root of the inclusion proof")
)

// VerifyTimestamp checks that the log's key signed the entry's body, time, log
// id and index, and that the key was in use then. Only after that may the time
// be relied on. Its errors are ErrNoTimestamp, ErrOtherLog, or say what is
// wrong.
func (e Entry) VerifyTimestamp(key LogKey) error {
	if len(e.SET) == 0 {
		return ErrNoTimestamp
	}
	if e.LogID != key.ID {
		return fmt.Errorf("%w: it names %.64q, and the key is of %s", ErrOtherLog, e.LogID, key.ID)
	}
	if err := e.bounded(); err != nil {
		return err
	}
	if len(e.SET) > maxTimestamp {
		return fmt.Errorf("the signed timestamp has %d bytes, and more than %d are not read", len(e.SET), maxTimestamp)
	}
	verifier, err := key.verifier()
	if err != nil {
		return err
	}
	if err := verify.VerifySignedEntryTimestamp(context.Background(), e.model(), verifier); err != nil {
		return fmt.Errorf("the log's signature does not match the entry: %w", err)
	}
	return key.ValidAt(e.IntegratedTime)
}

// model is the entry as the library has it, with no pointer nil that it
// follows: it would panic.
func (e Entry) model() *models.LogEntryAnon {
	seconds := e.IntegratedTime.Unix()
	return &models.LogEntryAnon{
		Body:           base64.StdEncoding.EncodeToString(e.Body),
		IntegratedTime: &seconds,
		LogID:          &e.LogID,
		LogIndex:       &e.LogIndex,
		Verification:   &models.LogEntryAnonVerification{SignedEntryTimestamp: e.SET},
	}
}

// CheckInclusion checks that the proof leads from the body to the proof's own
// root. That alone proves nothing, since anybody can make up a root;
// VerifyCheckpoint checks who signed it. Its errors are ErrNoProof, or say what
// is wrong.
func (e Entry) CheckInclusion() error {
	if e.Proof == nil {
		return ErrNoProof
	}
	if err := e.Proof.bounded(); err != nil {
		return err
	}
	err := proof.VerifyInclusion(rfc6962.DefaultHasher, uint64(e.Proof.LogIndex), uint64(e.Proof.TreeSize),
		e.LeafHash(), e.Proof.Hashes, e.Proof.RootHash)
	if err != nil {
		return fmt.Errorf("the inclusion proof does not lead to its root: %w", err)
	}
	return nil
}

// VerifyCheckpoint checks that the log's key signed the root and the size of
// the tree that the inclusion proof leads to, and that it is the tree of the
// entry's id if that names one. Together with CheckInclusion it proves that
// the entry is in the log. Its errors are ErrNoProof, ErrNoCheckpoint, or say
// what is wrong.
func (e Entry) VerifyCheckpoint(key LogKey) error {
	if e.Proof == nil {
		return ErrNoProof
	}
	if err := e.Proof.bounded(); err != nil {
		return err
	}
	checkpoint, err := key.VerifyNote(e.Proof.Checkpoint)
	if err != nil {
		return err
	}
	if err := e.checkSize(checkpoint); err != nil {
		return err
	}
	return e.checkTree(checkpoint)
}

// checkSize compares a checkpoint with the proof that it is to be the end of.
func (e Entry) checkSize(checkpoint Checkpoint) error {
	switch {
	case checkpoint.Size != e.Proof.TreeSize:
		return fmt.Errorf("the checkpoint is of a tree of %d entries, and the inclusion proof of one of %d",
			checkpoint.Size, e.Proof.TreeSize)
	case !bytes.Equal(checkpoint.Root, e.Proof.RootHash):
		return errors.New("the checkpoint signs another root than that of the inclusion proof")
	}
	return nil
}

// checkTree compares the tree of a checkpoint with that of the entry's id, if
// it names one.
func (e Entry) checkTree(checkpoint Checkpoint) error {
	if tree := e.TreeID(); tree != "" && checkpoint.TreeID() != tree {
		return fmt.Errorf("the checkpoint is of %.100q, and the entry's id names the tree %s", checkpoint.Origin, tree)
	}
	return nil
}
