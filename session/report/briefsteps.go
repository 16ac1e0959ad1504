package report

import (
	"fmt"
	"time"

	"wsc-respond/session"
	"wsc-respond/steps"
)

// openStep is a step that is neither done nor skipped.
type openStep struct {
	ref   session.Ref
	title string
	state session.StepState
}

// eachStep calls f with every step of the plan that the lead's role sees, in
// the document's order.
func (h handover) eachStep(f func(phase steps.Phase, s openStep)) {
	for _, inc := range append(h.state.Incidents(), &h.state.Runbook.PostIncident) {
		for _, phase := range inc.Phases {
			for _, step := range phase.Steps {
				ref := steps.StepRef(inc.ID, step.ID)
				if step.For(h.state.Lead.Role) {
					f(phase, openStep{ref: ref, title: stepTitle(step), state: h.state.Step(ref)})
				}
			}
		}
	}
}

// counts says for each phase how many of its steps are behind the team.
func (h handover) counts() []item {
	var items []item
	var title string
	done, all := 0, 0
	flush := func() {
		if all > 0 {
			items = append(items, item(fmt.Sprintf("%s %d/%d", title, done, all)))
		}
		done, all = 0, 0
	}
	var last session.Ref
	h.eachStep(func(phase steps.Phase, s openStep) {
		incident, _, _ := s.ref.Parts()
		if at := steps.StepRef(incident, phase.ID); at != last {
			flush()
			last, title = at, phase.Title
		}
		all++
		if s.state.Status == session.Done || s.state.Status == session.Skipped {
			done++
		}
	})
	flush()
	return items
}

func (h handover) next() []item {
	var items []item
	h.eachStep(func(phase steps.Phase, s openStep) {
		if s.state.Status == session.Todo {
			items = append(items, item(s.title+" ("+phase.Title+")"))
		}
	})
	return items
}

func (h handover) waiting() []item {
	var items []item
	h.eachStep(func(_ steps.Phase, s openStep) {
		if s.state.Status != session.Waiting {
			return
		}
		text := s.title + ": " + s.state.Reason
		if until := s.state.Until; !until.IsZero() {
			text = reminder(until, h.now.Wall) + " · " + text
		}
		items = append(items, item(text))
	})
	return items
}

// reminder comes first, because the end of a long line is cut.
func reminder(until, now time.Time) string {
	if !until.After(now) {
		return "due since " + until.UTC().Format("01-02 15:04 UTC")
	}
	return "due " + until.UTC().Format("01-02 15:04 UTC")
}

// blocked are open steps whose latest command did not end as its author
// expects: somebody has to look before they go on.
func (h handover) blocked() []item {
	b := builder{state: h.state}
	var items []item
	h.eachStep(func(_ steps.Phase, s openStep) {
		if s.state.Status == session.Done || s.state.Status == session.Skipped {
			return
		}
		step, _ := h.state.Runbook.Step(s.ref)
		for _, c := range step.Commands {
			if r := h.state.LastRun(s.ref.Command(c.Name)); r != nil && b.surprising(r) {
				items = append(items, item(fmt.Sprintf("%s: %s · %s", s.title, c.Name, r.Result.Sum())))
			}
		}
	})
	return items
}

func (h handover) title(ref session.Ref) string {
	b := builder{state: h.state}
	return b.titleOf(ref)
}
