package wasmsig_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"wsc-respond/steps/keyfile"
	"wsc-respond/steps/wasmsig"
)

// vectors is where modules lie that the real tools signed.
const vectors = "../../../shared/wsc-vectors"

// vector reads a module of the real tools, or skips the test.
func vector(t *testing.T, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(vectors, name))
	if errors.Is(err, fs.ErrNotExist) {
		t.Skipf("the modules of the real tools are not here: %s is absent, so nothing was compared with them", vectors)
	}
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestModulesOfTheRealToolsAreVerifiedWithTheirKeys(t *testing.T) {
	key := func(name string) wasmsig.NamedKey {
		public, err := keyfile.ParsePublic(vector(t, name+".pub"))
		if err != nil {
			t.Fatal(err)
		}
		return wasmsig.NamedKey{Name: name, Key: public}
	}
	alice, bob := key("alice"), key("bob")
	for file, signers := range map[string][]string{
		"one-sig-keyid-alice.wasm":        {"alice"},
		"one-sig-nokeyid-alice.wasm":      {"alice"},
		"two-sigs-alice-bob.wasm":         {"alice", "bob"},
		"wasmsign2-old-layout-alice.wasm": {"alice"},
		"z-attested-signed-alice.wasm":    {"alice"},
		"z-split-signed-alice.wasm":       {"alice"},
		"unsigned-min.wasm":               nil,
	} {
		module := vector(t, file)
		if found := inspectBytes(t, module); len(found.Problems) > 0 {
			t.Errorf("%s: %v", file, found.Problems)
		}
		for _, k := range []wasmsig.NamedKey{alice, bob} {
			v := verifyBytes(t, module, wasmsig.Policy{Keys: []wasmsig.NamedKey{k}})
			if want := slices.Contains(signers, k.Name); v.OK != want {
				t.Errorf("%s with the key of %s: OK %v, want %v", file, k.Name, v.OK, want)
			}
		}
	}
}

func TestADetachedSignatureOfTheRealToolIsRead(t *testing.T) {
	sigs, err := wasmsig.ParseSignatures(vector(t, "detached-alice.sig"))
	if err != nil || len(sigs.Sets) != 1 || len(sigs.Sets[0].Signatures) != 1 {
		t.Errorf("it is read as %+v, %v", sigs, err)
	}
}

func TestTheSectionsThatTheRealToolWritesAreShown(t *testing.T) {
	found := inspectBytes(t, vector(t, "z-attested-signed-alice.wasm"))
	if len(found.Sections) != 1 || found.Sections[0].Name != "wsc.transformation.attestation" || len(found.Sections[0].Content) == 0 {
		t.Errorf("the sections are %+v", found.Sections)
	}
}

// The consistent keyless module has a proof that leads nowhere, which is a
// note: nobody signed its root anyway.
func TestAKeylessModuleOfAnotherMakerHolds(t *testing.T) {
	found := inspectBytes(t, vector(t, "keyless-selfmade-ok.wasm"))
	k := found.Keyless
	if len(found.Problems) > 0 || k == nil || !k.ContentMatches || !k.SignatureValid || !k.EntryBound {
		t.Fatalf("it is told as %+v with %v", k, found.Problems)
	}
	if k.Identity != "https://github.com/example-org/example-repo/.github/workflows/release.yml@refs/tags/v1.0.0" ||
		k.Issuer != "https://token.actions.githubusercontent.com" || k.LogIndex != 424242 {
		t.Errorf("it names %q, %q, %d", k.Identity, k.Issuer, k.LogIndex)
	}
}

// A true certificate and a true log entry around a signature that nobody made:
// everything in it is real, and it says nothing of the module.
func TestAGraftedModuleIsFoundOut(t *testing.T) {
	found := inspectBytes(t, vector(t, "keyless-real-cert-real-rekor-dummy-sig.wasm"))
	k := found.Keyless
	if k == nil || !k.ContentMatches || k.SignatureValid || k.EntryBound {
		t.Fatalf("it is told as %+v", k)
	}
	want := kinds(wasmsig.SignatureInvalid, wasmsig.LogEntryUnbound)
	if got := kindsOf(found.Problems); !slices.Equal(got, want) {
		t.Errorf("the problems are %q, want %q", got, want)
	}
}
