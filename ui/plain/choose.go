package plain

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
)

// OpenSession is a session that is not closed, in words.
type OpenSession struct {
	Name string // what Choice.Name gives back
	// About is the rest of its line: "INC-1 critical, alice, 35 minutes".
	About string
	// Since says what happened since its console went, a sentence each.
	Since []string
}

// Verdict is what to do with the sessions.
type Verdict string

// The verdicts.
const (
	ToResume Verdict = "resume"
	ToFollow Verdict = "follow"
	StartNew Verdict = "new"
)

// Choice is what a person made of the list.
type Choice struct {
	Verdict Verdict
	Name    string // of the session; empty for a new one
}

// Chooser is what the list of open sessions is shown with. The fields are
// those of [Options].
type Chooser struct {
	In       io.Reader
	Out      io.Writer
	Terminal bool
	ASCII    bool
}

// Choose lists the open sessions and asks what to do: "resume 1", "follow 1",
// "new", or "leave", which is ErrLeft, as is the end of the input.
func Choose(ctx context.Context, q Chooser, open []OpenSession) (Choice, error) {
	d := newDialogue(ctx, q.In, q.Out, q.Terminal, q.ASCII)
	defer d.end()
	d.out.say("Open sessions: %d", len(open))
	for i, s := range open {
		d.out.say("%d %s: %s", i+1, s.Name, s.About)
		for _, since := range s.Since {
			d.out.item("%s", since)
		}
	}
	d.out.say("Write resume N, follow N to read without writing, new, or leave.")
	for {
		line, err := d.line()
		if err != nil {
			return Choice{}, err
		}
		choice, err := choose(line, open)
		if err == nil || errors.Is(err, ErrLeft) {
			return choice, err
		}
		d.refuse(err)
	}
}

func choose(line string, open []OpenSession) (Choice, error) {
	verb, rest := cutWord(line)
	switch v := Verdict(strings.ToLower(verb)); v {
	case "leave", "quit":
		return Choice{}, ErrLeft
	case StartNew:
		return Choice{Verdict: StartNew}, nil
	case ToResume, ToFollow:
		name, err := named(rest, open)
		return Choice{Verdict: v, Name: name}, err
	}
	return Choice{}, fmt.Errorf("%q is none of resume N, follow N, new and leave", line)
}

// named finds a session by its number or its name. The only one needs neither.
func named(text string, open []OpenSession) (string, error) {
	for _, s := range open {
		if text == s.Name || text == "" && len(open) == 1 {
			return s.Name, nil
		}
	}
	chosen, err := numbers(text, len(open))
	switch {
	case err != nil:
		return "", err
	case len(chosen) > 1:
		return "", errors.New("one number is needed")
	}
	return open[chosen[0]-1].Name, nil
}

// dialogue is a conversation that asks and waits, with nothing else going on.
type dialogue struct {
	out      *printer
	reader   *reader
	ctx      context.Context
	end      context.CancelFunc
	terminal bool
}

func newDialogue(ctx context.Context, in io.Reader, out io.Writer, terminal, ascii bool) *dialogue {
	ctx, end := context.WithCancel(ctx)
	return &dialogue{out: &printer{w: out, ascii: ascii}, reader: newReader(ctx, in), ctx: ctx, end: end, terminal: terminal}
}

// line waits for the next line that is no remark. The end of the input is
// ErrLeft.
func (d *dialogue) line() (string, error) {
	for {
		if d.out.err != nil {
			return "", fmt.Errorf("write to the terminal: %w", d.out.err)
		}
		if d.terminal {
			d.out.prompt()
		}
		d.reader.ask()
		select {
		case in := <-d.reader.lines:
			d.reader.got()
			d.out.prompted = false
			switch text := strings.TrimSpace(in.text); {
			case errors.Is(in.err, errTooLong):
				d.refuse(in.err)
			case in.err != nil:
				return "", ErrLeft
			case !strings.HasPrefix(text, "#"):
				return text, nil
			}
		case <-d.ctx.Done():
			return "", fmt.Errorf("the questions ended: %w", context.Cause(d.ctx))
		}
	}
}
