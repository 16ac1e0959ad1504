package cli

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"wsc-respond/session"
	"wsc-respond/session/evidence"
	"wsc-respond/session/host"
	"wsc-respond/session/journal"
	"wsc-respond/session/redact"
	"wsc-respond/session/runner"
	"wsc-respond/steps"
)

// runbookFile is the session's own copy of the runbook, below its folder.
const runbookFile = "runbook.json"

// sitting is a session that is open in this console, with what a front-end
// shows at once.
type sitting struct {
	*session.Session
	folder   string
	state    *session.State  // a fold of its own, for the screen
	events   []session.Event // all of them so far
	warnings []string
	store    *evidence.Store
}

// bench is the folder of a session while the parts are put together.
type bench struct {
	store  *evidence.Store
	clock  host.Clock
	ports  session.Ports
	runner *runner.Runner
}

// assemble puts the parts together around a session file. secrets is asked
// each time something is written.
func assemble(log sessionLog, secrets func() []string) (*bench, error) {
	b := &bench{clock: host.NewClock()}
	var err error
	if b.store, err = evidence.New(log.Dir(), secrets); err != nil {
		return nil, err
	}
	self, err := os.Executable()
	if err != nil {
		return nil, errors.Join(fmt.Errorf("find this program: %w", err), b.store.Close())
	}
	b.runner = runner.New(runner.Options{SessionDir: log.Dir(), Self: self, Env: os.Environ()})
	b.ports = session.Ports{
		Log: log, Time: b.clock, Runner: b.runner, Evidence: b.store, Host: host.Machine{}, Bash: host.Bash(), Redact: redact.Hide,
	}
	return b, nil
}

// holder is who opens a session file, for others that want to.
func holder(by session.Actor, now session.Instant) journal.Holder {
	return journal.Holder{User: by.User, Host: by.Host, TTY: by.TTY, PID: os.Getpid(), Since: now.Wall}
}

// newFolder makes the folder of a new session. A name that is taken gets a
// number.
func newFolder(parent, name string, who journal.Holder) (*journal.Journal, error) {
	for n := 1; ; n++ {
		try := name
		if n > 1 {
			try = fmt.Sprintf("%s-%d", name, n)
		}
		log, err := journal.Create(filepath.Join(parent, try), who)
		if n < 100 && errors.Is(err, fs.ErrExist) {
			continue
		}
		if err != nil {
			return nil, &failure{code: exitUnwritable, err: fmt.Errorf("open a new session: %w", err),
				safe: "nothing ran and nothing was recorded", next: "--dir DIR puts it in another folder"}
		}
		return log, nil
	}
}

// keepRunbook puts the runbook beside the session file, byte for byte, and
// says which it is.
func keepRunbook(dir string, rb *steps.Runbook, leftOut []string) (session.RunbookCopy, error) {
	text, err := encodeRunbook(rb)
	if err != nil {
		return session.RunbookCopy{}, err
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return session.RunbookCopy{}, err
	}
	defer root.Close()
	if err := writeDurably(root, runbookFile, text); err != nil {
		return session.RunbookCopy{}, fmt.Errorf("keep a copy of the runbook: %w", err)
	}
	return session.RunbookCopy{Title: rb.Document.Title, Version: rb.Document.Version, File: runbookFile,
		SHA256: digest(text), Sources: rb.Sources, LeftOut: leftOut}, nil
}

// digest is the SHA-256 of a text in lower-case hex.
func digest(text []byte) string {
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

func writeDurably(root *os.Root, name string, content []byte) error {
	f, err := evidence.Create(root, name)
	if err != nil {
		return err
	}
	if _, err := f.Write(content); err != nil {
		return errors.Join(err, f.Close())
	}
	if err := f.Sync(); err != nil {
		return errors.Join(err, f.Close())
	}
	return errors.Join(f.Close(), evidence.SyncDir(root, "."))
}

// open opens a new session for what an intake found out.
func (p *program) open(ctx context.Context, in session.Intake, leftOut []string, from *session.Predecessor, parent string) (*sitting, error) {
	incident, err := in.Classified()
	if err != nil {
		return nil, wrongUse(err)
	}
	clock := host.NewClock()
	by := host.Who(p.source())
	by.Name, by.Role = in.Name, in.Role
	log, err := newFolder(parent, session.FolderName(clock.Now().Wall, in.CodeName), holder(by, clock.Now()))
	if err != nil {
		return nil, err
	}
	kept, err := keepRunbook(log.Dir(), in.Runbook, leftOut)
	if err != nil {
		return nil, errors.Join(&failure{code: exitUnwritable, err: err, safe: "nothing ran", next: "--dir DIR puts it in another folder"}, log.Close())
	}
	opening := session.Opening{
		Opened: session.Opened{Session: filepath.Base(log.Dir()), CodeName: in.CodeName, Tool: tool, Runbook: kept,
			Where: where(clock.Now()), From: from},
		By: by, Incident: incident, Aware: in.Noticed,
	}
	return p.sit(ctx, log, in.Runbook, func(ports session.Ports) (*session.Session, error) {
		s, _, err := session.Begin(ctx, ports, in.Runbook, opening)
		return s, err
	})
}

// sit puts the parts together, begins or resumes, and folds what there is for
// the front-end.
func (p *program) sit(ctx context.Context, log sessionLog, rb *steps.Runbook, start func(session.Ports) (*session.Session, error)) (*sitting, error) {
	s := &sitting{folder: log.Dir()}
	if w, ok := log.(interface{ Warnings() []string }); ok {
		s.warnings = w.Warnings()
	}
	b, err := assemble(log, func() []string {
		if s.Session == nil {
			return nil
		}
		return s.Secrets()
	})
	if err != nil {
		return nil, errors.Join(err, log.Close())
	}
	s.store = b.store
	if s.Session, err = start(b.ports); err != nil {
		return nil, errors.Join(err, log.Close(), b.store.Close())
	}
	p.writes = s.Session
	s.state, s.events, err = readAll(ctx, log, rb)
	return s, err
}

// readAll folds a log and keeps its events, for a timeline.
func readAll(ctx context.Context, log session.Log, rb *steps.Runbook) (*session.State, []session.Event, error) {
	state := session.NewState(rb)
	var events []session.Event
	for e, err := range log.Events(ctx, 1) {
		if err != nil {
			return state, events, err
		}
		if err := state.Apply(e, session.Receipt{Seq: e.Seq}); err != nil {
			return state, events, err
		}
		events = append(events, e)
	}
	state.Last = log.Head()
	return state, events, nil
}

// source is how acts reach this console.
func (p *program) source() session.Source {
	switch {
	case !isTerminal(p.in):
		return session.FromPipe
	case p.lineMode():
		return session.FromLine
	}
	return session.FromTerminal
}
