package plain

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"wsc-respond/session"
)

// pending is a proposal that was shown whole. It holds until the next line,
// whatever that is.
type pending struct {
	target
	proposal session.Proposal
	at       time.Duration // of the boot-time clock, when it was shown
}

// tooSoon is how soon after a command was shown a line from a terminal cannot
// have been written for it: on a slow link lines can be seconds old, and a
// paste brings several at once. The full screen waits as long.
const tooSoon = 425 * time.Millisecond

// interactive is the word that gives the terminal to a command that the
// runbook does not say needs it.
const interactive = "interactively"

// line is what must be written to run it.
func (p pending) line() string {
	return strings.TrimSpace("run " + p.address + " " + p.proposal.Type)
}

// run shows a command, or runs it if it was what the line before showed.
func (c *console) run(ctx context.Context, rest string) error {
	t, more, err := c.command(rest)
	if err != nil {
		return err
	}
	p := c.before
	switch {
	case p == nil || p.ref != t.ref:
		return c.propose(ctx, t, "")
	case c.Terminal && c.now().Up-p.at < tooSoon:
		c.complain(errors.New("this line came too soon after the command was shown to have been written for it"), "")
		return c.propose(ctx, t, editedText(p.proposal))
	}
	return c.confirm(ctx, *p, more)
}

// propose shows a command as it would run. text replaces the runbook's own if
// it is not empty.
func (c *console) propose(ctx context.Context, t target, text string) error {
	p, err := c.Session.Propose(ctx, t.ref, text)
	if err != nil {
		return err
	}
	c.tellProposal(t, p)
	switch {
	case len(p.Blocked) > 0:
		c.tellBlocked(t, p)
	case p.Interactive && !c.joins():
		return errors.New("this command asks its questions on a terminal, and these lines do not come from one; run it from a terminal, or record it with: elsewhere " + t.address + " RESULT")
	default:
		c.pending = &pending{target: t, proposal: p, at: c.now().Up}
		c.out.say("To run it, write: %s", c.pending.line())
		if c.joins() && !p.Interactive {
			c.out.item("If it asks questions, write: %s %s", c.pending.line(), interactive)
		}
		c.out.item("Any other line runs nothing.")
	}
	return nil
}

// joins reports whether an interactive command can have the terminal.
func (c *console) joins() bool {
	_, ok := c.In.(session.Terminal)
	return ok && c.Terminal
}

// confirm runs what the line before showed. The session makes the proposal
// anew and refuses if anything changed meanwhile; then it is shown again.
func (c *console) confirm(ctx context.Context, p pending, written string) error {
	typed, terminal := c.interactively(p.proposal, written)
	if typed != p.proposal.Type {
		c.complain(fmt.Errorf("that is not the line that runs it, which is: %s", p.line()), "")
		return c.propose(ctx, p.target, editedText(p.proposal))
	}
	yes := session.Yes{Typed: p.proposal.Type, Interactive: terminal}
	if yes.Typed == "" {
		yes.Typed = strings.TrimSpace("run " + p.address + " " + written)
	}
	ticket, recorded, err := c.Session.Confirm(ctx, p.proposal, yes)
	c.saved(recorded)
	if errors.Is(err, session.ErrRefused) {
		c.complain(err, "")
		return c.propose(ctx, p.target, editedText(p.proposal))
	}
	if err != nil {
		return err
	}
	run, recorded, err := c.Session.Start(ctx, ticket)
	c.saved(recorded)
	if err != nil {
		return err
	}
	w := c.follow(ctx, recorded[len(recorded)-1].Receipt.Seq, p.ref, run)
	w.mine, w.live = true, true
	if ticket.Interactive() {
		c.attach(ctx, w)
	}
	return nil
}

// interactively takes the word off that gives the terminal to a command.
func (c *console) interactively(p session.Proposal, written string) (typed string, terminal bool) {
	before, found := strings.CutSuffix(written, interactive)
	if !found || p.Interactive || !c.joins() || before != "" && !strings.HasSuffix(before, " ") {
		return written, false
	}
	return strings.TrimSpace(before), true
}

func editedText(p session.Proposal) string {
	if p.Edited {
		return p.Shell
	}
	return ""
}

// attach gives the terminal to an interactive command until it ends.
func (c *console) attach(ctx context.Context, w *watch) {
	tty, _ := c.In.(session.Terminal)
	c.out.say("%s has the terminal now.", commandName(w.ref))
	if err := w.run.Attach(ctx, tty); err != nil {
		c.complain(fmt.Errorf("join %s to the terminal: %w", commandName(w.ref), err), "watch shows what it writes; cancel stops it")
	}
	w.live = false
}

// edit takes the lines that follow as the text of a command.
func (c *console) edit(_ context.Context, rest string) error {
	t, more, err := c.command(rest)
	switch {
	case err != nil:
		return err
	case more != "":
		return errForm
	}
	c.out.say("Write the command's text now. It ends with a line that is a single full stop. The runbook's own text is:")
	c.out.exact(t.command.Shell)
	var lines []string
	c.next = func(ctx context.Context, line string) {
		if line != "." {
			lines = append(lines, line)
			return
		}
		c.next = nil
		text := strings.Join(lines, "\n")
		if strings.TrimSpace(text) == "" {
			c.out.say("There was no text; nothing was changed.")
			return
		}
		if err := c.propose(ctx, t, text); err != nil {
			c.complain(err, "")
		}
	}
	return nil
}

// fill shows a command with a variable in the place of each stand-in, so that
// their values can be set.
func (c *console) fill(ctx context.Context, rest string) error {
	t, more, err := c.command(rest)
	switch {
	case err != nil:
		return err
	case more != "":
		return errForm
	}
	p, err := c.Session.Propose(ctx, t.ref, "")
	switch {
	case err != nil:
		return err
	case p.Suggested == "" || p.Suggested == p.Shell:
		return fmt.Errorf("%s has no stand-in that could be filled", t.address)
	}
	return c.propose(ctx, t, p.Suggested)
}

// no records that a command was decided against.
func (c *console) no(ctx context.Context, rest string) error {
	what, reason := because(rest)
	t, p, more, err := c.proposed(ctx, what)
	switch {
	case err != nil:
		return err
	case more != "":
		return fmt.Errorf("there is no command %q; write: no %s because REASON", what, t.address)
	}
	recorded, err := c.Session.Decline(ctx, p, reason)
	c.saved(recorded)
	return err
}

// elsewhere records that a command ran outside the console.
func (c *console) elsewhere(ctx context.Context, rest string) error {
	_, p, result, err := c.proposed(ctx, rest)
	if err != nil {
		return err
	}
	var exit *int
	if word, after := cutWord(result); word == "exit" {
		code, rest := cutWord(after)
		n, err := strconv.Atoi(code)
		if err != nil || n < 0 || n > 255 {
			return fmt.Errorf("%q is no exit code; they are 0 to 255", code)
		}
		exit, result = &n, rest
	}
	if exit == nil && result == "" {
		return errors.New("what came of it? the record needs its result")
	}
	recorded, err := c.Session.RanElsewhere(ctx, p, "", exit, result)
	c.saved(recorded)
	return err
}

// proposed is the proposal that a line is about: the one that was just shown,
// which may have been edited, or the runbook's own.
func (c *console) proposed(ctx context.Context, line string) (target, session.Proposal, string, error) {
	t, more, err := c.command(line)
	if err != nil {
		return target{}, session.Proposal{}, "", err
	}
	if c.before != nil && c.before.ref == t.ref {
		return t, c.before.proposal, more, nil
	}
	p, err := c.Session.Propose(ctx, t.ref, "")
	return t, p, more, err
}
