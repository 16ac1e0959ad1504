package durable

import (
	"bytes"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

func mustOpen(t *testing.T, path string) Folder {
	t.Helper()
	f, err := OpenFolder(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	return f
}

func put(t *testing.T, path, content string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

func get(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func TestAMoveNeverOverwrites(t *testing.T) {
	a, b := t.TempDir(), t.TempDir()
	put(t, filepath.Join(a, "x"), "mine")
	put(t, filepath.Join(b, "x"), "theirs")
	from, to := mustOpen(t, a), mustOpen(t, b)
	if err := from.Move("x", to, "x"); !errors.Is(err, fs.ErrExist) {
		t.Errorf("the move says %v", err)
	}
	if get(t, filepath.Join(a, "x")) != "mine" || get(t, filepath.Join(b, "x")) != "theirs" {
		t.Error("a file was changed")
	}
	if err := from.Move("x", to, "y"); err != nil || get(t, filepath.Join(b, "y")) != "mine" {
		t.Errorf("the move to a free name says %v", err)
	}
	if err := from.Move("x", to, "z"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the move of nothing says %v", err)
	}
}

func TestWhereAMoveCannotRefuseALinkDoes(t *testing.T) {
	dir := t.TempDir()
	put(t, filepath.Join(dir, "x"), "mine")
	put(t, filepath.Join(dir, "y"), "theirs")
	f := mustOpen(t, dir)
	link := func(as string) error {
		return between(f.descriptor(), f.descriptor(), func(a, b int) error { return linkOver(a, "x", b, as) })
	}
	if err := link("y"); !errors.Is(err, fs.ErrExist) || get(t, filepath.Join(dir, "y")) != "theirs" {
		t.Errorf("it says %v", err)
	}
	if err := link("z"); err != nil || get(t, filepath.Join(dir, "z")) != "mine" {
		t.Errorf("it says %v", err)
	}
	if _, err := os.Lstat(filepath.Join(dir, "x")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the old name: %v", err)
	}
}

func TestAMoveToAnotherFileSystemIsTold(t *testing.T) {
	other, err := os.MkdirTemp("/dev/shm", "durable")
	if err != nil {
		t.Skipf("there is no second file system for the test: %v", err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(other) })
	dir := t.TempDir()
	put(t, filepath.Join(dir, "x"), "mine")
	var here, there syscall.Stat_t
	if err := errors.Join(syscall.Stat(dir, &here), syscall.Stat(other, &there)); err != nil {
		t.Fatal(err)
	}
	if here.Dev == there.Dev {
		t.Skip("/dev/shm is no other file system than the tests' folder")
	}
	if err := mustOpen(t, dir).Move("x", mustOpen(t, other), "x"); !errors.Is(err, ErrOtherDisk) {
		t.Errorf("the move says %v", err)
	}
}

func TestOnlyRegularFilesAreOpened(t *testing.T) {
	dir := t.TempDir()
	put(t, filepath.Join(dir, "file"), "content")
	if err := errors.Join(os.Symlink("file", filepath.Join(dir, "link")), os.Mkdir(filepath.Join(dir, "folder"), 0o700),
		unix.Mkfifo(filepath.Join(dir, "pipe"), 0o600)); err != nil {
		t.Fatal(err)
	}
	f := mustOpen(t, dir)
	for _, name := range []string{"link", "folder", "pipe"} {
		if _, _, err := OpenRegular(f, name); !errors.Is(err, ErrNotRegular) {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := OpenList(f, name); !errors.Is(err, ErrNotRegular) {
			t.Errorf("%s as a list: %v", name, err)
		}
	}
	if _, _, err := OpenRegular(f, "none"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("none: %v", err)
	}
	file, info, err := OpenRegular(f, "file")
	if err != nil || info.Size() != int64(len("content")) {
		t.Fatalf("file: %v, %v", info, err)
	}
	defer file.Close()
	var copied bytes.Buffer
	digest, err := Copy(t.Context(), &copied, file)
	if err != nil || copied.String() != "content" || digest != "ed7002b439e9ac845f22357d822bac1444730fbdb6016d3ec9432297b9ec9f73" {
		t.Errorf("the copy is %q with %s, %v", copied.String(), digest, err)
	}
}

func TestAFolderThatOthersCanWriteToIsRefused(t *testing.T) {
	dir := t.TempDir()
	for _, mode := range []os.FileMode{0o777, 0o770, 0o702, 0o720} {
		path := filepath.Join(dir, mode.String())
		if err := errors.Join(os.Mkdir(path, 0o700), os.Chmod(path, mode)); err != nil {
			t.Fatal(err)
		}
		if _, err := OpenPrivate(path); err == nil || !strings.Contains(err.Error(), "others can write to it") {
			t.Errorf("mode %v: %v", mode, err)
		}
	}
	info, err := os.Stat(dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := private(info, os.Geteuid()+1); err == nil {
		t.Error("a folder of another user is taken for private")
	}
	path := filepath.Join(dir, "new", "one")
	f, err := OpenPrivate(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("a new one is %v, %v", info, err)
	}
}

func TestAListKeepsWhatStoodInIt(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "list")
	put(t, path, `{"n":1}`+"\n"+`{"n":2,"to`)
	f := mustOpen(t, dir)
	for _, n := range []int{3, 4} {
		l, err := OpenList(f, "list")
		if err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(l.Append(map[string]int{"n": n}), l.Close()); err != nil {
			t.Fatal(err)
		}
	}
	want := `{"n":1}` + "\n" + `{"n":2,"to` + "\n" + `{"n":3}` + "\n" + `{"n":4}` + "\n"
	if got := get(t, path); got != want {
		t.Errorf("the list is\n%s", got)
	}
}

func TestNothingInAListActsOnATerminal(t *testing.T) {
	dir := t.TempDir()
	l, err := OpenList(mustOpen(t, dir), "list")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	name := "a\x1b[2J\n\u009b\u202eé\U0001f600<&"
	if err := l.Append(name); err != nil {
		t.Fatal(err)
	}
	line := get(t, filepath.Join(dir, "list"))
	if strings.ContainsFunc(strings.TrimSuffix(line, "\n"), func(r rune) bool { return r < ' ' || r > '~' }) {
		t.Errorf("the line is %q", line)
	}
	var back string
	if err := json.Unmarshal([]byte(line), &back); err != nil || back != name {
		t.Errorf("it reads %q, %v", back, err)
	}
}

// badFile cannot be synced once.
type badFile struct {
	File
	fails int
}

func (b *badFile) Sync() error {
	if b.fails--; b.fails == 0 {
		return unix.EIO
	}
	return b.File.Sync()
}

func TestAfterAFailureNothingIsAppended(t *testing.T) {
	dir := t.TempDir()
	l, err := OpenList(mustOpen(t, dir), "list")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	l.file = &badFile{l.file, 2}
	if err := l.Append(1); err != nil {
		t.Fatal(err)
	}
	if err := l.Append(2); !errors.Is(err, unix.EIO) {
		t.Errorf("the second says %v", err)
	}
	if err := l.Append(3); !errors.Is(err, unix.EIO) {
		t.Errorf("the third says %v", err)
	}
	if got := get(t, filepath.Join(dir, "list")); strings.Contains(got, "3") {
		t.Errorf("the list is %q", got)
	}
}

func TestAListIsHeldByOne(t *testing.T) {
	f := mustOpen(t, t.TempDir())
	var lists [2]*List
	for i := range lists {
		var err error
		if lists[i], err = OpenList(f, "list"); err != nil {
			t.Fatal(err)
		}
		defer lists[i].Close()
	}
	if err := lists[0].Hold(); err != nil {
		t.Fatal(err)
	}
	if err := lists[1].Hold(); !errors.Is(err, ErrInUse) {
		t.Errorf("the second says %v", err)
	}
	if err := lists[0].Close(); err != nil {
		t.Fatal(err)
	}
	if err := lists[1].Hold(); err != nil {
		t.Errorf("after the first ended: %v", err)
	}
}
