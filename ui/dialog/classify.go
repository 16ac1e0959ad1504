package dialog

import (
	"errors"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"wsc-respond/session"
	"wsc-respond/steps"
	"wsc-respond/ui/keys"
	"wsc-respond/ui/theme"
)

// Classify changes what the incident is taken for: its types, the leading one
// first, and its severity, with a reason.
//
// Its actions are Widen, if a type was added and nothing else, and
// Reclassify.
type Classify struct {
	asking
	types    []string
	severity steps.Level
}

// The fields of a classification.
const (
	classTypes = iota
	classSeverity
	classReason
)

// NewClassify starts from how the session stands. The state is not kept.
func NewClassify(state *session.State) *Classify {
	d := &Classify{types: slices.Clone(state.Types), severity: state.Severity}
	d.form.fields = []field{
		typesField(state.Runbook, state.Types),
		severityField(state.Runbook, state.Severity),
		{label: "Because", help: d.asks(), control: written("")},
	}
	return d
}

// asks is what the reason answers: nobody in triage had an opinion to change.
func (d *Classify) asks() string {
	if len(d.types) == 0 {
		return "why this one?"
	}
	return "what changed your mind?"
}

func typesField(rb *steps.Runbook, types []string) field {
	m := &marks{marked: slices.Clone(types)}
	for _, inc := range rb.Incidents {
		m.options = append(m.options, option{inc.ID, strings.TrimSpace(inc.ID + " " + inc.Title)})
	}
	return field{label: "Type", help: "space marks; the first that was marked leads", control: m}
}

func severityField(rb *steps.Runbook, level steps.Level) field {
	var all []option
	if level == "" {
		all = append(all, option{"", "not said"})
	}
	for _, l := range rb.Levels() {
		all = append(all, option{string(l.Level), string(l.Level)})
	}
	return field{label: "Severity", help: "left and right choose", control: chosen(string(level), all)}
}

// markedIn are the values that are marked in a field of marks.
func markedIn(f *form, i int) []string {
	m, ok := f.fields[i].control.(*marks)
	if !ok {
		return nil
	}
	return slices.Clone(m.marked)
}

// Key takes one key.
func (d *Classify) Key(k tea.KeyPressMsg) Result {
	switch d.form.key(k) {
	case keys.Back:
		return Result{Close: true}
	case keys.Accept:
		return d.accept()
	}
	return Result{}
}

func (d *Classify) accept() Result {
	types, level := markedIn(&d.form, classTypes), steps.Level(d.form.text(classSeverity))
	reason := d.form.trimmed(classReason)
	switch {
	case len(types) == 0:
		d.form.refuse(classTypes, errors.New("mark at least one type with space"))
		return Result{}
	case slices.Equal(types, d.types) && level == d.severity:
		d.form.refuse(classTypes, errors.New("that is how it stands already; esc goes back"))
		return Result{}
	case reason == "":
		d.form.refuse(classReason, errors.New("a reason is needed: "+d.asks()))
		return Result{}
	}
	if added := len(d.types); len(types) == added+1 && added > 0 && slices.Equal(types[:added], d.types) && level == d.severity {
		return Result{Close: true, Action: Widen{Type: types[added], Reason: reason}}
	}
	return Result{Close: true, Action: Reclassify{Types: types, Severity: level, Reason: reason}}
}

// View draws the form.
func (d *Classify) View(s theme.Styles, width, height int) string {
	c := newCanvas(s, width, height)
	stands := "in triage"
	if len(d.types) > 0 {
		stands = strings.TrimSpace(strings.Join(d.types, ", ") + " " + strings.ToUpper(string(d.severity)))
	}
	p := d.form.page(c, "What is this incident?", c.line(stands), nil,
		hint{keys.Accept, "records it"}, hint{keys.Next, "next field"}, hint{action: keys.Back})
	return c.draw(p, &d.form.scroll)
}
