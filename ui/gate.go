package ui

import (
	"context"
	"slices"

	tea "charm.land/bubbletea/v2"

	"wsc-respond/session"
	"wsc-respond/steps"
	"wsc-respond/ui/dialog"
	"wsc-respond/ui/pane"
)

// proposedMsg is a command as the gate would show it.
type proposedMsg struct {
	proposal session.Proposal
	text     string // the edited text; empty for the runbook's own
	err      error
}

// propose takes a command to the gate: what is missing is asked for first.
func (c *console) propose(ref session.Ref, text string) tea.Cmd {
	if c.following() {
		c.tell(pane.Info, "You are following, read-only; no command runs from here.")
		return nil
	}
	if c.readOnly != nil {
		c.tell(pane.Warn, "No command runs while the record cannot be written.")
		return nil
	}
	ctx, s := c.ctx, c.opened.Session
	return func() tea.Msg {
		p, err := s.Propose(ctx, ref, text)
		return proposedMsg{proposal: p, text: text, err: err}
	}
}

// proposed asks for the first missing input, or opens the gate.
func (c *console) proposed(msg proposedMsg) tea.Cmd {
	if msg.err != nil {
		c.failed("the command", msg.err)
		return nil
	}
	if c.dialogs.open != nil {
		return nil // something else was opened meanwhile; the person asks again
	}
	if len(msg.proposal.Missing) > 0 {
		return c.askInput(msg.proposal.Missing[0], "", "", func() tea.Cmd {
			return c.propose(msg.proposal.Command, msg.text)
		})
	}
	return c.ask(dialog.NewGate(msg.proposal, c.state), c.gateAnswered)
}

// askInput asks for the value of an input until it is one that fits, and then
// goes on.
func (c *console) askInput(in steps.Input, current, problem string, then func() tea.Cmd) tea.Cmd {
	return c.ask(dialog.NewAskValue(in, current, problem), func(a dialog.Action) tea.Cmd {
		given, ok := a.(dialog.InputGiven)
		if !ok {
			return nil
		}
		return c.setInput(in, given, then)
	})
}

// setInput records a value. One that does not fit is asked for again, with the
// reason.
func (c *console) setInput(in steps.Input, given dialog.InputGiven, then func() tea.Cmd) tea.Cmd {
	again := given.Value
	if in.Secret {
		again = ""
	}
	return c.recordOr("the value of "+in.Name, func(ctx context.Context, s *session.Session) ([]session.Recorded, error) {
		return s.SetInput(ctx, given.Name, given.Value, given.From)
	}, then, func(problem string) tea.Cmd {
		return c.askInput(in, again, problem, then)
	})
}

// gateAnswered acts on the answer at the gate.
func (c *console) gateAnswered(a dialog.Action) tea.Cmd {
	switch a := a.(type) {
	case dialog.GateYes:
		return c.run(a)
	case dialog.GateNo:
		return c.record("the no", func(ctx context.Context, s *session.Session) ([]session.Recorded, error) {
			return s.Decline(ctx, a.Proposal, "")
		}, nil)
	case dialog.GateSkip:
		return c.record("the no", func(ctx context.Context, s *session.Session) ([]session.Recorded, error) {
			return s.Decline(ctx, a.Proposal, a.Reason)
		}, nil)
	case dialog.GateElsewhere:
		return c.record("that it ran elsewhere", func(ctx context.Context, s *session.Session) ([]session.Recorded, error) {
			return s.RanElsewhere(ctx, a.Proposal, a.Where, a.Exit, a.Result)
		}, nil)
	case dialog.GateEdited:
		return c.propose(a.Command, a.Text)
	}
	return nil
}

// run makes the yes and the start durable, starts the command, and follows it.
func (c *console) run(yes dialog.GateYes) tea.Cmd {
	var run session.Run
	var started uint64
	interactive := yes.Proposal.Interactive || yes.Interactive
	return c.record("the yes", func(ctx context.Context, s *session.Session) ([]session.Recorded, error) {
		ticket, events, err := s.Confirm(ctx, yes.Proposal, session.Yes{Typed: yes.Typed, Interactive: yes.Interactive})
		if err != nil {
			return events, err
		}
		var more []session.Recorded
		run, more, err = s.Start(ctx, ticket)
		if len(more) > 0 {
			started = more[0].Event.Seq
		}
		return append(events, more...), err
	}, func() tea.Cmd {
		if interactive {
			return c.attach(run, started)
		}
		return tea.Batch(c.await(started), c.poll())
	})
}

// cancel stops the command of the open step, or the only one that runs.
func (c *console) cancel() tea.Cmd {
	run := c.runToCancel()
	if run == nil {
		c.tell(pane.Info, "No command is running here.")
		return nil
	}
	_, _, name := run.Command.Parts()
	ask := dialog.NewQuestion("cancel", "Stop "+name+"?",
		"It and everything that it started get SIGTERM, and SIGKILL two seconds later.",
		"What it wrote until then stays in the evidence.")
	return c.ask(ask, func(a dialog.Action) tea.Cmd {
		if answer, ok := a.(dialog.Answered); !ok || !answer.Yes {
			return nil
		}
		return c.stop(run.Started)
	})
}

func (c *console) stop(started uint64) tea.Cmd {
	s := c.opened.Session
	return func() tea.Msg {
		run, ok := s.Run(started)
		if !ok {
			return saidMsg{pane.Info, "The command has ended already."}
		}
		if err := run.Cancel(); err != nil {
			return saidMsg{pane.Danger, "The command was not stopped: " + err.Error() + "."}
		}
		return saidMsg{pane.Info, "Stopping it."}
	}
}

func (c *console) runToCancel() *session.RunState {
	if r := c.chosenRun(); r != nil && r.Running() {
		return r
	}
	i := slices.IndexFunc(c.outputs.running, func(r *session.RunState) bool { return r.Command.Step() == c.choice.open })
	switch {
	case i >= 0:
		return c.outputs.running[i]
	case len(c.outputs.running) > 0:
		return c.outputs.running[len(c.outputs.running)-1]
	}
	return nil
}
