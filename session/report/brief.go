package report

import (
	"fmt"
	"slices"
	"strings"

	"wsc-respond/session"
)

// BriefRows is how many lines a brief has at most: one fewer than a terminal
// of 24, so that a prompt stays on the screen with it.
const BriefRows = 23

// briefMin is the width below which a brief is not made narrower, in cells.
const briefMin = 40

// Brief is the hand-over on one screen: how the incident stands, what is being
// done, what waits, what is blocked, what is believed, who was told, who has
// which role, and where the record ends. Each line is safe to show and at most
// width cells wide (40 at least); there are at most BriefRows of them. What
// does not fit is counted, not dropped in silence.
func Brief(state *session.State, now session.Instant, width int) []string {
	h := handover{state: state, now: now, width: max(width, briefMin)}
	lines := h.heading()
	sections := h.sections()
	for _, s := range sections {
		lines = append(lines, h.section(s)...)
	}
	return lines
}

// handover is a brief in the making.
type handover struct {
	state *session.State
	now   session.Instant
	width int
}

// item is one thing that a brief says. Its text may be from outside.
type item string

// section is a label and what stands behind it, on at most rows lines. The
// rows of all sections and the two lines of the heading make BriefRows.
type section struct {
	label string
	items []item
	rows  int
	none  string // said when there is nothing; empty leaves the section out
}

func (h handover) sections() []section {
	return []section{
		{"clocks", h.clocks(), 3, "none runs"},
		{"doing", h.doing(), 2, "no command is running"},
		{"steps", h.counts(), 1, "no plan yet"},
		{"next", h.next(), 3, "no step is open"},
		{"waiting", h.waiting(), 2, "nothing"},
		{"blocked", h.blocked(), 2, "nothing"},
		{"open", h.hypotheses(true), 2, "no hypothesis"},
		{"settled", h.hypotheses(false), 1, ""},
		{"notices", h.notices(), 2, "none drafted"},
		{"people", h.people(), 2, "nobody"},
		{"record", h.record(), 1, ""},
	}
}

func (h handover) heading() []string {
	s := h.state
	var parts []string
	if s.Drill {
		parts = append(parts, "DRILL")
	}
	parts = append(parts, s.CodeName, h.incident())
	if s.Severity != "" {
		parts = append(parts, strings.ToUpper(string(s.Severity)))
	}
	standing := "open"
	if s.Closed {
		standing = "closed"
	}
	parts = append(parts, standing)
	since := "awareness is not on record"
	if elapsed, ok := s.Elapsed(h.now); ok {
		since = "T+" + session.Span(elapsed)
	}
	lead := "led by " + orSay(s.Lead.Name, "nobody")
	if s.Lead.Role != "" {
		lead += ", " + s.Lead.Role
	}
	return []string{
		h.fit(strings.Join(parts, " · ")),
		h.fit(strings.Join([]string{h.now.Wall.UTC().Format("2006-01-02 15:04 UTC"), since, lead}, " · ")),
	}
}

func (h handover) incident() string {
	if h.state.Triage() {
		return "triage"
	}
	names := slices.Clone(h.state.Types)
	if inc, ok := h.state.Runbook.Incident(names[0]); ok {
		names[0] = inc.ID + " " + inc.Title
	}
	return strings.Join(names, " + ")
}

// clocks says how each clock stands, the ones that ran out first. Reminders
// stand with the steps that wait.
func (h handover) clocks() []item {
	clocks := slices.DeleteFunc(h.state.Clocks(h.now), func(c session.Clock) bool { return c.Group == session.WaitClock })
	slices.SortStableFunc(clocks, func(a, b session.Clock) int { return a.Urgency() - b.Urgency() })
	var items []item
	for _, c := range clocks {
		items = append(items, item(clockWords(c)))
	}
	return items
}

func clockWords(c session.Clock) string {
	switch {
	case c.Stopped && c.Missed():
		return c.Name + " took " + session.Span(c.Took) + ", too late"
	case c.Stopped:
		return c.Name + " took " + session.Span(c.Took)
	case c.Target == 0:
		return c.Name + " at once"
	case c.Left < 0:
		return c.Name + " over by " + session.Span(-c.Left)
	default:
		return c.Name + " " + session.Span(c.Left) + " left"
	}
}

func (h handover) doing() []item {
	var items []item
	for _, r := range h.state.RunningNow() {
		_, _, name := r.Command.Parts()
		text := fmt.Sprintf("%s runs since %s", name, r.StartedAt.Wall.UTC().Format("15:04 UTC"))
		items = append(items, item(text+", "+h.title(r.Command)))
	}
	return items
}

// hypotheses are the open ones or the settled ones, the latest first.
func (h handover) hypotheses(open bool) []item {
	var items []item
	for _, n := range slices.Backward(h.state.Notes) {
		if n.Type != session.Hypothesis || n.Withdrawn || (n.Hypothesis == session.Open) != open {
			continue
		}
		text := n.Text
		if !open {
			text = string(n.Hypothesis) + ": " + text
		}
		items = append(items, item(text))
	}
	return items
}

// notices are what was told to whom, and what was drafted and is not on record
// as sent; the latest first.
func (h handover) notices() []item {
	var items []item
	for _, n := range slices.Backward(h.state.Notices) {
		if len(n.Sent) == 0 {
			items = append(items, item(n.Draft.Title+": drafted, not sent"))
			continue
		}
		last := n.Sent[len(n.Sent)-1]
		items = append(items, item(fmt.Sprintf("%s: sent %s to %s", n.Draft.Title, last.At.UTC().Format("01-02 15:04 UTC"), last.To)))
	}
	return items
}

func (h handover) people() []item {
	var items []item
	for _, p := range h.state.People {
		items = append(items, item(p.Name+", "+orSay(p.Role, "no role")))
	}
	return items
}

func (h handover) record() []item {
	s := h.state
	text := fmt.Sprintf("event %d, head %s, %s", s.Events, s.Last.Hash.Short(), s.LastAt.Wall.UTC().Format("01-02 15:04:05 UTC"))
	return []item{item(text + ", last by " + orSay(s.LastBy.Name, "the console"))}
}
