package journal

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"

	"wsc-respond/session"
)

// LineError says that a line of a session file is not what must stand there.
// The lines before it are good.
type LineError struct {
	Path  string
	Line  uint64 // from 1
	Cause error
}

// Error names the line and what is wrong with it.
func (e *LineError) Error() string {
	return fmt.Sprintf("line %d of the session file %s: %v", e.Line, e.Path, e.Cause)
}

// Unwrap gives the cause.
func (e *LineError) Unwrap() error { return e.Cause }

// walker reads a session file line by line and checks that every line is the
// next one of the chain.
type walker struct {
	path string
	br   *bufio.Reader
	head session.Receipt // of the last good line
	end  int64           // where the last good line ends, its newline included
	last []byte          // the last line that was read; good until the next read
	// torn is how many bytes stand behind the last newline, after io.EOF.
	torn int64
}

func newWalker(path string, r io.Reader) *walker {
	return &walker{path: path, br: bufio.NewReaderSize(r, session.MaxLine+1), head: session.Receipt{Hash: session.NoHash}}
}

// resume goes on reading behind the last good line.
func (w *walker) resume(r io.Reader) {
	w.br.Reset(r)
	w.torn = 0
}

// next reads one line and decodes it. The error is io.EOF at the end of the
// file, also when it ends with an incomplete line, or a *LineError.
func (w *walker) next() (session.Event, error) {
	line, err := w.line()
	if err != nil {
		return session.Event{}, err
	}
	e, err := session.DecodeLine(line)
	if err != nil {
		return session.Event{}, w.fail(err)
	}
	if err := w.follows(line, e.Seq, e.Prev); err != nil {
		return session.Event{}, err
	}
	return e, nil
}

// pass reads one line without decoding it: only its place in the chain is
// checked.
func (w *walker) pass() error {
	line, err := w.line()
	if err != nil {
		return err
	}
	seq, prev, ok := session.ScanLine(line)
	if !ok {
		_, err := session.DecodeLine(line)
		return w.fail(cmp.Or(err, errors.New("it cannot be read")))
	}
	return w.follows(line, seq, prev)
}

func (w *walker) line() ([]byte, error) {
	line, err := w.br.ReadSlice('\n')
	w.last = line
	switch {
	case err == nil:
		return line[:len(line)-1], nil
	case errors.Is(err, bufio.ErrBufferFull):
		return w.tooLong()
	case errors.Is(err, io.EOF):
		w.torn = int64(len(line))
		return nil, io.EOF
	}
	return nil, fmt.Errorf("read the session file %s: %w", w.path, err)
}

// tooLong is reached when more bytes stand without a newline than a line may
// have. Bytes that were never written read as zeros, and there can be any
// number of them at the end.
func (w *walker) tooLong() ([]byte, error) {
	n := int64(0)
	for {
		piece, err := w.br.ReadSlice('\n')
		n += int64(len(piece))
		if bytes.Count(piece, []byte{0}) != len(piece) || err == nil {
			return nil, w.fail(fmt.Errorf("it is longer than %d bytes", session.MaxLine))
		}
		if errors.Is(err, io.EOF) {
			w.torn = int64(len(w.last)) + n
			return nil, io.EOF
		}
		if !errors.Is(err, bufio.ErrBufferFull) {
			return nil, fmt.Errorf("read the session file %s: %w", w.path, err)
		}
	}
}

// follows checks that a line is the next one, and takes it as the head.
func (w *walker) follows(line []byte, seq uint64, prev session.Hash) error {
	if seq != w.head.Seq+1 {
		return w.fail(fmt.Errorf("it has the sequence number %d, and %d was expected", seq, w.head.Seq+1))
	}
	if prev != w.head.Hash {
		return w.fail(errors.New(mismatch(w.head.Seq)))
	}
	w.head = session.Receipt{Seq: seq, Hash: session.HashLine(line)}
	w.end += int64(len(line)) + 1
	return nil
}

// mismatch says that the chain is broken between a line and the next.
func mismatch(line uint64) string {
	if line == 0 {
		return "line 1 says that another line stands before it"
	}
	return fmt.Sprintf("line %d does not match what line %d says of it; either may have changed", line, line+1)
}

func (w *walker) fail(cause error) error {
	return &LineError{Path: w.path, Line: w.head.Seq + 1, Cause: cause}
}

// receipt is the head, or the zero Receipt if there is no event.
func (w *walker) receipt() session.Receipt {
	if w.head.Seq == 0 {
		return session.Receipt{}
	}
	return w.head
}

// events yields the events of the first size bytes of a session file from
// sequence number from on. Those before are checked, but not decoded.
func events(ctx context.Context, f *os.File, size int64, path string, from uint64) iter.Seq2[session.Event, error] {
	return func(yield func(session.Event, error) bool) {
		w := newWalker(path, io.NewSectionReader(f, 0, size))
		for {
			if err := ctx.Err(); err != nil {
				yield(session.Event{}, err)
				return
			}
			if w.head.Seq+1 < from {
				if err := w.pass(); err != nil {
					yieldEnd(yield, err)
					return
				}
				continue
			}
			e, err := w.next()
			if err != nil {
				yieldEnd(yield, err)
				return
			}
			if !yield(e, nil) {
				return
			}
		}
	}
}

// yieldEnd ends a sequence: silently at the end of the file.
func yieldEnd(yield func(session.Event, error) bool, err error) {
	if !errors.Is(err, io.EOF) {
		yield(session.Event{}, err)
	}
}
