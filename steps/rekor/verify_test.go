package rekor

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"math"
	"strings"
	"testing"
	"time"
)

func TestALogVouchesForWhatItSigned(t *testing.T) {
	_, ed, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	for name, signer := range map[string]crypto.Signer{
		"P-256":   must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader)),
		"P-384":   must(ecdsa.GenerateKey(elliptic.P384(), rand.Reader)),
		"Ed25519": ed,
	} {
		t.Run(name, func(t *testing.T) {
			log := logWith(t, signer)
			e := log.entered([]byte(`{"kind":"x"}`), noon)
			for what, err := range map[string]error{
				"timestamp": e.VerifyTimestamp(log.key), "uuid": e.CheckUUID(),
				"inclusion": e.CheckInclusion(), "checkpoint": e.VerifyCheckpoint(log.key),
			} {
				if err != nil {
					t.Errorf("%s: %v", what, err)
				}
			}
		})
	}
}

// Each change of what the log signed, and each value that would send the
// library into a panic, must be told.
func TestNoChangeOfATimestampPasses(t *testing.T) {
	log, other := newLog(t), newLog(t)
	for name, change := range map[string]func(*Entry){
		"body":                 func(e *Entry) { e.Body = append([]byte(nil), append(e.Body, ' ')...) },
		"no body":              func(e *Entry) { e.Body = nil },
		"huge body":            func(e *Entry) { e.Body = make([]byte, maxBody+1) },
		"time":                 func(e *Entry) { e.IntegratedTime = e.IntegratedTime.Add(time.Second) },
		"part of a second":     func(e *Entry) { e.IntegratedTime = e.IntegratedTime.Add(time.Millisecond) },
		"no time":              func(e *Entry) { e.IntegratedTime = time.Time{} },
		"time beyond numbers":  func(e *Entry) { e.IntegratedTime = time.Unix(maxNumber+1, 0) },
		"index":                func(e *Entry) { e.LogIndex++ },
		"negative index":       func(e *Entry) { e.LogIndex = -1 },
		"index beyond numbers": func(e *Entry) { e.LogIndex = math.MaxInt64 },
		"other log":            func(e *Entry) { e.LogID = other.key.ID },
		"log in capitals":      func(e *Entry) { e.LogID = strings.ToUpper(e.LogID) },
		"no timestamp":         func(e *Entry) { e.SET = nil },
		"huge timestamp":       func(e *Entry) { e.SET = make([]byte, maxTimestamp+1) },
		"other timestamp":      func(e *Entry) { e.SET = log.sign([]byte("other")) },
		"other log's":          func(e *Entry) { e.SET = other.entered(e.Body, e.IntegratedTime).SET },
	} {
		e := log.entered([]byte(`{"kind":"x"}`), noon)
		change(&e)
		if e.VerifyTimestamp(log.key) == nil {
			t.Errorf("%s: the timestamp is accepted", name)
		}
	}
}

func TestAKeyCountsOnlyWhileItWasInUse(t *testing.T) {
	log := newLog(t)
	e := log.entered([]byte(`{}`), noon)
	for name, tc := range map[string]struct {
		from, until time.Time
		want        bool
	}{
		"always":         {want: true},
		"just then":      {from: noon, until: noon, want: true},
		"later":          {from: noon.Add(time.Second)},
		"until before":   {until: noon.Add(-time.Second)},
		"from long ago":  {from: noon.AddDate(-1, 0, 0), want: true},
		"until next day": {until: noon.AddDate(0, 0, 1), want: true},
	} {
		key := log.key
		key.From, key.Until = tc.from, tc.until
		if err := e.VerifyTimestamp(key); (err == nil) != tc.want {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestWithoutAKeyNothingIsVerified(t *testing.T) {
	e := newLog(t).entered([]byte(`{}`), noon)
	e.LogID = ""
	if e.VerifyTimestamp(LogKey{}) == nil || e.VerifyCheckpoint(LogKey{}) == nil {
		t.Error("an entry is verified with no key")
	}
}

func TestAnIDOfAnotherEntryIsToldApart(t *testing.T) {
	e := newLog(t).entered([]byte(`{}`), noon)
	leaf := hex.EncodeToString(e.LeafHash())
	for uuid, want := range map[string]bool{
		leaf: true, strings.ToUpper(leaf): true, "0123456789abcdef" + leaf: true,
		"": false, "skipped": false, leaf[1:]: false, leaf + "00": false, strings.Repeat("0", 64): false, "zz" + leaf[2:]: false,
	} {
		e.UUID = uuid
		if err := e.CheckUUID(); (err == nil) != want {
			t.Errorf("%q: %v", uuid, err)
		}
	}
}

func TestAProofThatLeadsElsewhereIsRefused(t *testing.T) {
	log := newLog(t)
	for name, change := range map[string]func(*Entry){
		"none":            func(e *Entry) { e.Proof = nil },
		"empty":           func(e *Entry) { e.Proof = &Proof{} },
		"body":            func(e *Entry) { e.Body = []byte("{} ") },
		"index":           func(e *Entry) { e.Proof.LogIndex = 3 },
		"negative index":  func(e *Entry) { e.Proof.LogIndex = -1 },
		"size":            func(e *Entry) { e.Proof.TreeSize = 4 },
		"size too small":  func(e *Entry) { e.Proof.TreeSize = 2 },
		"root":            func(e *Entry) { e.Proof.RootHash = e.LeafHash() },
		"no root":         func(e *Entry) { e.Proof.RootHash = nil },
		"a hash less":     func(e *Entry) { e.Proof.Hashes = e.Proof.Hashes[1:] },
		"a hash more":     func(e *Entry) { e.Proof.Hashes = append(e.Proof.Hashes, e.LeafHash()) },
		"a short hash":    func(e *Entry) { e.Proof.Hashes[0] = e.Proof.Hashes[0][1:] },
		"too many hashes": func(e *Entry) { e.Proof.Hashes = make([][]byte, maxPath+1) },
		"hashes exchanged": func(e *Entry) {
			e.Proof.Hashes[0], e.Proof.Hashes[1] = e.Proof.Hashes[1], e.Proof.Hashes[0]
		},
	} {
		e := log.entered([]byte(`{}`), noon)
		change(&e)
		if e.CheckInclusion() == nil {
			t.Errorf("%s: the proof is accepted", name)
		}
	}
}

func TestACheckpointSignsThisTreeAndNoOther(t *testing.T) {
	log, other := newLog(t), newLog(t)
	const origin = "log.example - 2605736670972794746"
	for name, change := range map[string]func(*Entry){
		"no proof":       func(e *Entry) { e.Proof = nil },
		"none":           func(e *Entry) { e.Proof.Checkpoint = "" },
		"no note":        func(e *Entry) { e.Proof.Checkpoint = "x" },
		"unsigned":       func(e *Entry) { e.Proof.Checkpoint, _, _ = strings.Cut(e.Proof.Checkpoint, "\u2014") },
		"huge":           func(e *Entry) { e.Proof.Checkpoint += strings.Repeat("\n", maxCheckpoint) },
		"other size":     func(e *Entry) { e.Proof.Checkpoint = log.checkpoint(origin, 6, e.Proof.RootHash) },
		"other root":     func(e *Entry) { e.Proof.Checkpoint = log.checkpoint(origin, 5, e.LeafHash()) },
		"other tree":     func(e *Entry) { e.Proof.Checkpoint = log.checkpoint("log.example - 1", 5, e.Proof.RootHash) },
		"no tree":        func(e *Entry) { e.Proof.Checkpoint = log.checkpoint("log.example", 5, e.Proof.RootHash) },
		"other log":      func(e *Entry) { e.Proof.Checkpoint = other.checkpoint(origin, 5, e.Proof.RootHash) },
		"proof's size":   func(e *Entry) { e.Proof.TreeSize = 7 },
		"proof's root":   func(e *Entry) { e.Proof.RootHash = bytes.Repeat([]byte{1}, hashSize) },
		"impossible":     func(e *Entry) { e.Proof.TreeSize = 0 },
		"entry of other": func(e *Entry) { e.UUID = "0000000000000001" + e.UUID[16:] },
	} {
		e := log.entered([]byte(`{}`), noon)
		change(&e)
		if e.VerifyCheckpoint(log.key) == nil {
			t.Errorf("%s: the checkpoint is accepted", name)
		}
	}
}

func TestTheIDWithoutATreeLeavesTheTreeOpen(t *testing.T) {
	log := newLog(t)
	e := log.entered([]byte(`{}`), noon)
	e.UUID = e.UUID[16:]
	if err := e.VerifyCheckpoint(log.key); err != nil || e.TreeID() != "" {
		t.Errorf("%v, tree %q", err, e.TreeID())
	}
}

func TestWhatIsMissingIsNamed(t *testing.T) {
	log := newLog(t)
	e := log.entered([]byte(`{}`), noon)
	e.SET, e.Proof.Checkpoint = nil, ""
	if err := e.VerifyTimestamp(log.key); !errors.Is(err, ErrNoTimestamp) {
		t.Errorf("timestamp: %v", err)
	}
	if err := e.VerifyCheckpoint(log.key); !errors.Is(err, ErrNoCheckpoint) {
		t.Errorf("checkpoint: %v", err)
	}
	e.Proof = nil
	if err := e.CheckInclusion(); !errors.Is(err, ErrNoProof) {
		t.Errorf("inclusion: %v", err)
	}
	e.SET = []byte{1}
	if err := e.VerifyTimestamp(newLog(t).key); !errors.Is(err, ErrOtherLog) {
		t.Errorf("other log: %v", err)
	}
}

func TestALogKeyIsReadFromPEMAndDER(t *testing.T) {
	log := newLog(t)
	der := must(x509.MarshalPKIXPublicKey(log.signer.Public()))
	text := pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})
	for _, data := range [][]byte{der, text} {
		key, err := ParseLogKey(data)
		if err != nil || key.ID != log.key.ID {
			t.Errorf("%s, %v", key.ID, err)
		}
	}
	for name, data := range map[string][]byte{
		"nothing": nil, "text": []byte("x"), "two": append(bytes.Clone(text), text...), "huge": make([]byte, maxKey+1),
		"certificate": pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: newSignature(t).leaf.Raw}),
	} {
		if _, err := ParseLogKey(data); err == nil {
			t.Errorf("%s is read as a key", name)
		}
	}
	if _, err := NewLogKey(must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))); err == nil {
		t.Error("a private key is taken for a log's key")
	}
}

// The signature is over JSON whose numbers are those of IEEE 754, where such
// an index and its neighbour are one.
func TestAnIndexThatTheSignatureCannotTellFromItsNeighbourIsRefused(t *testing.T) {
	log := newLog(t)
	e := log.entered([]byte(`{}`), noon)
	e.LogIndex = 1 << 53
	e.SET = log.timestamp(e)
	for _, index := range []int64{1 << 53, 1<<53 + 1} {
		e.LogIndex = index
		if e.VerifyTimestamp(log.key) == nil {
			t.Errorf("the index %d is accepted", index)
		}
	}
	e.LogIndex = maxNumber
	e.SET = log.timestamp(e)
	if err := e.VerifyTimestamp(log.key); err != nil {
		t.Errorf("the highest index that is unambiguous: %v", err)
	}
}
