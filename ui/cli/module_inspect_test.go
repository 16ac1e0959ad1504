package cli

import (
	"encoding/json"
	"strings"
	"testing"

	"wsc-respond/steps/safe"
	"wsc-respond/steps/wasmsig"
	"wsc-respond/steps/wasmsig/sample"
)

// workflow is who signs without a key in the tests of modules.
var workflow = sample.Identity{
	Name:   "https://git.example/team/app/.github/workflows/release.yml@refs/tags/v1",
	Issuer: "https://token.example",
}

func TestAKeylessModuleIsToldWithWhatAResponderLooksUp(t *testing.T) {
	h, core := newHome(t), sample.Core(300, 1)
	ca, log := sample.NewCA("sigstore"), sample.NewLog("sigstore")
	k := sample.KeylessSignature(core, workflow, ca, log)
	h.put(t, "keyless.wasm", sample.Attach(core, k.Encode()))
	out, errs, code := h.run(t, "module", "inspect", "keyless.wasm")
	if code != exitDone || errs != "" {
		t.Fatalf("exit code %d, %s\n%s", code, errs, out)
	}
	for _, want := range []string{
		"Keyless signature\n", workflow.Name, workflow.Issuer,
		"✓ content: is what was signed\n    signed hash ", "✓ signature: made by the key in the certificate\n",
		"✓ log entry: about this content, signature and certificate\n",
		"\n    rekor uuid\n" + k.Entry.UUID + "\n", // 80 digits, on a line of their own
		"certificate for\n    " + workflow.Name + ",\n    issued by CN=", "\n    certificate sha256\n    ",
		"2026-01-06 12:00:05 UTC, as the module says",
		"– whether to believe the certificate and the log was not asked",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("it does not say %q:\n%s", want, out)
		}
	}
}

func TestAnInspectionFitsIntoEightyColumns(t *testing.T) {
	h := newHome(t)
	alice := sample.KeyOf("alice")
	core := append(sample.Split(sample.Core(300, 1), 0, 1), sample.Custom("wsc.transformation.audit_trail", []byte("{"))...)
	h.put(t, "a.wasm", append(sample.Sign(core, true, alice), sample.Custom("signature", []byte{9, 9, 9})...))
	k := sample.KeylessSignature(core, sample.Identity{Name: "alice@example.com", Issuer: workflow.Issuer}, sample.NewCA("sigstore"), sample.NewLog("sigstore"))
	k.Value = make([]byte, 64)
	h.put(t, "b.wasm", sample.Attach(core, k.Encode()))
	h.put(t, "alice.pub", alice.PublicFile())
	for _, args := range [][]string{
		{"module", "inspect", "a.wasm", "b.wasm", "--key", "alice.pub"},
		{"module", "verify", "a.wasm", "b.wasm", "--key", "alice.pub"},
		{"module", "verify", "b.wasm", "--identity", "alice@example.com", "--issuer", workflow.Issuer},
	} {
		out, errs, code := h.run(t, args...)
		if code != exitNo || errs != "" {
			t.Fatalf("%q: exit code %d, %s", args, code, errs)
		}
		for line := range strings.Lines(out) {
			// A digest does not break; what stands before it is no more than
			// the name of the check.
			if line = strings.TrimRight(line, "\n"); safe.Width(line) > 80 && len(strings.Fields(line)) > 1 {
				t.Errorf("%q has %d columns", line, safe.Width(line))
			}
		}
	}
}

func TestWhatAModuleSaysDoesNotReachTheTerminalRaw(t *testing.T) {
	h := newHome(t)
	const hostile = "\x1b[2Jdone\r\u202e✓ verified\n✓ verified by alice.pub"
	ca := sample.NewCA("\x1b]0;evil\x07")
	core := sample.Module(sample.Custom("wsc."+hostile, nil), sample.Custom("wsc.sbom", []byte(`"`+"\x9b"+`31m"`)))
	k := sample.KeylessSignature(core, sample.Identity{Name: "\x1b[2J\r\nverified by alice.pub@example.com", Issuer: hostile}, ca, sample.NewLog("x"))
	k.Entry.UUID = hostile
	h.put(t, "m.wasm", sample.Attach(core, k.Encode()))
	for _, args := range [][]string{
		{"module", "inspect", "m.wasm"},
		{"module", "inspect", "--json", "m.wasm"},
		{"module", "verify", "m.wasm", "--identity", "x", "--issuer", "y"},
		{"module", "verify", "--json", "m.wasm", "--identity", "x", "--issuer", "y"},
	} {
		out, errs, code := h.run(t, args...)
		if code != exitNo {
			t.Fatalf("%q: exit code %d, %s", args, code, errs)
		}
		if i := strings.IndexAny(out+errs, "\x1b\r\x07\u009b\u202e"); i >= 0 {
			t.Errorf("%q prints %q", args, (out + errs)[i:min(i+20, len(out+errs))])
		}
		if strings.Contains(out, "\n✓ verified") || strings.Contains(out, "\nverified") {
			t.Errorf("%q prints a line that the module wrote:\n%s", args, out)
		}
	}
}

func TestTheInspectionOfWhatCannotBeReadHasTheSameForm(t *testing.T) {
	h := newHome(t)
	h.put(t, "text.wasm", []byte("no module"))
	out, _, code := h.run(t, "module", "inspect", "--json", "text.wasm", "absent.wasm")
	if code != exitWrongUse {
		t.Fatalf("exit code %d", code)
	}
	want := []wasmsig.ProblemKind{wasmsig.NotModule, wasmsig.Unreadable}
	for text := range strings.Lines(out) {
		var found wasmsig.Inspection
		if err := json.Unmarshal([]byte(text), &found); err != nil {
			t.Fatal(err)
		}
		if len(found.Problems) != 1 || found.Problems[0].Kind != want[0] || found.Kind != wasmsig.UnknownKind || found.SignatureSets == nil || found.Sections == nil {
			t.Errorf("%s is told as %+v", found.Path, found)
		}
		want = want[1:]
	}
	if len(want) > 0 {
		t.Errorf("lines are missing:\n%s", out)
	}
}
