package dialog

import (
	"errors"
	"fmt"

	tea "charm.land/bubbletea/v2"

	"wsc-respond/steps"
	"wsc-respond/ui/keys"
	"wsc-respond/ui/theme"
)

// PhaseEnd asks, when a phase or a step that leads to a milestone is complete,
// whether it is reached. A no asks what is missing. It opens by itself and therefore unarmed.
//
// Its actions are MilestoneGiven and NotYet.
type PhaseEnd struct {
	arming
	asking
	done      string // "Immediate is complete"
	milestone steps.Milestone
	now       Now
	answers   answers
	at        string // the answer that is being written out; empty while one is chosen
	scroll    scroller
}

// NewPhaseEnd asks whether a milestone is reached now that something is done;
// done says what, without a full stop: "Immediate is complete".
func NewPhaseEnd(done string, m steps.Milestone, now Now) *PhaseEnd {
	return &PhaseEnd{done: done, milestone: m, now: now,
		answers: answers{all: []answer{{id: answerNo, label: "Not yet, because…"}, {id: answerYes, label: "yes"}}}}
}

// Mode is Gate, and Form while something is written.
func (d *PhaseEnd) Mode() keys.Mode {
	if d.at == "" {
		return keys.Gate
	}
	return keys.Form
}

// Paste takes pasted text while something is written.
func (d *PhaseEnd) Paste(text string) Result {
	if d.armed && d.at != "" {
		d.form.paste(text)
	}
	return Result{}
}

// Key takes one key; none while the question is not armed.
func (d *PhaseEnd) Key(k tea.KeyPressMsg) Result {
	switch {
	case !d.armed:
		return Result{}
	case d.at != "":
		return d.write(k)
	}
	a, _ := keys.Lookup(keys.Gate, k.String())
	switch {
	case d.answers.move(a):
	case a == keys.Back:
		return Result{Close: true}
	case a == keys.Accept && d.answers.chosen() == answerYes:
		d.at, d.form = answerYes, milestoneForm()
	case a == keys.Accept:
		d.at, d.form = answerNo, form{fields: []field{{label: "Because", help: "what is missing?", control: written("")}}}
	}
	return Result{}
}

func (d *PhaseEnd) write(k tea.KeyPressMsg) Result {
	switch d.form.key(k) {
	case keys.Back:
		d.at = ""
	case keys.Accept:
		return d.accept()
	}
	return Result{}
}

func (d *PhaseEnd) accept() Result {
	if d.at == answerYes {
		return reach(&d.form, d.milestone, d.now)
	}
	why := d.form.trimmed(0)
	if why == "" {
		d.form.refuse(0, errors.New("what is missing? esc goes back"))
		return Result{}
	}
	return Result{Close: true, Action: NotYet{Milestone: d.milestone, Why: why}}
}

// View draws the question.
func (d *PhaseEnd) View(s theme.Styles, width, height int) string {
	c := newCanvas(s, width, height)
	title := fmt.Sprintf("%s. Is it %s?", c.line(d.done), d.milestone)
	if d.at != "" {
		return c.draw(d.form.page(c, title, "", nil), &d.form.scroll)
	}
	p := page{title: title, body: c.words("A yes stops its clock, at the time that you say.", c.Dim),
		foot: d.answers.rows(c, d.armed), hints: c.hints(keys.Gate, hint{action: keys.Right}, hint{action: keys.Accept}, hint{keys.Back, "asks again later"})}
	if !d.armed {
		p.hints = c.waiting()
	}
	return c.draw(p, &d.scroll)
}
