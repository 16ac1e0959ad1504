package cli

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"wsc-respond/assets"
	"wsc-respond/session/host"
	"wsc-respond/steps"
	"wsc-respond/steps/markdown"
	"wsc-respond/steps/safe"
)

func (p *program) runbookCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "runbook",
		Short: "Read, check and adapt the runbook",
		Args:  args(cobra.NoArgs),
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(p.runbookShow(), p.runbookCheck(), p.runbookInit())
	return cmd
}

func (p *program) runbookShow() *cobra.Command {
	var overlay string
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "show [PATH]",
		Short: "Show a runbook as the console reads it, and where each part comes from",
		Args:  args(cobra.MaximumNArgs(1)),
		RunE: func(_ *cobra.Command, given []string) error {
			l, err := loadRunbook(first(given), overlay)
			if err != nil {
				return err
			}
			if asJSON {
				return p.showJSON(l.runbook)
			}
			return p.showRunbook(l)
		},
	}
	cmd.Flags().StringVar(&overlay, "overlay", "", "your own folder to lay over it")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print the model as one JSON object")
	return cmd
}

func (p *program) runbookCheck() *cobra.Command {
	var overlay string
	cmd := &cobra.Command{
		Use:   "check [PATH]",
		Short: "Find what is wrong in a runbook, all at once, with file and line",
		Long: `Finds what is wrong in a runbook, with the overlay that lies over it. Errors are
mistakes in a document with our metadata and give exit code 2; notes are things
that would make it work better, and give 0.`,
		Args: args(cobra.MaximumNArgs(1)),
		RunE: func(_ *cobra.Command, given []string) error {
			l, err := loadRunbook(first(given), overlay)
			if err != nil {
				return err
			}
			return p.sayProblems(l)
		},
	}
	cmd.Flags().StringVar(&overlay, "overlay", "", "your own folder to lay over it")
	return cmd
}

func (p *program) sayProblems(l loaded) error {
	now := host.NewClock().Now().Wall
	problems := markdown.Sort(append(l.problems, markdown.Check(l.runbook, now)...))
	page := bufio.NewWriter(p.out)
	wrong := 0
	for _, problem := range problems {
		fmt.Fprintln(page, safe.Line(problem.String()))
		if problem.Error {
			wrong++
		}
	}
	fmt.Fprintf(page, "%s: %s, %s\n", safe.Line(orNone(l.runbook.Document.Title)), count(wrong, "error"), count(len(problems)-wrong, "note"))
	if err := page.Flush(); err != nil {
		return err
	}
	if wrong > 0 {
		return &failure{code: exitWrongUse, err: fmt.Errorf("%s in the runbook", count(wrong, "error")),
			safe: "start and resume use what is sound and say what they leave out", next: "correct the lines above"}
	}
	return nil
}

func (p *program) runbookInit() *cobra.Command {
	return &cobra.Command{
		Use:   "init [DIR]",
		Short: "Write a commented starter folder for your own contacts, inputs and steps",
		Args:  args(cobra.MaximumNArgs(1)),
		RunE: func(_ *cobra.Command, given []string) error {
			dir := first(given)
			if dir == "" {
				dir = defaultOverlay()
			}
			if dir == "" {
				return wrongUse(errors.New("HOME is not set, so there is no usual place for the folder; name one"))
			}
			return p.writeStarter(dir)
		},
	}
}

// writeStarter copies the starter folder. A file that is there stays.
func (p *program) writeStarter(dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return unreadable(fmt.Errorf("make the folder: %w", err), "name a folder that you may write to")
	}
	err := fs.WalkDir(assets.Overlay(), ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		return p.writeStarterFile(filepath.Join(dir, filepath.FromSlash(name)), name)
	})
	if err != nil {
		return unreadable(fmt.Errorf("write the starter folder %s: %w", dir, err), "name a folder that you may write to")
	}
	_, err = fmt.Fprintf(p.out, "Fill in contacts.md first; wsc-respond runbook check --overlay %s says what is open.\n", safe.Line(dir))
	return err
}

func (p *program) writeStarterFile(path, name string) error {
	text, err := fs.ReadFile(assets.Overlay(), name)
	if err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if errors.Is(err, fs.ErrExist) {
		fmt.Fprintf(p.out, "kept   %s\n", safe.Line(path))
		return nil
	}
	if err != nil {
		return err
	}
	if _, err := f.Write(text); err != nil {
		return errors.Join(err, f.Close())
	}
	fmt.Fprintf(p.out, "wrote  %s\n", safe.Line(path))
	return f.Close()
}

// showRunbook prints the outline of a runbook with the place of each part.
func (p *program) showRunbook(l loaded) error {
	rb := l.runbook
	page := bufio.NewWriter(p.out)
	o := outline{page}
	o.line(0, orNone(rb.Document.Title)+" "+rb.Document.Version, steps.Pos{})
	if l.overlay != "" {
		o.line(0, "with "+l.overlay+" laid over it", steps.Pos{})
	}
	for i := range rb.Incidents {
		o.incident(&rb.Incidents[i])
	}
	o.incident(&rb.PostIncident)
	o.tables(rb)
	o.contacts(rb.Contacts)
	o.notices(rb.Templates)
	o.asked(rb)
	o.reference(rb.Reference)
	return page.Flush()
}
