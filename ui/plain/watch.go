package plain

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"wsc-respond/session"
)

// watch is a command at work, or one that ended here, and what was told of its
// output.
type watch struct {
	started uint64
	ref     session.Ref
	run     session.Run
	mine    bool     // begun in this conversation, so a script waits for it
	live    bool     // its output is told
	ended   bool     // its end has arrived here
	over    bool     // and was told
	told    []string // lines of its output that were told
	held    string   // the last line, which may still grow
	quiet   bool     // that it is silent was told
	full    bool     // that there is too much was told
}

// end is how the wait for a command ended.
type end struct {
	started  uint64
	recorded []session.Recorded
	err      error
}

// follow waits for a command in a goroutine of its own, which records its end.
func (c *console) follow(ctx context.Context, started uint64, ref session.Ref, run session.Run) *watch {
	w := &watch{started: started, ref: ref, run: run}
	c.watches = append(c.watches, w)
	c.awaits.Go(func() {
		recorded, err := c.Session.Await(ctx, started)
		c.ends <- end{started, recorded, err}
	})
	return w
}

// adopt follows the commands that an earlier console left running.
func (c *console) adopt(ctx context.Context) {
	for _, r := range c.State.RunningNow() {
		run, ok := c.Session.Run(r.Started)
		if !ok {
			continue
		}
		c.follow(ctx, r.Started, r.Command, run)
		address := c.addressOf(r.Command)
		c.out.say("%s has been running since %s. Its output: watch %s. To stop it: cancel %s", commandName(r.Command), c.at(r.StartedAt.Wall), address, address)
	}
}

// mine is how many commands of this conversation are at work.
func (c *console) mine() int {
	n := 0
	for _, w := range c.watches {
		if w.mine && !w.over {
			n++
		}
	}
	return n
}

// awaited reports whether the end of any command is still to arrive.
func (c *console) awaited() bool {
	return slices.ContainsFunc(c.watches, func(w *watch) bool { return !w.ended })
}

// look looks at the clocks and at the commands.
func (c *console) look(ctx context.Context) {
	recorded, err := c.Session.CheckClocks(ctx)
	c.saved(recorded)
	if err != nil {
		c.complain(err, "")
	}
	c.warn()
	for _, w := range c.watches {
		if !w.over {
			c.tellLive(w)
		}
	}
}

// ended takes in the end of a command: the rest of what it wrote, the event,
// and what can be done with the result.
func (c *console) ended(e end) {
	c.arrived(e)
	c.saved(nil)
	c.tellEnd(e)
}

// arrived puts the events of a command's end with those that wait to be
// folded, and tells the output that comes before them.
func (c *console) arrived(e end) {
	if w := c.watchOf(e.started); w != nil {
		w.ended = true
		if e.err == nil {
			c.tellRest(w)
		}
	}
	c.waiting = append(c.waiting, e.recorded...)
}

// tellEnd tells what is to be said of a command after its end is on record.
func (c *console) tellEnd(e end) {
	w := c.watchOf(e.started)
	if w == nil {
		return
	}
	w.over = true
	switch r := c.runOf(e.started); {
	case errors.Is(e.err, context.Canceled): // the console leaves; the command goes on
	case e.err != nil:
		c.complain(e.err, "")
	case r != nil:
		c.tellResult(w, r)
	}
}

func (c *console) watchOf(started uint64) *watch {
	for _, w := range c.watches {
		if w.started == started {
			return w
		}
	}
	return nil
}

// runOf is the state of the command that an event started.
func (c *console) runOf(started uint64) *session.RunState {
	for _, r := range c.State.Runs {
		if r.Started == started {
			return r
		}
	}
	return nil
}

// tellResult says where the output lies, what is odd about the end, and which
// values can be taken from it.
func (c *console) tellResult(w *watch, r *session.RunState) {
	command, ok := c.State.Runbook.Command(w.ref)
	if !ok || r.Ended == 0 {
		return
	}
	for _, out := range []session.Output{r.Result.Stdout, r.Result.Stderr} {
		if out.File == "" || out.Bytes == 0 {
			continue
		}
		c.out.item("in %s: %s", out.File, r.Result.KeptWords(out))
	}
	for _, secret := range r.Result.Redacted {
		c.out.item("%s taken out of it before it was kept: %s", count(secret.Count, "secret was", "secrets were"), secret.Kind)
	}
	if r.Result.Outcome != session.Exited {
		return
	}
	if !command.Expected(r.Result.Exit) {
		c.out.item("exit %d is not what the runbook expects", r.Result.Exit)
		return
	}
	c.tellOffers(r)
}

// watch shows the end of a command's output, and goes on showing it.
func (c *console) watch(_ context.Context, rest string) error {
	t, more, err := c.command(rest)
	switch {
	case err != nil:
		return err
	case more != "":
		return errForm
	}
	for _, w := range slices.Backward(c.watches) {
		if w.ref == t.ref {
			c.tellNow(w)
			return nil
		}
	}
	r := c.State.LastRun(t.ref)
	if r == nil || r.Ended == 0 || r.Result.Stdout.File == "" || c.Read == nil {
		return fmt.Errorf("%s has written nothing that could be shown", t.address)
	}
	text, err := c.Read(r.Result.Stdout.File, 64<<10)
	if err != nil {
		return fmt.Errorf("read %s: %w", r.Result.Stdout.File, err)
	}
	lines := strings.SplitAfterN(string(text), "\n", lastLines+1)
	c.out.say("%s, %s; its first lines of %d bytes in %s:", t.address, r.Result.Sum(), r.Result.Stdout.Bytes, r.Result.Stdout.File)
	for _, line := range lines[:min(len(lines), lastLines)] {
		c.out.output(shorten(line))
	}
	return nil
}

// cancel stops a command and everything that it started.
func (c *console) cancel(_ context.Context, rest string) error {
	var running []*watch
	for _, w := range c.watches {
		if !w.over && (rest == "" || c.addressOf(w.ref) == rest || commandName(w.ref) == rest) {
			running = append(running, w)
		}
	}
	switch {
	case len(running) == 0 && rest == "":
		return errors.New("nothing runs")
	case len(running) == 0:
		return fmt.Errorf("no command %q runs", rest)
	case len(running) > 1:
		return fmt.Errorf("%d commands run; name the one to stop", len(running))
	}
	if err := running[0].run.Cancel(); err != nil {
		return fmt.Errorf("stop %s: %w", commandName(running[0].ref), err)
	}
	c.out.say("%s is told to stop; what it does not end within two seconds is ended.", commandName(running[0].ref))
	return nil
}
