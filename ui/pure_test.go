package ui

import (
	"context"
	"fmt"
	"iter"
	"sync/atomic"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"wsc-respond/session"
	"wsc-respond/session/sessiontest"
)

// outside counts every use of the world: the ports of the session, its clock,
// the evidence.
type outside struct {
	session.Ports
	uses atomic.Int64
}

func (o *outside) Append(ctx context.Context, after uint64, e session.Event) (session.Event, session.Receipt, error) {
	o.uses.Add(1)
	return o.Log.Append(ctx, after, e)
}

func (o *outside) Events(ctx context.Context, from uint64) iter.Seq2[session.Event, error] {
	o.uses.Add(1)
	return o.Log.Events(ctx, from)
}

func (o *outside) Head() session.Receipt { o.uses.Add(1); return o.Log.Head() }
func (o *outside) Close() error          { o.uses.Add(1); return o.Log.Close() }

func (o *outside) Start(ctx context.Context, t *session.Ticket) (session.Run, error) {
	o.uses.Add(1)
	return o.Runner.Start(ctx, t)
}

func (o *outside) Adopt(ctx context.Context, evidence string) (session.Run, error) {
	o.uses.Add(1)
	return o.Runner.Adopt(ctx, evidence)
}

func (o *outside) Remains(evidence string) (stdout, stderr session.Output) {
	o.uses.Add(1)
	return o.Runner.Remains(evidence)
}

func (o *outside) Now() session.Instant { o.uses.Add(1); return o.Time.Now() }

func (o *outside) Look(path string) (session.Seen, error) { o.uses.Add(1); return o.Host.Look(path) }
func (o *outside) Abs(dir, path string) (string, error)   { o.uses.Add(1); return o.Host.Abs(dir, path) }

func (o *outside) read(string, int64) ([]byte, error) { o.uses.Add(1); return []byte("text\n"), nil }

func TestUpdateAndViewTouchNothingOutside(t *testing.T) {
	d := sit(t, 120, 40)
	out := &outside{Ports: d.ports()}
	ports := out.Ports
	ports.Log, ports.Runner, ports.Host, ports.Time = out, out, out, out
	s, _, err := session.Resume(t.Context(), ports, sample(), sessiontest.Actor(), session.Resumed{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	state, events := foldAll(t, d.log)
	o := Options{Opened: &Opened{Session: s, State: state, Events: events, Read: out.read}, Time: out}
	c := newConsole(t.Context(), o)
	c.Init()

	before := out.uses.Load()
	check := func(what string) {
		t.Helper()
		if n := out.uses.Load(); n != before {
			t.Errorf("%s used the world %d times", what, n-before)
			before = n
		}
	}
	c.Update(tea.WindowSizeMsg{Width: 120, Height: 40})
	c.Update(tickMsg{now: c.now})
	for _, k := range []string{"j", "enter", "enter", "space", "n", "esc", "left", "u", "t", "esc", "C", "esc", "c", "esc", "?", "esc",
		"i", "esc", "m", "esc", "r", "esc", "M", "esc", "I", "esc", "R", "esc", "H", "esc", "O", "esc", "/", "esc", "x", "w", "esc", "s", "esc", "tab", "pgdown", "q"} {
		c.Update(keyOf(k)) // commands are made and not run
		check("the key " + k)
		c.View()
		check("drawing after " + k)
	}
	c.Update(liveMsg{lives: map[uint64]session.Live{4: {Lines: []session.LiveLine{{Text: "x"}}, For: time.Second}}})
	c.Update(recordedMsg{})
	c.View()
	check("a look at a command")
}

func foldAll(t testing.TB, log *sessiontest.Log) (*session.State, []session.Event) {
	t.Helper()
	state := session.NewState(sample())
	events := log.All()
	for _, e := range events {
		if err := state.Apply(e, session.Receipt{Seq: e.Seq}); err != nil {
			t.Fatal(err)
		}
	}
	return state, events
}

// manyEvents is a console on a session with n events, most of them notes, and
// commands that ran.
func manyEvents(tb testing.TB, n int) *console {
	tb.Helper()
	log, clock := &sessiontest.Log{}, sessiontest.NewClock()
	ports := session.Ports{Log: log, Time: clock, Runner: &sessiontest.Runner{}, Evidence: &sessiontest.Evidence{}, Host: sessiontest.Host{}}
	rb := sample()
	s, _, err := session.Begin(tb.Context(), ports, rb, sessiontest.Opening(rb))
	if err != nil {
		tb.Fatal(err)
	}
	state, events := foldAll(tb, log)
	by := sessiontest.Actor()
	for seq := state.Events + 1; seq <= uint64(n); seq++ {
		e := session.Event{Seq: seq, At: clock.Now().Wall, By: by, Data: &session.NoteAdded{Type: session.Observation, Text: fmt.Sprintf("note %d", seq)}}
		if seq%3 == 0 {
			e.Data = &session.Declined{Command: "INC-1/scope/scan", Shell: "x"}
		}
		if err := state.Apply(e, session.Receipt{Seq: seq}); err != nil {
			tb.Fatal(err)
		}
		events = append(events, e)
	}
	c := newConsole(tb.Context(), Options{Opened: &Opened{Session: s, State: state, Events: events}, Time: clock})
	c.Update(tea.WindowSizeMsg{Width: 120, Height: 40})
	c.View()
	return c
}

// A frame and a key cost the same with 100 events and with 100,000.
func BenchmarkViewByEvents(b *testing.B) {
	for _, n := range []int{100, 100_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			c := manyEvents(b, n)
			for b.Loop() {
				c.Update(keyOf("j"))
				c.View()
			}
		})
	}
}
