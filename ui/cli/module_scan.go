package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"wsc-respond/steps/wasmsig"
)

// scanFlags is what was given to module scan.
type scanFlags struct {
	keys, ids              []string
	identity, issuer       string
	all, exact             bool
	since, until           string
	expect, trustedRoot    string
	trustBundle, bundleKey string
	verifyContent          bool
	asJSON, nul, asPaths   bool
}

func (p *program) moduleScanCommand() *cobra.Command {
	var f scanFlags
	cmd := &cobra.Command{
		Use:   "scan DIR…",
		Short: "Find every module that somebody signed",
		Long: `Finds every module below the folders that a key or an identity signed,
whatever the files are called. A key is tried on every signature, so that
those without a key id are found as well; --key-id alone finds only what
carries the id. With --expect, modules that somebody else signed come first.

It reads where the sections of a module begin and what its signatures say,
not whole files; --verify-content does, and says whether each module still is
what was signed. Links are not followed, and nothing is written.

An identity and its issuer are what a certificate says of itself; module
verify checks it. With --expect, a keyless signature counts only after the
same checks, and only if the module is what it was made over: those modules
are read whole. A key signature counts when the key made it, and its content
is not checked unless --verify-content asks for it. A module that is known to
be changed after signing never counts.

Times are those of the log: --since and --until take 2026-11-20,
"2026-11-20 14:00" (UTC), RFC 3339, "2 days ago" or now; --until with a day
means its end. A signature made with a key has no time that could be
relied on, and neither has a keyless one whose time the log's key does not
prove: those are listed whatever the window.

The list for --expect has one signer a line: a key id, "key PATH" for a public
key file, as seen from the list, or an identity and its issuer. A # begins a
comment. A key id is only what a signature claims, so it takes the key itself,
in the list or as --key, to tell that the signer is expected.

Finding nothing is exit code 0; 1 says that something could not be read, 2
that nothing could.`,
		Args: args(cobra.MinimumNArgs(1)),
		RunE: func(cmd *cobra.Command, given []string) error { return p.scan(cmd.Context(), f, given) },
	}
	flags := cmd.Flags()
	flags.StringArrayVar(&f.keys, "key", nil, "public key file; repeatable")
	flags.StringArrayVar(&f.ids, "key-id", nil, "key id that a signature carries; repeatable")
	flags.StringVar(&f.identity, "identity", "", "pattern of the whole identity (RE2)")
	flags.BoolVar(&f.exact, "exact", false, "take the identity as it stands, not as a pattern")
	flags.StringVar(&f.issuer, "issuer", "", "who vouched for the identity, as an exact URL")
	flags.BoolVar(&f.all, "all", false, "every module with a signature")
	flags.StringVar(&f.since, "since", "", "the log took it in then or later")
	flags.StringVar(&f.until, "until", "", "the log took it in then or before")
	flags.StringVar(&f.expect, "expect", "", "file that lists who may sign")
	flags.StringVar(&f.trustedRoot, "trusted-root", "", "trusted root of a Sigstore instance")
	flags.StringVar(&f.trustBundle, "trust-bundle", "", "trust bundle of wsc")
	flags.StringVar(&f.bundleKey, "bundle-key", "", "public key that the trust bundle is signed by")
	flags.BoolVar(&f.verifyContent, "verify-content", false, "compare the content with what was signed")
	flags.BoolVar(&f.asJSON, "json", false, "print one JSON object a line")
	flags.BoolVarP(&f.nul, "null", "0", false, "print paths only, each ended by a NUL byte")
	flags.BoolVar(&f.asPaths, "paths", false, "print paths only, one a line")
	return cmd
}

// scan looks through all that was named, and tells what it came to.
func (p *program) scan(ctx context.Context, f scanFlags, given []string) error {
	q, err := f.query()
	if err != nil {
		return err
	}
	s := &scanning{p: p, flags: f, query: q, of: new(wasmsig.Progress)}
	stop := s.showProgress()
	var failed []error
	for _, path := range given {
		if err := s.look(ctx, path); err != nil {
			failed = append(failed, err)
		}
	}
	stop()
	outcome := s.tell()
	const next = "name folders or files that are there"
	switch {
	case len(failed) == 0:
		return outcome
	case len(failed) < len(given):
		return &failure{code: exitNo, err: errors.Join(append(failed, outcome)...), safe: "what was found in the others is listed", next: next}
	}
	return unreadable(errors.Join(append(failed, outcome)...), next)
}

// look scans one folder or file.
func (s *scanning) look(ctx context.Context, path string) error {
	at, err := openScanPlace(path)
	if err != nil {
		return fmt.Errorf("scan %s: %w", path, err)
	}
	defer at.tree.Close()
	s.at = at
	_, err = wasmsig.Scan(ctx, at.tree, at.name, s.query, wasmsig.Findings{Match: s.match, Unread: s.unread, Progress: s.of})
	if err != nil {
		return fmt.Errorf("scan %s: %w", path, err)
	}
	return nil
}

// scanPlace is a folder that was named, or a file and the folder that it lies
// in.
type scanPlace struct {
	tree *scanTree
	name string // in the tree
	path string // as it is told, absolute
}

func openScanPlace(path string) (scanPlace, error) {
	info, err := os.Stat(path)
	if err != nil {
		return scanPlace{}, err
	}
	if err := refuseSpecial("open", path, info); err != nil {
		return scanPlace{}, err
	}
	at := scanPlace{name: "."}
	if at.path, err = absolute(path); err != nil {
		return scanPlace{}, err
	}
	dir := path
	if !info.IsDir() {
		if dir, at.name, err = locate(path); err != nil {
			return scanPlace{}, err
		}
	}
	at.tree, err = openScanTree(dir)
	return at, err
}

// full is the path of what was found here, as the next step takes it. A file
// that was named itself is told by the name that was given, link or not.
func (at scanPlace) full(path string) string {
	if path == at.name {
		return at.path
	}
	return strings.TrimSuffix(at.path, "/") + "/" + path
}
