package cli

import (
	"context"
	"fmt"
	"path/filepath"

	"wsc-respond/session"
	"wsc-respond/session/host"
	"wsc-respond/session/journal"
	"wsc-respond/steps"
)

// continueIn goes on with a session in a new folder, chained to its head.
func (p *program) continueIn(ctx context.Context, folder string, f resumeFlags) (*sitting, error) {
	old, err := journal.ReadOnly(folder)
	if err != nil {
		return nil, notOpened(err)
	}
	defer old.Close()
	if old.Live() {
		return nil, &journal.LockedError{Dir: old.Dir(), Holder: old.Holder()}
	}
	rb, state, err := foldAgain(ctx, old, f.runbook)
	if state == nil {
		return nil, err
	}
	if err != nil {
		p.note("the old record is read up to event %d: %v", state.Events, err)
	}
	from := &session.Predecessor{Folder: old.Dir(), Seq: old.Head().Seq, Head: old.Head().Hash, Reason: "resumed into another folder"}
	s, err := p.carryOn(ctx, state, from, f)
	if err != nil {
		return s, err
	}
	return s, s.recordReplaced(ctx, rb)
}

// carryOn opens the new session with what the old one had come to.
func (p *program) carryOn(ctx context.Context, state *session.State, from *session.Predecessor, f resumeFlags) (*sitting, error) {
	in := session.Intake{Runbook: state.Runbook, Types: state.Types, Severity: state.Severity, Triage: state.Triage(), CodeName: state.CodeName}
	if aware, ok := state.MilestoneAt(steps.Aware); ok {
		in.Noticed = aware.When
	}
	by := host.Who(p.source())
	by.Name, by.Role = p.whoAgain(state, by, f)
	in.Name, in.Role = by.Name, by.Role
	parent, err := filepath.Abs(f.into)
	if err != nil {
		return nil, fmt.Errorf("find %s: %w", f.into, err)
	}
	s, err := p.open(ctx, in, nil, from, parent)
	if err != nil {
		return nil, err
	}
	s.warnings = append(s.warnings, recordedAs(by, f)...)
	more, err := s.TakeOver(ctx, state)
	s.follow(more)
	return s, err
}

// follow folds events that were recorded before the front-end was there.
func (s *sitting) follow(more []session.Recorded) {
	for _, r := range more {
		if s.state.Apply(r.Event, r.Receipt) == nil {
			s.events = append(s.events, r.Event)
		}
	}
}
