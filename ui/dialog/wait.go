package dialog

import (
	"errors"
	"time"

	tea "charm.land/bubbletea/v2"

	"wsc-respond/session"
	"wsc-respond/ui/keys"
	"wsc-respond/ui/theme"
)

// Wait lets a step wait for something outside, with a reminder.
//
// Its action is WaitSet.
type Wait struct {
	asking
	step  session.Ref
	title string
	now   Now
}

// NewWait asks what a step waits for. title is what the step is called.
func NewWait(step session.Ref, title string, now Now) *Wait {
	d := &Wait{step: step, title: title, now: now}
	d.form.fields = []field{
		{label: "It waits for", control: written("")},
		{label: "Remind me", help: "06:00, tomorrow 06:00, in 2 hours, 2026-11-23 06:00; empty is no reminder", control: written("")},
	}
	return d
}

// Key takes one key.
func (d *Wait) Key(k tea.KeyPressMsg) Result {
	switch d.form.key(k) {
	case keys.Back:
		return Result{Close: true}
	case keys.Accept:
		return d.accept()
	}
	return Result{}
}

func (d *Wait) accept() Result {
	what, at := d.form.trimmed(0), d.form.trimmed(1)
	if what == "" {
		d.form.refuse(0, errors.New("what does it wait for? esc goes back"))
		return Result{}
	}
	var until time.Time
	if at != "" {
		var err error
		if until, err = session.ParseUntil(at, d.now()); err != nil {
			d.form.refuse(1, err)
			return Result{}
		}
	}
	return Result{Close: true, Action: WaitSet{Step: d.step, For: what, Until: until}}
}

// View draws the question.
func (d *Wait) View(s theme.Styles, width, height int) string {
	c := newCanvas(s, width, height)
	intro := c.words("The step stays open. The reminder comes as a line on the screen and stands in the brief.", c.Dim)
	return c.draw(d.form.page(c, "Let it wait", c.line(d.title), intro), &d.form.scroll)
}
