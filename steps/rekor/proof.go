package rekor

import (
	"encoding/hex"
	"errors"
	"fmt"

	"wsc-respond/steps/strictjson"
)

// maxProof bounds the text of an inclusion proof, in bytes. One with a
// checkpoint has about 3,000.
const maxProof = 64 << 10

// maxPath is the most hashes that a path through a tree can have: as many as
// its size has bits.
const maxPath = 64

// Proof leads from an entry to the root of a tree (RFC 6962, section 2.1.1).
type Proof struct {
	LogIndex   int64    // the entry's place in this tree; not its index in the log
	TreeSize   int64    // how many entries the tree had
	RootHash   []byte   // 32 bytes
	Hashes     [][]byte // 32 bytes each, from the leaf's neighbour up
	Checkpoint string   // the signed note that has the root; "" if there is none
}

// ParseProof reads an inclusion proof as logs answer it, and as wsc keeps it
// in a signature: JSON with hashes in hex.
func ParseProof(data []byte) (*Proof, error) {
	var text struct {
		Checkpoint string   `json:"checkpoint"`
		Hashes     []string `json:"hashes"`
		LogIndex   *int64   `json:"logIndex"`
		RootHash   string   `json:"rootHash"`
		TreeSize   *int64   `json:"treeSize"`
	}
	if _, err := strictjson.DecodeOnce(data, maxProof, &text); err != nil {
		return nil, fmt.Errorf("read the inclusion proof: %w", err)
	}
	if text.LogIndex == nil || text.TreeSize == nil {
		return nil, errors.New("read the inclusion proof: it does not say its index or its size")
	}
	p := &Proof{LogIndex: *text.LogIndex, TreeSize: *text.TreeSize, Checkpoint: text.Checkpoint}
	var err error
	if p.RootHash, err = hex.DecodeString(text.RootHash); err != nil {
		return nil, fmt.Errorf("read the root of the inclusion proof: %w", err)
	}
	for _, digits := range text.Hashes {
		hash, err := hex.DecodeString(digits)
		if err != nil {
			return nil, fmt.Errorf("read a hash of the inclusion proof: %w", err)
		}
		p.Hashes = append(p.Hashes, hash)
	}
	if err := p.bounded(); err != nil {
		return nil, err
	}
	return p, nil
}

// bounded checks that a proof can be given to the libraries.
func (p *Proof) bounded() error {
	switch {
	case p.LogIndex < 0 || p.TreeSize <= p.LogIndex:
		return fmt.Errorf("the inclusion proof is of entry %d in a tree of %d, which cannot be", p.LogIndex, p.TreeSize)
	case len(p.Hashes) > maxPath:
		return fmt.Errorf("the inclusion proof has %d hashes, more than any tree is high", len(p.Hashes))
	case len(p.RootHash) != hashSize:
		return fmt.Errorf("the root of the inclusion proof has %d bytes, not %d", len(p.RootHash), hashSize)
	}
	for _, hash := range p.Hashes {
		if len(hash) != hashSize {
			return fmt.Errorf("a hash of the inclusion proof has %d bytes, not %d", len(hash), hashSize)
		}
	}
	return nil
}
