// Package report makes of a session what people need after it and between two
// shifts: a Markdown report with the timeline, the figures and an account of
// every step, and a brief for the hand-over that fits one screen.
//
// The rules it keeps:
//
//   - Everything is derived from the session's state and events. Nothing is
//     guessed: a figure whose times are not on record is unknown, and what the
//     record cannot say stands in a section of its own.
//   - Build makes one model, and writers only write it. The texts of the model
//     are as the record has them; a writer makes them safe for its own form.
//   - A drill says so at the top and at the bottom.
package report

import (
	"time"

	"wsc-respond/session"
	"wsc-respond/steps"
)

// Report is everything that a session became, ready to be written in any form.
// All times are UTC unless a field says otherwise.
type Report struct {
	Drill bool
	TLP   string // "TLP:AMBER" for example; empty is no marking
	Tool  string // the program that made the report
	Made  time.Time
	// FilesAt leads from the report to the session folder: "../". Empty makes
	// no links.
	FilesAt string

	Summary        Summary
	Classification []Ruling
	Milestones     []Milestone
	Metrics        []Metric
	Clocks         []Metric
	Timeline       []Row
	Plans          []Plan
	Commands       []Command
	Notes          Notes
	Notices        []Notice
	Evidence       []File
	Copies         []Copy
	Unfilled       []steps.Contact
	RACI           []Activity
	Runbook        Runbook
	Consoles       []Console
	Chain          Chain
	Limits         []Limit
	Review         []Question
}

// Summary says in a few lines what the incident was and how it stands.
type Summary struct {
	CodeName string
	Session  string // the name of the session folder
	Types    []Type // the leading one first; empty in triage
	Severity steps.Level
	Opened   time.Time
	Closed   time.Time // zero while the session is open
	Closing  string    // what was said at closing
	Lead     session.Person
	People   []Participant
}

// Type is an incident type by id and title.
type Type struct {
	ID    string
	Title string
}

// Participant is somebody who acted in the session. Accounts are the logins
// they acted from ("alice@bastion1"): names are what people said, accounts are
// what the system said.
type Participant struct {
	session.Person
	Accounts []string
	First    time.Time // of their first act
	Last     time.Time
	Acts     int // events, without those of the program itself
}

// Ruling is one decision on what the incident is: the first classification,
// each override and each later change.
type Ruling struct {
	Seq      uint64
	At       time.Time
	Words    string
	Because  []session.Because
	Override string // why a person decided against the questions' outcome
	By       session.Actor
	Marks    []Mark
}

// Milestone is a point of the incident; At is zero if it is not on record.
type Milestone struct {
	Name     steps.Milestone
	At       time.Time
	Recorded time.Time // zero if it was recorded as it happened
	Seq      uint64
	Note     string
	By       session.Actor
	Marks    []Mark
}

// Verdict says how a time stands against its target.
type Verdict string

// The verdicts.
const (
	Met      Verdict = "met"
	Missed   Verdict = "missed"
	Unknown  Verdict = "unknown"   // one of its two times is not on record
	NoTarget Verdict = "no target" // measured, but nothing to measure it against
)

// Metric is a time that was measured against a target: one of the runbook's
// metrics, or a clock.
type Metric struct {
	Name    string
	Group   session.ClockGroup
	Target  steps.Seconds // steps.NoTarget if there is none; 0 is "at once"
	Took    time.Duration // only if the verdict is not Unknown
	Verdict Verdict
	Why     string // why it is unknown
}

// Row is one event of the timeline.
type Row struct {
	Seq   uint64
	At    time.Time // when it happened
	Local time.Time // the same in the zone of the report; zero if that is UTC
	// Recorded is when it was written down; zero if that was when it happened.
	Recorded time.Time
	Words    string
	Kind     session.Kind
	By       session.Actor
	Files    []string // evidence that the event names, below the session folder
	Marks    []Mark
}

// Mark says that a later event changed how a row is to be read.
type Mark struct {
	Said MarkWord
	By   uint64 // the event that did it
}

// MarkWord says what a later event did to an earlier one. Neither is changed.
type MarkWord string

// The marks.
const (
	Corrected MarkWord = "corrected"
	Withdrawn MarkWord = "withdrawn"
	TakenBack MarkWord = "taken back"
)

// Notes are what people wrote down, by type, as it reads after amendments.
type Notes struct {
	Decisions      []Note
	Hypotheses     []Note
	Observations   []Note
	Communications []Note
	Others         []Note // of a type that this program does not know
}

// Note is one note.
type Note struct {
	session.NoteState
	Step    string   // the title of the step it belongs to
	Changes []Change // of a hypothesis
}

// Change is how a hypothesis came to stand otherwise.
type Change struct {
	Seq   uint64
	At    time.Time
	State session.HypothesisState
	Why   string
	By    session.Actor
}

// Notice is a notice that was drafted, and each time it went out.
type Notice struct {
	Seq   uint64
	At    time.Time
	Marks []Mark
	Draft session.NoticeDrafted
	Sent  []session.Sending
}

// File is one file of the session folder as the record describes it.
type File struct {
	Name   string // below the session folder
	Source string
	SHA256 string
	Bytes  int64 // in the file
	// Kept says how much of what a command wrote the file holds; empty where
	// it is no output.
	Kept string
	Seq  uint64 // the event that names it
	Note string
}

// Copy is a copy of a file that went somewhere.
type Copy struct {
	session.EvidenceCopied
	Seq uint64
	At  time.Time
	By  session.Actor
}

// Activity is a RACI activity that the session touched.
type Activity struct {
	steps.Activity
	Steps []string // titles of the steps that carry it out
}

// Runbook says what was worked by.
type Runbook struct {
	steps.Document
	SHA256  string
	Sources []steps.Source
	LeftOut []string
}

// Console is one opening or resumption of the session.
type Console struct {
	Seq   uint64
	At    time.Time
	By    session.Actor
	Tool  string
	Where session.Environment
}

// Chain is what is needed to check the report against the record.
type Chain struct {
	Events uint64
	Head   session.Hash
	From   *session.Predecessor
}

// Limit is one thing that the record cannot say.
type Limit struct {
	Text   string
	Events []uint64
}

// Question is a part of the review that people must answer. Known is what the
// record has on it; it is never an answer by itself.
type Question struct {
	Title string
	Ask   string
	Known []string
}
