package rekor

import (
	"bytes"
	"errors"
	"fmt"
	"math/bits"
	"slices"

	"github.com/transparency-dev/merkle/compact"
	"github.com/transparency-dev/merkle/rfc6962"
)

// Window proves that entries which follow each other are all that a log has
// between the first and the last of them. It is a value over entries alone:
// the same entries, read from a file years later, prove the same again.
//
// An inclusion proof has the hash of everything to the left of its entry. The
// first entry gives the one before the window; each entry is appended to it,
// and the next one's proof must begin with just what came out. So at each
// entry the window is complete up to there, under the checkpoint that the
// log's key signed for that entry. An entry that was left out, put in, changed
// or moved gives another hash.
//
// The zero value is an empty window.
type Window struct {
	left  *compact.Range
	first Entry
	last  Entry
}

// Len is how many entries the window has.
func (w *Window) Len() int64 {
	if w.left == nil {
		return 0
	}
	return w.last.LogIndex - w.first.LogIndex + 1
}

// Next is the index in the log of the entry that is to come; it is only known
// when there was one.
func (w *Window) Next() int64 { return w.last.LogIndex + 1 }

// Checkpoint is the signed note under which the window is complete; "" while
// it is empty.
func (w *Window) Checkpoint() string {
	if w.left == nil {
		return ""
	}
	return w.last.Proof.Checkpoint
}

// Add appends an entry that was verified. Its error says why the window is not
// complete up to it; the window is then as it was.
func (w *Window) Add(v Verdict) error {
	e := v.Entry
	if !v.Verified || e.Proof == nil {
		return fmt.Errorf("entry %d is not verified", e.LogIndex)
	}
	left := leftOf(e.Proof)
	if w.left == nil {
		begun, err := rangeFactory().NewRange(0, uint64(e.Proof.LogIndex), left)
		if err != nil {
			return fmt.Errorf("begin the window at entry %d: %w", e.LogIndex, err)
		}
		w.left, w.first = begun, e
		return w.take(e)
	}
	if err := w.follows(e, left); err != nil {
		return err
	}
	return w.take(e)
}

// follows says why an entry is not the next one.
func (w *Window) follows(e Entry, left [][]byte) error {
	switch {
	case e.LogIndex != w.Next():
		return fmt.Errorf("entry %d is to come, and not entry %d", w.Next(), e.LogIndex)
	case e.TreeID() != w.first.TreeID():
		return fmt.Errorf("entry %d is of another tree than the one before it", e.LogIndex)
	case e.Proof.LogIndex != w.last.Proof.LogIndex+1:
		return fmt.Errorf("entry %d is at place %d of its tree, and the one before it at %d", e.LogIndex, e.Proof.LogIndex, w.last.Proof.LogIndex)
	case !slices.EqualFunc(left, w.left.Hashes(), bytes.Equal):
		return fmt.Errorf("the entries from %d to %d are not all that the log has before entry %d: the hash of what lies to its left is another",
			w.first.LogIndex, w.last.LogIndex, e.LogIndex)
	}
	return nil
}

func (w *Window) take(e Entry) error {
	if err := w.left.Append(e.LeafHash(), nil); err != nil {
		return fmt.Errorf("append entry %d to the window: %w", e.LogIndex, err)
	}
	w.last = e
	return nil
}

func rangeFactory() *compact.RangeFactory {
	return &compact.RangeFactory{Hash: rfc6962.DefaultHasher.HashChildren}
}

// leftOf are the hashes of an inclusion proof that lie to the left of its
// entry, from the largest subtree to the smallest: those of all entries before
// it. In the lower part of a path, left and right alternate as the bits of the
// index do; above, where the tree is cut off at its right edge, all are left
// (RFC 6962, section 2.1.1). The proof has been checked to lead to its root.
func leftOf(p *Proof) [][]byte {
	inner := bits.Len64(uint64(p.LogIndex) ^ uint64(p.TreeSize-1))
	var left [][]byte
	for i, hash := range p.Hashes {
		if i >= inner || p.LogIndex>>i&1 == 1 {
			left = append(left, hash)
		}
	}
	slices.Reverse(left)
	return left
}

// ErrSpans says that a window lies in more than one tree of the log. Each tree
// is proved on its own.
var ErrSpans = errors.New("the window lies in two trees of the log")

// Within checks that a window lies in one tree of the log, both ends included.
func (t Trees) Within(from, to int64) error {
	switch size := t.Size(); {
	case from < 0 || to < from:
		return fmt.Errorf("a window from entry %d to entry %d has no entry", from, to)
	case to >= size:
		return fmt.Errorf("the log has %d entries, the last of them %d, and entry %d is not yet among them", size, size-1, to)
	}
	var begin int64
	for _, tree := range t.all() {
		end := begin + tree.Size
		if from < end && to >= end {
			return fmt.Errorf("%w: one ends with entry %d, so ask for the two parts one by one", ErrSpans, end-1)
		}
		begin = end
	}
	return nil
}
