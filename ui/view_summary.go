package ui

import (
	"fmt"

	"wsc-respond/steps"
	"wsc-respond/ui/pane"
)

// besideList is what stands at the right of the list: the step that keys act
// on. That is the open one, or the one under the list's cursor in short.
func (c *console) besideList() pane.Step {
	if at, ok := c.unopened(); ok {
		return c.summary(at)
	}
	return c.stepPane()
}

// unopened is the step under the list's cursor, where it is another than the
// open one.
func (c *console) unopened() (planned, bool) {
	at, ok := c.cursor()
	return at, ok && !c.choice.inside && at.ref != c.choice.open
}

// summary is a step in a few rows, so that moving past it writes little.
func (c *console) summary(at planned) pane.Step {
	return pane.Step{
		Styles: c.styles, Title: at.step.Title, RACI: c.raci(at.step), Waits: c.waits(at.ref),
		Prose: []string{c.styles.Dim.Render(contents(at.step)), c.styles.Dim.Render("enter opens it")},
	}
}

// contents says how much there is to do in a step: "2 commands, 1 check".
func contents(step *steps.Step) string {
	return counted(len(step.Commands), "command") + ", " + counted(len(step.Checks), "check")
}

func counted(n int, word string) string {
	if n != 1 {
		word += "s"
	}
	return fmt.Sprintf("%d %s", n, word)
}
