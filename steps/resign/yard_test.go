package resign

import (
	"bytes"
	"context"
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
	"wsc-respond/steps/wasmsig/sample"
)

var night = time.Date(2026, 3, 1, 2, 3, 4, 0, time.UTC)

// The keys of these tests.
var (
	oldOne = sample.KeyOf("old")
	newOne = sample.KeyOf("new")
	other  = sample.KeyOf("other")
)

// yard is a folder of modules, and the folders in which the work is done.
type yard struct {
	t                   *testing.T
	served, work, keep  string
	disk                *durabletest.Disk
	signer              *fakeSigner
	bare, signed, fresh []byte // a module without signature, with the old one, with the new one
}

func newYard(t *testing.T) *yard {
	t.Helper()
	dir := t.TempDir()
	y := &yard{t: t, served: filepath.Join(dir, "served"), work: filepath.Join(dir, "work"), keep: filepath.Join(dir, "keep"), disk: &durabletest.Disk{}}
	for _, name := range []string{y.served, y.work, y.keep} {
		if err := os.Mkdir(name, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	y.signer = &fakeSigner{dir: y.work}
	y.bare = sample.Core(400, 1)
	y.signed, y.fresh = sample.Sign(y.bare, true, oldOne), sample.Sign(y.bare, true, newOne)
	return y
}

func (y *yard) write(name string, content []byte) string {
	y.t.Helper()
	path := filepath.Join(y.served, name)
	if err := os.WriteFile(path, content, 0o640); err != nil {
		y.t.Fatal(err)
	}
	return path
}

func (y *yard) read(path string) []byte {
	y.t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		y.t.Fatal(err)
	}
	return data
}

func (y *yard) open(dir string) (durable.Folder, error) {
	f, err := durable.OpenFolder(dir)
	if err != nil {
		return nil, err
	}
	return y.disk.Folder(f), nil
}

// request asks for modules, all vouched for, with the old key known.
func (y *yard) request(paths ...string) Request {
	return Request{Paths: paths, New: newOne.Public(), Old: oldOne.Public(), Open: y.open, Now: func() time.Time { return night }}
}

func (y *yard) survey(r Request) *Plan {
	y.t.Helper()
	p, err := Survey(y.t.Context(), r)
	if err != nil {
		y.t.Fatal(err)
	}
	return p
}

func (y *yard) run(ctx context.Context, p *Plan) ([]Result, error) {
	y.t.Helper()
	work, err := y.open(y.work)
	if err != nil {
		y.t.Fatal(err)
	}
	keep, err := y.open(y.keep)
	if err != nil {
		y.t.Fatal(err)
	}
	defer func() { _, _ = work.Close(), keep.Close() }()
	var told []Result
	err = p.Run(ctx, Desk{Signer: y.signer, Work: work, Keep: keep}, func(r Result) { told = append(told, r) })
	return told, err
}

func (y *yard) mustRun(r Request) []Result {
	y.t.Helper()
	told, err := y.run(y.t.Context(), y.survey(r))
	if err != nil {
		y.t.Fatal(err)
	}
	return told
}

func (y *yard) entries() []Entry {
	y.t.Helper()
	data, err := os.ReadFile(filepath.Join(y.keep, ListName))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		y.t.Fatal(err)
	}
	var read []Entry
	for line := range bytes.Lines(data) {
		var e Entry
		if json.Unmarshal(line, &e) == nil {
			read = append(read, e)
		}
	}
	return read
}

// names lists what lies in a folder.
func (y *yard) names(dir string) []string {
	y.t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		y.t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

func digest(content []byte) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:])
}

// fakeSigner signs as wsc does. spoil may change the files that an act made,
// or let it fail.
type fakeSigner struct {
	dir   string
	spoil func(act string) error
}

func (s *fakeSigner) Detach(_ context.Context, signed, bare, signature string) error {
	module := s.get(signed)
	s.set(bare, sample.Detach(module))
	s.set(signature, bodyOf(module))
	return s.after("detach")
}

func (s *fakeSigner) Sign(_ context.Context, bare, signed string) error {
	s.set(signed, sample.Sign(s.get(bare), true, newOne))
	return s.after("sign")
}

func (s *fakeSigner) Verify(context.Context, string) error { return s.after("verify") }

func (s *fakeSigner) after(act string) error {
	if s.spoil == nil {
		return nil
	}
	return s.spoil(act)
}

// get and set panic, because a test's own files can be read and written.
func (s *fakeSigner) get(name string) []byte {
	data, err := os.ReadFile(filepath.Join(s.dir, name))
	if err != nil {
		panic(err)
	}
	return data
}

func (s *fakeSigner) set(name string, data []byte) {
	if err := os.WriteFile(filepath.Join(s.dir, name), data, 0o600); err != nil {
		panic(err)
	}
}

// bodyOf is the signature of a module whose section is short enough for a
// length of two bytes: header, id, length, name with its length, body.
func bodyOf(module []byte) []byte {
	rest := len(module) - len(sample.Detach(module))
	section := module[8 : 8+rest]
	return bytes.Clone(section[bytes.Index(section, []byte("signature"))+len("signature"):])
}
