package report

import "wsc-respond/session"

// notes are what people wrote down, as it reads after their amendments. What
// it read before stands in the timeline.
func (b *builder) notes() Notes {
	changes := b.changes()
	var all Notes
	for _, state := range b.state.Notes {
		n := Note{NoteState: *state, Step: b.titleOf(state.Step), Changes: changes[state.Seq]}
		n.At = n.At.UTC()
		switch n.Type {
		case session.Decision:
			all.Decisions = append(all.Decisions, n)
		case session.Hypothesis:
			all.Hypotheses = append(all.Hypotheses, n)
		case session.Observation:
			all.Observations = append(all.Observations, n)
		case session.Communication:
			all.Communications = append(all.Communications, n)
		default:
			all.Others = append(all.Others, n)
		}
	}
	return all
}

// changes are the changes of each hypothesis, by the event that noted it.
func (b *builder) changes() map[uint64][]Change {
	changes := map[uint64][]Change{}
	for _, e := range b.events {
		if d, ok := e.Data.(*session.HypothesisChanged); ok {
			changes[d.Note] = append(changes[d.Note], Change{Seq: e.Seq, At: e.When().UTC(), State: d.State, Why: d.Why, By: e.By})
		}
	}
	return changes
}

func (b *builder) notices() []Notice {
	var all []Notice
	for _, n := range b.state.Notices {
		all = append(all, Notice{Seq: n.Seq, At: n.At.UTC(), Marks: b.marks[n.Seq], Draft: n.Draft, Sent: n.Sent})
	}
	return all
}
