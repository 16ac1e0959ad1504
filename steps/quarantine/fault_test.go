package quarantine

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"wsc-respond/steps/durable"
	"wsc-respond/steps/durable/durabletest"
)

// Every act on the disk fails once, alone and as a crash; on one file system
// and between two.
func TestFaultTheFileIsAlwaysWholeAtOneOfTheTwoPlaces(t *testing.T) {
	for _, otherDisk := range []bool{false, true} {
		for _, crash := range []bool{false, true} {
			for n := 1; ; n++ {
				disk := &durabletest.Disk{FailAt: n, Crash: crash}
				t.Run(fmt.Sprintf("other disk %v, crash %v, act %d", otherDisk, crash, n), func(t *testing.T) {
					oneFault(t, disk, otherDisk)
				})
				if !disk.Failed() {
					break
				}
			}
		}
	}
}

func oneFault(t *testing.T, disk *durabletest.Disk, otherDisk bool) {
	w := newWard(t)
	r := w.request(disk, "token.wasm")
	if otherDisk {
		r.From = abroad{r.From}
	}
	e, err := Move(t.Context(), r)

	list, torn := w.entries()
	inQuarantine := false
	for _, entry := range list {
		got, unread := os.ReadFile(filepath.Join(w.to, entry.Name))
		inQuarantine = inQuarantine || unread == nil && bytes.Equal(got, w.content)
	}
	switch {
	case err == nil && (!inQuarantine || w.there("token.wasm") || e.State != Done):
		t.Errorf("it went well, and the file is not in quarantine alone: %+v", e)
	case errors.As(err, new(*Unlisted)) && !inQuarantine:
		t.Errorf("it is told to be in quarantine and is not: %v", err)
	case err != nil && !errors.As(err, new(*Unlisted)) && !w.there("token.wasm"):
		t.Errorf("it is told to be at its old place and is not: %v", err)
	}
	if got, err := os.ReadFile(filepath.Join(w.from, "token.wasm")); err == nil && !bytes.Equal(got, w.content) {
		t.Errorf("the file at the old place is %x", got)
	}
	if inQuarantine && (len(list) == 0 || list[0].State != Intended) {
		t.Errorf("the move is not in the list: %+v, %d torn", list, torn)
	}
}

// abroad is a folder on another file system than the quarantine's.
type abroad struct{ durable.Folder }

func (a abroad) Move(string, durable.Folder, string) error { return durable.ErrOtherDisk }

func TestAFileIsCopiedToAnotherFileSystem(t *testing.T) {
	w := newWard(t)
	other, err := os.MkdirTemp("/dev/shm", "quarantine")
	if err != nil {
		t.Skipf("there is no second file system for the test: %v", err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(other) })
	if device(t, other) == device(t, w.from) {
		t.Skip("/dev/shm is no other file system than the tests' folder")
	}
	w.to = other
	e := w.mustMove("token.wasm")
	got, err := os.ReadFile(filepath.Join(other, e.Name))
	if err != nil || !bytes.Equal(got, w.content) || w.there("token.wasm") || len(e.Problems) > 0 {
		t.Errorf("in quarantine: %x, %v; problems %v", got, err, e.Problems)
	}
	left, err := os.ReadDir(other)
	if err != nil || len(left) != 2 {
		t.Errorf("in quarantine lie %v, %v", left, err)
	}
}

func device(t *testing.T, path string) uint64 {
	t.Helper()
	var stat syscall.Stat_t
	if err := syscall.Stat(path, &stat); err != nil {
		t.Fatal(err)
	}
	return uint64(stat.Dev)
}
