package cli

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"wsc-respond/steps/keyfile"
)

func (p *program) keyCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "key",
		Short: "Identify key files, check who can reach them, and notice when they change",
		Long: `What a responder must know of the keys of an incident. No wsc is needed,
nothing is changed, and no byte of a secret key is shown or kept.`,
		Args: args(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(p.keyID(), p.keyCheck(), p.keyManifest(), p.keyVerify())
	return cmd
}

func (p *program) keyID() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "id PUB…",
		Short: "Print the id that signatures carry for a key",
		Long: `Prints the id that a signature may carry for a key: 24 hex digits, made of the
public key. The id of a secret key is that of its public half; prefer to give
the public file, so that the secret one stays where it is. Trust bundles call
the same key by another id, of 8 digits.`,
		Args: args(cobra.MinimumNArgs(1)),
		RunE: func(_ *cobra.Command, given []string) error {
			var failed []error
			for _, path := range given {
				if err := p.sayID(path, len(given) > 1, asJSON); err != nil {
					failed = append(failed, err)
				}
			}
			const next = "name public key files of wsc; wsc-respond key check FILE says what a file is"
			switch len(failed) {
			case 0:
				return nil
			case len(given):
				return unreadable(errors.Join(failed...), next)
			}
			return partlyRead(errors.Join(failed...), next)
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print one JSON object a line")
	return cmd
}

// sayID prints the id of one key, with its path where there are several.
func (p *program) sayID(path string, named, asJSON bool) error {
	tree, name, closeTree, err := openTree(path)
	if err != nil {
		return err
	}
	defer closeTree()
	id, secret, err := keyfile.ReadID(tree, name)
	if err != nil {
		return namedAs(path, name, err)
	}
	if secret {
		p.note("%s is a secret key; the id is that of its public half", path)
	}
	switch {
	case asJSON:
		return writeJSON(p.out, struct {
			Path  string     `json:"path"`
			KeyID keyfile.ID `json:"key_id"`
		}{path, id}, "")
	case named:
		_, err = fmt.Fprintf(p.out, "%s  %s\n", id, p.shown(path))
	default:
		_, err = fmt.Fprintln(p.out, id)
	}
	return err
}

// readKey reads a public key file of the host.
func readKey(path string) (keyfile.Public, error) {
	unread := func(err error) error {
		return &failure{code: exitWrongUse, err: err, safe: "nothing was checked",
			next: "give the .pub file; wsc-respond key check FILE says what a file is"}
	}
	tree, name, closeTree, err := openTree(path)
	if err != nil {
		return keyfile.Public{}, unread(fmt.Errorf("open the public key: %w", err))
	}
	defer closeTree()
	key, err := keyfile.ReadPublic(tree, name)
	if err != nil {
		return keyfile.Public{}, unread(namedAs(path, name, err))
	}
	return key, nil
}
