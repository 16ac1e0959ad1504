package dialog

import (
	"errors"
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"wsc-respond/session"
	"wsc-respond/steps"
	"wsc-respond/ui/keys"
	"wsc-respond/ui/theme"
)

// Notices lists the notices of the runbook, and shows one as it would go out:
// to keep it, change it, copy it, or say that it was sent. The console sends
// nothing itself.
//
// Its actions are NoticeKept, NoticeSent and CopyText; the last one leaves it
// open.
type Notices struct {
	asking
	all     map[string]*notice
	rows    rowList
	open    *notice // the one that is shown; nil while one is chosen
	single  bool    // was opened at one notice
	at      string  // the answer that is written out; empty otherwise
	answers answers
	scroll  scroller
}

// notice is a template, filled, with what became of it.
type notice struct {
	filled session.Filled
	edited bool
	draft  *session.NoticeState // the last one that was kept
}

// The ids of what can be done with a notice, beside those of the gate.
const (
	answerBack = "back"
	answerKeep = "keep"
	answerSent = "sent"
)

// NewNotices lists the notices of a session, filled as of now. The state is not
// kept.
func NewNotices(state *session.State, now session.Instant) *Notices {
	d := &Notices{all: map[string]*notice{}}
	var rows []Row
	for _, t := range state.Runbook.Templates {
		n := &notice{filled: state.Fill(t, now), draft: lastDraft(state, t.ID)}
		d.all[t.ID] = n
		rows = append(rows, Row{Key: t.ID, Text: t.Title, Detail: n.stands(), Below: n.missing()})
	}
	d.rows = newRowList(rows)
	return d
}

// NewNotice shows one notice at once; the list, if there is no such template.
func NewNotice(state *session.State, template string, now session.Instant) *Notices {
	d := NewNotices(state, now)
	if n, ok := d.all[template]; ok {
		d.show(n)
		d.single = true
	}
	return d
}

func lastDraft(state *session.State, template string) *session.NoticeState {
	for i := len(state.Notices) - 1; i >= 0; i-- {
		if n := state.Notices[i]; n.Draft.Template == template {
			kept := *n
			return &kept
		}
	}
	return nil
}

// stands says in words what became of a notice.
func (n *notice) stands() string {
	switch {
	case n.draft == nil:
		return "not drafted"
	case len(n.draft.Sent) == 0:
		return "drafted " + when(n.draft.At) + ", not sent"
	}
	last := n.draft.Sent[len(n.draft.Sent)-1]
	return "sent " + when(last.At) + " to " + last.To
}

// missing says which stand-ins nothing is known for.
func (n *notice) missing() string {
	if len(n.filled.Missing) == 0 {
		return ""
	}
	return "missing: " + strings.Join(n.filled.Missing, ", ")
}

// sendable reports whether what is shown is what was kept, with nothing
// missing.
func (n *notice) sendable() bool {
	return n.draft != nil && !n.edited && len(n.draft.Draft.Missing) == 0
}

func (d *Notices) show(n *notice) {
	d.open, d.scroll = n, scroller{}
	d.answers = answers{all: []answer{{id: answerBack, label: "Back"}, {id: answerKeep, label: "keep"}, {id: answerEdit, label: "edit"}, {id: answerCopy, label: "copy"}}}
	if n.sendable() {
		d.answers.all = append(d.answers.all, answer{id: answerSent, label: "mark as sent"})
	}
}

// Mode is List, then Gate while a notice is shown, and Form while something
// is written.
func (d *Notices) Mode() keys.Mode {
	switch {
	case d.open == nil:
		return keys.List
	case d.at == "":
		return keys.Gate
	}
	return keys.Form
}

// Paste takes pasted text while something is written.
func (d *Notices) Paste(text string) Result {
	if d.at != "" {
		d.form.paste(text)
	}
	return Result{}
}

// Key takes one key.
func (d *Notices) Key(k tea.KeyPressMsg) Result {
	switch {
	case d.open == nil:
		return d.choose(k)
	case d.at != "":
		return d.write(k)
	}
	a, _ := keys.Lookup(keys.Gate, k.String())
	switch {
	case d.answers.move(a) || d.scroll.move(a):
		return Result{}
	case a == keys.Back:
		return d.back()
	case a == keys.Accept:
		return d.answer()
	}
	return Result{}
}

func (d *Notices) choose(k tea.KeyPressMsg) Result {
	a, _ := keys.Lookup(keys.List, k.String())
	row, ok := d.rows.chosen()
	switch {
	case d.rows.move(a):
	case a == keys.Back:
		return Result{Close: true}
	case a == keys.Copy && ok:
		return Result{Action: CopyText{Title: "notice", Text: d.all[row.Key].filled.Text()}}
	case a == keys.Accept && ok:
		d.show(d.all[row.Key])
	}
	return Result{}
}

func (d *Notices) back() Result {
	d.open = nil
	return Result{Close: d.single}
}

func (d *Notices) answer() Result {
	switch d.answers.chosen() {
	case answerKeep:
		return Result{Close: true, Action: NoticeKept{d.open.filled}}
	case answerCopy:
		return Result{Action: CopyText{Title: "notice", Text: d.open.filled.Text()}}
	case answerEdit:
		d.at, d.form = answerEdit, form{at: 1, fields: []field{
			{label: "Subject", control: written(d.open.filled.Subject)},
			{label: "Text", help: "ctrl+j makes a new line", control: &writing{editor: editor{before: d.open.filled.Body, lines: true}}},
		}}
	case answerSent:
		d.at, d.form = answerSent, form{fields: []field{
			{label: "To", control: written("")},
			{label: "How", help: "mail, phone, the name of a channel", control: written("")},
		}}
	default:
		return d.back()
	}
	return Result{}
}

func (d *Notices) write(k tea.KeyPressMsg) Result {
	switch d.form.key(k) {
	case keys.Back:
		d.at = ""
	case keys.Accept:
		if d.at == answerSent {
			return d.sent()
		}
		d.change()
	}
	return Result{}
}

func (d *Notices) sent() Result {
	to := d.form.trimmed(0)
	if to == "" {
		d.form.refuse(0, errors.New("to whom did it go? esc goes back"))
		return Result{}
	}
	return Result{Close: true, Action: NoticeSent{Draft: d.open.draft.Seq, To: to, How: d.form.trimmed(1)}}
}

// change takes over the edited text, and looks which stand-ins are still in
// it.
func (d *Notices) change() {
	f := &d.open.filled
	f.Subject, f.Body = d.form.text(0), d.form.text(1)
	f.Missing = stillIn(f.Template, f.Subject+"\n"+f.Body)
	d.open.edited = true
	d.at = ""
	d.show(d.open)
}

func stillIn(t steps.Template, text string) []string {
	var missing []string
	for _, placeholder := range t.Placeholders {
		if strings.Contains(text, placeholder) {
			missing = append(missing, placeholder)
		}
	}
	return missing
}

// View draws the list, the notice, or what is written about it.
func (d *Notices) View(s theme.Styles, width, height int) string {
	c := newCanvas(s, width, height)
	if d.open == nil {
		hints := []hint{{keys.Accept, "shows it"}, {keys.Copy, "copies"}, {action: keys.Back}}
		return c.draw(d.rows.page(c, "Notices", "", "", "The runbook has no notices.", hints), &d.rows.scroll)
	}
	title := c.line(d.open.filled.Template.Title)
	switch d.at {
	case answerEdit:
		return c.draw(d.form.page(c, title, "edit", nil, hint{keys.Accept, "takes it over"}, hint{keys.Next, "next field"}, hint{action: keys.Back}), &d.form.scroll)
	case answerSent:
		intro := c.words(fmt.Sprintf("The draft of %s went out. The console sends nothing itself; this is for the record.", when(d.open.draft.At)), c.Dim)
		return c.draw(d.form.page(c, title, "sent", intro), &d.form.scroll)
	}
	return c.draw(d.preview(c, title), &d.scroll)
}

func (d *Notices) preview(c canvas, title string) page {
	f := d.open.filled
	p := page{title: title, tag: c.line(d.open.stands()), hints: c.hints(keys.Gate, hint{action: keys.Right}, hint{action: keys.Accept}, hint{keys.Back, "back"}, hint{keys.Down, "scrolls"})}
	p.body = append(c.words("Subject: "+c.line(f.Subject), c.Strong), "")
	p.body = append(p.body, c.words(c.text(f.Body), c.Text)...)
	switch {
	case len(f.Missing) > 0:
		p.foot = c.words(c.text("Missing: "+strings.Join(f.Missing, ", ")+". It can be kept, and not be marked as sent."), c.Warn)
	case !d.open.sendable():
		p.foot = c.words("Keep it first; then it can be marked as sent.", c.Dim)
	}
	p.foot = append(p.foot, d.answers.rows(c, true)...)
	return p
}
