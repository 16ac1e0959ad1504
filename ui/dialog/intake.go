package dialog

import (
	"slices"

	tea "charm.land/bubbletea/v2"

	"wsc-respond/session"
	"wsc-respond/steps"
	"wsc-respond/ui/keys"
)

// IntakeStart is what is known before the first question.
type IntakeStart struct {
	Intake session.Intake // what the command line said; that is not asked for again
	Login  string         // proposed as the name, because the account is known
	Now    Now
}

// Intake is the questions before a session: what was seen, what tells the
// incident types apart, when it was noticed and who is there. It proposes a
// type and a severity with its reasons, and lets itself be overruled. Nothing
// is saved until it is done.
//
// Its actions are IntakeDone and LeaveChosen.
type Intake struct {
	asking
	in    session.Intake
	login string
	now   Now

	page    intakePage
	first   intakePage // there is nothing before this page
	at      int        // row of the cursor
	none    bool       // none of the indicators was seen
	asked   []string   // ids of the answered questions, in order
	open    steps.Question
	askWho  bool
	problem string
	scroll  scroller
}

// intakePage is one page of the intake.
type intakePage int

const (
	pageSeen     intakePage = iota // what was seen
	pageQuestion                   // one question at a time
	pageWho                        // when it was noticed, and who is there
	pageOutcome                    // what it looks like
	pageEdit                       // overruling it
)

// NewIntake begins with the first question that start leaves open.
func NewIntake(start IntakeStart) *Intake {
	d := &Intake{in: start.Intake, login: start.Login, now: start.Now}
	if d.in.CodeName == "" {
		d.in.CodeName = session.CodeName()
	}
	d.askWho = d.in.Name == "" || d.in.Noticed.IsZero()
	if d.in.Name == "" {
		d.in.Name = start.Login
	}
	if len(d.in.Types) > 0 || d.in.Triage {
		d.first = pageOutcome
		if d.askWho {
			d.first = pageWho
		}
		if d.in.Reason == "" && len(d.in.Types) > 0 {
			d.in.Reason = "named when the session was started"
		}
	}
	d.turn(d.first)
	return d
}

// Mode is Intake, and Form where something is written.
func (d *Intake) Mode() keys.Mode {
	if d.page == pageWho || d.page == pageEdit {
		return keys.Form
	}
	return keys.Intake
}

// Paste takes pasted text where something is written.
func (d *Intake) Paste(text string) Result {
	if d.Mode() == keys.Form {
		d.form.paste(text)
	}
	return Result{}
}

// Key takes one key.
func (d *Intake) Key(k tea.KeyPressMsg) Result {
	if d.Mode() == keys.Form {
		return d.write(k)
	}
	a, _ := keys.Lookup(keys.Intake, k.String())
	d.problem = ""
	switch a {
	case keys.Leave:
		return Result{Close: true, Action: LeaveChosen{}}
	case keys.Back:
		d.back()
		return Result{}
	case keys.Triage:
		if d.page != pageOutcome {
			return d.triage()
		}
	}
	switch d.page {
	case pageSeen:
		return d.seen(a)
	case pageQuestion:
		return d.question(a)
	}
	return d.outcome(a)
}

// triage opens a session at once; it is classified later.
func (d *Intake) triage() Result {
	in := d.in
	in.Triage, in.Types = true, nil
	if in.Name == "" {
		d.turn(pageWho)
		return Result{}
	}
	return Result{Close: true, Action: IntakeDone{in}}
}

// seen takes a key on the page of indicators.
func (d *Intake) seen(a keys.Action) Result {
	all := d.indicators()
	switch {
	case d.moved(a, len(all)+1):
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
			d.problem = "Mark what you have seen, or the last row."
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

// next goes to the next question that can still change the outcome, or past
// the questions.
func (d *Intake) next() {
	q, ok := d.in.Runbook.NextQuestion(d.in.Said)
	switch {
	case ok:
		d.ask(q)
	case d.askWho:
		d.turn(pageWho)
	default:
		d.turn(pageOutcome)
	}
}

// ask shows a question. The cursor stands at "I am not sure", so that a key
// pressed in haste claims nothing.
func (d *Intake) ask(q steps.Question) {
	d.turn(pageQuestion)
	d.open, d.at = q, len(q.Answers)
}

// back goes to the page before, and takes its answer back.
func (d *Intake) back() {
	switch {
	case d.page == d.first:
	case d.page == pageOutcome && d.askWho:
		d.turn(pageWho)
	case len(d.asked) > 0 && d.first == pageSeen:
		d.unask()
	default:
		d.turn(d.first)
	}
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

// turn shows a page from its beginning.
func (d *Intake) turn(to intakePage) {
	d.page, d.at, d.scroll, d.problem = to, 0, scroller{}, ""
	switch to {
	case pageWho:
		d.form = d.whoForm()
	case pageEdit:
		d.form = d.editForm()
	}
}

// outcome takes a key on the page that says what it looks like.
func (d *Intake) outcome(a keys.Action) Result {
	switch a {
	case keys.Accept:
		return d.finish()
	case keys.Edit:
		d.turn(pageEdit)
	case keys.Add:
		d.add()
	default:
		d.scroll.move(a)
	}
	return Result{}
}

// add takes the likeliest of the other types into the plan.
func (d *Intake) add() {
	also := d.in.Also()
	if d.in.Triage || len(also) == 0 {
		return
	}
	types, _ := d.in.Plan()
	d.in.Types = append(slices.Clone(types), also[0].ID)
}

// finish opens the session: in triage where nothing tells which incident it
// is.
func (d *Intake) finish() Result {
	if types, _ := d.in.Plan(); len(types) == 0 {
		return d.triage()
	}
	if _, err := d.in.Classified(); err != nil {
		d.turn(pageEdit)
		d.form.refuse(editReason, err)
		return Result{}
	}
	return Result{Close: true, Action: IntakeDone{d.in}}
}
