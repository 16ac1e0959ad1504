package ui

import (
	"time"

	tea "charm.land/bubbletea/v2"

	"wsc-respond/ui/dialog"
)

// The timers of the arming, each with the number that it was set with.
type (
	frameShownMsg struct{ round int }
	patienceMsg   struct{ round int }
	quietMsg      struct{ calm int }
)

// ask opens a dialog that the person asked for, and acts on its answer. A
// dialog of the kind that can be armed waits until it can have been seen.
func (c *console) ask(d dialog.Dialog, then answer) tea.Cmd {
	c.dialogs.open, c.dialogs.then = d, then
	c.dialogs.arming.end()
	return c.rearm()
}

// rearm has the open dialog wait again, if it is of the kind that waits: it
// was just opened, or could not be seen until now.
func (c *console) rearm() tea.Cmd {
	a, waits := c.dialogs.open.(dialog.Arming)
	if !waits {
		return nil
	}
	a.SetArmed(false)
	return c.armCmd(c.dialogs.arming.begin())
}

// askLater opens a dialog that nobody asked for: now, or when the one that is
// open is gone.
func (c *console) askLater(d dialog.Dialog, then answer) tea.Cmd {
	c.dialogs.queue = append(c.dialogs.queue, question{dialog: d, then: then})
	return c.nextQuestion()
}

// nextQuestion opens what waits for its turn.
func (c *console) nextQuestion() tea.Cmd {
	if c.dialogs.open != nil || len(c.dialogs.queue) == 0 || c.leaving {
		return nil
	}
	next := c.dialogs.queue[0]
	c.dialogs.queue = c.dialogs.queue[1:]
	return c.ask(next.dialog, next.then)
}

func (c *console) closeDialog() {
	c.dialogs.open, c.dialogs.then = nil, nil
	c.dialogs.arming.end()
}

// armingMsg takes the timers of the arming and the terminal's answer.
func (c *console) armingMsg(msg tea.Msg) tea.Cmd {
	arming := &c.dialogs.arming
	switch msg := msg.(type) {
	case frameShownMsg:
		return c.armCmd(arming.shown(msg.round))
	case tea.CursorPositionMsg:
		return c.armCmd(arming.answer())
	case patienceMsg:
		return c.armCmd(arming.tired(msg.round))
	case quietMsg:
		if a, ok := c.dialogs.open.(dialog.Arming); ok && arming.silence(msg.calm) {
			a.SetArmed(true)
		}
	}
	return nil
}

// armCmd does what the arming asks for.
func (c *console) armCmd(step armStep) tea.Cmd {
	arming := c.dialogs.arming
	switch step {
	case armTimers:
		return tea.Batch(
			tea.Tick(frameTime, func(time.Time) tea.Msg { return frameShownMsg{arming.round} }),
			tea.Tick(patience, func(time.Time) tea.Msg { return patienceMsg{arming.round} }))
	case armAsk:
		return tea.RequestCursorPosition
	case armWaitQuiet:
		return tea.Tick(quietTime, func(time.Time) tea.Msg { return quietMsg{arming.calm} })
	}
	return nil
}
