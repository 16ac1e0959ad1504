package cli

import (
	"crypto/x509"
	"fmt"
	"slices"
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
	for _, c := range []struct {
		verdict string
		args    []string
	}{
		{"verified", []string{"--trusted-root", "root.json"}},
		{"verified, on a bundle whose signature nobody checked", []string{"--trust-bundle", "bundle.json"}},
		{"verified", []string{"--trust-bundle", "bundle.json", "--bundle-key", "bundles.pub"}},
		{"verified", []string{"--trusted-root", "root.json", "--key", "other.pub"}},
	} {
		if out, code := verifyKeyless(t, h, c.args...); code != exitDone || !strings.Contains(out, "\n  "+c.verdict+"\n") {
			t.Errorf("%q: exit code %d\n%s", c.args, code, out)
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
		{"valid", func(*sample.Bundle) {}, nil, exitDone, "– not made trust signature signed, and no --bundle-key was given"},
		{"unsigned", func(b *sample.Bundle) { b.Signer = sample.Key{} }, nil, exitDone, "– not made trust signature the bundle is not signed"},
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

func TestOfManyFilesThoseThatFailAreToldInFullAndNamedAgain(t *testing.T) {
	h, good := scanHome(t)
	bad := append(slices.Clone(good), 0, 3, 1, 'y', 'y')
	args := []string{"module", "verify", "--key", "alice.pub"}
	for i := range 5 {
		h.put(t, fmt.Sprintf("good%d", i), good)
		args = append(args, fmt.Sprintf("good%d", i))
	}
	for i := range 22 {
		h.put(t, fmt.Sprintf("bad%02d", i), bad)
		args = append(args, fmt.Sprintf("bad%02d", i))
	}
	out, _, code := h.run(t, args...)
	if code != exitNo {
		t.Errorf("exit code %d", code)
	}
	for want, n := range map[string]int{
		"\n✓ good": 4, "✗ FAILED    content            changed after signing\n": 22, "\n  NOT VERIFIED\n": 22,
		"\n27 files: 5 verified, 22 NOT VERIFIED\n  ✗ bad00\n": 1, "\n  ✗ bad": 20, "\n  ✗ bad19\n    and 2 more\n": 1,
	} {
		if got := strings.Count(out, want); got != n {
			t.Errorf("%q is said %d times, not %d:\n%.2000s", want, got, n, out)
		}
	}
}

func TestAKeyFileThatIsNoneNamesTheWayOn(t *testing.T) {
	h, module := scanHome(t)
	h.put(t, "m.wasm", module)
	for _, args := range [][]string{{"inspect", "m.wasm"}, {"verify", "m.wasm"}, {"scan", "m.wasm"}} {
		out, errs, code := h.run(t, append(append([]string{"module"}, args...), "--key", "m.wasm")...)
		if code != exitWrongUse || out != "" || !strings.Contains(errs, "safe: nothing was checked\n  next: give the .pub file; wsc-respond key check FILE") {
			t.Errorf("%s: exit code %d\n%s%s", args[0], code, out, errs)
		}
	}
}
