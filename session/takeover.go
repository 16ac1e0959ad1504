package session

import (
	"context"
)

// TakeOver records in a new session what an older one, whose record cannot be
// written any more, had come to: milestones, steps, checks, inputs and open
// notes. The old record stays what it is; the first event of this one names
// its folder and head.
func (s *Session) TakeOver(ctx context.Context, old *State) ([]Recorded, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var entries []entry
	for _, m := range sortedMilestones(old) {
		if _, known := s.state.Milestones[m]; !known {
			entries = append(entries, reached(m, old.Milestones[m].When, "taken over from the old record"))
		}
	}
	for _, name := range sortedNames(old.Inputs) {
		if in := old.Inputs[name]; !in.Secret {
			entries = append(entries, entry{data: &InputSet{Name: name, Value: in.Value, From: in.From, Names: in.Names}})
		}
	}
	for _, ref := range sortedRefs(old.Steps) {
		entries = append(entries, s.takeOverStep(ref, old.Steps[ref])...)
	}
	for _, n := range old.Notes {
		if !n.Withdrawn && n.Type == Hypothesis && n.Hypothesis == Open {
			entries = append(entries, entry{data: &NoteAdded{Type: n.Type, Text: n.Text, Step: n.Step}, when: Instant{Wall: n.At}, said: true})
		}
	}
	return s.record(ctx, entries...)
}

// takeOverStep gives a step the status that it had, at the time it got it.
func (s *Session) takeOverStep(ref Ref, st *StepState) []entry {
	var entries []entry
	for _, check := range sortedNames(st.Checks) {
		ticked := st.Checks[check]
		entries = append(entries, entry{data: &CheckTicked{Step: ref, Check: check, Text: ticked.Note}, when: Instant{Wall: ticked.When}, said: true})
	}
	var d Data
	switch st.Status {
	case Done:
		d = &StepDone{Step: ref, Note: st.Reason}
	case Skipped:
		d = &StepSkipped{Step: ref, Reason: st.Reason}
	case Waiting:
		d = &StepWaiting{Step: ref, For: st.Reason, Until: st.Until}
	default:
		return entries
	}
	return append(entries, entry{data: d, when: Instant{Wall: st.At.When}, said: true})
}
