package ui

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	tea "charm.land/bubbletea/v2"

	"wsc-respond/session"
	"wsc-respond/session/report"
	"wsc-respond/steps"
	"wsc-respond/ui/dialog"
	"wsc-respond/ui/keys"
	"wsc-respond/ui/pane"
)

func (c *console) showContacts() tea.Cmd {
	return c.ask(dialog.NewContacts(c.state.Runbook), nil)
}

func (c *console) showHelp() tea.Cmd {
	mode := keys.Console
	if c.following() {
		mode = keys.Follower
	}
	return c.ask(dialog.NewHelp(mode), nil)
}

// timelineShown is how many events the list of the timeline holds. A report
// has all.
const timelineShown = 3000

// showTimeline lists the events, the newest first. A row leads to the form
// that corrects it.
func (c *console) showTimeline() tea.Cmd {
	rows := make([]dialog.Row, 0, min(len(c.timeline.events), timelineShown)+1)
	for _, e := range slices.Backward(c.timeline.events) {
		if len(rows) == timelineShown {
			rows = append(rows, dialog.Row{Fixed: true, Text: fmt.Sprintf("%d earlier events are in the report: wsc-respond report %s", e.Seq, c.sessionName())})
			break
		}
		rows = append(rows, c.eventRow(e))
	}
	return c.ask(dialog.NewList("timeline", "Timeline", rows), c.timelineAnswered)
}

func (c *console) eventRow(e session.Event) dialog.Row {
	row := timelineRow(c.state, e)
	text := pane.EventTime(row.At, c.now.Wall) + "  " + row.Who + "  " + row.Text
	below := ""
	if row.Late {
		below = "recorded at " + e.At.UTC().Format("2006-01-02 15:04:05 UTC")
	}
	return dialog.Row{Key: strconv.FormatUint(e.Seq, 10), Text: text, Detail: "#" + strconv.FormatUint(e.Seq, 10), Below: below}
}

// timelineAnswered asks what is to be corrected about an event.
func (c *console) timelineAnswered(a dialog.Action) tea.Cmd {
	chosen, ok := a.(dialog.RowChosen)
	if !ok || c.following() {
		return nil
	}
	seq, err := strconv.ParseUint(chosen.Key, 10, 64)
	if err != nil || seq == 0 || seq > uint64(len(c.timeline.events)) {
		return nil
	}
	e := c.timeline.events[seq-1]
	text := c.state.Say(e)
	if note, ok := e.Data.(*session.NoteAdded); ok {
		text = note.Text
	}
	return c.ask(dialog.NewAmend(seq, text), func(a dialog.Action) tea.Cmd {
		amended, ok := a.(dialog.Amended)
		if !ok {
			return nil
		}
		return c.record("the correction", func(ctx context.Context, s *session.Session) ([]session.Recorded, error) {
			return s.Amend(ctx, amended.Of, amended.Text, amended.Reason)
		}, nil)
	})
}

// showClocks lists all clocks. One that counts to a report can be stopped
// there.
func (c *console) showClocks() tea.Cmd {
	var rows []dialog.Row
	for _, clock := range c.state.Clocks(c.now) {
		rows = append(rows, clockRow(clock))
	}
	return c.ask(dialog.NewList("clocks", "Clocks, from when somebody became aware", rows), func(a dialog.Action) tea.Cmd {
		chosen, ok := a.(dialog.RowChosen)
		if !ok || c.following() {
			return nil
		}
		return c.ask(dialog.NewReason(dialog.StopClock, session.Ref(chosen.Key), "Stop a clock", "What was done, and where is it on file?"), c.reasonGiven)
	})
}

func clockRow(clock session.Clock) dialog.Row {
	row := dialog.Row{Key: clock.ID, Text: clock.Name, Fixed: clock.Group != session.LegalClock || clock.Stopped}
	switch {
	case clock.Stopped && clock.Target > 0:
		row.Detail = "took " + pane.Coarse(clock.Took) + " of " + pane.Coarse(clock.Target)
	case clock.Stopped:
		row.Detail = "took " + pane.Coarse(clock.Took)
	case clock.Target == 0:
		row.Detail = "at once"
	case clock.Left < 0:
		row.Detail = "over " + pane.Left(clock.Left)
	default:
		row.Detail = pane.Left(clock.Left) + " left"
	}
	if !clock.Stopped && clock.Target > 0 {
		row.Below = "due " + clock.Due.UTC().Format("2006-01-02 15:04 UTC")
	}
	return row
}

// showBrief shows how things stand on one screen, as somebody reads it who
// takes over.
func (c *console) showBrief() tea.Cmd {
	lines := report.Brief(c.state, c.now, c.width-dialog.Margins)
	return c.ask(dialog.NewPager("Action brief", strings.Join(lines, "\n")), nil)
}

// find asks for a text and goes to the first place that holds it.
func (c *console) find() tea.Cmd {
	return c.ask(dialog.NewFind(c.found), func(a dialog.Action) tea.Cmd {
		text, ok := a.(dialog.FindText)
		if !ok || strings.TrimSpace(text.Text) == "" {
			return nil
		}
		c.found = strings.TrimSpace(text.Text)
		return c.findNext()
	})
}

// findNext goes to the next step that holds the text, from the one under the
// cursor on and around. Where no step does, the events that do are listed.
func (c *console) findNext() tea.Cmd {
	if c.found == "" {
		return c.find()
	}
	places := c.places()
	from := slices.IndexFunc(places, func(p place) bool { return p.phase == c.choice.phase && p.step == c.choice.step })
	for i := range places {
		p := places[(from+1+i)%len(places)]
		item, ok := holds(c.plan.phases[p.phase].steps[p.step].step, c.found)
		if !ok {
			continue
		}
		c.choice = choice{phase: p.phase, at: c.plan.phases[p.phase].steps[p.step].ref, step: p.step}
		c.openAt(false)
		c.choice.item = max(item, 0)
		return c.wantOutput()
	}
	return c.findEvents()
}

// place is a step's place in the plan.
type place struct{ phase, step int }

func (c *console) places() []place {
	var all []place
	for i, ph := range c.plan.phases {
		for j := range ph.steps {
			all = append(all, place{i, j})
		}
	}
	return all
}

// holds reports whether a step holds a text, and which of its items does; -1
// is none of them.
func holds(step *steps.Step, text string) (item int, ok bool) {
	for i, command := range step.Commands {
		if contains(command.Name, text) || contains(command.Shell, text) {
			return i, true
		}
	}
	for i, check := range step.Checks {
		if contains(check.Text, text) {
			return len(step.Commands) + i, true
		}
	}
	return -1, contains(step.Title, text) || contains(step.Prose, text)
}

func contains(in, text string) bool {
	return strings.Contains(strings.ToLower(in), strings.ToLower(text))
}

func (c *console) findEvents() tea.Cmd {
	var rows []dialog.Row
	for _, e := range slices.Backward(c.timeline.events) {
		if len(rows) < timelineShown && contains(c.state.Say(e), c.found) {
			rows = append(rows, c.eventRow(e))
		}
	}
	if len(rows) == 0 {
		c.tell(pane.Info, fmt.Sprintf("%q is in no step and in no event.", c.found))
		return nil
	}
	return c.ask(dialog.NewList("timeline", fmt.Sprintf("Events with %q", c.found), rows), c.timelineAnswered)
}

// declared is the declaration of an input as this incident has it.
func (c *console) declared(name string) steps.Input {
	for _, id := range append(slices.Clone(c.state.Types), "") {
		if in, ok := c.state.Runbook.Input(id, name); ok {
			return in
		}
	}
	return steps.Input{Name: name}
}
