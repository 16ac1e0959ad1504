package wasmsig_test

import (
	"crypto/x509"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"wsc-respond/steps/trust"
	"wsc-respond/steps/wasmsig"
	"wsc-respond/steps/wasmsig/sample"
)

// outcomes are the checks of a verdict in short: "+content", "-identity",
// "?inclusion".
func outcomes(v wasmsig.Verdict) []string {
	signs := map[wasmsig.Outcome]string{wasmsig.Passed: "+", wasmsig.Failed: "-", wasmsig.NotMade: "?"}
	var all []string
	for _, c := range v.Checks {
		all = append(all, signs[c.Outcome]+c.Name)
	}
	return all
}

// failures are the checks that failed.
func failures(v wasmsig.Verdict) []string {
	var all []string
	for _, c := range v.Checks {
		if c.Outcome == wasmsig.Failed {
			all = append(all, c.Name)
		}
	}
	return all
}

func TestAModuleIsVerifiedWithTheKeyThatSignedIt(t *testing.T) {
	core := sample.Split(sample.Core(200, 1), 1)
	for _, withID := range []bool{true, false} {
		v := verifyBytes(t, sample.Sign(core, withID, bob, alice), wasmsig.Policy{Keys: givenKeys(t, alice)})
		if want := []string{"+module", "+content", "+signature"}; !v.OK || !slices.Equal(outcomes(v), want) {
			t.Errorf("with id %v: OK %v, %q; want %q", withID, v.OK, outcomes(v), want)
		}
	}
}

func TestAModuleIsVerifiedWithTheIdentityThatSignedIt(t *testing.T) {
	sigstore := newInstance(t, "sigstore")
	v := verifyBytes(t, sigstore.sign(sample.Component()), sigstore.policy(t))
	want := []string{"+module", "+content", "+keyless signature", "+log timestamp", "+certificate", "?revocation", "+log entry", "+identity", "?inclusion"}
	if diff := cmp.Diff(want, outcomes(v)); !v.OK || diff != "" {
		t.Errorf("OK %v, checks (-want +got):\n%s", v.OK, diff)
	}
}

func TestWithAKeyAndAnIdentityEitherIsEnough(t *testing.T) {
	sigstore, core := newInstance(t, "sigstore"), sample.Core(200, 1)
	policy := sigstore.policy(t)
	policy.Keys = givenKeys(t, alice)
	for _, c := range []struct {
		name   string
		module []byte
		ok     bool
		first  string // the check that was not made, or failed
	}{
		{"signed with the key", sample.Sign(core, true, alice), true, "?keyless signature"},
		{"signed by the identity", sigstore.sign(core), true, "?signature"},
		{"signed with another key", sample.Sign(core, true, bob), false, "?keyless signature"},
		{"not signed", core, false, "-signature"},
	} {
		v := verifyBytes(t, c.module, policy)
		if v.OK != c.ok || !slices.Contains(outcomes(v), c.first) {
			t.Errorf("%s: OK %v, %q; want %v and %q", c.name, v.OK, outcomes(v), c.ok, c.first)
		}
	}
}

func TestADamagedModuleIsNeverVerified(t *testing.T) {
	policy := newInstance(t, "sigstore").policy(t)
	policy.Keys = givenKeys(t, alice)
	for _, c := range append(damagedModules(t), damagedKeyless(t)...) {
		if v := verifyBytes(t, c.module, policy); v.OK || !slices.Contains(failures(v), "module") {
			t.Errorf("%s: OK %v, failed %q", c.name, v.OK, failures(v))
		}
	}
}

func TestASignatureThatAnybodyCouldHaveMadeIsNotEnough(t *testing.T) {
	core := sample.Core(200, 1)
	other := sample.Hashes(sample.Core(201, 2))
	stale := wasmsig.Set{Hashes: other, Signatures: []wasmsig.Signature{sample.Signature(other, true, alice)}}
	fresh := wasmsig.Set{Hashes: sample.Hashes(core), Signatures: []wasmsig.Signature{sample.Signature(sample.Hashes(core), true, bob)}}
	for _, c := range []struct {
		name   string
		module []byte
		failed []string
		says   string
	}{
		{"not signed", core, []string{"signature"}, "no signature"},
		{"signed with another key", sample.Sign(core, true, bob), []string{"signature"}, "none of the given keys"},
		{"signed in the wrong place", append(slices.Clone(core), sample.Sign(sample.Module(), true, alice)[8:]...), []string{"module", "signature"}, "no signature"},
		{"the key's signature of another module beside a stranger's of this one",
			sample.Attach(core, wasmsig.Signatures{Sets: []wasmsig.Set{stale, fresh}}.Encode()), []string{"module", "signature"}, "alice.pub signed other content"},
		{"keyless", newInstance(t, "sigstore").sign(core), []string{"signature"}, "signed keyless"},
	} {
		v := verifyBytes(t, c.module, wasmsig.Policy{Keys: givenKeys(t, alice)})
		if v.OK || !slices.Equal(failures(v), c.failed) {
			t.Errorf("%s: OK %v, failed %q, want %q", c.name, v.OK, failures(v), c.failed)
			continue
		}
		if last := v.Checks[len(v.Checks)-1]; !strings.Contains(last.Detail, c.says) {
			t.Errorf("%s: %q does not say %q", c.name, last.Detail, c.says)
		}
	}
}

// Each case is a module that holds in every way but one.
func TestAKeylessSignatureMustHoldInEveryWay(t *testing.T) {
	sigstore, core := newInstance(t, "sigstore"), sample.Core(200, 1)
	elsewhere := newInstance(t, "elsewhere")
	signature := func(change func(k *wasmsig.Keyless)) []byte {
		k := sigstore.signature(core)
		change(&k)
		return sample.Attach(core, k.Encode())
	}
	as := func(id sample.Identity) []byte { return sample.Keyless(core, id, sigstore.ca, sigstore.log) }
	for _, c := range []struct {
		name   string
		module []byte
		failed []string
	}{
		{"another identity", as(sample.Identity{Name: "mallory@example.com", Issuer: release.Issuer}), []string{"identity"}},
		{"the identity and more", as(sample.Identity{Name: release.Name + "x", Issuer: release.Issuer}), []string{"identity"}},
		{"the identity of another issuer", as(sample.Identity{Name: release.Name, Issuer: "https://mallory.example"}), []string{"identity"}},
		{"the identity of no issuer", as(sample.Identity{Name: release.Name}), []string{"identity"}},
		{"nobody", as(sample.Identity{Issuer: release.Issuer}), []string{"identity"}},
		{"an untrusted authority", sample.Keyless(core, release, elsewhere.ca, sigstore.log), []string{"certificate"}},
		{"an untrusted log", sample.Keyless(core, release, sigstore.ca, elsewhere.log), []string{"log timestamp", "certificate"}},
		{"another's promise for the trusted log", signature(func(k *wasmsig.Keyless) { k.Entry.SET = elsewhere.log.Promise(k.Entry) }),
			[]string{"log timestamp", "certificate"}},
		{"no promise", signature(func(k *wasmsig.Keyless) { k.Entry.SET = nil }), []string{"log timestamp", "certificate"}},
		{"a time that the log did not sign", signature(func(k *wasmsig.Keyless) { k.Entry.IntegratedTime = k.Entry.IntegratedTime.Add(time.Second) }),
			[]string{"log timestamp", "certificate"}},
		{"an index that the log did not sign", signature(func(k *wasmsig.Keyless) { k.Entry.LogIndex++ }), []string{"log timestamp", "certificate"}},
		{"entered after the certificate", signature(func(k *wasmsig.Keyless) {
			k.Entry = sigstore.log.Enter(k.Entry.Body, k.Entry.IntegratedTime.Add(10*time.Minute))
		}), []string{"certificate"}},
		{"entered before the certificate", signature(func(k *wasmsig.Keyless) {
			k.Entry = sigstore.log.Enter(k.Entry.Body, k.Entry.IntegratedTime.Add(-time.Minute))
		}), []string{"certificate"}},
		{"before the authority was trusted", as(sample.Identity{Name: release.Name, Issuer: release.Issuer, At: sample.Epoch().AddDate(0, -1, 0)}),
			[]string{"log timestamp", "certificate"}},
		{"no log entry", signature(func(k *wasmsig.Keyless) { k.Entry = wasmsig.LogEntry{} }),
			[]string{"module", "log timestamp", "certificate", "log entry"}},
		{"the entry of another module", signature(func(k *wasmsig.Keyless) { k.Entry = sigstore.signature(sample.Core(300, 3)).Entry }),
			[]string{"module", "log entry"}},
		{"the id of another entry", signature(func(k *wasmsig.Keyless) { k.Entry.UUID = sigstore.signature(sample.Core(300, 3)).Entry.UUID }),
			[]string{"module", "log entry"}},
		{"changed content", changed(sigstore.sign(core), -1), []string{"module", "content", "log entry"}},
		{"no certificate", signature(func(k *wasmsig.Keyless) { k.Chain = nil }),
			[]string{"module", "keyless signature", "certificate", "revocation", "log entry", "identity"}},
		{"a key", sample.Sign(core, true, alice), []string{"keyless signature"}},
		{"nothing", core, []string{"keyless signature"}},
	} {
		if v := verifyBytes(t, c.module, sigstore.policy(t)); v.OK || !slices.Equal(failures(v), c.failed) {
			t.Errorf("%s: OK %v, failed %q, want %q\n%v", c.name, v.OK, failures(v), c.failed, v.Checks)
		}
	}
}

func TestARevokedCertificateDoesNotPass(t *testing.T) {
	ca, log := sample.NewCA("sigstore"), sample.NewLog("sigstore")
	k := sample.KeylessSignature(sample.Core(200, 1), release, ca, log)
	module := sample.Attach(sample.Core(200, 1), k.Encode())
	chain, problems := k.Certificates()
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	for _, c := range []struct {
		revoked []*x509.Certificate
		failed  []string
	}{
		{nil, nil},
		{chain[:1], []string{"revocation"}},
	} {
		bundle, err := trust.ReadBundle(sample.TrustBundle(sample.Bundle{CA: ca, Log: log, Revoked: c.revoked}))
		if err != nil {
			t.Fatal(err)
		}
		material, err := bundle.Material()
		if err != nil {
			t.Fatal(err)
		}
		v := verifyBytes(t, module, wasmsig.Policy{Identity: mustPattern(t, release.Name), Issuer: release.Issuer, Trust: material})
		if v.OK != (c.failed == nil) || !slices.Equal(failures(v), c.failed) {
			t.Errorf("%d revoked: OK %v, failed %q, want %q", len(c.revoked), v.OK, failures(v), c.failed)
		}
	}
}

func TestWhatIsTrustedMustBeValidItself(t *testing.T) {
	expired := &wasmsig.Check{Outcome: wasmsig.Failed, Detail: "it expired"}
	v := verifyBytes(t, sample.Sign(sample.Core(200, 1), true, alice), wasmsig.Policy{Keys: givenKeys(t, alice), Source: expired})
	if v.OK || !slices.Equal(failures(v), []string{"trust"}) {
		t.Errorf("with an expired bundle: OK %v, failed %q", v.OK, failures(v))
	}
}

func TestAPolicyMustNameSomebody(t *testing.T) {
	sigstore := newInstance(t, "sigstore")
	whole := sigstore.policy(t)
	for _, c := range []struct {
		policy wasmsig.Policy
		want   error
	}{
		{wasmsig.Policy{}, wasmsig.ErrNobody},
		{wasmsig.Policy{Trust: sigstore.trust}, wasmsig.ErrNobody},
		{wasmsig.Policy{Issuer: whole.Issuer, Trust: whole.Trust}, wasmsig.ErrHalfNamed},
		{wasmsig.Policy{Identity: whole.Identity, Trust: whole.Trust, Keys: givenKeys(t, alice)}, wasmsig.ErrHalfNamed},
		{wasmsig.Policy{Identity: whole.Identity, Issuer: whole.Issuer}, wasmsig.ErrNoMaterial},
	} {
		module := sigstore.sign(sample.Core(100, 1))
		_, err := wasmsig.Verify(t.Context(), strings.NewReader(string(module)), int64(len(module)), "m", c.policy)
		if !errors.Is(err, c.want) {
			t.Errorf("%+v: %v, want %v", c.policy, err, c.want)
		}
	}
}

func TestAPatternMatchesTheWholeIdentity(t *testing.T) {
	for _, c := range []struct {
		pattern, identity string
		want              bool
	}{
		{"alice@example.com", "alice@example.com", true},
		{"alice@example.com", "malice@example.com", false},
		{"alice@example.com", "alice@example.com.evil.example", false},
		{"alice|bob", "bob", true},
		{"alice|bob", "alice and mallory", false},
		{"a|ab", "ab", true},
		{"a+?", "aaa", true},
		{".*@example\\.com", "x@example.com", true},
		{".*@example\\.com", "x@example.com\nx@evil.example", false},
		{"(?m)^x@example.com$", "x@example.com\ny@evil.example", false},
		{"\\Qa)|(b", "a)|(b", true},
		{"Alice", "alice", false},
		{"\\Qa.b\\E", "a.b", true},
		{"\\Qa.b\\E", "axb", false},
	} {
		if got := mustPattern(t, c.pattern).Matches(c.identity); got != c.want {
			t.Errorf("%q matches %q: %v, want %v", c.pattern, c.identity, got, c.want)
		}
	}
	for _, text := range []string{"", "(", "a)|(b"} {
		if _, err := wasmsig.ParsePattern(text); err == nil {
			t.Errorf("%q is taken for a pattern", text)
		}
	}
}

// Two modules by two signers, both true and both in the log: whatever is taken
// from one and put into the other, only the accepted signer's own module
// passes.
func TestNoMixOfTwoTrueSignaturesPasses(t *testing.T) {
	sigstore := newInstance(t, "sigstore")
	mallory := sample.Identity{Name: "mallory@example.com", Issuer: release.Issuer}
	cores := [2][]byte{sample.Core(200, 1), sample.Core(200, 2)}
	signed := [2]wasmsig.Keyless{
		sigstore.signature(cores[0]),
		sample.KeylessSignature(cores[1], mallory, sigstore.ca, sigstore.log),
	}
	for mix := range 1 << 9 {
		from := func(part int) wasmsig.Keyless { return signed[mix>>part&1] }
		k := wasmsig.Keyless{Value: from(1).Value, ModuleHash: from(2).ModuleHash, Chain: from(3).Chain}
		k.Entry = from(4).Entry
		k.Entry.UUID, k.Entry.Body, k.Entry.SET = from(5).Entry.UUID, from(6).Entry.Body, from(7).Entry.SET
		k.Entry.LogIndex, k.Entry.IntegratedTime = from(8).Entry.LogIndex, from(8).Entry.IntegratedTime
		v := verifyBytes(t, sample.Attach(cores[mix&1], k.Encode()), sigstore.policy(t))
		// What is left of part 4 is the log, which is the same, and the proof,
		// which nobody signed.
		if own := mix&^(1<<4) == 0; v.OK != own {
			t.Errorf("the mix %09b: OK %v, failed %q", mix, v.OK, failures(v))
		}
	}
}

// The verdict is made of the checks, so a passing verdict has none that
// failed, and names somebody.
func TestAVerdictFollowsFromItsChecks(t *testing.T) {
	sigstore := newInstance(t, "sigstore")
	policy := sigstore.policy(t)
	policy.Keys = givenKeys(t, alice)
	modules := [][]byte{sample.Core(100, 1), sample.Sign(sample.Core(100, 1), true, alice), sigstore.sign(sample.Core(100, 1))}
	for _, c := range append(damagedModules(t), damagedKeyless(t)...) {
		modules = append(modules, c.module)
	}
	for i, module := range modules {
		v := verifyBytes(t, module, policy)
		named := slices.Contains(outcomes(v), "+signature") || slices.Contains(outcomes(v), "+identity")
		if want := len(failures(v)) == 0 && len(v.Problems) == 0 && named; v.OK != want {
			t.Errorf("module %d: OK %v with %s", i, v.OK, fmt.Sprint(outcomes(v), kindsOf(v.Problems)))
		}
	}
}

func TestTheContentOfAFileThatEndsTooEarlyIsNotCompared(t *testing.T) {
	sigstore := newInstance(t, "sigstore")
	core := sample.Core(200, 1)
	for name, c := range map[string]struct {
		module []byte
		policy wasmsig.Policy
	}{
		"key":     {sample.Sign(core, true, alice), wasmsig.Policy{Keys: givenKeys(t, alice)}},
		"keyless": {sigstore.sign(core), sigstore.policy(t)},
	} {
		v := verifyBytes(t, c.module[:len(c.module)-3], c.policy)
		if v.OK || !slices.Equal(failures(v), []string{"module"}) {
			t.Errorf("%s: OK %v, failed %q", name, v.OK, failures(v))
		}
		i := slices.IndexFunc(v.Checks, func(c wasmsig.Check) bool { return c.Name == "content" })
		if v.Checks[i].Outcome != wasmsig.NotMade || v.Checks[i].Detail != "the file ends too early" {
			t.Errorf("%s: %+v", name, v.Checks[i])
		}
	}
}

func TestTheSignatureOverWhatIsTrustedIsACheckOfItsOwn(t *testing.T) {
	module := sample.Sign(sample.Core(200, 1), true, alice)
	for outcome, ok := range map[wasmsig.Outcome]bool{wasmsig.Passed: true, wasmsig.NotMade: true, wasmsig.Failed: false} {
		v := verifyBytes(t, module, wasmsig.Policy{Keys: givenKeys(t, alice), SourceSignature: &wasmsig.Check{Outcome: outcome}})
		if v.OK != ok || v.Checks[0].Name != "trust signature" || v.Checks[0].Outcome != outcome {
			t.Errorf("%s: OK %v, %+v", outcome, v.OK, v.Checks[0])
		}
	}
}
