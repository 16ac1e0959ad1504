package dialog

import (
	"fmt"
	"strings"

	"charm.land/lipgloss/v2"

	"wsc-respond/session"
	"wsc-respond/steps"
	"wsc-respond/steps/safe"
)

// gatePlace says where a command stands in the runbook.
func gatePlace(ref session.Ref, state *session.State) string {
	incident, group, _ := ref.Parts()
	if incident == steps.ReferenceID {
		return safe.Line(group)
	}
	if step, ok := state.Runbook.Step(ref); ok && step.Number > 0 {
		return fmt.Sprintf("step %d", step.Number)
	}
	return "step " + safe.Line(group)
}

// gateHistory says what ran before: the command that had to come first, and
// this one itself.
func gateHistory(p session.Proposal, state *session.State) []string {
	said := safeLines(p.Remarks())
	if c, ok := state.Runbook.Command(p.Command); ok && p.After == "" && p.AfterUnknown == "" {
		if before, ok := state.Runbook.Before(p.Command, c.After); ok && state.LastRun(before) != nil {
			said = append(said, fmt.Sprintf("%q %s, and is on record.", c.After, sayRun(state.LastRun(before))))
		}
	}
	if r := state.LastRun(p.Command); p.RanBefore > 0 && r != nil {
		times := "once"
		if p.RanBefore > 1 {
			times = fmt.Sprintf("%d times", p.RanBefore)
		}
		said = append(said, fmt.Sprintf("This command ran %s before; the last one %s.", times, sayRun(r)))
	}
	return said
}

func safeLines(texts []string) []string {
	var lines []string
	for _, text := range texts {
		lines = append(lines, safe.Line(text))
	}
	return lines
}

// sayRun says when a run was and how it ended.
func sayRun(r *session.RunState) string {
	at := r.At
	if !r.StartedAt.Wall.IsZero() {
		at = r.StartedAt.Wall
	}
	text := "ran at " + at.UTC().Format("15:04:05")
	switch {
	case r.OutcomeUnknown():
		text += " elsewhere, outcome not known"
	case r.Elsewhere != nil:
		text += fmt.Sprintf(" elsewhere: exit %d", *r.Elsewhere.Exit)
	case r.Running():
		text += " and goes on"
	case r.Ended != 0:
		text += ": " + r.Result.Sum()
	}
	return text
}

// command is the whole text that would run, to the last character.
func (g *Gate) command(c canvas) []string {
	text := c.text(g.proposal.Shell)
	var rows []string
	for line := range strings.SplitSeq(text, "\n") {
		rows = append(rows, c.continued(c.exact(line, c.width-4, c.Command))...)
	}
	if n := strings.Count(strings.TrimRight(text, "\n"), "\n") + 1; n > 3 {
		rows = append([]string{c.Dim.Render(fmt.Sprintf("  %d lines", n))}, rows...)
	}
	return rows
}

// continued marks in the margin the rows that only go on where the window
// ends, so that nobody takes them for lines of their own.
func (c canvas) continued(rows []string) []string {
	mark := "↪ "
	if c.ascii {
		mark = "> "
	}
	out := make([]string, len(rows))
	for i, row := range rows {
		out[i] = c.Dim.Render(mark) + row
		if i == 0 {
			out[i] = "  " + row
		}
	}
	return out
}

func (g *Gate) body(c canvas) []string {
	body := append(g.blocked(c), g.command(c)...)
	body = append(body, "")
	body = append(body, g.values(c)...)
	body = append(body, g.where(c)...)
	body = append(body, "")
	body = append(body, c.words(c.text(g.risk()), g.riskStyle(c))...)
	for _, sentence := range g.history {
		body = append(body, c.words(c.text(sentence), c.Text)...)
	}
	for _, leaves := range g.proposal.Leaves {
		body = append(body, c.words(c.text("It leaves "+leaves+"."), c.Dim)...)
	}
	return body
}

// values are the inputs in columns: name, value, what it names, where it is
// from. What does not fit beside goes below.
func (g *Gate) values(c canvas) []string {
	var rows []string
	names := 0
	for _, v := range g.proposal.Values {
		names = max(names, safe.Width(c.line(v.Name)))
	}
	for _, missing := range g.proposal.Missing {
		names = max(names, safe.Width(c.line(missing.Name)))
	}
	names = min(names, c.width/3)
	values := 0
	for _, v := range g.proposal.Values {
		values = max(values, min(safe.Width(c.shownValue(v)), c.width/2))
	}
	for _, v := range g.proposal.Values {
		rows = append(rows, g.value(c, v, names, values)...)
	}
	for _, missing := range g.proposal.Missing {
		label := "  " + c.Strong.Render(pad(c.cut(c.line(missing.Name), names), names)) + "   "
		rows = append(rows, label+c.Warn.Render("no value yet"))
	}
	return rows
}

// shownValue is a value as it may be seen.
func (c canvas) shownValue(v session.Value) string {
	if v.Secret {
		return "secret, not shown"
	}
	return c.line(v.Value)
}

func (g *Gate) value(c canvas, v session.Value, names, values int) []string {
	label := "  " + c.Strong.Render(pad(c.cut(c.line(v.Name), names), names)) + "   "
	room := max(c.width-names-5, 8)
	value := c.shownValue(v)
	about := c.line(v.Names)
	if from := origin(v.From); from != "" {
		about = strings.TrimSpace(about + "   " + c.line(from))
	}
	if about != "" && max(safe.Width(value), values)+3+safe.Width(about) <= room {
		return []string{label + c.Text.Render(pad(value, values)) + "   " + c.Dim.Render(about)}
	}
	rows := c.exact(value, room, c.Text)
	if about != "" {
		rows = append(rows, c.exact(about, room, c.Dim)...)
	}
	return indent(label, rows)
}

// origin says where a value comes from; of one that was typed nothing needs to
// be said.
func origin(from string) string {
	switch from {
	case "", "typed":
		return ""
	case "default":
		return "the runbook's default"
	}
	return "from " + from
}

// where says in which place and how the command would run.
func (g *Gate) where(c canvas) []string {
	p := g.proposal
	place := "in " + c.line(p.Dir) + "   as " + c.line(p.As)
	rows := indent("  ", rendered(safe.Wrap(place, c.width-2), c.Text))
	if p.Interactive {
		rows = append(rows, c.words("  It gets the terminal itself; what it shows is kept as a transcript.", c.Dim)...)
	}
	if p.Timeout > 0 {
		rows = append(rows, c.words("  It is stopped after "+p.Timeout.String()+".", c.Dim)...)
	}
	return rows
}

// risk says in words what the command does to the world.
func (g *Gate) risk() string {
	reasons := strings.Join(g.proposal.Reasons, "; ")
	switch {
	case g.proposal.Risk == steps.RiskDestroys && reasons != "":
		return sentence("it destroys: " + reasons)
	case g.proposal.Risk == steps.RiskDestroys:
		return "It destroys: what it takes away does not come back."
	case reasons != "":
		return sentence(reasons)
	case g.proposal.Risk == steps.RiskReads:
		return "It reads, and leaves things as they are."
	}
	return "It changes something."
}

func (g *Gate) riskStyle(c canvas) lipgloss.Style {
	switch g.proposal.Risk {
	case steps.RiskReads:
		return c.Text
	case steps.RiskDestroys:
		return c.Danger
	}
	return c.Warn
}

// blocked says why there is no yes. It stands before the command, where it is
// seen without scrolling.
func (g *Gate) blocked(c canvas) []string {
	why := g.proposal.Blocked
	switch len(why) {
	case 0:
		return nil
	case 1:
		return append(c.words(c.text("It cannot run as it is: "+sentence(why[0])), c.Danger), "")
	}
	rows := c.words(fmt.Sprintf("It cannot run as it is, for %d reasons.", len(why)), c.Danger)
	for _, one := range why {
		reason := wrapWords(c.text(sentence(one)), c.width-2)
		rows = append(rows, indent(c.Danger.Render(pad(c.Glyphs.Warn, 2)), rendered(reason, c.Text))...)
	}
	return append(rows, "")
}
