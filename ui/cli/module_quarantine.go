package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"wsc-respond/session/host"
	"wsc-respond/steps/durable"
	"wsc-respond/steps/quarantine"
	"wsc-respond/steps/safe"
	"wsc-respond/steps/shell"
	"wsc-respond/steps/wasmsig"
)

// quarantineFlags are what quarantine was told.
type quarantineFlags struct {
	to, note string
	asJSON   bool
}

func (p *program) moduleQuarantineCommand() *cobra.Command {
	var f quarantineFlags
	cmd := &cobra.Command{
		Use:   "quarantine FILE --to DIR",
		Short: "Take a file out of use as evidence: record it, move it, check it",
		Long: `Records what a file is, moves it to where nobody runs it, and compares it with
what was recorded. It need not be a module.

First its digest, its signatures, and what the file system says of it (mode,
owner, times, inode, number of names) go into ` + quarantine.ListName + ` in DIR, a list
that is only appended to. Then the file is moved. Nothing in DIR is ever
overwritten, and on another file system the original goes only when an equal
copy is safe on the disk. Then it is made read-only, and its digest is taken
again. When anything goes wrong the file stays where it was.

DIR is made if it is missing. It is refused if others can write to it. Choose
one outside of what is served, and one for each incident.

It prints the path in quarantine. Exit code 1 says that the file was moved and
that something about it needs a look: it changed meanwhile, or further names
(hard links) still reach it. Exit code 2 says that nothing was moved.`,
		Args: args(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, given []string) error {
			ctx, stop := untilInterrupted(cmd.Context())
			defer stop()
			return p.quarantine(ctx, given[0], f)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&f.to, "to", "", "the quarantine folder")
	flags.StringVar(&f.note, "note", "", "a note for the list, such as who reported it")
	flags.BoolVar(&f.asJSON, "json", false, "print one JSON object: the entry and the path")
	return cmd
}

// untilInterrupted is done when the person or the system wants the program to
// end: what is being done is then brought to a safe place first.
func untilInterrupted(ctx context.Context) (context.Context, context.CancelFunc) {
	return signal.NotifyContext(ctx, syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP)
}

// wallClock is the time of day.
func wallClock() time.Time { return host.NewClock().Now().Wall }

func (p *program) quarantine(ctx context.Context, file string, f quarantineFlags) error {
	path, to, err := quarantinePaths(file, f.to)
	if err != nil {
		return wrongUse(err)
	}
	const lookAgain = "see to what it says, then quarantine the file again"
	if _, err := os.Lstat(path); err != nil {
		return unreadable(err, "name the file; module scan finds modules") // and no folder is made for nothing
	}
	from, err := durable.OpenFolder(filepath.Dir(path))
	if err != nil {
		return unreadable(err, lookAgain)
	}
	defer func() { _ = from.Close() }() // only names were changed in it
	room, err := durable.OpenPrivate(to)
	if err != nil {
		return unreadable(err, "name a folder that only you can write to")
	}
	defer func() { _ = room.Close() }() // what was done in it was synced
	entry, err := quarantine.Move(ctx, quarantine.Request{From: from, Name: filepath.Base(path), Path: path, To: room, Note: f.note, Now: wallClock})
	var unlisted *quarantine.Unlisted
	if err != nil && !errors.As(err, &unlisted) {
		return &failure{code: exitWrongUse, err: err, safe: "the file, which was not quarantined; the list in " + to + " says how far it came", next: lookAgain}
	}
	if err := p.sayQuarantined(entry, filepath.Join(to, entry.Name), f.asJSON); err != nil {
		return &failure{code: exitNo, err: fmt.Errorf("tell of the move: %w", err),
			safe: "the file, in quarantine as " + filepath.Join(to, entry.Name), next: "the list there says what else was found"}
	}
	if unlisted != nil {
		return &failure{code: exitNo, err: unlisted, safe: "the file, in quarantine; what it was stands in the list", next: "free space for the list, and note in the incident's record that the file was moved"}
	}
	if len(entry.Problems) > 0 {
		return errNo
	}
	return nil
}

// quarantinePaths are the two places as absolute paths. The folder's is
// printed for the next step, so it must be one that can be shown.
func quarantinePaths(file, dir string) (path, to string, err error) {
	if dir == "" {
		return "", "", errors.New("--to DIR is missing: the folder that the file is moved to")
	}
	if safe.Line(dir) != dir {
		return "", "", fmt.Errorf("the name of the folder %s cannot be shown as it is; choose a plain one", safe.Line(dir))
	}
	if path, err = absoluteName(file); err != nil {
		return "", "", err
	}
	to, err = filepath.Abs(dir)
	return path, to, err
}

// sayQuarantined prints the path alone on the standard output, for the step
// that comes next, and words beside it.
func (p *program) sayQuarantined(e quarantine.Entry, path string, asJSON bool) error {
	if asJSON {
		return writeJSON(p.out, struct {
			Quarantined string `json:"quarantined"`
			quarantine.Entry
		}{path, e}, "")
	}
	fmt.Fprintf(p.errs, "%s %s  sha256 %s\n", p.mark(markPassed), p.shown(e.Path), e.SHA256)
	for _, problem := range e.Problems {
		fmt.Fprintf(p.errs, "%s %s\n", p.mark(markFailed), p.shown(problem.Detail))
	}
	if _, err := fmt.Fprintln(p.out, path); err != nil {
		return err
	}
	if e.Kind != wasmsig.UnknownKind {
		fmt.Fprintf(p.errs, "  next: wsc-respond module inspect %s\n", shell.Quote(path))
	}
	return nil
}
