package dialog

import (
	tea "charm.land/bubbletea/v2"

	"wsc-respond/ui/keys"
	"wsc-respond/ui/theme"
)

// Question asks for a yes or a no. The default is no. It opens unarmed,
// because it may open by itself, while keys are on their way.
//
// Its action is Answered; leaving it is a no.
type Question struct {
	arming
	id      string
	title   string
	body    []string
	answers answers
	scroll  scroller
}

// NewQuestion asks a question; each of body is a paragraph below it.
func NewQuestion(id, title string, body ...string) *Question {
	return &Question{id: id, title: title, body: body,
		answers: answers{all: []answer{{id: answerNo, label: "No"}, {id: answerYes, label: "yes"}}}}
}

// Mode is Gate.
func (d *Question) Mode() keys.Mode { return keys.Gate }

// Key takes one key; none while the question is not armed.
func (d *Question) Key(k tea.KeyPressMsg) Result {
	if !d.armed {
		return Result{}
	}
	a, _ := keys.Lookup(keys.Gate, k.String())
	switch {
	case d.answers.move(a) || d.scroll.move(a):
		return Result{}
	case a == keys.Accept:
		return Result{Close: true, Action: Answered{ID: d.id, Yes: d.answers.chosen() == answerYes}}
	case a == keys.Back:
		return Result{Close: true, Action: Answered{ID: d.id}}
	}
	return Result{}
}

// View draws the question.
func (d *Question) View(s theme.Styles, width, height int) string {
	c := newCanvas(s, width, height)
	p := page{title: c.line(d.title), foot: d.answers.rows(c, d.armed), hints: c.hints(keys.Gate)}
	for i, paragraph := range d.body {
		if i > 0 {
			p.body = append(p.body, "")
		}
		p.body = append(p.body, c.words(c.text(paragraph), c.Text)...)
	}
	if !d.armed {
		p.hints = c.waiting()
	}
	return c.draw(p, &d.scroll)
}
