package dialog

import (
	"slices"

	"wsc-respond/steps"
	"wsc-respond/ui/keys"
)

// The questions of the intake: what was seen, and what tells the incident
// types apart.

// seen takes a key on the page of indicators. Two rows stand behind them:
// none of these, which goes on to the questions, and not sure, which leaves
// them out.
func (d *Intake) seen(a keys.Action) Result {
	all := d.indicators()
	switch {
	case d.moved(a, len(all)+2):
	case d.at == len(all)+1 && (a == keys.Mark || a == keys.Accept):
		d.unsure()
	case a == keys.Mark && d.at == len(all):
		d.none = !d.none
		d.in.Said.Indicators = nil
	case a == keys.Mark:
		d.none = false
		d.in.Said.Indicators = toggled(d.in.Said.Indicators, all[d.at].ID)
	case a == keys.Accept:
		if d.at == len(all) && len(d.in.Said.Indicators) == 0 {
			d.none = true
		}
		if !d.none && len(d.in.Said.Indicators) == 0 {
			d.problem = "Mark what you have seen, or take one of the last two rows."
			return Result{}
		}
		d.next()
	}
	return Result{}
}

func toggled(marked []string, id string) []string {
	if i := slices.Index(marked, id); i >= 0 {
		return slices.Delete(slices.Clone(marked), i, i+1)
	}
	return append(slices.Clone(marked), id)
}

// indicators are those of all incident types, in the document's order.
func (d *Intake) indicators() []steps.Indicator {
	var all []steps.Indicator
	for _, inc := range d.in.Runbook.Incidents {
		all = append(all, inc.Indicators...)
	}
	return all
}

// moved moves the cursor among n rows; false if the action does not.
func (d *Intake) moved(a keys.Action, n int) bool {
	switch a {
	case keys.Up:
		d.at--
	case keys.Down:
		d.at++
	case keys.PageUp:
		d.at -= max(d.scroll.window-1, 1)
	case keys.PageDown:
		d.at += max(d.scroll.window-1, 1)
	default:
		return false
	}
	d.at = max(min(d.at, n-1), 0)
	return true
}

// question takes a key on the page of a question.
func (d *Intake) question(a keys.Action) Result {
	n := len(d.open.Answers)
	switch {
	case d.moved(a, n+1):
	case a == keys.Accept || a == keys.Mark:
		answer := d.at
		if answer == n {
			answer = steps.NotSure
		}
		d.in.Said = d.in.Said.With(d.open.ID, answer)
		d.asked = append(d.asked, d.open.ID)
		d.next()
	}
	return Result{}
}

// ask shows a question. The cursor stands at "I am not sure", so that a key
// pressed in haste claims nothing.
func (d *Intake) ask(q steps.Question) {
	d.turn(pageQuestion)
	d.open, d.at = q, len(q.Answers)
}

// unask shows the last answered question again, without its answer.
func (d *Intake) unask() {
	id := d.asked[len(d.asked)-1]
	d.asked = d.asked[:len(d.asked)-1]
	answer := d.in.Said.Answers[id]
	d.in.Said = d.in.Said.With(id, answer)
	delete(d.in.Said.Answers, id)
	for _, q := range d.in.Runbook.AllQuestions() {
		if q.ID != id {
			continue
		}
		d.ask(q)
		if answer >= 0 {
			d.at = answer
		}
	}
}
