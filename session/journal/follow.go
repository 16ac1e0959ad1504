package journal

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"

	"wsc-respond/session"
)

// ErrWriterGone says that no console has the followed session open any more,
// and that it was not closed. Another console may resume it.
var ErrWriterGone = errors.New("no console has this session open at the moment")

// Follow yields the events of a session from sequence number from on, and
// waits for new ones until the context ends. Only durable events are shown.
//
// It ends after the closing event, without an error. Of the errors only
// ErrWriterGone is not the end: who goes on ranging after it waits for the
// session to be resumed. It comes once each time.
func Follow(ctx context.Context, dir string, from uint64) iter.Seq2[session.Event, error] {
	return func(yield func(session.Event, error) bool) {
		r, err := openReader(dir)
		if err != nil {
			yield(session.Event{}, err)
			return
		}
		defer r.Close()
		// Watching begins before reading: nothing falls in between.
		changes := watch(r.folder.path)
		defer changes.close()
		f := &follower{reader: r, from: from, walker: newWalker(r.folder.pathOf(FileName), nil)}
		f.run(ctx, changes, yield)
	}
}

// follower reads what was added since it last looked.
type follower struct {
	reader *Reader
	walker *walker
	from   uint64
	closed bool // the last event closes the session
	gone   bool // it was told that nobody writes
}

func (f *follower) run(ctx context.Context, changes *watcher, yield func(session.Event, error) bool) {
	for {
		// Asked before reading: what a writer wrote before it went is read.
		live := f.reader.Live()
		if more, err := f.catchUp(ctx, yield); err != nil {
			yield(session.Event{}, err)
			return
		} else if !more || f.closed {
			return
		}
		if !live && !f.gone && !yield(session.Event{}, ErrWriterGone) {
			return
		}
		f.gone = !live
		if err := changes.wait(ctx); err != nil {
			yield(session.Event{}, err)
			return
		}
	}
}

// catchUp yields everything that is new, and reports false when nobody wants
// more.
func (f *follower) catchUp(ctx context.Context, yield func(session.Event, error) bool) (bool, error) {
	w := f.walker
	size, err := f.newSize()
	if err != nil || size == w.end {
		return true, err
	}
	w.resume(io.NewSectionReader(f.reader.file, w.end, size-w.end))
	for {
		if err := ctx.Err(); err != nil {
			return true, err
		}
		e, err := w.next()
		if errors.Is(err, io.EOF) {
			return true, nil
		}
		if err != nil {
			return true, err
		}
		f.closed = e.Kind() == session.KindClosed
		if e.Seq >= f.from && !yield(e, nil) {
			return false, nil
		}
	}
}

// newSize is how far the file can be read now.
func (f *follower) newSize() (int64, error) {
	r := f.reader
	if err := r.folder.isRegular(r.file, FileName); err != nil {
		return 0, fmt.Errorf("follow the session file %s: %w", r.folder.pathOf(FileName), err)
	}
	info, err := r.file.Stat()
	if err != nil {
		return 0, fmt.Errorf("follow the session file %s: %w", r.folder.pathOf(FileName), err)
	}
	if info.Size() == f.walker.end {
		return info.Size(), nil
	}
	if info.Size() < f.walker.end {
		return 0, fmt.Errorf("follow the session file %s: events that were shown are gone from it; "+
			"it has %d bytes and had %d", r.folder.pathOf(FileName), info.Size(), f.walker.end)
	}
	return r.durableSize()
}
