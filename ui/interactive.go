package ui

import (
	"context"
	"errors"
	"io"
	"os"

	tea "charm.land/bubbletea/v2"

	"wsc-respond/session"
	"wsc-respond/ui/pane"
)

// attachedMsg says that an interactive command has given the terminal back.
type attachedMsg struct {
	started uint64
	err     error
}

// attach gives the real terminal to a command until it ends. The console does
// not draw meanwhile; its clocks are right again with the next tick.
func (c *console) attach(run session.Run, started uint64) tea.Cmd {
	return tea.Exec(&attachment{ctx: c.ctx, run: run, in: c.opts.In}, func(err error) tea.Msg {
		return attachedMsg{started: started, err: err}
	})
}

func (c *console) attached(msg attachedMsg) tea.Cmd {
	if msg.err != nil {
		c.tell(pane.Warn, "The terminal was not joined to the command to its end: "+msg.err.Error()+".")
	}
	return tea.Batch(c.await(msg.started), c.poll())
}

// attachment is an interactive command in the form that Bubble Tea hands the
// terminal to.
type attachment struct {
	ctx context.Context
	run session.Run
	in  *os.File
	out io.Writer
}

// Run joins the command to the terminal.
func (a *attachment) Run() error {
	if a.in == nil || a.out == nil {
		return errors.New("there is no terminal to join it to")
	}
	return a.run.Attach(a.ctx, joined{in: a.in, out: a.out})
}

// SetStdin is not needed: the command reads the terminal itself, so that no
// key stays in a buffer of the console.
func (a *attachment) SetStdin(io.Reader) {}

// SetStdout takes the terminal to write to.
func (a *attachment) SetStdout(w io.Writer) { a.out = w }

// SetStderr is not needed: a terminal has one screen.
func (a *attachment) SetStderr(io.Writer) {}

// joined is the terminal for a command: keys from one file, the screen on the
// other.
type joined struct {
	in  *os.File
	out io.Writer
}

func (j joined) Read(p []byte) (int, error)  { return j.in.Read(p) }
func (j joined) Write(p []byte) (int, error) { return j.out.Write(p) }
func (j joined) Fd() uintptr                 { return j.in.Fd() }
