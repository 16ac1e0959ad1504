package ui

import (
	tea "charm.land/bubbletea/v2"

	"wsc-respond/ui/keys"
	"wsc-respond/ui/layout"
	"wsc-respond/ui/pane"
)

// routeKey looks a key up in the table and does what it asks for.
func (c *console) routeKey(key string) tea.Cmd {
	action, ok := keys.Lookup(c.mode(), key)
	if !ok {
		return nil
	}
	if action != keys.Back {
		c.forget(pane.Info)
	}
	if cmd, moved := c.move(action); moved {
		return cmd
	}
	if c.following() {
		return c.routeReading(action)
	}
	return c.routeActing(action)
}

// move handles the actions that only change what is seen.
func (c *console) move(a keys.Action) (cmd tea.Cmd, handled bool) {
	switch a {
	case keys.Up:
		c.step(-1)
	case keys.Down:
		c.step(1)
	case keys.Top:
		c.jump(0)
	case keys.Bottom:
		c.jump(1 << 20)
	case keys.PageUp:
		c.page(-1)
	case keys.PageDown:
		c.page(1)
	case keys.NextPhase:
		c.choice.toPhase(c.plan, c.choice.phase+1)
	case keys.PrevPhase:
		c.choice.toPhase(c.plan, c.choice.phase-1)
	case keys.Right:
		c.openAt(true)
	case keys.Back:
		c.back()
	default:
		return nil, false
	}
	return c.wantOutput(), true
}

// step moves by one row: among the steps, or among the items of the open
// step. Where a step has no further item, its text moves.
func (c *console) step(by int) {
	if !c.choice.inside {
		c.choice.toStep(c.plan, c.choice.step+by)
		return
	}
	step, ok := c.openStep()
	if !ok {
		return
	}
	items := len(step.Commands) + len(step.Checks)
	if next := c.choice.item + by; next >= 0 && next < items {
		c.choice.item = next
		c.showItem()
		return
	}
	c.scroll(by)
}

func (c *console) jump(to int) {
	if !c.choice.inside {
		c.choice.toStep(c.plan, to)
		return
	}
	step, ok := c.openStep()
	if !ok {
		return
	}
	c.choice.item = min(to, max(len(step.Commands)+len(step.Checks)-1, 0))
	c.choice.top = 0
	if to > 0 {
		c.scroll(to)
	}
}

// page moves by what the pane shows.
func (c *console) page(by int) {
	if _, short := c.unopened(); short || !c.choice.inside && c.screen().Kind == layout.Paged {
		c.choice.toStep(c.plan, c.choice.step+by*5)
		return
	}
	c.scroll(by * max(c.stepHeight()-2, 1))
}

// back leaves the open step; from the list it takes warnings away that were
// read.
func (c *console) back() {
	if c.forget(pane.Info) {
		return
	}
	if c.choice.inside {
		c.choice.inside = false
		return
	}
	c.forget(pane.Danger)
}

// routeReading handles the actions of a console that only follows, and those
// that only show something.
func (c *console) routeReading(a keys.Action) tea.Cmd {
	switch a {
	case keys.Timeline:
		return c.showTimeline()
	case keys.Contacts:
		return c.showContacts()
	case keys.Clocks:
		return c.showClocks()
	case keys.Brief:
		return c.showBrief()
	case keys.Help:
		return c.showHelp()
	case keys.Quit:
		return c.quit()
	}
	return nil
}

// routeActing handles the actions that lead to a record.
func (c *console) routeActing(a keys.Action) tea.Cmd {
	switch a {
	case keys.Open:
		return c.openChosen()
	case keys.Done:
		return c.done()
	case keys.Undo:
		return c.undo()
	case keys.Skip:
		return c.skip()
	case keys.Wait:
		return c.wait()
	case keys.Note:
		return c.note()
	case keys.Notices:
		return c.notice()
	case keys.Reference:
		return c.reference()
	case keys.Inputs:
		return c.inputs()
	case keys.Milestone:
		return c.milestone()
	case keys.Classify:
		return c.classify()
	case keys.Role:
		return c.takeRole()
	case keys.Hypotheses:
		return c.hypotheses()
	case keys.Evidence:
		return c.takeEvidence("", "")
	case keys.HandOver:
		return c.handOver()
	case keys.Cancel:
		return c.cancel()
	case keys.Find:
		return c.find()
	case keys.FindNext:
		return c.findNext()
	case keys.Suspend:
		return tea.Suspend
	}
	return c.routeReading(a)
}
