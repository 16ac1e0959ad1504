package evidence

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sys/unix"

	"wsc-respond/session"
)

func newStore(t *testing.T, secrets ...string) (*Store, string) {
	t.Helper()
	dir := t.TempDir()
	s, err := New(dir, func() []string { return secrets })
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s, dir
}

func digest(content string) string {
	sum := sha256.Sum256([]byte(content))
	return hex.EncodeToString(sum[:])
}

func write(t *testing.T, path, content string) string {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestWhatIsPutIsKeptWithItsDigest(t *testing.T) {
	s, dir := newStore(t)
	content := "a notice\x00\xff\r\n"
	added, err := s.Put(t.Context(), "notices/first/first.md", []byte(content))
	if err != nil {
		t.Fatal(err)
	}
	if added.File != "notices/first/first.md" || added.SHA256 != digest(content) || added.Size != int64(len(content)) || added.Note != "" {
		t.Errorf("%+v", added)
	}
	got, err := s.Read(added.File, 1<<20)
	if err != nil || string(got) != content {
		t.Errorf("%q, %v", got, err)
	}
	if got, err := s.Read(added.File, 3); err != nil || string(got) != "a n" {
		t.Errorf("%q, %v", got, err)
	}
	for name, want := range map[string]fs.FileMode{added.File: FileMode, "notices": DirMode, "notices/first": DirMode} {
		if info, err := os.Stat(filepath.Join(dir, name)); err != nil || info.Mode().Perm() != want {
			t.Errorf("%s: %v, %v", name, info.Mode(), err)
		}
	}
}

func TestNothingIsEverWrittenOver(t *testing.T) {
	s, _ := newStore(t)
	for i, want := range []string{"n.md", "n-2.md", "n-3.md"} {
		added, err := s.Put(t.Context(), "n.md", []byte{byte(i)})
		if err != nil || added.File != want {
			t.Errorf("%+v, %v", added, err)
		}
	}
	if got, err := s.Read("n.md", 10); err != nil || string(got) != "\x00" {
		t.Errorf("%q, %v", got, err)
	}
}

func TestNamesStayBelowTheSessionFolder(t *testing.T) {
	s, _ := newStore(t)
	for _, name := range []string{"", ".", "..", "../x", "/etc/x", "a/../../x", "a//b", "a/"} {
		if added, err := s.Put(t.Context(), name, nil); err == nil {
			t.Errorf("%q was kept as %+v", name, added)
		}
	}
}

func TestNoLinkIsFollowed(t *testing.T) {
	s, dir := newStore(t)
	outside := t.TempDir()
	secret := write(t, filepath.Join(outside, "file"), "outside")
	write(t, filepath.Join(dir, "inside"), "inside")
	if err := os.Mkdir(filepath.Join(dir, "real"), 0o700); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "real", "file"), "inside")
	for name, target := range map[string]string{"out.md": secret, "in.md": "inside", "folder": outside, "folder-in": "real"} {
		if err := os.Symlink(target, filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"out.md", "in.md", "folder/file", "folder-in/file"} {
		if got, err := s.Read(name, 100); err == nil {
			t.Errorf("%s: read %q", name, got)
		}
	}
	for _, name := range []string{"folder/new", "folder-in/new"} {
		if added, err := s.Put(t.Context(), name, []byte("x")); err == nil {
			t.Errorf("%+v", added)
		}
	}
	added, err := s.Put(t.Context(), "out.md", []byte("x"))
	if err != nil || added.File != "out-2.md" {
		t.Errorf("%+v, %v", added, err)
	}
	if content, err := os.ReadFile(secret); err != nil || string(content) != "outside" {
		t.Errorf("the file outside is now %q, %v", content, err)
	}
}

func TestOnlyRegularFilesAreRead(t *testing.T) {
	s, dir := newStore(t)
	fifo := filepath.Join(dir, "fifo")
	if err := unix.Mkfifo(fifo, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Read("fifo", 1); !errors.Is(err, ErrNotRegular) {
		t.Errorf("%v", err)
	}
	for _, path := range []string{fifo, dir, "/dev/null"} {
		if _, err := s.Take(t.Context(), path); !errors.Is(err, ErrNotRegular) {
			t.Errorf("%s: %v", path, err)
		}
	}
	if _, err := s.Take(t.Context(), filepath.Join(dir, "none")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("%v", err)
	}
}

func TestWhatIsTakenIsACopyWithItsDigest(t *testing.T) {
	s, _ := newStore(t)
	content := strings.Repeat("\x00asm\xff", 100_000)
	path := write(t, filepath.Join(t.TempDir(), "..mod ule.wasm"), content)
	added, err := s.Take(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	if added.File != "evidence/mod-ule.wasm" || added.Source != path || added.SHA256 != digest(content) || added.Note != "" {
		t.Errorf("%+v", added)
	}
	again, err := s.Take(t.Context(), path)
	if err != nil || again.File != "evidence/mod-ule-2.wasm" {
		t.Errorf("%+v, %v", again, err)
	}
}

func TestALinkOfTheHostIsFollowedAndSaid(t *testing.T) {
	s, _ := newStore(t)
	path := write(t, filepath.Join(t.TempDir(), "target"), "x")
	link := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink(path, link); err != nil {
		t.Fatal(err)
	}
	added, err := s.Take(t.Context(), link)
	if err != nil || added.Note != "the path was a symbolic link to "+path {
		t.Errorf("%+v, %v", added, err)
	}
}

func TestSecretsAreTakenOutBeforeWriting(t *testing.T) {
	const literal = "correct-horse-battery"
	const token = "ghp_0123456789abcdefghijABCDEFGHIJ012345"
	s, dir := newStore(t, literal)
	content := "a " + literal + "\nb " + token + "\n"
	path := write(t, filepath.Join(t.TempDir(), "log"), content)
	taken, err := s.Take(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(taken.Note, "1 github token") || !strings.Contains(taken.Note, "1 input") || !strings.Contains(taken.Note, digest(content)) {
		t.Errorf("%+v", taken)
	}
	put, err := s.Put(t.Context(), "notice.md", []byte(content))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{taken.File, put.File} {
		got, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil || strings.Contains(string(got), literal) || strings.Contains(string(got), token) {
			t.Errorf("%s holds %q, %v", name, got, err)
		}
	}
}

func TestAFileIsSearchedForSecretsAndNotChanged(t *testing.T) {
	const token = "gh" + "p_0123456789abcdefghijABCDEFGHIJ012345"
	s, dir := newStore(t)
	content := "a " + token + " b opensesame\n"
	write(t, filepath.Join(dir, "left"), content)
	want := Inspected{SHA256: digest(content), Size: int64(len(content)), Searched: true,
		Secrets: []session.RedactCount{{Kind: "github token", Count: 1}, {Kind: "input", Count: 1}}}
	got, err := Inspect(s.root, "left", []string{"opensesame"}, int64(len(content)))
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("%v\n%s", err, diff)
	}
	want.Searched, want.Secrets = false, nil
	got, err = Inspect(s.root, "left", []string{"opensesame"}, int64(len(content))-1)
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("a file over the limit: %v\n%s", err, diff)
	}
	if now, err := s.Read("left", 1<<20); err != nil || string(now) != content {
		t.Errorf("the file is now %q, %v", now, err)
	}
}

func TestAFileThatIsTooLargeIsRefused(t *testing.T) {
	s, dir := newStore(t)
	s.limit = 10
	if _, err := s.Take(t.Context(), write(t, filepath.Join(t.TempDir(), "a"), "01234567890")); err == nil {
		t.Error("it was copied")
	}
	if _, err := os.Stat(filepath.Join(dir, Folder)); !os.IsNotExist(err) {
		t.Errorf("something was made: %v", err)
	}
	if added, err := s.Take(t.Context(), write(t, filepath.Join(t.TempDir(), "a"), "0123456789")); err != nil || added.Size != 10 {
		t.Errorf("%+v, %v", added, err)
	}
}

func TestHalfAFileIsNotKept(t *testing.T) {
	s, dir := newStore(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.Put(ctx, "a.md", []byte("x")); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
	if _, err := os.Stat(filepath.Join(dir, "a.md")); !os.IsNotExist(err) {
		t.Errorf("%v", err)
	}
}

func TestTheUmaskChangesNothing(t *testing.T) {
	s, dir := newStore(t)
	defer unix.Umask(unix.Umask(0o777))
	added, err := s.Put(t.Context(), "d/a.md", []byte("x"))
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]fs.FileMode{added.File: FileMode, "d": DirMode} {
		if info, err := os.Stat(filepath.Join(dir, name)); err != nil || info.Mode().Perm() != want {
			t.Errorf("%s: %v, %v", name, info.Mode(), err)
		}
	}
}
