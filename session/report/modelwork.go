package report

import (
	"time"

	"wsc-respond/session"
)

// Plan is an incident type's steps and what became of them.
type Plan struct {
	Type
	Phases []Phase
}

// Phase is a phase with its steps in the document's order.
type Phase struct {
	Title string
	Steps []Step
}

// Step is one step and what became of it.
type Step struct {
	Ref    session.Ref
	Title  string // with its number
	Status session.StepStatus
	// Begun says of an open step that a check was ticked or a command was
	// answered.
	Begun  bool
	At     time.Time // when it came to stand so; zero for one nobody touched
	By     session.Actor
	Reason string    // why it was skipped, what it waits for, or the note at its end
	Until  time.Time // the reminder of a waiting one
	Checks int
	Ticked int
	Marks  []Mark // of the event by which it stands so
	// Before are the titles of earlier steps that were neither done, skipped
	// nor waiting when this one was done.
	Before []string
}

// Answer is how the gate was answered for a command.
type Answer string

// The answers.
const (
	Ran       Answer = "ran here"
	Elsewhere Answer = "ran elsewhere"
	Declined  Answer = "declined"
	NotBegun  Answer = "confirmed, no start on record"
)

// Command is one command that was proposed and answered.
type Command struct {
	Seq       uint64 // the event with the answer
	Ref       session.Ref
	Name      string
	Step      string // the title of its step
	Shell     string
	At        time.Time
	By        session.Actor
	Answer    Answer
	Yes       session.Confirmed // of a confirmed one
	Values    []Value
	Result    *session.Ended // nil if no end is on record
	Sum       string         // the result in words
	Surprise  bool           // it ended otherwise than its author expects
	Reason    string         // of a declined one
	Elsewhere *session.Elsewhere
	Files     []File
	Head      string // the beginning of standard output
	HeadCut   bool   // there is more of it
	Marks     []Mark
}

// Value is an input of a command. The value of a secret one is not known.
type Value struct {
	Name   string
	Value  string
	Secret bool
}
