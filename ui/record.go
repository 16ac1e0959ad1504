package ui

import (
	"context"
	"errors"
	"strings"

	tea "charm.land/bubbletea/v2"

	"wsc-respond/session"
	"wsc-respond/ui/pane"
)

// job is one act to be recorded.
type job struct {
	what string // "the note", for the footer and for errors
	do   verb
	then func() tea.Cmd // after its events are on the screen; may be nil
	// refused takes the reason for which the session did not do it, in words;
	// nil has it said on the screen.
	refused func(reason string) tea.Cmd
}

// verb calls verbs of the session and returns what became durable.
type verb func(context.Context, *session.Session) ([]session.Recorded, error)

// jobs are carried out one after another, in the order of the keys that asked
// for them, however slow the disk is.
type jobs struct {
	waiting []job
	busy    bool
	what    string
}

// recordedMsg says what became durable of a job.
type recordedMsg struct {
	events []session.Recorded
	err    error
	job    job
	queued bool // it came from the queue, and the next one may start
}

// record has an act recorded. The screen changes when it is durable.
func (c *console) record(what string, do verb, then func() tea.Cmd) tea.Cmd {
	return c.recordOr(what, do, then, nil)
}

// recordOr is record with something to do where the session refuses.
func (c *console) recordOr(what string, do verb, then func() tea.Cmd, refused func(string) tea.Cmd) tea.Cmd {
	if c.following() {
		c.tell(pane.Info, "You are following, read-only; nothing was recorded.")
		return nil
	}
	if c.readOnly != nil {
		return nil // it is said on the screen, and stays there
	}
	c.jobs.waiting = append(c.jobs.waiting, job{what: what, do: do, then: then, refused: refused})
	return c.nextJob()
}

func (c *console) nextJob() tea.Cmd {
	if c.jobs.busy || len(c.jobs.waiting) == 0 {
		return nil
	}
	next := c.jobs.waiting[0]
	c.jobs.waiting = c.jobs.waiting[1:]
	c.jobs.busy, c.jobs.what = true, next.what
	ctx, s := c.ctx, c.opened.Session
	return func() tea.Msg {
		events, err := next.do(ctx, s)
		return recordedMsg{events: events, err: err, job: next, queued: true}
	}
}

// recorded applies what became durable, says what did not, and goes on.
func (c *console) recorded(msg recordedMsg) tea.Cmd {
	if msg.queued {
		c.jobs.busy = false
	}
	c.receive(msg.events)
	cmds := []tea.Cmd{c.nextJob(), c.wantOutput()}
	if msg.err != nil {
		return tea.Batch(append(cmds, c.due(), c.notDone(msg.job, msg.err))...)
	}
	if msg.job.then == nil {
		return tea.Batch(append(cmds, c.due())...)
	}
	// What follows may need the events on the screen; one of them can still
	// wait for an earlier one that another command is bringing.
	c.once(lastSeq(msg.events), msg.job.then)
	return tea.Batch(append(cmds, c.due())...)
}

func lastSeq(events []session.Recorded) uint64 {
	if len(events) == 0 {
		return 0
	}
	return events[len(events)-1].Event.Seq
}

// notDone says why a job was not done, or lets it be tried again.
func (c *console) notDone(j job, err error) tea.Cmd {
	if j.refused != nil && errors.Is(err, session.ErrRefused) {
		return j.refused(reason(err))
	}
	c.failed(j.what, err)
	return nil
}

// reason is a refusal in words for the person.
func reason(err error) string {
	return strings.TrimPrefix(err.Error(), session.ErrRefused.Error()+": ")
}

// failed says why something was not recorded. What cannot be written at all
// makes the console read-only, and stays on the screen.
func (c *console) failed(what string, err error) {
	switch {
	case errors.Is(err, session.ErrReadOnly), errors.Is(err, session.ErrConflict):
		c.readOnly = err
		c.jobs.waiting = nil
	case errors.Is(err, session.ErrRefused):
		c.tell(pane.Warn, capital(reason(err))+".")
	case errors.Is(err, context.Canceled):
	default:
		c.tell(pane.Danger, "Not done: "+what+": "+err.Error()+".")
	}
}

// clocksMsg says what a look at the clocks recorded.
type clocksMsg struct {
	events []session.Recorded
	err    error
	dead   error // why the record cannot be written any more
}

// checkClocks has the clocks looked at, one look at a time.
func (c *console) checkClocks() tea.Cmd {
	if c.opened == nil || c.following() || c.checking || c.leaving {
		return nil
	}
	c.checking = true
	ctx, s := c.ctx, c.opened.Session
	return func() tea.Msg {
		events, err := s.CheckClocks(ctx)
		return clocksMsg{events: events, err: err, dead: s.Writable()}
	}
}

func (c *console) clocksChecked(msg clocksMsg) tea.Cmd {
	c.checking = false
	c.receive(msg.events)
	if msg.dead != nil {
		c.readOnly = msg.dead
	} else if msg.err != nil {
		c.failed("the clocks", msg.err)
	}
	return c.due()
}
