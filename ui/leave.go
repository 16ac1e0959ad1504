package ui

import (
	"context"
	"fmt"
	"sync"

	tea "charm.land/bubbletea/v2"

	"wsc-respond/session"
	"wsc-respond/steps/safe"
	"wsc-respond/ui/dialog"
)

// leaver records, once, that the console went away. It is called from the
// quit key, from a signal, and after a panic, whichever is first.
type leaver struct {
	mu     sync.Mutex
	opened *Opened
	left   bool
	err    error
}

// take says which session is to be left.
func (l *leaver) take(o *Opened) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.opened, l.left, l.err = o, false, nil
}

// leave records why the console goes away and lets the session go.
func (l *leaver) leave(why string) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.opened == nil || l.left {
		return l.err
	}
	l.left = true
	l.err = l.opened.Session.Leave(context.Background(), why)
	return l.err
}

// leftMsg says that the session was let go.
type leftMsg struct{}

// quit asks whether to leave, and says what goes on.
func (c *console) quit() tea.Cmd {
	if c.following() {
		return tea.Quit
	}
	rows := []dialog.Row{
		{Key: "leave", Text: "Leave the console", Below: "wsc-respond resume " + safe.Line(c.sessionName()) + " goes on where it was"},
		{Key: "stay", Text: "Stay"},
	}
	for _, r := range c.outputs.running {
		_, _, name := r.Command.Parts()
		rows[0].Below += fmt.Sprintf("; %s goes on, and its result will be in the record", safe.Line(name))
	}
	if len(c.outputs.running) == 0 && c.readOnly == nil && !c.state.Closed {
		rows = append(rows, dialog.Row{Key: "close", Text: "Close the incident", Below: "it is over; the last event carries the count of all"})
	}
	return c.ask(dialog.NewList("leave", "Leave? Nothing that was saved is lost.", rows), c.leaveAnswered)
}

func (c *console) leaveAnswered(a dialog.Action) tea.Cmd {
	chosen, ok := a.(dialog.RowChosen)
	if !ok {
		return nil
	}
	switch chosen.Key {
	case "leave":
		return c.leave()
	case "close":
		return c.ask(dialog.NewReason(dialog.CloseSession, "", "Close "+safe.Line(c.state.CodeName), "How did it end? One sentence for the record."), c.reasonGiven)
	}
	return nil
}

// leave records that the console goes away, after what waits to be recorded.
func (c *console) leave() tea.Cmd {
	c.leaving = true
	l := c.leaver
	goes := func() tea.Msg {
		_ = l.leave("quit") // Run returns it
		return leftMsg{}
	}
	if c.readOnly != nil {
		return goes
	}
	nothing := func(context.Context, *session.Session) ([]session.Recorded, error) { return nil, nil }
	return c.record("that you left", nothing, func() tea.Cmd { return goes })
}

// closeSession ends the incident, and leaves.
func (c *console) closeSession(summary string) tea.Cmd {
	return c.record("the end of the incident", func(ctx context.Context, s *session.Session) ([]session.Recorded, error) {
		return s.Close(ctx, summary)
	}, c.leave)
}

// session is the session that is, or was, open for writing; nil if there is
// none.
func (l *leaver) session() *Opened {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.opened
}
