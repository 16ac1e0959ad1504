package cli

import (
	"fmt"

	"github.com/spf13/cobra"

	"wsc-respond/session/journal"
	"wsc-respond/steps/safe"
)

func (p *program) verifyCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "verify [SESSION]",
		Short: "Check a session's record: every line, every link, every file",
		Long: `Checks that the record is whole: that each line is what the next one says of it,
that none is missing, and that the evidence is what was recorded. It needs
nothing but the session's folder. Exit code 0 is whole, 1 is not.

A chain of hashes proves order, not that nothing was cut off at the end: compare
the head that is printed here with the one that you kept elsewhere.`,
		Args: args(cobra.MaximumNArgs(1)),
		RunE: func(cmd *cobra.Command, given []string) error {
			folder, err := p.findToRead(first(given))
			if err != nil {
				return err
			}
			report, err := journal.Verify(cmd.Context(), folder)
			if err != nil {
				return unreadable(err, "name the folder of a session; wsc-respond sessions lists them")
			}
			if err := p.sayVerified(report, asJSON); err != nil {
				return err
			}
			if !report.Whole() {
				return errNo
			}
			return nil
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print one JSON object")
	return cmd
}

func (p *program) sayVerified(r journal.Report, asJSON bool) error {
	if asJSON {
		return writeJSON(p.out, struct {
			OK bool `json:"ok"`
			journal.Report
		}{r.Whole(), r}, "")
	}
	for _, problem := range r.Problems {
		fmt.Fprintln(p.out, place(problem)+safe.Line(problem.Detail))
	}
	if r.More > 0 {
		fmt.Fprintf(p.out, "and %d more\n", r.More)
	}
	for _, n := range r.Notes {
		fmt.Fprintln(p.out, "note: "+place(n)+safe.Line(n.Detail))
	}
	_, err := fmt.Fprintf(p.out, "%s: %s, head %s, %s of evidence, %s\n",
		safe.Line(r.Session), count(int(r.Events), "event"), safe.Line(string(r.Head)), count(r.Evidence, "file"), verdict(r))
	return err
}

// place is where a problem is, unless its words say so.
func place(p journal.Problem) string {
	if p.File == "" {
		return ""
	}
	return safe.Line(p.File) + ": "
}

func verdict(r journal.Report) string {
	switch {
	case !r.Whole():
		return "NOT WHOLE"
	case r.Closed:
		return "whole and closed"
	case r.Live:
		return "whole so far, and being written to"
	}
	return "whole so far, and not closed"
}
