package cli

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/sigstore/sigstore-go/pkg/root"
	"github.com/spf13/cobra"

	"wsc-respond/assets"
	"wsc-respond/steps/rekor"
	"wsc-respond/steps/sigbundle"
)

// entryFlags is what rekor verify was given.
type entryFlags struct {
	logFlags
	entry, bundle, artifact string
	identity, issuer        string
}

func (p *program) rekorVerifyCommand() *cobra.Command {
	var f entryFlags
	cmd := &cobra.Command{
		Use:   "verify --entry FILE|--bundle FILE [--artifact FILE] [--identity PATTERN --issuer URL]",
		Short: "Verify a saved entry or a bundle, without a network",
		Long: `Verifies entries as the log answered them and rekor get -o or rekor window -o
kept them, or a Sigstore bundle (versions 0.1 to 0.3, with entries of logs of
both versions), against the keys that are pinned. Nobody is asked.

With --artifact the entry must be about that file, and with --identity by
somebody whom the regular expression matches whole, and whom the issuer vouched
for. A log takes any certificate: unless only a --log-key is given, a name
counts only if a trusted authority issued its certificate.

Exit code 0 is that every check passed, 1 is that one did not, 2 is that there
is nothing that can be read.`,
		Args: args(cobra.NoArgs),
		RunE: func(_ *cobra.Command, _ []string) error { return p.rekorVerify(f) },
	}
	f.trustFlags(cmd)
	flags := cmd.Flags()
	flags.StringVar(&f.entry, "entry", "", "file with entries, as the log answers them")
	flags.StringVar(&f.bundle, "bundle", "", "file with a Sigstore bundle")
	flags.StringVar(&f.artifact, "artifact", "", "file that was signed")
	flags.StringVar(&f.identity, "identity", "", "regular expression for the whole identity that is to have signed")
	flags.StringVar(&f.issuer, "issuer", "", "URL of who must have vouched for the identity")
	return cmd
}

func (p *program) rekorVerify(f entryFlags) error {
	var pattern *rekor.Pattern
	var err error
	switch {
	case (f.entry == "") == (f.bundle == ""):
		return wrongUse(errors.New("give one of --entry FILE and --bundle FILE"))
	case f.issuer != "" && f.identity == "":
		return wrongUse(errors.New("--issuer goes with --identity; --identity '.*' is everybody whom the issuer vouches for"))
	case f.identity != "":
		if pattern, err = rekor.ParsePattern(f.identity); err != nil {
			return wrongUse(fmt.Errorf("--identity: %w", err))
		}
	}
	verifier, err := f.verifier()
	if err != nil {
		return err
	}
	artifact, err := f.readArtifact()
	if err != nil {
		return err
	}
	verdicts, err := f.verdicts(verifier, artifact)
	if err != nil {
		return err
	}
	failed := false
	for i := range verdicts {
		if pattern != nil {
			verdicts[i].CheckBy(pattern, f.issuer, verifier.Authority != nil)
		}
		failed = failed || !verdicts[i].Verified
		if err := p.sayEntry(verdicts[i], f.asJSON); err != nil {
			return err
		}
	}
	if failed {
		return errNo
	}
	return nil
}

// readArtifact reads what is said to have been signed.
func (f entryFlags) readArtifact() (*rekor.Artifact, error) {
	if f.artifact == "" {
		return nil, nil
	}
	sum, err := digestOf(f.artifact)
	if err != nil {
		return nil, unreadable(fmt.Errorf("--artifact: %w", err), "name the file that was signed")
	}
	return &rekor.Artifact{SHA256: sum, Open: func() (io.ReadCloser, error) { return openWhole(f.artifact) }}, nil
}

// openWhole opens a file of the host to be read to its end.
func openWhole(path string) (io.ReadCloser, error) {
	tree, name, closeTree, err := openTree(path)
	if err != nil {
		return nil, err
	}
	defer closeTree()
	return tree.Open(name)
}

// verdicts verifies what the file holds.
func (f entryFlags) verdicts(verifier *rekor.Verifier, artifact *rekor.Artifact) ([]rekor.Verdict, error) {
	if f.bundle != "" {
		return f.bundleVerdicts(verifier, artifact)
	}
	const next = "name a file with entries as the log answers them, one a line; --bundle is for bundles"
	data, err := readHostFile(f.entry)
	if err != nil {
		return nil, unreadable(fmt.Errorf("--entry: %w", err), next)
	}
	entries, err := readEntries(data)
	if err != nil {
		return nil, unreadable(fmt.Errorf("--entry %s: %w", f.entry, err), next)
	}
	var verdicts []rekor.Verdict
	for _, e := range entries {
		verdict := verifier.Verify(e)
		verdict.Bind(artifact)
		verdicts = append(verdicts, verdict)
	}
	return verdicts, nil
}

// readEntries reads a file of one answer, or of one a line.
func readEntries(data []byte) ([]rekor.Entry, error) {
	entries, whole := rekor.ReadAnswer(data)
	if whole == nil {
		return entries, nil
	}
	entries = nil
	for line := range bytes.Lines(bytes.TrimSpace(data)) {
		one, err := rekor.ReadAnswer(line)
		if err != nil {
			return nil, whole
		}
		entries = append(entries, one...)
	}
	if len(entries) == 0 {
		return nil, whole
	}
	return entries, nil
}

func (f entryFlags) bundleVerdicts(verifier *rekor.Verifier, artifact *rekor.Artifact) ([]rekor.Verdict, error) {
	const next = "name a Sigstore bundle, *.sigstore.json; --entry is for entries of the log"
	if f.logKey != "" && f.trustedRoot == "" {
		return nil, wrongUse(errors.New("a bundle has a certificate, which a log's key does not verify: give --trusted-root"))
	}
	text := assets.TrustedRoot()
	if f.trustedRoot != "" {
		var err error
		if text, err = readHostFile(f.trustedRoot); err != nil {
			return nil, unreadable(fmt.Errorf("--trusted-root: %w", err), "name a trusted_root.json of Sigstore")
		}
	}
	trusted, err := root.NewTrustedRootFromJSON(text)
	if err != nil {
		return nil, unreadable(fmt.Errorf("read the trusted root: %w", err), "name a trusted_root.json of Sigstore")
	}
	data, err := readHostFile(f.bundle)
	if err != nil {
		return nil, unreadable(fmt.Errorf("--bundle: %w", err), next)
	}
	verdicts, err := sigbundle.Verify(data, sigbundle.Ask{Verifier: verifier, Trust: trusted, Artifact: artifact})
	if err != nil {
		return nil, unreadable(fmt.Errorf("--bundle %s: %w", f.bundle, err), next)
	}
	return verdicts, nil
}
