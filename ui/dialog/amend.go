package dialog

import (
	"errors"
	"fmt"

	tea "charm.land/bubbletea/v2"

	"wsc-respond/ui/keys"
	"wsc-respond/ui/theme"
)

// Amend corrects what an earlier event says. The event stays in the record,
// and the correction points at it. With no text the event is withdrawn.
//
// Its action is Amended.
type Amend struct {
	asking
	seq  uint64
	text string
}

// NewAmend corrects the event seq, which said text.
func NewAmend(seq uint64, text string) *Amend {
	d := &Amend{seq: seq, text: text}
	d.form.fields = []field{
		{label: "It should say", help: "empty withdraws it; it stays in the record as withdrawn",
			control: &writing{editor: editor{before: text, lines: true}}},
		{label: "Because", control: written("")},
	}
	return d
}

// Key takes one key.
func (d *Amend) Key(k tea.KeyPressMsg) Result {
	switch d.form.key(k) {
	case keys.Back:
		return Result{Close: true}
	case keys.Accept:
		return d.accept()
	}
	return Result{}
}

func (d *Amend) accept() Result {
	text, reason := d.form.trimmed(0), d.form.trimmed(1)
	switch {
	case text == d.text:
		d.form.refuse(0, errors.New("that is what it says already; esc goes back"))
		return Result{}
	case reason == "":
		d.form.refuse(1, errors.New("a reason is needed: a reader will see both"))
		return Result{}
	}
	return Result{Close: true, Action: Amended{Of: d.seq, Text: text, Withdrawn: text == "", Reason: reason}}
}

// View draws the correction.
func (d *Amend) View(s theme.Styles, width, height int) string {
	c := newCanvas(s, width, height)
	intro := c.words("Nothing is taken out of the record: a new event points at the old one.", c.Dim)
	return c.draw(d.form.page(c, "Correct what was recorded", fmt.Sprintf("#%d", d.seq), intro), &d.form.scroll)
}
