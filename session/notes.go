package session

import (
	"context"
	"time"
)

// Note records something that a responder wrote down. occurred is when it
// happened, if that was not now; ref is the step it belongs to, if any.
func (s *Session) Note(ctx context.Context, t NoteType, text string, ref Ref, occurred time.Time) ([]Recorded, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if blank(text) {
		return nil, refuse("the note is empty")
	}
	if occurred.After(s.ports.Time.Now().Wall) {
		return nil, refuse("%s lies in the future", occurred.UTC().Format("15:04 UTC"))
	}
	return s.record(ctx, entry{
		data: &NoteAdded{Type: t, Text: text, Step: ref},
		when: Instant{Wall: occurred.UTC()}, said: !occurred.IsZero(),
	})
}

// ChangeHypothesis says how a hypothesis stands now.
func (s *Session) ChangeHypothesis(ctx context.Context, note uint64, state HypothesisState, why string) ([]Recorded, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := s.state.note(note)
	if n == nil || n.Type != Hypothesis {
		return nil, refuse("event %d is no hypothesis", note)
	}
	return s.record(ctx, entry{data: &HypothesisChanged{Note: note, State: state, Why: why}})
}

// Amend corrects an earlier event by a new one that points at it. With no
// text the event is withdrawn: it stays in the record and is shown as such.
func (s *Session) Amend(ctx context.Context, of uint64, text, reason string) ([]Recorded, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if of == 0 || of > s.state.Events {
		return nil, refuse("there is no event %d", of)
	}
	return s.record(ctx, entry{data: &Amended{Of: of, Text: text, Withdrawn: text == "", Reason: reason}})
}

// AddEvidence copies a file of the host into the session. The session is not
// held while it is copied.
func (s *Session) AddEvidence(ctx context.Context, path, note string) ([]Recorded, error) {
	path, err := s.ports.Host.Abs(s.dir(), path)
	if err != nil {
		return nil, refuse("%v", err)
	}
	if err := s.Writable(); err != nil {
		return nil, err
	}
	added, err := s.ports.Evidence.Take(ctx, path)
	if err != nil {
		return nil, err
	}
	added.Note = join(note, added.Note)
	return s.one(ctx, &added)
}

// dir is the directory that commands run in now.
func (s *Session) dir() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.state.Carry.Dir
}
