package plain

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"wsc-respond/session"
	"wsc-respond/steps"
)

func (c *console) list(_ context.Context, rest string) error {
	stages := c.stages()
	if rest != "" {
		one, err := c.stage(rest)
		if err != nil {
			return err
		}
		stages = []stage{one}
	}
	if c.State.Triage() {
		c.out.say("This incident has no type yet. To give it one: reclassify TYPE because REASON")
	}
	for _, s := range stages {
		c.tellStage(s)
		c.tellSteps(s)
	}
	return nil
}

func (c *console) roleName() string { return c.Session.By().Role }

// standing says how a step stands, after its title: ": done at 03:21:04 UTC".
func (c *console) standing(p place) string {
	st := c.State.Step(p.ref)
	text := ""
	switch st.Status {
	case session.Todo:
		if n := len(p.step.Checks); n > 0 && len(st.Checks) > 0 {
			return fmt.Sprintf(": %d of %s ticked", len(st.Checks), count(n, "check", "checks"))
		}
		return ""
	case session.Done:
		text = ": done at " + c.at(st.At.When) + " by " + st.By.Name
	case session.Skipped:
		text = ": skipped because " + st.Reason
	case session.Waiting:
		text = ": waits for " + st.Reason
		if !st.Until.IsZero() {
			text += ", reminder at " + c.at(st.Until)
		}
	}
	return text
}

func (c *console) phase(_ context.Context, rest string) error {
	s, err := c.stage(rest)
	if err != nil {
		return err
	}
	c.tellStage(s)
	if s.phase.Prose != "" {
		c.out.block(s.phase.Prose)
	}
	for _, p := range s.places {
		if !p.step.For(c.roleName()) {
			continue
		}
		c.out.item("%s%s", p.title(), c.standing(p))
		if n := len(p.step.Checks); n > 0 {
			c.out.item("  %s", count(n, "check", "checks"))
		}
		for _, command := range p.step.Commands {
			c.out.item("  run %s", c.addressOf(p.ref.Command(command.Name)))
		}
	}
	return nil
}

func (c *console) show(_ context.Context, rest string) error {
	p, err := c.step(rest)
	if err != nil {
		return err
	}
	c.shown = p.ref
	c.out.say("step %s%s", p.title(), c.standing(p))
	c.tellRACI(p)
	if p.step.Prose != "" {
		c.out.block(p.step.Prose)
	}
	for i, check := range p.step.Checks {
		word := "open"
		if _, ticked := c.State.Step(p.ref).Checks[check.ID]; ticked {
			word = "ticked"
		}
		c.out.say("check %s.%d, %s: %s", p.label, i+1, word, check.Text)
	}
	for _, command := range p.step.Commands {
		c.tellCommand(p.ref.Command(command.Name), command)
	}
	if p.step.Notice != "" {
		c.out.say("It sends a notice. To see it: notice %s", p.step.Notice)
	}
	if p.step.Waits && c.State.Step(p.ref).Status == session.Todo {
		c.out.say("It may have to wait. To be reminded: wait %s for WHAT until TIME", p.label)
	}
	return nil
}

// tellRACI says who does the step and what the person here has to do with it.
func (c *console) tellRACI(p place) {
	a, ok := c.State.Runbook.Activity(p.step.Activity)
	if !ok {
		return
	}
	text := "R or A: " + strings.Join(a.Doers(), ", ")
	if letters := a.Letters(c.roleName()); letters != "" {
		text = "you: " + letters + "; " + text
	}
	c.out.item("%s", text)
}

// tellCommand says what a command is and how it last ended.
func (c *console) tellCommand(ref session.Ref, command steps.Command) {
	c.out.say("command %s, %s%s", c.addressOf(ref), command.Risk, c.lastEnd(ref))
	c.out.exact(command.Shell)
}

func (c *console) lastEnd(ref session.Ref) string {
	r := c.State.LastRun(ref)
	switch {
	case r == nil:
		return ""
	case r.Running():
		return ", running since " + c.at(r.StartedAt.Wall)
	case r.OutcomeUnknown():
		return ", ran elsewhere, outcome not known"
	case r.Elsewhere != nil:
		return fmt.Sprintf(", ran elsewhere: exit %d", *r.Elsewhere.Exit)
	case r.Ended != 0:
		return ", " + r.Result.Sum()
	}
	return ""
}

func (c *console) done(ctx context.Context, rest string) error {
	word, note := cutWord(rest)
	p, err := c.step(word)
	if err != nil {
		return err
	}
	return c.mark(p, func() ([]session.Recorded, error) { return c.Session.Done(ctx, p.ref, note) })
}

func (c *console) skip(ctx context.Context, rest string) error {
	word, reason := because(rest)
	p, err := c.step(word)
	if err != nil {
		return err
	}
	return c.mark(p, func() ([]session.Recorded, error) { return c.Session.Skip(ctx, p.ref, reason) })
}

// mark records that a step is done or skipped, says what that completes, and
// asks for the milestone that comes with it.
func (c *console) mark(p place, record func() ([]session.Recorded, error)) error {
	complete := c.State.PhaseComplete(p.incident.ID, *p.phase)
	recorded, err := record()
	c.saved(recorded)
	if err != nil {
		return err
	}
	if open := len(p.step.Checks) - len(c.State.Step(p.ref).Checks); open > 0 {
		c.out.say("%s not ticked: show %s lists them.", count(open, "check of this step is", "checks of this step are"), p.label)
	}
	if !complete && c.State.PhaseComplete(p.incident.ID, *p.phase) {
		c.out.say("%s is complete.", p.phase.Title)
	}
	if m := c.State.AskMilestone(p.ref); m != "" {
		c.out.say("Is the incident %s? If it is, write: milestone %s", m, m)
		c.out.item("If it is not, write down what is missing: note TEXT")
	}
	return nil
}

func (c *console) wait(ctx context.Context, rest string) error {
	word, what, ok := cutAt(rest, "for")
	if !ok {
		return errForm
	}
	p, err := c.step(word)
	if err != nil {
		return err
	}
	var until time.Time
	if before, text, given := cutAtLast(what, "until"); given {
		if until, err = session.ParseUntil(text, c.wall()); err != nil {
			return err
		}
		what = before
	}
	recorded, err := c.Session.Wait(ctx, p.ref, what, until)
	c.saved(recorded)
	return err
}

func (c *console) undo(ctx context.Context, rest string) error {
	word, reason := because(rest)
	p, err := c.step(word)
	if err != nil {
		return err
	}
	recorded, err := c.Session.Reopen(ctx, p.ref, reason)
	c.saved(recorded)
	return err
}

func (c *console) tick(ctx context.Context, rest string) error   { return c.check(ctx, rest, true) }
func (c *console) untick(ctx context.Context, rest string) error { return c.check(ctx, rest, false) }

// check reads "2.1", the first check of step 2. Ids may hold dots, so the last
// one counts.
func (c *console) check(ctx context.Context, rest string, ticked bool) error {
	i := strings.LastIndexByte(rest, '.')
	if i < 0 {
		return errForm
	}
	p, err := c.step(rest[:i])
	if err != nil {
		return err
	}
	k, err := strconv.Atoi(rest[i+1:])
	if err != nil || k < 1 || k > len(p.step.Checks) {
		return fmt.Errorf("step %s has no check %q; it has %s", p.title(), rest[i+1:], count(len(p.step.Checks), "check", "checks"))
	}
	recorded, err := c.Session.TickCheck(ctx, p.ref, p.step.Checks[k-1].ID, ticked)
	c.saved(recorded)
	return err
}
