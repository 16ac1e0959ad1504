package session

import (
	"context"
	"slices"
	"strings"
	"time"

	"wsc-respond/steps"
)

// reached is the entry for a milestone that was reached at a time; the zero
// time is now.
func reached(m steps.Milestone, when time.Time, note string) entry {
	return entry{
		data: &MilestoneReached{Milestone: m, Note: note},
		when: Instant{Wall: when.UTC()}, said: !when.IsZero(),
	}
}

// Reach records a milestone. when is the time that a person says; zero is
// now. A milestone that was reached before gets the new time; both stay in the
// record.
func (s *Session) Reach(ctx context.Context, m steps.Milestone, when time.Time, note string) ([]Recorded, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !m.Valid() {
		return nil, refuse("%q is no milestone; there are %s", m, milestoneNames())
	}
	if when.After(s.ports.Time.Now().Wall) {
		return nil, refuse("%s lies in the future", when.UTC().Format("15:04 UTC"))
	}
	if aware, ok := s.state.Milestones[steps.Aware]; ok && ends(m) && !when.IsZero() && when.Before(aware.When) {
		return nil, refuse("that is before the incident was noticed, %s; correct that first, with the milestone aware", aware.When.UTC().Format("15:04 UTC"))
	}
	return s.record(ctx, reached(m, when, note))
}

// ends reports whether a milestone comes after awareness.
func ends(m steps.Milestone) bool {
	return m == steps.Contained || m == steps.Recovered || m == steps.Reviewed
}

func milestoneNames() string {
	var names []string
	for _, m := range steps.Milestones() {
		names = append(names, string(m))
	}
	return strings.Join(names, ", ")
}

// Classify names the incident, or says that it stays in triage.
func (s *Session) Classify(ctx context.Context, c Classified) ([]Recorded, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.state.Triage() {
		return nil, refuse("this incident is %s already; reclassify it instead", s.state.LeadingType())
	}
	types, err := s.incidentTypes(c.Types)
	if err != nil {
		return nil, err
	}
	c.Types, c.Triage = types, len(types) == 0
	if err := s.checkLevel(c.Severity); err != nil {
		return nil, err
	}
	if c.Severity == "" && !c.Triage {
		c.Severity = s.state.Runbook.Levels()[0].Level // doubt raises the severity
	}
	return s.record(ctx, entry{data: &c})
}

// Reclassify changes the incident types or the severity, with a reason.
func (s *Session) Reclassify(ctx context.Context, types []string, level steps.Level, reason string) ([]Recorded, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if blank(reason) {
		return nil, refuse("a reason is needed: what changed your mind?")
	}
	types, err := s.incidentTypes(types)
	if err != nil {
		return nil, err
	}
	if err := s.checkLevel(level); err != nil {
		return nil, err
	}
	if level == "" {
		level = s.state.Severity
	}
	return s.record(ctx, entry{data: &Reclassified{Types: types, Severity: level, Reason: reason}})
}

// Widen adds an incident type to the plan, with a reason.
func (s *Session) Widen(ctx context.Context, incident, reason string) ([]Recorded, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if blank(reason) {
		return nil, refuse("a reason is needed: what points to %s?", incident)
	}
	types, err := s.incidentTypes([]string{incident})
	if err != nil {
		return nil, err
	}
	for _, known := range s.state.Types {
		if known == types[0] {
			return nil, refuse("%s is in the plan already", known)
		}
	}
	return s.record(ctx, entry{data: &Widened{Type: types[0], Reason: reason}})
}

// incidentTypes checks the ids against the runbook and gives them its
// spelling.
func (s *Session) incidentTypes(ids []string) ([]string, error) {
	var types []string
	for _, id := range ids {
		inc, ok := s.state.Runbook.Incident(id)
		if !ok || inc.ID == steps.PostIncidentID {
			return nil, refuse("the runbook has no incident type %q", id)
		}
		if !slices.Contains(types, inc.ID) {
			types = append(types, inc.ID)
		}
	}
	return types, nil
}

func (s *Session) checkLevel(l steps.Level) error {
	if l == "" {
		return nil
	}
	if _, ok := s.state.Runbook.Severity(l); !ok {
		return refuse("the runbook has no severity %q", l)
	}
	return nil
}

// CheckClocks records what the clocks say: each one that ran out, once, and
// a wall clock that was set. Call it about once a second.
func (s *Session) CheckClocks(ctx context.Context) ([]Recorded, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.dead != nil || s.state.Closed || s.state.Events == 0 {
		return nil, nil
	}
	now := s.ports.Time.Now()
	var entries []entry
	if jump := jumped(s.last, now); jump != 0 {
		entries = append(entries, entry{data: &ClockJumped{Seconds: jump.Seconds()}, source: FromConsole})
	}
	s.last = now
	for _, c := range s.state.Due(now) {
		passed := &ClockPassed{Clock: c.ID, Name: c.Name, Target: steps.Seconds(c.Target / time.Second), From: c.From}
		entries = append(entries, entry{data: passed, source: FromConsole})
	}
	return s.record(ctx, entries...)
}

// clockSlack is how far the wall clock may drift between two looks before it
// counts as set. Corrections of a time server stay below it.
const clockSlack = 2 * time.Second

// jumped is how far the wall clock moved against the boot-time clock, or 0.
func jumped(before, now Instant) time.Duration {
	if before.Boot != now.Boot || before.Wall.IsZero() {
		return 0
	}
	jump := now.Wall.Sub(before.Wall) - (now.Up - before.Up)
	if jump.Abs() < clockSlack {
		return 0
	}
	return jump.Round(time.Millisecond)
}

// StopClock says that what a legal clock waits for was done.
func (s *Session) StopClock(ctx context.Context, id, note string) ([]Recorded, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range s.state.Clocks(s.ports.Time.Now()) {
		if c.ID == id && c.Group == LegalClock {
			return s.record(ctx, entry{data: &ClockStopped{Clock: id, Name: c.Name, Note: note}})
		}
	}
	return nil, refuse("there is no reporting clock %q", id)
}
