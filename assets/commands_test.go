package assets_test

import (
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"wsc-respond/steps"
	"wsc-respond/steps/shell"
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
	keyID := strings.TrimSpace(h.expect(0, "INC-1", "scope", "key-id").stdout)
	if len(keyID) != 24 {
		t.Fatalf("key id %q", keyID)
	}

	named := h.expect(0, "INC-1", "scope", "scan").stdout
	if !strings.Contains(named, `with\ spaces.wasm`) || strings.Contains(named, "no-id.wasm") {
		t.Errorf("scan lists:\n%s", named)
	}
	all := h.expect(0, "INC-1", "scope", "scan-key").stdout
	if got := strings.Count(all, "\n"); got != 3 || !strings.Contains(all, "no-id.wasm") {
		t.Errorf("scan-key lists %d modules, want 3:\n%s", got, all)
	}

	if got := strings.Count(h.expect(0, "INC-1", "re-sign", "digests").stdout, "\n"); got != 3 {
		t.Errorf("%d digests, want 3", got)
	}
	chosen := h.expect(0, "INC-1", "re-sign", "choose").stdout
	if strings.Count(chosen, "re-sign  ") != 2 || !strings.Contains(chosen, "LEAVE") || !strings.Contains(chosen, "thief.wasm") {
		t.Errorf("choose says:\n%s", chosen)
	}
	if cosigners := h.expect(0, "INC-1", "re-sign", "cosigners").stdout; strings.Count(cosigners, "key id") != 3 {
		t.Errorf("cosigners says:\n%s", cosigners)
	}
	h.expect(0, "INC-1", "new-key", "keygen")
	h.expect(0, "INC-1", "new-key", "new-key-id")
	kept := h.files()
	h.write("modules/no-id.wasm", kept[h.path("modules/no-id.wasm")]+"changed\n", 0o644)
	if said := h.expect(1, "INC-1", "re-sign", "re-sign").stderr; !strings.Contains(said, "changed since") {
		t.Errorf("of a module that changed since it was chosen it says: %s", said)
	}
	h.restore(kept)
	done := h.expect(0, "INC-1", "re-sign", "re-sign")
	if info, err := os.Stat(h.path("modules/no-id.wasm")); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("the module that was signed again, once of mode 700: %v, %v", info, err)
	}
	if got := strings.Count(done.stdout, "re-signed"); got != 2 {
		t.Errorf("%d modules were signed again, want 2:\n%s", got, done.stdout)
	}
	if old, _ := filepath.Glob(done.evidence + "/old-signatures/*.sig"); len(old) != 2 {
		t.Errorf("the old signatures that are kept: %q, want 2", old)
	}
	if left, _ := filepath.Glob(h.path("modules/.re-sign-*")); left != nil {
		t.Errorf("left beside the modules: %q", left)
	}
	if again := h.expect(0, "INC-1", "re-sign", "re-sign").stdout; strings.Count(again, "done before") != 2 {
		t.Errorf("the second time it says:\n%s", again)
	}

	still := h.expect(1, "INC-1", "end-grace", "still-old").stdout
	if strings.Count(still, "\n") != 1 || !strings.Contains(still, "thief.wasm") {
		t.Errorf("still-old lists:\n%s", still)
	}
	if text := h.read(h.path("modules/with spaces.wasm")); strings.Count(text, "\nsig ") != 1 || !strings.Contains(text, h.inputs["NEW_KEY_ID"]) {
		t.Errorf("the module that was signed again:\n%s", text)
	}
}

// Whatever cannot be read must not pass for "nothing was found".
func TestAScanThatCouldNotReadIsNoAllClear(t *testing.T) {
	missing := func(h *host, name string) { h.inputs[name] = h.path("nowhere") }
	byLines := func(h *host) {
		h.carried["BY_KEY"] = h.write("by-hand.txt", h.path("modules/no-id.wasm")+"\n", 0o600)
	}
	tests := map[string]struct {
		step, command string
		spoil         func(h *host)
	}{
		"scan: a broken module":         {"scope", "scan", func(h *host) { h.write("modules/broken.wasm", "x\n", 0o600) }},
		"scan: an empty folder":         {"scope", "scan", func(h *host) { h.inputs["MODULES"] = h.folder("empty", 0o755) }},
		"scan: no key id":               {"scope", "scan", func(h *host) { h.inputs["KEY_ID"] = "release" }},
		"scan-key: a broken module":     {"scope", "scan-key", func(h *host) { h.write("modules/broken.wasm", "x\n", 0o600) }},
		"scan-key: no folder":           {"scope", "scan-key", func(h *host) { missing(h, "MODULES") }},
		"scan-key: no list of ids":      {"scope", "scan-key", func(h *host) { h.carried["BY_ID"] = h.path("nowhere") }},
		"scan-key: not a key":           {"scope", "scan-key", func(h *host) { h.inputs["KEY_PUB"] = h.write("not.pub", "key", 0o600) }},
		"digests: no list":              {"re-sign", "digests", func(h *host) { h.carried["BY_KEY"] = h.path("nowhere") }},
		"choose: no list":               {"re-sign", "choose", func(h *host) { h.carried["BY_KEY"] = h.path("nowhere") }},
		"choose: no releases":           {"re-sign", "choose", func(h *host) { missing(h, "RELEASED") }},
		"choose: a module is gone":      {"re-sign", "choose", func(h *host) { h.remove("modules/no-id.wasm") }},
		"cosigners: no list":            {"re-sign", "cosigners", func(h *host) { delete(h.carried, "RE_SIGN") }},
		"re-sign: no list":              {"re-sign", "re-sign", func(h *host) { delete(h.carried, "RE_SIGN") }},
		"still-old: no list":            {"end-grace", "still-old", func(h *host) { delete(h.carried, "BY_KEY") }},
		"choose: a list of lines":       {"re-sign", "choose", byLines},
		"still-old: a list of lines":    {"end-grace", "still-old", byLines},
		"still-old: a folder as list":   {"end-grace", "still-old", func(h *host) { h.carried["BY_KEY"] = h.dir }},
		"still-old: no key":             {"end-grace", "still-old", func(h *host) { missing(h, "KEY_PUB") }},
		"still-old: a module is gone":   {"end-grace", "still-old", func(h *host) { h.remove("modules/no-id.wasm") }},
		"still-old: no wsc on the host": {"end-grace", "still-old", func(h *host) { h.write("bin/wsc", "#!/bin/sh\nexit 127\n", 0o755) }},
	}
	h := keyCompromise(t)
	h.expect(0, "INC-1", "scope", "key-id")
	h.expect(0, "INC-1", "scope", "scan")
	h.expect(0, "INC-1", "scope", "scan-key")
	h.expect(0, "INC-1", "re-sign", "choose")
	inputs, carried := maps.Clone(h.inputs), maps.Clone(h.carried)
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			h := &host{t: t, rb: h.rb, dir: h.dir, inputs: maps.Clone(inputs), carried: maps.Clone(carried)}
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
	h := newHost(t)
	file := h.write("modules/bad module.wasm", "module\nbad\n", 0o644)
	h.inputs["MODULE"], h.inputs["QUARANTINE"] = file, h.folder("quarantine", 0o700)
	h.expect(0, "INC-2", "quarantine", "record")
	h.expect(0, "INC-2", "quarantine", "move")
	list := h.read(h.path("quarantine/hashes.txt"))
	if h.exists(file) || h.read(h.inputs["QUARANTINED"]) != "module\nbad\n" {
		t.Errorf("the module is at %q", h.inputs["QUARANTINED"])
	}
	if digest := h.inputs["MODULE_SHA256"]; len(digest) != 64 || !strings.HasPrefix(list, digest) {
		t.Errorf("recorded %q, and the list of the quarantine says %q", digest, list)
	}
	h.expect(1, "INC-2", "quarantine", "record")
}

// keyCompromise is a host with modules of every sort: the stolen key signed
// one with its id and a co-signer beside it, one without its id, and one that
// was never released; the others it did not sign. The folder is given by a
// link to it, as shared folders often are.
func keyCompromise(t *testing.T) *host {
	t.Helper()
	h := newHost(t)
	modules := h.folder("modules", 0o755)
	old, other := h.key("old"), h.key("other")
	h.sign("modules/with spaces.wasm", old, true)
	h.wsc("sign", "-i", h.path("modules/with spaces.wasm"), "-o", h.path("modules/with spaces.wasm"), "-k", other+".sec", "-K", other+".pub")
	h.sign("modules/no-id.wasm", old, false)
	released := h.digestOf("modules/with spaces.wasm") + "  a\n" + h.digestOf("modules/no-id.wasm") + "  b\n"
	h.sign("modules/deep/thief.wasm", old, true)
	h.sign("modules/other.wasm", other, true)
	h.write("modules/unsigned.wasm", "module\nplain\n", 0o600)
	h.write("modules/keyless.wasm", "keyless\nplain\n", 0o600)
	h.inputs["MODULES"], h.inputs["KEY_PUB"] = h.path("link"), old+".pub"
	if err := os.Symlink(modules, h.inputs["MODULES"]); err != nil {
		t.Fatal(err)
	}
	h.inputs["NEW_KEY"], h.inputs["NEW_PUB"] = h.path("new.sec"), h.path("new.pub")
	h.inputs["RELEASED"] = h.write("SHA256SUMS", released, 0o600)
	return h
}

// key writes a pair of key files and returns their path without the ending.
func (h *host) key(name string) string {
	half := strings.Repeat(name+"-", 32)[:32]
	h.write(name+".sec", "\x81"+half+half, 0o600)
	h.write(name+".pub", "\x01"+half, 0o644)
	return h.path(name)
}

// sign writes a module with a signature, and with the key's id if it is named.
func (h *host) sign(name, key string, named bool) {
	h.t.Helper()
	file := h.write(name, "module\n"+name+"\n", 0o644)
	args := []string{"sign", "-i", file, "-o", file, "-k", key + ".sec"}
	if named {
		args = append(args, "-K", key+".pub")
	}
	h.wsc(args...)
}

func (h *host) wsc(args ...string) {
	h.t.Helper()
	if out, err := exec.Command(h.path("bin/wsc"), args...).CombinedOutput(); err != nil {
		h.t.Fatalf("wsc %q: %v: %s", args, err, out)
	}
}

func (h *host) digestOf(name string) string {
	h.t.Helper()
	sum := sha256.Sum256([]byte(h.read(h.path(name))))
	return hex.EncodeToString(sum[:])
}

// files are the modules and the stand-in as they are, by path.
func (h *host) files() map[string]string {
	h.t.Helper()
	kept := map[string]string{}
	for _, pattern := range []string{"bin/*", "modules/*.wasm", "modules/*/*.wasm"} {
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
		if err := os.WriteFile(path, []byte(text), 0o700); err != nil {
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
