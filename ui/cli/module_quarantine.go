package cli

import "github.com/spf13/cobra"

func (p *program) moduleQuarantineCommand() *cobra.Command {
	return &cobra.Command{Use: "quarantine"}
}
