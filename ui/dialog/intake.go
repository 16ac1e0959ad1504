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
	if d.in.Name == "" {
		d.unsure()
		return Result{}
	}
	d.in.Triage, d.in.Types = true, nil
	return Result{Close: true, Action: IntakeDone{d.in}}
}

// unsure leaves the questions out: what is left is who is there, and then the
// session opens in triage.
func (d *Intake) unsure() {
	d.in.Triage, d.in.Types = true, nil
	d.next()
}

// next goes to the next question that can still change the outcome, or past
// the questions. A session that opens in triage asks none.
func (d *Intake) next() {
	q, ok := d.in.Runbook.NextQuestion(d.in.Said)
	switch {
	case ok && !d.in.Triage:
		d.ask(q)
	case d.askWho:
		d.turn(pageWho)
	default:
		d.turn(pageOutcome)
	}
}

// back goes to the page before, and takes its answer back.
func (d *Intake) back() {
	switch {
	case d.page == d.first:
	case d.page == pageOutcome && d.askWho:
		d.turn(pageWho)
	case d.first != pageSeen:
		d.turn(d.first)
	case len(d.asked) > 0:
		d.in.Triage = false
		d.unask()
	default:
		d.in.Triage = false
		d.turn(pageSeen)
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
