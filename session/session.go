// Package session says what happened: every act of a responder is one event,
// made durable before anything shows it, and the state of an incident is the
// fold of its events. A user gets from it a console that loses nothing, and a
// record that an auditor can check.
//
// Session holds the verbs that a responder has. Both front-ends, the console
// and line mode, call them and nothing else. The package does no I/O: it
// declares the ports that it needs (Log, Runner, Evidence, Host, TimeSource),
// and its rooms implement them.
package session

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"wsc-respond/steps"
)

// Ports are what a Session needs of the world.
type Ports struct {
	Log      Log
	Time     TimeSource
	Runner   Runner
	Evidence Evidence
	Host     Host
	// Bash is the path of the shell that runbook commands run in. It is part
	// of every yes; without one nothing runs.
	Bash string
	// Redact takes secrets out of text before it is written: what has the
	// form of one, and the values of secret inputs.
	Redact func(text string, secrets []string) string
}

// Session is one session open for writing. Its methods may be called from
// several goroutines; they take turns.
//
// Every verb makes its events durable before it returns them. An error that
// wraps ErrReadOnly means that the record cannot be written any more and that
// nothing after the last receipt happened.
type Session struct {
	mu      sync.Mutex
	ports   Ports
	by      Actor
	state   *State
	secrets secrets
	runs    map[uint64]Run // by the seq of the started event
	last    Instant        // of the latest look at the clocks
	dead    error          // why the record cannot be written any more
}

// Recorded is an event that is durable. Apply both parts to a State of your
// own to follow the session.
type Recorded struct {
	Event   Event
	Receipt Receipt
}

// ErrRefused says that a verb does not fit how things stand. The message is
// for the person, in words.
var ErrRefused = errors.New("not possible now")

func refuse(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrRefused, fmt.Sprintf(format, args...))
}

// Fold reads all events of a log into a state: what followers, reports and
// checks start from.
func Fold(ctx context.Context, log Log, rb *steps.Runbook) (*State, error) {
	state := NewState(rb)
	for e, err := range log.Events(ctx, 1) {
		if err != nil {
			return state, err
		}
		if err := state.Apply(e, Receipt{Seq: e.Seq}); err != nil {
			return state, err
		}
	}
	state.Last = log.Head()
	return state, nil
}

// newSession makes a session on a folded state.
func newSession(p Ports, by Actor, state *State) *Session {
	return &Session{ports: p, by: by, state: state, runs: map[uint64]Run{}, last: p.Time.Now()}
}

// By is the person who works in this console now.
func (s *Session) By() Actor {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.by
}

// Now is the present on the session's clocks.
func (s *Session) Now() Instant { return s.ports.Time.Now() }

// Writable returns nil, or why the record cannot be written any more.
func (s *Session) Writable() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.dead
}

// SetSource says how acts reach the console from now on.
func (s *Session) SetSource(source Source) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.by.Source = source
}

// Look calls f with the state. f must only read, and keep nothing of it.
func (s *Session) Look(f func(*State)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f(s.state)
}

// entry is an event to be recorded: what happened, when, and by whom if not
// by the person at the console.
type entry struct {
	data   Data
	when   Instant // zero Wall is now
	said   bool    // when was said by a person: it is the time it occurred
	source Source  // empty is the session's own
}

// record makes events durable one by one, and folds each. It returns those
// that became durable, also when a later one failed.
func (s *Session) record(ctx context.Context, entries ...entry) ([]Recorded, error) {
	var done []Recorded
	for _, en := range entries {
		r, err := s.append(ctx, en)
		if err != nil {
			return done, err
		}
		done = append(done, r)
	}
	return done, nil
}

func (s *Session) append(ctx context.Context, en entry) (Recorded, error) {
	if s.dead != nil {
		return Recorded{}, s.dead
	}
	if _, reopening := en.data.(*Resumed); s.state.Closed && !reopening {
		return Recorded{}, refuse("this session is closed; resume it to go on")
	}
	e, r, err := s.ports.Log.Append(ctx, s.state.Events, s.event(en))
	if errors.Is(err, ErrReadOnly) || errors.Is(err, ErrConflict) {
		s.dead = err
	}
	if err != nil {
		return Recorded{}, fmt.Errorf("record %s: %w", en.data.Kind(), err)
	}
	if err := s.state.Apply(e, r); err != nil {
		s.dead = fmt.Errorf("%w: %w", ErrReadOnly, err)
		return Recorded{}, s.dead
	}
	return Recorded{Event: e, Receipt: r}, nil
}

// event fills in who, when and where, and takes secrets out of the data.
func (s *Session) event(en entry) Event {
	now := s.ports.Time.Now()
	e := Event{At: now.Wall, Boot: now.Boot, Up: now.Up, By: s.by, Data: EachText(en.data, s.redact)}
	if en.source != "" {
		e.By.Source = en.source
	}
	if en.said && !en.when.Wall.IsZero() {
		e.Occurred = en.when.Wall
	}
	return e
}

func (s *Session) redact(text string) string {
	if s.ports.Redact == nil || text == "" {
		return text
	}
	return s.ports.Redact(text, s.secrets.all())
}

// one records a single event.
func (s *Session) one(ctx context.Context, d Data) ([]Recorded, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.record(ctx, entry{data: d})
}
