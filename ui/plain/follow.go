package plain

import (
	"context"
	"fmt"
	"io"
	"iter"
	"time"

	"wsc-respond/session"
)

// Watching is what following a session starts with.
type Watching struct {
	// State is the fold of the events so far. It is folded on with those that
	// follow.
	State *session.State
	// Events are the events that follow, as they become durable. It blocks
	// until there is one, and ends with its context.
	Events iter.Seq2[session.Recorded, error]
	Out    io.Writer
	ASCII  bool
	Zone   *time.Location // as in [Options]
	// Now is the present: a time of another day is told with its date.
	Now func() time.Time
}

// Follow tells each event of a session in a line, as it becomes durable, and
// writes nothing to the session. It returns when the session was closed, when
// the context ended (nil), or with what kept it from reading on.
func Follow(ctx context.Context, w Watching) error {
	out := &printer{w: w.Out, ascii: w.ASCII}
	out.say("%s: %s. Following from event #%d %s; nothing is written.", w.State.CodeName, sayPlan(w.State), w.State.Last.Seq, w.State.Last.Hash.Short())
	for r, err := range w.Events {
		switch {
		case ctx.Err() != nil:
			return nil
		case err != nil:
			return fmt.Errorf("follow the session %s: %w", w.State.Session, err)
		}
		if err := w.State.Apply(r.Event, r.Receipt); err != nil {
			return fmt.Errorf("follow the session %s: %w", w.State.Session, err)
		}
		out.say("%s", sayLine(w.State, []session.Event{r.Event}, w.Now(), w.Zone))
		switch {
		case out.err != nil:
			return fmt.Errorf("write to the terminal: %w", out.err)
		case w.State.Closed:
			out.say("The session is closed: %d events, head %s", w.State.Events, w.State.Last.Hash)
			return nil
		}
	}
	return nil
}
