package ui

import (
	"fmt"

	tea "charm.land/bubbletea/v2"

	"wsc-respond/session"
	"wsc-respond/ui/pane"
)

// inbox puts durable events in their order. Several commands record at the
// same time, and their messages may overtake one another.
type inbox struct {
	early map[uint64]session.Recorded
	after []waiting // what to do once an event has been applied
}

type waiting struct {
	seq uint64
	do  func() tea.Cmd
}

// receive takes durable events in and applies those whose turn it is. This is
// the only way in which what the console knows of the incident changes.
func (c *console) receive(events []session.Recorded) {
	if c.inbox.early == nil {
		c.inbox.early = map[uint64]session.Recorded{}
	}
	for _, r := range events {
		if r.Event.Seq > c.state.Events {
			c.inbox.early[r.Event.Seq] = r
		}
	}
	changed := false
	for {
		next, ok := c.inbox.early[c.state.Events+1]
		if !ok {
			break
		}
		delete(c.inbox.early, next.Event.Seq)
		c.apply(next)
		changed = true
	}
	if changed {
		c.derive()
	}
}

// apply folds one event.
func (c *console) apply(r session.Recorded) {
	if err := c.state.Apply(r.Event, r.Receipt); err != nil {
		c.tell(pane.Danger, fmt.Sprintf("The screen cannot follow the record any more: %v. The record is whole; leave and resume.", err))
		return
	}
	c.timeline.add(r.Event)
	switch d := r.Event.Data.(type) {
	case *session.RoleTaken:
		if !c.following() {
			c.me = session.Person{Name: d.Name, Role: d.Role}
		}
	case *session.ClockPassed:
		c.tell(pane.Warn, sentence(c.state.Say(r.Event)))
	case *session.ClockJumped:
		c.tell(pane.Warn, capital(c.state.Say(r.Event))+". Clocks go on by the machine's own time.")
	}
}

// derive makes anew what is worked out from the state, so that drawing has
// little to do.
func (c *console) derive() {
	c.outputs.follow(c.state)
	c.plan = planOf(c.state, c.me.Role)
	c.choice.keep(c.plan)
}

// once has do called when the event seq has been applied. Whoever receives
// events calls due afterwards.
func (c *console) once(seq uint64, do func() tea.Cmd) {
	c.inbox.after = append(c.inbox.after, waiting{seq: seq, do: do})
}

// due calls what waited for events that have been applied.
func (c *console) due() tea.Cmd {
	var later, now []waiting
	for _, w := range c.inbox.after {
		if w.seq <= c.state.Events {
			now = append(now, w)
			continue
		}
		later = append(later, w)
	}
	c.inbox.after = later
	var cmds []tea.Cmd
	for _, w := range now {
		cmds = append(cmds, w.do())
	}
	return tea.Batch(cmds...)
}
