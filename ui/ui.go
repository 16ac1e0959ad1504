// Package ui is the console: one screen on which a responder works through an
// incident. What a user gets from it is calm: a checklist, clocks that are
// right, one place to look, and nothing shown that is not saved. The rules
// are:
//
//   - There is one Bubble Tea model, and it only routes. Panes and dialogs are
//     plain values; they hold no program state and do nothing.
//   - Update and View do no I/O. What has to be done is a command; what came
//     of it is a message, and a message is a fact ("recorded", "looked").
//   - The model has its own fold of the session's events. It changes by
//     applying an event that is durable, and by nothing else. While one is
//     being saved the footer says so and the screen stays as it was.
//   - Time comes in with a message once a second, from the session's own
//     clocks.
//   - A dialog that opens takes no key before the person can have seen it.
//   - Signals, a stalled terminal and a panic end the console in an orderly
//     way: the record says that it went away, the terminal is put back, and
//     commands that run go on.
package ui

import (
	"context"
	"iter"
	"os"
	"time"

	"wsc-respond/session"
	"wsc-respond/ui/dialog"
	"wsc-respond/ui/theme"
)

// Options are what a console starts with.
type Options struct {
	// Opened is the session to work on. If it is nil, Lobby is shown first.
	Opened *Opened
	// Lobby is for `wsc-respond` alone: the open sessions and the questions
	// of a new incident.
	Lobby *Lobby

	Theme theme.Options
	// Time is the clock that the screen is drawn by: the one of the session.
	Time session.TimeSource
	// Zone is the reader's time zone, shown beside UTC; nil is UTC alone.
	Zone *time.Location
	// In and Out are the terminal.
	In, Out *os.File
	// Environ is the environment that tells what the terminal can do.
	Environ []string
}

// Opened is a session as the console works on it.
type Opened struct {
	// Session is nil when the console only follows.
	Session *session.Session
	// State is the fold of Events. From here on it belongs to the console.
	State *session.State
	// Events are all events so far, for the timeline.
	Events []session.Event
	// Follow yields the events that come after State, as they become durable
	// in the other console. It blocks until there is one, and ends with its
	// context. It is used only where Session is nil.
	Follow func(ctx context.Context) iter.Seq2[session.Event, error]
	// Folder is the session's folder, for what is said to the person and for
	// the copy that is kept of everything that is copied.
	Folder string
	// Read returns up to limit bytes of a file of the session folder.
	Read func(name string, limit int64) ([]byte, error)
	// Say are sentences to show at first: a torn line that was set aside,
	// contacts that nobody filled in.
	Say []string
}

// Lobby is what stands before a session.
type Lobby struct {
	Sessions []OpenSession
	// Start is what is known already of a new incident: the runbook, the
	// login's name, a code name.
	Start session.Intake
	Login string // proposed as the person's name
	// New opens a session with what the questions gave. Nothing is saved
	// before it is called.
	New func(ctx context.Context, in session.Intake) (*Opened, error)
	// Resume and Follow open one of Sessions, by its Name.
	Resume func(ctx context.Context, name string) (*Opened, error)
	Follow func(ctx context.Context, name string) (*Opened, error)
}

// OpenSession is a session that is not closed, in words.
type OpenSession = dialog.OpenSession

// LeftError says that the console ended because something outside ended it.
// Commands that ran go on, and the session can be resumed.
type LeftError struct {
	Why      string        // as the record has it: "hang-up", "signal terminated", "panic"
	Name     string        // of the session; empty if there was none
	Recorded bool          // whether the record says so too
	Running  []session.Ref // commands that go on
	Code     int           // the exit code that a shell would expect
	Cause    error         // for a panic, what it was; may be nil
	Stack    string        // for a panic, where it was
}

// Error says what happened and how to go on.
func (e *LeftError) Error() string {
	text := "the console ended: " + e.Why
	if e.Cause != nil {
		text += " (" + e.Cause.Error() + ")"
	}
	if e.Name == "" {
		return text + "; no session was open"
	}
	text += "; everything that was shown as saved is saved"
	if len(e.Running) > 0 {
		text += ", and commands that ran go on"
	}
	text += "; go on with: wsc-respond resume " + e.Name
	if e.Stack != "" {
		text += "\n\nFor a bug report:\n" + e.Stack
	}
	return text
}

// Unwrap gives the cause.
func (e *LeftError) Unwrap() error { return e.Cause }
