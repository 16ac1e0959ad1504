package journal

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"wsc-respond/session"
)

// Recovery says what had to be done about the end of a session file when it
// was opened for writing.
//
// An append writes a line and its newline, and is acknowledged only when both
// are durable. So what stands behind the last newline was never acknowledged:
//
//   - A whole event without its newline, as an editor leaves it, or a write
//     that was cut there, stays and gets its newline (Completed).
//   - Anything else is torn, and so is a last line that holds a zero byte:
//     those are parts of the disk that were never written. It is copied to a
//     file of its own, synced, and then cut off (Trimmed).
type Recovery struct {
	// Trimmed is the event to record about an incomplete last line, or nil.
	Trimmed *session.Trimmed
	// Completed says that the last event had no newline.
	Completed bool
}

// state is what a session file was found to hold.
type state struct {
	head session.Receipt
	size int64 // up to the end of the last good line
	// torn is how many bytes stand behind size.
	torn int64
	// last is the last good line with its newline, or nil.
	last []byte
	// completes says that the newline of last is not in the file.
	completes bool
}

// readState reads a whole session file. The error is a *LineError when a line
// is wrong that may not be set aside.
func readState(f *os.File, path string) (state, error) {
	info, err := f.Stat()
	if err != nil {
		return state{}, fmt.Errorf("read the session file %s: %w", path, err)
	}
	w := newWalker(path, io.NewSectionReader(f, 0, info.Size()))
	var last []byte
	for {
		_, err := w.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if w.neverWritten(err) {
			break
		}
		if err != nil {
			return state{}, err
		}
		last = append(last[:0], w.last...)
	}
	s := state{head: w.receipt(), size: w.end, torn: info.Size() - w.end, last: last}
	if tail := w.last; s.torn == int64(len(tail)) && w.isNext(tail) {
		s.last = append(bytes.Clone(tail), '\n')
		s.completes = true
		s.head = session.Receipt{Seq: s.head.Seq + 1, Hash: session.HashLine(tail)}
		s.size, s.torn = s.size+int64(len(s.last)), 0
	}
	return s, nil
}

// neverWritten reports whether a line is bad because it holds zeros, and
// nothing but zeros stands behind it.
func (w *walker) neverWritten(err error) bool {
	if bad := new(LineError); !errors.As(err, &bad) || bytes.IndexByte(w.last, 0) < 0 {
		return false
	}
	_, err = io.Copy(io.Discard, zeros{w.br})
	return err == nil
}

// zeros reads as long as there are zero bytes, and fails at any other.
type zeros struct{ io.Reader }

func (z zeros) Read(p []byte) (int, error) {
	n, err := z.Reader.Read(p)
	if bytes.Count(p[:n], []byte{0}) != n {
		return 0, errors.New("not zero")
	}
	return n, err
}

// isNext reports whether a line without a newline is the next event, whole.
func (w *walker) isNext(line []byte) bool {
	e, err := session.DecodeLine(line)
	return err == nil && e.Seq == w.head.Seq+1 && e.Prev == w.head.Hash
}

// repair sets torn bytes aside and writes the last line once more in its
// place. After a failed sync the kernel can hold a line in memory and call it
// clean although it never reached the disk; writing the same bytes again makes
// it go there, or fail where it can be seen.
func repair(fo *folder, f *os.File, s *state) (Recovery, error) {
	var done Recovery
	if s.torn > 0 {
		trimmed, err := setAside(fo, io.NewSectionReader(f, s.size, s.torn))
		if err != nil {
			return done, err
		}
		if err := f.Truncate(s.size); err != nil {
			return done, err
		}
		done.Trimmed = trimmed
	}
	if s.last != nil {
		if err := rewrite(fo, f, s.last, s.size-int64(len(s.last))); err != nil {
			return done, err
		}
		done.Completed = s.completes
	}
	return done, f.Sync()
}

// rewrite writes to a place inside the file, which a descriptor that appends
// cannot do.
func rewrite(fo *folder, locked *os.File, line []byte, at int64) error {
	f, err := fo.open(FileName, os.O_RDWR)
	if err != nil {
		return err
	}
	err = sameFile(locked, f)
	if err == nil {
		_, err = f.WriteAt(line, at)
	}
	if err == nil {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
}

func sameFile(a, b *os.File) error {
	infoA, errA := a.Stat()
	infoB, errB := b.Stat()
	if err := errors.Join(errA, errB); err != nil {
		return err
	}
	if !os.SameFile(infoA, infoB) {
		return errReplaced
	}
	return nil
}

// setAside keeps torn bytes in a file of their own.
func setAside(fo *folder, torn io.Reader) (*session.Trimmed, error) {
	f, name, err := createNumbered(fo, "torn-%04d.bin")
	if err != nil {
		return nil, err
	}
	sum := sha256.New()
	n, err := io.Copy(io.MultiWriter(f, sum), torn)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err == nil {
		err = fo.sync()
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("keep the incomplete last line as %s: %w", name, err), fo.root.Remove(name))
	}
	return &session.Trimmed{File: name, Bytes: n, SHA256: hex.EncodeToString(sum.Sum(nil))}, nil
}

// createNumbered makes the first file of a pattern that does not exist yet.
func createNumbered(fo *folder, pattern string) (*os.File, string, error) {
	for n := 1; n <= 9999; n++ {
		name := fmt.Sprintf(pattern, n)
		f, err := fo.create(name)
		if err == nil || !errors.Is(err, fs.ErrExist) {
			return f, name, err
		}
	}
	return nil, "", fmt.Errorf("every name from "+pattern+" to "+pattern+" is taken", 1, 9999)
}
