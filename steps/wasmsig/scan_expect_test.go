package wasmsig_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"wsc-respond/steps/keyfile"
	"wsc-respond/steps/trust"
	"wsc-respond/steps/wasmsig"
	"wsc-respond/steps/wasmsig/sample"
)

// signersOf reads a list in which NAME.pub is the key of a name.
func signersOf(t testing.TB, lines ...string) *wasmsig.Signers {
	t.Helper()
	signers, err := wasmsig.ParseSigners(strings.NewReader(strings.Join(lines, "\n")), sampleKey)
	if err != nil {
		t.Fatal(err)
	}
	return signers
}

func sampleKey(path string) (keyfile.Public, error) {
	name, ok := strings.CutSuffix(path, ".pub")
	if !ok {
		return keyfile.Public{}, fmt.Errorf("%s: no such file", path)
	}
	return sample.KeyOf(name).Public(), nil
}

func TestASignerIsExpectedOnlyWhenTheSignatureWasCheckedWithTheKey(t *testing.T) {
	alice, bob := sample.KeyOf("alice"), sample.KeyOf("bob")
	core := sample.Core(2000, 3)
	cut := sample.Sign(core, true, alice)
	changed := slices.Clone(cut)
	changed[len(changed)-1] ^= 1
	tree := folderOf(map[string][]byte{
		"alices":    sample.Sign(core, true, alice),
		"no-id":     sample.Sign(core, false, alice),
		"claimed":   claiming(core, "mallory", "alice"),
		"bobs":      sample.Sign(core, true, bob),
		"bobs-bare": sample.Sign(core, false, bob),
		"both":      sample.Sign(core, true, alice, bob),
		"cut":       cut[:len(cut)-9],
		"changed":   changed,
	})
	keys := []string{"key alice.pub"}
	for _, tc := range []struct {
		name     string
		list     []string
		q        wasmsig.Query
		expected []string
	}{
		{"with the key in the list", keys, wasmsig.Query{}, []string{"alices", "changed", "no-id"}},
		{"with the key as the query's", []string{keyIDOf("alice")}, wasmsig.Query{Keys: publicKeys("alice")}, []string{"alices", "changed", "no-id"}},
		{"with an id alone", []string{keyIDOf("alice")}, wasmsig.Query{}, nil},
		{"with nobody", nil, wasmsig.Query{Keys: publicKeys("alice")}, nil},
		{"with all", []string{"key alice.pub", "key bob.pub"}, wasmsig.Query{}, []string{"alices", "bobs", "bobs-bare", "both", "changed", "no-id"}},
		{"with the content", keys, wasmsig.Query{VerifyContent: true}, []string{"alices", "no-id"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			tc.q.All, tc.q.Expected = true, signersOf(t, tc.list...)
			var expected []string
			for _, m := range scanAll(t, tree, ".", tc.q).matches {
				if *m.Expected {
					expected = append(expected, m.Path)
				}
				if *m.Expected != (m.Unexpected == "") {
					t.Errorf("%s: expected is %t and the reason against it %q", m.Path, *m.Expected, m.Unexpected)
				}
			}
			wantSame(t, slices.Compact(expected), tc.expected)
		})
	}
}

func TestAllSignersOfAModuleThatWasChangedAreUnexpected(t *testing.T) {
	core := sample.Core(2000, 3)
	old := wasmsig.Set{Hashes: []wasmsig.Digest{{1}}, Signatures: []wasmsig.Signature{sample.Signature([]wasmsig.Digest{{1}}, true, sample.KeyOf("bob"))}}
	now := wasmsig.Set{Hashes: sample.Hashes(core), Signatures: []wasmsig.Signature{sample.Signature(sample.Hashes(core), true, sample.KeyOf("alice"))}}
	module := sample.Attach(core, wasmsig.Signatures{Sets: []wasmsig.Set{now, old}}.Encode())
	got := scanAll(t, folderOf(map[string][]byte{"m": module}), ".",
		wasmsig.Query{All: true, VerifyContent: true, Expected: signersOf(t, "key alice.pub", "key bob.pub")})
	wantSame(t, len(got.matches), 2)
	for _, m := range got.matches {
		wantSame(t, *m.Expected, false)
		wantSame(t, *m.ContentMatches, m.KeyID == keyIDOf("alice"))
	}
}

func TestACoSignerWhoIsNotExpectedIsNamed(t *testing.T) {
	module := sample.Sign(sample.Core(2000, 3), true, sample.KeyOf("alice"), sample.KeyOf("mallory"))
	got := scanAll(t, folderOf(map[string][]byte{"m": module}), ".",
		wasmsig.Query{Keys: publicKeys("alice"), Expected: signersOf(t, keyIDOf("alice"))})
	wantSame(t, got.lines(), []string{"m: signature " + keyIDOf("alice")})
	if m := got.matches[0]; *m.Expected || !strings.Contains(m.Unexpected, keyIDOf("mallory")) {
		t.Errorf("expected is %t because of %q", *m.Expected, m.Unexpected)
	}
}

func TestAnIdentityIsExpectedOnlyWithALogAndAnAuthorityThatAreTrusted(t *testing.T) {
	tree, trusted := keylessWorld(t)
	q := wasmsig.Query{All: true, Expected: signersOf(t, "release@example.org\thttps://login.example.org  # the pipeline", "key alice.pub")}
	expected := func() (paths []string) {
		for _, m := range scanAll(t, tree, ".", q).matches {
			if *m.Expected {
				paths = append(paths, m.Path)
			}
		}
		return paths
	}
	wantSame(t, expected(), []string{"with-key.wasm"})
	q.Trust = trusted
	wantSame(t, expected(), []string{"after.wasm", "before.wasm", "now.wasm", "with-key.wasm"})
	_, q.Trust = keylessWorld(t)
	wantSame(t, expected(), []string{"after.wasm", "before.wasm", "now.wasm", "with-key.wasm"}) // the same names make the same authority
}

func TestAListOfSignersIsReadLineByLine(t *testing.T) {
	for _, good := range []string{"", "# nobody\n\n", "  " + keyIDOf("alice") + " # alice", strings.ToUpper(keyIDOf("alice")),
		"key a b.pub", "https://example.org/w.yml@refs#1 https://issuer.example"} {
		if _, err := wasmsig.ParseSigners(strings.NewReader(good), sampleKey); err != nil {
			t.Errorf("%q: %v", good, err)
		}
	}
	for _, tc := range []struct{ list, want string }{
		{"alice", `line 1: "alice" is neither`},
		{"# one\n" + keyIDOf("alice") + "0", "line 2: "},
		{"\n\na b c", "line 3: there are 3 words"},
		{"release@example.org issuer", `line 1: the issuer "issuer" is no URL`},
		{"key nothing", "line 1: nothing: no such file"},
		{strings.Repeat("x", 1<<20), "line 1: "},
	} {
		_, err := wasmsig.ParseSigners(strings.NewReader(tc.list), sampleKey)
		if err == nil || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("%.40q: the error is %v, not %q", tc.list, err, tc.want)
		}
	}
	broken := errors.New("the disk")
	if _, err := wasmsig.ParseSigners(failing{broken}, sampleKey); !errors.Is(err, broken) {
		t.Errorf("the error is %v", err)
	}
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

// The signature of a true module, put into another: whoever signed it is
// expected, and the module is not.
func TestAKeylessSignatureInAnotherModuleIsNotExpected(t *testing.T) {
	ca, log := sample.NewCA("test"), sample.NewLog("test")
	trusted, err := trust.ReadRoot(sample.TrustedRoot(ca, log))
	if err != nil {
		t.Fatal(err)
	}
	who := sample.Identity{Name: "release@example.org", Issuer: "https://login.example.org"}
	core := sample.Core(2000, 3)
	k := sample.KeylessSignature(core, who, ca, log)
	altered := sample.Attach(core, k.Encode())
	altered[len(altered)-1] ^= 1
	tree := folderOf(map[string][]byte{
		"altered": altered,
		"grafted": sample.Attach(sample.Core(2000, 4), k.Encode()),
		"true":    sample.Attach(core, k.Encode()),
	})
	q := wasmsig.Query{All: true, Trust: trusted, Expected: signersOf(t, who.Name+" "+who.Issuer)}
	for _, m := range scanAll(t, tree, ".", q).matches {
		whole := m.Path == "true"
		if *m.Expected != whole || m.ContentMatches == nil || *m.ContentMatches != whole || (m.Unexpected == "changed after signing") == whole {
			t.Errorf("%s: %+v", m.Path, m)
		}
	}
	q.Expected = nil
	for _, m := range scanAll(t, tree, ".", q).matches {
		if m.ContentMatches != nil {
			t.Errorf("%s: the content was read though nobody asked", m.Path)
		}
	}
}
