package rekor

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// vectors is a folder of real entries of the public log, in the form that the
// log's API answers.
const vectors = "../../../shared/rekor-vectors"

func readVector(t *testing.T, path string) Entry {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var answer map[string]struct {
		Body           []byte `json:"body"`
		IntegratedTime int64  `json:"integratedTime"`
		LogID          string `json:"logID"`
		LogIndex       int64  `json:"logIndex"`
		Verification   struct {
			InclusionProof       json.RawMessage `json:"inclusionProof"`
			SignedEntryTimestamp []byte          `json:"signedEntryTimestamp"`
		} `json:"verification"`
	}
	if err := json.Unmarshal(data, &answer); err != nil {
		t.Fatal(err)
	}
	for uuid, one := range answer {
		e := Entry{UUID: uuid, LogIndex: one.LogIndex, LogID: one.LogID, Body: one.Body,
			IntegratedTime: time.Unix(one.IntegratedTime, 0).UTC(), SET: one.Verification.SignedEntryTimestamp}
		if e.Proof, err = ParseProof(one.Verification.InclusionProof); err != nil {
			t.Fatal(err)
		}
		return e
	}
	t.Fatalf("%s has no entry", path)
	return Entry{}
}

func TestEntriesOfThePublicLogAreVerified(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(vectors, "trust", "rekor.pub"))
	if err != nil {
		t.Skip("the folder with entries of the public log is not beside this repository")
	}
	key, err := ParseLogKey(text)
	if err != nil {
		t.Fatal(err)
	}
	paths, err := filepath.Glob(filepath.Join(vectors, "v1-api", "*.json"))
	if err != nil || len(paths) == 0 {
		t.Fatalf("there are no entries beside the log's key: %v", err)
	}
	for _, path := range paths {
		name, _, _ := strings.Cut(filepath.Base(path), ".")
		t.Run(name, func(t *testing.T) { verifyVector(t, readVector(t, path), key) })
	}
}

func verifyVector(t *testing.T, e Entry, key LogKey) {
	for what, err := range map[string]error{
		"timestamp": e.VerifyTimestamp(key), "uuid": e.CheckUUID(),
		"inclusion": e.CheckInclusion(), "checkpoint": e.VerifyCheckpoint(key),
	} {
		if err != nil {
			t.Errorf("%s: %v", what, err)
		}
	}
	record, err := ReadBody(e.Body)
	if err != nil {
		t.Fatal(err)
	}
	if !record.Understood || len(record.Digest.Hex) != 64 || len(record.Signatures) != 1 || record.Signatures[0].PublicKey() == nil {
		t.Errorf("the body is read as %+v", record)
	}
	e.IntegratedTime = e.IntegratedTime.Add(time.Hour)
	if e.VerifyTimestamp(key) == nil {
		t.Error("an entry that was moved by an hour is accepted")
	}
}
