package session

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"wsc-respond/steps"
)

// Ran reports whether a command did what its author wrote it for: its own
// text, unchanged, ended with an exit code and an output that he expects, here
// or, as somebody says, elsewhere.
func (s *State) Ran(ref Ref) bool { return s.accepted(ref) != nil }

// accepted is the run for which Ran says yes; nil if there is none. One whose
// outcome is known goes before one of which it is not.
func (s *State) accepted(ref Ref) *RunState {
	command, ok := s.Runbook.Command(ref)
	if !ok {
		return nil
	}
	var found *RunState
	for _, r := range s.Runs {
		if r.Command == ref && r.asWritten(*command) && (found == nil || found.OutcomeUnknown()) {
			found = r
		}
	}
	return found
}

func (r *RunState) asWritten(c steps.Command) bool {
	if r.Elsewhere != nil {
		return r.Elsewhere.Exit == nil || c.Expected(*r.Elsewhere.Exit)
	}
	return r.Ended != 0 && !r.Edited && r.Result.Outcome == Exited && r.Result.Missing == "" && c.Expected(r.Result.Exit)
}

// OutcomeUnknown reports whether all that is on record of a run is that
// somebody ran it elsewhere: no exit code was given.
func (r *RunState) OutcomeUnknown() bool { return r.Elsewhere != nil && r.Elsewhere.Exit == nil }

// tellBefore says what stands between a command and the one that its author
// wants before it: that this did not run as it should, or that nobody knows
// how it ended.
func (s *Session) tellBefore(p *Proposal, c steps.Command) {
	before, ok := s.state.Runbook.Before(p.Command, c.After)
	if !ok {
		return
	}
	switch r := s.state.accepted(before); {
	case r == nil:
		command, _ := s.state.Runbook.Command(before)
		p.After, p.afterWhy = c.After, s.whyNotYet(c.After, s.state.LastRun(before), command)
	case r.OutcomeUnknown():
		p.AfterUnknown = fmt.Sprintf("%q %s; its outcome is not known%s", c.After, r.ranWhere(s.ports.Time.Now().Wall), prefixed(", only what was said of it: ", r.Elsewhere.Result))
	}
}

// whyNotYet says why the latest run of a command does not count as the one
// that has to come first, and what to do.
func (s *Session) whyNotYet(name string, r *RunState, c *steps.Command) string {
	now := s.ports.Time.Now().Wall
	if r == nil || c == nil || r.Elsewhere == nil && (r.Started == 0 || r.Ended != 0 && r.Result.Outcome == NotRun) {
		return fmt.Sprintf("%q has to run first, as the runbook has it", name)
	}
	if r.Running() {
		return fmt.Sprintf("%q runs since %s and has not ended", name, hourOf(r.StartedAt.Wall, now))
	}
	return fmt.Sprintf("%q %s %s. Run %[1]q again, or say of it that you ran it elsewhere", name, r.ranWhere(now), r.unexpected(*c))
}

// ranWhere says when and where a run was: "ran at 15:42 UTC", "ran elsewhere on
// build2 at 15:42 UTC".
func (r *RunState) ranWhere(now time.Time) string {
	if r.Elsewhere != nil {
		return "ran elsewhere" + prefixed(" on ", r.Elsewhere.Where) + " at " + hourOf(r.At, now)
	}
	return "ran at " + hourOf(r.StartedAt.Wall, now)
}

// unexpected says how a run that is over differs from what its author expects.
func (r *RunState) unexpected(c steps.Command) string {
	exit := r.Result.Exit
	switch {
	case r.Elsewhere != nil && r.Elsewhere.Exit != nil:
		exit = *r.Elsewhere.Exit
	case r.Result.Outcome == Unknown:
		return "and nobody saw its end"
	case r.Result.Outcome == TimedOut:
		return "and was stopped because it took too long"
	case r.Result.Outcome == Signalled:
		return "and was ended by a signal"
	case r.Result.Outcome != Exited:
		return "and was " + string(r.Result.Outcome)
	}
	switch {
	case !c.Expected(exit):
		return fmt.Sprintf("and ended with exit %d; the runbook expects %s", exit, expectedCodes(c))
	case r.Result.Missing != "":
		return fmt.Sprintf("and ended with exit %d, without %q in its output, which the runbook expects", exit, r.Result.Missing)
	}
	return "with another text than the runbook's"
}

// expectedCodes are the exit codes that the author foresaw: "0", "0 or 3",
// "0, 3 or 4".
func expectedCodes(c steps.Command) string {
	if len(c.Expect) == 0 {
		return "0"
	}
	codes := make([]string, len(c.Expect))
	for i, code := range c.Expect {
		codes[i] = strconv.Itoa(code)
	}
	last := len(codes) - 1
	if last == 0 {
		return codes[0]
	}
	return strings.Join(codes[:last], ", ") + " or " + codes[last]
}

// hourOf is a time of today without its date.
func hourOf(at, now time.Time) string {
	at, now = at.UTC(), now.UTC()
	if at.Format(time.DateOnly) == now.Format(time.DateOnly) {
		return at.Format("15:04 UTC")
	}
	return at.Format("2006-01-02 15:04 UTC")
}
