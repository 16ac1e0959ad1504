package cli

import (
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/term"
	"github.com/spf13/cobra"
	"golang.org/x/sys/unix"

	"wsc-respond/session/doctor"
	"wsc-respond/session/host"
	"wsc-respond/session/journal"
	"wsc-respond/ui/layout"
	uiterm "wsc-respond/ui/term"
)

func (p *program) doctorCommand() *cobra.Command {
	var runbook, overlay string
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "doctor",
		Short: "Say what this host lacks for the runbook",
		Long: `Says on a quiet day what this host lacks for an incident: the programs that
the commands of the runbook call, with the known faults of their versions; the
terminal, the clock and the folder of the sessions; and which commands of the
runbook could run here.

It runs nothing but well-known programs, to ask them for their versions.

Exit code 0 means that nothing is to be put right, 1 that something is: all of
it stands in problems of the JSON form. What is only worth knowing is a note
and does not count, nor does a missing tool where a command of this program
does the same.`,
		Args: args(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			l, err := loadRunbook(runbook, overlay)
			if err != nil {
				return err
			}
			ctx, stop := signal.NotifyContext(cmd.Context(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
			defer stop()
			report, err := doctor.Examine(ctx, thisMachine{}, p.given(l))
			if err != nil {
				return &failure{code: exitNo, err: fmt.Errorf("examine this host: %w", err), safe: "nothing was changed", next: "wsc-respond doctor begins anew"}
			}
			return p.sayExamined(l, report, asJSON)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&runbook, "runbook", "", "Markdown file, or a folder of them")
	flags.StringVar(&overlay, "overlay", "", "your own folder to lay over the runbook")
	flags.BoolVar(&asJSON, "json", false, "print one JSON object")
	return cmd
}

func (p *program) sayExamined(l loaded, report doctor.Report, asJSON bool) error {
	var err error
	if asJSON {
		err = writeJSON(p.out, report, "")
	} else {
		err = p.examined(l.runbook, report)
	}
	if err != nil {
		return err
	}
	if left := l.leftOut(); len(left) > 0 {
		p.note("%s in the runbook or your overlay; runbook check says which", count(len(left), "mistake"))
	}
	if len(report.Problems) > 0 {
		return errNo
	}
	return nil
}

// given is what the doctor examines, and what is seen of this console.
func (p *program) given(l loaded) doctor.Given {
	return doctor.Given{
		Runbook: l.runbook, Path: os.Getenv("PATH"), Bash: host.Bash(),
		Console: doctor.Console{
			Terminal: p.terminal(os.Environ()), Clock: systemClock(),
			State: p.stateFolder(), Sessions: p.openSessions(), Process: thisProcess(),
		},
	}
}

func (p *program) terminal(environ []string) doctor.Terminal {
	shows := uiterm.Of(environ)
	t := doctor.Terminal{
		Attached: isTerminal(p.in) && isTerminal(p.out), Term: os.Getenv("TERM"),
		Colours: colours(environ, shows), UTF8: !shows.ASCII, FullScreen: !p.lineMode(),
	}
	if columns, rows, err := term.GetSize(p.out.Fd()); err == nil {
		t.Columns, t.Rows = columns, rows
	}
	known := t.Columns > 0 && t.Rows > 0
	t.TooSmall = known && (t.Columns < layout.MinWidth || t.Rows < layout.MinHeight)
	return t
}

// colours is how many colours a terminal says it has in its environment.
// Nothing is asked of the terminal itself.
func colours(environ []string, shows uiterm.Features) int {
	if shows.NoColor || shows.Dumb {
		return 0
	}
	switch colorprofile.Env(environ) {
	case colorprofile.TrueColor:
		return 1 << 24
	case colorprofile.ANSI256:
		return 1 << 8
	case colorprofile.ANSI:
		return 1 << 4
	}
	return 0
}

func systemClock() doctor.Clock {
	clock := doctor.Clock{Now: host.NewClock().Now().Wall}
	var tx unix.Timex
	if state, err := unix.Adjtimex(&tx); err == nil {
		synced := state != unix.TIME_ERROR && tx.Status&unix.STA_UNSYNC == 0
		clock.Synchronised = &synced
	}
	return clock
}

func thisProcess() doctor.Process {
	dumpable, err := unix.PrctlRetInt(unix.PR_GET_DUMPABLE, 0, 0, 0, 0)
	return doctor.Process{Root: os.Geteuid() == 0, CoreDumpsOff: err == nil && dumpable == 0}
}

// slowFolder is how long the folder of the sessions may take to answer. One on
// a network file system whose server is gone never does.
const slowFolder = 3 * time.Second

func (p *program) stateFolder() doctor.State {
	dir, err := p.sessionsDir()
	if err != nil {
		return doctor.State{Reserve: journal.Reserve, Fault: err.Error() + ". --dir names a folder."}
	}
	late := doctor.State{Path: dir, Reserve: journal.Reserve, Fault: dir + " does not answer. --dir names another folder."}
	return within(slowFolder, late, func() doctor.State { return lookAtState(dir) })
}

// openSessions are the sessions that are not closed, and who has them.
func (p *program) openSessions() []doctor.Session {
	dir, err := p.sessionsDir()
	if err != nil {
		return []doctor.Session{}
	}
	return within(slowFolder, []doctor.Session{}, func() []doctor.Session {
		open := []doctor.Session{}
		all, _ := journal.List(dir) // a folder that cannot be read is told as such
		for _, s := range all {
			if s.Status == journal.StatusClosed {
				continue
			}
			o := doctor.Session{Name: s.Name, Status: string(s.Status)}
			if s.Status == journal.StatusLive {
				o.Holder = s.Holder.String()
			}
			open = append(open, o)
		}
		return open
	})
}

// within is what look returns in time, or else late. A look that hangs is left
// to itself: nothing can end it.
func within[T any](patience time.Duration, late T, look func() T) T {
	seen := make(chan T, 1)
	go func() { seen <- look() }()
	select {
	case s := <-seen:
		return s
	case <-time.After(patience):
		return late
	}
}
