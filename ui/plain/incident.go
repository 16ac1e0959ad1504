package plain

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"wsc-respond/session"
	"wsc-respond/steps"
)

// milestone records that one was reached, now or at a time.
func (c *console) milestone(ctx context.Context, rest string) error {
	name, text, given := cutAt(rest, "at")
	when, err := time.Time{}, error(nil)
	if given {
		when, err = session.ParseWhen(text, c.wall())
	}
	if err != nil {
		return err
	}
	return c.reach(ctx, name, when)
}

// reach records a milestone; what follows its name is a note.
func (c *console) reach(ctx context.Context, rest string, when time.Time) error {
	name, note := cutWord(rest)
	if name == "" {
		return errForm
	}
	recorded, err := c.Session.Reach(ctx, steps.Milestone(strings.ToLower(name)), when, note)
	c.saved(recorded)
	return err
}

// sayClock says how a clock stands: "12 min 05 s left of 30 minutes".
func sayClock(k session.Clock) string {
	target := steps.Seconds(k.Target / time.Second)
	switch k.Word() {
	case session.ClockStops:
		text := "took " + session.Span(k.Took) + " of " + target.String()
		if k.Target == 0 {
			text = "took " + session.Span(k.Took) + ", to be done at once"
		}
		if k.Missed() {
			text += ", too late"
		}
		return text
	case session.ClockAtOnce:
		return "to be done at once"
	case session.ClockOverdue:
		return "OVER by " + session.Span(-k.Left) + " of " + target.String()
	case session.ClockWarns:
		return "only " + session.Span(k.Left) + " left of " + target.String()
	}
	return session.Span(k.Left) + " left of " + target.String()
}

// sayReminder says when a waiting step is to be looked at.
func (c *console) sayReminder(k session.Clock) string {
	if k.Left < 0 {
		return "reminder was due at " + c.at(k.Due)
	}
	return "reminder at " + c.at(k.Due)
}

func (c *console) clocks(context.Context, string) error {
	now := c.now()
	c.out.say("It is %s.", c.at(now.Wall))
	if elapsed, ok := c.State.Elapsed(now); ok {
		c.out.say("Time since it was noticed: %s.", session.Span(elapsed))
	}
	for _, k := range c.State.Clocks(now) {
		switch {
		case k.Group == session.WaitClock:
			c.out.say("%s: %s", k.Name, c.sayReminder(k))
		case k.Stopped || k.Target == 0:
			c.out.say("%s: %s", k.Name, sayClock(k))
		default:
			c.out.say("%s: %s, due %s", k.Name, sayClock(k), c.at(k.Due))
		}
		if k.Group == session.LegalClock && !k.Stopped {
			c.out.item("when the report was made, write: stop-clock %s", k.Name)
		}
	}
	return nil
}

// warn tells of each clock, once, that its last quarter has begun.
func (c *console) warn() {
	for _, k := range c.State.Clocks(c.now()) {
		key := fmt.Sprint(k.ID, " ", k.From, " ", k.Target)
		if k.Group == session.WaitClock || k.Word() != session.ClockWarns || c.warned[key] {
			continue
		}
		c.warned[key] = true
		c.out.say("clock %s: %s", k.Name, sayClock(k))
	}
}

func (c *console) stopClock(ctx context.Context, rest string) error {
	name, note := because(rest)
	if name == "" {
		return errForm
	}
	var names []string
	for _, k := range c.State.Clocks(c.now()) {
		if k.Group != session.LegalClock {
			continue
		}
		names = append(names, k.Name)
		if strings.EqualFold(k.Name, name) || strings.EqualFold(k.ID, name) {
			recorded, err := c.Session.StopClock(ctx, k.ID, note)
			c.saved(recorded)
			return err
		}
	}
	if len(names) == 0 {
		return errors.New("no reporting clock runs")
	}
	return fmt.Errorf("there is no reporting clock %q; there are: %s", name, strings.Join(names, ", "))
}

// reclassify changes types and severity. Types may be several, with commas
// between them. A session in triage is classified by it.
func (c *console) reclassify(ctx context.Context, rest string) error {
	what, reason := because(rest)
	words := strings.Fields(what)
	if len(words) == 0 || len(words) > 2 || reason == "" {
		return errForm
	}
	types := slices.DeleteFunc(strings.Split(words[0], ","), func(t string) bool { return t == "" })
	level := c.State.Severity
	if len(words) == 2 {
		level = steps.ParseLevel(words[1])
	}
	if level == "" {
		level = c.State.Runbook.Levels()[0].Level // doubt raises the severity
	}
	var recorded []session.Recorded
	var err error
	if c.State.Triage() {
		recorded, err = c.Session.Classify(ctx, session.Classified{Types: types, Severity: level,
			Because: []session.Because{{Said: reason, Types: types, Severity: level}}})
	} else {
		recorded, err = c.Session.Reclassify(ctx, types, level, reason)
	}
	return c.replanned(recorded, err)
}

func (c *console) widen(ctx context.Context, rest string) error {
	incident, reason := because(rest)
	if incident == "" || reason == "" {
		return errForm
	}
	recorded, err := c.Session.Widen(ctx, incident, reason)
	return c.replanned(recorded, err)
}

// replanned says that steps may be addressed otherwise now.
func (c *console) replanned(recorded []session.Recorded, err error) error {
	c.saved(recorded)
	if err == nil {
		c.out.say("The plan has changed, and with it how steps are written. list shows it.")
	}
	return err
}

func (c *console) role(ctx context.Context, rest string) error {
	name, role := person(rest)
	if name == "" {
		return errForm
	}
	recorded, err := c.Session.TakeRole(ctx, name, role)
	c.saved(recorded)
	return err
}

func (c *console) transfer(ctx context.Context, rest string) error {
	to, role := person(rest)
	if to == "" {
		return errForm
	}
	recorded, err := c.Session.Transfer(ctx, to, role)
	c.saved(recorded)
	return err
}

// close ends the incident. Where something is open, it says so first.
func (c *console) close(ctx context.Context, rest string) error {
	if open := c.open(); len(open) > 0 && !c.closing {
		c.closing = true
		c.out.say("Before it is closed:")
		for _, what := range open {
			c.out.item("%s", what)
		}
		c.out.say("To close it all the same, write close once more.")
		return nil
	}
	recorded, err := c.Session.Close(ctx, rest)
	c.saved(recorded)
	if err != nil {
		return err
	}
	c.out.say("The session is closed: %d events, head %s", c.State.Events, c.State.Last.Hash)
	c.out.say("wsc-respond report %s prints the report; verify checks the record.", c.State.Session)
	c.over = true
	return nil
}

// open is what the record does not know yet, in words.
func (c *console) open() []string {
	var open []string
	for _, r := range c.State.RunningNow() {
		open = append(open, commandName(r.Command)+" is still running")
	}
	left := 0
	for _, p := range places(c.State) {
		if st := c.State.Step(p.ref).Status; p.step.For(c.roleName()) && st != session.Done && st != session.Skipped {
			left++
		}
	}
	if left > 0 {
		open = append(open, count(left, "step is", "steps are")+" neither done nor skipped; list shows them")
	}
	for _, n := range c.State.Notices {
		if len(n.Sent) == 0 {
			open = append(open, fmt.Sprintf("the notice #%d, %s, was not sent", n.Seq, n.Draft.Title))
		}
	}
	for _, m := range []steps.Milestone{steps.Began, steps.Contained, steps.Recovered} {
		if _, known := c.State.MilestoneAt(m); !known {
			open = append(open, fmt.Sprintf("nobody said when it %s; write: milestone %s at TIME", past(m), m))
		}
	}
	return open
}

// past is a milestone as it stands after "when it".
func past(m steps.Milestone) string {
	if m == steps.Began {
		return "began"
	}
	return "was " + string(m)
}
