package ui

import (
	"iter"

	tea "charm.land/bubbletea/v2"

	"wsc-respond/session"
	"wsc-respond/ui/pane"
)

// followedMsg is the next event of a session that another console writes.
type followedMsg struct {
	event session.Event
	err   error
	more  bool
	next  func() (session.Event, error, bool)
}

// follow waits for the next event, and for the one after it when it has come.
func (c *console) follow() tea.Cmd {
	if c.opened.Follow == nil {
		return nil
	}
	next, _ := iter.Pull2(c.opened.Follow(c.ctx)) // it ends with the context
	return followNext(next)
}

func followNext(next func() (session.Event, error, bool)) tea.Cmd {
	return func() tea.Msg {
		e, err, more := next()
		return followedMsg{event: e, err: err, more: more, next: next}
	}
}

// followed takes an event in. An error is said; whether it is the end, the next
// pull tells: that nobody writes at the moment is none.
func (c *console) followed(msg followedMsg) tea.Cmd {
	c.untell(c.gap)
	c.gap = ""
	switch {
	case c.ctx.Err() != nil:
		return nil
	case !msg.more && c.state.Closed:
		c.tell(pane.Info, "The incident is closed; nothing more will come.")
		return nil
	case !msg.more:
		c.tell(pane.Danger, "The record is not followed any further. What is shown is as it was recorded.")
		return nil
	case msg.err != nil:
		c.gap = c.tell(pane.Warn, sentence(msg.err.Error()))
		return followNext(msg.next)
	}
	c.receive([]session.Recorded{{Event: msg.event, Receipt: session.Receipt{Seq: msg.event.Seq}}})
	return tea.Batch(followNext(msg.next), c.wantOutput())
}
