// Package cli is the command line: the subcommands, what they are given, and
// the exit codes that scripts rely on. It is the one place where the parts of
// the program are put together.
//
// Exit codes: 0 done; 1 the answer is no (a broken record, a check that found
// something); 2 wrong use, or something that cannot be read; 3 the record
// could not be written.
package cli

import (
	"context"
	"fmt"
	"os"
	"strings"

	"charm.land/fang/v2"
	"github.com/spf13/cobra"

	"wsc-respond/session"
	"wsc-respond/session/runner"
)

// Version is the version of this program, as the record and --version name
// it.
const Version = "0.1.0"

// tool is how the record names this program.
const tool = "wsc-respond " + Version

// Main runs the program with its arguments and streams, and returns its exit
// code.
func Main(args []string, in, out, errs *os.File) int {
	if len(args) == 1 && args[0] == runner.SuperviseArg {
		return runner.Supervise()
	}
	_ = runner.NoCoreDumps() // a crash must not write secrets to a file; where it cannot be had, the rest holds
	p := &program{in: in, out: out, errs: errs}
	root := p.root()
	root.SetArgs(args)
	root.SetIn(in)
	root.SetOut(out)
	root.SetErr(errs)
	err := fang.Execute(context.Background(), root,
		fang.WithVersion(Version), fang.WithErrorHandler(sayError))
	if err != nil {
		return exitCode(err)
	}
	err = p.outcome()
	sayError(errs, fang.Styles{}, err)
	return exitCode(err)
}

// outcome is what the command that ran came to. A console that was left in
// good order has failed all the same if its record could not be written to the
// end.
func (p *program) outcome() error {
	if p.failed == nil && p.writes != nil {
		return p.writes.Writable()
	}
	return p.failed
}

// program is one run of the command line.
type program struct {
	in, out, errs *os.File
	stateDir      string // --dir
	plain         bool   // --plain
	ascii         bool   // --ascii
	light         bool   // --light
	visited       string // the session folder that the screen worked in

	writes *session.Session // the one that was opened for writing, if any
	failed error            // what the command that ran came to
}

func (p *program) root() *cobra.Command {
	root := &cobra.Command{
		Use:   "wsc-respond",
		Short: "Work a security incident from the first question to the timeline",
		Long: `A guided responder console. It asks what was seen, names the incident and its
severity, shows one checklist per phase with clocks that run, runs each command
after a yes that is in the record, and keeps the timeline.

Without a subcommand it offers the open sessions, or a new incident.`,
		Args: args(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error { return p.lobby(cmd.Context()) },
	}
	flags := root.PersistentFlags()
	flags.StringVar(&p.stateDir, "dir", "", "folder of sessions (default: in XDG_STATE_HOME)")
	flags.BoolVar(&p.plain, "plain", false, "line by line, for screen readers and scripts")
	flags.BoolVar(&p.ascii, "ascii", false, "use no sign outside ASCII")
	flags.BoolVar(&p.light, "light", false, "colours for a light background")
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error { return helped(cmd, wrongUse(err)) })
	root.AddCommand(p.startCommand(), p.resumeCommand(), p.sessionsCommand(), p.followCommand(),
		p.verifyCommand(), p.reportCommand(), p.runbookCommand(),
		p.moduleCommand(), p.doctorCommand(), p.keyCommand(), p.bundleCommand(), p.rekorCommand())
	root.SetHelpCommand(helpCommand())
	root.InitDefaultCompletionCmd()
	strict(root, "completion")
	p.keepErrors(root)
	return root
}

// helpCommand is cobra's, but for topics that there are not: those are a wrong
// use, and are told like one.
func helpCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "help [COMMAND]",
		Short: "Help about any command",
		RunE: func(cmd *cobra.Command, given []string) error {
			about, rest, err := cmd.Root().Find(given)
			if err != nil || about == nil || len(rest) > 0 {
				return wrongUse(fmt.Errorf("there is no help about %q", strings.Join(given, " ")))
			}
			about.InitDefaultHelpFlag()
			return about.Help()
		},
	}
}

// strict makes an unknown subcommand of a command that does nothing itself a
// wrong use; cobra would print help and call that a success.
func strict(root *cobra.Command, name string) {
	for _, cmd := range root.Commands() {
		if cmd.Name() == name {
			cmd.Args = args(cobra.NoArgs)
			cmd.RunE = func(cmd *cobra.Command, _ []string) error { return cmd.Help() }
		}
	}
}

// keepErrors has the commands leave their errors with the program. What they
// return, fang would print in colours, for which it asks the terminal for its
// background first: a question that takes the keys typed meanwhile, and that a
// terminal that has hung up or knows no queries holds up for seconds.
func (p *program) keepErrors(cmd *cobra.Command) {
	if run := cmd.RunE; run != nil {
		cmd.RunE = func(cmd *cobra.Command, given []string) error {
			p.failed = helped(cmd, run(cmd, given))
			return nil
		}
	}
	for _, sub := range cmd.Commands() {
		p.keepErrors(sub)
	}
}

// args makes a wrong number of arguments a wrong use, with exit code 2.
func args(check cobra.PositionalArgs) cobra.PositionalArgs {
	return func(cmd *cobra.Command, given []string) error {
		if check(cmd, given) == nil {
			return nil
		}
		return helped(cmd, wrongUse(fmt.Errorf("%s; usage: %s", misused(cmd, given), cmd.UseLine())))
	}
}

// misused says what is wrong with a number of arguments that a command does not
// take: one is missing, or the last is too many.
func misused(cmd *cobra.Command, given []string) string {
	var wanted []string // as the usage names them
	for _, word := range strings.Fields(cmd.Use)[1:] {
		if strings.HasPrefix(word, "-") {
			break
		}
		wanted = append(wanted, word)
	}
	switch {
	case len(given) < len(wanted):
		return "no " + strings.NewReplacer("…", "", "|", " or ", "[", "", "]", "").Replace(wanted[len(given)]) + " is given"
	case cmd.HasSubCommands():
		return fmt.Sprintf("%s has no command %q", cmd.CommandPath(), given[0])
	}
	return fmt.Sprintf("%q is more than it takes", given[len(given)-1])
}
