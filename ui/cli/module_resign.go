package cli

import "github.com/spf13/cobra"

func (p *program) moduleResignCommand() *cobra.Command {
	return &cobra.Command{Use: "resign"}
}
