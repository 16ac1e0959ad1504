package ui

import (
	"context"
	"fmt"
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"wsc-respond/session"
	"wsc-respond/steps"
	"wsc-respond/steps/safe"
	"wsc-respond/ui/dialog"
	"wsc-respond/ui/pane"
)

// This file holds what the console asks by itself after something was done:
// the milestone at the end of a phase, and the values that a command yields.

// stepClosed asks for the milestone that a step which was done or skipped
// leads to. Where there is none, it tells that the phase is complete.
func (c *console) stepClosed(ref session.Ref) tea.Cmd {
	m := c.state.AskMilestone(ref)
	if m == "" {
		c.tellPhaseEnd(ref)
		return nil
	}
	return c.askLater(dialog.NewPhaseEnd(c.closedNow(ref), m, c.wall), func(a dialog.Action) tea.Cmd {
		return c.milestoneAnswered(a, ref)
	})
}

// completed is the title of a step's phase, if that is complete.
func (c *console) completed(ref session.Ref) (title string, ok bool) {
	incident, _, _ := ref.Parts()
	p, ok := c.state.Runbook.PhaseOf(ref)
	if !ok || !c.state.PhaseComplete(incident, *p) {
		return "", false
	}
	return p.Title, true
}

// closedNow says what came to its end with a step: its phase, or only the step
// itself.
func (c *console) closedNow(ref session.Ref) string {
	if title, ok := c.completed(ref); ok {
		return title + " is complete"
	}
	title := string(ref)
	if step, ok := c.state.Runbook.Step(ref); ok {
		title = step.Title
	}
	if c.state.Step(ref).Status == session.Skipped {
		return fmt.Sprintf("\"%s\" is skipped", title)
	}
	return fmt.Sprintf("\"%s\" is done", title)
}

// tellPhaseEnd tells where to go on after a phase.
func (c *console) tellPhaseEnd(ref session.Ref) {
	title, ok := c.completed(ref)
	if !ok || c.state.Step(ref).Status == session.Todo {
		return
	}
	text := title + " is complete."
	here := slices.IndexFunc(c.plan.phases, func(p phase) bool {
		return slices.ContainsFunc(p.steps, func(st planned) bool { return st.ref == ref })
	})
	if here >= 0 && here == c.choice.phase && here+1 < len(c.plan.phases) {
		text = title + " is complete; tab goes to " + c.plan.phases[here+1].title + "."
	}
	c.tell(pane.Info, text)
}

// milestoneAnswered records the milestone, or what is missing for it.
func (c *console) milestoneAnswered(a dialog.Action, ref session.Ref) tea.Cmd {
	switch a := a.(type) {
	case dialog.MilestoneGiven:
		return c.record("the milestone", func(ctx context.Context, s *session.Session) ([]session.Recorded, error) {
			return s.Reach(ctx, a.Milestone, a.When, a.Note)
		}, nil)
	case dialog.NotYet:
		if a.Why == "" {
			return nil
		}
		text := fmt.Sprintf("Not %s yet: %s", a.Milestone, a.Why)
		return c.record("the note", func(ctx context.Context, s *session.Session) ([]session.Recorded, error) {
			return s.Note(ctx, session.Observation, text, ref, time.Time{})
		}, nil)
	}
	return nil
}

// ended follows the end of a command: its output is shown, and what it yields
// is offered.
func (c *console) ended(started uint64) tea.Cmd {
	run := c.runOf(started)
	if run == nil || run.Ended == 0 {
		return nil
	}
	command, ok := c.state.Runbook.Command(run.Command)
	if !ok || run.Result.Outcome != session.Exited || !command.Expected(run.Result.Exit) {
		return c.wantOutput()
	}
	return tea.Batch(c.wantOutput(), c.readOffers(run, command))
}

func (c *console) runOf(started uint64) *session.RunState {
	for i := len(c.state.Runs) - 1; i >= 0; i-- {
		if c.state.Runs[i].Started == started {
			return c.state.Runs[i]
		}
	}
	return nil
}

// offersMsg is what a command has for the inputs that it yields.
type offersMsg struct {
	command session.Ref
	offers  []session.Offer
}

// readOffers reads what a command has for inputs.
func (c *console) readOffers(run *session.RunState, command *steps.Command) tea.Cmd {
	if len(command.Yields) == 0 || c.following() {
		return nil
	}
	s, folder, started, ref := c.opened.Session, c.opened.Folder, run.Started, run.Command
	return func() tea.Msg { return offersMsg{command: ref, offers: s.Offers(started, folder)} }
}

// offered asks, in one question for all of them, whether the values are to be
// taken over.
func (c *console) offered(msg offersMsg) tea.Cmd {
	_, _, command := msg.command.Parts()
	if why := session.NotOffered(msg.offers); why != "" {
		c.tell(pane.Info, fmt.Sprintf("%s offers no value for: %s.", command, why))
	}
	news := slices.DeleteFunc(msg.offers, func(o session.Offer) bool { return o.Why != "" || o.Same })
	if len(news) == 0 {
		return nil
	}
	title := fmt.Sprintf("Set %s from the output of %s?", safe.Line(news[0].Name), safe.Line(command))
	body := []string{safe.Text(news[0].Value)}
	if len(news) > 1 {
		title, body = fmt.Sprintf("Set these %d values from the output of %s?", len(news), safe.Line(command)), nil
		for _, o := range news {
			body = append(body, safe.Line(o.Name)+" = "+safe.Text(o.Value))
		}
	}
	return c.askLater(dialog.NewQuestion("yield", title, body...), func(a dialog.Action) tea.Cmd {
		if answer, ok := a.(dialog.Answered); !ok || !answer.Yes {
			return nil
		}
		return c.takeOver(msg.command, news)
	})
}

// takeOver records the values, each by itself: one that is refused keeps no
// other from being set.
func (c *console) takeOver(from session.Ref, offers []session.Offer) tea.Cmd {
	var cmds []tea.Cmd
	for _, o := range offers {
		cmds = append(cmds, c.record("the value of "+o.Name, func(ctx context.Context, s *session.Session) ([]session.Recorded, error) {
			return s.SetInput(ctx, o.Name, o.Value, string(from))
		}, nil))
	}
	return tea.Batch(cmds...)
}
