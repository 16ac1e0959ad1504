package assets_test

import (
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"wsc-respond/steps"
	"wsc-respond/steps/shell"
	"wsc-respond/steps/wasmsig/sample"
)

func TestNoCommandDestroysMoreThanItSays(t *testing.T) {
	rb, _ := readRunbook(t)
	for _, command := range commands(rb) {
		facts, err := shell.Parse(command.Shell, shell.StandIns{})
		if err != nil {
			t.Errorf("%s:%d: %v", command.At.File, command.At.Line, err)
		}
		if facts.Risk == steps.RiskDestroys && command.Risk != steps.RiskDestroys {
			t.Errorf("%s:%d: %s says %s, and its text destroys: %s", command.At.File, command.At.Line, command.Name, command.Risk, strings.Join(facts.Reasons, "; "))
		}
	}
}

func TestAStolenKeyIsFoundAndReplacedInEveryModule(t *testing.T) {
	h := keyCompromise(t)
	if id := strings.TrimSpace(h.expect(0, "INC-1", "scope", "key-id").stdout); id != string(old.Public().ID()) {
		t.Errorf("the key id is %q", id)
	}
	table := h.expect(0, "INC-1", "scope", "scan").stdout
	listed := h.expect(0, "INC-1", "scope", "list").stdout
	signed := []string{"deep/thief.wasm", "no-id.wasm", "tampered.wasm", "with spaces.wasm"}
	if want := h.paths(signed, "\n"); listed != want || h.read(h.inputs["AFFECTED_LIST"]) != strings.ReplaceAll(want, "\n", "\x00") {
		t.Errorf("listed is\n%s\nwant\n%s", listed, want)
	}
	for _, name := range signed {
		if !strings.Contains(table, name) {
			t.Errorf("%s is not in the table:\n%s", name, table)
		}
	}
	byWsc := h.expect(0, "INC-1", "scope", "scan-with-wsc").stdout
	if got := strings.Count(byWsc, "Signature is valid."); got != 3 || strings.Count(byWsc, "\n") != 7 {
		t.Errorf("wsc finds %d of 7 modules, want 3, and not the one that was changed:\n%s", got, byWsc)
	}

	if got := strings.Count(h.expect(0, "INC-1", "re-sign", "digests").stdout, "\n"); got != 4 {
		t.Errorf("%d digests, want 4", got)
	}
	chosen := h.expect(0, "INC-1", "re-sign", "choose").stdout
	if strings.Count(chosen, "re-sign  ") != 2 || strings.Count(chosen, "LEAVE") != 2 || !strings.Contains(chosen, "thief.wasm") {
		t.Errorf("choose says:\n%s", chosen)
	}
	h.expect(0, "INC-1", "new-key", "keygen")
	h.expect(0, "INC-1", "new-key", "new-key-id")
	h.expect(0, "INC-1", "new-key", "check-key")
	h.refusesToReSign()

	h.expect(0, "INC-1", "re-sign", "re-sign-without-cosigners")
	h.expect(0, "INC-1", "re-sign", "re-sign-without-cosigners") // has nothing left to do
	if info, err := os.Stat(h.path("modules/no-id.wasm")); err != nil || info.Mode().Perm() != 0o750 {
		t.Errorf("the module that was signed again, once of mode 750: %v, %v", info, err)
	}
	h.expect(0, "INC-1", "re-sign", "verify")
	still := h.expect(0, "INC-1", "end-grace", "still-old").stdout
	if strings.Contains(still, "no-id") || strings.Contains(still, "spaces") || !strings.Contains(still, "thief.wasm") || !strings.Contains(still, "tampered.wasm") {
		t.Errorf("still-old lists:\n%s", still)
	}
}

// refusesToReSign has the new signatures refused: while a co-signer would be
// lost, and for a module that changed since it was chosen. Nothing may change.
func (h *host) refusesToReSign() {
	h.t.Helper()
	kept := h.files()
	stopped := h.run("INC-1", "re-sign", "re-sign")
	if said := stopped.stdout + stopped.stderr; stopped.exit == 0 || !strings.Contains(said, string(other.Public().ID())) {
		h.t.Errorf("with a co-signer it ends with %d and says: %s", stopped.exit, said)
	}
	if diff := cmp.Diff(kept, h.files()); diff != "" {
		h.t.Errorf("it stopped, and changed modules: %s", diff)
	}
	changed := h.path("modules/no-id.wasm")
	h.module("modules/no-id.wasm", sample.Sign(sample.Core(300, 99), false, old))
	if out := h.run("INC-1", "re-sign", "re-sign-without-cosigners"); out.exit == 0 {
		h.t.Errorf("a module that changed since it was chosen is signed: %s", out.stdout)
	}
	if h.read(changed) != string(sample.Sign(sample.Core(300, 99), false, old)) {
		h.t.Error("the module that changed since it was chosen was changed again")
	}
	h.restore(kept)
}

// One damaged file must not keep the others from being worked on, so the list
// is offered all the same. The scan beside it stays failed.
func TestWhatCouldBeReadIsListedAndWhatCouldNotIsNamed(t *testing.T) {
	h := keyCompromise(t)
	h.module("modules/cut.wasm", sample.Sign(sample.Core(300, 7), true, old)[:40])
	out := h.run("INC-1", "scope", "list")
	if out.exit != 1 || !h.command("INC-1", "scope", "list").Expected(out.exit) {
		t.Errorf("exit %d counts as a failure", out.exit)
	}
	if !strings.Contains(out.stdout, "no-id.wasm") || strings.Contains(out.stdout, "cut.wasm") || !strings.Contains(out.stderr, "cut.wasm") {
		t.Errorf("stdout: %s\nstderr: %s", out.stdout, out.stderr)
	}
}

// Whatever cannot be read must not pass for "nothing was found".
func TestAScanThatCouldNotReadIsNoAllClear(t *testing.T) {
	missing := func(h *host, name string) { h.inputs[name] = h.path("nowhere") }
	cut := func(h *host) { h.module("modules/cut.wasm", sample.Sign(sample.Core(300, 7), true, old)[:40]) }
	byLines := func(h *host) {
		h.inputs["AFFECTED_LIST"] = h.write("by-hand.txt", h.path("modules/no-id.wasm")+"\n", 0o600)
	}
	tests := map[string]struct {
		step, command string
		spoil         func(h *host)
	}{
		"scan: a module that is cut":      {"scope", "scan", cut},
		"scan: no folder":                 {"scope", "scan", func(h *host) { missing(h, "MODULES") }},
		"scan: not a key":                 {"scope", "scan", func(h *host) { h.inputs["KEY_PUB"] = h.write("not.pub", "key", 0o600) }},
		"list: no folder":                 {"scope", "list", func(h *host) { missing(h, "MODULES") }},
		"scan-with-wsc: no folder":        {"scope", "scan-with-wsc", func(h *host) { missing(h, "MODULES") }},
		"digests: no list":                {"re-sign", "digests", func(h *host) { missing(h, "AFFECTED_LIST") }},
		"choose: no list":                 {"re-sign", "choose", func(h *host) { missing(h, "AFFECTED_LIST") }},
		"choose: no releases":             {"re-sign", "choose", func(h *host) { missing(h, "RELEASED") }},
		"choose: a module is gone":        {"re-sign", "choose", func(h *host) { h.remove("modules/no-id.wasm") }},
		"choose: a list of lines":         {"re-sign", "choose", byLines},
		"re-sign: no list":                {"re-sign", "re-sign", func(h *host) { missing(h, "RE_SIGN_LIST") }},
		"verify: no list":                 {"re-sign", "verify", func(h *host) { missing(h, "RE_SIGN_LIST") }},
		"verify: an empty list":           {"re-sign", "verify", func(h *host) { h.inputs["RE_SIGN_LIST"] = h.write("empty.nul", "", 0o600) }},
		"verify: the old signature":       {"re-sign", "verify", func(h *host) { h.inputs["NEW_PUB"] = h.path("other.pub") }},
		"still-old: no key":               {"end-grace", "still-old", func(h *host) { missing(h, "KEY_PUB") }},
		"still-old: a module that is cut": {"end-grace", "still-old", cut},
	}
	h := keyCompromise(t)
	h.expect(0, "INC-1", "scope", "list")
	h.expect(0, "INC-1", "re-sign", "choose")
	inputs := maps.Clone(h.inputs)
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			h := &host{t: t, rb: h.rb, dir: h.dir, inputs: maps.Clone(inputs), carried: map[string]string{}}
			defer h.restore(h.files())
			test.spoil(h)
			command := h.command("INC-1", test.step, test.command)
			if out := h.run("INC-1", test.step, test.command); command.Expected(out.exit) {
				t.Errorf("exit %d counts as an answer\nstdout: %s\nstderr: %s", out.exit, out.stdout, out.stderr)
			}
		})
	}
}

func TestAKeyIsRecordedMovedAndLocked(t *testing.T) {
	h := newHost(t)
	file := h.write("keys/release key.sec", "secret", 0o600)
	h.inputs["KEY_FILE"], h.inputs["VAULT"] = file, h.folder("vault", 0o700)
	recorded := h.expect(0, "INC-1", "isolate", "record").stdout
	h.expect(0, "INC-1", "isolate", "move")
	moved := h.inputs["KEY_IN_VAULT"]
	if h.exists(file) || h.read(moved) != "secret" || !strings.Contains(recorded, "release key.sec") {
		t.Errorf("the key is at %q", moved)
	}
	h.expect(0, "INC-1", "isolate", "lock")
	if info, err := os.Stat(moved); err != nil || info.Mode().Perm() != 0 {
		t.Errorf("the key in the vault: %v, %v", info, err)
	}

	h.write("keys/release key.sec", "another", 0o600)
	h.expect(1, "INC-1", "isolate", "move")
	if h.read(file) != "another" {
		t.Error("a second key of the same name was moved over the first")
	}
}

func TestAModuleIsRecordedAndQuarantined(t *testing.T) {
	for _, command := range []string{"quarantine", "move-by-hand"} {
		t.Run(command, func(t *testing.T) {
			h := newHost(t)
			bad := sample.Sign(sample.Core(300, 1), true, old)
			file := h.module("modules/bad module.wasm", bad)
			h.inputs["MODULE"], h.inputs["QUARANTINE"] = file, h.folder("quarantine", 0o700)
			h.expect(0, "INC-2", "quarantine", "record")
			h.expect(0, "INC-2", "quarantine", command)
			if h.exists(file) || h.read(h.inputs["QUARANTINED"]) != string(bad) {
				t.Errorf("the module is at %q", h.inputs["QUARANTINED"])
			}
			listed := false
			lists, _ := filepath.Glob(h.path("quarantine/*"))
			for _, list := range lists {
				listed = listed || list != h.inputs["QUARANTINED"] && strings.Contains(h.read(list), h.inputs["MODULE_SHA256"])
			}
			if !listed || len(h.inputs["MODULE_SHA256"]) != 64 {
				t.Errorf("recorded %q, and no list of the quarantine has it: %q", h.inputs["MODULE_SHA256"], lists)
			}
			h.expect(1, "INC-2", "quarantine", "record")
		})
	}
}

func TestKeylessModulesOfAWindowAreListedAndVerified(t *testing.T) {
	h := keyCompromise(t)
	modules := h.folder("modules", 0o755)
	for name, value := range map[string]string{
		"MODULES": modules, "WINDOW_START": "2026-01-01 00:00", "WINDOW_END": "2026-01-02 00:00",
		"SIGNERS": h.write("signers.txt", keyless.Name+" "+keyless.Issuer+"\n", 0o600), "IDENTITY": keyless.Name, "ISSUER": keyless.Issuer,
		"MODULE_TO_CHECK": h.path("modules/keyless.wasm"), "BUNDLE_PUB": h.path("old.pub"),
		"BUNDLE": h.write("trust.json", string(sample.TrustBundle(sample.Bundle{CA: authority, Log: log, Signer: old, NotAfter: time.Now().AddDate(1, 0, 0)})), 0o600),
	} {
		h.inputs[name] = value
	}
	// The log that proves its time is none of Sigstore's, so it is listed, and
	// does not pass, except with the bundle that names the log.
	if table := h.expect(0, "INC-3", "audit", "audit").stdout; !strings.Contains(table, "keyless.wasm") || !strings.Contains(table, keyless.Name) {
		t.Errorf("audit says:\n%s", table)
	}
	if listed := h.expect(0, "INC-3", "audit", "list").stdout; listed != h.paths([]string{"keyless.wasm"}, "\n") {
		t.Errorf("listed is:\n%s", listed)
	}
	h.expect(123, "INC-3", "re-verify", "verify-list")
	h.expect(1, "INC-3", "re-verify", "verify")
	h.expect(0, "INC-3", "offline", "bundle")
	h.expect(0, "INC-3", "offline", "offline")
	h.inputs["IDENTITY"] = "buildsxexample.org"
	h.expect(1, "INC-3", "offline", "offline")
}

func TestKeysAreCheckedAndComparedWithWhatWasKept(t *testing.T) {
	h := newHost(t)
	h.key("keys/old", old)
	h.inputs["KEY_DIR"], h.inputs["TRUSTED_PUB"] = h.path("keys"), h.path("keys/old.pub")
	if id := h.expect(0, "", "", "key-id").stdout; id != string(old.Public().ID())+"\n" {
		t.Errorf("the key id is %q", id)
	}
	h.expect(0, "", "", "check-keys")
	kept := h.expect(0, "", "", "keep-digests").stdout
	h.inputs["KEY_HASHES"] = h.write("kept.txt", kept, 0o600)
	h.expect(0, "", "", "check-digests")
	h.key("keys/old", other)
	h.expect(1, "", "", "check-digests")
	h.inputs["KEY_HASHES"] = h.write("empty.txt", "", 0o600)
	if out := h.run("", "", "check-digests"); out.exit == 0 {
		t.Error("a list that is empty counts as unmodified")
	}
	if err := os.Chmod(h.path("keys/old.sec"), 0o644); err != nil {
		t.Fatal(err)
	}
	h.expect(1, "", "", "check-keys")
}

// The keys of the tests, and who signs without one.
var (
	old, other     = sample.KeyOf("old"), sample.KeyOf("other")
	authority, log = sample.NewCA("authority"), sample.NewLog("log")
	keyless        = sample.Identity{Name: "builds@example.org", Issuer: "https://accounts.example.org"}
)

// keyCompromise is a host with modules of every sort: the stolen key signed
// one with its id and a co-signer beside it, one without its id, one that was
// never released, and one that was changed afterwards; the others it did not
// sign. The folder is given by a link to it, as shared folders often are.
func keyCompromise(t *testing.T) *host {
	t.Helper()
	h := newHost(t)
	modules := h.folder("modules", 0o755)
	h.key("old", old)
	h.key("other", other)
	h.module("modules/with spaces.wasm", sample.Sign(sample.Core(300, 1), true, old, other))
	h.module("modules/no-id.wasm", sample.Sign(sample.Core(400, 2), false, old))
	released := h.digestOf("modules/with spaces.wasm") + "  a\n" + h.digestOf("modules/no-id.wasm") + "  b\n"
	h.module("modules/deep/thief.wasm", sample.Sign(sample.Core(300, 3), true, old))
	tampered := sample.Sign(sample.Core(300, 4), true, old)
	tampered[len(tampered)-1] ^= 1
	h.module("modules/tampered.wasm", tampered)
	h.module("modules/other.wasm", sample.Sign(sample.Core(300, 5), true, other))
	h.module("modules/unsigned.wasm", sample.Core(300, 6))
	h.module("modules/keyless.wasm", sample.Keyless(sample.Core(300, 7), keyless, authority, log))
	h.inputs["MODULES"], h.inputs["KEY_PUB"] = h.path("link"), h.path("old.pub")
	if err := os.Symlink(modules, h.inputs["MODULES"]); err != nil {
		t.Fatal(err)
	}
	h.inputs["NEW_KEY"], h.inputs["NEW_PUB"] = h.path("new.sec"), h.path("new.pub")
	h.inputs["RELEASED"] = h.write("SHA256SUMS", released, 0o600)
	return h
}

// key writes a pair of key files.
func (h *host) key(name string, key sample.Key) {
	h.write(name+".sec", string(key.SecretFile()), 0o600)
	h.write(name+".pub", string(key.PublicFile()), 0o644)
}

func (h *host) module(name string, module []byte) (path string) {
	return h.write(name, string(module), 0o750)
}

// paths are names of modules as the scan gives them, with an end behind each.
func (h *host) paths(names []string, end string) string {
	var text strings.Builder
	for _, name := range names {
		text.WriteString(h.inputs["MODULES"] + "/" + name + end)
	}
	return text.String()
}

func (h *host) digestOf(name string) string {
	h.t.Helper()
	sum := sha256.Sum256([]byte(h.read(h.path(name))))
	return hex.EncodeToString(sum[:])
}

// files are the modules as they are, by path.
func (h *host) files() map[string]string {
	h.t.Helper()
	kept := map[string]string{}
	for _, pattern := range []string{"modules/*.wasm", "modules/*/*.wasm"} {
		paths, err := filepath.Glob(h.path(pattern))
		if err != nil {
			h.t.Fatal(err)
		}
		for _, path := range paths {
			kept[path] = h.read(path)
		}
	}
	return kept
}

// restore puts files back as they were, and takes away what came.
func (h *host) restore(kept map[string]string) {
	h.t.Helper()
	for path := range h.files() {
		if err := os.Remove(path); err != nil {
			h.t.Fatal(err)
		}
	}
	for path, text := range kept {
		if err := os.WriteFile(path, []byte(text), 0o750); err != nil {
			h.t.Fatal(err)
		}
	}
}

func (h *host) remove(name string) {
	h.t.Helper()
	if err := os.Remove(h.path(name)); err != nil {
		h.t.Fatal(err)
	}
}
