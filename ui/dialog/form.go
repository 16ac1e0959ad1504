package dialog

import (
	"strings"

	tea "charm.land/bubbletea/v2"
	"charm.land/lipgloss/v2"

	"wsc-respond/session"
	"wsc-respond/ui/keys"
)

// form is the one adapter between dialogs and what is written or chosen in
// them: fields under each other, one of which has the keys.
type form struct {
	fields  []field
	at      int
	problem string // why it was not accepted, as a sentence
	scroll  scroller
}

// asking is embedded by the dialogs that are nothing but a form.
type asking struct{ form form }

// Mode is Form.
func (a *asking) Mode() keys.Mode { return keys.Form }

// Paste takes pasted text into the field that has the keys.
func (a *asking) Paste(text string) Result {
	a.form.paste(text)
	return Result{}
}

// field is one line of a form: a label, something to write or choose with, and
// what helps to fill it in.
type field struct {
	label string
	help  string
	control
}

// control is what a field is filled in with.
type control interface {
	// key takes a key; false if it is not for the control.
	key(k tea.KeyPressMsg) bool
	paste(text string)
	// rows draws it; at is the row that must be seen.
	rows(c canvas, width int, active bool) (rows []string, at int)
	// told is what the control has to say of the last key.
	told() string
}

// key takes one key. Accept and Back are for the dialog; everything else stays
// here.
func (f *form) key(k tea.KeyPressMsg) keys.Action {
	a, _ := keys.Lookup(keys.Form, k.String())
	f.problem = ""
	switch a {
	case keys.Accept, keys.Back:
		return a
	case keys.Next, keys.Prev:
		// Up and down move inside a text or list first.
		if vertical(k) && f.fields[f.at].key(k) {
			return ""
		}
		f.step(a)
	default:
		f.fields[f.at].key(k)
	}
	return ""
}

func vertical(k tea.KeyPressMsg) bool { return k.Code == tea.KeyUp || k.Code == tea.KeyDown }

func (f *form) step(a keys.Action) {
	n := len(f.fields)
	if a == keys.Next {
		f.at = (f.at + 1) % n
		return
	}
	f.at = (f.at + n - 1) % n
}

func (f *form) paste(text string) {
	f.problem = ""
	f.fields[f.at].paste(text)
}

// refuse keeps the form open and says why, at the field that is meant.
func (f *form) refuse(at int, err error) {
	f.at, f.problem = at, sentence(err.Error())
}

// sentence begins with a capital letter and ends with a full stop.
func sentence(text string) string {
	text = strings.TrimPrefix(text, session.ErrRefused.Error()+": ")
	if text == "" {
		return ""
	}
	if first := text[0]; first >= 'a' && first <= 'z' && !strings.Contains(strings.Fields(text)[0], "=") {
		text = strings.ToUpper(text[:1]) + text[1:]
	}
	if !strings.HasSuffix(text, ".") && !strings.HasSuffix(text, "?") {
		text += "."
	}
	return text
}

// page makes a page of the form below an introduction.
func (f *form) page(c canvas, title, tag string, intro []string, hints ...hint) page {
	p := page{title: title, tag: tag, body: intro}
	if len(intro) > 0 {
		p.body = append(p.body, "")
	}
	rows, focus := f.rows(c)
	offset := len(p.body)
	p.body = append(p.body, rows...)
	p.focus = span{offset + focus.from, offset + focus.to}
	if say := f.say(); say != "" {
		p.foot = c.words(c.text(say), c.Warn)
	}
	if len(hints) == 0 && len(f.fields) == 1 {
		hints = []hint{{action: keys.Accept}, {action: keys.Back}} // there is no next field
	}
	p.hints = c.hints(keys.Form, hints...)
	return p
}

func (f *form) say() string {
	if f.problem != "" {
		return f.problem
	}
	return sentence(f.fields[f.at].told())
}

// rows draws the fields, and says which rows belong to the one with the keys.
func (f *form) rows(c canvas) (rows []string, focus span) {
	labels := 0
	for _, fl := range f.fields {
		labels = max(labels, lipgloss.Width(c.line(fl.label)))
	}
	labels = min(labels+2, c.width/2)
	for i, fl := range f.fields {
		active := i == f.at
		drawn, at := fl.rows(c, c.width-labels-2, active)
		if active {
			focus = span{len(rows) + at, len(rows) + at + 1}
		}
		rows = append(rows, indent(f.label(c, fl, active, labels), drawn)...)
		if active && fl.help != "" {
			help := wrapWords(c.own(fl.help), c.width-labels-2)
			rows = append(rows, indent(strings.Repeat(" ", labels+2), rendered(help, c.Dim))...)
			focus.to = min(focus.from+1+len(help), len(rows))
		}
	}
	return rows, focus
}

func (f *form) label(c canvas, fl field, active bool, width int) string {
	label := pad(c.cut(c.line(fl.label), width-1), width)
	if active {
		return c.Accent.Render(pad(c.Glyphs.Cursor, 2)) + c.Strong.Render(label)
	}
	return "  " + c.Dim.Render(label)
}

// text is what is written or chosen in a field.
func (f *form) text(i int) string {
	if v, ok := f.fields[i].control.(interface{ value() string }); ok {
		return v.value()
	}
	return ""
}

// trimmed is text without the blanks around it.
func (f *form) trimmed(i int) string { return strings.TrimSpace(f.text(i)) }
