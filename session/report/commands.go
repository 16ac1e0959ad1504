package report

import (
	"bytes"
	"maps"
	"slices"

	"wsc-respond/session"
	"wsc-respond/steps"
	"wsc-respond/steps/safe"
)

// The report shows the beginning of an output, as much as a reader takes in at
// a glance. All of it lies in the evidence.
const (
	headBytes = 4 << 10
	headLines = 20
)

// commands are all commands that the gate was answered for, in order.
func (b *builder) commands() []Command {
	var all []Command
	for _, e := range b.events {
		c := Command{Seq: e.Seq, At: e.When().UTC(), By: e.By, Marks: b.marks[e.Seq]}
		switch d := e.Data.(type) {
		case *session.Confirmed:
			c.Ref, c.Shell = d.Command, d.Shell
			b.confirmed(&c, d)
		case *session.Declined:
			c.Ref, c.Shell, c.Answer, c.Reason = d.Command, d.Shell, Declined, d.Reason
		case *session.Elsewhere:
			c.Ref, c.Shell, c.Answer, c.Elsewhere = d.Command, d.Shell, Elsewhere, d
			c.Surprise = d.Exit != nil && !b.expected(d.Command, *d.Exit)
		default:
			continue
		}
		_, _, c.Name = c.Ref.Parts()
		c.Step = b.titleOf(c.Ref)
		all = append(all, c)
	}
	return all
}

func (b *builder) confirmed(c *Command, d *session.Confirmed) {
	c.Answer, c.Yes = Ran, *d
	for _, name := range slices.Sorted(maps.Keys(d.Inputs)) {
		v := Value{Name: name, Value: d.Inputs[name]}
		if slices.Contains(d.Secret, name) {
			v.Value, v.Secret = "", true
		}
		c.Values = append(c.Values, v)
	}
	run := b.runs[c.Seq]
	if run == nil || run.Started == 0 {
		c.Answer = NotBegun
		return
	}
	if run.Ended == 0 {
		return
	}
	result := run.Result
	c.Result, c.Sum = &result, result.Sum()
	c.Surprise = b.surprising(run)
	c.Files = outputs(run.Ended, &result)
	b.head(c, result.Stdout)
}

// surprising reports whether a command ended otherwise than its author
// expects, so that a person should have looked at it.
func (b *builder) surprising(r *session.RunState) bool {
	if r.Ended == 0 {
		return false
	}
	return r.Result.Outcome != session.Exited || r.Result.Missing != "" || !b.expected(r.Command, r.Result.Exit)
}

func (b *builder) expected(ref session.Ref, exit int) bool {
	command, ok := b.state.Runbook.Command(ref)
	if !ok {
		return steps.Command{}.Expected(exit)
	}
	return command.Expected(exit)
}

// head reads the beginning of an output. What cannot be read is left out and
// told among the limits.
func (b *builder) head(c *Command, out session.Output) {
	if b.opts.ReadEvidence == nil || out.File == "" || out.Kept == 0 {
		return
	}
	content, err := b.opts.ReadEvidence(out.File, headBytes)
	if err != nil {
		b.unread = append(b.unread, out.File+": "+err.Error())
		return
	}
	head, cut := firstLines(content)
	c.Head = safe.Bytes(head)
	c.HeadCut = cut || int64(len(content)) < out.Kept
}

// firstLines cuts after headLines lines, and after the last whole line where
// the content ends at headBytes.
func firstLines(content []byte) (head []byte, cut bool) {
	end := 0
	for range headLines {
		i := bytes.IndexByte(content[end:], '\n')
		if i < 0 {
			break
		}
		end += i + 1
	}
	lines := bytes.Count(content[:end], []byte("\n"))
	switch {
	case lines == headLines:
		return content[:end], end < len(content)
	case len(content) < headBytes || end == 0:
		return content, false
	default:
		return content[:end], true
	}
}
