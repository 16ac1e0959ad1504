package plain

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"wsc-respond/session"
	"wsc-respond/session/report"
	"wsc-respond/steps"
)

// greet says where one is: incident, time, who works here, what stands out.
func (c *console) greet() {
	s := c.State
	drill := ""
	if s.Drill {
		drill = "DRILL. "
	}
	c.out.say("%s%s: %s", drill, s.CodeName, sayPlan(s))
	c.out.say("It is %s.%s", c.at(c.now().Wall), c.aware())
	by := c.Session.By()
	c.out.say("You are %s. The record is in %s, at event #%d %s.", who(by.Name, by.Role), c.Folder, s.Last.Seq, s.Last.Hash.Short())
	for _, say := range c.Say {
		c.out.say("%s", say)
	}
	for _, k := range s.Clocks(c.now()) {
		if k.Missed() && !k.Stopped {
			c.out.say("clock %s: %s", k.Name, sayClock(k))
		}
	}
	c.out.say("list shows the steps, help what can be written.")
}

func (c *console) aware() string {
	elapsed, ok := c.State.Elapsed(c.now())
	if !ok {
		return ""
	}
	return " It was noticed " + session.Span(elapsed) + " ago."
}

// sayPlan is what the incident is taken for.
func sayPlan(s *session.State) string {
	if s.Triage() {
		return "in triage, not classified yet"
	}
	var titles []string
	for _, inc := range s.Incidents() {
		titles = append(titles, inc.ID+" "+inc.Title)
	}
	text := strings.Join(titles, "; ")
	if s.Severity != "" {
		text += ", " + strings.ToUpper(string(s.Severity))
	}
	return text
}

// who is a person with their role.
func who(name, role string) string {
	if role == "" {
		return name
	}
	return name + ", " + role
}

// brief is the hand-over on one page, as the report has it.
func (c *console) brief(context.Context, string) error {
	for _, line := range report.Brief(c.State, c.now(), Width) {
		c.out.say("%s", line)
	}
	return nil
}

// timelineLength is how many rows timeline lists by itself.
const timelineLength = 20

func (c *console) timeline(_ context.Context, rest string) error {
	n := timelineLength
	if rest != "" {
		var err error
		if n, err = strconv.Atoi(rest); err != nil || n < 1 {
			return fmt.Errorf("%q is no count of events", rest)
		}
	}
	rows := session.Rows(c.Events, n)
	earlier := len(c.Events)
	for _, row := range rows {
		earlier -= len(row)
	}
	if earlier > 0 {
		c.out.say("%s earlier; timeline %d lists all.", count(earlier, "event is", "events are"), len(c.Events))
	}
	for _, row := range rows {
		c.out.say("%s", sayLine(c.State, row, c.now().Wall, c.Zone))
	}
	return nil
}

// sayLine is a row of events as a line of a timeline: number, time, who, what.
func sayLine(s *session.State, row []session.Event, now time.Time, zone *time.Location) string {
	e := row[len(row)-1]
	by := e.By.Name
	if e.By.Source == session.FromConsole {
		by = "console"
	}
	text := fmt.Sprintf("%s %s %s: %s", rowNumbers(row), sayTime(e.When(), now, zone), by, s.SayRow(row))
	if !e.Occurred.IsZero() {
		text += ", written down at " + sayTime(e.At, now, zone)
	}
	return text
}

func (c *console) contacts(context.Context, string) error {
	for _, k := range c.State.Runbook.Contacts {
		reach := k.Contact
		if !k.Filled {
			reach = "NOT FILLED IN"
		}
		text := fmt.Sprintf("%s, %s: %s", k.Group, k.Role, reach)
		if k.Notes != "" {
			text += ", " + k.Notes
		}
		c.out.say("%s", text)
	}
	return nil
}

func (c *console) reference(context.Context, string) error {
	group := ""
	for _, t := range c.targets() {
		if t.in != nil {
			continue
		}
		if _, g, _ := t.ref.Parts(); g != group {
			group = g
			c.out.say("%s:", group)
		}
		c.out.say("command %s, %s, %s%s", t.address, t.command.Name, t.command.Risk, c.lastEnd(t.ref))
		c.out.exact(t.command.Shell)
	}
	return nil
}

// foundLines is how many places find tells of each kind.
const foundLines = 20

// find looks for a text in steps, commands and the timeline, whatever its
// case.
func (c *console) find(_ context.Context, rest string) error {
	if rest == "" {
		return errForm
	}
	has := func(texts ...string) bool {
		return strings.Contains(strings.ToLower(strings.Join(texts, "\n")), strings.ToLower(rest))
	}
	var found []string
	for _, p := range places(c.State) {
		if has(p.step.Title, p.step.Prose) || hasCheck(p.step.Checks, has) {
			found = append(found, "step "+p.title())
		}
	}
	for _, t := range c.targets() {
		if has(t.command.Name, t.command.Shell) {
			found = append(found, "command "+t.address)
		}
	}
	found = c.first(found, "steps and commands")
	var events []string
	for _, e := range c.Events {
		if line := sayLine(c.State, []session.Event{e}, c.now().Wall, c.Zone); has(line) {
			events = append(events, line)
		}
	}
	found = append(found, c.first(events, "events")...)
	if len(found) == 0 {
		c.out.say("%q is nowhere in steps, commands or the timeline.", rest)
	}
	for _, line := range found {
		c.out.say("%s", line)
	}
	return nil
}

func hasCheck(checks []steps.Check, has func(...string) bool) bool {
	for _, check := range checks {
		if has(check.Text) {
			return true
		}
	}
	return false
}

// first keeps a list to what can be listened to.
func (c *console) first(lines []string, of string) []string {
	if len(lines) <= foundLines {
		return lines
	}
	return append(lines[:foundLines:foundLines], fmt.Sprintf("and %d more %s", len(lines)-foundLines, of))
}
