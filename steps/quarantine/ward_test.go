package quarantine

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"

	"wsc-respond/steps/durable"
	"wsc-respond/steps/durable/durabletest"
	"wsc-respond/steps/wasmsig"
)

var night = time.Date(2026, 3, 1, 2, 3, 4, 0, time.UTC)

// ward is a served folder with a module in it, and a quarantine.
type ward struct {
	t        *testing.T
	from, to string
	content  []byte
}

func newWard(t *testing.T) *ward {
	t.Helper()
	dir := t.TempDir()
	w := &ward{t: t, from: filepath.Join(dir, "served"), to: filepath.Join(dir, "quarantine"), content: append(wasmsig.Header(wasmsig.CoreModule), 10, 1, 0)}
	if err := os.MkdirAll(w.from, 0o755); err != nil {
		t.Fatal(err)
	}
	w.write("token.wasm", w.content)
	return w
}

func (w *ward) write(name string, content []byte) {
	w.t.Helper()
	if err := os.WriteFile(filepath.Join(w.from, name), content, 0o755); err != nil {
		w.t.Fatal(err)
	}
}

// request asks for the quarantine of a file, on a disk of the test's.
func (w *ward) request(disk *durabletest.Disk, name string) Request {
	w.t.Helper()
	from, err := durable.OpenFolder(w.from)
	if err != nil {
		w.t.Fatal(err)
	}
	to, err := durable.OpenPrivate(w.to)
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(func() { _, _ = from.Close(), to.Close() })
	return Request{From: disk.Folder(from), Name: name, Path: filepath.Join(w.from, name), To: disk.Folder(to),
		Note: "found by scan", Now: func() time.Time { return night }}
}

func (w *ward) move(name string) (Entry, error) {
	w.t.Helper()
	return Move(w.t.Context(), w.request(&durabletest.Disk{}, name))
}

func (w *ward) mustMove(name string) Entry {
	w.t.Helper()
	e, err := w.move(name)
	if err != nil {
		w.t.Fatal(err)
	}
	return e
}

// entries reads the list; a line that was torn off is told as such.
func (w *ward) entries() (read []Entry, torn int) {
	w.t.Helper()
	data, err := os.ReadFile(filepath.Join(w.to, ListName))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		w.t.Fatal(err)
	}
	for line := range bytes.Lines(data) {
		var e Entry
		if json.Unmarshal(line, &e) == nil {
			read = append(read, e)
		} else {
			torn++
		}
	}
	return read, torn
}

func (w *ward) there(name string) bool {
	_, err := os.Lstat(filepath.Join(w.from, name))
	return err == nil
}

func digest(content []byte) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:])
}
