package report

import (
	"strings"
	"time"

	"wsc-respond/session"
	"wsc-respond/steps"
)

// span is a time between two milestones that a report gives.
type span struct {
	name     string // where the runbook has none
	from, to steps.Milestone
}

// spans are the times of an incident in their usual order. Time to detect
// counts from when it began; all that follows awareness counts from awareness,
// as the clocks do.
func spans() []span {
	return []span{
		{"Time to detect", steps.Began, steps.Detected},
		{"Time to become aware", steps.Detected, steps.Aware},
		{"Time to contain", steps.Aware, steps.Contained},
		{"Time to recover", steps.Aware, steps.Recovered},
		{"Time to review", steps.Aware, steps.Reviewed},
	}
}

// metrics are the times of the incident against the runbook's own targets.
func (b *builder) metrics() []Metric {
	s := b.state
	var all []Metric
	for _, sp := range spans() {
		m := Metric{Name: sp.name, Group: session.MetricClock, Target: steps.NoTarget}
		for _, target := range s.Runbook.Metrics {
			if target.Milestone == sp.to {
				m.Name, m.Target = target.Name, target.Target
			}
		}
		all = append(all, b.measure(sp, m))
	}
	for _, target := range s.Runbook.Metrics {
		if !measured(target.Milestone) {
			all = append(all, Metric{Name: target.Name, Group: session.MetricClock, Target: target.Target,
				Verdict: Unknown, Why: "the runbook does not say in a known word when it ends"})
		}
	}
	return all
}

func measured(m steps.Milestone) bool {
	for _, sp := range spans() {
		if sp.to == m {
			return true
		}
	}
	return false
}

// measure takes the time of a span.
func (b *builder) measure(sp span, m Metric) Metric {
	took, ok := b.state.Took(sp.from, sp.to)
	switch {
	case !ok:
		m.Verdict, m.Why = Unknown, "no time is on record for "+strings.Join(b.missing(sp), " and ")
	case took < 0:
		m.Verdict, m.Why = Unknown, string(sp.to)+" is on record as earlier than "+string(sp.from)
	default:
		m.Took, m.Verdict = took, against(took, m.Target)
	}
	return m
}

func (b *builder) missing(sp span) []string {
	var names []string
	for _, m := range []steps.Milestone{sp.from, sp.to} {
		if _, ok := b.state.MilestoneAt(m); !ok {
			names = append(names, string(m))
		}
	}
	return names
}

// against compares a time with its target. "At once" names no time that could
// be kept or missed.
func against(took time.Duration, target steps.Seconds) Verdict {
	switch {
	case target <= 0:
		return NoTarget
	case took > target.Duration():
		return Missed
	default:
		return Met
	}
}

// clocks are the deadlines of phases, the response time and the legal duties.
// The metrics stand for themselves, and reminders with their steps. A clock
// that nobody stopped is unknown: what it waits for may have been done without
// being recorded.
func clocks(s *session.State, now session.Instant) []Metric {
	var all []Metric
	for _, c := range s.Clocks(now) {
		if c.Group == session.MetricClock || c.Group == session.WaitClock {
			continue
		}
		m := Metric{Name: c.Name, Group: c.Group, Target: steps.Seconds(c.Target / time.Second)}
		if c.Stopped {
			m.Took, m.Verdict = c.Took, against(c.Took, m.Target)
		} else {
			m.Verdict, m.Why = Unknown, "no end is on record; due "+stamp(c.Due)
		}
		all = append(all, m)
	}
	return all
}
