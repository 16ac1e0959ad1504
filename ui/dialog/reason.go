package dialog

import (
	"errors"

	tea "charm.land/bubbletea/v2"

	"wsc-respond/session"
	"wsc-respond/ui/keys"
	"wsc-respond/ui/theme"
)

// ReasonFor says what a reason is for.
type ReasonFor string

// What reasons are asked for.
const (
	SkipStep     ReasonFor = "skip a step"
	ReopenStep   ReasonFor = "reopen a step"
	StopClock    ReasonFor = "stop a clock" // Ref is the clock's id
	CloseSession ReasonFor = "close the session"
)

// Reason asks for a reason in one line. Leaving it empty is refused.
//
// Its action is ReasonGiven.
type Reason struct {
	asking
	why        ReasonFor
	ref        session.Ref
	title, ask string
}

// NewReason asks for a reason. title says what would happen ("Skip 3 Notify
// stakeholders"), ask is the question ("Why is it skipped?").
func NewReason(why ReasonFor, ref session.Ref, title, ask string) *Reason {
	d := &Reason{why: why, ref: ref, title: title, ask: ask}
	d.form.fields = []field{{label: "Because", control: written("")}}
	return d
}

// Key takes one key.
func (d *Reason) Key(k tea.KeyPressMsg) Result {
	switch d.form.key(k) {
	case keys.Back:
		return Result{Close: true}
	case keys.Accept:
		reason := d.form.trimmed(0)
		if reason != "" {
			return Result{Close: true, Action: ReasonGiven{For: d.why, Ref: d.ref, Reason: reason}}
		}
		d.form.refuse(0, errors.New("a reason is needed; esc goes back"))
	}
	return Result{}
}

// View draws the question.
func (d *Reason) View(s theme.Styles, width, height int) string {
	c := newCanvas(s, width, height)
	p := d.form.page(c, c.line(d.title), "", c.words(c.text(d.ask), c.Text))
	return c.draw(p, &d.form.scroll)
}
