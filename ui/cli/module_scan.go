package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"wsc-respond/steps/wasmsig"
)

// scanFlags is what was given to module scan.
type scanFlags struct {
	keys, ids            []string
	identity, issuer     string
	all, exact           bool
	since, until         string
	expect, trustedRoot  string
	verifyContent        bool
	asJSON, nul, asPaths bool
}

func (p *program) moduleScanCommand() *cobra.Command {
	var f scanFlags
	cmd := &cobra.Command{
		Use:   "scan DIR…",
		Short: "Find every module that somebody signed",
		Long: `Finds every module below the folders that a key or an identity signed, whatever
the files are called. A key is tried on every signature, so that those without a
key id are found as well; --key-id alone finds only what carries the id. With
--expect, modules that somebody else signed come first.

It reads where the sections of a module begin and what its signatures say, not
whole files; --verify-content does, and says whether each module still is what
was signed. Links are not followed, and nothing is written.

An identity and its issuer are what a certificate says of itself; module verify
checks it. --expect counts a keyless signature only after the same checks.

--since and --until are about the time of the log. A signature made with a key
has no time that could be relied on, and neither has a keyless one whose time
the log's key does not prove: those are listed whatever the window.

The list for --expect has one signer a line: a key id, "key PATH" for a public
key file, as seen from the list, or an identity and its issuer. A # begins a
comment. A key id is only what a signature claims, so it takes the key itself,
in the list or as --key, to tell that the signer is expected.

Finding nothing is exit code 0; 1 says that something could not be read.`,
		Args: args(cobra.MinimumNArgs(1)),
		RunE: func(cmd *cobra.Command, given []string) error { return p.scan(cmd.Context(), f, given) },
	}
	flags := cmd.Flags()
	flags.StringArrayVar(&f.keys, "key", nil, "public key file; may be given several times")
	flags.StringArrayVar(&f.ids, "key-id", nil, "key id that a signature carries; may be given several times")
	flags.StringVar(&f.identity, "identity", "", "regular expression for the whole identity of a keyless signature")
	flags.BoolVar(&f.exact, "exact", false, "--identity is the identity itself, not a pattern")
	flags.StringVar(&f.issuer, "issuer", "", "URL of who vouched for the identity, exactly")
	flags.BoolVar(&f.all, "all", false, "every module with a signature")
	flags.StringVar(&f.since, "since", "", `the log took it in then or later: 2026-11-20, "2026-11-20 14:00" (UTC), RFC 3339, "2 days ago"`)
	flags.StringVar(&f.until, "until", "", "the log took it in then or before; a day means its end")
	flags.StringVar(&f.expect, "expect", "", "file that lists who may sign")
	flags.StringVar(&f.trustedRoot, "trusted-root", "", "Sigstore trusted root (JSON) instead of the public one")
	flags.BoolVar(&f.verifyContent, "verify-content", false, "read what was found to its end and compare it with what was signed")
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
	if len(failed) > 0 {
		return unreadable(errors.Join(append(failed, outcome)...), "name folders or files that are there")
	}
	return outcome
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

// absolute is a path that leads to the same place from every folder. To take
// out a ".." is only right where no link stands before it.
func absolute(path string) (string, error) {
	if strings.Contains(path, "..") {
		real, err := filepath.EvalSymlinks(path)
		if err != nil {
			return "", err
		}
		path = real
	}
	return filepath.Abs(path)
}
