package session

import (
	"fmt"
	"slices"
	"time"

	"wsc-respond/steps"
)

// Clock is one clock of the incident at one moment: how long it was given,
// how much is left, and whether it stopped. All of them count from when
// somebody became aware, not from when the session was opened.
type Clock struct {
	ID     string // "phase:INC-1/immediate", "response", "contain", "legal:CRA early warning", "wait:INC-3/all-clear"
	Name   string // as the screen calls it
	Group  ClockGroup
	Target time.Duration // 0 is "at once": nothing to count down
	From   uint64        // the event that it counts from
	Left   time.Duration // negative when overdue
	Due    time.Time     // wall time of the deadline, UTC
	// Stopped says that its milestone was reached; Took is the time it took.
	Stopped bool
	Took    time.Duration
}

// ClockGroup says what a clock is about.
type ClockGroup string

// The groups, in the order in which the screen shows them.
const (
	PhaseClock    ClockGroup = "phase"
	ResponseClock ClockGroup = "response"
	MetricClock   ClockGroup = "metric"
	LegalClock    ClockGroup = "legal"
	WaitClock     ClockGroup = "wait"
)

// ClockWord says in one word how a clock stands, for screens that must not
// tell it by colour alone.
type ClockWord string

// The words.
const (
	ClockRuns    ClockWord = "left"
	ClockWarns   ClockWord = "soon" // a quarter of the time is left, or less
	ClockOverdue ClockWord = "over"
	ClockStops   ClockWord = "took"
	ClockAtOnce  ClockWord = "at once" // no time to count down
)

// Word says how the clock stands.
func (c Clock) Word() ClockWord {
	switch {
	case c.Stopped:
		return ClockStops
	case c.Target == 0:
		return ClockAtOnce
	case c.Left < 0:
		return ClockOverdue
	case c.Left <= c.Target/4:
		return ClockWarns
	default:
		return ClockRuns
	}
}

// Urgency orders clocks by what they say: overdue, soon, running, "at once"
// (which has nothing to count), stopped. Less is more urgent.
func (c Clock) Urgency() int {
	return slices.Index([]ClockWord{ClockOverdue, ClockWarns, ClockRuns, ClockAtOnce, ClockStops}, c.Word())
}

// Missed reports whether a stopped clock stopped too late, or a running one is
// overdue.
func (c Clock) Missed() bool {
	if c.Target == 0 {
		return false
	}
	return c.Left < 0 || (c.Stopped && c.Took > c.Target)
}

// Clocks are all clocks of the incident at an instant: phases, response,
// metrics, legal duties, and reminders of waiting steps.
func (s *State) Clocks(now Instant) []Clock {
	var clocks []Clock
	clocks = append(clocks, s.phaseClocks(now)...)
	clocks = append(clocks, s.responseClock(now)...)
	clocks = append(clocks, s.metricClocks(now)...)
	clocks = append(clocks, s.legalClocks(now)...)
	return append(clocks, s.waitClocks(now)...)
}

// count makes a clock that runs from a moment, and stopped at another if
// stop is not nil.
func (s *State) count(c Clock, from Moment, stop *Moment, now Instant) Clock {
	c.From = from.Seq
	elapsed := s.between(from, At(now))
	c.Left = c.Target - elapsed
	c.Due = now.Wall.Add(c.Left).Round(time.Second)
	if stop != nil {
		c.Stopped = true
		c.Took = s.between(from, *stop)
		c.Left = c.Target - c.Took
	}
	return c
}

func (s *State) phaseClocks(now Instant) []Clock {
	var clocks []Clock
	for _, inc := range s.Incidents() {
		for _, p := range inc.Phases {
			from, ok := s.Milestones[orAware(p.Clock)]
			if p.Within <= 0 || !ok {
				continue
			}
			c := Clock{ID: "phase:" + string(phaseRef(inc.ID, p)), Name: p.Title, Group: PhaseClock, Target: p.Within.Duration()}
			clocks = append(clocks, s.count(c, from, s.phaseEnd(inc.ID, p), now))
		}
	}
	return clocks
}

func orAware(m steps.Milestone) steps.Milestone {
	if m == "" {
		return steps.Aware
	}
	return m
}

// phaseEnd is when the last step of a phase was done or skipped; nil while
// one is open.
func (s *State) phaseEnd(incident string, p steps.Phase) *Moment {
	var last *Moment
	for _, step := range p.Steps {
		if !step.For(s.Lead.Role) {
			continue
		}
		st := s.Step(steps.StepRef(incident, step.ID))
		if st.Status != Done && st.Status != Skipped {
			return nil
		}
		if last == nil || st.At.Seq > last.Seq {
			last = &st.At
		}
	}
	return last
}

// responseClock runs until work on the first phase began.
func (s *State) responseClock(now Instant) []Clock {
	aware, ok := s.Milestones[steps.Aware]
	level, known := s.Runbook.Severity(s.Severity)
	if !ok || !known || level.Response < 0 {
		return nil
	}
	c := Clock{ID: "response", Name: "Respond", Group: ResponseClock, Target: level.Response.Duration()}
	return []Clock{s.count(c, aware, s.firstWork(), now)}
}

func (s *State) firstWork() *Moment {
	var first *Moment
	for _, m := range s.Phases {
		if first == nil || m.Seq < first.Seq {
			m := m
			first = &m
		}
	}
	return first
}

// metricClocks are the targets that end with a milestone after awareness.
// "Time to detect" is none of them: it lies before.
func (s *State) metricClocks(now Instant) []Clock {
	var clocks []Clock
	aware, ok := s.Milestones[steps.Aware]
	if !ok {
		return nil
	}
	for _, m := range s.Runbook.Metrics {
		name, live := metricNames()[m.Milestone]
		if !live || m.Target <= 0 {
			continue
		}
		c := Clock{ID: string(m.Milestone), Name: name, Group: MetricClock, Target: m.Target.Duration()}
		clocks = append(clocks, s.count(c, aware, s.reached(m.Milestone), now))
	}
	return clocks
}

func metricNames() map[steps.Milestone]string {
	return map[steps.Milestone]string{
		steps.Contained: "Contain", steps.Recovered: "Recover", steps.Reviewed: "Review",
	}
}

func (s *State) reached(m steps.Milestone) *Moment {
	moment, ok := s.Milestones[m]
	if !ok {
		return nil
	}
	return &moment
}

func (s *State) legalClocks(now Instant) []Clock {
	var clocks []Clock
	aware, ok := s.Milestones[steps.Aware]
	if !ok {
		return nil
	}
	for _, l := range s.Runbook.LegalClocks {
		if !l.On || l.Within <= 0 {
			continue
		}
		c := Clock{ID: "legal:" + l.Name, Name: l.Name, Group: LegalClock, Target: l.Within.Duration()}
		clocks = append(clocks, s.count(c, aware, s.stopped("legal:"+l.Name), now))
	}
	return clocks
}

func (s *State) stopped(id string) *Moment {
	moment, ok := s.Stopped[id]
	if !ok {
		return nil
	}
	return &moment
}

// waitClocks are the reminders that people set. They are appointments, so the
// wall clock decides.
func (s *State) waitClocks(now Instant) []Clock {
	var clocks []Clock
	for _, ref := range sortedRefs(s.Steps) {
		st := s.Steps[ref]
		if st.Status != Waiting || st.Until.IsZero() {
			continue
		}
		name := string(ref)
		if step, ok := s.Runbook.Step(ref); ok {
			name = step.Title
		}
		clocks = append(clocks, Clock{ID: "wait:" + string(ref), Name: name, Group: WaitClock, From: st.At.Seq,
			Target: st.Until.Sub(st.At.When), Left: st.Until.Sub(now.Wall), Due: st.Until.UTC()})
	}
	return clocks
}

// passed reports whether it is on record that the clock ran out.
func (s *State) passed(c Clock) bool {
	_, ok := s.Passed[passedKey(c.ID, c.From, steps.Seconds(c.Target/time.Second))]
	return ok
}

// passedKey names one run of a clock: a clock with a new start or target can
// run out again.
func passedKey(clock string, from uint64, target steps.Seconds) string {
	return fmt.Sprintf("%s %d %d", clock, from, target)
}

// Due are the clocks that ran out and whose running out is not on record yet.
func (s *State) Due(now Instant) []Clock {
	var due []Clock
	for _, c := range s.Clocks(now) {
		if c.Target > 0 && c.Left <= 0 && !c.Stopped && !s.passed(c) {
			due = append(due, c)
		}
	}
	return due
}
