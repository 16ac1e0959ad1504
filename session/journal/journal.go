// Package journal keeps a session on disk: the file session.jsonl in the
// session's folder, one event a line, each line holding the hash of the one
// before.
//
// What a responder gets from it: an event that the console has shown is on
// the disk. A crash, a power cut, a full disk or a second console lose
// nothing of it, and whoever reads the folder later can tell whether it is
// whole. The rules are:
//
//   - One writer. The file is locked, and must still be the one that stands
//     in the folder.
//   - An event is written with one write and synced before Append returns.
//   - After any error of the disk nothing is tried again: the kernel reports
//     a failed sync once, and then calls the lost pages clean. The writer is
//     read-only from then on.
//   - Only an incomplete last line is ever taken out of the file, when it is
//     opened for writing, and it is kept beside it. Anything else that is
//     wrong stops the opening, and nothing is changed.
//   - Folders are 0700 and files 0600. Neither the folder nor a file in it
//     may be a symbolic link; the way to the folder may lead through some.
//
// The package is for Linux.
package journal

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"sync"
	"sync/atomic"
	"syscall"

	"wsc-respond/session"
)

// FileName is the session file in its folder.
const FileName = "session.jsonl"

// Journal is a session file open for writing. It is safe for use by several
// goroutines.
type Journal struct {
	folder   *folder
	file     *os.File
	recovery Recovery
	warnings []string

	mu     sync.Mutex // held while an event is written
	out    sink
	size   int64 // of the file, as far as this writer knows it
	failed error // why nothing can be written any more

	head atomic.Pointer[session.Receipt]
}

var _ session.Log = (*Journal)(nil)

// sink is what an append needs of the file.
type sink interface {
	io.Writer
	// Sync returns when everything that was written is durable.
	Sync() error
}

// Create makes the folder of a new session, with the folders above it, and an
// empty session file in it, open for writing. A folder that exists already is
// refused with an error that is fs.ErrExist. who is shown to others that want
// to write.
func Create(dir string, who Holder) (*Journal, error) {
	fo, err := createFolder(dir)
	if err != nil {
		return nil, err
	}
	f, err := fo.create(FileName)
	if err != nil {
		fo.discard()
		return nil, fmt.Errorf("create the session file in %s: %w; nothing was recorded there", fo.path, err)
	}
	if err := errors.Join(f.Sync(), fo.sync()); err != nil {
		err = errors.Join(err, f.Close())
		fo.discard(FileName)
		return nil, fmt.Errorf("create the session file in %s: %w; nothing was recorded there", fo.path, err)
	}
	j, err := newJournal(fo, f, who)
	if err != nil {
		return nil, errors.Join(err, f.Close(), fo.close())
	}
	return j, nil
}

// Open opens the session in a folder for writing. It reads every event, sets
// an incomplete last line aside (see Recovery), and makes sure that the last
// line is on the disk.
//
// The error is session.ErrLocked (a *LockedError) when another console has
// it, a *LineError when a line is not what it should be, and
// session.ErrReadOnly when the disk cannot be written. In the first two cases
// the folder is as it was. ReadOnly still opens it in all of them.
func Open(dir string, who Holder) (*Journal, error) {
	fo, err := openFolder(dir)
	if err != nil {
		return nil, err
	}
	f, err := fo.open(FileName, os.O_RDWR|os.O_APPEND)
	if errors.Is(err, syscall.EROFS) || errors.Is(err, fs.ErrPermission) {
		err = fmt.Errorf("%w: %w", session.ErrReadOnly, err)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open the session in %s: %w", fo.path, err), fo.close())
	}
	j, err := newJournal(fo, f, who)
	if err != nil {
		return nil, errors.Join(err, f.Close(), fo.close())
	}
	return j, nil
}

// newJournal locks, reads and repairs a session file. It does not close the
// file when it fails.
func newJournal(fo *folder, f *os.File, who Holder) (*Journal, error) {
	if err := fo.lock(f); err != nil {
		return nil, err
	}
	state, err := readState(f, fo.pathOf(FileName))
	if err != nil {
		return nil, err
	}
	j := &Journal{folder: fo, file: f, out: f, warnings: fo.warnings(f)}
	if j.recovery, err = repair(fo, f, &state); err != nil {
		return nil, fmt.Errorf("%w: repair the end of the session file %s: %w; its %d events are safe",
			session.ErrReadOnly, fo.pathOf(FileName), err, state.head.Seq)
	}
	j.size = state.size
	j.head.Store(&state.head)
	fo.writeHolder(who)
	return j, nil
}

// Append makes one event durable; see session.Log. The event that it returns
// is the one that a reader of the file will see, with times cut to
// microseconds. An event that cannot be written as a line changes nothing.
func (j *Journal) Append(ctx context.Context, after uint64, e session.Event) (session.Event, session.Receipt, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	head := *j.head.Load()
	if err := ctx.Err(); err != nil {
		return session.Event{}, head, fmt.Errorf("record an event: %w", err)
	}
	if j.failed != nil {
		return session.Event{}, head, j.failed
	}
	if after != head.Seq {
		return session.Event{}, head, fmt.Errorf("%w: event %d was to follow event %d, and the record ends with event %d",
			session.ErrConflict, after+1, after, head.Seq)
	}
	e.Seq, e.Prev = head.Seq+1, head.Hash
	if e.Seq == 1 {
		e.Prev = session.NoHash
	}
	line, err := session.EncodeLine(e)
	if err != nil {
		return session.Event{}, head, fmt.Errorf("record an event: %w", err)
	}
	stored, err := session.DecodeLine(line)
	if err != nil {
		return session.Event{}, head, fmt.Errorf("record event %d: it could not be read again: %w", e.Seq, err)
	}
	if err := j.write(append(line, '\n')); err != nil {
		j.failed = fmt.Errorf("%w: event %d could not be written to %s: %w; events 1 to %d are safe",
			session.ErrReadOnly, e.Seq, j.folder.pathOf(FileName), err, head.Seq)
		return session.Event{}, head, j.failed
	}
	receipt := session.Receipt{Seq: e.Seq, Hash: session.HashLine(line)}
	j.head.Store(&receipt)
	return stored, receipt, nil
}

// write puts a line at the end of the file and syncs it. After an error the
// end of the file is unknown.
func (j *Journal) write(line []byte) error {
	if err := j.folder.unchanged(j.file, j.size); err != nil {
		return err
	}
	if _, err := j.out.Write(line); err != nil {
		return err
	}
	if err := j.out.Sync(); err != nil {
		return err
	}
	j.size += int64(len(line))
	// A disk that lies about a write has left the file shorter.
	return hasSize(j.file, j.size)
}

// Events yields the events from sequence number from on, up to the last one
// that is durable when it is called; see session.Log. The error is a
// *LineError.
func (j *Journal) Events(ctx context.Context, from uint64) iter.Seq2[session.Event, error] {
	j.mu.Lock()
	size := j.size
	j.mu.Unlock()
	return events(ctx, j.file, size, j.folder.pathOf(FileName), from)
}

// Head is the last durable event. It never waits for the disk.
func (j *Journal) Head() session.Receipt { return *j.head.Load() }

// Dir is the session's folder.
func (j *Journal) Dir() string { return j.folder.path }

// Recovery says what Open had to repair. A responder should be told, and
// Trimmed be recorded as an event.
func (j *Journal) Recovery() Recovery { return j.recovery }

// Warnings are sentences about the place where the session lies: a file
// system on which locks or syncs cannot be trusted, modes that let others
// read.
func (j *Journal) Warnings() []string { return j.warnings }

// Close lets the session go. Nothing can be recorded afterwards.
func (j *Journal) Close() error {
	j.mu.Lock()
	defer j.mu.Unlock()
	if errors.Is(j.failed, os.ErrClosed) {
		return nil
	}
	j.failed = fmt.Errorf("%w: %w", session.ErrReadOnly, os.ErrClosed)
	j.folder.removeHolder()
	if err := errors.Join(j.file.Close(), j.folder.close()); err != nil {
		return fmt.Errorf("close the session in %s: %w", j.folder.path, err)
	}
	return nil
}
