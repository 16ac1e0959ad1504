package ui

import (
	tea "charm.land/bubbletea/v2"

	"wsc-respond/ui/dialog"
	"wsc-respond/ui/keys"
	"wsc-respond/ui/layout"
)

// Update routes: what came from the program to the file that tells its story,
// a key to the open dialog or else to the mode's handler.
func (c *console) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	switch msg := msg.(type) {
	case tea.KeyPressMsg:
		return c, c.key(msg)
	case tea.PasteMsg:
		return c, c.paste(msg.Content)
	case tea.WindowSizeMsg:
		return c, c.resized(msg)
	case tea.ResumeMsg:
		return c, c.rearm()
	case tickMsg:
		return c, c.ticked(msg)
	case recordedMsg:
		return c, c.recorded(msg)
	case clocksMsg:
		return c, c.clocksChecked(msg)
	case liveMsg:
		return c, c.looked(msg)
	case outputMsg:
		return c, c.outputRead(msg)
	case proposedMsg:
		return c, c.proposed(msg)
	case offersMsg:
		return c, c.offered(msg)
	case inputsMsg:
		return c, c.showInputs(msg)
	case attachedMsg:
		return c, c.attached(msg)
	case followedMsg:
		return c, c.followed(msg)
	case openedMsg:
		return c, c.sessionOpened(msg)
	case sentMsg:
		return c, c.sent(msg)
	case saidMsg:
		c.tell(msg.weight, msg.text)
		return c, nil
	case leftMsg:
		return c, tea.Quit
	}
	return c, c.armingMsg(msg)
}

// ticked moves the present, and has the clocks looked at.
func (c *console) ticked(msg tickMsg) tea.Cmd {
	c.now = msg.now
	return tea.Batch(c.tick(), c.checkClocks())
}

// key goes to the dialog, or else to the handler of the mode.
func (c *console) key(k tea.KeyPressMsg) tea.Cmd {
	if c.leaving {
		return nil
	}
	if a, ok := keys.Lookup(keys.Console, k.String()); ok && a == keys.Suspend {
		return tea.Suspend // also from a dialog: the shell is always near
	}
	if c.screen().Kind == layout.TooSmall {
		return c.tooSmallKey(k)
	}
	if c.dialogs.open != nil {
		return c.dialogKey(k)
	}
	if c.opened == nil {
		return nil
	}
	return c.routeKey(k.String())
}

// tooSmallKey takes keys while nothing can be seen: only leaving is possible.
func (c *console) tooSmallKey(k tea.KeyPressMsg) tea.Cmd {
	a, ok := keys.Lookup(keys.Console, k.String())
	switch {
	case !ok || a != keys.Quit:
		return nil
	case c.opened == nil || c.following():
		return tea.Quit
	}
	return c.leave()
}

// resized takes the window's new size. A dialog that could not be seen before
// waits again before it takes keys.
func (c *console) resized(msg tea.WindowSizeMsg) tea.Cmd {
	hidden := c.screen().Kind == layout.TooSmall
	c.width, c.height = msg.Width, msg.Height
	if c.opened != nil {
		c.rewrap()
	}
	if hidden {
		return c.rearm()
	}
	return nil
}

// dialogKey gives a key to the open dialog. One that is not armed yet takes
// none.
func (c *console) dialogKey(k tea.KeyPressMsg) tea.Cmd {
	if c.dialogs.arming.state != armed {
		return c.armCmd(c.dialogs.arming.key())
	}
	return c.result(c.dialogs.open.Key(k))
}

func (c *console) paste(text string) tea.Cmd {
	if c.screen().Kind == layout.TooSmall {
		return nil
	}
	p, ok := c.dialogs.open.(dialog.Paster)
	if !ok || c.dialogs.arming.state != armed {
		return nil
	}
	return c.result(p.Paste(text))
}

// result acts on what came of a key in a dialog.
func (c *console) result(r dialog.Result) tea.Cmd {
	if copying, ok := r.Action.(dialog.CopyText); ok {
		if r.Close {
			c.closeDialog()
		}
		return tea.Batch(c.copy(copying), c.nextQuestion())
	}
	if r.Rearm {
		return c.rearm()
	}
	then := c.dialogs.then
	if r.Close {
		c.closeDialog()
	}
	var cmd tea.Cmd
	if r.Action != nil && then != nil {
		cmd = then(r.Action)
	}
	if c.opened == nil && c.dialogs.open == nil && !c.opening {
		return tea.Quit // the lobby has nothing else
	}
	return tea.Batch(cmd, c.nextQuestion())
}

// mode is which rows of the key table are in force.
func (c *console) mode() keys.Mode {
	switch {
	case c.dialogs.open != nil:
		return c.dialogs.open.Mode()
	case c.following():
		return keys.Follower
	default:
		return keys.Console
	}
}
