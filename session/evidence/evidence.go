// Package evidence keeps files in a session folder, so that what a responder
// saw can be shown later, byte for byte, with its digest.
//
// The rules it keeps:
//
//   - Nothing is ever written over. A name that is taken gets a number.
//   - No symbolic link inside the session folder is followed, and nothing
//     outside it is written.
//   - Files are 0600 and folders 0700, whatever the umask says.
//   - Secrets are taken out before anything is written. The digest is of what
//     lies on disk.
//   - What is reported as kept is synced: the file, and its name.
package evidence

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"os"
	"path"
	"strings"

	"wsc-respond/session"
)

// Folder is where evidence lies below the session folder.
const Folder = "evidence"

// MaxTaken is the largest file that Take copies, in bytes: 1 GiB. A larger
// one is better left where it is, with its digest in a note.
const MaxTaken int64 = 1 << 30

// Store is the evidence of one session. It implements session.Evidence and
// can be used by several goroutines.
type Store struct {
	root    *os.Root
	secrets func() []string
	limit   int64
}

var _ session.Evidence = (*Store)(nil)

// New opens the evidence of the session in folder dir. secrets gives the
// values that must never be written, as far as they are known at the moment of
// writing; it may be nil.
func New(dir string, secrets func() []string) (*Store, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("open the session folder %s: %w", dir, err)
	}
	if secrets == nil {
		secrets = func() []string { return nil }
	}
	return &Store{root: root, secrets: secrets, limit: MaxTaken}, nil
}

// Close lets the folder go.
func (s *Store) Close() error { return s.root.Close() }

// Put writes content to a new file below the session folder. name is relative,
// with slashes; folders in it are made. If the name is taken, "-2", "-3" and so
// on is put before its extension.
func (s *Store) Put(ctx context.Context, name string, content []byte) (session.EvidenceAdded, error) {
	if !fs.ValidPath(name) || name == "." {
		return session.EvidenceAdded{}, fmt.Errorf("keep %q: this is no file name below the session folder", name)
	}
	kept, err := s.write(ctx, name, bytes.NewReader(content))
	if err != nil {
		return session.EvidenceAdded{}, fmt.Errorf("keep %s: %w", name, err)
	}
	return session.EvidenceAdded{File: kept.name, Source: "wsc-respond", SHA256: kept.sum, Size: kept.size, Note: kept.redactNote()}, nil
}

// Take copies a regular file of the host into the evidence. A symbolic link is
// followed, and the note says so. Secrets are taken out of the copy, whatever
// the file is; the note then gives their number and the SHA-256 of the file
// itself. A file larger than [MaxTaken] is refused.
func (s *Store) Take(ctx context.Context, file string) (session.EvidenceAdded, error) {
	src, err := openSource(file, s.limit)
	if err != nil {
		return session.EvidenceAdded{}, err
	}
	defer src.Close()
	kept, err := s.write(ctx, path.Join(Folder, plainName(file)), src)
	if err != nil {
		return session.EvidenceAdded{}, fmt.Errorf("copy %s into the evidence: %w", file, err)
	}
	notes := src.notes()
	if note := kept.redactNote(); note != "" {
		notes = append(notes, note, "the file itself has SHA-256 "+src.sum())
	}
	return session.EvidenceAdded{
		File: kept.name, Source: file, SHA256: kept.sum, Size: kept.size, Note: strings.Join(notes, "; "),
	}, nil
}

// Read returns up to limit bytes from the beginning of a file of the session.
// It follows no symbolic link.
func (s *Store) Read(name string, limit int64) ([]byte, error) {
	f, err := Open(s.root, name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	content, err := io.ReadAll(io.LimitReader(f, limit))
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	return content, nil
}

// written is a file as it lies in the session folder now.
type written struct {
	name     string
	sum      string
	size     int64
	redacted []session.RedactCount
}

func (w written) redactNote() string {
	var kinds []string
	for _, r := range w.redacted {
		kinds = append(kinds, fmt.Sprintf("%d %s", r.Count, r.Kind))
	}
	if len(kinds) == 0 {
		return ""
	}
	return "redacted: " + strings.Join(kinds, ", ")
}

// write copies src into a new file and makes it durable. A file that could not
// be written whole is removed again: half a file is no evidence.
func (s *Store) write(ctx context.Context, name string, src io.Reader) (written, error) {
	f, name, err := s.create(name)
	if err != nil {
		return written{}, err
	}
	sum := newCounter(f)
	redacted, err := s.copy(ctx, sum, src)
	err = errors.Join(err, syncClose(f))
	if err == nil {
		err = SyncDir(s.root, path.Dir(name))
	}
	if err != nil {
		return written{}, errors.Join(err, s.root.Remove(name))
	}
	return written{name: name, sum: sum.hex(), size: sum.n, redacted: redacted}, nil
}

func (s *Store) copy(ctx context.Context, dst io.Writer, src io.Reader) ([]session.RedactCount, error) {
	scrub := NewScrubber(dst, s.secrets())
	if _, err := io.Copy(scrub, &cancelled{ctx: ctx, r: src}); err != nil {
		return nil, err
	}
	if err := scrub.Close(); err != nil {
		return nil, err
	}
	return Counts(scrub), nil
}

// maxSameName is how many files of one name are kept apart by a number.
const maxSameName = 10_000

func (s *Store) create(name string) (*os.File, string, error) {
	if err := makeDirs(s.root, path.Dir(name)); err != nil {
		return nil, "", err
	}
	ext := path.Ext(name)
	stem := strings.TrimSuffix(name, ext)
	try := name
	for n := 2; n < maxSameName; n++ {
		f, err := Create(s.root, try)
		if !errors.Is(err, fs.ErrExist) {
			return f, try, err
		}
		try = fmt.Sprintf("%s-%d%s", stem, n, ext)
	}
	return nil, "", fmt.Errorf("make the file %s: %w", name, fs.ErrExist)
}

func makeDirs(root *os.Root, dir string) error {
	if dir == "." {
		return nil
	}
	if err := makeDirs(root, path.Dir(dir)); err != nil {
		return err
	}
	return MakeDir(root, dir)
}

func syncClose(f *os.File) error {
	return errors.Join(f.Sync(), f.Close())
}

// counter passes bytes on and knows how many they were and what they hash to.
type counter struct {
	w io.Writer
	h hash.Hash
	n int64
}

func newCounter(w io.Writer) *counter { return &counter{w: w, h: sha256.New()} }

func (c *counter) Write(p []byte) (int, error) {
	n, err := c.w.Write(p)
	c.h.Write(p[:n])
	c.n += int64(n)
	return n, err
}

func (c *counter) hex() string { return hex.EncodeToString(c.h.Sum(nil)) }

// cancelled ends a long copy when nobody waits for it any more.
type cancelled struct {
	ctx context.Context
	r   io.Reader
}

func (c *cancelled) Read(p []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	return c.r.Read(p)
}
