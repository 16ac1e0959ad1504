package dialog

import (
	"errors"
	"strings"

	tea "charm.land/bubbletea/v2"

	"wsc-respond/session"
	"wsc-respond/ui/keys"
	"wsc-respond/ui/theme"
)

// Note writes something down. Tab goes through the types of note, wherever the
// cursor stands, so that a thought becomes a hypothesis with one key.
//
// Its action is NoteWritten.
type Note struct {
	asking
	step  session.Ref
	title string
	now   Now
}

// The fields of a note.
const (
	noteText = iota
	noteType
	noteWhen
)

// NewNote writes a note. step is the step it belongs to, and title what that
// is called; both are empty for a note on the incident as a whole.
func NewNote(step session.Ref, title string, now Now) *Note {
	d := &Note{step: step, title: title, now: now}
	types := options(string(session.Observation), string(session.Hypothesis), string(session.Decision), string(session.Communication))
	d.form.fields = []field{
		{label: "Note", help: "ctrl+j makes a new line", control: &writing{editor: editor{lines: true}}},
		{label: "It is a", help: "tab goes to the next kind", control: &choice{options: types}},
		{label: "It happened", help: whenHelp, control: proposed("now")},
	}
	return d
}

// Key takes one key.
func (d *Note) Key(k tea.KeyPressMsg) Result {
	if k.Code == tea.KeyTab {
		d.turn(k)
		return Result{}
	}
	switch d.form.key(k) {
	case keys.Back:
		return Result{Close: true}
	case keys.Accept:
		return d.accept()
	}
	return Result{}
}

// turn goes to the next type of note, or with shift to the one before.
func (d *Note) turn(k tea.KeyPressMsg) {
	types, _ := d.form.fields[noteType].control.(*choice)
	if k.Mod&tea.ModShift != 0 {
		types.turn(-1)
		return
	}
	types.turn(1)
}

func (d *Note) accept() Result {
	text := strings.TrimSpace(d.form.text(noteText))
	if text == "" {
		d.form.refuse(noteText, errors.New("the note is empty; esc goes back"))
		return Result{}
	}
	at, err := session.ParseWhen(d.form.text(noteWhen), d.now())
	if err != nil {
		d.form.refuse(noteWhen, err)
		return Result{}
	}
	t := session.NoteType(d.form.text(noteType))
	return Result{Close: true, Action: NoteWritten{Type: t, Text: text, When: at, Step: d.step}}
}

// View draws the note.
func (d *Note) View(s theme.Styles, width, height int) string {
	c := newCanvas(s, width, height)
	p := d.form.page(c, "Note", c.line(d.title), nil,
		hint{keys.Accept, "keeps it"}, hint{keys.Next, "next kind"}, hint{action: keys.Back})
	return c.draw(p, &d.form.scroll)
}
