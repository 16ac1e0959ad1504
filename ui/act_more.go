package ui

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"wsc-respond/session"
	"wsc-respond/steps"
	"wsc-respond/ui/dialog"
	"wsc-respond/ui/pane"
	"wsc-respond/ui/term"
)

// note opens the form for a note about the step at hand.
func (c *console) note() tea.Cmd {
	ref, title := session.Ref(""), ""
	if at, step, ok := c.subject(); ok {
		ref, title = at, stepName(step)
	}
	return c.ask(dialog.NewNote(ref, title, c.wall), func(a dialog.Action) tea.Cmd {
		n, ok := a.(dialog.NoteWritten)
		if !ok {
			return nil
		}
		return c.record("the note", func(ctx context.Context, s *session.Session) ([]session.Recorded, error) {
			return s.Note(ctx, n.Type, n.Text, n.Step, n.When)
		}, nil)
	})
}

// hypotheses lists what is suspected, to be judged.
func (c *console) hypotheses() tea.Cmd {
	return c.ask(dialog.NewHypotheses(c.state), func(a dialog.Action) tea.Cmd {
		judged, ok := a.(dialog.HypothesisJudged)
		if !ok {
			return nil
		}
		return c.record("the hypothesis", func(ctx context.Context, s *session.Session) ([]session.Recorded, error) {
			return s.ChangeHypothesis(ctx, judged.Note, judged.State, judged.Why)
		}, nil)
	})
}

// notice opens the notice that the step fills, or the list of all.
func (c *console) notice() tea.Cmd {
	if _, step, ok := c.subject(); ok && step.Notice != "" {
		return c.fillNotice(step.Notice)
	}
	return c.ask(dialog.NewNotices(c.state, c.now), c.noticeAnswered)
}

func (c *console) fillNotice(template string) tea.Cmd {
	return c.ask(dialog.NewNotice(c.state, template, c.now), c.noticeAnswered)
}

func (c *console) noticeAnswered(a dialog.Action) tea.Cmd {
	switch a := a.(type) {
	case dialog.NoticeKept:
		return c.record("the notice", func(ctx context.Context, s *session.Session) ([]session.Recorded, error) {
			return s.Draft(ctx, a.Filled)
		}, c.noticeKept)
	case dialog.NoticeSent:
		return c.record("that the notice went out", func(ctx context.Context, s *session.Session) ([]session.Recorded, error) {
			return s.Sent(ctx, a.Draft, a.To, a.How)
		}, nil)
	case dialog.InputChosen:
		return c.changeInput(a.Name, func() tea.Cmd { return c.notice() })
	}
	return nil
}

// noticeKept says where the notice lies.
func (c *console) noticeKept() tea.Cmd {
	if n := len(c.state.Notices); n > 0 {
		c.tell(pane.Info, "The notice is kept as "+c.state.Notices[n-1].Draft.File+"; m marks it as sent.")
	}
	return nil
}

// reference lists the commands to look up.
func (c *console) reference() tea.Cmd {
	return c.ask(dialog.NewReference(c.state.Runbook), func(a dialog.Action) tea.Cmd {
		if chosen, ok := a.(dialog.CommandChosen); ok {
			return c.propose(chosen.Command, "")
		}
		return nil
	})
}

// changeInput asks for another value of an input, and then goes back to where
// it was chosen.
func (c *console) changeInput(name string, back func() tea.Cmd) tea.Cmd {
	in := c.declared(name)
	now := c.state.Inputs[name]
	return c.askInput(in, now.Value, "", back)
}

// takeEvidence asks for a file and copies it into the session.
func (c *console) takeEvidence(path, problem string) tea.Cmd {
	file := steps.Input{Name: "FILE", Ask: "Which file is to be taken into the evidence?", Kind: steps.KindFile, Example: "/var/log/auth.log"}
	return c.ask(dialog.NewAskValue(file, path, problem), func(a dialog.Action) tea.Cmd {
		given, ok := a.(dialog.InputGiven)
		if !ok {
			return nil
		}
		return c.recordOr("the evidence", func(ctx context.Context, s *session.Session) ([]session.Recorded, error) {
			return s.AddEvidence(ctx, given.Value, "")
		}, nil, func(problem string) tea.Cmd { return c.takeEvidence(given.Value, problem) })
	})
}

// milestone records that something was reached.
func (c *console) milestone() tea.Cmd {
	return c.ask(dialog.NewMilestones(c.state, c.wall), func(a dialog.Action) tea.Cmd {
		return c.milestoneAnswered(a, "")
	})
}

// classify names the incident anew, or adds a type to the plan.
func (c *console) classify() tea.Cmd {
	return c.ask(dialog.NewClassify(c.state), func(a dialog.Action) tea.Cmd {
		switch a := a.(type) {
		case dialog.Reclassify:
			return c.reclassify(a)
		case dialog.Widen:
			return c.record("the incident type", func(ctx context.Context, s *session.Session) ([]session.Recorded, error) {
				return s.Widen(ctx, a.Type, a.Reason)
			}, nil)
		}
		return nil
	})
}

func (c *console) reclassify(a dialog.Reclassify) tea.Cmd {
	triage := c.state.Triage()
	return c.record("the classification", func(ctx context.Context, s *session.Session) ([]session.Recorded, error) {
		if triage {
			why := []session.Because{{Said: a.Reason, Types: a.Types, Severity: a.Severity}}
			return s.Classify(ctx, session.Classified{Types: a.Types, Severity: a.Severity, Because: why})
		}
		return s.Reclassify(ctx, a.Types, a.Severity, a.Reason)
	}, func() tea.Cmd {
		c.choice = firstChoice(c.plan)
		return c.wantOutput()
	})
}

// takeRole says who works here from now on.
func (c *console) takeRole() tea.Cmd {
	return c.ask(dialog.NewRole(c.state.Runbook, c.me), func(a dialog.Action) tea.Cmd {
		taken, ok := a.(dialog.RoleTaken)
		if !ok {
			return nil
		}
		return c.record("the role", func(ctx context.Context, s *session.Session) ([]session.Recorded, error) {
			return s.TakeRole(ctx, taken.Name, taken.Role)
		}, nil)
	})
}

// handOver gives the command of the incident to somebody else.
func (c *console) handOver() tea.Cmd {
	return c.ask(dialog.NewHandOver(c.state), func(a dialog.Action) tea.Cmd {
		to, ok := a.(dialog.HandedOver)
		if !ok {
			return nil
		}
		return c.record("the hand-over", func(ctx context.Context, s *session.Session) ([]session.Recorded, error) {
			return s.Transfer(ctx, to.To, to.Role)
		}, nil)
	})
}

// copy sends a text to the terminal's clipboard, and keeps it in a file.
func (c *console) copy(text dialog.CopyText) tea.Cmd {
	clipboard, ctx := c.clipboard, c.ctx
	return func() tea.Msg { return sentMsg{text: text.Text, sent: clipboard.Send(ctx, text.Text)} }
}

// sent says what became of a text that was copied.
func (c *console) sent(msg sentMsg) tea.Cmd {
	c.forget(pane.Info)
	c.tell(pane.Info, capital(msg.sent.Say())+".")
	if msg.sent.Sequence {
		return tea.SetClipboard(msg.text)
	}
	return nil
}

// sentMsg says what became of a text that was to be copied.
type sentMsg struct {
	text string
	sent term.Sent
}
