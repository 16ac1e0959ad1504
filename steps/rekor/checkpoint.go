package rekor

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/sigstore/rekor/pkg/util"
	"github.com/transparency-dev/merkle/proof"
	"github.com/transparency-dev/merkle/rfc6962"
)

// Checkpoint is what a log says of its whole tree at one moment: how many
// entries it has, and the hash that covers them all.
type Checkpoint struct {
	Origin string // "rekor.example - 123": the log's name and the tree's id
	Size   int64  // entries
	Root   []byte // 32 bytes
	// Note is the signed note that says so, to be kept and compared later.
	Note string
}

// ParseCheckpoint reads a signed note. Nothing is verified.
func ParseCheckpoint(text string) (Checkpoint, error) {
	c, _, err := readCheckpoint(text)
	return c, err
}

// readCheckpoint reads a signed note into what it says and what the library
// checks the signature of.
func readCheckpoint(text string) (Checkpoint, util.SignedCheckpoint, error) {
	var signed util.SignedCheckpoint
	switch {
	case text == "":
		return Checkpoint{}, signed, ErrNoCheckpoint
	case len(text) > maxCheckpoint:
		return Checkpoint{}, signed, fmt.Errorf("the checkpoint has %d bytes, and more than %d are not read", len(text), maxCheckpoint)
	}
	if err := signed.UnmarshalText([]byte(text)); err != nil {
		return Checkpoint{}, signed, fmt.Errorf("read the checkpoint: %w", err)
	}
	if signed.Size > maxNumber || len(signed.Hash) != hashSize {
		return Checkpoint{}, signed, errors.New("read the checkpoint: its size or its hash cannot be")
	}
	c := Checkpoint{Origin: signed.Origin, Size: int64(signed.Size), Root: signed.Hash, Note: text}
	return c, signed, nil
}

// VerifyNote reads a signed note and checks that the log's key, and no other,
// signed it.
func (k LogKey) VerifyNote(text string) (Checkpoint, error) {
	c, signed, err := readCheckpoint(text)
	if err != nil {
		return Checkpoint{}, err
	}
	verifier, err := k.verifier()
	if err != nil {
		return Checkpoint{}, err
	}
	if !signed.SignedNote.Verify(verifier) {
		return Checkpoint{}, ErrNotSigned
	}
	return c, nil
}

// TreeID is the tree that the checkpoint is of, as entries' ids name it: 16
// hex digits. It is empty if the origin names none.
func (c Checkpoint) TreeID() string {
	_, number, _ := strings.Cut(c.Origin, " - ")
	id, err := strconv.ParseUint(number, 10, 64)
	if err != nil {
		return ""
	}
	return fmt.Sprintf("%016x", id)
}

// ForkError says that a log signed two histories that cannot both be true. It
// is the gravest thing that a log can be found to have done: what it says of
// any entry may differ by who asks.
type ForkError struct {
	Old, New Checkpoint
	Why      string
}

// Error says what was compared, and what does not fit.
func (e *ForkError) Error() string {
	return fmt.Sprintf("the log has forked: %s. It signed %d entries with the root %s, and %d entries with the root %s",
		e.Why, e.Old.Size, hex.EncodeToString(e.Old.Root), e.New.Size, hex.EncodeToString(e.New.Root))
}

// ErrNotSigned says that somebody else signed a checkpoint, or nobody.
var ErrNotSigned = errors.New("the log's key did not sign the checkpoint")

// ErrShrunk says that a log showed a tree that is smaller than one it signed
// before. A mirror that lags does so too, so it is not yet a fork.
var ErrShrunk = errors.New("the log shows fewer entries than it signed before")

// ErrOtherTree says that two checkpoints are of different trees, which cannot
// be compared. A log that begins a new shard does so.
var ErrOtherTree = errors.New("the checkpoints are of different trees")

// CheckConsistency checks that a checkpoint is of a tree that only grew since
// an earlier one, by the log's proof, which may be empty where none is needed
// (RFC 6962, section 2.1.2). Both must have been verified. Everything follows
// from nothing, so an empty tree is consistent with any.
//
// Its errors are ErrOtherTree, ErrShrunk, or a *ForkError.
func CheckConsistency(old, new Checkpoint, hashes [][]byte) error {
	fork := func(why string) error { return &ForkError{Old: old, New: new, Why: why} }
	switch {
	case old.Origin != new.Origin:
		return fmt.Errorf("%w: %.100q before, %.100q now", ErrOtherTree, old.Origin, new.Origin)
	case old.Size > new.Size:
		return fmt.Errorf("%w: %d before, %d now", ErrShrunk, old.Size, new.Size)
	case old.Size == new.Size && !bytes.Equal(old.Root, new.Root):
		return fork("it signed two roots for one size")
	case old.Size == 0 || old.Size == new.Size:
		return nil
	}
	if err := proof.VerifyConsistency(rfc6962.DefaultHasher, uint64(old.Size), uint64(new.Size), hashes, old.Root, new.Root); err != nil {
		return fork("it cannot prove that the later tree holds the earlier one")
	}
	return nil
}
