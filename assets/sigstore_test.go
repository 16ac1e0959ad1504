package assets_test

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"wsc-respond/assets"
	"wsc-respond/steps/trust"
)

// The ids are those that Sigstore publishes; a root that lost one of them, or
// renamed it, is not the public one.
func TestTheTrustedRootHoldsThePublicLogs(t *testing.T) {
	material, err := trust.ReadRoot(assets.TrustedRoot())
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, key := range material.Logs() {
		got = append(got, key.Origin+" "+key.ID)
	}
	want := []string{
		"https://rekor.sigstore.dev c0d23d6ad406973f9559f3ba2d1ca01f84147d8ffc5b8445c224f98b9591801d",
		"https://log2025-1.rekor.sigstore.dev cf1199155bddd051268d1f16ac5c0c75c009f6fb5a63f4177f8e18d7051e3fa0",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("logs (-want +got):\n%s", diff)
	}
	if got := len(material.Authorities()); got != 2 {
		t.Errorf("the root has %d authorities, want Fulcio's first and its present one", got)
	}
}

// Entries of both production trees of the first version are signed with one
// key, which has been in use since 2021.
func TestTheTrustedRootCoversTheFirstLogFromItsBeginning(t *testing.T) {
	material, err := trust.ReadRoot(assets.TrustedRoot())
	if err != nil {
		t.Fatal(err)
	}
	const id = "c0d23d6ad406973f9559f3ba2d1ca01f84147d8ffc5b8445c224f98b9591801d"
	if _, err := material.Log(id, time.Date(2021, 2, 1, 0, 0, 0, 0, time.UTC)); err != nil {
		t.Errorf("in 2021: %v", err)
	}
	if _, err := material.Log(id, time.Date(2020, 12, 31, 0, 0, 0, 0, time.UTC)); err == nil {
		t.Error("the log's key counts before there was a log")
	}
}

func TestTheTrustedRootIsTheOneThatItsReadmeNames(t *testing.T) {
	readme, err := os.ReadFile("sigstore/README.md")
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(assets.TrustedRoot())
	if digest := hex.EncodeToString(sum[:]); !strings.Contains(string(readme), digest) {
		t.Errorf("sigstore/README.md does not name the digest of the file, %s", digest)
	}
}
