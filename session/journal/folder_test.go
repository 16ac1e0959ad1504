package journal

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestOnlyTheOwnerCanReachASession(t *testing.T) {
	old := syscall.Umask(0o777)
	defer syscall.Umask(old)
	base := filepath.Join(t.TempDir(), "base")
	check(t, os.Mkdir(base, 0))
	check(t, os.Chmod(base, 0o755))
	dir := filepath.Join(base, "new", "state", "2026-11-22-cobalt-heron")
	j, err := Create(dir, Holder{User: "alice"})
	if err != nil {
		t.Fatal(err)
	}
	defer j.Close()
	for path, want := range map[string]fs.FileMode{
		filepath.Join(base, "new"):          fs.ModeDir | 0o700,
		filepath.Join(base, "new", "state"): fs.ModeDir | 0o700,
		dir:                                 fs.ModeDir | 0o700,
		filepath.Join(dir, FileName):        0o600,
		filepath.Join(dir, holderFile):      0o600,
	} {
		if info, err := os.Lstat(path); err != nil || info.Mode() != want {
			t.Errorf("%s: %v, %v; want %v", path, info.Mode(), err, want)
		}
	}
	appendEvents(t, j, 2)
}

func TestLooseModesAreSaid(t *testing.T) {
	dir, _ := created(t, 1)
	check(t, os.Chmod(filepath.Join(dir, FileName), 0o644))
	j := open(t, dir)
	if got := strings.Join(j.Warnings(), "\n"); !strings.Contains(got, "-rw-r--r--") {
		t.Errorf("the warnings are %q", got)
	}
}

func TestAFolderThatExistsIsNotCreated(t *testing.T) {
	dir, text := created(t, 2)
	if _, err := Create(dir, Holder{}); !errors.Is(err, fs.ErrExist) {
		t.Errorf("the error is %v", err)
	}
	empty := filepath.Join(t.TempDir(), "empty")
	check(t, os.Mkdir(empty, 0o700))
	if _, err := Create(empty, Holder{}); !errors.Is(err, fs.ErrExist) {
		t.Errorf("an empty folder: %v", err)
	}
	if diff := cmp.Diff(string(text), textOf(t, dir)); diff != "" {
		t.Error(diff)
	}
}

func TestNoSymbolicLinkIsFollowed(t *testing.T) {
	dir, text := created(t, 2)
	link := filepath.Join(t.TempDir(), "link")
	check(t, os.Symlink(dir, link))
	dangling := filepath.Join(t.TempDir(), "dangling")
	check(t, os.Symlink(filepath.Join(t.TempDir(), "new"), dangling))
	linked := filepath.Join(t.TempDir(), "linked")
	check(t, os.Mkdir(linked, 0o700))
	check(t, os.Symlink(filepath.Join(dir, FileName), filepath.Join(linked, FileName)))
	inside := write(t, text)
	check(t, os.Rename(filepath.Join(inside, FileName), filepath.Join(inside, "other")))
	check(t, os.Symlink("other", filepath.Join(inside, FileName)))
	pipe := filepath.Join(t.TempDir(), "pipe")
	check(t, os.Mkdir(pipe, 0o700))
	check(t, syscall.Mkfifo(filepath.Join(pipe, FileName), 0o600))

	for name, path := range map[string]string{
		"the folder": link, "a dangling folder": dangling, "the file": linked, "the file, to beside it": inside, "a named pipe": pipe,
	} {
		t.Run(name, func(t *testing.T) {
			if j, err := Open(path, Holder{}); err == nil {
				t.Errorf("opened for writing: %v", j.Close())
			}
			if r, err := ReadOnly(path); err == nil {
				t.Errorf("opened for reading: %v", r.Close())
			}
			if _, err := Verify(t.Context(), path); err == nil {
				t.Error("verified")
			}
			if _, err := Create(path, Holder{}); err == nil {
				t.Error("created")
			}
		})
	}
	above := filepath.Join(t.TempDir(), "above")
	check(t, os.Symlink(filepath.Dir(dir), above))
	open(t, filepath.Join(above, filepath.Base(dir)))
}

func TestTheHolderFileLeadsNowhere(t *testing.T) {
	dir, text := created(t, 2)
	check(t, os.Symlink(FileName, filepath.Join(dir, holderFile)))
	open(t, dir)
	if diff := cmp.Diff(string(text), textOf(t, dir)); diff != "" {
		t.Error(diff)
	}
}
