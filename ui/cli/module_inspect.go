package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"github.com/spf13/cobra"

	"wsc-respond/steps/wasmsig"
)

// inspecting is what module inspect was asked for.
type inspecting struct {
	keys   []string // public key files
	asJSON bool
	jsonTo string // a file that the JSON is also written to
}

func (p *program) moduleInspectCommand() *cobra.Command {
	var ask inspecting
	cmd := &cobra.Command{
		Use:   "inspect FILE…",
		Short: "Say who signed modules, what is in them, and what is wrong with them",
		Long: `Reads modules and tells what they say of themselves, and what of that holds:
their digests, every signature and whether the content is what it is over, who
signed without a key and which log entry goes with it, how they were built.
Whom to believe is not asked here; module verify does.

With --key, each key is tried on every signature: the key id that a signature
carries is only a claim.

Exit code 0 is nothing wrong, 1 is a problem in some file, 2 is a file that is
no module or cannot be read. That a module is not signed is no problem.`,
		Args: args(cobra.MinimumNArgs(1)),
		RunE: func(cmd *cobra.Command, given []string) error {
			return p.inspectModules(cmd.Context(), given, ask)
		},
	}
	flags := cmd.Flags()
	flags.StringArrayVar(&ask.keys, "key", nil, "public key to try on every signature; repeatable")
	flags.BoolVar(&ask.asJSON, "json", false, "print one JSON object a line")
	flags.StringVar(&ask.jsonTo, "json-to", "", "write the JSON into this new file as well")
	return cmd
}

// inspectModules inspects one file after the other and counts what came of it.
func (p *program) inspectModules(ctx context.Context, paths []string, ask inspecting) (err error) {
	keys, err := readKeys(ask.keys)
	if err != nil {
		return err
	}
	kept := io.Discard
	if ask.jsonTo != "" {
		file, err := newFile(ask.jsonTo)
		if err != nil {
			return err
		}
		defer func() {
			if why := file.Close(); why != nil {
				err = notKept(ask.jsonTo, why)
			}
		}()
		kept = file
	}
	var sum tally
	for _, path := range paths {
		found, why := inspectModule(ctx, path, keys)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		sum.add(found, why)
		if err := writeJSON(kept, found, ""); err != nil {
			return notKept(ask.jsonTo, err)
		}
		if err := p.sayModule(found, keys, ask.asJSON); err != nil {
			return err
		}
	}
	if len(paths) > 1 && !ask.asJSON {
		fmt.Fprintln(p.out, sum.String())
	}
	return sum.outcome()
}

// inspectModule inspects a file of the host. What is no module, or cannot be
// read, is an inspection with that problem, and the error says so too.
func inspectModule(ctx context.Context, path string, keys []wasmsig.NamedKey) (found wasmsig.Inspection, err error) {
	err = withModule(path, func(r io.ReaderAt, size int64) (err error) {
		found, err = wasmsig.Inspect(ctx, r, size, path, keys)
		return err
	})
	if err != nil {
		found = wasmsig.Inspection{Path: path, Kind: wasmsig.UnknownKind,
			SignatureSets: []wasmsig.SetReport{}, Sections: []wasmsig.SectionReport{},
			Problems: []wasmsig.Problem{unreadModule(err)}}
	}
	return found, err
}

// unreadModule says why nothing could be said of a file.
func unreadModule(err error) wasmsig.Problem {
	if errors.Is(err, wasmsig.ErrNotModule) {
		return wasmsig.Problem{Kind: wasmsig.NotModule, Detail: "the file does not begin as a WebAssembly module does"}
	}
	return wasmsig.Problem{Kind: wasmsig.Unreadable, Detail: err.Error()}
}

// withModule opens a file of the host to be read as a module.
func withModule(path string, read func(r io.ReaderAt, size int64) error) error {
	tree, name, closeTree, err := openTree(path)
	if err != nil {
		return err
	}
	defer closeTree()
	file, err := tree.Open(name)
	if err != nil {
		return err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return err
	}
	at, ok := file.(io.ReaderAt)
	if info.IsDir() || !ok {
		return &fs.PathError{Op: "read", Path: path, Err: errors.New("it is a folder; wsc-respond module scan reads folders")}
	}
	return read(at, info.Size())
}

// readKeys reads public key files of the host, which are called by their
// paths.
func readKeys(paths []string) ([]wasmsig.NamedKey, error) {
	var keys []wasmsig.NamedKey
	for _, path := range paths {
		key, err := readKey(path)
		if err != nil {
			return nil, err
		}
		keys = append(keys, wasmsig.NamedKey{Name: path, Key: key})
	}
	return keys, nil
}

// newFile makes a file that was not there before.
func newFile(path string) (*os.File, error) {
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return nil, &failure{code: exitWrongUse, err: fmt.Errorf("%s is there already", path), safe: "it is as it was", next: "name a new file"}
	}
	if err != nil {
		return nil, unreadable(fmt.Errorf("make the file: %w", err), "name a place where you may write")
	}
	return file, nil
}

func notKept(path string, err error) error {
	return &failure{code: exitUnwritable, err: fmt.Errorf("write %s: %w", path, err),
		safe: "the modules were only read", next: "name a place with more room"}
}

// tally counts what came of files.
type tally struct{ sound, wrong, unread int }

func (t *tally) add(found wasmsig.Inspection, err error) {
	switch {
	case err != nil:
		t.unread++
	case len(found.Problems) > 0:
		t.wrong++
	default:
		t.sound++
	}
}

func (t *tally) String() string {
	return fmt.Sprintf("%s: %d without a problem, %d with problems, %d no module or not readable",
		count(t.sound+t.wrong+t.unread, "file"), t.sound, t.wrong, t.unread)
}

// outcome is the highest that came of a file.
func (t *tally) outcome() error {
	switch {
	case t.unread > 0:
		return unreadable(fmt.Errorf("%s: no module, or not readable", count(t.unread, "file")), "the problem of each says why")
	case t.wrong > 0:
		return errNo
	}
	return nil
}
