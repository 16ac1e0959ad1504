package dialog

import (
	"time"

	"wsc-respond/session"
	"wsc-respond/steps"
)

// What the gate can be answered with. The proposal is the one that was shown,
// unchanged, so that the session can tell whether it still holds.
type (
	// GateYes asks for the command to run. Typed is what was typed, or "yes"
	// where choosing it is enough.
	GateYes struct {
		Proposal    session.Proposal
		Typed       string
		Interactive bool // asked for at the gate, beside what the runbook says
	}
	// GateNo turns the command down, without a reason.
	GateNo struct{ Proposal session.Proposal }
	// GateSkip turns the command down for a reason.
	GateSkip struct {
		Proposal session.Proposal
		Reason   string
	}
	// GateEdited asks for a gate with another text for the same command.
	GateEdited struct {
		Proposal session.Proposal
		Command  session.Ref
		Text     string
	}
	// GateElsewhere says that the command ran outside the console.
	GateElsewhere struct {
		Proposal session.Proposal
		Where    string
		Exit     *int // nil if it is not known
		Result   string
	}
)

// CopyText asks for a text to be put where the person can paste it. The
// dialog stays open.
type CopyText struct {
	Title string // what it is: "command", "notice"
	Text  string
}

// InputGiven is a value for an input. It may be secret: it goes to
// Session.SetInput and nowhere else.
type InputGiven struct {
	Name  string
	Value string
	From  string // "typed", or "default" if the proposed value was kept
}

// InputChosen asks for the dialog that sets an input.
type InputChosen struct{ Name string }

// OfferTaken takes a value that a command has for an input.
type OfferTaken struct{ Offer session.OpenOffer }

// NoteWritten is a note. When is zero for now.
type NoteWritten struct {
	Type session.NoteType
	Text string
	When time.Time
	Step session.Ref
}

// HypothesisJudged says how a hypothesis stands now.
type HypothesisJudged struct {
	Note  uint64
	State session.HypothesisState
	Why   string
}

// Amended corrects a recorded event; Withdrawn says that it should not stand
// at all.
type Amended struct {
	Of        uint64
	Text      string
	Withdrawn bool
	Reason    string
}

// ReasonGiven is the reason that was asked for. For and Ref are what the
// dialog was opened with.
type ReasonGiven struct {
	For    ReasonFor
	Ref    session.Ref
	Reason string
}

// WaitSet lets a step wait. Until is zero if there is no reminder.
type WaitSet struct {
	Step  session.Ref
	For   string
	Until time.Time
}

// MilestoneGiven records a milestone. When is zero for now.
type MilestoneGiven struct {
	Milestone steps.Milestone
	When      time.Time
	Note      string
}

// NotYet says that a milestone is not reached, and what is missing.
type NotYet struct {
	Milestone steps.Milestone
	Why       string
}

// NoticeKept asks for a notice to be drafted as the person left it.
type NoticeKept struct{ Filled session.Filled }

// NoticeSent says that a drafted notice went out.
type NoticeSent struct {
	Draft uint64
	To    string
	How   string
}

// CommandChosen asks for the gate of a command.
type CommandChosen struct{ Command session.Ref }

// Reclassify changes incident types or severity. A session in triage is
// classified by it.
type Reclassify struct {
	Types    []string // the leading one first
	Severity steps.Level
	Reason   string
}

// Widen adds an incident type to the plan.
type Widen struct {
	Type   string
	Reason string
}

// RoleTaken says who works here from now on, and as what.
type RoleTaken struct{ Name, Role string }

// HandedOver gives the command of the incident to somebody else.
type HandedOver struct{ To, Role string }

// FindText asks to find a text.
type FindText struct{ Text string }

// RowChosen is the row of a List that was chosen. List and Key are what the
// list was opened with.
type RowChosen struct{ List, Key string }

// Answered is the answer to a Question. ID is what it was opened with.
type Answered struct {
	ID  string
	Yes bool
}

// IntakeDone opens a session.
type IntakeDone struct{ Intake session.Intake }

// What the list of open sessions can be answered with. Session is the Name of
// the row.
type (
	// ResumeChosen takes a session up again.
	ResumeChosen struct{ Session string }
	// FollowChosen watches a session without writing.
	FollowChosen struct{ Session string }
	// NewChosen starts a new incident.
	NewChosen struct{}
	// LeaveChosen leaves the program; nothing was saved.
	LeaveChosen struct{}
)

func (GateYes) action()          {}
func (GateNo) action()           {}
func (GateSkip) action()         {}
func (GateEdited) action()       {}
func (GateElsewhere) action()    {}
func (CopyText) action()         {}
func (InputGiven) action()       {}
func (InputChosen) action()      {}
func (OfferTaken) action()       {}
func (NoteWritten) action()      {}
func (HypothesisJudged) action() {}
func (Amended) action()          {}
func (ReasonGiven) action()      {}
func (WaitSet) action()          {}
func (MilestoneGiven) action()   {}
func (NotYet) action()           {}
func (NoticeKept) action()       {}
func (NoticeSent) action()       {}
func (CommandChosen) action()    {}
func (Reclassify) action()       {}
func (Widen) action()            {}
func (RoleTaken) action()        {}
func (HandedOver) action()       {}
func (FindText) action()         {}
func (RowChosen) action()        {}
func (Answered) action()         {}
func (IntakeDone) action()       {}
func (ResumeChosen) action()     {}
func (FollowChosen) action()     {}
func (NewChosen) action()        {}
func (LeaveChosen) action()      {}
