package report

import (
	"fmt"
	"slices"

	"wsc-respond/session"
	"wsc-respond/steps"
)

// plans are the steps of every incident type that was worked on, also of one
// that a later classification took out of the plan, and those that follow
// every incident.
func (b *builder) plans() []Plan {
	before := b.passedOver()
	begun := b.begun()
	var all []Plan
	for _, inc := range b.worked() {
		p := Plan{Type: Type{ID: inc.ID, Title: inc.Title}}
		for _, phase := range inc.Phases {
			ph := Phase{Title: phase.Title}
			for _, step := range phase.Steps {
				ref := steps.StepRef(inc.ID, step.ID)
				_, touched := b.state.Steps[ref]
				if !touched && !begun[ref] && !step.For(b.state.Lead.Role) {
					continue
				}
				st := b.step(ref, step)
				st.Before = before[ref]
				st.Begun = st.Status == session.Todo && (st.Ticked > 0 || begun[ref])
				ph.Steps = append(ph.Steps, st)
			}
			p.Phases = append(p.Phases, ph)
		}
		all = append(all, p)
	}
	return all
}

// worked are the incident types of the plan, then others with a step that
// somebody touched, then what follows every incident.
func (b *builder) worked() []*steps.Incident {
	all := b.state.Incidents()
	for i := range b.state.Runbook.Incidents {
		inc := &b.state.Runbook.Incidents[i]
		if !slices.Contains(all, inc) && b.touched(inc.ID) {
			all = append(all, inc)
		}
	}
	if after := &b.state.Runbook.PostIncident; len(after.Phases) > 0 {
		all = append(all, after)
	}
	return all
}

func (b *builder) touched(incident string) bool {
	for ref := range b.state.Steps {
		if id, _, _ := ref.Parts(); id == incident {
			return true
		}
	}
	for _, r := range b.state.Runs {
		if id, _, _ := r.Command.Parts(); id == incident {
			return true
		}
	}
	return false
}

// begun are the steps of which a command was answered.
func (b *builder) begun() map[session.Ref]bool {
	begun := map[session.Ref]bool{}
	for _, r := range b.state.Runs {
		begun[r.Command.Step()] = true
	}
	return begun
}

func (b *builder) step(ref session.Ref, step steps.Step) Step {
	st := b.state.Step(ref)
	s := Step{
		Ref: ref, Title: stepTitle(step), Status: st.Status, By: st.By, Reason: st.Reason, Until: st.Until,
		Checks: len(step.Checks), Ticked: len(st.Checks),
	}
	if st.At.Seq != 0 {
		s.At, s.Marks = st.At.When.UTC(), b.marks[st.At.Seq]
	}
	return s
}

func stepTitle(s steps.Step) string {
	if s.Number > 0 {
		return fmt.Sprintf("%d %s", s.Number, s.Title)
	}
	return s.Title
}

// titleOf is the title of the step that a ref names or lies in, or the ref.
func (b *builder) titleOf(ref session.Ref) string {
	if ref == "" {
		return ""
	}
	if step, ok := b.state.Runbook.Step(ref); ok {
		return stepTitle(*step)
	}
	return string(ref)
}

// passedOver says for each step that is done which earlier ones of its
// incident type stood open at that moment. Waiting is no deviation: the
// document says to wait, and work goes on meanwhile. Neither is a step that
// the lead's role does not see.
func (b *builder) passedOver() map[session.Ref][]string {
	settled := map[session.Ref]bool{}
	before := map[session.Ref][]string{}
	for _, e := range b.events {
		switch d := e.Data.(type) {
		case *session.StepDone:
			before[d.Step] = b.openBefore(d.Step, settled)
			settled[d.Step] = true
		case *session.StepSkipped:
			settled[d.Step] = true
		case *session.StepWaiting:
			settled[d.Step] = true
		case *session.StepReopened:
			delete(settled, d.Step)
			delete(before, d.Step)
		}
	}
	return before
}

func (b *builder) openBefore(ref session.Ref, settled map[session.Ref]bool) []string {
	id, stepID, _ := ref.Parts()
	inc, ok := b.state.Runbook.Incident(id)
	if !ok {
		return nil
	}
	var open []string
	for _, phase := range inc.Phases {
		for _, step := range phase.Steps {
			if step.ID == stepID {
				return open
			}
			if step.For(b.state.Lead.Role) && !settled[steps.StepRef(inc.ID, step.ID)] {
				open = append(open, stepTitle(step))
			}
		}
	}
	return nil // the runbook has no such step, so no order for it
}
