package cli

import "github.com/spf13/cobra"

func (p *program) moduleCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "module",
		Short: "Read, verify, find, quarantine and re-sign WebAssembly modules",
		Long: `What the modules of an incident say of their signatures, and what is true of it.
No wsc is needed but for resign, and no network ever.`,
		Args: args(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(p.moduleInspectCommand(), p.moduleVerifyCommand(), p.moduleScanCommand(),
		p.moduleQuarantineCommand(), p.moduleResignCommand())
	return cmd
}
