package ui

import (
	"fmt"
	"strings"

	"wsc-respond/session"
	"wsc-respond/steps"
	"wsc-respond/steps/safe"
	"wsc-respond/ui/layout"
	"wsc-respond/ui/pane"
)

// stepList is the list of the chosen phase.
func (c *console) stepList(s layout.Screen) pane.StepList {
	list := pane.StepList{Styles: c.styles, Cursor: c.choice.step, Focused: !c.choice.inside, Unfold: s.Kind == layout.Paged}
	if c.choice.phase >= len(c.plan.phases) {
		return list
	}
	ph := c.plan.phases[c.choice.phase]
	if ph.incident == nil {
		list.Empty = "Not classified yet. Note what you see, keep what may be lost, call whom you need; I names the incident."
	}
	for i, st := range ph.steps {
		row := pane.StepRow{Number: st.step.Number, Title: st.step.Title, Status: st.status, Running: st.runs}
		if list.Unfold {
			row.Note = c.stepNote(st)
		}
		if list.Unfold && i == c.choice.step {
			row.Items = c.items(st.ref, st.step)
			if c.choice.open == st.ref {
				list.Item = c.choice.item
			}
		}
		list.Rows = append(list.Rows, row)
	}
	return list
}

// stepNote is who closed the step and when, or what it is to the reader.
func (c *console) stepNote(st planned) string {
	state := c.state.Step(st.ref)
	when := pane.EventTime(state.At.When, c.now.Wall)
	if len(when) == len("15:04:05") {
		when = when[:len("15:04")]
	}
	switch st.status {
	case session.Done:
		return strings.TrimSpace(when + "  " + safe.Line(state.By.Name) + "  " + c.stepDigest(st))
	case session.Skipped:
		return "skipped  " + when + "  " + safe.Line(state.By.Name)
	case session.Waiting:
		return "waits for " + safe.Line(state.Reason)
	}
	short, _, _ := strings.Cut(c.raci(st.step), "  ")
	return short
}

// stepDigest is the beginning of the digest of the latest output of a step.
func (c *console) stepDigest(st planned) string {
	digest := ""
	var latest uint64
	for _, command := range st.step.Commands {
		r := c.outputs.last[st.ref.Command(command.Name)]
		if r != nil && r.Ended > latest && len(r.Result.Stdout.SHA256) >= 6 {
			latest, digest = r.Ended, r.Result.Stdout.SHA256[:6]
		}
	}
	return safe.Line(digest)
}

// raci is what the step is to the person's role: "you: R/A", or whom it
// belongs to.
func (c *console) raci(step *steps.Step) string {
	activity, ok := c.state.Runbook.Activity(step.Activity)
	if !ok || step.Activity == "" {
		return ""
	}
	letters := activity.Letters(c.me.Role)
	doers := safe.Line(strings.Join(activity.Doers(), ", "))
	switch {
	case c.me.Role == "" || letters == "":
		return "R/A: " + doers
	case strings.ContainsAny(letters, "RA"):
		return "you: " + safe.Line(letters) + "  " + safe.Line(c.me.Role)
	case strings.Contains(letters, "I"):
		return "you are informed here; R/A: " + doers
	default:
		return "you are consulted here; R/A: " + doers
	}
}

// items are the commands and checks of a step.
func (c *console) items(ref session.Ref, step *steps.Step) []pane.Item {
	items := make([]pane.Item, 0, len(step.Commands)+len(step.Checks))
	for i := range step.Commands {
		command := &step.Commands[i]
		items = append(items, pane.Item{Command: command.Name, Shell: command.Shell,
			State: itemState(c.outputs.last[ref.Command(command.Name)], command)})
	}
	checks := c.state.Step(ref).Checks
	for _, check := range step.Checks {
		_, ticked := checks[check.ID]
		items = append(items, pane.Item{Check: check.Text, Ticked: ticked})
	}
	return items
}

func itemState(r *session.RunState, command *steps.Command) pane.ItemState {
	switch {
	case r == nil:
		return pane.NotRun
	case r.Running():
		return pane.AtWork
	case r.Elsewhere != nil && r.Elsewhere.Exit != nil && !command.Expected(*r.Elsewhere.Exit):
		return pane.Failed
	case r.OutcomeUnknown():
		return pane.Elsewhere
	case r.Elsewhere != nil:
		return pane.Expected
	case r.Ended == 0:
		return pane.NotRun
	case r.Result.Outcome == session.Exited && command.Expected(r.Result.Exit) && r.Result.Missing == "":
		return pane.Expected
	}
	return pane.Failed
}

// stepPane is the open step.
func (c *console) stepPane() pane.Step {
	step, ok := c.openStep()
	if !ok {
		return pane.Step{Styles: c.styles}
	}
	ref := c.choice.open
	p := pane.Step{
		Styles: c.styles, Title: step.Title, RACI: c.raci(step), Focused: c.choice.inside,
		Items: c.items(ref, step), Item: c.choice.item, Top: c.choice.top,
		Inputs: c.stepInputs(step), Output: c.output(),
		Prose: c.prose.rows(step.Prose, c.proseWidth()),
	}
	if c.screen().Kind == layout.Paged {
		p.Title = stepName(step) // the list with its number is on another page
	}
	p.Waits = c.waits(ref)
	return p
}

// waits is what a step waits for, or why it was skipped.
func (c *console) waits(ref session.Ref) string {
	switch st := c.state.Step(ref); st.Status {
	case session.Waiting:
		text := "waits for " + safe.Line(st.Reason)
		if !st.Until.IsZero() {
			text += ", remind at " + st.Until.UTC().Format("2006-01-02 15:04 UTC")
		}
		return text
	case session.Skipped:
		return "skipped: " + safe.Line(st.Reason)
	}
	return ""
}

// stepInputs are the inputs that the step's commands read.
func (c *console) stepInputs(step *steps.Step) []pane.Input {
	var inputs []pane.Input
	seen := map[string]bool{}
	for _, command := range step.Commands {
		for _, name := range command.Variables {
			if seen[name] {
				continue
			}
			seen[name] = true
			if in, ok := c.input(name); ok {
				inputs = append(inputs, in)
			}
		}
	}
	return inputs
}

// input is how an input stands. What the console itself gives to commands, and
// what the machine's environment holds, is none.
func (c *console) input(name string) (pane.Input, bool) {
	in := c.declared(name)
	st, set := c.state.Inputs[name]
	switch {
	case set:
		return pane.Input{Name: name, Value: st.Value, Secret: st.Secret, Set: true}, true
	case in.At.Line == 0 && in.Ask == "" && in.Kind == "" && in.Default == "":
		return pane.Input{}, false
	}
	return pane.Input{Name: name, Value: in.Default, Secret: in.Secret, Set: in.Default != ""}, true
}

// output is the end of what the chosen command wrote; nil if it never ran.
func (c *console) output() *pane.Output {
	r := c.chosenRun()
	if r == nil {
		return nil
	}
	_, _, name := r.Command.Parts()
	o := &pane.Output{Styles: c.styles, Name: safe.Line(name)}
	if r.Elsewhere != nil {
		o.Result = "ran elsewhere"
		if r.Elsewhere.Where != "" {
			o.Result += " on " + safe.Line(r.Elsewhere.Where)
		}
		if exit := r.Elsewhere.Exit; exit != nil {
			o.Result += fmt.Sprintf(" %s exit %d", c.styles.Glyphs.Bullet, *exit)
		} else {
			o.Result += ", outcome not known"
		}
		command, ok := c.state.Runbook.Command(r.Command)
		o.Failed = ok && itemState(r, command) == pane.Failed
		o.Note = safe.Line(r.Elsewhere.Result)
		return o
	}
	if r.Started == 0 {
		return nil
	}
	if sh, ok := c.outputs.shown[r.Started]; ok {
		o.Rows, o.For, o.Silent, o.Bytes = sh.rows, sh.live.For, sh.live.Silent, sh.live.Stdout+sh.live.Stderr
		o.Note = safe.Line(sh.note)
	}
	command, _ := c.state.Runbook.Command(r.Command)
	o.Running = r.Running()
	if !o.Running {
		o.Result = safe.Line(r.Result.Sum())
		o.Failed = command != nil && itemState(r, command) == pane.Failed
		if o.Note == "" && r.Result.Stdout.Kept+r.Result.Stderr.Kept == 0 {
			o.Note = "It wrote nothing."
		}
	}
	return o
}

// The sizes that scrolling and wrapping need, from the same layout that draws.

func (c *console) stepArea() layout.Area {
	s := layout.Of(c.width, c.height, 0, layout.StepPage)
	if s.Kind == layout.TooSmall {
		s = layout.Of(layout.MinWidth, layout.MinHeight, 0, layout.StepPage)
	}
	return s.Step
}

func (c *console) outputWidth() int { return c.stepArea().Width - 1 }
func (c *console) proseWidth() int  { return c.stepArea().Width - 2 }

// stepHeight is how many rows of the open step's text are seen.
func (c *console) stepHeight() int {
	a := c.stepArea()
	_, seen := c.stepPane().Extent(a.Width, a.Height)
	return seen
}

// showItem moves the text so that the chosen item is seen.
func (c *console) showItem() {
	a := c.stepArea()
	c.choice.top = c.stepPane().TopFor(a.Width, a.Height)
}

// scroll moves the text of the open step.
func (c *console) scroll(by int) {
	a := c.stepArea()
	rows, seen := c.stepPane().Extent(a.Width, a.Height)
	last := max(rows-seen, 0)
	c.choice.top = min(max(c.choice.top+by, 0), last)
}
