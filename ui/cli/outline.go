package cli

import (
	"fmt"
	"io"
	"strings"

	"wsc-respond/steps"
	"wsc-respond/steps/safe"
)

// outline prints rows with their place in the source at the right.
type outline struct{ w io.Writer }

// placeColumn is where the places stand.
const placeColumn = 64

func (o outline) line(depth int, text string, at steps.Pos) {
	row := strings.Repeat("  ", depth) + safe.Line(strings.TrimSpace(text))
	if at.File != "" {
		row = safe.Truncate(row, placeColumn-2, "…")
		row += strings.Repeat(" ", max(1, placeColumn-safe.Width(row))) + safe.Line(fmt.Sprintf("%s:%d", at.File, at.Line))
	}
	fmt.Fprintln(o.w, row)
}

func (o outline) incident(inc *steps.Incident) {
	if len(inc.Phases) == 0 {
		return
	}
	o.line(0, inc.ID+" "+inc.Title, inc.At)
	for _, ind := range inc.Indicators {
		o.line(1, "sign: "+ind.Text, ind.At)
	}
	for _, phase := range inc.Phases {
		title := phase.Title
		if phase.Within > 0 {
			title += " (within " + phase.Within.String() + ")"
		}
		o.line(1, title, phase.At)
		for _, step := range phase.Steps {
			o.step(step)
		}
	}
}

func (o outline) step(step steps.Step) {
	number := "-"
	if step.Number > 0 {
		number = fmt.Sprint(step.Number)
	}
	text := number + " " + step.Title
	if len(step.Roles) > 0 {
		text += " [" + strings.Join(step.Roles, ", ") + "]"
	}
	o.line(2, text, step.At)
	for _, c := range step.Commands {
		o.command(4, c)
	}
}

func (o outline) command(depth int, c steps.Command) {
	o.line(depth, fmt.Sprintf("%s (%s)  %s", c.Name, c.Risk, steps.Gist(c.Shell)), c.At)
}

// tables prints what a runbook says in rows: how bad an incident can be, who
// does what, and by when.
func (o outline) tables(rb *steps.Runbook) {
	o.line(0, "Severities", steps.Pos{})
	for _, s := range rb.Severities {
		o.line(1, string(s.Level)+": "+s.Response.String(), s.At)
	}
	o.line(0, "RACI", steps.Pos{})
	for _, a := range rb.RACI {
		o.line(1, a.Activity+": "+lettersOf(a), a.At)
	}
	o.line(0, "Metrics", steps.Pos{})
	for _, m := range rb.Metrics {
		o.line(1, m.Name+": "+m.Target.String(), m.At)
	}
	o.line(0, "Legal clocks", steps.Pos{})
	for _, c := range rb.LegalClocks {
		state := "off"
		if c.On {
			state = "on"
		}
		o.line(1, c.Name+" (within "+c.Within.String()+"): "+state, c.At)
	}
}

// lettersOf are the roles of an activity with their letters, in the order of
// the columns.
func lettersOf(a steps.Activity) string {
	var parts []string
	for _, role := range a.Order {
		if letters := a.Roles[role]; letters != "" {
			parts = append(parts, role+" "+letters)
		}
	}
	return strings.Join(parts, ", ")
}

func (o outline) contacts(all []steps.Contact) {
	o.line(0, "Contacts", steps.Pos{})
	for _, c := range all {
		text := c.Role + ": " + c.Contact
		if !c.Filled {
			text = c.Role + ": not filled in"
		}
		o.line(1, text, c.At)
	}
}

func (o outline) notices(all []steps.Template) {
	o.line(0, "Notices", steps.Pos{})
	for _, t := range all {
		o.line(1, t.ID+"  "+t.Title, t.At)
	}
}

// asked prints what the console asks for: the questions that tell incident
// types apart, and the inputs of commands.
func (o outline) asked(rb *steps.Runbook) {
	o.line(0, "Questions", steps.Pos{})
	for _, q := range rb.Questions {
		o.line(1, q.Ask, q.At)
	}
	for _, inc := range rb.Incidents {
		for _, q := range inc.Questions {
			o.line(1, inc.ID+": "+q.Ask, q.At)
		}
	}
	o.line(0, "Inputs", steps.Pos{})
	for _, in := range rb.Inputs {
		o.line(1, in.Name+" "+string(in.Kind)+" "+in.Default, in.At)
	}
}

func (o outline) reference(groups []steps.ReferenceGroup) {
	o.line(0, "Commands to look up", steps.Pos{})
	for _, g := range groups {
		o.line(1, g.Group, steps.Pos{})
		for _, c := range g.Commands {
			o.command(2, c)
		}
	}
}

func orNone(title string) string {
	if title == "" {
		return "a runbook without a title"
	}
	return title
}
