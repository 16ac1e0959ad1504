package ui

import (
	"wsc-respond/session"
	"wsc-respond/steps"
	"wsc-respond/ui/pane"
)

// plan is the phases of the incident and their steps, as this person sees
// them.
type plan struct {
	phases []phase
}

// phase is one tab.
type phase struct {
	incident *steps.Incident
	title    string
	several  bool // the plan has several incident types, so the tab names its own
	steps    []planned
	done     int
}

// planned is a step in its place.
type planned struct {
	ref    session.Ref
	step   *steps.Step
	status session.StepStatus
	runs   bool // one of its commands is at work
}

// planOf lists the phases of the session's incident types, and those that
// follow every incident.
func planOf(s *session.State, role string) plan {
	running := map[session.Ref]bool{}
	for _, r := range s.RunningNow() {
		running[r.Command.Step()] = true
	}
	var p plan
	incidents := s.Incidents()
	for _, inc := range incidents {
		for i := range inc.Phases {
			ph := phaseOf(s, inc, &inc.Phases[i], role, running)
			ph.several = len(incidents) > 1
			p.phases = append(p.phases, ph)
		}
	}
	if len(incidents) == 0 {
		p.phases = append(p.phases, phase{title: "Triage"})
	}
	after := &s.Runbook.PostIncident
	for i := range after.Phases {
		ph := phaseOf(s, after, &after.Phases[i], role, running)
		if len(after.Phases) == 1 {
			ph.title = "After"
		}
		p.phases = append(p.phases, ph)
	}
	return p
}

func phaseOf(s *session.State, inc *steps.Incident, p *steps.Phase, role string, running map[session.Ref]bool) phase {
	ph := phase{incident: inc, title: p.Title}
	for i := range p.Steps {
		step := &p.Steps[i]
		if !step.For(role) && !step.For(s.Lead.Role) {
			continue
		}
		ref := steps.StepRef(inc.ID, step.ID)
		st := s.Step(ref)
		if st.Status == session.Done || st.Status == session.Skipped {
			ph.done++
		}
		ph.steps = append(ph.steps, planned{ref: ref, step: step, status: st.Status, runs: running[ref]})
	}
	return ph
}

// choice is where the person is: which phase, which step, which step is open,
// and which of its items.
type choice struct {
	phase  int
	step   int
	open   session.Ref // the step in the pane at the right
	inside bool        // keys move in the open step, not in the list
	item   int         // of the open step
	top    int         // first row of the open step's text
	at     session.Ref // the step under the cursor, to find it again
}

// firstChoice is the first step that is still to be done.
func firstChoice(p plan) choice {
	if len(p.phases) > 0 && p.phases[0].incident == nil {
		return choice{} // in triage there is nothing to do but to find out
	}
	for i, ph := range p.phases {
		for j, st := range ph.steps {
			if st.status == session.Todo {
				return choice{phase: i, step: j, open: st.ref, at: st.ref}
			}
		}
	}
	ch := choice{}
	ch.toPhase(p, 0)
	return ch
}

// toPhase goes to a phase, at its first step that is still to be done.
func (ch *choice) toPhase(p plan, i int) {
	n := len(p.phases)
	if n == 0 {
		return
	}
	*ch = choice{phase: (i%n + n) % n}
	list := p.phases[ch.phase].steps
	for j, st := range list {
		if st.status == session.Todo {
			ch.step = j
			break
		}
	}
	if len(list) > 0 {
		ch.at = list[ch.step].ref
		ch.open = ch.at
	}
}

// toStep moves the cursor in the list.
func (ch *choice) toStep(p plan, j int) {
	list := p.phases[ch.phase].steps
	if len(list) == 0 {
		return
	}
	ch.step = min(max(j, 0), len(list)-1)
	ch.at = list[ch.step].ref
}

// keep finds the chosen step again after the plan has changed.
func (ch *choice) keep(p plan) {
	if ch.at == "" && ch.phase < len(p.phases) && p.phases[ch.phase].incident == nil {
		return
	}
	for i, ph := range p.phases {
		for j, st := range ph.steps {
			if st.ref == ch.at {
				ch.phase, ch.step = i, j
				return
			}
		}
	}
	*ch = firstChoice(p)
}

// cursor is the step under the cursor.
func (c *console) cursor() (planned, bool) {
	if c.choice.phase >= len(c.plan.phases) {
		return planned{}, false
	}
	list := c.plan.phases[c.choice.phase].steps
	if c.choice.step >= len(list) {
		return planned{}, false
	}
	return list[c.choice.step], true
}

// openAt opens the step under the cursor, at the first of its items that is
// still to be done. inside has keys move in it.
func (c *console) openAt(inside bool) {
	at, ok := c.cursor()
	if !ok {
		return
	}
	if c.choice.open != at.ref {
		c.choice.open, c.choice.top = at.ref, 0
		c.choice.item = c.firstItem(at.ref, at.step)
	}
	c.choice.inside = inside
	if inside {
		c.showItem()
	}
}

// firstItem is the first command of a step that has neither run as expected nor
// elsewhere, or else its first check without a tick.
func (c *console) firstItem(ref session.Ref, step *steps.Step) int {
	for i, item := range c.items(ref, step) {
		ran := item.State == pane.Expected || item.State == pane.Elsewhere
		if (item.Command != "" && !ran) || (item.Command == "" && !item.Ticked) {
			return i
		}
	}
	return 0
}

// openStep is the step that is open.
func (c *console) openStep() (*steps.Step, bool) {
	if c.opened == nil || c.choice.open == "" {
		return nil, false
	}
	return c.state.Runbook.Step(c.choice.open)
}

// subject is the step that keys act on: the open one when keys move in it,
// else the one under the cursor.
func (c *console) subject() (session.Ref, *steps.Step, bool) {
	ref := c.choice.open
	if !c.choice.inside {
		at, ok := c.cursor()
		if !ok {
			return "", nil, false
		}
		ref = at.ref
	}
	step, ok := c.state.Runbook.Step(ref)
	return ref, step, ok
}
