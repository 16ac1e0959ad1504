package session

import (
	"time"

	"wsc-respond/steps"
)

// State is what a session looks like after its events so far. It is built by
// Apply and by nothing else; screens, reports and checks only read it.
type State struct {
	Runbook *steps.Runbook // given, not folded: the copy that the session file names

	Session  string
	CodeName string
	Drill    bool
	Opened   Opened
	OpenedAt time.Time
	Closed   bool

	Types    []string // incident types, the leading one first; empty in triage
	Severity steps.Level
	Because  []Because

	// Aware and the rest are milestones; a later one of the same name
	// replaces the earlier.
	Milestones map[steps.Milestone]Moment

	Steps    map[Ref]*StepState
	Phases   map[Ref]Moment // when work on them began
	Inputs   map[string]InputState
	Carry    Carry // directory and variables that commands changed
	Runs     []*RunState
	Notes    []*NoteState
	Notices  []*NoticeState
	Evidence []EvidenceAdded
	People   []Person             // who worked on it, in the order of their first act
	Lead     Person               // who has the command of the incident
	Passed   map[string]time.Time // clocks that ran out, by passedKey
	Stopped  map[string]Moment    // clocks that somebody stopped, by id
	Jumps    []Jump               // times that the wall clock was set

	Events uint64
	Last   Receipt
	LastAt Instant
	LastBy Actor // who did the latest thing that a person did
}

// Moment is when something happened, on both clocks.
type Moment struct {
	Seq uint64
	// When is when it happened, wall time; Recorded is when it was written
	// down, and the two differ when somebody said "20 minutes ago".
	When     time.Time
	Recorded Instant
	By       Actor
	Note     string
}

// Jump is one time that the wall clock was set, and by how much.
type Jump struct {
	Seq uint64
	By  time.Duration
}

// Person is somebody who works on the incident.
type Person struct {
	Name string
	Role string
}

// StepStatus says how a step stands.
type StepStatus string

// The statuses of a step.
const (
	Todo    StepStatus = ""
	Done    StepStatus = "done"
	Skipped StepStatus = "skipped"
	Waiting StepStatus = "waiting"
)

// StepState is how a step stands, and why.
type StepState struct {
	Status StepStatus
	At     Moment // when it became so
	By     Actor
	Reason string    // why it was skipped, or what it waits for
	Until  time.Time // the reminder of a waiting step
	Checks map[string]Moment
}

// InputState is the value of an input.
type InputState struct {
	Value  string
	Secret bool // then Value is empty
	From   string
	Names  string
	Seq    uint64
}

// RunState is one command that was proposed to the responder and answered.
type RunState struct {
	Command   Ref
	Shell     string // as recorded: a marker stands in the place of a secret
	Edited    bool
	Risk      steps.Risk
	Confirmed uint64 // seq of the yes; 0 for a command that ran elsewhere or was declined
	Started   uint64
	Ended     uint64
	At        time.Time
	By        Actor
	Evidence  string
	Dir       string
	Result    Ended // of an ended one
	Elsewhere *Elsewhere
	Declined  *Declined
	StartedAt Instant
}

// Running reports whether a start is on record and no end.
func (r *RunState) Running() bool { return r.Started != 0 && r.Ended == 0 }

// NoteState is a note as it stands after its amendments.
type NoteState struct {
	Seq        uint64
	At         time.Time
	Type       NoteType
	Text       string
	Step       Ref
	Hypothesis HypothesisState
	Withdrawn  bool
	By         Actor
}

// NoticeState is a drafted notice and what became of it.
type NoticeState struct {
	Seq   uint64
	At    time.Time
	Draft NoticeDrafted
	Sent  []Sending
}

// Sending is one time that a notice went out.
type Sending struct {
	NoticeSent
	At time.Time
	By Actor
}

// NewState is the state before the first event.
func NewState(rb *steps.Runbook) *State {
	return &State{
		Runbook:    rb,
		Milestones: map[steps.Milestone]Moment{},
		Steps:      map[Ref]*StepState{},
		Phases:     map[Ref]Moment{},
		Inputs:     map[string]InputState{},
		Passed:     map[string]time.Time{},
		Stopped:    map[string]Moment{},
	}
}

// Triage reports whether the incident has no type yet.
func (s *State) Triage() bool { return len(s.Types) == 0 }

// Step is how a step stands; a step that nobody touched is Todo.
func (s *State) Step(ref Ref) StepState {
	if st, ok := s.Steps[ref]; ok {
		return *st
	}
	return StepState{}
}

// LastRun is the latest run of a command that was confirmed, or ran
// elsewhere.
func (s *State) LastRun(ref Ref) *RunState {
	for i := len(s.Runs) - 1; i >= 0; i-- {
		r := s.Runs[i]
		if r.Command == ref && r.Declined == nil {
			return r
		}
	}
	return nil
}

// RunningNow are the commands whose end is not on record.
func (s *State) RunningNow() []*RunState {
	var running []*RunState
	for _, r := range s.Runs {
		if r.Running() {
			running = append(running, r)
		}
	}
	return running
}

// Incidents are the incident types of this session as the runbook describes
// them, the leading one first.
func (s *State) Incidents() []*steps.Incident {
	var all []*steps.Incident
	for _, id := range s.Types {
		if inc, ok := s.Runbook.Incident(id); ok {
			all = append(all, inc)
		}
	}
	return all
}

// MilestoneAt is when a milestone was reached; false if it was not.
func (s *State) MilestoneAt(m steps.Milestone) (Moment, bool) {
	moment, ok := s.Milestones[m]
	return moment, ok
}

// NextEvidence is the number of the next command's output files. It grows
// with every start that is on record, so that no name is used twice.
func (s *State) NextEvidence() int {
	n := 1
	for _, r := range s.Runs {
		if r.Started != 0 {
			n++
		}
	}
	return n
}
