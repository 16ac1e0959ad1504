package ui

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"wsc-respond/ui/dialog"
	"wsc-respond/ui/pane"
)

// The lobby is what stands before a session: the open ones to choose from,
// and the questions of a new incident. It is made of dialogs alone; when none
// is left, the program ends.

// showLobby opens the list of open sessions, or, where there is none, the
// questions.
func (c *console) showLobby() tea.Cmd {
	if len(c.opts.Lobby.Sessions) == 0 {
		return c.showIntake()
	}
	return c.ask(dialog.NewSessions(c.opts.Lobby.Sessions, c.wall), func(a dialog.Action) tea.Cmd {
		switch a := a.(type) {
		case dialog.ResumeChosen:
			return c.openSession(func(ctx context.Context) (*Opened, error) { return c.opts.Lobby.Resume(ctx, a.Session) })
		case dialog.FollowChosen:
			return c.openSession(func(ctx context.Context) (*Opened, error) { return c.opts.Lobby.Follow(ctx, a.Session) })
		case dialog.NewChosen:
			return c.showIntake()
		}
		return tea.Quit
	})
}

// showIntake asks the questions of a new incident.
func (c *console) showIntake() tea.Cmd {
	start := dialog.IntakeStart{Intake: c.opts.Lobby.Start, Login: c.opts.Lobby.Login, Now: c.wall}
	return c.ask(dialog.NewIntake(start), func(a dialog.Action) tea.Cmd {
		done, ok := a.(dialog.IntakeDone)
		if !ok {
			return tea.Quit
		}
		c.intake = &done.Intake
		return c.openSession(func(ctx context.Context) (*Opened, error) { return c.opts.Lobby.New(ctx, done.Intake) })
	})
}

// openedMsg is a session that was opened, or why it was not.
type openedMsg struct {
	opened *Opened
	err    error
}

func (c *console) openSession(open func(context.Context) (*Opened, error)) tea.Cmd {
	c.opening = true
	ctx := c.ctx
	return func() tea.Msg {
		o, err := open(ctx)
		return openedMsg{opened: o, err: err}
	}
}

// sessionOpened takes the session up. Where it could not be opened the lobby
// comes back, with what was answered.
func (c *console) sessionOpened(msg openedMsg) tea.Cmd {
	c.opening = false
	if msg.err == nil {
		c.enter(msg.opened)
		return c.takeUp()
	}
	c.tell(pane.Danger, "It could not be opened: "+msg.err.Error()+".")
	if c.intake != nil {
		c.opts.Lobby.Start = *c.intake
		return c.showIntake()
	}
	return c.showLobby()
}
