package cli

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sys/unix"

	"wsc-respond/steps/wasmsig/sample"
)

// put writes a file of a test into an account's folder, and the folders above
// it, and returns its path.
func (h home) put(t testing.TB, name string, data []byte) string {
	t.Helper()
	path := filepath.Join(h.dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// scanHome is an account with alice's public key, and her module to be put
// anywhere.
func scanHome(t testing.TB) (h home, module []byte) {
	t.Helper()
	h = newHome(t)
	alice := sample.KeyOf("alice")
	h.put(t, "alice.pub", alice.PublicFile())
	return h, sample.Sign(sample.Core(3000, 1), false, alice)
}

// scanLines runs a scan with --json and reads its lines.
func scanLines(t *testing.T, h home, code int, args ...string) []scanLine {
	t.Helper()
	got := runIn(t, h, "", append([]string{"module", "scan", "--json"}, args...)...)
	if got.code != code {
		t.Fatalf("the exit code is %d, not %d:\n%s%s", got.code, code, got.out, got.errs)
	}
	var lines []scanLine
	for text := range strings.Lines(got.out) {
		var line scanLine
		if err := json.Unmarshal([]byte(text), &line); err != nil {
			t.Fatalf("%v in %q", err, text)
		}
		lines = append(lines, line)
	}
	return lines
}

// oddNames are names that file systems take and lists break on.
func oddNames() []string {
	return []string{"\xff\xfe.wasm", "new\nline.wasm", "esc\x1b[31mred.wasm", strings.Repeat("n", 255), "-0", "tab\there", "..dots", "\u202egpj.wasm"}
}

func TestAScanTellsEveryNameThatAFileSystemTakes(t *testing.T) {
	h, module := scanHome(t)
	var want []string
	for _, name := range oddNames() {
		want = append(want, h.put(t, "mods/"+name, module), h.put(t, "mods/in \xff/"+name, module))
	}
	slices.Sort(want)

	got := runIn(t, h, "", "module", "scan", "-0", "--key", "alice.pub", "mods")
	paths := strings.Split(strings.TrimSuffix(got.out, "\x00"), "\x00")
	if diff := cmp.Diff(want, paths); diff != "" || got.code != 0 {
		t.Errorf("exit code %d; want -, told +:\n%s", got.code, diff)
	}

	var told []string
	for _, line := range scanLines(t, h, 0, "--key", "alice.pub", "mods") {
		path := []byte(line.Path)
		if line.PathBase64 != "" {
			path, _ = base64.StdEncoding.DecodeString(line.PathBase64) // an error leaves it wrong
		}
		told = append(told, string(path))
	}
	if diff := cmp.Diff(want, told); diff != "" {
		t.Errorf("want -, told as JSON +:\n%s", diff)
	}

	got = runIn(t, h, "", "module", "scan", "--key", "alice.pub", "mods")
	if said := got.out + got.errs; !utf8.ValidString(said) || strings.ContainsAny(said, "\x1b\u202e") {
		t.Errorf("the table holds what a terminal acts on: %q", got.out)
	}
}

func TestAPathWithANewlineIsNotToldOnALine(t *testing.T) {
	h, module := scanHome(t)
	plain := h.put(t, "mods/a.wasm", module)
	h.put(t, "mods/new\nline.wasm", module)
	got := runIn(t, h, "", "module", "scan", "--paths", "--key", "alice.pub", "mods")
	if got.out != plain+"\n" || got.code != 1 || !strings.Contains(got.errs, "--null") {
		t.Errorf("exit code %d, %q, %q", got.code, got.out, got.errs)
	}
}

func TestAScanFollowsNoLinkAndOpensNothingSpecial(t *testing.T) {
	h, module := scanHome(t)
	inside := h.put(t, "mods/a.wasm", module)
	outside := h.put(t, "elsewhere/b.wasm", module)
	for name, target := range map[string]string{"out.wasm": outside, "dir": filepath.Dir(outside), "loop": ".", "up": "..", "dangling": "nothing"} {
		if err := os.Symlink(target, filepath.Join(h.dir, "mods", name)); err != nil {
			t.Fatal(err)
		}
	}
	if err := unix.Mkfifo(filepath.Join(h.dir, "mods", "pipe.wasm"), 0o600); err != nil {
		t.Fatal(err)
	}
	socket, err := net.Listen("unix", filepath.Join(h.dir, "mods", "s"))
	if err != nil {
		t.Fatal(err)
	}
	defer socket.Close()
	special := "2 special files"
	if err := unix.Mknod(filepath.Join(h.dir, "mods", "null"), unix.S_IFCHR|0o600, int(unix.Mkdev(1, 3))); err == nil {
		special = "3 special files"
	} else if !errors.Is(err, unix.EPERM) {
		t.Fatal(err)
	}
	got := runIn(t, h, "", "module", "scan", "--paths", "--key", "alice.pub", "mods")
	if got.out != inside+"\n" || got.code != 0 {
		t.Errorf("exit code %d, %q", got.code, got.out)
	}
	for _, want := range []string{"5 links not followed", special + " not opened", "1 found: 1 file looked at"} {
		if !strings.Contains(got.errs, want) {
			t.Errorf("%q is not said:\n%s", want, got.errs)
		}
	}
}

func TestAFolderOrFileThatWasNamedMayBeALink(t *testing.T) {
	h, module := scanHome(t)
	h.put(t, "real/a.wasm", module)
	for link, target := range map[string]string{"folder": "real", "file": "real/a.wasm"} {
		if err := os.Symlink(target, filepath.Join(h.dir, link)); err != nil {
			t.Fatal(err)
		}
	}
	for given, want := range map[string]string{
		"folder": "folder/a.wasm", "folder/": "folder/a.wasm", "./real": "real/a.wasm", "file": "file", "folder/../real/a.wasm": "real/a.wasm",
		filepath.Join(h.dir, "real"): "real/a.wasm",
	} {
		got := runIn(t, h, "", "module", "scan", "--paths", "--key", "alice.pub", given)
		if got.out != filepath.Join(h.dir, want)+"\n" {
			t.Errorf("%s is told as %q: %s", given, got.out, got.errs)
		}
	}
}

func TestHardLinksAreListedEachAndOverlappingFoldersOnce(t *testing.T) {
	h, module := scanHome(t)
	one := h.put(t, "mods/sub/a.wasm", module)
	two := filepath.Join(h.dir, "mods", "sub", "b.wasm")
	if err := os.Link(one, two); err != nil {
		t.Fatal(err)
	}
	got := runIn(t, h, "", "module", "scan", "--paths", "--key", "alice.pub", "mods", "mods/sub", "mods/sub/a.wasm")
	if got.out != one+"\n"+two+"\n" {
		t.Errorf("it tells %q", got.out)
	}
}

func TestWhatCannotBeToldOfMakesAScanEndWithOne(t *testing.T) {
	h, module := scanHome(t)
	for i := range 30 {
		h.put(t, "mods/garbled"+string(rune('a'+i)), sample.Attach(sample.Core(100, 1), []byte{1, 1, 1, 9}))
	}
	good := h.put(t, "mods/good", module)
	got := runIn(t, h, "", "module", "scan", "--paths", "--key", "alice.pub", "mods")
	if got.code != 1 || got.out != good+"\n" {
		t.Errorf("exit code %d, %q", got.code, got.out)
	}
	if n := strings.Count(got.errs, ": damaged, may be signed too: "); n != 20 || !strings.Contains(got.errs, "and of 10 more") {
		t.Errorf("%d are named:\n%s", n, got.errs)
	}
}

func TestAFolderThatIsNotThereKeepsNobodyFromTheOthers(t *testing.T) {
	h, module := scanHome(t)
	good := h.put(t, "mods/good", module)
	got := runIn(t, h, "", "module", "scan", "--paths", "--key", "alice.pub", "nothing", "mods")
	if got.code != 1 || got.out != good+"\n" || !strings.Contains(got.errs, "nothing") {
		t.Errorf("exit code %d, %q, %q", got.code, got.out, got.errs)
	}
	if got := runIn(t, h, "", "module", "scan", "--key", "alice.pub", "nothing", "nowhere"); got.code != 2 {
		t.Errorf("with none that is there: exit code %d, %q", got.code, got.errs)
	}
}

func TestUnexpectedSignersComeFirst(t *testing.T) {
	h, module := scanHome(t)
	core := sample.Core(3000, 1)
	mine, other := h.put(t, "mods/a", module), h.put(t, "mods/z", sample.Sign(core, true, sample.KeyOf("mallory")))
	h.put(t, "expected", []byte("# who may sign\nkey alice.pub\n"))
	lines := scanLines(t, h, 0, "--all", "--expect", "expected", "mods")
	if len(lines) != 2 || lines[0].Path != other || *lines[0].Expected || lines[1].Path != mine || !*lines[1].Expected {
		t.Errorf("told as %+v", lines)
	}
	got := runIn(t, h, "", "module", "scan", "--all", "--expect", "expected", "mods")
	if !strings.Contains(got.errs, "2 found · 1 not expected: ") {
		t.Errorf("it says %s", got.errs)
	}
}

func TestAScanAsksForNoMoreThanItCanAnswer(t *testing.T) {
	h, module := scanHome(t)
	h.put(t, "mods/a", module)
	h.put(t, "bad", []byte("\n\nnobody\n"))
	for _, tc := range []struct {
		args []string
		want string
	}{
		{[]string{"mods"}, "--key, --key-id, --identity or --all"},
		{[]string{"--all"}, "no DIR is given"},
		{[]string{"--key", "mods/a", "mods"}, "not a wsc public key"},
		{[]string{"--key", "nothing", "mods"}, "no such file"},
		{[]string{"--key-id", "abc", "mods"}, "24 hex digits"},
		{[]string{"--identity", "(", "mods"}, "--identity"},
		{[]string{"--issuer", "https://x", "--all", "mods"}, "--issuer goes with --identity"},
		{[]string{"--all", "--json", "-0", "mods"}, "choose one"},
		{[]string{"--all", "--since", "soon", "mods"}, "--since"},
		{[]string{"--all", "--since", "2026-02-01", "--until", "2026-01-01", "mods"}, "--until lies before --since"},
		{[]string{"--all", "--expect", "bad", "mods"}, "bad, line 3: "},
		{[]string{"--all", "--expect", "nothing", "mods"}, "no such file"},
		{[]string{"--all", "--trusted-root", "bad", "mods"}, "trusted root"},
	} {
		got := runIn(t, h, "", append([]string{"module", "scan"}, tc.args...)...)
		if got.code != 2 || !strings.Contains(got.errs, tc.want) || got.out != "" {
			t.Errorf("%q: exit code %d, %s", tc.args, got.code, got.errs)
		}
	}
}

func TestAWindowIsReadInUTC(t *testing.T) {
	for _, tc := range []struct {
		text   string
		within time.Duration
		want   string
	}{
		{"2026-01-06", 0, "2026-01-06T00:00:00Z"},
		{"2026-01-06", 24*time.Hour - time.Second, "2026-01-06T23:59:59Z"},
		{"2026-01-06 10:30", time.Hour, "2026-01-06T10:30:00Z"},
		{"2026-01-06 10:30:07", 0, "2026-01-06T10:30:07Z"},
		{"2026-01-06T10:30:00+02:00", 0, "2026-01-06T08:30:00Z"},
	} {
		got, err := parseEnd(tc.text, tc.within)
		if err != nil || got.Format(time.RFC3339) != tc.want {
			t.Errorf("%q is %s (%v), not %s", tc.text, got.Format(time.RFC3339), err, tc.want)
		}
	}
}

func TestAKeylessModuleIsFoundByItsTimeWithATrustedRoot(t *testing.T) {
	h, _ := scanHome(t)
	ca, log := sample.NewCA("test"), sample.NewLog("test")
	who := sample.Identity{Name: "release@example.org", Issuer: "https://login.example.org"}
	path := h.put(t, "mods/a.wasm", sample.Keyless(sample.Core(3000, 1), who, ca, log))
	h.put(t, "root.json", sample.TrustedRoot(ca, log))
	day := sample.Epoch().Format(time.DateOnly)
	ask := []string{"--identity", `release@example\.org`, "--issuer", who.Issuer}
	trusted := append(slices.Clone(ask), "--trusted-root", "root.json")
	if lines := scanLines(t, h, 0, append(trusted, "--since", day, "--until", day, "mods")...); len(lines) != 1 || lines[0].Path != path || !lines[0].TimeProven {
		t.Errorf("within the window: %+v", lines)
	}
	if lines := scanLines(t, h, 0, append(trusted, "--since", "2026-01-07", "mods")...); len(lines) != 0 {
		t.Errorf("outside of it: %+v", lines)
	}
	if lines := scanLines(t, h, 0, append(ask, "--since", "2026-01-07", "mods")...); len(lines) != 1 || lines[0].TimeProven {
		t.Errorf("without the log's key: %+v", lines)
	}
}

func TestOnATerminalPathsAreSafeAndProgressLeavesNothingBehind(t *testing.T) {
	h, module := scanHome(t)
	h.put(t, "mods/esc\x1b[31mred.wasm", module)
	for _, form := range []string{"-0", "--paths", "--json", "--all"} {
		w := dial(t, h, binary, "module", "scan", form, "--key", "alice.pub", "mods")
		w.until("1 found: ")
		w.end()
		if bytes.Contains(w.got, []byte("\x1b[31m")) || !bytes.Contains(w.got, []byte("red")) {
			t.Errorf("%s: %q", form, w.got)
		}
	}
}

func TestAScanSaysWhetherTheContentWasCompared(t *testing.T) {
	h, module := scanHome(t)
	h.put(t, "mods/a.wasm", module)
	h.put(t, "mods/changed.wasm", append(slices.Clone(module), 0, 3, 1, 'y', 'y'))
	h.put(t, "expected", []byte("key alice.pub\n"))
	got := runIn(t, h, "", "module", "scan", "--key", "alice.pub", "--expect", "expected", "mods")
	if !strings.HasSuffix(got.errs, "wsc-respond: content was not compared; --verify-content does\n") || !strings.Contains(got.out, "expected, content not checked") {
		t.Errorf("without --verify-content:\n%s%s", got.out, got.errs)
	}
	got = runIn(t, h, "", "module", "scan", "--key", "alice.pub", "--expect", "expected", "--verify-content", "mods")
	if strings.Contains(got.errs, "compared") || strings.Count(got.out, "✗ changed after signing\n") != 1 || !strings.Contains(got.errs, "2 found · 1 not expected: ") {
		t.Errorf("with it:\n%s%s", got.out, got.errs)
	}
	for _, line := range scanLines(t, h, 0, "--key", "alice.pub", "mods") {
		if line.ContentMatches != nil {
			t.Errorf("content_matches is told of %s", line.Path)
		}
	}
}

func TestATableThatDoesNotFitHasTwoLinesAModule(t *testing.T) {
	h, module := scanHome(t)
	id := string(sample.KeyOf("alice").Public().ID())
	long := h.put(t, "mods/"+strings.Repeat("long", 20)+"/a.wasm", module)
	got := runIn(t, h, "", "module", "scan", "--key", "alice.pub", "mods")
	if want := long + "\n  key " + id + " · tried and matches · time unknown\n"; got.out != want {
		t.Errorf("one module is told as:\n%s\nand not as:\n%s", got.out, want)
	}
	got = runIn(t, h, "", "--ascii", "module", "scan", "--key", "alice.pub", "mods")
	if strings.ContainsFunc(got.out+got.errs, func(r rune) bool { return r > 126 }) {
		t.Errorf("it is not ASCII:\n%s%s", got.out, got.errs)
	}
	other := h.put(t, "mods/b.wasm", module)
	got = runIn(t, h, "", "module", "scan", "--key", "alice.pub", "mods")
	if want := other + "\n" + long + "\nall of them: key " + id + " · tried and matches · time unknown\n"; got.out != want {
		t.Errorf("two modules of one signer are told as:\n%s\nand not as:\n%s", got.out, want)
	}
}

func TestAScanProvesTimesWithATrustBundleThatIsInDate(t *testing.T) {
	h, bundle, _ := keylessHome(t)
	scan := func() (string, string, int) {
		h.put(t, "bundle.json", sample.TrustBundle(bundle))
		return h.run(t, "module", "scan", "--all", "--json", "--trust-bundle", "bundle.json", "--bundle-key", "bundles.pub", "m.wasm")
	}
	if out, errs, code := scan(); code != exitDone || !strings.Contains(out, `"time_proven":true`) {
		t.Errorf("exit code %d\n%s%s", code, out, errs)
	}
	bundle.NotAfter = time.Date(2026, time.February, 1, 0, 0, 0, 0, time.UTC)
	if out, errs, code := scan(); code != exitNo || out != "" || !strings.Contains(errs, "it expired on") {
		t.Errorf("expired: exit code %d\n%s%s", code, out, errs)
	}
}
