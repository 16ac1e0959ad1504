package runner

import (
	"fmt"
	"io/fs"
	"os"
	"strings"
	"time"

	"wsc-respond/session"
	"wsc-respond/session/evidence"
)

// finish gathers what the command left. The order matters: what still runs is
// looked at before the pipes are let go.
func (s *supervisor) finish(c *child, r *session.Result) {
	if c.pid != 0 {
		s.settle(c)
	}
	for _, capture := range c.captures {
		if c.pid == 0 {
			capture.start() // nothing comes, and what was made is closed in order
		}
		capture.leave()
	}
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
	left, notes := gatherLeft(s.root, s.job.Order)
	r.Left = left
	s.notes = append(s.notes, notes...)
	r.Detail = strings.Join(s.notes, "; ")
}

const (
	// settleQuiet is how long a background process may be silent before the
	// result is written without it; settleMost is how long one that goes on
	// writing is listened to.
	settleQuiet = 500 * time.Millisecond
	settleMost  = 5 * time.Second
)

// settle gives what the shell started in the background a short time to end.
// What does not is left alone: "nohup service &" is a legitimate command.
func (s *supervisor) settle(c *child) {
	ended := upTime()
	for {
		running := len(descendants(os.Getpid()))
		if c.drained() && running == 0 {
			return
		}
		quiet := upTime() - max(ended, s.screen.lastOutput())
		if quiet >= settleQuiet || upTime()-ended >= settleMost {
			if running > 0 {
				s.note("%s that it started still ran when it ended; what they write from then on is not kept", count(running, "process", "processes"))
			}
			return
		}
		time.Sleep(lookEvery / 4)
	}
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

// maxLeft bounds how many files of one command become evidence by themselves.
const maxLeft = 1000

// gatherLeft lists the files that a command left for the record. An empty
// folder is removed.
func gatherLeft(root *os.Root, o session.Order) (left []session.EvidenceAdded, notes []string) {
	folder := leftFolder(o.Evidence)
	if root.Remove(folder) == nil {
		return nil, nil
	}
	_ = fs.WalkDir(root.FS(), folder, func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			if !absent(err) {
				notes = append(notes, fmt.Sprintf("%s could not be read: %v", name, plain(err)))
			}
		case d.IsDir():
		case len(left) == maxLeft:
			notes = append(notes, fmt.Sprintf("%s holds more than %d files; the others are not on record", folder, maxLeft))
			return fs.SkipAll
		default:
			sum, size, err := evidence.Digest(root, name)
			if err == nil {
				err = evidence.Sync(root, name)
			}
			if err != nil {
				notes = append(notes, fmt.Sprintf("%s was left by the command and is not on record: %v", name, plain(err)))
				return nil
			}
			left = append(left, session.EvidenceAdded{File: name, Source: "left by " + string(o.Command), SHA256: sum, Size: size})
		}
		return nil
	})
	return left, notes
}
