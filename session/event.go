package session

import (
	"time"

	"wsc-respond/steps"
)

// FormatVersion is the version of the session file that this program writes,
// the "v" of every line.
const FormatVersion = 1

// Event is one act, or one thing that happened, as it stands on one line of
// the session file. State is nothing but the fold of all events.
type Event struct {
	Seq uint64 // from 1, without gaps
	// At is when the event was recorded: wall time in UTC, in microseconds.
	At time.Time
	// Occurred is when it happened, where a person says that this was at
	// another time than At; otherwise zero.
	Occurred time.Time
	Boot     string // the kernel's boot id
	// Up is the boot-time clock (CLOCK_BOOTTIME), which neither stops in
	// suspend nor jumps. Between two events of one boot the difference of Up
	// is the true time between them.
	Up   time.Duration
	By   Actor
	Data Data
	Prev Hash // of the line before; zero for the first
}

// Kind is the event's kind, "step.done" for example.
func (e Event) Kind() Kind { return e.Data.Kind() }

// When is the time at which the event happened, as far as the record knows.
func (e Event) When() time.Time {
	if e.Occurred.IsZero() {
		return e.At
	}
	return e.Occurred
}

// Actor is who acted, and from where. Every field is hashed with the event.
type Actor struct {
	Name string `json:"name"` // as the person gave it
	Role string `json:"role,omitempty"`
	User string `json:"user"` // the login name, from the system
	Host string `json:"host"`
	TTY  string `json:"tty,omitempty"`
	// Source is how the act reached the console.
	Source Source `json:"source"`
}

// Source says by which way an act came in.
type Source string

// The sources. A line that came through a pipe was not typed by a person at
// that moment, and an auditor should know.
const (
	FromTerminal Source = "terminal" // a key in the full-screen console
	FromLine     Source = "line"     // a line typed in line mode
	FromPipe     Source = "pipe"     // a line read from something that is no terminal
	FromConsole  Source = "console"  // the program itself: a clock that ran out, a command that ended
)

// Kind names what an event is about.
type Kind string

// Data is what an event of one kind carries. Each kind is one Go type; the
// set is closed (see NewData).
type Data interface {
	Kind() Kind
}

// Hash is the SHA-256 of a line of the session file without its newline, in
// lower-case hex. The hash of the last line is the head.
type Hash string

// NoHash is the Prev of the first event.
const NoHash Hash = "0000000000000000000000000000000000000000000000000000000000000000"

// Short is how a hash is shown where space is dear: its first eight digits.
func (h Hash) Short() string {
	if len(h) < 8 {
		return string(h)
	}
	return string(h[:8])
}

// Receipt says that an event is durable: where it stands, and the head after
// it.
type Receipt struct {
	Seq  uint64
	Hash Hash
}

// Ref is a step's or command's place in the runbook.
type Ref = steps.Ref
