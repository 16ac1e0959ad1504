package runner

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"wsc-respond/session"
)

// run is a command under its supervisor, whoever started that.
type run struct {
	runner      *Runner
	root        *os.Root
	base        string
	process     process
	interactive bool
	viewer      *viewer

	done   chan struct{}  // closed when result is there
	result session.Result // only after done
}

var _ session.Run = (*run)(nil)

// Live is what there is to show right now.
func (r *run) Live() session.Live {
	live := r.viewer.look()
	select {
	case <-r.done:
	default:
		return live
	}
	live.Ended = true
	live.For, live.Silent = r.result.Duration, 0
	live.Stdout, live.Stderr = r.result.Stdout.Bytes, r.result.Stderr.Bytes
	if len(live.Lines) == 0 && r.result.Tail != "" {
		for _, line := range strings.Split(strings.TrimSuffix(r.result.Tail, "\n"), "\n") {
			live.Lines = append(live.Lines, session.LiveLine{Text: line})
		}
		live.Lines = live.Lines[max(0, len(live.Lines)-liveLines):]
	}
	return live
}

// Wait returns the result when the command has ended. If its supervisor dies
// before it, the outcome is session.Unknown, with what remains of the output.
func (r *run) Wait(ctx context.Context) (session.Result, error) {
	select {
	case <-r.done:
		return r.result, nil
	case <-ctx.Done():
		return session.Result{}, ctx.Err()
	}
}

// Cancel tells the supervisor to end everything that the command started. A
// command that has ended already is no error.
func (r *run) Cancel() error {
	err := r.process.signal(unix.SIGUSR1)
	if err != nil && !errors.Is(err, errEnded) {
		return fmt.Errorf("stop %s: %w", r.base, err)
	}
	return nil
}

func (r *run) finish(result session.Result) {
	r.result = result
	r.viewer.close()
	close(r.done)
	_ = r.root.Close()
}

// await looks for the result until it is there, or nobody is left to write
// it.
func (r *run) await() {
	for pause := 2 * time.Millisecond; ; pause = min(2*pause, 100*time.Millisecond) {
		result, err := readResult(r.root, r.base)
		if err == nil {
			r.finish(result)
			return
		}
		if _, held, _ := holder(r.root, r.base); !held {
			r.finish(r.last(err))
			return
		}
		time.Sleep(pause)
	}
}

// last is the result of a run whose supervisor is gone. The result may have
// come between the two looks.
func (r *run) last(missing error) session.Result {
	result, err := readResult(r.root, r.base)
	if err == nil {
		return result
	}
	u := session.Result{Outcome: session.Unknown, Exit: -1, Detail: "its supervisor is gone, and nobody saw how it ended"}
	if !absent(missing) || !absent(err) {
		u.Detail = "its result cannot be read: " + err.Error()
	}
	u.Stdout, u.Stderr = remains(r.root, outName(r.base)), remains(r.root, errName(r.base))
	return u
}
