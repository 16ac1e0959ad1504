package session

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"wsc-respond/steps"
)

// Apply folds one event into the state. It does no I/O and keeps no time: the
// same events always give the same state, on any machine. Events of a kind
// that this program does not know are counted and change nothing else. The
// error says that the event cannot follow the ones before it.
func (s *State) Apply(e Event, r Receipt) error {
	if e.Seq != s.Events+1 {
		return fmt.Errorf("event %d cannot follow event %d", e.Seq, s.Events)
	}
	if _, first := e.Data.(*Opened); first != (e.Seq == 1) {
		return fmt.Errorf("event %d: a session begins with one %s event", e.Seq, KindOpened)
	}
	s.Events = e.Seq
	s.Last = r
	s.LastAt = e.instant()
	if e.By.Source != FromConsole {
		s.LastBy = e.By
	}
	s.fold(e)
	return nil
}

func (e Event) instant() Instant { return Instant{Wall: e.At, Boot: e.Boot, Up: e.Up} }

func (e Event) moment(note string) Moment {
	return Moment{Seq: e.Seq, When: e.When(), Recorded: e.instant(), By: e.By, Note: note}
}

func (s *State) fold(e Event) {
	switch d := e.Data.(type) {
	case *Opened:
		s.foldOpened(e, d)
	case *Closed:
		s.Closed = true
	case *Resumed:
		s.Closed = false
	case *Classified:
		s.Types, s.Severity, s.Because = d.Types, d.Severity, d.Because
	case *Reclassified:
		s.Types, s.Severity = d.Types, d.Severity
	case *Widened:
		s.Types = append(s.Types[:len(s.Types):len(s.Types)], d.Type)
	case *RoleTaken:
		s.foldPerson(Person{Name: d.Name, Role: d.Role})
	case *RoleTransferred:
		s.Lead = Person{Name: d.To, Role: d.Role}
	case *MilestoneReached:
		s.Milestones[d.Milestone] = e.moment(d.Note)
	case *ClockPassed:
		s.Passed[passedKey(d.Clock, d.From, d.Target)] = e.At
	case *ClockStopped:
		s.Stopped[d.Clock] = e.moment(d.Note)
	case *PhaseEntered:
		if _, again := s.Phases[d.Phase]; !again {
			s.Phases[d.Phase] = e.moment("")
		}
	case *InputSet:
		s.Inputs[d.Name] = InputState{Value: d.Value, Secret: d.Secret, From: d.From, Names: d.Names, Seq: e.Seq}
	case *EvidenceAdded:
		s.Evidence = append(s.Evidence, *d)
	case *ClockJumped:
		s.Jumps = append(s.Jumps, Jump{Seq: e.Seq, By: time.Duration(d.Seconds * float64(time.Second))})
	default:
		s.foldWork(e)
	}
}

// foldWork folds the events of steps, commands, notes and notices.
func (s *State) foldWork(e Event) {
	switch d := e.Data.(type) {
	case *StepDone:
		s.mark(d.Step, e, Done, d.Note, time.Time{})
	case *StepSkipped:
		s.mark(d.Step, e, Skipped, d.Reason, time.Time{})
	case *StepWaiting:
		s.mark(d.Step, e, Waiting, d.For, d.Until)
	case *StepReopened:
		s.mark(d.Step, e, Todo, d.Reason, time.Time{})
	case *CheckTicked:
		s.step(d.Step).Checks[d.Check] = e.moment(d.Text)
	case *CheckCleared:
		delete(s.step(d.Step).Checks, d.Check)
	case *Confirmed, *Declined, *Started, *Ended, *Elsewhere:
		s.foldCommand(e)
	case *NoteAdded:
		s.foldNote(e, d)
	case *HypothesisChanged:
		if n := s.note(d.Note); n != nil {
			n.Hypothesis = d.State
		}
	case *NoticeDrafted:
		s.Notices = append(s.Notices, &NoticeState{Seq: e.Seq, At: e.At, Draft: *d})
	case *NoticeSent:
		if n := s.Notice(d.Draft); n != nil {
			n.Sent = append(n.Sent, Sending{NoticeSent: *d, At: e.When(), By: e.By})
		}
	case *Amended:
		s.foldAmended(d)
	}
}

func (s *State) foldOpened(e Event, d *Opened) {
	s.Session, s.CodeName, s.Drill = d.Session, d.CodeName, d.Drill
	s.Opened, s.OpenedAt = *d, e.At
	s.Carry.Dir = d.Where.Dir
	s.foldPerson(Person{Name: e.By.Name, Role: e.By.Role})
}

func (s *State) foldPerson(p Person) {
	if s.Lead == (Person{}) || s.Lead.Name == p.Name {
		s.Lead = p
	}
	for i := range s.People {
		if s.People[i].Name == p.Name {
			s.People[i].Role = p.Role
			return
		}
	}
	s.People = append(s.People, p)
}

func (s *State) step(ref Ref) *StepState {
	st, ok := s.Steps[ref]
	if !ok {
		st = &StepState{Checks: map[string]Moment{}}
		s.Steps[ref] = st
	}
	return st
}

// mark changes how a step stands. What was ticked stays ticked.
func (s *State) mark(ref Ref, e Event, status StepStatus, reason string, until time.Time) {
	st := s.step(ref)
	st.Status, st.At, st.By = status, e.moment(""), e.By
	st.Reason, st.Until = reason, until
}

func (s *State) foldNote(e Event, d *NoteAdded) {
	n := &NoteState{Seq: e.Seq, At: e.When(), Type: d.Type, Text: d.Text, Step: d.Step, By: e.By}
	if d.Type == Hypothesis {
		n.Hypothesis = Open
	}
	s.Notes = append(s.Notes, n)
}

// foldAmended changes how a note reads, and takes a milestone back. Amendments
// of other events stand beside them in the timeline and change no state.
func (s *State) foldAmended(d *Amended) {
	for m, moment := range s.Milestones {
		if moment.Seq == d.Of && d.Withdrawn {
			delete(s.Milestones, m)
		}
	}
	n := s.note(d.Of)
	if n == nil {
		return
	}
	n.Withdrawn = d.Withdrawn
	if d.Text != "" {
		n.Text = d.Text
	}
}

// note finds a note by its event; notes stand in the order of their events.
func (s *State) note(seq uint64) *NoteState {
	i, found := slices.BinarySearchFunc(s.Notes, seq, func(n *NoteState, seq uint64) int { return cmp.Compare(n.Seq, seq) })
	if !found {
		return nil
	}
	return s.Notes[i]
}

// Notice is the notice that the event seq drafted, or nil.
func (s *State) Notice(seq uint64) *NoticeState {
	for _, n := range s.Notices {
		if n.Seq == seq {
			return n
		}
	}
	return nil
}

func (s *State) foldCommand(e Event) {
	switch d := e.Data.(type) {
	case *Confirmed:
		s.Runs = append(s.Runs, &RunState{Command: d.Command, Shell: d.Shell, Edited: d.Edited,
			Risk: d.Risk, Confirmed: e.Seq, At: e.At, By: e.By, Dir: d.Dir})
	case *Declined:
		s.Runs = append(s.Runs, &RunState{Command: d.Command, Shell: d.Shell, At: e.At, By: e.By, Declined: d})
	case *Elsewhere:
		s.Runs = append(s.Runs, &RunState{Command: d.Command, Shell: d.Shell, At: e.When(), By: e.By, Elsewhere: d})
	case *Started:
		if r := s.run(func(r *RunState) bool { return r.Confirmed == d.Of }); r != nil {
			r.Started, r.Evidence, r.StartedAt = e.Seq, d.Evidence, e.instant()
		}
	case *Ended:
		if r := s.run(func(r *RunState) bool { return r.Started == d.Of }); r != nil {
			r.Ended, r.Result = e.Seq, *d
			s.carry(d.Carry)
		}
	}
}

// run finds the latest run that fits.
func (s *State) run(fits func(*RunState) bool) *RunState {
	for i := len(s.Runs) - 1; i >= 0; i-- {
		if fits(s.Runs[i]) {
			return s.Runs[i]
		}
	}
	return nil
}

// carry takes over what a command changed. The maps of earlier states are
// not touched, because others may be reading them.
func (s *State) carry(c Carry) {
	if c.Dir != "" {
		s.Carry.Dir = c.Dir
	}
	if len(c.Set) == 0 && len(c.Unset) == 0 {
		return
	}
	set := make(map[string]string, len(s.Carry.Set)+len(c.Set))
	for name, value := range s.Carry.Set {
		set[name] = value
	}
	gone := map[string]bool{}
	for _, name := range s.Carry.Unset {
		gone[name] = true
	}
	for name, value := range c.Set {
		set[name] = value
		delete(gone, name)
	}
	for _, name := range c.Unset {
		delete(set, name)
		gone[name] = true
	}
	s.Carry.Set, s.Carry.Unset = set, sortedNames(gone)
}

// LeadingType is the incident type that the screen names first, "" in triage.
func (s *State) LeadingType() string {
	if len(s.Types) == 0 {
		return ""
	}
	return s.Types[0]
}

// phaseRef names a phase of an incident type in events.
func phaseRef(incident string, p steps.Phase) Ref { return steps.StepRef(incident, p.ID) }
