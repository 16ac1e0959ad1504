package ui

import (
	"bytes"
	"maps"
	"time"

	tea "charm.land/bubbletea/v2"

	"wsc-respond/session"
	"wsc-respond/ui/pane"
)

// outputs is what there is to see of commands: those that run are looked at
// ten times a second, of those that ended the evidence is read when somebody
// looks at them.
type outputs struct {
	running []*session.RunState
	last    map[session.Ref]*session.RunState // the latest run of each command
	seen    uint64                            // runs up to here are in last
	shown   map[uint64]*shown                 // by the started event
	polling bool
}

// shown is the output of one run.
type shown struct {
	live  session.Live
	rows  []pane.TailRow // for the width it was wrapped to
	width int
	read  bool // it comes from the evidence
	note  string
}

// tailRows is how many rows of output are kept ready: more than any pane has.
const tailRows = 60

// pollTime is the time between two looks at a running command.
const pollTime = 100 * time.Millisecond

func newOutputs() outputs {
	return outputs{last: map[session.Ref]*session.RunState{}, shown: map[uint64]*shown{}}
}

// follow brings the index of runs up to the state.
func (o *outputs) follow(s *session.State) {
	for _, r := range s.Runs[min(int(o.seen), len(s.Runs)):] {
		if r.Declined == nil {
			o.last[r.Command] = r
		}
	}
	o.seen = uint64(len(s.Runs))
	o.running = s.RunningNow()
}

// liveMsg is a look at the commands that run, by their started events.
type liveMsg struct{ lives map[uint64]session.Live }

// poll looks at the commands that run, after a moment. There is one chain of
// looks, and none while nothing runs.
func (c *console) poll() tea.Cmd {
	if c.outputs.polling || len(c.outputs.running) == 0 || c.following() {
		return nil
	}
	c.outputs.polling = true
	s := c.opened.Session
	started := make([]uint64, len(c.outputs.running))
	for i, r := range c.outputs.running {
		started[i] = r.Started
	}
	return tea.Tick(pollTime, func(time.Time) tea.Msg {
		lives := map[uint64]session.Live{}
		for _, seq := range started {
			if run, ok := s.Run(seq); ok {
				lives[seq] = run.Live()
			}
		}
		return liveMsg{lives: lives}
	})
}

// looked takes a look at the running commands in.
func (c *console) looked(msg liveMsg) tea.Cmd {
	c.outputs.polling = false
	for seq, live := range maps.All(msg.lives) {
		sh := c.outputs.of(seq)
		changed := sh.live.Stdout != live.Stdout || sh.live.Stderr != live.Stderr || sh.rows == nil
		sh.live = live
		if changed {
			sh.wrap(c.outputWidth())
		}
	}
	return c.poll()
}

func (o *outputs) of(started uint64) *shown {
	sh, ok := o.shown[started]
	if !ok {
		sh = &shown{}
		o.shown[started] = sh
	}
	return sh
}

func (sh *shown) wrap(width int) {
	sh.rows, sh.width = pane.Tail(sh.live.Lines, width, tailRows), width
}

// rewrap wraps the outputs anew after the window has changed.
func (c *console) rewrap() {
	width := c.outputWidth()
	for _, sh := range c.outputs.shown {
		if sh.width != width {
			sh.wrap(width)
		}
	}
}

// await waits for the end of a command and brings what it recorded.
func (c *console) await(started uint64) tea.Cmd {
	ctx, s := c.ctx, c.opened.Session
	return func() tea.Msg {
		events, err := s.Await(ctx, started)
		return recordedMsg{events: events, err: err, job: job{what: "the end of the command", then: func() tea.Cmd { return c.ended(started) }}}
	}
}

// chosenRun is the run whose output the open step shows: of the chosen
// command, or else the latest of the step.
func (c *console) chosenRun() *session.RunState {
	step, ok := c.openStep()
	if !ok {
		return nil
	}
	if c.choice.item < len(step.Commands) {
		return c.outputs.last[c.choice.open.Command(step.Commands[c.choice.item].Name)]
	}
	var latest *session.RunState
	for _, command := range step.Commands {
		r := c.outputs.last[c.choice.open.Command(command.Name)]
		if r != nil && (latest == nil || r.At.After(latest.At)) {
			latest = r
		}
	}
	return latest
}

// outputMsg is the output of an earlier run, read from the evidence.
type outputMsg struct {
	started uint64
	lines   []session.LiveLine
	note    string
}

// outputRead limits what is read of an output that is only looked at.
const outputLimit = 256 << 10

// wantOutput reads the output of the chosen run from the evidence, if this
// console did not see it itself.
func (c *console) wantOutput() tea.Cmd {
	if c.opened == nil || c.opened.Read == nil {
		return c.poll()
	}
	r := c.chosenRun()
	if r == nil || r.Ended == 0 || r.Result.Outcome == session.NotRun {
		return c.poll()
	}
	sh := c.outputs.of(r.Started)
	if sh.read || len(sh.live.Lines) > 0 {
		return c.poll()
	}
	sh.read = true
	read, result, started := c.opened.Read, r.Result, r.Started
	return tea.Batch(c.poll(), func() tea.Msg { return readOutput(read, started, result) })
}

func readOutput(read func(string, int64) ([]byte, error), started uint64, result session.Ended) tea.Msg {
	msg := outputMsg{started: started}
	for _, out := range []struct {
		session.Output
		stderr bool
	}{{result.Stdout, false}, {result.Stderr, true}} {
		if out.File == "" || out.Kept == 0 {
			continue
		}
		text, err := read(out.File, outputLimit)
		if err != nil {
			msg.note = "it could not be read: " + err.Error()
			continue
		}
		if int64(len(text)) < out.Kept {
			msg.note = "the beginning of " + out.File
		}
		for line := range bytes.Lines(text) {
			msg.lines = append(msg.lines, session.LiveLine{Stderr: out.stderr, Text: string(bytes.TrimRight(line, "\r\n"))})
		}
	}
	if n := len(msg.lines); n > tailRows {
		msg.lines = msg.lines[n-tailRows:]
	}
	return msg
}

func (c *console) outputRead(msg outputMsg) tea.Cmd {
	sh := c.outputs.of(msg.started)
	sh.live.Lines, sh.note = msg.lines, msg.note
	sh.wrap(c.outputWidth())
	return nil
}
