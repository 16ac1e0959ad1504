package journal

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"wsc-respond/session"
)

// followed is what one turn of Follow gave.
type followed struct {
	event session.Event
	err   error
}

// followIn starts to follow a session. The channel closes when Follow ends.
func followIn(t *testing.T, dir string, from uint64) (<-chan followed, context.CancelFunc) {
	t.Helper()
	ctx, stop := context.WithTimeout(t.Context(), time.Minute)
	t.Cleanup(stop)
	turns := make(chan followed)
	go func() {
		defer close(turns)
		for e, err := range Follow(ctx, dir, from) {
			turns <- followed{e, err}
		}
	}()
	return turns, stop
}

func wantEvent(t *testing.T, turns <-chan followed, seq uint64) {
	t.Helper()
	if got := <-turns; got.err != nil || got.event.Seq != seq {
		t.Fatalf("event %d, %v; want event %d", got.event.Seq, got.err, seq)
	}
}

func TestAFollowerSeesEventsUntilTheSessionIsClosed(t *testing.T) {
	j := create(t, 3)
	turns, _ := followIn(t, j.Dir(), 2)
	wantEvent(t, turns, 2)
	wantEvent(t, turns, 3)
	for n := uint64(4); n <= 8; n++ {
		appendEvents(t, j, n)
		wantEvent(t, turns, n)
	}
	last := testEvent(9)
	last.Data = &session.Closed{Count: 9}
	if _, _, err := j.Append(t.Context(), 8, last); err != nil {
		t.Fatal(err)
	}
	wantEvent(t, turns, 9)
	if got, more := <-turns; more {
		t.Errorf("after the closing event came %+v", got)
	}
}

func TestAFollowerIsToldThatTheWriterIsGoneAndWaitsForTheNext(t *testing.T) {
	j := create(t, 1)
	turns, _ := followIn(t, j.Dir(), 1)
	wantEvent(t, turns, 1)
	appendEvents(t, j, 2)
	check(t, j.Close())
	wantEvent(t, turns, 2)
	if got := <-turns; !errors.Is(got.err, ErrWriterGone) {
		t.Fatalf("%+v", got)
	}
	again := open(t, j.Dir())
	appendEvents(t, again, 3)
	wantEvent(t, turns, 3)
	check(t, again.Close())
	if got := <-turns; !errors.Is(got.err, ErrWriterGone) {
		t.Fatalf("%+v", got)
	}
}

func TestAFollowerDoesNotShowHalfALine(t *testing.T) {
	j := create(t, 2)
	e := testEvent(3)
	e.Seq, e.Prev = 3, j.Head().Hash
	line, err := session.EncodeLine(e)
	if err != nil {
		t.Fatal(err)
	}
	turns, _ := followIn(t, j.Dir(), 1)
	wantEvent(t, turns, 1)
	wantEvent(t, turns, 2)
	for _, piece := range [][]byte{line[:100], line[100:], {'\n'}} {
		select {
		case got := <-turns:
			t.Fatalf("shown was %+v", got)
		default:
		}
		if _, err := j.file.Write(piece); err != nil {
			t.Fatal(err)
		}
	}
	wantEvent(t, turns, 3)
}

func TestFollowingEndsWithAnError(t *testing.T) {
	tests := map[string]struct {
		change func(t *testing.T, dir string, stop func())
		want   error
	}{
		"the context ends":     {func(_ *testing.T, _ string, stop func()) { stop() }, context.Canceled},
		"the file is removed":  {func(t *testing.T, dir string, _ func()) { check(t, os.Remove(filepath.Join(dir, FileName))) }, os.ErrNotExist},
		"the file is replaced": {func(t *testing.T, dir string, _ func()) { replace(t, filepath.Join(dir, FileName)) }, errReplaced},
		"the file is cut":      {func(t *testing.T, dir string, _ func()) { check(t, os.Truncate(filepath.Join(dir, FileName), 10)) }, nil},
		"a bad line comes": {func(t *testing.T, dir string, _ func()) {
			path := filepath.Join(dir, FileName)
			text := must(os.ReadFile(path))
			check(t, os.WriteFile(path, append(text, "nonsense\n"...), 0o600))
		}, nil},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			j := create(t, 1)
			turns, stop := followIn(t, j.Dir(), 1)
			wantEvent(t, turns, 1)
			tc.change(t, j.Dir(), stop)
			got := <-turns
			if got.err == nil || tc.want != nil && !errors.Is(got.err, tc.want) {
				t.Errorf("%+v", got)
			}
			if got, more := <-turns; more {
				t.Errorf("it went on with %+v", got)
			}
		})
	}
}

func replace(t *testing.T, path string) {
	t.Helper()
	check(t, os.WriteFile(path+"~", must(os.ReadFile(path)), 0o600))
	check(t, os.Rename(path+"~", path))
}

func TestAFollowerWithoutInotifyLooksByItself(t *testing.T) {
	w := &watcher{changed: make(chan struct{}), every: time.Millisecond}
	defer w.close()
	if err := w.wait(t.Context()); err != nil {
		t.Error(err)
	}
}
