package journal

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"

	"wsc-respond/session"
)

// Reader is a session file that is open for reading, while somebody may be
// writing to it. It shows the file as it was when it was opened; Follow shows
// what comes after. As a session.Log it refuses every append.
type Reader struct {
	folder     *folder
	file       *os.File
	head       session.Receipt
	end        int64
	incomplete int64
	damage     error
}

var _ session.Log = (*Reader)(nil)

// ReadOnly opens the session in a folder for reading. It takes no lock and
// changes nothing. A file with a bad line is opened as well: Events ends
// there, and Damage says why.
func ReadOnly(dir string) (*Reader, error) {
	r, err := openReader(dir)
	if err != nil {
		return nil, err
	}
	if err := r.readHead(); err != nil {
		return nil, errors.Join(err, r.Close())
	}
	return r, nil
}

// openReader opens the file and does not read it yet.
func openReader(dir string) (*Reader, error) {
	fo, err := openFolder(dir)
	if err != nil {
		return nil, err
	}
	f, err := fo.open(FileName, os.O_RDONLY)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open the session in %s: %w", fo.path, err), fo.close())
	}
	return &Reader{folder: fo, file: f}, nil
}

// readHead goes along the chain to its end. An incomplete last line is left
// out: either it is being written at this moment, or it never was.
func (r *Reader) readHead() error {
	size, err := r.durableSize()
	if err != nil {
		return err
	}
	w := newWalker(r.folder.pathOf(FileName), io.NewSectionReader(r.file, 0, size))
	for err == nil {
		err = w.pass()
	}
	r.head, r.end = w.receipt(), w.end
	switch bad := new(LineError); {
	case errors.Is(err, io.EOF):
		r.incomplete = size - w.end
	case errors.As(err, &bad):
		r.damage = err
		r.end = size // so that Events tells of it too
	default:
		return err
	}
	return nil
}

// durableSize is the size of the file once all of it is on the disk. What a
// writer has written and not yet synced must not be shown, so the reader
// syncs as well; a descriptor for reading can.
func (r *Reader) durableSize() (int64, error) {
	info, err := r.file.Stat()
	if err != nil {
		return 0, fmt.Errorf("read the session file %s: %w", r.folder.pathOf(FileName), err)
	}
	if r.Live() {
		if err := r.file.Sync(); err != nil {
			return 0, fmt.Errorf("read the session file %s: the disk reports an error: %w", r.folder.pathOf(FileName), err)
		}
	}
	return info.Size(), nil
}

// Append refuses: the session is open for reading.
func (r *Reader) Append(context.Context, uint64, session.Event) (session.Event, session.Receipt, error) {
	return session.Event{}, r.head, fmt.Errorf("%w: %s is open for reading only", session.ErrReadOnly, r.folder.path)
}

// Events yields the events from sequence number from on; see session.Log. The
// error is a *LineError.
func (r *Reader) Events(ctx context.Context, from uint64) iter.Seq2[session.Event, error] {
	return events(ctx, r.file, r.end, r.folder.pathOf(FileName), from)
}

// Head is the last good event, when the file was opened.
func (r *Reader) Head() session.Receipt { return r.head }

// Dir is the session's folder.
func (r *Reader) Dir() string { return r.folder.path }

// Incomplete is how many bytes of an unfinished last line were left out.
func (r *Reader) Incomplete() int64 { return r.incomplete }

// Damage is the *LineError at which the chain ended before the file did, or
// nil. It finds broken chains; what a line says is read by Events and Verify.
func (r *Reader) Damage() error { return r.damage }

// Live reports whether a console has the session open for writing now.
func (r *Reader) Live() bool { return locked(r.file) }

// Holder is who has the session open, as far as it is known; the zero Holder
// if nobody does.
func (r *Reader) Holder() Holder {
	if !r.Live() {
		return Holder{}
	}
	return r.folder.readHolder()
}

// Close ends the reading.
func (r *Reader) Close() error { return errors.Join(r.file.Close(), r.folder.close()) }
