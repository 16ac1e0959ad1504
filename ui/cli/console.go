package cli

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"os"
	"strings"
	"time"

	"github.com/charmbracelet/x/term"

	"wsc-respond/session"
	"wsc-respond/session/host"
	"wsc-respond/session/journal"
	"wsc-respond/session/runner"
	"wsc-respond/steps/safe"
	"wsc-respond/ui"
	uiterm "wsc-respond/ui/term"
	"wsc-respond/ui/theme"
)

func isTerminal(f *os.File) bool { return term.IsTerminal(f.Fd()) }

// lineMode reports whether the console talks line by line: when asked to, on
// a terminal that can do nothing else, and where there is no terminal.
func (p *program) lineMode() bool {
	return p.plain || uiterm.Of(os.Environ()).Dumb || !isTerminal(p.in) || !isTerminal(p.out)
}

// lobby is what stands before a session: the open ones, or a new incident.
func (p *program) lobby(ctx context.Context) error {
	loaded, err := loadRunbook("", "")
	if err != nil {
		return err
	}
	in, err := p.intake(loaded.runbook, startFlags{}, "")
	if err != nil {
		return err
	}
	list, err := p.list(ctx, false)
	if err != nil {
		return err
	}
	if p.lineMode() {
		return p.plainLobby(ctx, loaded, in, list)
	}
	return p.screen(ctx, ui.Options{Lobby: p.lobbyOf(loaded, in, list)})
}

// begin opens a new session: at once when the intake is whole, or after the
// questions.
func (p *program) begin(ctx context.Context, l loaded, in session.Intake) error {
	switch {
	case p.lineMode():
		return p.plainBegin(ctx, l, in)
	case !whole(in):
		return p.screen(ctx, ui.Options{Lobby: p.lobbyOf(l, in, nil)})
	}
	s, err := p.openNew(ctx, l, in)
	if err != nil {
		return err
	}
	return p.console(ctx, s)
}

func (p *program) openNew(ctx context.Context, l loaded, in session.Intake) (*sitting, error) {
	parent, err := p.sessionsDir()
	if err != nil {
		return nil, err
	}
	var say []string
	if in.Name == "" {
		in.Name = p.login()
		say = recordedAs(session.Actor{Name: in.Name, Role: in.Role}, resumeFlags{})
	}
	if in.CodeName == "" {
		in.CodeName = session.CodeName()
	}
	s, err := p.open(ctx, in, l.leftOut(), nil, parent)
	if err != nil {
		return nil, err
	}
	s.warnings = append(append(s.warnings, say...), warnings(l)...)
	return s, nil
}

// warnings are what a responder must know of the runbook at the start.
func warnings(l loaded) []string {
	var out []string
	if open := l.runbook.Unfilled(); len(open) > 0 {
		var roles []string
		for _, c := range open {
			roles = append(roles, c.Role)
		}
		out = append(out, fmt.Sprintf("Nobody filled in the contacts: %s.", strings.Join(roles, ", ")))
	}
	if left := l.leftOut(); len(left) > 0 {
		out = append(out, fmt.Sprintf("%s in the runbook or your overlay: what is sound is used; runbook check says what is not.", count(len(left), "mistake")))
	}
	return out
}

// console works on an open session, on the screen or line by line.
func (p *program) console(ctx context.Context, s *sitting) error {
	if p.lineMode() {
		return p.plainConsole(ctx, s)
	}
	p.visited = s.folder
	return p.screen(ctx, ui.Options{Opened: s.opened()})
}

// screen runs the full-screen console.
func (p *program) screen(ctx context.Context, o ui.Options) error {
	shows := uiterm.Of(os.Environ())
	o.Theme = theme.Options{NoColor: shows.NoColor, ASCII: p.ascii || shows.ASCII, Light: p.light}
	o.Time, o.Zone = host.NewClock(), time.Local
	o.In, o.Out, o.Environ = p.in, p.out, os.Environ()
	if err := left(ui.Run(ctx, o)); err != nil {
		return err
	}
	return p.farewell()
}

// left gives the end of a console the exit code that fits.
func left(err error) error {
	var ended *ui.LeftError
	if errors.As(err, &ended) {
		return &failure{code: ended.Code, err: err, safe: "everything that was shown as saved", next: goOn}
	}
	return err
}

// opened is a sitting as the console takes it.
func (s *sitting) opened() *ui.Opened {
	return &ui.Opened{Session: s.Session, State: s.state, Events: s.events, Folder: s.folder, Read: s.store.Read, Say: s.warnings}
}

func (p *program) lobbyOf(l loaded, in session.Intake, list []listed) *ui.Lobby {
	lobby := &ui.Lobby{Start: in, Login: p.login()}
	folders := map[string]string{}
	for _, item := range list {
		folders[item.Name] = item.Folder
		lobby.Sessions = append(lobby.Sessions, item.row())
	}
	lobby.New = func(ctx context.Context, in session.Intake) (*ui.Opened, error) {
		s, err := p.openNew(ctx, l, in)
		if err != nil {
			return nil, err
		}
		p.visited = s.folder
		return s.opened(), nil
	}
	lobby.Resume = func(ctx context.Context, name string) (*ui.Opened, error) {
		s, err := p.resume(ctx, folders[name], resumeFlags{})
		if err != nil {
			return nil, err
		}
		p.visited = s.folder
		return s.opened(), nil
	}
	lobby.Follow = func(ctx context.Context, name string) (*ui.Opened, error) {
		return followed(ctx, folders[name])
	}
	return lobby
}

// row is a session as the list of the lobby shows it.
func (l listed) row() ui.OpenSession {
	row := ui.OpenSession{Name: l.Name, CodeName: codeNameOf(l.Name), Plan: l.plan(), By: l.Lead, Elapsed: -1,
		Held: l.Status == string(journal.StatusLive), Drill: l.Drill}
	row.Status = l.status()
	if l.state == nil {
		row.Lines = []string{l.Problem}
		return row
	}
	row.CodeName = l.state.CodeName
	if d, ok := l.state.Elapsed(host.NewClock().Now()); ok {
		row.Elapsed = d
	}
	for _, r := range l.state.RunningNow() {
		row.Lines = append(row.Lines, l.running(r, row.Held))
	}
	return row
}

// running says of a command whose end is not on record what is known of it. A
// result that its supervisor left is told before anybody resumes.
func (l listed) running(r *session.RunState, held bool) string {
	_, _, name := r.Command.Parts()
	if held {
		return fmt.Sprintf("%q is running", name)
	}
	result, ended := runner.Peek(l.Folder, r.Evidence)
	if !ended {
		return fmt.Sprintf("%q was running; resuming finds out what became of it", name)
	}
	end := session.Ended{Outcome: result.Outcome, Exit: result.Exit, Duration: result.Duration.Seconds(), Detail: result.Detail}
	return fmt.Sprintf("%q finished after that: %s", name, end.Sum())
}

// status says in words why a session is open.
func (l listed) status() string {
	if l.Holder != "" {
		return "open in another console: " + safe.Line(l.Holder)
	}
	at := l.Last.UTC().Format("15:04:05 UTC")
	if gone, ok := l.last.Data.(*session.Left); ok {
		switch gone.Why {
		case "quit":
			return "left at " + at
		case "hang-up":
			return "lost its terminal at " + at
		}
		return "ended by " + safe.Line(gone.Why) + " at " + at
	}
	return "its console ended without a word after " + at
}

// followed opens a session for watching.
func followed(ctx context.Context, folder string) (*ui.Opened, error) {
	log, err := journal.ReadOnly(folder)
	if err != nil {
		return nil, notOpened(err)
	}
	defer log.Close()
	own, err := runbookCopy(ctx, log)
	if err != nil {
		return nil, err
	}
	state, events, err := readAll(ctx, log, own.runbook)
	if err != nil {
		return nil, err
	}
	read, err := reader(folder)
	if err != nil {
		return nil, err
	}
	return &ui.Opened{State: state, Events: events, Folder: folder, Read: read, Say: own.warnings(),
		Follow: func(ctx context.Context) iter.Seq2[session.Event, error] {
			return journal.Follow(ctx, folder, uint64(len(events))+1)
		}}, nil
}
