package cli

import "github.com/spf13/cobra"

func (p *program) moduleScanCommand() *cobra.Command {
	return &cobra.Command{Use: "scan"}
}
