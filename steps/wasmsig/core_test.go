package wasmsig_test

import (
	"bytes"
	"testing"

	"wsc-respond/steps/trust"
	"wsc-respond/steps/wasmsig"
	"wsc-respond/steps/wasmsig/sample"
)

// The people of the tests of inspecting and verifying.
var (
	release = sample.Identity{
		Name:   "https://git.example/team/app/.github/workflows/release.yml@refs/tags/v1",
		Issuer: "https://token.example",
	}
	alice, bob = sample.KeyOf("alice"), sample.KeyOf("bob")
)

// instance is a Sigstore instance, and what trusts it.
type instance struct {
	ca    sample.CA
	log   *sample.Log
	trust *trust.Material
}

func newInstance(t testing.TB, name string) instance {
	t.Helper()
	i := instance{ca: sample.NewCA(name), log: sample.NewLog(name)}
	material, err := trust.ReadRoot(sample.TrustedRoot(i.ca, i.log))
	if err != nil {
		t.Fatal(err)
	}
	i.trust = material
	return i
}

// sign signs a module as the release workflow.
func (i instance) sign(module []byte) []byte { return sample.Keyless(module, release, i.ca, i.log) }

// signature is that signature, to be changed and attached.
func (i instance) signature(module []byte) wasmsig.Keyless {
	return sample.KeylessSignature(module, release, i.ca, i.log)
}

// policy accepts the release workflow.
func (i instance) policy(t testing.TB) wasmsig.Policy {
	t.Helper()
	return wasmsig.Policy{Identity: mustPattern(t, release.Name), Issuer: release.Issuer, Trust: i.trust}
}

func mustPattern(t testing.TB, text string) *wasmsig.Pattern {
	t.Helper()
	p, err := wasmsig.ParsePattern(text)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// givenKeys are keys called by the names of their holders.
func givenKeys(t testing.TB, keys ...sample.Key) []wasmsig.NamedKey {
	t.Helper()
	var given []wasmsig.NamedKey
	for _, key := range keys {
		name := "other.pub"
		switch key.Public().ID() {
		case alice.Public().ID():
			name = "alice.pub"
		case bob.Public().ID():
			name = "bob.pub"
		}
		given = append(given, wasmsig.NamedKey{Name: name, Key: key.Public()})
	}
	return given
}

func inspectBytes(t testing.TB, module []byte, keys ...sample.Key) wasmsig.Inspection {
	t.Helper()
	found, err := wasmsig.Inspect(t.Context(), bytes.NewReader(module), int64(len(module)), "m.wasm", givenKeys(t, keys...))
	if err != nil {
		t.Fatalf("inspect: %v", err)
	}
	return found
}

func verifyBytes(t testing.TB, module []byte, policy wasmsig.Policy) wasmsig.Verdict {
	t.Helper()
	verdict, err := wasmsig.Verify(t.Context(), bytes.NewReader(module), int64(len(module)), "m.wasm", policy)
	if err != nil {
		t.Fatalf("verify: %v", err)
	}
	return verdict
}

// kindsOf are the kinds of problems, in their order.
func kindsOf(problems []wasmsig.Problem) []wasmsig.ProblemKind {
	kinds := []wasmsig.ProblemKind{}
	for _, p := range problems {
		kinds = append(kinds, p.Kind)
	}
	return kinds
}

// changed is a copy with one byte changed.
func changed(data []byte, at int) []byte {
	out := bytes.Clone(data)
	if at < 0 {
		at += len(out)
	}
	out[at] ^= 1
	return out
}
