package cli

import (
	"github.com/spf13/cobra"

	"wsc-respond/session/evidence"
	"wsc-respond/ui"
)

func (p *program) followCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "follow [SESSION]",
		Short: "Watch a session live, without writing",
		Long: `Shows a session as another console works on it. It writes nothing and takes no
lock, so it can stand beside the writer in any number.`,
		Args: args(cobra.MaximumNArgs(1)),
		RunE: func(cmd *cobra.Command, given []string) error {
			folder, err := p.findToRead(first(given))
			if err != nil {
				return err
			}
			if p.lineMode() {
				return p.plainFollow(cmd.Context(), folder)
			}
			opened, err := followed(cmd.Context(), folder)
			if err != nil {
				return err
			}
			return p.screen(cmd.Context(), ui.Options{Opened: opened})
		},
	}
}

// reader reads files of a session folder for somebody who only watches.
func reader(folder string) (func(string, int64) ([]byte, error), error) {
	store, err := evidence.New(folder, nil)
	if err != nil {
		return nil, err
	}
	return store.Read, nil
}
