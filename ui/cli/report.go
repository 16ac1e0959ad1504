package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/spf13/cobra"

	"wsc-respond/session/host"
	"wsc-respond/session/journal"
	"wsc-respond/session/redact"
	"wsc-respond/session/report"
)

func (p *program) reportCommand() *cobra.Command {
	var out, tlp string
	cmd := &cobra.Command{
		Use:   "report [SESSION]",
		Short: "Print the timeline and everything around it as Markdown",
		Long: `Makes the report of a session, open or closed, from its record: summary,
classification with its reasons, times against the runbook's targets, the
timeline with its evidence, steps, commands, notes and notices, and what the
record cannot say. Of a broken record it reports what stands before the fault,
and the exit code is 1.`,
		Args: args(cobra.MaximumNArgs(1)),
		RunE: func(cmd *cobra.Command, given []string) error {
			folder, err := p.findToRead(first(given))
			if err != nil {
				return err
			}
			r, broken, err := p.buildReport(cmd.Context(), folder, tlp)
			if err != nil {
				return err
			}
			if err := p.putReport(out, r); err != nil {
				return err
			}
			return broken
		},
	}
	cmd.Flags().StringVarP(&out, "output", "o", "", "write it to this file, which must not exist yet")
	cmd.Flags().StringVar(&tlp, "tlp", "", "traffic light marking, for example TLP:AMBER")
	return cmd
}

// putReport writes a report to a file, or to the standard output.
func (p *program) putReport(out string, r report.Report) error {
	if out == "" || out == "-" {
		return report.Markdown(p.out, r)
	}
	return writeReport(out, r)
}

// buildReport reads a session, also a damaged one: what can be read is
// reported, and broken is the fault.
func (p *program) buildReport(ctx context.Context, folder, tlp string) (r report.Report, broken, err error) {
	log, err := journal.ReadOnly(folder)
	if err != nil {
		return report.Report{}, nil, unreadable(err, "wsc-respond sessions lists the sessions")
	}
	defer log.Close()
	own, err := runbookCopy(ctx, log)
	if err != nil {
		return report.Report{}, nil, err
	}
	for _, text := range own.warnings() {
		p.note("%s", text)
	}
	state, events, err := readAll(ctx, log, own.runbook)
	if err != nil {
		broken = &failure{code: exitNo, err: fmt.Errorf("the record is damaged after event %d, and the report ends there: %w", state.Events, err),
			safe: "the folder is as it was, and the report has everything before that", next: "wsc-respond verify names every fault"}
	}
	read, err := reader(folder)
	if err != nil {
		return report.Report{}, nil, err
	}
	r = report.Build(state, events, report.Options{
		Now: host.NewClock().Now(), Local: time.Local, Head: log.Head(), Tool: tool,
		Redact: redact.Text, TLP: tlp, ReadEvidence: read,
	})
	if own.fault != "" {
		r.Limits = append(r.Limits, report.Limit{Text: "the session's copy of the runbook " + own.fault +
			"; none of it is used here, so the runbook's words for steps, roles and clocks are missing"})
	}
	return r, broken, nil
}

func writeReport(path string, r report.Report) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return unreadable(fmt.Errorf("write the report: %w", err), "-o names another file; an existing one is never overwritten")
	}
	if err := errors.Join(report.Markdown(f, r), f.Sync(), f.Close()); err != nil {
		// Half a report is not left for somebody to hand in.
		err = errors.Join(err, os.Remove(path))
		return unreadable(fmt.Errorf("write the report to %s: %w", path, err), "-o names a file in another place")
	}
	return nil
}
