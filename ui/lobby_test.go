package ui

import (
	"context"
	"errors"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"wsc-respond/session"
	"wsc-respond/session/sessiontest"
	"wsc-respond/ui/theme"
)

// lobby opens the console before a session.
func lobby(t *testing.T, sessions ...OpenSession) (*desk, *Lobby) {
	t.Helper()
	inner := sit(t, 80, 24) // what New and Resume open
	l := &Lobby{Sessions: sessions, Start: session.Intake{Runbook: sample(), CodeName: "cobalt-heron"}, Login: "alice",
		New:    func(context.Context, session.Intake) (*Opened, error) { return inner.c.opened, nil },
		Resume: func(context.Context, string) (*Opened, error) { return inner.c.opened, nil },
		Follow: func(context.Context, string) (*Opened, error) { return inner.c.opened, nil }}
	d := &desk{t: t, clock: sessiontest.NewClock(), log: inner.log, msgs: make(chan tea.Msg, 100)}
	ctx, cancel := context.WithCancel(t.Context())
	t.Cleanup(cancel)
	d.c = newConsole(ctx, Options{Lobby: l, Time: d.clock, Theme: theme.Options{NoColor: true}})
	d.give(tea.WindowSizeMsg{Width: 80, Height: 24})
	return d, l
}

func TestAnOpenSessionIsResumed(t *testing.T) {
	d, _ := lobby(t, OpenSession{Name: "2026-11-22-cobalt-heron", CodeName: "cobalt-heron", Plan: "INC-1 critical", By: "alice", Elapsed: 35 * time.Minute, Status: "lost its terminal at 03:25:11"})
	d.sees("Open sessions", "cobalt-heron", "lost its terminal")
	d.give(keyOf("enter"))
	d.until("the session", func() bool { return d.c.opened != nil })
	d.sees("1 Isolate the key", "saved #3")
}

func TestWithoutAnOpenSessionTheQuestionsComeAtOnce(t *testing.T) {
	d, _ := lobby(t)
	d.sees("What have you seen?", "A key was seen outside")
	d.give(keyOf("ctrl+c"))
	d.until("the end", func() bool { return d.quit })
}

func TestTriageOpensASessionAtOnce(t *testing.T) {
	d, l := lobby(t)
	var got session.Intake
	open := l.New
	l.New = func(ctx context.Context, in session.Intake) (*Opened, error) { got = in; return open(ctx, in) }
	d.give(keyOf("t"))
	for range 8 { // through what is asked of a person in a hurry
		if d.c.opened != nil || d.c.opening {
			break
		}
		d.give(keyOf("enter"))
	}
	d.until("the session", func() bool { return d.c.opened != nil })
	if !got.Triage {
		t.Errorf("the intake is %+v", got)
	}
}

func TestASessionThatCannotBeOpenedComesBackToTheLobby(t *testing.T) {
	d, l := lobby(t, OpenSession{Name: "x", CodeName: "cobalt-heron", Elapsed: -1})
	l.Resume = func(context.Context, string) (*Opened, error) {
		return nil, errors.New("the session is open in another console")
	}
	d.give(keyOf("enter"))
	d.until("the reason", func() bool { return len(d.c.messages) > 0 })
	d.sees("It could not be opened: the session is open in another console.", "Open sessions")
}
