package cli

import (
	"context"
	"fmt"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"wsc-respond/session"
	"wsc-respond/session/host"
	"wsc-respond/session/journal"
	"wsc-respond/steps"
	"wsc-respond/steps/safe"
)

// listed is one session in a list.
type listed struct {
	Name     string      `json:"name"`
	Folder   string      `json:"folder"`
	Status   string      `json:"status"` // live, open, closed, empty, bad
	Types    []string    `json:"types,omitempty"`
	Severity steps.Level `json:"severity,omitempty"`
	Lead     string      `json:"lead,omitempty"`
	Aware    time.Time   `json:"aware,omitzero"`
	Events   uint64      `json:"events"`
	Last     time.Time   `json:"last,omitzero"`
	Drill    bool        `json:"drill,omitempty"`
	Problem  string      `json:"problem,omitempty"`
	Holder   string      `json:"holder,omitempty"` // who has it open

	state *session.State
	last  session.Event
}

func (p *program) sessionsCommand() *cobra.Command {
	var asJSON, all bool
	cmd := &cobra.Command{
		Use:   "sessions",
		Short: "List the sessions",
		Args:  args(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			list, err := p.list(cmd.Context(), all)
			if err != nil {
				return err
			}
			if asJSON {
				return p.listJSON(list)
			}
			return p.listTable(list)
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print one JSON object a line")
	cmd.Flags().BoolVarP(&all, "all", "a", false, "closed ones too")
	return cmd
}

// list reads the sessions of the folder, the latest first. A session that
// cannot be read is listed with what is wrong.
func (p *program) list(ctx context.Context, all bool) ([]listed, error) {
	dir, err := p.sessionsDir()
	if err != nil {
		return nil, err
	}
	summaries, err := journal.List(dir)
	if err != nil {
		return nil, unreadable(err, "--dir names another folder")
	}
	var list []listed
	for _, s := range summaries {
		if s.Status != journal.StatusClosed || all {
			list = append(list, describe(ctx, s))
		}
	}
	return list, nil
}

func describe(ctx context.Context, s journal.Summary) listed {
	l := listed{Name: s.Name, Folder: s.Dir, Status: string(s.Status), Events: s.Last.Seq, Last: s.Last.At, last: s.Last}
	if s.Status == journal.StatusLive {
		l.Holder = s.Holder.String()
	}
	if s.Err != nil {
		l.Problem = s.Err.Error()
		return l
	}
	state, own, err := readState(ctx, s.Dir)
	switch {
	case err != nil:
		l.Problem = err.Error()
	case own.fault != "":
		l.Problem = own.problem()
	}
	if state == nil {
		return l
	}
	l.state, l.Types, l.Severity, l.Lead, l.Drill = state, state.Types, state.Severity, state.Lead.Name, state.Drill
	if aware, ok := state.MilestoneAt(steps.Aware); ok {
		l.Aware = aware.When
	}
	return l
}

// readState folds a session that somebody else may be writing to.
func readState(ctx context.Context, dir string) (*session.State, copied, error) {
	log, err := journal.ReadOnly(dir)
	if err != nil {
		return nil, copied{}, err
	}
	defer log.Close()
	own, err := runbookCopy(ctx, log)
	if err != nil {
		return nil, own, err
	}
	state, err := session.Fold(ctx, log, own.runbook)
	return state, own, err
}

func (p *program) listJSON(list []listed) error {
	for _, l := range list {
		if err := writeJSON(p.out, l, ""); err != nil {
			return err
		}
	}
	return nil
}

func (p *program) listTable(list []listed) error {
	if len(list) == 0 {
		_, err := fmt.Fprintln(p.out, "There is no open session. wsc-respond start opens one; sessions --all lists closed ones.")
		return err
	}
	w := tabwriter.NewWriter(p.out, 0, 0, 2, ' ', 0)
	now := host.NewClock().Now()
	fmt.Fprintln(w, "SESSION\tSTATUS\tINCIDENT\tLEAD\tT+\tEVENTS\tLAST (UTC)")
	for _, l := range list {
		fmt.Fprintln(w, strings.Join([]string{safe.Line(l.Name), l.Status, safe.Line(l.plan()), safe.Line(l.Lead),
			l.elapsed(now), fmt.Sprint(l.Events), l.Last.UTC().Format("2006-01-02 15:04")}, "\t"))
	}
	if err := w.Flush(); err != nil {
		return err
	}
	return p.remarks(list)
}

// remarks says of each session what does not fit in a table: why it is open,
// what was running, and what is wrong.
func (p *program) remarks(list []listed) error {
	for _, l := range list {
		row := l.row()
		said := row.Lines
		if l.Status == string(journal.StatusOpen) {
			said = append([]string{row.Status}, said...)
		}
		if l.state != nil {
			said = append(said, l.Problem)
		}
		for _, text := range said {
			if text == "" {
				continue
			}
			if _, err := fmt.Fprintf(p.out, "%s: %s\n", safe.Line(l.Name), safe.Line(text)); err != nil {
				return err
			}
		}
	}
	return nil
}

func (l listed) plan() string {
	if l.state == nil {
		return "unknown"
	}
	text := "triage"
	if len(l.Types) > 0 {
		text = strings.Join(l.Types, ", ") + " " + string(l.Severity)
	}
	if l.Drill {
		text = "DRILL " + text
	}
	return text
}

// elapsed is the time since awareness, or until the end of a closed session.
func (l listed) elapsed(now session.Instant) string {
	if l.state == nil {
		return "unknown"
	}
	if l.state.Closed {
		now = l.state.LastAt
	}
	d, ok := l.state.Elapsed(now)
	if !ok {
		return "unknown"
	}
	return fmt.Sprintf("%02d:%02d", int(d.Hours()), int(d.Minutes())%60)
}
