package session

import (
	"time"

	"wsc-respond/steps"
)

// between is the time from one moment to another. Within one boot of one
// machine it is taken from the boot-time clock, which a wall clock that was
// set cannot disturb. Otherwise it is taken from the wall clock, less what it
// was set by in between, as far as that is on record.
func (s *State) between(from, to Moment) time.Duration {
	a, b := from.Recorded, to.Recorded
	if a.Boot != "" && a.Boot == b.Boot {
		told := a.Wall.Sub(from.When) - b.Wall.Sub(to.When)
		return b.Up - a.Up + told
	}
	elapsed := to.When.Sub(from.When)
	for _, jump := range s.Jumps {
		if jump.Seq > from.Seq && (to.Seq == 0 || jump.Seq < to.Seq) {
			elapsed -= jump.By
		}
	}
	return elapsed
}

// At makes a moment of an instant, for the time functions below.
func At(now Instant) Moment { return Moment{When: now.Wall, Recorded: now} }

// Elapsed is the time since somebody became aware. It is false before that.
func (s *State) Elapsed(now Instant) (time.Duration, bool) {
	aware, ok := s.Milestones[steps.Aware]
	if !ok {
		return 0, false
	}
	return max(0, s.between(aware, At(now))), true
}

// Took is the time between two milestones; false if one of them is not known.
func (s *State) Took(from, to steps.Milestone) (time.Duration, bool) {
	a, okA := s.Milestones[from]
	b, okB := s.Milestones[to]
	if !okA || !okB {
		return 0, false
	}
	return s.between(a, b), true
}
