package cli

import (
	"crypto/x509"
	"strings"
	"testing"
	"time"

	"wsc-respond/steps/wasmsig/sample"
)

// farFuture is when the bundles of the tests end: they are checked with the
// real clock.
var farFuture = time.Date(2126, time.January, 1, 0, 0, 0, 0, time.UTC)

// keylessHome is an account with a keyless module, and with files that trust
// those who made it.
func keylessHome(t *testing.T) (h home, bundle sample.Bundle, chain []*x509.Certificate) {
	t.Helper()
	h = newHome(t)
	core, ca, log := sample.Core(300, 1), sample.NewCA("sigstore"), sample.NewLog("sigstore")
	k := sample.KeylessSignature(core, workflow, ca, log)
	chain, problems := k.Certificates()
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	h.put(t, "m.wasm", sample.Attach(core, k.Encode()))
	h.put(t, "root.json", sample.TrustedRoot(ca, log))
	h.put(t, "bundles.pub", sample.KeyOf("bundles").PublicFile())
	h.put(t, "other.pub", sample.KeyOf("other").PublicFile())
	return h, sample.Bundle{CA: ca, Log: log, NotAfter: farFuture, Signer: sample.KeyOf("bundles")}, chain
}

// verifyKeyless verifies the keyless module of keylessHome.
func verifyKeyless(t *testing.T, h home, args ...string) (out string, code int) {
	t.Helper()
	args = append([]string{"module", "verify", "m.wasm", "--identity", "https://git.example/team/app/.*", "--issuer", workflow.Issuer}, args...)
	out, errs, code := h.run(t, args...)
	if errs != "" {
		t.Fatalf("%q: %s", args, errs)
	}
	return out, code
}

func TestAKeylessModulePassesWithWhatIsTrusted(t *testing.T) {
	h, bundle, _ := keylessHome(t)
	h.put(t, "bundle.json", sample.TrustBundle(bundle))
	for _, args := range [][]string{
		{"--trusted-root", "root.json"},
		{"--trust-bundle", "bundle.json"},
		{"--trust-bundle", "bundle.json", "--bundle-key", "bundles.pub"},
		{"--trusted-root", "root.json", "--key", "other.pub"},
	} {
		if out, code := verifyKeyless(t, h, args...); code != exitDone || !strings.Contains(out, "\n  verified\n") {
			t.Errorf("%q: exit code %d\n%s", args, code, out)
		}
	}
}

func TestAKeylessModuleOfAnotherInstanceDoesNotPassByDefault(t *testing.T) {
	h, _, _ := keylessHome(t)
	out, code := verifyKeyless(t, h)
	if code != exitNo || !strings.Contains(out, "is not in Sigstore's public instance") {
		t.Errorf("exit code %d\n%s", code, out)
	}
}

func TestABundleIsOnlyWorthWhatItIsNow(t *testing.T) {
	h, good, chain := keylessHome(t)
	past := time.Date(2026, time.February, 1, 0, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		name   string
		change func(b *sample.Bundle)
		args   []string
		code   int
		says   string
	}{
		{"valid", func(*sample.Bundle) {}, nil, exitDone, "its signature was not checked: --bundle-key does"},
		{"unsigned", func(b *sample.Bundle) { b.Signer = sample.Key{} }, nil, exitDone, "its signature was not checked"},
		{"expired", func(b *sample.Bundle) { b.NotAfter = past }, nil, exitNo, "it expired on"},
		{"in its grace period", func(b *sample.Bundle) { b.NotAfter, b.Grace = past, 200*365*24*time.Hour }, nil, exitNo, "it expired on"},
		{"not yet valid", func(b *sample.Bundle) { b.NotBefore = farFuture.AddDate(-1, 0, 0) }, nil, exitNo, "it is not valid before"},
		{"of another signer", func(b *sample.Bundle) { b.Signer = sample.KeyOf("mallory") }, []string{"--bundle-key", "bundles.pub"}, exitNo, "another key signed it"},
		{"unsigned where that matters", func(b *sample.Bundle) { b.Signer = sample.Key{} }, []string{"--bundle-key", "bundles.pub"}, exitNo, "not signed"},
		{"with the certificate revoked", func(b *sample.Bundle) { b.Revoked = chain[:1] }, nil, exitNo, "was revoked"},
	} {
		bundle := good
		c.change(&bundle)
		h.put(t, "bundle.json", sample.TrustBundle(bundle))
		out, code := verifyKeyless(t, h, append([]string{"--trust-bundle", "bundle.json"}, c.args...)...)
		if flat := strings.Join(strings.Fields(out), " "); code != c.code || !strings.Contains(flat, c.says) {
			t.Errorf("%s: exit code %d, want %d and %q\n%s", c.name, code, c.code, c.says, out)
		}
	}
}

// An expired bundle fails every file, also one that needs no certificates.
func TestAnExpiredBundleFailsAModuleSignedWithAKey(t *testing.T) {
	h, bundle, _ := keylessHome(t)
	alice := sample.KeyOf("alice")
	h.put(t, "alice.pub", alice.PublicFile())
	h.put(t, "signed.wasm", sample.Sign(sample.Core(300, 1), true, alice))
	bundle.NotAfter = time.Date(2026, time.February, 1, 0, 0, 0, 0, time.UTC)
	h.put(t, "bundle.json", sample.TrustBundle(bundle))
	out, _, code := h.run(t, "module", "verify", "signed.wasm", "--key", "alice.pub", "--trust-bundle", "bundle.json")
	if code != exitNo || !strings.Contains(out, "✗ FAILED    trust") || !strings.Contains(out, "✓ passed    signature") {
		t.Errorf("exit code %d\n%s", code, out)
	}
}
