package cli

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"wsc-respond/session"
	"wsc-respond/session/host"
	"wsc-respond/steps"
)

// startFlags are what start was told beforehand; the console asks for the
// rest.
type startFlags struct {
	severity, runbook, overlay, codeName, name, role, noticed string
	triage                                                    bool
}

func (p *program) startCommand() *cobra.Command {
	var f startFlags
	cmd := &cobra.Command{
		Use:   "start [INCIDENT-TYPE]",
		Short: "Open a new session",
		Long: `Opens a new session. What is given here is not asked: an incident type and a
severity skip the questions. Nothing is saved before the incident is named.`,
		Example: "wsc-respond start\nwsc-respond start INC-1 --severity critical --name alice",
		Args:    args(cobra.MaximumNArgs(1)),
		RunE: func(cmd *cobra.Command, given []string) error {
			loaded, err := loadRunbook(f.runbook, f.overlay)
			if err != nil {
				return err
			}
			if len(loaded.runbook.Incidents) == 0 && !f.triage {
				return noIncident(loaded.runbook, f.runbook)
			}
			in, err := p.intake(loaded.runbook, f, first(given))
			if err != nil {
				return err
			}
			return p.begin(cmd.Context(), loaded, in)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&f.severity, "severity", "", "how bad it is, as the runbook names it: critical, high, …")
	flags.StringVar(&f.runbook, "runbook", "", "another runbook: a Markdown file or a folder of them")
	flags.StringVar(&f.overlay, "overlay", "", "your own folder to lay over it (default $XDG_CONFIG_HOME/wsc-respond/runbook)")
	flags.StringVar(&f.codeName, "code-name", "", "a neutral name (default: one is made)")
	flags.StringVar(&f.name, "name", "", "who you are (default: the login name)")
	flags.StringVar(&f.role, "role", "", "your role in the runbook's RACI tables")
	flags.StringVar(&f.noticed, "noticed", "", `when it was noticed: "20 minutes ago", 02:52, "2026-11-21 23:10"`)
	flags.BoolVar(&f.triage, "triage", false, "open at once, and classify later")
	return cmd
}

// intake is what the flags say of a new session.
func (p *program) intake(rb *steps.Runbook, f startFlags, incident string) (session.Intake, error) {
	now := host.NewClock().Now()
	in := session.Intake{Runbook: rb, Triage: f.triage, Name: f.name, Role: p.roleOf(rb, f.role), CodeName: f.codeName, Severity: steps.ParseLevel(f.severity)}
	if in.CodeName != "" {
		if err := session.ValidCodeName(in.CodeName); err != nil {
			return in, wrongUse(err)
		}
	}
	if incident != "" {
		inc, ok := rb.Incident(incident)
		if !ok || inc.ID == steps.PostIncidentID {
			return in, wrongUse(fmt.Errorf("the runbook has no incident type %q; it has %s", incident, incidentIDs(rb)))
		}
		in.Types = []string{inc.ID}
	}
	if _, ok := rb.Severity(in.Severity); in.Severity != "" && !ok {
		return in, wrongUse(fmt.Errorf("the runbook has no severity %q; it has %s", f.severity, levelNames(rb)))
	}
	noticed, err := session.ParseWhen(f.noticed, now.Wall.Local())
	if err != nil {
		return in, wrongUse(fmt.Errorf("--noticed: %w", err))
	}
	in.Noticed = noticed
	return in, nil
}

// noIncident refuses a runbook with nothing to work through.
func noIncident(rb *steps.Runbook, path string) error {
	return unreadable(fmt.Errorf("the runbook %s has no incident type; wsc-respond runbook check %s says why", orNone(rb.Document.Title), path),
		"name another runbook, or add --triage to keep a record without one")
}

// login is the account that this program runs under.
func (p *program) login() string { return host.Who(p.source()).User }

// roleOf is a role as the RACI tables spell it, whatever the case in which it
// was given. One that they do not have is told, and kept as it is.
func (p *program) roleOf(rb *steps.Runbook, role string) string {
	role = strings.TrimSpace(role)
	known := rb.RoleNames()
	if role == "" || len(known) == 0 {
		return role
	}
	for _, name := range known {
		if strings.EqualFold(name, role) {
			return name
		}
	}
	p.note("the runbook has no role %q; it has %s", role, strings.Join(known, ", "))
	return role
}

func incidentIDs(rb *steps.Runbook) string {
	var ids []string
	for _, inc := range rb.Incidents {
		ids = append(ids, inc.ID)
	}
	if len(ids) == 0 {
		return "none"
	}
	return strings.Join(ids, ", ")
}

func levelNames(rb *steps.Runbook) string {
	var names []string
	for _, l := range rb.Levels() {
		names = append(names, string(l.Level))
	}
	return strings.Join(names, ", ")
}

// whole reports whether an intake needs no question any more.
func whole(in session.Intake) bool {
	return in.Triage || (len(in.Types) > 0 && in.Severity != "")
}
