package dialog

import (
	"errors"
	"slices"

	tea "charm.land/bubbletea/v2"

	"wsc-respond/session"
	"wsc-respond/steps"
	"wsc-respond/ui/keys"
)

// The fields of the page that asks when and who.
const (
	whoNoticed = iota
	whoName
	whoRole
)

// The fields of the page that overrules.
const (
	editTypes = iota
	editSeverity
	editNoticed
	editName
	editRole
	editCodeName
	editReason
)

func (d *Intake) noticedField() field {
	text := "now"
	if !d.in.Noticed.IsZero() {
		text = d.in.Noticed.UTC().Format("2006-01-02 15:04:05 UTC")
	}
	return field{label: "Noticed", help: whenHelp, control: proposed(text)}
}

func (d *Intake) whoForm() form {
	return form{fields: []field{
		d.noticedField(),
		{label: "You", control: written(d.in.Name)},
		roleField(d.in.Runbook, d.in.Role),
	}}
}

func (d *Intake) editForm() form {
	types, level := d.in.Plan()
	reason := field{label: "Because", help: "needed when it is another type or severity than the answers led to", control: written(d.in.Reason)}
	return form{fields: []field{
		typesField(d.in.Runbook, types),
		severityField(d.in.Runbook, level),
		d.noticedField(),
		{label: "You", control: written(d.in.Name)},
		roleField(d.in.Runbook, d.in.Role),
		{label: "Code name", help: "neutral: titles and channels give nothing away", control: written(d.in.CodeName)},
		reason,
	}}
}

// write takes a key where something is written.
func (d *Intake) write(k tea.KeyPressMsg) Result {
	switch d.form.key(k) {
	case keys.Back:
		return d.leaveForm()
	case keys.Accept:
		if d.page == pageWho {
			d.keepWho()
			return Result{}
		}
		d.keepEdit()
	}
	return Result{}
}

// leaveForm goes back from a page that is written on. Where nothing lies
// before it, it leaves.
func (d *Intake) leaveForm() Result {
	switch {
	case d.page == pageEdit:
		d.turn(pageOutcome)
	case d.first == pageWho:
		return Result{Close: true, Action: LeaveChosen{}}
	default:
		d.back()
	}
	return Result{}
}

// keepWho takes over when it was noticed and who is there.
func (d *Intake) keepWho() {
	if d.keepPerson(whoNoticed, whoName, whoRole) {
		d.turn(pageOutcome)
	}
}

func (d *Intake) keepPerson(noticed, name, role int) bool {
	at, err := session.ParseWhen(d.form.text(noticed), d.now())
	if err != nil {
		d.form.refuse(noticed, err)
		return false
	}
	if d.form.trimmed(name) == "" {
		d.form.refuse(name, errors.New("a name is needed: accounts are shared, and the record says who did what"))
		return false
	}
	d.in.Noticed, d.in.Name, d.in.Role = at, d.form.trimmed(name), d.form.trimmed(role)
	return true
}

// keepEdit takes over what was changed. What is the questions' own outcome is
// not kept as a decision, so that another answer can still change it.
func (d *Intake) keepEdit() {
	codeName := d.form.trimmed(editCodeName)
	if err := session.ValidCodeName(codeName); err != nil {
		d.form.refuse(editCodeName, err)
		return
	}
	before := d.in
	if !d.keepPerson(editNoticed, editName, editRole) {
		return
	}
	d.in.CodeName, d.in.Reason = codeName, d.form.trimmed(editReason)
	d.decide(markedIn(&d.form, editTypes), steps.Level(d.form.text(editSeverity)))
	if len(d.in.Types) == 0 && !d.in.Triage && d.in.Outcome().Leading() == "" {
		d.turn(pageOutcome)
		return
	}
	if _, err := d.in.Classified(); err != nil {
		reason := d.in.Reason
		d.in = before
		d.in.Reason = reason
		d.form.refuse(editReason, err)
		return
	}
	d.turn(pageOutcome)
}

// decide keeps the types and the severity where they differ from the
// questions' outcome.
func (d *Intake) decide(types []string, level steps.Level) {
	out := d.in.Outcome()
	if len(types) == 1 && types[0] == out.Leading() {
		types = nil
	}
	if level == out.Severity {
		level = ""
	}
	d.in.Types, d.in.Severity = slices.Clone(types), level
	if len(types) > 0 {
		d.in.Triage = false
	}
}
