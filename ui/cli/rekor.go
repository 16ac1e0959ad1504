package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/spf13/cobra"

	"wsc-respond/steps/rekor"
	"wsc-respond/steps/trust"
)

func (p *program) rekorCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "rekor",
		Short: "Ask the signature log, and prove what it answers",
		Long: `Asks Rekor, the log in which keyless signatures are entered, and believes nothing
that the log's pinned key did not sign. What was saved is verified without any
network, also years later.

Sigstore's public log is asked unless --server names another; that one's key is
given with --log-key, never fetched from the server that is being checked.`,
		Args: args(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(p.rekorGetCommand(), p.rekorSearchCommand(), p.rekorVerifyCommand(),
		p.rekorWindowCommand(), p.rekorCheckpointCommand())
	return cmd
}

// logFlags say which log is asked, and whom to believe.
type logFlags struct {
	server      string
	logKey      string // a file
	trustedRoot string // a file
	timeout     time.Duration
	asJSON      bool
}

// trustFlags adds the flags of a command that asks nobody.
func (f *logFlags) trustFlags(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVar(&f.logKey, "log-key", "", "public key of the log, PEM or DER")
	flags.StringVar(&f.trustedRoot, "trusted-root", "", "another trusted root of Sigstore, JSON")
	flags.BoolVar(&f.asJSON, "json", false, "print JSON")
}

// add adds the flags of a command that asks a log.
func (f *logFlags) add(cmd *cobra.Command, timeout time.Duration) {
	f.trustFlags(cmd)
	cmd.Flags().StringVar(&f.server, "server", rekor.PublicLog, "address of the log")
	cmd.Flags().DurationVar(&f.timeout, "timeout", timeout, "give up after this long")
}

// trusted reads whose signatures count: the keys of logs, and the authorities,
// of which there are none if only a log's key was given.
func (f *logFlags) trusted() ([]rekor.LogKey, *trust.Material, error) {
	if f.logKey != "" && f.trustedRoot == "" {
		key, err := readLogKey(f.logKey)
		return []rekor.LogKey{key}, nil, err
	}
	material, err := scanFlags{trustedRoot: f.trustedRoot, all: true}.trust()
	if err != nil {
		return nil, nil, err
	}
	if f.logKey != "" {
		key, err := readLogKey(f.logKey)
		return []rekor.LogKey{key}, material, err
	}
	return material.Logs(), material, nil
}

// maxLogFile bounds what is read of a key, a checkpoint or a bundle, in bytes.
const maxLogFile = 16 << 20

func readLogKey(path string) (rekor.LogKey, error) {
	const next = "name a file with the log's public key, in PEM or DER"
	data, err := readHostFile(path, maxLogFile)
	if err != nil {
		return rekor.LogKey{}, unreadable(fmt.Errorf("--log-key: %w", err), next)
	}
	key, err := rekor.ParseLogKey(data)
	if err != nil {
		return rekor.LogKey{}, unreadable(fmt.Errorf("--log-key %s: %w", path, err), next)
	}
	return key, nil
}

// verifier is what entries are verified with.
func (f *logFlags) verifier() (*rekor.Verifier, error) {
	keys, material, err := f.trusted()
	if err != nil {
		return nil, err
	}
	verifier := rekor.NewVerifier(keys)
	if material != nil {
		verifier.Authority = authorityOf(material)
	}
	return verifier, nil
}

// dial makes the client that the flags ask for.
func (f *logFlags) dial() (*rekor.Client, error) {
	if f.server != rekor.PublicLog && f.logKey == "" && f.trustedRoot == "" {
		return nil, wrongUse(errors.New("a log of your own is verified with its own key: give --log-key FILE with --server"))
	}
	keys, material, err := f.trusted()
	if err != nil {
		return nil, err
	}
	client, err := rekor.Dial(f.server, keys, "wsc-respond/"+Version)
	if err != nil {
		return nil, wrongUse(fmt.Errorf("--server: %w", err))
	}
	if material != nil {
		client.Verifier.Authority = authorityOf(material)
	}
	return client, nil
}

// within bounds a command by its time and by the person's patience.
func (f *logFlags) within(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, stop := untilInterrupted(ctx)
	bounded, cancel := context.WithTimeout(ctx, f.timeout)
	return bounded, func() { cancel(); stop() }
}

// unanswered is why the log could not be asked, in words.
func unanswered(err error) error {
	code, next := exitWrongUse, "see to the network and to --server; what was saved is verified without either: wsc-respond rekor verify --entry FILE"
	switch {
	case errors.Is(err, rekor.ErrNotFound):
		code, next = exitNo, "compare the id or index with where it comes from; another log is asked with --server"
	case errors.Is(err, rekor.ErrNotSigned):
		code, next = exitNo, "see whether --log-key is the key of the log at --server; if it is, somebody else answers there"
	case errors.Is(err, rekor.ErrNoID):
		next = "copy the id or the index whole from where it comes from"
	case errors.Is(err, rekor.ErrTooMany):
		next = "ask again later, or for less at once"
	case errors.Is(err, rekor.ErrNoAnswer):
		next = "ask again with a longer --timeout, or for less at once"
	case errors.Is(err, rekor.ErrRefused):
		next = "compare what was asked with where it comes from"
	case errors.Is(err, rekor.ErrNoLog), errors.Is(err, rekor.ErrTooLarge), errors.Is(err, rekor.ErrRedirected):
		next = "see who answers at this address: a proxy, a login page, or somebody who should not"
	case errors.Is(err, rekor.ErrInterrupted):
		next = "ask again; nothing that was asked is lost"
	}
	return &failure{code: code, err: err, safe: "nothing was changed, and nothing that came was believed", next: next}
}

// keepFile writes evidence to a new file: what lies there already is never
// written over.
func keepFile(path string, data []byte) error {
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, os.ErrExist) {
		return &failure{code: exitWrongUse, err: fmt.Errorf("%s is there already", path), safe: "it was left as it is", next: "name another file with -o"}
	}
	if err == nil {
		_, err = file.Write(data)
		err = errors.Join(err, file.Sync(), file.Close())
	}
	if err != nil {
		return &failure{code: exitUnwritable, err: fmt.Errorf("keep %s: %w", path, err), safe: "what was fetched stands on the screen", next: "name a file in a folder that can be written to with -o"}
	}
	return nil
}
