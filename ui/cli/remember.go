package cli

import (
	"context"
	"fmt"
	"iter"
	"sync"

	"wsc-respond/session"
	"wsc-respond/session/journal"
)

// remembered is a session file whose events are held in memory. To resume a
// session they are gone over several times, and reading each line from the
// disk again would make a long session slow to open.
type remembered struct {
	*journal.Journal
	mu     sync.Mutex
	events []session.Event
}

// remember reads all events of a session file once.
func remember(ctx context.Context, log *journal.Journal) (*remembered, error) {
	m := &remembered{Journal: log, events: make([]session.Event, 0, log.Head().Seq+8)}
	for e, err := range log.Events(ctx, 1) {
		if err != nil {
			return nil, fmt.Errorf("read the session: %w", err)
		}
		m.events = append(m.events, e)
	}
	return m, nil
}

// Append makes an event durable, and holds it only then.
func (m *remembered) Append(ctx context.Context, after uint64, e session.Event) (session.Event, session.Receipt, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	e, r, err := m.Journal.Append(ctx, after, e)
	if err == nil {
		m.events = append(m.events, e)
	}
	return e, r, err
}

// Events yields what is held.
func (m *remembered) Events(_ context.Context, from uint64) iter.Seq2[session.Event, error] {
	m.mu.Lock()
	held := m.events[:len(m.events):len(m.events)]
	m.mu.Unlock()
	return func(yield func(session.Event, error) bool) {
		for _, e := range held {
			if e.Seq >= from && !yield(e, nil) {
				return
			}
		}
	}
}
