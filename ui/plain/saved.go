package plain

import (
	"fmt"
	"slices"

	"wsc-respond/session"
)

// saved folds what became durable, in its order, and tells each event in one
// line. The end of a command may become durable between two events of ours and
// arrive here later; then it is waited for.
func (c *console) saved(recorded []session.Recorded) {
	var late []end
	c.waiting = append(c.waiting, recorded...)
	for len(c.waiting) > 0 {
		i := slices.IndexFunc(c.waiting, func(r session.Recorded) bool { return r.Event.Seq == c.State.Events+1 })
		if i >= 0 {
			r := c.waiting[i]
			c.waiting = slices.Delete(c.waiting, i, i+1)
			c.fold(r)
			continue
		}
		c.tellSaved()
		if !c.awaited() {
			c.complain(fmt.Errorf("event %d is on record, and what came before it did not arrive here", c.waiting[0].Event.Seq), "leave, and resume the session")
			c.waiting = nil
			break
		}
		e := <-c.ends
		c.arrived(e)
		late = append(late, e)
	}
	c.tellSaved()
	for _, e := range late {
		c.tellEnd(e)
	}
}

// fold takes an event in; tellSaved tells it.
func (c *console) fold(r session.Recorded) {
	if err := c.State.Apply(r.Event, r.Receipt); err != nil {
		c.tellSaved()
		c.complain(err, "wsc-respond verify says what is wrong with the session")
		return
	}
	c.Events = append(c.Events, r.Event)
	c.untold = append(c.untold, r)
}

// tellSaved tells what was taken in since it was last told: an event in a line,
// and the files that one run left in one.
func (c *console) tellSaved() {
	events := make([]session.Event, len(c.untold))
	for i, r := range c.untold {
		events[i] = r.Event
	}
	for _, row := range session.Rows(events, len(events)) {
		last := c.untold[len(row)-1].Receipt
		c.untold = c.untold[len(row):]
		c.out.say("saved %s %s  %s", rowNumbers(row), last.Hash.Short(), c.sayRow(row))
	}
}

// rowNumbers are the numbers of the events in a row: "#7", "#12 to #72".
func rowNumbers(row []session.Event) string {
	first, last := row[0].Seq, row[len(row)-1].Seq
	if first == last {
		return fmt.Sprintf("#%d", first)
	}
	return fmt.Sprintf("#%d to #%d", first, last)
}

// sayRow is a row of events in words, with the time at which it happened where
// that was another than now.
func (c *console) sayRow(row []session.Event) string {
	text := c.State.SayRow(row)
	if at := row[0].Occurred; !at.IsZero() {
		text += ", at " + c.at(at)
	}
	return text
}
