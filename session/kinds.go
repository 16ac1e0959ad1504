package session

import (
	"time"

	"wsc-respond/steps"
)

// The kinds of event. A kind once written is read for ever: fields may be
// added with a new FormatVersion, never changed in meaning.
const (
	KindOpened          Kind = "session.opened"
	KindLeft            Kind = "session.left"
	KindResumed         Kind = "session.resumed"
	KindClosed          Kind = "session.closed"
	KindClassified      Kind = "incident.classified"
	KindReclassified    Kind = "incident.reclassified"
	KindWidened         Kind = "incident.widened"
	KindRoleTaken       Kind = "role.taken"
	KindRoleTransferred Kind = "role.transferred"
	KindMilestone       Kind = "milestone.reached"
	KindClockPassed     Kind = "clock.passed"
	KindClockStopped    Kind = "clock.stopped"
	KindPhaseEntered    Kind = "phase.entered"
	KindStepDone        Kind = "step.done"
	KindStepSkipped     Kind = "step.skipped"
	KindStepReopened    Kind = "step.reopened"
	KindStepWaiting     Kind = "step.waiting"
	KindCheckTicked     Kind = "check.ticked"
	KindCheckCleared    Kind = "check.cleared"
	KindInputSet        Kind = "input.set"
	KindConfirmed       Kind = "command.confirmed"
	KindDeclined        Kind = "command.declined"
	KindStarted         Kind = "command.started"
	KindEnded           Kind = "command.ended"
	KindElsewhere       Kind = "command.elsewhere"
	KindEvidenceAdded   Kind = "evidence.added"
	KindEvidenceCopied  Kind = "evidence.copied"
	KindNote            Kind = "note.added"
	KindHypothesis      Kind = "hypothesis.changed"
	KindNoticeDrafted   Kind = "notice.drafted"
	KindNoticeSent      Kind = "notice.sent"
	KindAmended         Kind = "amended"
	KindTrimmed         Kind = "record.trimmed"
	KindClockJumped     Kind = "record.clock_jumped"
)

// Opened is the first event of a session, and holds what is needed to read
// it without anything else.
type Opened struct {
	Session  string       `json:"session" text:"no"` // the folder's name
	CodeName string       `json:"code_name" text:"no"`
	Drill    bool         `json:"drill"`
	Tool     string       `json:"tool"` // "wsc-respond 0.1.0"
	Runbook  RunbookCopy  `json:"runbook"`
	Where    Environment  `json:"where"`
	From     *Predecessor `json:"continues,omitempty"`
}

// RunbookCopy says which runbook the session follows. The model itself lies
// beside the session file as File; SHA256 is that of its bytes.
type RunbookCopy struct {
	Title   string         `json:"title"`
	Version string         `json:"version,omitempty"`
	File    string         `json:"file" text:"no"`
	SHA256  string         `json:"sha256" text:"no"`
	Sources []steps.Source `json:"sources,omitempty"`
	LeftOut []string       `json:"left_out,omitempty"` // what of an overlay could not be used
}

// Environment is where the console ran when the session was opened or
// resumed.
type Environment struct {
	OS       string `json:"os"`
	Kernel   string `json:"kernel,omitempty"`
	Term     string `json:"term,omitempty"`
	SSH      string `json:"ssh,omitempty"` // SSH_CONNECTION
	Dir      string `json:"dir"`
	TimeZone string `json:"time_zone,omitempty"`
	// Variables are those of the console's environment that commands get.
	Variables map[string]string `json:"variables,omitempty"`
	// ClockOffset is how far the system's clock is off, in seconds, where
	// the system knows; ClockSynced is what the kernel says of it.
	ClockOffset float64 `json:"clock_offset_seconds,omitempty"`
	ClockSynced bool    `json:"clock_synced"`
}

// Predecessor is the session that this one goes on from, after its own
// record could not be written any more.
type Predecessor struct {
	Folder string `json:"folder"`
	Seq    uint64 `json:"seq"`
	Head   Hash   `json:"head"`
	Reason string `json:"reason,omitempty"`
}

// Left says that the console went away, and why.
type Left struct {
	Why     string `json:"why"`               // "quit", "hang-up", "signal terminated", "panic"
	Running []Ref  `json:"running,omitempty"` // commands that go on under their supervisor
}

// Resumed says that a console took the session up again.
type Resumed struct {
	Head    Hash        `json:"head"` // what the session file ended with
	Session string      `json:"session" text:"no"`
	Tool    string      `json:"tool"`
	Where   Environment `json:"where"`
}

// Closed is the last event of a finished session. Count includes itself, so
// that a file that was cut short can be told.
type Closed struct {
	Count   uint64 `json:"count"`
	Summary string `json:"summary,omitempty"`
}

// Classified names the incident for the first time.
type Classified struct {
	Types    []string    `json:"types" text:"no"` // incident ids, the leading one first; empty in triage
	Severity steps.Level `json:"severity,omitempty"`
	Because  []Because   `json:"because,omitempty"`
	// Overridden is the reason that a person gave for another outcome than
	// the questions led to.
	Overridden string `json:"overridden,omitempty"`
	Triage     bool   `json:"triage,omitempty"`
}

// Because is one reason for a classification, in words.
type Because struct {
	Said     string      `json:"said"`
	Types    []string    `json:"types,omitempty" text:"no"`
	Severity steps.Level `json:"severity,omitempty"`
	RulesOut []string    `json:"rules_out,omitempty"`
}

// Reclassified changes type or severity later.
type Reclassified struct {
	Types    []string    `json:"types" text:"no"`
	Severity steps.Level `json:"severity,omitempty"`
	Reason   string      `json:"reason"`
}

// Widened adds an incident type to the plan.
type Widened struct {
	Type   string `json:"type" text:"no"`
	Reason string `json:"reason"`
}

// RoleTaken says who works in which role from now on.
type RoleTaken struct {
	Name string `json:"name"`
	Role string `json:"role"`
}

// RoleTransferred hands the command of the incident to another person.
type RoleTransferred struct {
	From string `json:"from"`
	To   string `json:"to"`
	Role string `json:"role"`
}

// MilestoneReached says that a milestone was reached; Event.Occurred tells
// when, if it was not now.
type MilestoneReached struct {
	Milestone steps.Milestone `json:"milestone"`
	Note      string          `json:"note,omitempty"`
}

// ClockPassed says that a clock ran out, or a reminder came due. There is one
// for each clock and each target that it had, never two.
type ClockPassed struct {
	Clock  string        `json:"clock" text:"no"` // the clock's id
	Name   string        `json:"name"`            // as the screen calls it
	Target steps.Seconds `json:"target_seconds"`
	From   uint64        `json:"from"` // the event that the clock counts from
}

// ClockStopped says that what a clock waits for was done: a report to an
// authority, for example.
type ClockStopped struct {
	Clock string `json:"clock" text:"no"`
	Name  string `json:"name"`
	Note  string `json:"note,omitempty"`
}

// PhaseEntered says that work on a phase began.
type PhaseEntered struct {
	Phase Ref    `json:"phase"`
	Title string `json:"title"`
}

// StepDone says that a step is done.
type StepDone struct {
	Step Ref    `json:"step"`
	Note string `json:"note,omitempty"`
}

// StepSkipped says that a step was left out, and why.
type StepSkipped struct {
	Step   Ref    `json:"step"`
	Reason string `json:"reason"`
}

// StepReopened takes back the event Of, which marked the step done, skipped
// or waiting.
type StepReopened struct {
	Step   Ref    `json:"step"`
	Of     uint64 `json:"of"`
	Reason string `json:"reason,omitempty"`
}

// StepWaiting says what a step waits for, and when to be reminded; a zero
// time is no reminder.
type StepWaiting struct {
	Step  Ref       `json:"step"`
	For   string    `json:"for"`
	Until time.Time `json:"until,omitzero"`
}

// CheckTicked ticks a bullet of a step.
type CheckTicked struct {
	Step  Ref    `json:"step"`
	Check string `json:"check" text:"no"`
	Text  string `json:"text"`
}

// CheckCleared takes a tick away again.
type CheckCleared struct {
	Step  Ref    `json:"step"`
	Check string `json:"check" text:"no"`
	Text  string `json:"text"`
}

// InputSet gives an input its value. The value of a secret input is empty
// here and everywhere else in the record.
type InputSet struct {
	Name   string `json:"name"`
	Value  string `json:"value,omitempty"`
	Secret bool   `json:"secret,omitempty"`
	From   string `json:"from"` // "typed", "default", or the Ref of the command that yielded it
	// What the value named when it was set, for paths: "-rw------- build 65 B".
	Names string `json:"names,omitempty"`
}

// NoteType says what a note is.
type NoteType string

// The types of note.
const (
	Observation   NoteType = "observation"
	Hypothesis    NoteType = "hypothesis"
	Decision      NoteType = "decision"
	Communication NoteType = "communication"
)

// HypothesisState is how a hypothesis stands.
type HypothesisState string

// The states of a hypothesis.
const (
	Open      HypothesisState = "open"
	Holds     HypothesisState = "confirmed"
	Disproven HypothesisState = "disproven"
)

// NoteAdded is something that a responder wrote down.
type NoteAdded struct {
	Type NoteType `json:"type"`
	Text string   `json:"text"`
	Step Ref      `json:"step,omitempty"`
}

// HypothesisChanged says how a hypothesis stands now.
type HypothesisChanged struct {
	Note  uint64          `json:"note"` // the note.added event
	State HypothesisState `json:"state"`
	Why   string          `json:"why,omitempty"`
}

// NoticeDrafted is a notice that was filled in and kept.
type NoticeDrafted struct {
	Template string   `json:"template"`
	Title    string   `json:"title"`
	File     string   `json:"file" text:"no"` // below the session folder
	SHA256   string   `json:"sha256" text:"no"`
	Size     int64    `json:"size"`
	Missing  []string `json:"missing,omitempty"` // placeholders that have no value yet
}

// NoticeSent says that a notice went out, to whom and how.
type NoticeSent struct {
	Draft uint64 `json:"draft"` // the notice.drafted event
	To    string `json:"to"`
	How   string `json:"how,omitempty"`
}

// Amended corrects an earlier event without touching it.
type Amended struct {
	Of uint64 `json:"of"`
	// Text replaces what the event said; Withdrawn says that it should not
	// stand at all.
	Text      string `json:"text,omitempty"`
	Withdrawn bool   `json:"withdrawn,omitempty"`
	Reason    string `json:"reason,omitempty"`
}

// Trimmed says that an incomplete last line was found and set aside.
type Trimmed struct {
	File   string `json:"file" text:"no"` // the copy of the torn bytes, below the session folder
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256" text:"no"`
}

// ClockJumped says that the wall clock was set while the console ran: it
// moved by this many seconds against the boot-time clock.
type ClockJumped struct {
	Seconds float64 `json:"seconds"`
}
