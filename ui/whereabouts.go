package ui

import (
	"slices"

	"wsc-respond/session"
	"wsc-respond/steps"
)

// A console that comes back opens where the work was: at a command that still
// runs, or at the step of the latest act of a person, if that is still open.

// whereabouts is the place of the latest work; false if there was none that is
// still open.
func whereabouts(state *session.State, events []session.Event, p plan) (choice, bool) {
	if running := state.RunningNow(); len(running) > 0 {
		return placeOf(state, p, running[len(running)-1].Command)
	}
	for _, e := range slices.Backward(events) {
		ref, ok := workOf(e)
		if !ok {
			continue
		}
		if status := state.Step(ref.Step()).Status; status == session.Done || status == session.Skipped {
			return choice{}, false
		}
		return placeOf(state, p, ref)
	}
	return choice{}, false
}

// workOf is the step or command that an act was about.
func workOf(e session.Event) (session.Ref, bool) {
	switch d := e.Data.(type) {
	case *session.Started:
		return d.Command, true
	case *session.Elsewhere:
		return d.Command, true
	case *session.StepDone:
		return d.Step, true
	case *session.StepSkipped:
		return d.Step, true
	case *session.StepReopened:
		return d.Step, true
	case *session.CheckTicked:
		return d.Step, true
	case *session.CheckCleared:
		return d.Step, true
	}
	return "", false
}

// placeOf is the choice of a step, and of the command in it that ref names.
func placeOf(state *session.State, p plan, ref session.Ref) (choice, bool) {
	for i, phase := range p.phases {
		for j, st := range phase.steps {
			if st.ref != ref.Step() {
				continue
			}
			ch := choice{phase: i, step: j, open: st.ref, at: st.ref}
			if n, ok := commandIndex(state.Runbook, ref); ok {
				ch.inside, ch.item = true, n
			}
			return ch, true
		}
	}
	return choice{}, false
}

// commandIndex is where a command stands among the items of its step.
func commandIndex(rb *steps.Runbook, ref session.Ref) (int, bool) {
	step, ok := rb.Step(ref)
	if !ok {
		return 0, false
	}
	_, _, name := ref.Parts()
	n := slices.IndexFunc(step.Commands, func(c steps.Command) bool { return c.Name == name })
	return n, n >= 0
}
