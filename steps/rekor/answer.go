package rekor

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/sigstore/rekor/pkg/generated/models"
)

// MaxAnswer bounds one answer of a log, in bytes. Ten entries of the public
// log, the most that it gives at once, have less than a fifth of it.
const MaxAnswer = 16 << 20

// ReadAnswer reads entries in the form that a log's API answers them: an
// object of entries by their ids, or a list of such objects. Nothing is
// verified.
func ReadAnswer(data []byte) ([]Entry, error) {
	if len(data) > MaxAnswer {
		return nil, fmt.Errorf("read the log entry: there are %d bytes, and more than %d are not read", len(data), MaxAnswer)
	}
	var list []models.LogEntry
	if err := json.Unmarshal(data, &list); err != nil {
		var one models.LogEntry
		if err := json.Unmarshal(data, &one); err != nil {
			return nil, fmt.Errorf("read the log entry: %w", err)
		}
		list = []models.LogEntry{one}
	}
	entries, err := entriesOf(list)
	if err == nil && len(entries) == 0 {
		err = errors.New("read the log entry: there is none")
	}
	return entries, err
}

// WriteAnswer writes an entry as a log's API answers it, on one line. It holds
// all that is needed to verify the entry later.
func WriteAnswer(e Entry) ([]byte, error) {
	model := e.model()
	if p := e.Proof; p != nil {
		root := hex.EncodeToString(p.RootHash)
		model.Verification.InclusionProof = &models.InclusionProof{
			Checkpoint: &p.Checkpoint, Hashes: []string{}, LogIndex: &p.LogIndex, RootHash: &root, TreeSize: &p.TreeSize,
		}
		for _, hash := range p.Hashes {
			model.Verification.InclusionProof.Hashes = append(model.Verification.InclusionProof.Hashes, hex.EncodeToString(hash))
		}
	}
	data, err := json.Marshal(models.LogEntry{e.UUID: *model})
	if err != nil {
		return nil, fmt.Errorf("write the log entry: %w", err)
	}
	return data, nil
}

// entriesOf takes over what the library read.
func entriesOf(list []models.LogEntry) ([]Entry, error) {
	var entries []Entry
	for _, byID := range list {
		for _, uuid := range slices.Sorted(maps.Keys(byID)) {
			e, err := entryOf(uuid, byID[uuid])
			if err != nil {
				return nil, fmt.Errorf("read the log entry %.100q: %w", uuid, err)
			}
			entries = append(entries, e)
		}
	}
	return entries, nil
}

// entryOf takes over one entry. What it lacks, its checks will say; what can
// be nil in the library's form is so no more.
func entryOf(uuid string, model models.LogEntryAnon) (Entry, error) {
	e := Entry{UUID: uuid, LogIndex: -1}
	text, ok := model.Body.(string)
	if !ok || len(text) > base64.StdEncoding.EncodedLen(maxBody) {
		return Entry{}, errors.New("it has no body in base64, or one beyond measure")
	}
	var err error
	if e.Body, err = base64.StdEncoding.DecodeString(text); err != nil {
		return Entry{}, fmt.Errorf("its body is not in base64: %w", err)
	}
	if model.IntegratedTime != nil {
		e.IntegratedTime = time.Unix(*model.IntegratedTime, 0).UTC()
	}
	if model.LogID != nil {
		e.LogID = *model.LogID
	}
	if model.LogIndex != nil {
		e.LogIndex = *model.LogIndex
	}
	if model.Verification == nil {
		return e, nil
	}
	e.SET = model.Verification.SignedEntryTimestamp
	if model.Verification.InclusionProof != nil {
		e.Proof, err = proofOf(model.Verification.InclusionProof)
	}
	return e, err
}

func proofOf(model *models.InclusionProof) (*Proof, error) {
	if model.LogIndex == nil || model.TreeSize == nil || model.RootHash == nil {
		return nil, errors.New("its inclusion proof does not say its index, its size or its root")
	}
	p := &Proof{LogIndex: *model.LogIndex, TreeSize: *model.TreeSize}
	if model.Checkpoint != nil {
		p.Checkpoint = *model.Checkpoint
	}
	root, err := hex.DecodeString(*model.RootHash)
	if err != nil {
		return nil, errors.New("the root of its inclusion proof is not in hex")
	}
	p.RootHash = root
	p.Hashes, err = decodeHashes(model.Hashes)
	if err != nil {
		return nil, fmt.Errorf("its inclusion proof: %w", err)
	}
	return p, p.bounded()
}

// decodeHashes reads the hashes of a proof.
func decodeHashes(texts []string) ([][]byte, error) {
	if len(texts) > 2*maxPath {
		return nil, fmt.Errorf("it has %d hashes, more than any tree is high", len(texts))
	}
	var hashes [][]byte
	for _, digits := range texts {
		hash, err := hex.DecodeString(digits)
		if err != nil || len(hash) != hashSize {
			return nil, fmt.Errorf("a hash is not %d bytes in hex", hashSize)
		}
		hashes = append(hashes, hash)
	}
	return hashes, nil
}
