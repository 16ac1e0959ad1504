package ui

import (
	"context"
	"fmt"

	tea "charm.land/bubbletea/v2"

	"wsc-respond/session"
	"wsc-respond/steps"
	"wsc-respond/steps/safe"
	"wsc-respond/ui/dialog"
	"wsc-respond/ui/pane"
)

// openChosen opens the step under the cursor, or takes the chosen command of
// the open step to the gate.
func (c *console) openChosen() tea.Cmd {
	if !c.choice.inside {
		c.openAt(true)
		return c.wantOutput()
	}
	step, ok := c.openStep()
	switch {
	case !ok:
		return nil
	case c.choice.item < len(step.Commands):
		return c.propose(c.choice.open.Command(step.Commands[c.choice.item].Name), "")
	case step.Notice != "" && len(step.Checks) == 0:
		return c.fillNotice(step.Notice)
	case len(step.Checks) == 0:
		c.tell(pane.Info, "This step has nothing to run; space marks it done.")
	default:
		return c.done()
	}
	return nil
}

// done ticks the chosen check of the open step, or marks the step done.
func (c *console) done() tea.Cmd {
	ref, step, ok := c.subject()
	if !ok {
		return nil
	}
	if i := c.choice.item - len(step.Commands); c.choice.inside && i >= 0 && i < len(step.Checks) {
		return c.toggle(ref, step.Checks[i])
	}
	return c.record("that the step is done", func(ctx context.Context, s *session.Session) ([]session.Recorded, error) {
		return s.Done(ctx, ref, "")
	}, func() tea.Cmd { return c.stepClosed(ref) })
}

// toggle ticks a check, or clears it again.
func (c *console) toggle(ref session.Ref, check steps.Check) tea.Cmd {
	_, ticked := c.state.Step(ref).Checks[check.ID]
	return c.record("the tick", func(ctx context.Context, s *session.Session) ([]session.Recorded, error) {
		return s.TickCheck(ctx, ref, check.ID, !ticked)
	}, nil)
}

// undo reopens the step.
func (c *console) undo() tea.Cmd {
	ref, step, ok := c.subject()
	if !ok {
		return nil
	}
	if c.state.Step(ref).Status == session.Todo {
		c.tell(pane.Info, "This step is open; there is nothing to take back.")
		return nil
	}
	ask := dialog.NewReason(dialog.ReopenStep, ref, "Reopen "+stepName(step), "Why is it open again?")
	return c.ask(ask, c.reasonGiven)
}

// skip leaves the step out, for a reason.
func (c *console) skip() tea.Cmd {
	ref, step, ok := c.subject()
	if !ok {
		return nil
	}
	ask := dialog.NewReason(dialog.SkipStep, ref, "Skip "+stepName(step), "Why is it left out?")
	return c.ask(ask, c.reasonGiven)
}

// reasonGiven does what the reason was asked for.
func (c *console) reasonGiven(a dialog.Action) tea.Cmd {
	given, ok := a.(dialog.ReasonGiven)
	if !ok {
		return nil
	}
	switch given.For {
	case dialog.SkipStep:
		return c.record("that the step is skipped", func(ctx context.Context, s *session.Session) ([]session.Recorded, error) {
			return s.Skip(ctx, given.Ref, given.Reason)
		}, func() tea.Cmd { return c.stepClosed(given.Ref) })
	case dialog.ReopenStep:
		return c.record("that the step is open again", func(ctx context.Context, s *session.Session) ([]session.Recorded, error) {
			return s.Reopen(ctx, given.Ref, given.Reason)
		}, nil)
	case dialog.StopClock:
		return c.record("that the clock is stopped", func(ctx context.Context, s *session.Session) ([]session.Recorded, error) {
			return s.StopClock(ctx, string(given.Ref), given.Reason)
		}, nil)
	case dialog.CloseSession:
		return c.closeSession(given.Reason)
	}
	return nil
}

// wait lets the step wait for something.
func (c *console) wait() tea.Cmd {
	ref, step, ok := c.subject()
	if !ok {
		return nil
	}
	return c.ask(dialog.NewWait(ref, stepName(step), c.wall), func(a dialog.Action) tea.Cmd {
		set, ok := a.(dialog.WaitSet)
		if !ok {
			return nil
		}
		return c.record("what the step waits for", func(ctx context.Context, s *session.Session) ([]session.Recorded, error) {
			return s.Wait(ctx, set.Step, set.For, set.Until)
		}, nil)
	})
}

// stepName is a step as sentences name it.
func stepName(step *steps.Step) string {
	if step.Number > 0 {
		return fmt.Sprintf("%d %s", step.Number, safe.Line(step.Title))
	}
	return safe.Line(step.Title)
}
