package ui

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"wsc-respond/session"
	"wsc-respond/steps/safe"
	"wsc-respond/ui/dialog"
	"wsc-respond/ui/pane"
)

// This file holds what the console asks by itself after something was done:
// the milestone at the end of a phase, and the value that a command yields.

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
	cmds := []tea.Cmd{c.wantOutput()}
	for _, name := range slices.Sorted(maps.Keys(command.Yields)) {
		cmds = append(cmds, c.readYield(run, name, command.Yields[name]))
	}
	return tea.Batch(cmds...)
}

func (c *console) runOf(started uint64) *session.RunState {
	for i := len(c.state.Runs) - 1; i >= 0; i-- {
		if c.state.Runs[i].Started == started {
			return c.state.Runs[i]
		}
	}
	return nil
}

// yieldMsg is the value that a command offers for an input.
type yieldMsg struct {
	command session.Ref
	name    string
	value   string
	err     error
}

// yieldLimit is the longest value that is taken from an output.
const yieldLimit = 64 << 10

// readYield reads the value that a command offers. What it writes to a file
// is offered as that file's name.
func (c *console) readYield(run *session.RunState, name, source string) tea.Cmd {
	msg := yieldMsg{command: run.Command, name: name, value: source}
	if source != "stdout" {
		return func() tea.Msg { return msg }
	}
	out, read := run.Result.Stdout, c.opened.Read
	if read == nil || out.Kept == 0 || out.Kept > yieldLimit {
		return nil
	}
	return func() tea.Msg {
		text, err := read(out.File, yieldLimit)
		msg.value, msg.err = session.Yielded(string(text)), err
		return msg
	}
}

// yielded asks whether the value is to be taken over.
func (c *console) yielded(msg yieldMsg) tea.Cmd {
	_, _, command := msg.command.Parts()
	if msg.err != nil {
		c.tell(pane.Warn, fmt.Sprintf("%s was not set: the output of %s could not be read: %v.", msg.name, command, msg.err))
		return nil
	}
	if now, set := c.state.Inputs[msg.name]; msg.value == "" || (set && now.Value == msg.value) {
		return nil
	}
	title := fmt.Sprintf("Set %s from the output of %s?", safe.Line(msg.name), safe.Line(command))
	return c.askLater(dialog.NewQuestion("yield", title, safe.Text(msg.value)), func(a dialog.Action) tea.Cmd {
		if answer, ok := a.(dialog.Answered); !ok || !answer.Yes {
			return nil
		}
		return c.record("the value of "+msg.name, func(ctx context.Context, s *session.Session) ([]session.Recorded, error) {
			return s.SetInput(ctx, msg.name, msg.value, string(msg.command))
		}, nil)
	})
}
