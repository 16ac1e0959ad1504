// Package dialog holds what asks: the gate before a command, the questions of
// a new incident, notes, reasons, lists to choose from. A dialog is a plain
// value that takes keys and draws itself; it does nothing. When it is answered
// it returns an Action, and only the console acts on it.
package dialog

import (
	tea "charm.land/bubbletea/v2"

	"wsc-respond/ui/keys"
	"wsc-respond/ui/theme"
)

// Dialog is one thing that asks. While it is open it gets every key.
type Dialog interface {
	// Key takes one key. It does no I/O.
	Key(k tea.KeyPressMsg) Result
	// View draws the dialog into width by height cells, at most.
	View(s theme.Styles, width, height int) string
	// Mode says which rows of the key table are in force.
	Mode() keys.Mode
}

// Paster is a dialog that takes pasted text.
type Paster interface {
	Paste(text string) Result
}

// Result is what came of a key. The zero Result is "go on".
type Result struct {
	Close  bool
	Action Action // what the console is to do; nil is nothing
	Rearm  bool   // the dialog is to wait again until it can have been seen
}

// Action is an answered dialog: a value that the console acts on. Each dialog
// documents its own.
type Action interface{ action() }
