package dialog

import (
	"fmt"

	tea "charm.land/bubbletea/v2"

	"wsc-respond/session"
	"wsc-respond/ui/keys"
	"wsc-respond/ui/theme"
)

// Hypotheses lists what is thought to have happened, and says of one how it
// stands now.
//
// Its action is HypothesisJudged.
type Hypotheses struct {
	asking
	notes   map[string]*session.NoteState
	rows    rowList
	judging *session.NoteState // the one that is judged; nil while one is chosen
}

// NewHypotheses lists the hypotheses of a session. The state is not kept.
func NewHypotheses(state *session.State) *Hypotheses {
	d := &Hypotheses{notes: map[string]*session.NoteState{}}
	var rows []Row
	for _, n := range state.Notes {
		if n.Type != session.Hypothesis || n.Withdrawn {
			continue
		}
		kept := *n
		key := fmt.Sprint(n.Seq)
		d.notes[key] = &kept
		rows = append(rows, Row{Key: key, Text: n.Text, Detail: string(n.Hypothesis),
			Below: fmt.Sprintf("#%d · %s · %s", n.Seq, when(n.At), n.By.Name)})
	}
	d.rows = newRowList(rows)
	return d
}

// Mode is List, and Form while one is judged.
func (d *Hypotheses) Mode() keys.Mode {
	if d.judging == nil {
		return keys.List
	}
	return keys.Form
}

// Paste takes pasted text while one is judged.
func (d *Hypotheses) Paste(text string) Result {
	if d.judging != nil {
		d.form.paste(text)
	}
	return Result{}
}

// Key takes one key.
func (d *Hypotheses) Key(k tea.KeyPressMsg) Result {
	if d.judging != nil {
		return d.judge(k)
	}
	a, _ := keys.Lookup(keys.List, k.String())
	row, ok := d.rows.chosen()
	switch {
	case d.rows.move(a):
	case a == keys.Back:
		return Result{Close: true}
	case a == keys.Copy && ok:
		return Result{Action: CopyText{Title: "hypothesis", Text: row.Text}}
	case a == keys.Accept && ok:
		d.judging = d.notes[row.Key]
		d.form = form{fields: []field{
			{label: "It is", help: "left and right choose", control: chosen(string(d.judging.Hypothesis),
				options(string(session.Open), string(session.Holds), string(session.Disproven)))},
			{label: "Because", control: written("")},
		}}
	}
	return Result{}
}

func (d *Hypotheses) judge(k tea.KeyPressMsg) Result {
	switch d.form.key(k) {
	case keys.Back:
		d.judging = nil
	case keys.Accept:
		state := session.HypothesisState(d.form.text(0))
		return Result{Close: true, Action: HypothesisJudged{Note: d.judging.Seq, State: state, Why: d.form.trimmed(1)}}
	}
	return Result{}
}

// View draws the list, or the hypothesis that is judged.
func (d *Hypotheses) View(s theme.Styles, width, height int) string {
	c := newCanvas(s, width, height)
	if d.judging != nil {
		intro := c.words(c.text(d.judging.Text), c.Text)
		return c.draw(d.form.page(c, "How does it stand?", fmt.Sprintf("#%d", d.judging.Seq), intro), &d.form.scroll)
	}
	hints := []hint{{keys.Accept, "says how it stands"}, {keys.Copy, "copies"}, {action: keys.Back}}
	p := d.rows.page(c, "Hypotheses", "", "", "There is no hypothesis yet. A note becomes one with tab.", hints)
	return c.draw(p, &d.rows.scroll)
}
