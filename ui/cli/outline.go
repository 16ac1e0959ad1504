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
		o.line(4, fmt.Sprintf("%s (%s)  %s", c.Name, c.Risk, steps.Gist(c.Shell)), c.At)
	}
}

func orNone(title string) string {
	if title == "" {
		return "a runbook without a title"
	}
	return title
}
