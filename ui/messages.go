package ui

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"wsc-respond/session"
	"wsc-respond/steps/safe"
	"wsc-respond/ui/pane"
)

// saidMsg is something to tell the person.
type saidMsg struct {
	weight pane.Weight
	text   string
}

// maxMessages is how many messages are kept; older ones of no weight go first.
const maxMessages = 4

// tell puts a message on the screen. A remark goes with the next key; what
// warns stays until esc takes it away. It returns the text as it is shown, for
// untell.
func (c *console) tell(weight pane.Weight, text string) (shown string) {
	message := pane.Message{Text: safe.Line(strings.ReplaceAll(text, "\n", " ")), Weight: weight}
	for _, m := range c.messages {
		if m == message {
			return message.Text
		}
	}
	c.messages = append(c.messages, message)
	if len(c.messages) > maxMessages {
		c.messages = c.messages[1:]
	}
	return message.Text
}

// untell takes one message away that no longer holds.
func (c *console) untell(shown string) {
	c.messages = slices.DeleteFunc(c.messages, func(m pane.Message) bool { return m.Text == shown })
}

// forget takes messages away that are not heavier than weight.
func (c *console) forget(weight pane.Weight) (some bool) {
	kept := c.messages[:0]
	for _, m := range c.messages {
		if m.Weight > weight {
			kept = append(kept, m)
			continue
		}
		some = true
	}
	c.messages = kept
	return some
}

// notices are the messages of now: what can no longer be written comes first
// and cannot be taken away.
func (c *console) notices() []pane.Message {
	if c.readOnly == nil {
		return c.messages
	}
	return append([]pane.Message{{Weight: pane.Danger, Text: c.readOnlyText()}}, c.messages...)
}

// maxCause is how much of the cause is said, so that the way out fits the
// smallest window.
const maxCause = 70

func (c *console) readOnlyText() string {
	cause := c.readOnly.Error()
	if _, after, ok := strings.Cut(cause, session.ErrReadOnly.Error()+": "); ok {
		cause = after
	}
	return fmt.Sprintf("The record cannot be written: %s. You can still read, copy and export. Go on elsewhere: wsc-respond resume %s --into DIR",
		safe.Truncate(safe.Line(cause), maxCause, "…"), safe.Line(c.sessionName()))
}

// sessionName is what `wsc-respond resume` takes.
func (c *console) sessionName() string {
	if c.opened.Folder != "" {
		return filepath.Base(c.opened.Folder)
	}
	return c.state.Session
}

// wall is the present for dialogs that read times, in the reader's zone.
func (c *console) wall() time.Time {
	if c.opts.Zone == nil {
		return c.now.Wall.UTC()
	}
	return c.now.Wall.In(c.opts.Zone)
}

// sentence is a text with a capital and a full stop.
func sentence(s string) string {
	if s = capital(s); !strings.HasSuffix(s, ".") {
		s += "."
	}
	return s
}

// capital begins a sentence.
func capital(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	if n == 0 {
		return s
	}
	return string(unicode.ToUpper(r)) + s[n:]
}
