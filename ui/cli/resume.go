package cli

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"wsc-respond/session"
	"wsc-respond/session/host"
	"wsc-respond/session/journal"
)

// resumeFlags are what resume was told beforehand.
type resumeFlags struct {
	into, runbook, name, role string
}

func (p *program) resumeCommand() *cobra.Command {
	var f resumeFlags
	cmd := &cobra.Command{
		Use:   "resume [SESSION]",
		Short: "Go on with an open session, where it was",
		Long: `Goes on with a session: by name, by code name, by the beginning of either, or by
the path of its folder. Without a name it resumes the only open one. A command
that went on meanwhile is adopted with its result.

A session has its own copy of the runbook. If that is missing or was changed,
the embedded runbook or the one of --runbook takes its place, and the record
says so.

With --into, it goes on in a new folder below DIR when the old record cannot be
written any more. The new record is chained to the head of the old one.`,
		Args: args(cobra.MaximumNArgs(1)),
		RunE: func(cmd *cobra.Command, given []string) error {
			folder, err := p.findSession(first(given))
			if err != nil {
				return err
			}
			s, err := p.resumeAs(cmd.Context(), folder, f)
			if err != nil {
				return err
			}
			return p.console(cmd.Context(), s)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&f.into, "into", "", "go on in a new folder below this one")
	flags.StringVar(&f.runbook, "runbook", "", "a runbook in place of the session's own copy, where that is missing or was changed")
	flags.StringVar(&f.name, "name", "", "who you are (default: as in the session, or the login name)")
	flags.StringVar(&f.role, "role", "", "your role")
	return cmd
}

func first(args []string) string {
	if len(args) == 0 {
		return ""
	}
	return args[0]
}

func (p *program) resumeAs(ctx context.Context, folder string, f resumeFlags) (*sitting, error) {
	if f.into != "" {
		return p.continueIn(ctx, folder, f)
	}
	return p.resume(ctx, folder, f)
}

// resume opens a session for writing again.
func (p *program) resume(ctx context.Context, folder string, f resumeFlags) (*sitting, error) {
	now := host.NewClock().Now()
	by := host.Who(p.source())
	file, err := journal.Open(folder, holder(by, now))
	if err != nil {
		return nil, notOpened(err)
	}
	log, err := remember(ctx, file)
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	rb, state, err := foldAgain(ctx, log, f.runbook)
	if err != nil {
		return nil, errors.Join(err, log.Close())
	}
	by.Name, by.Role = p.whoAgain(state, by, f)
	resumed := session.Resumed{Tool: tool, Where: where(now)}
	s, err := p.sit(ctx, log, rb.runbook, func(ports session.Ports) (*session.Session, error) {
		s, _, err := session.Resume(ctx, ports, rb.runbook, by, resumed, log.Recovery().Trimmed)
		return s, err
	})
	if err != nil {
		return s, err
	}
	s.warnings = append(s.warnings, setAside(log.Recovery())...)
	s.warnings = append(s.warnings, recordedAs(by, f)...)
	return s, s.recordReplaced(ctx, rb)
}

// setAside tells what opening the record did about its end.
func setAside(done journal.Recovery) []string {
	if done.Trimmed == nil {
		return nil
	}
	lie := "bytes lie"
	if done.Trimmed.Bytes == 1 {
		lie = "byte lies"
	}
	return []string{fmt.Sprintf("The last line of the record was incomplete; its %d %s in %s. Nothing that was shown as saved is lost.",
		done.Trimmed.Bytes, lie, done.Trimmed.File)}
}

// foldAgain reads a session that is to be gone on with.
func foldAgain(ctx context.Context, log sessionLog, runbook string) (replaced, *session.State, error) {
	own, err := runbookCopy(ctx, log)
	if err != nil {
		return replaced{}, nil, err
	}
	rb, err := own.replace(runbook)
	if err != nil {
		return replaced{}, nil, err
	}
	state, err := session.Fold(ctx, log, rb.runbook)
	return rb, state, err
}

// whoAgain is the person who resumes: as they say, or as the session knows
// the one who used this login last.
func (p *program) whoAgain(state *session.State, by session.Actor, f resumeFlags) (name, role string) {
	name, role = f.name, p.roleOf(state.Runbook, f.role)
	if name == "" {
		name = by.User
		if state.Lead.Name != "" && state.LastBy.User == by.User {
			name = state.LastBy.Name
		}
	}
	if role == "" {
		for _, known := range state.People {
			if known.Name == name {
				role = known.Role
			}
		}
	}
	return name, role
}

// recordedAs says whose name the record will have, to somebody who did not
// give it: several people may share a login.
func recordedAs(by session.Actor, f resumeFlags) []string {
	if f.name != "" {
		return nil
	}
	who := by.Name
	if by.Role != "" {
		who += ", " + by.Role
	}
	return []string{fmt.Sprintf("You are recorded as %s; R (or: role NAME, ROLE) changes it.", who)}
}
