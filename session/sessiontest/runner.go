package sessiontest

import (
	"context"
	"errors"
	"sync"

	"wsc-respond/session"
)

// Runner starts nothing. It keeps the orders of the tickets that it was
// given, and a test says how each command ends.
type Runner struct {
	mu     sync.Mutex
	orders []session.Order
	runs   map[string]*Run // by evidence base
	Refuse error           // if set, nothing can be started
}

// Start spends the ticket and keeps its order.
func (r *Runner) Start(_ context.Context, t *session.Ticket) (session.Run, error) {
	order, err := t.Spend()
	if err != nil {
		return nil, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.Refuse != nil {
		return nil, r.Refuse
	}
	if r.runs == nil {
		r.runs = map[string]*Run{}
	}
	run := &Run{done: make(chan struct{})}
	r.orders = append(r.orders, order)
	r.runs[order.Evidence] = run
	return run, nil
}

// Adopt finds a run that was started before.
func (r *Runner) Adopt(_ context.Context, evidence string) (session.Run, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	run, ok := r.runs[evidence]
	if !ok {
		return nil, session.ErrGone
	}
	return run, nil
}

// Remains is nothing: this runner keeps no output.
func (r *Runner) Remains(string) (stdout, stderr session.Output) { return stdout, stderr }

// Forget lets the supervisor of a command be gone without a result.
func (r *Runner) Forget(evidence string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.runs, evidence)
}

// Orders are what was started, in order.
func (r *Runner) Orders() []session.Order {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]session.Order(nil), r.orders...)
}

// Run is the run of a command, by the base name of its evidence.
func (r *Runner) Run(evidence string) *Run {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.runs[evidence]
}

// Run is a command that ends when the test says so.
type Run struct {
	mu     sync.Mutex
	live   session.Live
	result session.Result
	done   chan struct{}
}

// Show sets what there is to see of the command.
func (r *Run) Show(live session.Live) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.live = live
}

// End ends the command.
func (r *Run) End(result session.Result) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.result, r.live.Ended = result, true
	close(r.done)
}

// Live is what the test showed.
func (r *Run) Live() session.Live {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.live
}

// Wait waits for End.
func (r *Run) Wait(ctx context.Context) (session.Result, error) {
	select {
	case <-ctx.Done():
		return session.Result{}, ctx.Err()
	case <-r.done:
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.result, nil
}

// Cancel ends the command as cancelled.
func (r *Run) Cancel() error {
	r.End(session.Result{Outcome: session.Cancelled, Exit: -1})
	return nil
}

// Attach is not for this runner.
func (r *Run) Attach(context.Context, session.Terminal) error {
	return errors.New("this runner joins nothing to a terminal")
}
