package runner

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"time"

	"golang.org/x/sys/unix"

	"wsc-respond/session"
	"wsc-respond/session/evidence"
)

// ErrElsewhere says that a command's supervisor runs on another machine that
// shares the session folder.
var ErrElsewhere = errors.New("its supervisor runs on another machine")

// Adopt finds a command that an earlier console started: the supervisor that
// still has it, or the result that it left. session.ErrGone says that there is
// neither, or that the result cannot be read, and the text says what is wrong
// with it; [Runner.Remains] then tells what is left of the output. After any
// other error, ErrElsewhere among them, nothing is known: the command may still
// be at work.
func (r *Runner) Adopt(ctx context.Context, base string) (session.Run, error) {
	root, err := r.open(base)
	if err != nil {
		return nil, fmt.Errorf("look for the command: %w", err)
	}
	adopted := &run{runner: r, root: root, base: base, done: make(chan struct{})}
	if err := adopted.find(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("look for the supervisor of %s: %w", base, err), root.Close())
	}
	return adopted, nil
}

// find connects the run to its supervisor or to its result.
func (r *run) find(ctx context.Context) error {
	for pause := time.Millisecond; ; pause = min(2*pause, 50*time.Millisecond) {
		result, err := readResult(r.root, r.base)
		if err == nil {
			r.viewer = newViewer(nil)
			r.finish(result)
			return nil
		}
		rec, held, lockErr := holder(r.root, r.base)
		switch {
		case lockErr != nil:
			return lockErr
		case !held:
			return r.gone()
		case rec != nil:
			return r.join(*rec)
		}
		// The supervisor has the lock and has not written yet who it is.
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(pause):
		}
	}
}

// gone says that nobody has the run. The result may have come since it was
// looked for. One that cannot be read stays where it is.
func (r *run) gone() error {
	result, err := readResult(r.root, r.base)
	if absent(err) {
		_ = r.root.Remove(partName(r.base))
		_ = r.root.Remove(socketName(r.base))
		return session.ErrGone
	}
	if err != nil {
		return fmt.Errorf("%w: %w", session.ErrGone, err)
	}
	r.viewer = newViewer(nil)
	r.finish(result)
	return nil
}

// join takes up a supervisor that is at work.
func (r *run) join(rec record) error {
	if rec.Boot != bootID() {
		return ErrElsewhere
	}
	r.process, r.interactive = rec.Process, rec.Interactive
	// Without a live view the command can still be waited for and stopped.
	live, _ := os.Open(fmt.Sprintf("/proc/%d/fd/%d", rec.Process.PID, rec.LiveFD))
	r.viewer = newViewer(live)
	go r.await()
	return nil
}

// holder reports whether a supervisor holds the lock of a run, and who it is,
// as soon as it has said so.
func holder(root *os.Root, base string) (rec *record, held bool, err error) {
	f, err := evidence.Open(root, lockName(base))
	if absent(err) {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, err
	}
	defer f.Close()
	err = unix.Flock(int(f.Fd()), unix.LOCK_SH|unix.LOCK_NB)
	if err == nil {
		return nil, false, nil
	}
	if !errors.Is(err, unix.EWOULDBLOCK) {
		return nil, false, fmt.Errorf("ask for the lock of %s: %w", base, err)
	}
	rec = new(record)
	if json.NewDecoder(f).Decode(rec) != nil {
		return nil, true, nil
	}
	return rec, true, nil
}

func writeRecord(f *os.File, rec record) error {
	content, err := json.Marshal(rec)
	if err != nil {
		return err
	}
	if _, err := f.WriteAt(append(content, '\n'), 0); err != nil {
		return fmt.Errorf("write who holds the lock: %w", err)
	}
	return nil
}
