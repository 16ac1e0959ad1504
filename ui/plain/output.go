package plain

import (
	"fmt"
	"strings"
	"time"

	"wsc-respond/session"
)

// How much of a command's output is told. The whole lies in the evidence.
const (
	liveLines = 40 // told while it runs, at most
	lastLines = 20 // told of its end, when that was too much
	longLine  = 1 << 10
)

// silentAfter is when a command that writes nothing is told of, once. It is
// never stopped for that.
const silentAfter = 2 * time.Minute

// tellLive tells the lines that a command wrote since the last look.
func (c *console) tellLive(w *watch) {
	live := w.run.Live()
	if live.Silent >= silentAfter && !w.quiet {
		c.out.say("%s has written nothing for %s; it still runs. To stop it: cancel %s", commandName(w.ref), session.Span(live.Silent), c.addressOf(w.ref))
	}
	w.quiet = live.Silent >= silentAfter
	if !w.live || w.full || !w.goesOn(live.Lines) {
		return
	}
	if len(w.told) == 0 && len(live.Lines) > liveLines {
		w.full = true // the beginning may be gone already; the end is what counts
		c.out.say("%s writes more than can be told; its last lines follow when it ends.", commandName(w.ref))
		return
	}
	fresh := live.Lines[len(w.told):]
	if n := len(fresh); n > 0 && !live.Ended && fresh[n-1].Text != w.held {
		w.held = fresh[n-1].Text
		fresh = fresh[:n-1]
	}
	if room := liveLines - len(w.told); len(fresh) > room {
		fresh, w.full = fresh[:room], true
	}
	c.tellOutput(w.ref, fresh)
	for _, line := range fresh {
		w.told = append(w.told, line.Text)
	}
	if w.full {
		c.out.say("%s writes more; its last lines follow when it ends.", commandName(w.ref))
	}
}

// goesOn reports whether what was told is still the beginning of what there is
// to see: of a long output only the end is kept at hand.
func (w *watch) goesOn(lines []session.LiveLine) bool {
	if len(lines) < len(w.told) {
		w.full = true
		return false
	}
	for i, told := range w.told {
		if lines[i].Text != told {
			w.full = true
			return false
		}
	}
	return true
}

// tellOutput tells lines of output under a heading that says which stream they
// are of.
func (c *console) tellOutput(ref session.Ref, lines []session.LiveLine) {
	for i, line := range lines {
		if i == 0 || line.Stderr != lines[i-1].Stderr {
			stream := "output"
			if line.Stderr {
				stream = "errors"
			}
			c.out.say("%s, %s:", commandName(ref), stream)
		}
		c.out.output(shorten(line.Text))
	}
}

// shorten keeps the beginning of a line that is too long to be listened to.
func shorten(line string) string {
	line = strings.TrimRight(line, "\r\n")
	if len(line) <= longLine {
		return line
	}
	return strings.ToValidUTF8(line[:longLine], "") + fmt.Sprintf(" … and %d bytes more", len(line)-longLine)
}

// tellRest tells what was written and not told yet: all of it, or the end.
func (c *console) tellRest(w *watch) {
	if !w.live {
		return
	}
	lines := w.run.Live().Lines
	if w.goesOn(lines) && len(lines) <= liveLines {
		c.tellOutput(w.ref, lines[len(w.told):])
		return
	}
	c.tellOutput(w.ref, lines[max(0, len(lines)-lastLines):])
}

// tellNow tells the last lines of a command that this console follows.
func (c *console) tellNow(w *watch) {
	live := w.run.Live()
	state := "ended"
	if !w.over {
		state = "runs for " + session.Span(live.For)
		w.live = true
	}
	c.out.say("%s %s; it wrote %d bytes, and %d of errors", commandName(w.ref), state, live.Stdout, live.Stderr)
	c.tellOutput(w.ref, live.Lines[max(0, len(live.Lines)-lastLines):])
	w.told = nil
	for _, line := range live.Lines[:min(len(live.Lines), liveLines)] {
		w.told = append(w.told, line.Text)
	}
	w.full = len(live.Lines) >= liveLines
}
