package journal

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"wsc-respond/session"
)

// Status says how a session stands, as far as its folder tells.
type Status string

// The statuses.
const (
	StatusLive   Status = "live"   // a console has it open
	StatusOpen   Status = "open"   // it can be resumed
	StatusClosed Status = "closed" // its last event closes it
	StatusEmpty  Status = "empty"  // no event was ever recorded
	StatusBad    Status = "bad"    // it cannot be read; see Err
)

// Summary is what can be said of a session by its first and last line. It
// does not say that the lines between are good.
type Summary struct {
	Name   string // of the folder
	Dir    string
	Status Status
	Holder Holder // who has it, if Status is StatusLive
	Bytes  int64  // of the session file
	First  session.Event
	Last   session.Event // the last whole line
	Err    error
}

// List finds the sessions in a folder of session folders, the one with the
// latest event first. A folder that does not exist holds none. Folders
// without a session file are no sessions.
func List(stateDir string) ([]Summary, error) {
	entries, err := os.ReadDir(stateDir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("look for sessions in %s: %w", stateDir, err)
	}
	var found []Summary
	for _, entry := range entries {
		dir := filepath.Join(stateDir, entry.Name())
		if _, err := os.Lstat(filepath.Join(dir, FileName)); err == nil {
			found = append(found, Summarize(dir))
		}
	}
	slices.SortStableFunc(found, func(a, b Summary) int {
		if c := b.Last.At.Compare(a.Last.At); c != 0 {
			return c
		}
		return strings.Compare(a.Name, b.Name)
	})
	return found, nil
}

// Summarize reads the first and the last line of a session. What is wrong
// stands in Err.
func Summarize(dir string) Summary {
	s := Summary{Name: filepath.Base(dir), Dir: dir, Status: StatusBad}
	r, err := openReader(dir)
	if err != nil {
		s.Err = err
		return s
	}
	defer r.Close()
	if s.Bytes, err = r.durableSize(); err == nil {
		err = s.readEnds(r.file)
	}
	switch {
	case err != nil:
		s.Err = fmt.Errorf("read the session file %s: %w", r.folder.pathOf(FileName), err)
	case r.Live():
		s.Status, s.Holder = StatusLive, r.folder.readHolder()
	case s.Last.Data == nil:
		s.Status = StatusEmpty
	case s.Last.Kind() == session.KindClosed:
		s.Status = StatusClosed
	default:
		s.Status = StatusOpen
	}
	return s
}

// readEnds decodes the first and the last whole line.
func (s *Summary) readEnds(f *os.File) error {
	first, err := firstLine(f)
	if err != nil || first == nil {
		return err
	}
	if s.First, err = session.DecodeLine(first); err != nil {
		return fmt.Errorf("its first line: %w", err)
	}
	last, err := lastLine(f, s.Bytes)
	if err != nil {
		return err
	}
	if s.Last, err = session.DecodeLine(last); err != nil {
		return fmt.Errorf("its last line: %w", err)
	}
	return nil
}

// firstPiece is how much of either end is read first. Nearly every line is
// shorter.
const firstPiece = 16 << 10

// firstLine is nil if no line is whole.
func firstLine(f *os.File) ([]byte, error) {
	for size := int64(firstPiece); ; size = session.MaxLine + 1 {
		piece, err := io.ReadAll(io.NewSectionReader(f, 0, size))
		if err != nil {
			return nil, err
		}
		if line, _, ok := bytes.Cut(piece, []byte{'\n'}); ok || size > session.MaxLine {
			return line, nil
		}
		if int64(len(piece)) < size {
			return nil, nil
		}
	}
}

// lastLine finds the last line that has its newline, in a file that has one.
func lastLine(f *os.File, size int64) ([]byte, error) {
	for length := int64(firstPiece); ; length = 2 * (session.MaxLine + 1) {
		start := max(0, size-length)
		piece, err := io.ReadAll(io.NewSectionReader(f, start, size-start))
		if err != nil {
			return nil, err
		}
		end := bytes.LastIndexByte(piece, '\n')
		begin := bytes.LastIndexByte(piece[:max(end, 0)], '\n')
		switch {
		case end >= 0 && (begin >= 0 || start == 0):
			return piece[begin+1 : end], nil
		case length > firstPiece:
			return nil, fmt.Errorf("its last line is longer than %d bytes", session.MaxLine)
		}
	}
}
