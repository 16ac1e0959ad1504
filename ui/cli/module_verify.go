package cli

import "github.com/spf13/cobra"

func (p *program) moduleVerifyCommand() *cobra.Command {
	return &cobra.Command{Use: "verify"}
}
