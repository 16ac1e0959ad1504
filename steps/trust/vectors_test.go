package trust

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"

	"wsc-respond/steps/keyfile"
	"wsc-respond/steps/rekor"
)

// The folders with what the real wsc and the public log made.
const (
	wscVectors   = "../../../shared/wsc-vectors"
	rekorVectors = "../../../shared/rekor-vectors"
)

func readVector(t *testing.T, folder, name string) []byte {
	t.Helper()
	if _, err := os.Stat(folder); err != nil {
		t.Skip("the folder with files of the real tools is not beside this repository")
	}
	data, err := os.ReadFile(filepath.Join(folder, name))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestABundleOfTheRealToolIsVerified(t *testing.T) {
	b, err := ReadBundle(readVector(t, wscVectors, "bundle-signed-alice.json"))
	if err != nil {
		t.Fatal(err)
	}
	alice := must(keyfile.ParsePublic(readVector(t, wscVectors, "alice.pub")))
	bob := must(keyfile.ParsePublic(readVector(t, wscVectors, "bob.pub")))
	now := b.NotBefore.Add(time.Hour)
	if v := b.Verify(alice, now); !v.OK || *v.SignedBy != "7f2a786f" {
		t.Errorf("with the key that signed it: %+v", v)
	}
	if b.Verify(bob, now).OK {
		t.Error("with another key it is verified too")
	}
	m, err := b.Material()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := m.Log("759fc884bce95d48374db520c296f5b09095e809e8bd10657df7c6d66531c09c", now.AddDate(-1, 0, 0)); err != nil {
		t.Errorf("the validity that wsc stamped on the log is held against it: %v", err)
	}
}

// The certificates of real entries were valid for ten minutes, years ago; they
// are checked at the time that the log signed.
func TestCertificatesOfPublicEntriesAreCheckedAtTheTimeOfTheLog(t *testing.T) {
	for _, name := range []string{"trusted_root.json", "sigstore-go-public-good.json"} {
		m, err := ReadRoot(readVector(t, rekorVectors, filepath.Join("trust", name)))
		if err != nil {
			t.Fatal(err)
		}
		paths, err := filepath.Glob(filepath.Join(rekorVectors, "v1-api", "*.json"))
		if err != nil || len(paths) == 0 {
			t.Fatalf("there are no entries: %v", err)
		}
		for _, path := range paths {
			checkPublicEntry(t, m, path)
		}
	}
}

func checkPublicEntry(t *testing.T, m *Material, path string) {
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
			SignedEntryTimestamp []byte `json:"signedEntryTimestamp"`
		} `json:"verification"`
	}
	if err := json.Unmarshal(data, &answer); err != nil {
		t.Fatal(err)
	}
	for uuid, one := range answer {
		e := rekor.Entry{UUID: uuid, LogIndex: one.LogIndex, LogID: one.LogID, Body: one.Body,
			IntegratedTime: time.Unix(one.IntegratedTime, 0), SET: one.Verification.SignedEntryTimestamp}
		key, err := m.Log(e.LogID, e.IntegratedTime)
		if err != nil {
			t.Errorf("%s: %v", uuid, err)
			continue
		}
		if err := e.VerifyTimestamp(key); err != nil {
			t.Errorf("%s: %v", uuid, err)
		}
		record, err := rekor.ReadBody(e.Body)
		if err != nil {
			t.Errorf("%s: %v", uuid, err)
			continue
		}
		leaf := record.Signatures[0].Certificate()
		if leaf == nil {
			continue // signed with a key of its own
		}
		if _, err := m.CheckCertificate(leaf, e.IntegratedTime); err != nil {
			t.Errorf("%s: %v", uuid, err)
		}
		if _, err := m.CheckCertificate(leaf, e.IntegratedTime.AddDate(0, 0, 1)); err == nil {
			t.Errorf("%s: the certificate counts a day later", uuid)
		}
	}
}
