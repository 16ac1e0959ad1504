package cli

import "github.com/spf13/cobra"

func (p *program) moduleInspectCommand() *cobra.Command {
	return &cobra.Command{Use: "inspect"}
}
