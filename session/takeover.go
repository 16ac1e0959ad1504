package session

import (
	"context"
	"fmt"
	"strings"
	"time"
)

// TakeOver records in a new session what an older one, whose record cannot be
// written any more, had come to: milestones, stopped clocks, phases, inputs,
// steps with their checks, notes, and which commands were still running. The
// old record stays what it is; the first event of this one names its folder
// and head. Not taken over are secret values, the directory and variables that
// commands had set, and notices; the old record has those.
func (s *Session) TakeOver(ctx context.Context, old *State) ([]Recorded, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var entries []entry
	for _, m := range sortedMilestones(old) {
		if _, known := s.state.Milestones[m]; !known {
			entries = append(entries, reached(m, old.Milestones[m].When, "taken over from the old record"))
		}
	}
	for _, id := range sortedNames(old.Stopped) {
		entries = append(entries, past(&ClockStopped{Clock: id, Name: strings.TrimPrefix(id, "legal:"), Note: old.Stopped[id].Note}, old.Stopped[id].When))
	}
	for _, ref := range sortedRefs(old.Phases) {
		entries = append(entries, past(&PhaseEntered{Phase: ref, Title: old.phaseTitle(ref)}, old.Phases[ref].When))
	}
	for _, name := range sortedNames(old.Inputs) {
		if in := old.Inputs[name]; !in.Secret {
			entries = append(entries, entry{data: &InputSet{Name: name, Value: in.Value, From: in.From, Names: in.Names}})
		}
	}
	for _, ref := range sortedRefs(old.Steps) {
		entries = append(entries, takeOverStep(ref, old.Steps[ref])...)
	}
	entries = append(entries, takeOverNotes(old)...)
	for _, r := range old.RunningNow() {
		entries = append(entries, entry{source: FromConsole, data: &NoteAdded{Type: Observation, Step: r.Command.Step(),
			Text: fmt.Sprintf("%s was running when the old record ended; its output lies in that session's evidence/%s", r.Command, r.Evidence)}})
	}
	return s.record(ctx, entries...)
}

// past is an entry for something that happened at a time that is known.
func past(d Data, when time.Time) entry {
	return entry{data: d, when: Instant{Wall: when}, said: true}
}

func takeOverNotes(old *State) []entry {
	var entries []entry
	for _, n := range old.Notes {
		text := n.Text
		if n.Hypothesis == Holds || n.Hypothesis == Disproven {
			text += " (" + string(n.Hypothesis) + " in the old record)"
		}
		if !n.Withdrawn {
			entries = append(entries, past(&NoteAdded{Type: n.Type, Text: text, Step: n.Step}, n.At))
		}
	}
	return entries
}

func (s *State) phaseTitle(ref Ref) string {
	incident, id, _ := ref.Parts()
	inc, ok := s.Runbook.Incident(incident)
	if !ok {
		return string(ref)
	}
	for _, p := range inc.Phases {
		if p.ID == id {
			return p.Title
		}
	}
	return string(ref)
}

// takeOverStep gives a step the status that it had, at the time it got it.
func takeOverStep(ref Ref, st *StepState) []entry {
	var entries []entry
	for _, check := range sortedNames(st.Checks) {
		ticked := st.Checks[check]
		entries = append(entries, past(&CheckTicked{Step: ref, Check: check, Text: ticked.Note}, ticked.When))
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
	return append(entries, past(d, st.At.When))
}
