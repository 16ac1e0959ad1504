package session

import (
	"context"
	"time"

	"wsc-respond/steps"
)

// Done marks a step as done.
func (s *Session) Done(ctx context.Context, ref Ref, note string) ([]Recorded, error) {
	return s.mark(ctx, ref, Done, &StepDone{Step: ref, Note: note})
}

// Skip leaves a step out, with a reason.
func (s *Session) Skip(ctx context.Context, ref Ref, reason string) ([]Recorded, error) {
	if blank(reason) {
		return nil, refuse("a reason is needed: why is this step left out?")
	}
	return s.mark(ctx, ref, Skipped, &StepSkipped{Step: ref, Reason: reason})
}

// Wait says what a step waits for, and when to be reminded; a zero time is no
// reminder.
func (s *Session) Wait(ctx context.Context, ref Ref, what string, until time.Time) ([]Recorded, error) {
	if blank(what) {
		return nil, refuse("what does this step wait for?")
	}
	if !until.IsZero() && !until.After(s.Now().Wall) {
		return nil, refuse("the reminder lies in the past")
	}
	return s.mark(ctx, ref, Waiting, &StepWaiting{Step: ref, For: what, Until: until.UTC().Truncate(time.Second)})
}

// Reopen takes back that a step is done, skipped or waiting. The event that
// said so stays; this one points at it.
func (s *Session) Reopen(ctx context.Context, ref Ref, reason string) ([]Recorded, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	st := s.state.Step(ref)
	if st.Status == Todo {
		return nil, refuse("this step is open")
	}
	return s.record(ctx, entry{data: &StepReopened{Step: ref, Of: st.At.Seq, Reason: reason}})
}

// mark records a change of a step's status, and before it, if it is the
// first in its phase, that the phase was entered.
func (s *Session) mark(ctx context.Context, ref Ref, status StepStatus, d Data) ([]Recorded, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, ok := s.state.Runbook.Step(ref); !ok {
		return nil, refuse("the runbook has no step %q", ref)
	}
	if s.state.Step(ref).Status == status && status != Waiting {
		return nil, refuse("this step is %s already", status)
	}
	return s.record(ctx, append(s.enter(ref), entry{data: d})...)
}

// enter is the entry for the phase that a step lies in, unless work on it
// began before.
func (s *Session) enter(ref Ref) []entry {
	incident, _, _ := ref.Parts()
	phase, ok := s.state.Runbook.PhaseOf(ref)
	if !ok {
		return nil
	}
	id := phaseRef(incident, *phase)
	if _, entered := s.state.Phases[id]; entered {
		return nil
	}
	return []entry{{data: &PhaseEntered{Phase: id, Title: phase.Title}}}
}

// TickCheck ticks a bullet of a step, or clears it.
func (s *Session) TickCheck(ctx context.Context, ref Ref, check string, ticked bool) ([]Recorded, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	text, ok := s.checkText(ref, check)
	if !ok {
		return nil, refuse("the step %q has no check %q", ref, check)
	}
	if _, is := s.state.Step(ref).Checks[check]; is == ticked {
		return nil, refuse("this check stands so already")
	}
	var d Data = &CheckCleared{Step: ref, Check: check, Text: text}
	if ticked {
		d = &CheckTicked{Step: ref, Check: check, Text: text}
	}
	return s.record(ctx, append(s.enter(ref), entry{data: d})...)
}

func (s *Session) checkText(ref Ref, id string) (string, bool) {
	step, ok := s.state.Runbook.Step(ref)
	if !ok {
		return "", false
	}
	for _, c := range step.Checks {
		if c.ID == id {
			return c.Text, true
		}
	}
	return "", false
}

// PhaseComplete reports whether every step of a phase that the lead's role
// sees is done or skipped.
func (s *State) PhaseComplete(incident string, p steps.Phase) bool {
	return s.phaseEnd(incident, p) != nil
}

// AskMilestone is the milestone that should be asked for now that a step is
// done: the step's own, or, where the incident type names none, "contained"
// at the end of its first phase and "recovered" at the end of its last. It is
// empty when there is nothing to ask, or the answer is on record.
func (s *State) AskMilestone(ref Ref) steps.Milestone {
	m := s.milestoneOf(ref)
	if _, known := s.Milestones[m]; known {
		return ""
	}
	return m
}

func (s *State) milestoneOf(ref Ref) steps.Milestone {
	step, ok := s.Runbook.Step(ref)
	if !ok || s.Step(ref).Status != Done && s.Step(ref).Status != Skipped {
		return ""
	}
	if step.Milestone != "" {
		return step.Milestone
	}
	id, _, _ := ref.Parts()
	inc, ok := s.Runbook.Incident(id)
	phase, has := s.Runbook.PhaseOf(ref)
	if !ok || !has || inc.NamesMilestones() || !s.PhaseComplete(id, *phase) {
		return ""
	}
	switch {
	case id == steps.PostIncidentID:
		return steps.Reviewed
	case phase.ID == inc.Phases[len(inc.Phases)-1].ID:
		return steps.Recovered
	case phase.ID == inc.Phases[0].ID:
		return steps.Contained
	}
	return ""
}
