package session

import (
	"errors"
	"sync"
)

// Ticket is the right to run one command once. Only Session.Confirm makes
// one, after the yes is durable; its fields cannot be reached from outside,
// and the zero Ticket runs nothing. That is how "no command without a
// recorded yes" is kept by the types and not by care.
type Ticket struct {
	mu      sync.Mutex
	session *Session // the one that made it
	order   Order
	yes     uint64 // the confirmed event
	started uint64 // the started event; 0 until it is durable
	spent   bool
}

// ErrNoTicket says that a ticket allows nothing: it was made outside the gate,
// its command's start is not on record, or it was used before.
var ErrNoTicket = errors.New("no recorded yes stands behind this command")

// Spend gives the order, once, and only when the yes and the start are both
// on record.
func (t *Ticket) Spend() (Order, error) {
	if t == nil {
		return Order{}, ErrNoTicket
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.yes == 0 || t.started == 0 || t.spent {
		return Order{}, ErrNoTicket
	}
	t.spent = true
	return t.order, nil
}

// Yes is the sequence number of the event that holds the yes.
func (t *Ticket) Yes() uint64 {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.yes
}

// Interactive reports whether the command needs a real terminal.
func (t *Ticket) Interactive() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.order.Interactive
}
