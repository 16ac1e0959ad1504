package evidence

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"
)

// source is a file of the host that is being taken. It hashes what is read
// from it, so that the note can say what the file itself was.
type source struct {
	f      *os.File
	digest *counter
	r      io.Reader
	link   string // where the path led, if it was a symbolic link
	before fs.FileInfo
}

func openSource(file string, limit int64) (*source, error) {
	// O_NONBLOCK: opening a FIFO must not wait for somebody to write to it.
	f, err := os.OpenFile(file, os.O_RDONLY|unix.O_NONBLOCK|unix.O_NOCTTY, 0)
	if err != nil {
		return nil, fmt.Errorf("open %s to copy it: %w", file, err)
	}
	s := &source{f: f}
	if err := s.accept(file, limit); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return s, nil
}

func (s *source) accept(file string, limit int64) error {
	info, err := s.f.Stat()
	if err != nil {
		return fmt.Errorf("look at %s: %w", file, err)
	}
	if !info.Mode().IsRegular() {
		return fmt.Errorf("copy %s: %w", file, ErrNotRegular)
	}
	if info.Size() > limit {
		return fmt.Errorf("copy %s: it has %d bytes, more than the %d that are copied; note its digest instead", file, info.Size(), limit)
	}
	s.before = info
	if named, err := os.Lstat(file); err == nil && named.Mode()&fs.ModeSymlink != 0 {
		s.link, _ = filepath.EvalSymlinks(file)
	}
	s.digest = newCounter(io.Discard)
	// A file that grows while it is read is bounded as well.
	s.r = io.TeeReader(io.LimitReader(s.f, limit), s.digest)
	return nil
}

func (s *source) Read(p []byte) (int, error) { return s.r.Read(p) }

func (s *source) Close() error { return s.f.Close() }

func (s *source) sum() string { return s.digest.hex() }

// notes says what a reader of the record should know about the copy.
func (s *source) notes() []string {
	var notes []string
	if s.link != "" {
		notes = append(notes, "the path was a symbolic link to "+s.link)
	}
	after, err := s.f.Stat()
	if err != nil || after.Size() != s.before.Size() || !after.ModTime().Equal(s.before.ModTime()) {
		notes = append(notes, "the file changed while it was copied")
	}
	return notes
}

// plainName is the last part of a path, with only what is safe in a file name.
func plainName(file string) string {
	name := strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r == '-', r == '_', r == '.':
			return r
		}
		return '-'
	}, filepath.Base(file))
	name = strings.TrimLeft(name, ".-")
	if len(name) > 100 {
		name = name[:100]
	}
	if name == "" {
		return "file"
	}
	return name
}
