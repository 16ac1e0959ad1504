package session

import (
	"context"
	"errors"
	"iter"
	"time"

	"wsc-respond/steps"
)

// Log is where the events of one session live. It is the only way to append:
// a shared store can stand behind it later, and nothing else in the program
// knows where events are kept.
//
// session/journal implements it on a file.
type Log interface {
	// Append makes one event durable and returns where it stands. after is
	// the sequence number of the last event that the caller knows; if the log
	// has moved on, nothing is written and the error is ErrConflict. The log
	// fills in Seq and Prev. When Append returns without an error, the event
	// survives a crash of the machine. After any error of the disk the log is
	// poisoned: every later Append fails with ErrReadOnly.
	Append(ctx context.Context, after uint64, e Event) (Event, Receipt, error)
	// Events yields the events from sequence number from on, in order. It
	// ends at the first one that cannot be read, with the error.
	Events(ctx context.Context, from uint64) iter.Seq2[Event, error]
	// Head is the last durable event, the zero Receipt for an empty log.
	Head() Receipt
	// Close lets the log go, and another writer take it.
	Close() error
}

// Errors of a Log.
var (
	ErrConflict = errors.New("somebody else has written to this session")
	ErrReadOnly = errors.New("the record cannot be written any more")
	ErrLocked   = errors.New("the session is open in another console")
)

// TimeSource tells the time. There is one real one in the program; tests and
// drills bring others.
type TimeSource interface {
	Now() Instant
}

// Instant is one moment on all the clocks that the record keeps.
type Instant struct {
	Wall time.Time // UTC
	Boot string    // the kernel's boot id
	Up   time.Duration
}

// Runner runs commands. session/runner implements it with a supervisor that
// outlives the console; drills bring one that simulates.
type Runner interface {
	// Start runs what the ticket allows. It spends the ticket: a ticket runs
	// once. An error means that nothing ran.
	Start(ctx context.Context, t *Ticket) (Run, error)
	// Adopt finds a command that an earlier console started, by the base
	// name of its evidence. ErrGone says that its supervisor is gone and has
	// left no result.
	Adopt(ctx context.Context, evidence string) (Run, error)
	// Remains is what lies in the evidence of a command that nobody saw end.
	Remains(evidence string) (stdout, stderr Output)
}

// ErrGone says that a command's supervisor is gone and left no result that can
// be read.
var ErrGone = errors.New("nobody saw this command end")

// Run is a command at work, or one that has ended.
type Run interface {
	// Live is what there is to show right now. It is cheap, never waits for
	// the command, and its memory does not grow with the output.
	Live() Live
	// Wait returns the result when the command has ended. The context ends
	// the waiting, never the command.
	Wait(ctx context.Context) (Result, error)
	// Cancel ends the command and everything it started: SIGTERM, two
	// seconds, SIGKILL. The result comes through Wait.
	Cancel() error
	// Attach joins an interactive command to a terminal until it ends or the
	// terminal is lost. Other commands return an error.
	Attach(ctx context.Context, tty Terminal) error
}

// Terminal is a real terminal that an interactive command is joined to.
type Terminal interface {
	Read(p []byte) (int, error)
	Write(p []byte) (int, error)
	Fd() uintptr
}

// Live is a look at a running command.
type Live struct {
	Lines  []LiveLine    // the end of the output, at most a few hundred lines
	Stdout int64         // bytes so far
	Stderr int64         // bytes so far
	For    time.Duration // how long it has run
	Silent time.Duration // since it last wrote anything
	Ended  bool
}

// LiveLine is one line of output. Text is as the command wrote it, redacted
// but not made safe for a terminal: whoever shows it does that.
type LiveLine struct {
	Stderr bool
	Text   string
}

// Result is how a command ended, for the ended event.
type Result struct {
	Outcome  Outcome
	Exit     int
	Signal   string
	Duration time.Duration
	Stdout   Output
	Stderr   Output
	Carry    Carry
	Redacted []RedactCount
	Detail   string
	Missing  string // the text that was expected in the output and was not there
	// Tail is the end of standard output, redacted, at most 64 KiB; what
	// yields its value from stdout is read from the file.
	Tail string
	// Left are the files that the command left in the folder which
	// WSC_RESPOND_EVIDENCE names.
	Left []EvidenceAdded
}

// Evidence keeps files in the session folder. session/evidence implements
// it.
type Evidence interface {
	// Put writes a file of the console's own making (a notice, a runbook)
	// below the session folder, redacted, synced and never over another one.
	Put(ctx context.Context, name string, content []byte) (EvidenceAdded, error)
	// Take copies a file of the host into the evidence.
	Take(ctx context.Context, path string) (EvidenceAdded, error)
	// Read returns up to limit bytes of a file of the session.
	Read(name string, limit int64) ([]byte, error)
}

// Host answers what the console asks of the machine it runs on: whether a
// path is there, and what it is. It changes nothing.
type Host interface {
	// Look says what path is, in the words of the gate: "-rw------- build
	// 65 B". The error says in plain words why not.
	Look(path string) (Seen, error)
	// Abs makes a path absolute against dir, with ~ resolved.
	Abs(dir, path string) (string, error)
}

// Seen is what stands at a path.
type Seen struct {
	Dir   bool
	Mode  string // "0700"
	Words string // "drwx------ root"
}

// Order is what a spent ticket tells the Runner to do.
type Order struct {
	Command     steps.Ref
	Shell       string
	Dir         string
	Interpreter string
	// Values are the inputs, secret ones included. They go into the
	// environment of the command and nowhere else.
	Values map[string]string
	// Secrets are the values that must not appear in any output.
	Secrets []string
	// Carry is what earlier commands changed.
	Carry       Carry
	Interactive bool
	Timeout     time.Duration
	Evidence    string // base name of the output files
	ExpectsText string
}
