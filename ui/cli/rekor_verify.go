package cli

import (
	"bufio"
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
	exact                   bool
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
somebody whom the regular expression matches whole, and whom the issuer
vouched for. A log takes any certificate: unless only a --log-key is given, a
name counts only if a trusted authority issued its certificate.

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
	flags.StringVar(&f.identity, "identity", "", "who is to have signed, a regular expression")
	flags.BoolVar(&f.exact, "exact", false, "take the identity as it stands, not as a pattern")
	flags.StringVar(&f.issuer, "issuer", "", "who must have vouched for the identity, a URL")
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
		if pattern, err = readPattern(f.identity, f.exact); err != nil {
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
	job := &entryJob{p: p, flags: f, verifier: verifier, artifact: artifact, pattern: pattern}
	if f.bundle != "" {
		err = job.ofBundle()
	} else {
		err = job.ofEntries()
	}
	if err != nil {
		return err
	}
	if job.failed {
		return errNo
	}
	return nil
}

// entryJob is a run of rekor verify.
type entryJob struct {
	p        *program
	flags    entryFlags
	verifier *rekor.Verifier
	artifact *rekor.Artifact
	pattern  *rekor.Pattern

	window rekor.Window
	apart  bool // the entries do not follow each other
	failed bool
}

// say judges one entry by who it is to be by, and says what it came to.
func (j *entryJob) say(v rekor.Verdict) error {
	if j.pattern != nil {
		v.CheckBy(j.pattern, j.flags.issuer, j.verifier.Authority != nil)
	}
	j.failed = j.failed || !v.Verified
	return j.p.sayEntry(v, j.flags.asJSON)
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

// ofEntries verifies a file of entries, one answer a line, however long it is.
// If they follow each other, they are proved complete as rekor window does.
func (j *entryJob) ofEntries() error {
	const next = "name a file with entries as the log answers them, one a line; --bundle is for bundles"
	file, err := openWhole(j.flags.entry)
	if err != nil {
		return unreadable(fmt.Errorf("--entry: %w", err), next)
	}
	defer file.Close()
	n := 0
	err = eachAnswer(file, func(e rekor.Entry) error {
		verdict := j.verifier.Verify(e)
		j.apart = j.apart || j.window.Add(verdict) != nil
		verdict.Bind(j.artifact)
		n++
		return j.say(verdict)
	})
	if err != nil {
		return unreadable(fmt.Errorf("--entry %s: %w", j.flags.entry, err), next)
	}
	if n > 1 && !j.apart {
		j.p.note("the %d entries, from %d to %d, are all that the log has there", n, j.window.Next()-int64(n), j.window.Next()-1)
	}
	return nil
}

// eachAnswer reads answers of a log, one a line, or a single one over several
// lines.
func eachAnswer(r io.Reader, each func(rekor.Entry) error) error {
	lines := bufio.NewReaderSize(r, 1<<16)
	for first := true; ; first = false {
		line, err := readLine(lines)
		if len(bytes.TrimSpace(line)) == 0 {
			if err != nil && !errors.Is(err, io.EOF) {
				return err
			}
			if err != nil && first {
				return errors.New("it is empty")
			}
			if err != nil {
				return nil
			}
			continue
		}
		entries, unread := rekor.ReadAnswer(line)
		if unread != nil && first {
			rest, err := io.ReadAll(io.LimitReader(lines, rekor.MaxAnswer))
			if err != nil {
				return err
			}
			entries, unread = rekor.ReadAnswer(append(line, rest...))
		}
		if unread != nil {
			return unread
		}
		for _, e := range entries {
			if err := each(e); err != nil {
				return err
			}
		}
		if err != nil {
			return nil
		}
	}
}

// readLine reads a line of a bounded length, with its end.
func readLine(r *bufio.Reader) ([]byte, error) {
	var line []byte
	for {
		part, err := r.ReadSlice('\n')
		line = append(line, part...)
		if len(line) > rekor.MaxAnswer {
			return nil, fmt.Errorf("a line has more than %d bytes", rekor.MaxAnswer)
		}
		if !errors.Is(err, bufio.ErrBufferFull) {
			return line, err
		}
	}
}

// ofBundle verifies a bundle.
func (j *entryJob) ofBundle() error {
	f := j.flags
	const next = "name a Sigstore bundle, *.sigstore.json; --entry is for entries of the log"
	if f.logKey != "" && f.trustedRoot == "" {
		return wrongUse(errors.New("a bundle has a certificate, which a log's key does not verify: give --trusted-root"))
	}
	text := assets.TrustedRoot()
	if f.trustedRoot != "" {
		var err error
		if text, err = readHostFile(f.trustedRoot, maxTrustedRoot); err != nil {
			return unreadable(fmt.Errorf("--trusted-root: %w", err), "name a trusted_root.json of Sigstore")
		}
	}
	trusted, err := root.NewTrustedRootFromJSON(text)
	if err != nil {
		return unreadable(fmt.Errorf("read the trusted root: %w", err), "name a trusted_root.json of Sigstore")
	}
	data, err := readHostFile(f.bundle, maxLogFile)
	if err != nil {
		return unreadable(fmt.Errorf("--bundle: %w", err), next)
	}
	verdicts, err := sigbundle.Verify(data, sigbundle.Ask{Verifier: j.verifier, Trust: trusted, Artifact: j.artifact})
	if err != nil {
		return unreadable(fmt.Errorf("--bundle %s: %w", f.bundle, err), next)
	}
	for _, v := range verdicts {
		if err := j.say(v); err != nil {
			return err
		}
	}
	return nil
}
