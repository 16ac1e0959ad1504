package report

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"wsc-respond/session"
	"wsc-respond/steps"
)

// limits are what the record cannot say, so that nobody takes its silence for
// an answer.
func (b *builder) limits(r *Report) []Limit {
	t := tally{counts: map[string][]uint64{}, secrets: map[string]int{}, boots: map[string]bool{}}
	for _, e := range b.events {
		t.event(e)
	}
	for _, c := range r.Commands {
		t.command(c)
	}
	all := t.limits()
	if missing := notReached(r.Milestones); len(missing) > 0 {
		all = append(all, Limit{Text: "no time is on record for: " + strings.Join(missing, ", ")})
	}
	for _, name := range b.unread {
		all = append(all, Limit{Text: "an output could not be read for this report: " + name})
	}
	for _, part := range r.Runbook.LeftOut {
		all = append(all, Limit{Text: "a part of the runbook's overlay was left out: " + part})
	}
	if from := r.Chain.From; from != nil {
		all = append(all, Limit{Text: fmt.Sprintf("what happened before stands in the session %s, up to its event %d; it is not part of this report", from.Folder, from.Seq)})
	}
	if r.Summary.Closed.IsZero() {
		all = append(all, Limit{Text: "the session is not closed: more may follow, and a cut at the end of the record could not be told from it"})
	}
	return all
}

func notReached(milestones []Milestone) []string {
	var names []string
	for _, m := range milestones {
		if m.At.IsZero() {
			names = append(names, string(m.Name))
		}
	}
	return names
}

// The reasons why the record cannot say something, in the order of the
// report. Each is followed by the events that it is about.
const (
	limitUnknown   = "commands whose end nobody saw; what they did is unknown"
	limitRunning   = "commands that were started and whose end is not on record"
	limitNotBegun  = "commands that somebody said yes to and whose start is not on record"
	limitElsewhere = "commands that ran outside the console; their result is what a person said"
	limitPipe      = "acts that came from a pipe; no person typed them at that moment"
	limitSaid      = "times that a person said, other than the one of writing down"
	limitJump      = "the wall clock was set while the console ran"
	limitUnsynced  = "consoles on whose machine the kernel called the clock unsynchronised"
	limitTorn      = "the record ended in an incomplete line, which was set aside"
	limitPartly    = "outputs of which only a part was kept"
	limitKind      = "events of a kind that this program does not know"
	limitSecret    = "secret inputs were given; their values are in no file"
)

func limitOrder() []string {
	return []string{limitUnknown, limitRunning, limitNotBegun, limitElsewhere, limitPipe, limitSaid, limitJump,
		limitUnsynced, limitTorn, limitPartly, limitKind, limitSecret}
}

// tally collects the events behind each reason.
type tally struct {
	counts  map[string][]uint64
	secrets map[string]int // redacted from outputs, by kind
	boots   map[string]bool
}

func (t *tally) add(reason string, seq uint64) {
	t.counts[reason] = append(t.counts[reason], seq)
}

func (t *tally) event(e session.Event) {
	t.boots[e.Boot] = true
	if e.By.Source == session.FromPipe {
		t.add(limitPipe, e.Seq)
	}
	if !e.When().Equal(e.At) {
		t.add(limitSaid, e.Seq)
	}
	switch d := e.Data.(type) {
	case *session.Opened:
		t.clock(e.Seq, d.Where)
	case *session.Resumed:
		t.clock(e.Seq, d.Where)
	case *session.ClockJumped:
		t.add(limitJump, e.Seq)
	case *session.Trimmed:
		t.add(limitTorn, e.Seq)
	case *session.InputSet:
		if d.Secret {
			t.add(limitSecret, e.Seq)
		}
	case *session.Ended:
		t.ended(e.Seq, d)
	case *session.UnknownData:
		t.add(limitKind, e.Seq)
	}
}

func (t *tally) clock(seq uint64, where session.Environment) {
	if !where.ClockSynced {
		t.add(limitUnsynced, seq)
	}
}

func (t *tally) ended(seq uint64, d *session.Ended) {
	if d.Outcome == session.Unknown {
		t.add(limitUnknown, seq)
	}
	if d.Trimmed(d.Stdout) || d.Trimmed(d.Stderr) {
		t.add(limitPartly, seq)
	}
	for _, found := range d.Redacted {
		t.secrets[found.Kind] += found.Count
	}
}

func (t *tally) command(c Command) {
	switch {
	case c.Answer == Elsewhere:
		t.add(limitElsewhere, c.Seq)
	case c.Answer == NotBegun:
		t.add(limitNotBegun, c.Seq)
	case c.Answer == Ran && c.Result == nil:
		t.add(limitRunning, c.Seq)
	}
}

func (t *tally) limits() []Limit {
	var all []Limit
	for _, reason := range limitOrder() {
		if events := t.counts[reason]; len(events) > 0 {
			all = append(all, Limit{Text: reason, Events: events})
		}
	}
	if len(t.boots) > 1 {
		all = append(all, Limit{Text: fmt.Sprintf("the record spans %d starts of machines; times across them are from wall clocks", len(t.boots))})
	}
	if len(t.secrets) > 0 {
		var kinds []string
		for _, kind := range slices.Sorted(maps.Keys(t.secrets)) {
			kinds = append(kinds, fmt.Sprintf("%d %s", t.secrets[kind], kind))
		}
		all = append(all, Limit{Text: "secrets were taken out of outputs before they were kept: " + strings.Join(kinds, ", ")})
	}
	return all
}

func plural(n int, word string) string {
	if n == 1 {
		return "1 " + word
	}
	return fmt.Sprintf("%d %ss", n, word)
}

// targetWords is a target as a report says it.
func targetWords(target steps.Seconds) string {
	if target < 0 {
		return "none"
	}
	return target.String()
}
