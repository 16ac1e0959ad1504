package cli

import (
	"crypto/ed25519"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"wsc-respond/steps/keyfile"
)

// runKey runs a key command and returns all that it said.
func runKey(t *testing.T, h home, args ...string) (said string, code int) {
	t.Helper()
	return runCLI(t, h, append([]string{"key"}, args...)...)
}

// runCLI runs the program and returns all that it said.
func runCLI(t *testing.T, h home, args ...string) (said string, code int) {
	t.Helper()
	cmd := exec.Command(binary, args...)
	cmd.Env, cmd.Dir = h.env, h.dir
	out, err := cmd.CombinedOutput()
	if cmd.ProcessState == nil {
		t.Fatal(err)
	}
	return string(out), cmd.ProcessState.ExitCode()
}

// secretFile writes a secret key and returns its seed and its id.
func secretFile(t *testing.T, path string, number byte) (seed []byte, id keyfile.ID) {
	t.Helper()
	seed = make([]byte, ed25519.SeedSize)
	for i := range seed {
		seed[i] = byte(i)*5 ^ number
	}
	key := ed25519.NewKeyFromSeed(seed)
	public, err := keyfile.NewPublic(ed25519.PublicKey(key[ed25519.SeedSize:]))
	if err != nil {
		t.Fatal(err)
	}
	makeFile(t, path, "\x81"+string(key))
	return seed, public.ID()
}

func TestNoSecretByteReachesTheScreen(t *testing.T) {
	h := newHome(t)
	path := filepath.Join(h.dir, "k", "a.sec")
	seed, _ := secretFile(t, path, 0xa5)
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	makeFile(t, filepath.Join(h.dir, "k", "cut.sec"), string(whole[:60]))
	makeFile(t, filepath.Join(h.dir, "k", "text.sec"), hex.EncodeToString(whole))
	var said strings.Builder
	for _, args := range [][]string{
		{"id", "k/a.sec"}, {"id", "k/cut.sec"}, {"id", "k/text.sec"}, {"id", "--json", "k/a.sec"},
		{"check", "k"}, {"check", "--json", "k"}, {"manifest", "k"}, {"verify", "k/a.sec"}, {"verify", "k/text.sec", "--json"},
	} {
		text, _ := runKey(t, h, args...)
		said.WriteString(text)
	}
	for i := 0; i+4 <= len(seed); i++ {
		part := seed[i : i+4]
		for _, form := range []string{string(part), hex.EncodeToString(part), base64.StdEncoding.EncodeToString(part)[:5]} {
			if strings.Contains(said.String(), form) {
				t.Fatalf("bytes %d of the secret were told:\n%s", i, said.String())
			}
		}
	}
}

func TestASecretKeyGivenForItsIDIsTold(t *testing.T) {
	h := newHome(t)
	_, id := secretFile(t, filepath.Join(h.dir, "a.sec"), 1)
	said, code := runKey(t, h, "id", "a.sec")
	if code != exitDone || !strings.Contains(said, string(id)+"\n") || !strings.Contains(said, "is a secret key") {
		t.Errorf("exit %d: %s", code, said)
	}
}

func TestASecretKeyInTheOpenIsAFinding(t *testing.T) {
	h := newHome(t)
	_, id := secretFile(t, filepath.Join(h.dir, "work", "k", "a.sec"), 1)
	if err := os.Chmod(filepath.Join(h.dir, "work", "k", "a.sec"), 0o644); err != nil {
		t.Fatal(err)
	}
	makeFile(t, filepath.Join(h.dir, "work", ".git", "HEAD"), "ref: x\n")
	makeLink(t, "work/k/a.sec", filepath.Join(h.dir, "link.sec"))
	for path, kinds := range map[string][]string{
		"work":         {"readable_by_others", "in_git"},
		"work/k":       {"readable_by_others", "in_git"}, // the work tree is above
		"work/k/a.sec": {"readable_by_others", "in_git"},
		"link.sec":     {"link", "readable_by_others", "in_git"},
	} {
		said, code := runKey(t, h, "check", "--json", path)
		var file keyfile.Checked
		if err := json.Unmarshal([]byte(said), &file); err != nil {
			t.Fatalf("%s: %v in %s", path, err, said)
		}
		for _, kind := range kinds {
			if !strings.Contains(said, `"kind":"`+kind+`"`) {
				t.Errorf("%s: %s is missing in %s", path, kind, said)
			}
		}
		if code != exitNo || file.KeyID != id || !strings.HasPrefix(file.Path, path) || file.Mode != "0644" {
			t.Errorf("%s: exit %d, %s", path, code, said)
		}
	}
}

func TestTwoHalvesOfTwoKeysAreTold(t *testing.T) {
	h := newHome(t)
	_, id := secretFile(t, filepath.Join(h.dir, "k", "a.sec"), 1)
	makeFile(t, filepath.Join(h.dir, "k", "a.pub"), "\x01"+strings.Repeat("x", 32))
	for _, path := range []string{"k", "k/a.sec"} {
		said, code := runKey(t, h, "check", path)
		if code != exitNo || strings.Count(said, string(id)) != 2 || !strings.Contains(said, "a.pub") {
			t.Errorf("%s: exit %d, %s", path, code, said)
		}
	}
}

func TestAPairIsSaidToBelongTogether(t *testing.T) {
	h := newHome(t)
	key := filepath.Join(h.dir, "k", "a.sec")
	secretFile(t, key, 1)
	secret, err := os.ReadFile(key)
	if err != nil {
		t.Fatal(err)
	}
	makeFile(t, filepath.Join(h.dir, "k", "a.pub"), "\x01"+string(secret[33:]))
	makeLink(t, "k/a.sec", filepath.Join(h.dir, "link.sec"))
	for path, sum := range map[string]string{
		"k": "2 files, 1 matching pair, nothing wrong found", "k/a.sec": "1 file, 1 matching pair, nothing", "k/a.pub": "1 file, 1 matching pair, nothing",
		"link.sec": "1 file, 1 matching pair, 1 finding in 1 of the files",
	} {
		said, _ := runKey(t, h, "check", path)
		if strings.Count(said, "✓") != 1 || !strings.Contains(said, "k/a.pub belong together\n") || !strings.Contains(said, sum) {
			t.Errorf("%s: %s", path, said)
		}
	}
	makeFile(t, filepath.Join(h.dir, "far", "old.sec"), string(secret))
	said, code := runKey(t, h, "check", "k", "far", "k/a.sec")
	if code != exitNo || strings.Count(said, ": a copy") != 1 || !strings.Contains(said, "✗ the same secret key as k/a.sec: a copy") {
		t.Errorf("exit %d, %s", code, said)
	}
	said, _ = runKey(t, h, "check", "--json", "k", "far")
	if !strings.Contains(said, `"pair":"k/a.pub"`) || !strings.Contains(said, `"kind":"copy"`) {
		t.Error(said)
	}
}

func TestNamesOfFilesReachTheScreenSafely(t *testing.T) {
	h := newHome(t)
	makeFile(t, filepath.Join(h.dir, "k", "a\x1b]0;x\a\xff\n.pub"), "\x01"+strings.Repeat("x", 32))
	if said, _ := runKey(t, h, "manifest", "k", "-o", "list"); strings.ContainsAny(said, "\x1b\a") {
		t.Errorf("the manifest says %q", said)
	}
	for _, args := range [][]string{{"check", "k"}, {"check", "--json", "k"}, {"verify", "list"}, {"verify", "--json", "list"}, {"--ascii", "verify", "list"}} {
		said, code := runKey(t, h, args...)
		if code != exitDone || strings.ContainsAny(said, "\x1b\a") || !utf8.ValidString(said) {
			t.Errorf("key %q: exit %d, %q", args, code, said)
		}
	}
}

func TestAManifestToAPipeIsKeptAsItIs(t *testing.T) {
	h := newHome(t)
	name := "a\x1b[31m\xff.pub"
	makeFile(t, filepath.Join(h.dir, "k", name), "\x01"+strings.Repeat("x", 32))
	said, code := runKey(t, h, "manifest", "k")
	if code != exitDone || !strings.Contains(said, "  "+name+"\n") {
		t.Errorf("exit %d, %q", code, said)
	}
}

func TestATextStandsUnderItself(t *testing.T) {
	got := hanging("  x ", strings.Repeat("word ", 20)+strings.Repeat("w", 90), 80)
	for i, line := range strings.Split(strings.TrimSuffix(got, "\n"), "\n") {
		if len(line) > 80 && strings.Contains(strings.TrimSpace(line), " ") {
			t.Errorf("line %d is too long: %q", i, line)
		}
		if i > 0 && !strings.HasPrefix(line, "    w") {
			t.Errorf("line %d stands elsewhere: %q", i, line)
		}
	}
	if strings.Count(got, "word") != 20 || !strings.HasPrefix(got, "  x word") {
		t.Errorf("something was lost: %q", got)
	}
}
