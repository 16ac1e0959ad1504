// Package plain is the console as a conversation: a line in, some lines out.
// It serves who works with a screen reader, on a terminal that can do nothing
// (TERM=dumb), over a bad link, or from a script. It works on the same session
// with the same verbs as the full screen, and keeps no state beside the
// session's own. The rules are:
//
//   - A command runs only when its name is written a second time, directly
//     after it was shown: "run scan", and again "run scan". No yes, no y, and no
//     empty line runs anything.
//   - What happened is told in one line that begins with "saved", and only
//     after it is durable.
//   - What is refused is told in three parts: what was not done, what is safe,
//     what to do next.
//   - Nothing but printable text and newlines is written. No line is wider
//     than [Width] cells, and text from outside never begins a line.
//   - Lines that do not come from a terminal are recorded as such. There the
//     next line is read only when the command has ended that the line before it
//     started, so that a script runs in order.
//
// What can be written stands in one table ([Verbs]), which help prints.
package plain

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"wsc-respond/session"
)

// Options are what a conversation starts with.
type Options struct {
	// Session, its State and all its Events so far. The State belongs to the
	// conversation from here on: it is folded with every event that follows.
	Session *session.Session
	State   *session.State
	Events  []session.Event
	// Folder is the session's folder, for what is said to the person.
	Folder string
	// Read returns up to limit bytes of a file of the session folder: output
	// of commands that is shown again, or taken as a value.
	Read func(name string, limit int64) ([]byte, error)

	// In is read byte by byte and never further than the line that is asked
	// for, so that whatever follows is left for who reads next.
	In  io.Reader
	Out io.Writer
	// Terminal says that In is a terminal. If In is a session.Terminal as well,
	// interactive commands are joined to it, and secrets are read from it
	// without being shown.
	Terminal bool
	// ASCII shows everything beyond ASCII by its code point.
	ASCII bool
	// Zone is the reader's time zone: times of day are read in it, and shown
	// in it beside UTC. Nil is UTC alone.
	Zone *time.Location
	// Tick says when to look at the clocks and at running commands; nil is
	// once a second.
	Tick <-chan time.Time
	// Say are sentences to begin with, such as that a torn line was set aside.
	Say []string
}

// ErrNotDone says that lines of a script were refused. Those after them were
// read all the same.
var ErrNotDone = errors.New("not everything that was written was done")

// Run holds the conversation until "quit", "close", the end of the input or of
// the context, and then leaves the session, which lets its log go. Commands
// that run go on. Of a context that ended it returns the cause, and the record
// names it as why the console went away. Where In is no terminal, ErrNotDone
// says that lines were refused.
func Run(ctx context.Context, o Options) error {
	c := newConsole(o)
	c.Session.SetSource(o.source())
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	c.reader = newReader(ctx, o.In)
	c.greet()
	c.adopt(ctx)
	why := c.loop(ctx)
	c.reveal()
	return c.leave(ctx, cancel, why)
}

// console is one conversation.
type console struct {
	Options
	out    *printer
	reader *reader

	pending *pending                               // what a second "run" would confirm
	before  *pending                               // what the line before the present one left pending
	next    func(ctx context.Context, line string) // takes the next line, if it is not nil
	unhide  func()                                 // lets the terminal show what is typed; nil if it does
	shown   session.Ref                            // the step that was shown last
	closing bool                                   // the line before was "close", and told what is open
	over    bool                                   // the conversation is to end
	refused int

	waiting []session.Recorded // durable, and an event before them has not arrived yet
	untold  []session.Recorded // taken in, and not told yet
	watches []*watch           // commands at work, and those that ended, oldest first
	ends    chan end
	awaits  sync.WaitGroup
	warned  map[string]bool // clocks whose last quarter was told
}

func newConsole(o Options) *console {
	return &console{Options: o, out: &printer{w: o.Out, ascii: o.ASCII}, ends: make(chan end), warned: map[string]bool{}}
}

// source is how lines reach the session.
func (o Options) source() session.Source {
	if o.Terminal {
		return session.FromLine
	}
	return session.FromPipe
}

// loop answers lines, looks at the clocks, and tells how commands ended. It
// returns why it came to its end, as the record is to have it.
func (c *console) loop(ctx context.Context) string {
	tick := c.Tick
	if tick == nil {
		ticker := time.NewTicker(time.Second)
		defer ticker.Stop()
		tick = ticker.C
	}
	for !c.over {
		if c.out.err != nil {
			return "its output was lost: " + c.out.err.Error()
		}
		select {
		case line := <-c.ask():
			c.answer(ctx, line)
		case <-tick:
			c.look(ctx)
		case e := <-c.ends:
			c.ended(e)
		case <-ctx.Done():
			return context.Cause(ctx).Error()
		}
	}
	return "quit"
}

// ask asks for the next line, unless a script has to wait for its command.
func (c *console) ask() <-chan input {
	if !c.Terminal && c.mine() > 0 {
		return nil
	}
	if c.Terminal && c.next == nil {
		c.out.prompt()
	}
	c.reader.ask()
	return c.reader.lines
}

// answer does what a line says.
func (c *console) answer(ctx context.Context, in input) {
	c.reader.got()
	c.out.prompted = false // the person's own newline ended it
	switch {
	case errors.Is(in.err, errTooLong):
		c.complain(in.err, "")
		return
	case in.err != nil:
		c.over = true
		return
	case c.next != nil:
		c.next(ctx, in.text)
		return
	}
	line := strings.TrimSpace(in.text)
	if line == "" || strings.HasPrefix(line, "#") {
		return
	}
	c.before, c.pending = c.pending, nil
	closing := c.closing
	c.do(ctx, line)
	c.closing = c.closing && !closing
}

// do finds the verb of a line and carries it out.
func (c *console) do(ctx context.Context, line string) {
	word, rest := cutWord(line)
	v, ok := findVerb(word)
	if !ok {
		c.complain(unknownVerb(word), "help lists what can be written")
		return
	}
	if err := v.do(c, ctx, rest); err != nil {
		c.complain(err, "write: "+strings.Join(v.Forms, ", or: "))
	}
}

// leave ends the conversation: nobody waits for commands any more, what became
// durable meanwhile is still told, and the record says that the console went.
func (c *console) leave(ctx context.Context, cancel context.CancelFunc, why string) error {
	cause := context.Cause(ctx)
	cancel()
	go func() {
		c.awaits.Wait()
		close(c.ends)
	}()
	for e := range c.ends {
		c.ended(e)
	}
	c.tellRunning()
	if err := c.Session.Leave(context.WithoutCancel(ctx), why); err != nil {
		return fmt.Errorf("leave the session: %w", err)
	}
	switch {
	case cause != nil:
		return fmt.Errorf("the console ended: %w", cause)
	case c.out.err != nil:
		return fmt.Errorf("write to the terminal: %w", c.out.err)
	case c.refused > 0 && !c.Terminal:
		return fmt.Errorf("%w: %s refused", ErrNotDone, count(c.refused, "line was", "lines were"))
	}
	return nil
}

// tellRunning says what goes on without the console.
func (c *console) tellRunning() {
	if c.State.Closed {
		return
	}
	for _, r := range c.State.RunningNow() {
		c.out.say("%s goes on running; its end will be in the record.", commandName(r.Command))
	}
	c.out.say("Left. Everything that was shown as saved is saved. To go on: wsc-respond resume %s", c.State.Session)
}

// now is the present, and moment is it on the reader's clock.
func (c *console) now() session.Instant { return c.Session.Now() }

func (c *console) wall() time.Time {
	if c.Zone == nil {
		return c.now().Wall
	}
	return c.now().Wall.In(c.Zone)
}

// at is a time in UTC, with the date where that is not today's, and the
// reader's own time beside it.
func (c *console) at(t time.Time) string { return sayTime(t, c.now().Wall, c.Zone) }
