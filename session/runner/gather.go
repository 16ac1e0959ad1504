package runner

import (
	"fmt"
	"os"
	"slices"
	"time"

	"wsc-respond/session"
)

// finish gathers what the command left. The order matters: what still runs is
// looked at before the pipes are let go.
func (s *supervisor) finish(c *child, r *session.Result) {
	running := 0
	if c.pid != 0 {
		running = s.settle(c, func() int { return len(descendants(os.Getpid())) })
	}
	for _, capture := range c.captures {
		if c.pid == 0 {
			capture.start() // nothing comes, and what was made is closed in order
		}
		capture.leave()
	}
	s.noteBackground(c, running)
	if c.terminal != nil {
		c.terminal.close()
	}
	for _, capture := range c.captures {
		out, why := capture.output()
		if why != "" {
			s.note("%s", why)
		}
		if capture.stream == stdout {
			r.Stdout = out
		} else {
			r.Stderr = out
		}
		r.Redacted = addCounts(r.Redacted, capture.redacted())
	}
	r.Tail = string(s.screen.tail(stdout))
	s.expected(c, r)
	s.carry(c, r)
	left := gatherLeft(s.root, s.job.Order)
	r.Left = left.files
	s.notes = append(s.notes, left.remarks()...)
	r.Detail = detail(s.notes)
}

const (
	// settleQuiet is how long a background process may be silent before the
	// result is written without it; settleMost is how long one that goes on
	// writing is listened to.
	settleQuiet = 500 * time.Millisecond
	settleMost  = 5 * time.Second
)

// settle waits until the output has ended, however slow the disk is, and gives
// what the shell started in the background a short time to end. What does not
// is left alone: "nohup service &" is a legitimate command. It returns how many
// processes still run.
func (s *supervisor) settle(c *child, running func() int) int {
	ended := upTime()
	for busy := ended; ; time.Sleep(lookEvery / 4) {
		left, now := running(), upTime()
		if c.drained() && left == 0 {
			return 0
		}
		if !c.idle() {
			busy = now
		}
		// Without a process that could be seen somebody else may hold the
		// pipe, such as a service that was handed it.
		quiet := now - max(busy, s.screen.lastOutput())
		if quiet >= settleQuiet || left > 0 && now-ended >= settleMost {
			return left
		}
	}
}

// noteBackground says what of the output will be missing.
func (s *supervisor) noteBackground(c *child, running int) {
	if running > 0 {
		s.note("%s that it started still ran when it ended; what they write from then on is not kept", count(running, "process", "processes"))
		return
	}
	if c.pid != 0 && slices.ContainsFunc(c.captures, func(c *capture) bool { return !c.ended }) {
		s.note("something else still held its output when it ended; what that writes from then on is not kept")
	}
}

// idle reports whether all streams have ended or wait for the command.
func (c *child) idle() bool {
	return !slices.ContainsFunc(c.captures, func(c *capture) bool { return !c.idle() })
}

// drained reports whether all streams have ended.
func (c *child) drained() bool {
	for _, capture := range c.captures {
		select {
		case <-capture.done:
		default:
			return false
		}
	}
	return true
}

// expected says which text was awaited and did not come.
func (s *supervisor) expected(c *child, r *session.Result) {
	for _, capture := range c.captures {
		if capture.find.found {
			return
		}
	}
	if r.Outcome != session.NotRun {
		r.Missing = s.job.Order.ExpectsText
	}
}

// carry finds out what goes on to the next command.
func (s *supervisor) carry(c *child, r *session.Result) {
	if c.pid == 0 {
		return
	}
	report, _ := os.ReadFile(fmt.Sprintf("/proc/self/fd/%d", c.report.Fd()))
	state, whole := parseState(report)
	if !whole || r.Outcome != session.Exited {
		s.note("directory and variables stay as they were before: the shell did not end by itself, or was replaced")
		return
	}
	carry, notes := changes(&s.job, c.given, c.dir, state)
	r.Carry = carry
	s.notes = append(s.notes, notes...)
}

func addCounts(all, more []session.RedactCount) []session.RedactCount {
	for _, m := range more {
		i := 0
		for i < len(all) && all[i].Kind != m.Kind {
			i++
		}
		if i == len(all) {
			all = append(all, session.RedactCount{Kind: m.Kind})
		}
		all[i].Count += m.Count
	}
	return all
}
