package session

import (
	"context"
	"fmt"
	"time"

	"wsc-respond/steps"
)

// Opening is what a new session starts with.
type Opening struct {
	Opened   Opened
	By       Actor
	Incident Classified
	// Aware is when somebody who must act knew; zero is now.
	Aware time.Time
	// Detected is when the first sign was seen, where that is known and
	// another time.
	Detected time.Time
}

// Begin opens a new session on an empty log: who opened it and where, when
// they became aware, and what it is taken for.
func Begin(ctx context.Context, p Ports, rb *steps.Runbook, o Opening) (*Session, []Recorded, error) {
	s := newSession(p, o.By, NewState(rb))
	s.mu.Lock()
	defer s.mu.Unlock()
	entries := []entry{{data: &o.Opened}}
	if !o.Detected.IsZero() {
		entries = append(entries, reached(steps.Detected, o.Detected, ""))
	}
	entries = append(entries, reached(steps.Aware, o.Aware, ""), entry{data: &o.Incident})
	done, err := s.record(ctx, entries...)
	if err != nil {
		return s, done, fmt.Errorf("open session %s: %w", o.Opened.Session, err)
	}
	return s, done, nil
}

// Resume goes on with a session: it folds what is there, says that a console
// is back, and finds out what became of the commands that were running.
func Resume(ctx context.Context, p Ports, rb *steps.Runbook, by Actor, r Resumed, torn *Trimmed) (*Session, []Recorded, error) {
	state, err := Fold(ctx, p.Log, rb)
	if err != nil {
		return nil, nil, fmt.Errorf("read the session: %w", err)
	}
	s := newSession(p, by, state)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.last = state.LastAt // a clock that was set meanwhile is told
	r.Head, r.Session = state.Last.Hash, state.Session
	entries := []entry{{data: &r}}
	if torn != nil {
		entries = append(entries, entry{data: torn, source: FromConsole})
	}
	if known, ok := s.person(by.Name); !ok || known.Role != by.Role {
		entries = append(entries, entry{data: &RoleTaken{Name: by.Name, Role: by.Role}})
	}
	done, err := s.record(ctx, entries...)
	if err != nil {
		return s, done, fmt.Errorf("resume session %s: %w", state.Session, err)
	}
	adopted, err := s.adopt(ctx)
	return s, append(done, adopted...), err
}

func (s *Session) person(name string) (Person, bool) {
	for _, p := range s.state.People {
		if p.Name == name {
			return p, true
		}
	}
	return Person{}, false
}

// Leave says that the console goes away; commands that run go on. The log is
// let go.
func (s *Session) Leave(ctx context.Context, why string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	left := &Left{Why: why}
	for _, r := range s.state.RunningNow() {
		left.Running = append(left.Running, r.Command)
	}
	var err error
	if s.dead == nil && !s.state.Closed {
		_, err = s.record(ctx, entry{data: left, source: FromConsole})
	}
	if closing := s.ports.Log.Close(); err == nil {
		err = closing
	}
	return err
}

// Close ends the incident: the last event carries the count of all. It is
// refused while a command runs, because its end would come after the end.
func (s *Session) Close(ctx context.Context, summary string) ([]Recorded, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if running := s.state.RunningNow(); len(running) > 0 {
		return nil, refuse("%s is still running; wait for it or stop it first", running[0].Command)
	}
	return s.record(ctx, entry{data: &Closed{Count: s.state.Events + 1, Summary: summary}})
}

// TakeRole says who works at this console from now on, and in which role. The
// change itself is recorded as an act of the person before.
func (s *Session) TakeRole(ctx context.Context, name, role string) ([]Recorded, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if blank(name) {
		return nil, refuse("a name is needed: who works here from now on?")
	}
	role = s.state.Runbook.Role(role)
	done, err := s.record(ctx, entry{data: &RoleTaken{Name: name, Role: role}})
	if err == nil {
		s.by.Name, s.by.Role = name, role
	}
	return done, err
}

// Transfer hands the command of the incident to another person.
func (s *Session) Transfer(ctx context.Context, to, role string) ([]Recorded, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if blank(to) {
		return nil, refuse("a name is needed: who takes the command?")
	}
	return s.record(ctx, entry{data: &RoleTransferred{From: s.state.Lead.Name, To: to, Role: s.state.Runbook.Role(role)}})
}
