package markdown

import (
	"fmt"
	"slices"
	"strings"

	"wsc-respond/steps"
)

// incident joins an incident type of the overlay to the base's of the same id
// or title, or adds it as a further type.
func (l *layer) incident(over *steps.Incident) {
	for i := range l.rb.Incidents {
		if inc := &l.rb.Incidents[i]; strings.EqualFold(inc.ID, over.ID) || sameName(inc.Title, over.Title) {
			l.plan(inc, over)
			return
		}
	}
	if len(over.Phases) == 0 && len(over.Indicators) == 0 {
		var ids []string
		for _, inc := range l.rb.Incidents {
			ids = append(ids, inc.ID)
		}
		l.leaveOut(over.At, "there is no incident type %s, and a new one needs steps: it is one of %s", over.ID, strings.Join(ids, ", "))
		return
	}
	l.rb.Incidents = append(l.rb.Incidents, *over)
}

// plan lays one plan over another.
func (l *layer) plan(base, over *steps.Incident) {
	base.Prose = join(base.Prose, over.Prose)
	for _, in := range over.Indicators {
		if i := slices.IndexFunc(base.Indicators, func(known steps.Indicator) bool { return known.ID == in.ID }); i >= 0 {
			base.Indicators[i] = in
		} else {
			base.Indicators = append(base.Indicators, in)
		}
	}
	for _, q := range over.Questions {
		base.Questions = putQuestion(base.Questions, q)
	}
	for i := range over.Phases {
		l.phase(base, &over.Phases[i])
	}
}

// phase joins a phase to the one of the same id or title, or adds it.
func (l *layer) phase(base *steps.Incident, over *steps.Phase) {
	target := slices.IndexFunc(base.Phases, func(known steps.Phase) bool {
		return strings.EqualFold(known.ID, over.ID) || sameName(known.Title, over.Title)
	})
	if target < 0 {
		l.newPhase(base, over)
		return
	}
	phase := &base.Phases[target]
	phase.Prose = join(phase.Prose, over.Prose)
	if over.Within > 0 {
		phase.Within, phase.At = over.Within, over.At
	}
	if over.Clock != "" {
		phase.Clock, phase.At = over.Clock, over.At
	}
	for _, st := range over.Steps {
		l.step(base, target, st)
	}
}

// newPhase adds a phase for those steps of it that have no other place. One
// without steps can only have been meant for a phase of the base.
func (l *layer) newPhase(base *steps.Incident, over *steps.Phase) {
	if len(over.Steps) == 0 {
		var titles []string
		for _, p := range base.Phases {
			titles = append(titles, p.Title)
		}
		l.leaveOut(over.At, "%s has no phase %q, and this one has no steps: it is one of %s", base.ID, over.Title, strings.Join(titles, ", "))
		return
	}
	own := *over
	own.Steps = nil
	base.Phases = append(base.Phases, own)
	for _, st := range over.Steps {
		l.step(base, len(base.Phases)-1, st)
	}
	last := len(base.Phases) - 1
	if len(base.Phases[last].Steps) == 0 {
		base.Phases = base.Phases[:last]
	}
}

// step puts a step in the place of another, before another, or at the end of
// a phase.
func (l *layer) step(base *steps.Incident, phase int, st steps.Step) {
	stated := l.over.stated[st.At]
	replaces := st.Replaces
	if _, _, taken := findStep(base, st.ID); replaces == "" && stated && taken {
		replaces = st.ID
	}
	if replaces != "" {
		l.replace(base, st, replaces, stated)
		return
	}
	st.ID = freeStepID(base, st.ID)
	if st.Before == "" {
		base.Phases[phase].Steps = append(base.Phases[phase].Steps, st)
		return
	}
	p, i, ok := findStep(base, st.Before)
	if !ok {
		l.over.problems = append(l.over.problems, steps.Problem{
			Kind: steps.UnresolvedName, Error: true, At: st.At,
			Detail: fmt.Sprintf("before: %s has no step %q%s; the step stands at the end of its phase", base.ID, st.Before, didYouMean(st.Before, stepIDs(base))),
		})
		base.Phases[phase].Steps = append(base.Phases[phase].Steps, st)
		return
	}
	base.Phases[p].Steps = slices.Insert(base.Phases[p].Steps, i, st)
}

// replace puts a step in the place of another. It takes over the number, and
// the id unless the author stated another.
func (l *layer) replace(base *steps.Incident, st steps.Step, id string, stated bool) {
	p, i, ok := findStep(base, id)
	if !ok {
		l.leaveOut(st.At, "replaces: %s has no step %q%s", base.ID, id, didYouMean(id, stepIDs(base)))
		return
	}
	old := base.Phases[p].Steps[i]
	if st.Number == 0 {
		st.Number = old.Number
	}
	if !stated || strings.EqualFold(st.ID, old.ID) {
		st.ID = old.ID
	} else {
		st.ID = freeStepID(base, st.ID)
	}
	base.Phases[p].Steps[i] = st
}

func didYouMean(typed string, known []string) string {
	if near := nearest(typed, known); near != "" {
		return fmt.Sprintf(" (did you mean %q?)", near)
	}
	return ": it is one of " + strings.Join(known, ", ")
}

// findStep finds a step of an incident by id: its phase, and its place there.
func findStep(inc *steps.Incident, id string) (phase, step int, ok bool) {
	for p := range inc.Phases {
		for s := range inc.Phases[p].Steps {
			if strings.EqualFold(inc.Phases[p].Steps[s].ID, id) {
				return p, s, true
			}
		}
	}
	return 0, 0, false
}

func stepIDs(inc *steps.Incident) []string {
	var ids []string
	eachStep(inc, func(st *steps.Step) { ids = append(ids, st.ID) })
	return ids
}

// freeStepID is the id, or the next free one after it.
func freeStepID(inc *steps.Incident, id string) string {
	taken := names{}
	for _, known := range stepIDs(inc) {
		taken.claim(known)
	}
	got, _ := taken.claim(id)
	return got
}

// putQuestion puts a question in the place of the one with its id, or at the
// end.
func putQuestion(list []steps.Question, q steps.Question) []steps.Question {
	if i := slices.IndexFunc(list, func(known steps.Question) bool { return known.ID == q.ID }); i >= 0 {
		list[i] = q
		return list
	}
	return append(list, q)
}
