package cli

import "github.com/spf13/cobra"

func (p *program) rekorVerifyCommand() *cobra.Command { return &cobra.Command{Use: "verify"} }
