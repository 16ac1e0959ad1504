package ui

import (
	"fmt"
	"runtime/debug"

	tea "charm.land/bubbletea/v2"

	"wsc-respond/steps/safe"
)

// shield is the console as the program runs it: a panic in it, or in one of
// its commands, ends the program as leaving does, so that the terminal is put
// back, the record says so, and the person is told how to go on.
type shield struct {
	*console
	crash *crash
	last  tea.View
}

// crash is a panic that was caught.
type crash struct {
	what  any
	stack []byte
}

// Error says what the panic said.
func (c *crash) Error() string { return safe.Line(fmt.Sprint(c.what)) }

// Init is the console's.
func (s *shield) Init() (cmd tea.Cmd) {
	defer s.catch(&cmd)
	return shielded(s.console.Init())
}

// Update is the console's.
func (s *shield) Update(msg tea.Msg) (model tea.Model, cmd tea.Cmd) {
	model = s
	defer s.catch(&cmd)
	if c, ok := msg.(*crash); ok {
		s.crash = c
	}
	if s.crash != nil {
		return s, tea.Quit
	}
	_, cmd = s.console.Update(msg)
	return s, shielded(cmd)
}

// View is the console's; after a panic it is the last one that could be drawn.
func (s *shield) View() (view tea.View) {
	view = s.last
	defer s.catch(nil)
	if s.crash == nil {
		view = s.console.View()
		s.last = view
	}
	return view
}

// catch keeps a panic, and ends the program.
func (s *shield) catch(cmd *tea.Cmd) {
	what := recover()
	if what == nil {
		return
	}
	s.crash = &crash{what: what, stack: debug.Stack()}
	if cmd != nil {
		*cmd = tea.Quit
	}
}

// shielded is a command whose panic becomes a message.
func shielded(cmd tea.Cmd) tea.Cmd {
	if cmd == nil {
		return nil
	}
	return func() (msg tea.Msg) {
		defer func() {
			if what := recover(); what != nil {
				msg = &crash{what: what, stack: debug.Stack()}
			}
		}()
		msg = cmd()
		if batch, ok := msg.(tea.BatchMsg); ok {
			for i, one := range batch {
				batch[i] = shielded(one)
			}
		}
		return msg
	}
}
