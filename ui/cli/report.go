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
record cannot say.`,
		Args: args(cobra.MaximumNArgs(1)),
		RunE: func(cmd *cobra.Command, given []string) error {
			folder, err := p.findSession(first(given))
			if err != nil {
				return err
			}
			r, err := p.buildReport(cmd.Context(), folder, tlp)
			if err != nil {
				return err
			}
			if out == "" || out == "-" {
				return report.Markdown(p.out, r)
			}
			return writeReport(out, r)
		},
	}
	cmd.Flags().StringVarP(&out, "output", "o", "", "write it to this file, which must not exist yet")
	cmd.Flags().StringVar(&tlp, "tlp", "", "traffic light marking, for example TLP:AMBER")
	return cmd
}

// buildReport reads a session, also a damaged one: what can be read is
// reported, and the fault is said.
func (p *program) buildReport(ctx context.Context, folder, tlp string) (report.Report, error) {
	log, err := journal.ReadOnly(folder)
	if err != nil {
		return report.Report{}, unreadable(err, "wsc-respond sessions lists the sessions")
	}
	defer log.Close()
	own, err := runbookCopy(ctx, log)
	if err != nil {
		return report.Report{}, err
	}
	for _, text := range own.warnings() {
		p.note("%s", text)
	}
	state, events, err := readAll(ctx, log, own.runbook)
	if err != nil {
		p.note("the record is damaged after event %d, and the report ends there: %v", state.Events, err)
	}
	read, err := reader(folder)
	if err != nil {
		return report.Report{}, err
	}
	r := report.Build(state, events, report.Options{
		Now: host.NewClock().Now(), Local: time.Local, Head: log.Head(), Tool: tool,
		Redact: redact.Text, TLP: tlp, ReadEvidence: read,
	})
	if own.fault != "" {
		r.Limits = append(r.Limits, report.Limit{Text: "the session's copy of the runbook " + own.fault +
			"; none of it is used here, so the runbook's words for steps, roles and clocks are missing"})
	}
	return r, nil
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
