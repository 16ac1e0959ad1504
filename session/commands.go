package session

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"wsc-respond/steps"
)

// order is what would run, without the values yet.
func (s *Session) order(p Proposal, c steps.Command) Order {
	return Order{
		Command: p.Command, Shell: p.Shell, Dir: p.Dir, Interpreter: s.ports.Bash,
		Values: map[string]string{}, Carry: s.state.Carry, Timeout: p.Timeout.Duration(),
		ExpectsText: c.ExpectsText, Secrets: s.secrets.all(),
	}
}

// Yes is how a person said yes at the gate.
type Yes struct {
	// Typed is what was typed or chosen. It must equal Proposal.Type where
	// that is not empty.
	Typed string
	// Interactive joins the command to the terminal even if the runbook does
	// not ask for it.
	Interactive bool
}

// Confirm makes the yes durable and returns the right to run the command
// once. It makes the proposal anew and refuses if that is another one than the
// person was shown, if it is blocked, or if its typed word is missing.
func (s *Session) Confirm(ctx context.Context, shown Proposal, yes Yes) (*Ticket, []Recorded, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p, err := s.again(shown)
	if err != nil {
		return nil, nil, err
	}
	if err := p.mayRun(yes); err != nil {
		return nil, nil, err
	}
	c := &Confirmed{
		Command: p.Command, Shell: p.Shell, Edited: p.Edited, Inputs: map[string]string{},
		Dir: p.Dir, Risk: p.Risk, Interpreter: p.order.Interpreter,
		Interactive: p.Interactive || yes.Interactive, Yes: yes.Typed,
		Carried: p.Carried, Redacted: p.Hides,
	}
	for _, v := range p.Values {
		c.Inputs[v.Name] = v.Value
		if v.Secret {
			c.Secret = append(c.Secret, v.Name)
		}
	}
	done, err := s.record(ctx, append(s.enter(p.Command), entry{data: c})...)
	if err != nil {
		return nil, done, err
	}
	order := p.order
	order.Interactive = c.Interactive
	return &Ticket{session: s, order: order, yes: done[len(done)-1].Receipt.Seq}, done, nil
}

// again makes a proposal anew. What a person says yes to is what was shown,
// so anything that differs is refused: values that were changed meanwhile, and
// a proposal that somebody put together or altered.
func (s *Session) again(shown Proposal) (Proposal, error) {
	command, ok := s.state.Runbook.Command(shown.Command)
	if !ok {
		return Proposal{}, refuse("the runbook has no command %q", shown.Command)
	}
	p := s.propose(shown.Command, *command, shown.order.Shell)
	if !shown.valid || !shown.sameAs(p) {
		return Proposal{}, refuse("this is not what was shown, or something changed since; look at it again")
	}
	return p, nil
}

// sameAs reports whether two proposals would run the same thing in the same
// place with the same values.
func (p Proposal) sameAs(q Proposal) bool {
	return p.Shell == q.Shell && p.Dir == q.Dir && p.Risk == q.Risk && p.After == q.After &&
		slices.Equal(p.Blocked, q.Blocked) && maps.Equal(p.order.Values, q.order.Values) &&
		maps.Equal(p.order.Carry.Set, q.order.Carry.Set) && slices.Equal(p.order.Carry.Unset, q.order.Carry.Unset)
}

func (p Proposal) mayRun(yes Yes) error {
	switch {
	case len(p.Blocked) > 0:
		return refuse("%s", p.Blocked[0])
	case yes.Typed == "":
		return refuse("nobody said yes")
	case p.Type != "" && yes.Typed != p.Type:
		return refuse("type %q to run it", p.Type)
	}
	return nil
}

// Decline records the no to a proposal. The reason may be empty.
func (s *Session) Decline(ctx context.Context, p Proposal, reason string) ([]Recorded, error) {
	if !p.valid {
		return nil, refuse("this command was never shown at the gate")
	}
	return s.one(ctx, &Declined{Command: p.Command, Shell: p.order.Shell, Reason: reason})
}

// RanElsewhere records that the responder ran the command outside the
// console, with what came of it. exit is nil where it is not known.
func (s *Session) RanElsewhere(ctx context.Context, p Proposal, where string, exit *int, result string) ([]Recorded, error) {
	if !p.valid {
		return nil, refuse("this command was never shown at the gate")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	e := &Elsewhere{Command: p.Command, Shell: p.order.Shell, Where: where, Exit: exit, Result: result}
	return s.record(ctx, append(s.enter(p.Command), entry{data: e})...)
}

// Start makes the start durable, and then starts the command. If it could not
// be started, the record says so. The session is not held meanwhile: a machine
// that is slow to start a process must not keep anybody from writing.
func (s *Session) Start(ctx context.Context, t *Ticket) (Run, []Recorded, error) {
	if t == nil || t.session != s {
		return nil, nil, ErrNoTicket
	}
	done, err := s.recordStart(ctx, t)
	if err != nil {
		return nil, done, err
	}
	started := done[0].Receipt.Seq
	run, err := s.ports.Runner.Start(ctx, t)
	s.mu.Lock()
	defer s.mu.Unlock()
	if err != nil {
		failed, recErr := s.record(ctx, entry{source: FromConsole, data: &Ended{
			Command: t.order.Command, Of: started, Outcome: NotRun, Exit: -1, Detail: err.Error()}})
		return nil, append(done, failed...), errors.Join(err, recErr)
	}
	s.runs[started] = run
	return run, done, nil
}

func (s *Session) recordStart(ctx context.Context, t *Ticket) ([]Recorded, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.yes == 0 || t.started != 0 {
		return nil, ErrNoTicket
	}
	t.order.Evidence = s.evidenceBase(t.order.Command)
	done, err := s.record(ctx, entry{data: &Started{Command: t.order.Command, Of: t.yes, Evidence: t.order.Evidence}})
	if err != nil {
		return done, err
	}
	t.started = done[0].Receipt.Seq
	return done, nil
}

// Run is the command that the event started began, if it is at work or was
// adopted.
func (s *Session) Run(started uint64) (Run, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	run, ok := s.runs[started]
	return run, ok
}

// Await waits until the command that started began has ended, and records its
// end. The context ends the waiting, never the command.
func (s *Session) Await(ctx context.Context, started uint64) ([]Recorded, error) {
	run, ok := s.Run(started)
	if !ok {
		return nil, refuse("no command that is at work here began with event %d", started)
	}
	result, err := run.Wait(ctx)
	if err != nil {
		return nil, fmt.Errorf("wait for the command: %w", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.ended(ctx, started, result)
}

// ended records a command's end and the files that it left.
func (s *Session) ended(ctx context.Context, started uint64, r Result) ([]Recorded, error) {
	state := s.state.run(func(st *RunState) bool { return st.Started == started })
	if state == nil || state.Ended != 0 {
		return nil, nil
	}
	e := &Ended{
		Command: state.Command, Of: started, Outcome: r.Outcome, Exit: r.Exit, Signal: r.Signal,
		Duration: r.Duration.Round(time.Millisecond).Seconds(), Stdout: r.Stdout, Stderr: r.Stderr,
		Carry: r.Carry, Redacted: r.Redacted, Detail: r.Detail, Missing: r.Missing,
	}
	s.dropUnfit(e)
	entries := []entry{{data: e, source: FromConsole}}
	for _, left := range r.Left {
		left.Of = started
		entries = append(entries, entry{data: &left, source: FromConsole})
	}
	done, err := s.record(ctx, entries...)
	if err == nil {
		delete(s.runs, started)
	}
	return done, err
}

// dropUnfit leaves out of a result what the record could not hold exactly: a
// directory with a secret in its name, and anything that makes the line too
// long to be written at all.
func (s *Session) dropUnfit(e *Ended) {
	if s.redact(e.Carry.Dir) != e.Carry.Dir {
		e.Carry.Dir = ""
		e.Detail = join(e.Detail, "the directory was not carried over, there is a secret in its name")
	}
	size := len(e.Detail)
	for name, value := range e.Carry.Set {
		size += len(name) + len(value)
	}
	if size > MaxLine/8 { // escapes may make a text six times as long
		e.Carry = Carry{Dir: e.Carry.Dir}
		e.Detail = "its variables were not carried over, they are too long for the record"
	}
}

// adopt finds out what became of the commands whose end is not on record. One
// that goes on stays a Run to watch; one that ended meanwhile gets its end;
// one that nobody saw is unknown.
func (s *Session) adopt(ctx context.Context) ([]Recorded, error) {
	var done []Recorded
	for _, r := range s.state.RunningNow() {
		recorded, err := s.adoptOne(ctx, r)
		done = append(done, recorded...)
		if err != nil {
			return done, fmt.Errorf("find out what became of %s: %w", r.Command, err)
		}
	}
	return done, nil
}

// adoptOne never keeps a session from being resumed: what cannot be found out
// is recorded as unknown, or left for a console that can.
func (s *Session) adoptOne(ctx context.Context, r *RunState) ([]Recorded, error) {
	run, err := s.ports.Runner.Adopt(ctx, r.Evidence)
	if errors.Is(err, ErrGone) {
		return s.lost(ctx, r, err)
	}
	if err != nil {
		return s.record(ctx, entry{source: FromConsole, data: &NoteAdded{Type: Observation, Step: r.Command.Step(),
			Text: fmt.Sprintf("what became of %s cannot be told from here: %v", r.Command, err)}})
	}
	s.runs[r.Started] = run
	if !run.Live().Ended {
		return nil, nil
	}
	result, err := run.Wait(ctx)
	if err != nil {
		delete(s.runs, r.Started)
		return s.lost(ctx, r, err)
	}
	return s.ended(ctx, r.Started, result)
}

// lost records that nobody saw the end of a command, with what lies in its
// evidence.
func (s *Session) lost(ctx context.Context, r *RunState, cause error) ([]Recorded, error) {
	stdout, stderr := s.ports.Runner.Remains(r.Evidence)
	return s.ended(ctx, r.Started, Result{Outcome: Unknown, Exit: -1, Stdout: stdout, Stderr: stderr,
		Detail: fmt.Sprintf("its supervisor is gone (%v); what it wrote until then is kept", cause)})
}
