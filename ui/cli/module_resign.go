package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"wsc-respond/steps/durable"
	"wsc-respond/steps/resign"
)

// resignFlags are what resign was told.
type resignFlags struct {
	list, secret, public, old string
	keep, released, wsc       string
	allAreOurs, loseCosigners bool
	asJSON                    bool
}

func (p *program) moduleResignCommand() *cobra.Command {
	var f resignFlags
	cmd := &cobra.Command{
		Use:   "resign --list FILE --key NEW.sec --pub NEW.pub",
		Short: "Replace the signatures of modules by those of a new key, with wsc",
		Long: `Takes the old signature off each module of a list, signs it with the new
key, checks the outcome, and puts it in place of the old one. wsc signs; this
command guards. At every moment a module is the old one or the new one.

Who took the old key can sign with it too, and what they signed verifies like
your own. So only modules on --released are signed anew: a list of the digests
of what you released, as sha256sum writes it. Without such a list you must say
--all-are-ours. A module that was changed after signing is never signed anew.

To take a signature off takes all of them off. Before anything is changed,
the signatures of others are named; --lose-cosigners agrees that they go.
--old-pub names the old key, which tells its signatures from those of others;
without it, the only key that signed a module is taken for the old one. Ask
the others to sign again.

The old signatures are kept in --keep as evidence (old-signatures in
$WSC_RESPOND_EVIDENCE or else here), and ` + resign.ListName + ` there says what
was done. The first failure ends the work, and so does Ctrl-C. Run the same
command again to go on: what is done is passed over.

The list holds one path a line, or a NUL byte after each, as module scan
prints them. Exit code 0 says that every module of it carries the new
signature and not the old one.`,
		Args: args(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			ctx, stop := untilInterrupted(cmd.Context())
			defer stop()
			return p.resign(ctx, f)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&f.list, "list", "", "file with the paths of the modules")
	flags.StringVar(&f.secret, "key", "", "the new secret key; only wsc reads it")
	flags.StringVar(&f.public, "pub", "", "the new public key")
	flags.StringVar(&f.old, "old-pub", "", "the old public key")
	flags.StringVar(&f.released, "released", "", "list of what you released, as sha256sum writes it")
	flags.BoolVar(&f.allAreOurs, "all-are-ours", false, "vouch for every module of the list yourself")
	flags.BoolVar(&f.loseCosigners, "lose-cosigners", false, "the signatures of others may go")
	flags.StringVar(&f.keep, "keep", "", "folder for the old signatures")
	flags.StringVar(&f.wsc, "wsc", "", "what to sign with (default wsc or sigil on PATH)")
	flags.BoolVar(&f.asJSON, "json", false, "print one JSON object a module")
	return cmd
}

func (p *program) resign(ctx context.Context, f resignFlags) error {
	if err := f.check(); err != nil {
		return wrongUse(err)
	}
	r, tool, err := p.resignRequest(f)
	if err != nil {
		return unreadable(err, "see to what it says, then run the same command again")
	}
	plan, err := resign.Survey(ctx, r)
	if err != nil {
		return &failure{code: exitNo, err: fmt.Errorf("read the modules: %w", err), safe: "nothing was changed", next: "run the same command again"}
	}
	say := &resignWords{p: p, asJSON: f.asJSON}
	if losing := plan.Losing(); len(losing) > 0 {
		return say.wouldLose(losing, f.old != "")
	}
	return p.runResign(ctx, plan, tool, f, say)
}

// runResign makes the folders for the work and the old signatures, and does
// what was planned.
func (p *program) runResign(ctx context.Context, plan *resign.Plan, tool *wscTool, f resignFlags, say *resignWords) error {
	keepPath := f.keepFolder()
	notBegun := func(err error) error {
		return unreadable(err, "name a folder for --keep that only you can write to")
	}
	keep, err := durable.OpenPrivate(keepPath)
	if err != nil {
		return notBegun(err)
	}
	defer func() { _ = keep.Close() }() // what was done in it was synced
	// The name is always the same, so that what a crash left is cleared up by
	// the next run.
	tool.dir = filepath.Join(keepPath, ".work")
	work, err := durable.OpenPrivate(tool.dir)
	if err != nil {
		return notBegun(err)
	}
	defer func() { _ = work.Close() }() // it is removed
	err = plan.Run(ctx, resign.Desk{Signer: tool, Work: work, Keep: keep}, say.tell)
	if !errors.Is(err, durable.ErrInUse) {
		err = errors.Join(err, os.RemoveAll(tool.dir)) // else it is the other's
	}
	if err != nil {
		return &failure{code: exitNo, err: err, safe: "every module is whole: the old one or the new one", next: "see to what it says, then run the same command again"}
	}
	return say.sum(keepPath)
}

// keepFolder is where the old signatures are kept.
func (f resignFlags) keepFolder() string {
	if f.keep != "" {
		return f.keep
	}
	return filepath.Join(os.Getenv("WSC_RESPOND_EVIDENCE"), "old-signatures")
}

// check refuses what cannot be meant.
func (f resignFlags) check() error {
	switch {
	case f.list == "":
		return errors.New("--list FILE is missing: the modules")
	case f.secret == "" || f.public == "":
		return errors.New("--key NEW.sec and --pub NEW.pub are both needed: the new key")
	case f.released == "" && !f.allAreOurs:
		return errors.New("who took the old key can have signed modules on this list: --released SHA256SUMS names yours, or --all-are-ours says that you made sure")
	case f.released != "" && f.allAreOurs:
		return errors.New("--released and --all-are-ours say different things; give one of them")
	}
	return nil
}

// maxList bounds what is read as a list of modules, in bytes: a hundred
// thousand of them have ten million or so.
const maxList = 64 << 20

// resignRequest reads what the flags name, all but the modules.
func (p *program) resignRequest(f resignFlags) (resign.Request, *wscTool, error) {
	r := resign.Request{LoseCosigners: f.loseCosigners, Open: durable.OpenFolder, Now: wallClock}
	tool := &wscTool{}
	list, err := readHostFile(f.list, maxList)
	if err != nil {
		return r, nil, fmt.Errorf("read the list %w", err)
	}
	if r.Paths = resign.ParseList(list); len(r.Paths) == 0 {
		return r, nil, fmt.Errorf("the list %s names no module", f.list)
	}
	if f.released != "" {
		text, err := readHostFile(f.released, maxList)
		if err != nil {
			return r, nil, fmt.Errorf("read the list of releases %w", err)
		}
		if r.Released, err = resign.ParseReleased(text); err != nil {
			return r, nil, fmt.Errorf("read the list of releases %s: %w", f.released, err)
		}
	}
	if r.New, err = readKey(f.public); err == nil && f.old != "" {
		r.Old, err = readKey(f.old)
	}
	if err != nil {
		return r, nil, err
	}
	if r.New.ID() == r.Old.ID() {
		return r, nil, errors.New("the old key and the new one are the same")
	}
	if tool.path, err = findWsc(f.wsc); err != nil {
		return r, nil, fmt.Errorf("find wsc: %w", err)
	}
	return r, tool, p.giveKeys(tool, f)
}

// giveKeys gives wsc the paths of the keys. Of the secret one nothing is read.
func (p *program) giveKeys(tool *wscTool, f resignFlags) (err error) {
	if tool.path, err = filepath.Abs(tool.path); err != nil {
		return err
	}
	if tool.secret, err = filepath.Abs(f.secret); err != nil {
		return err
	}
	if tool.public, err = filepath.Abs(f.public); err != nil {
		return err
	}
	info, err := os.Stat(tool.secret)
	if err != nil {
		return fmt.Errorf("find the new secret key: %w", err)
	}
	if err := refuseSpecial("use", f.secret, info); err != nil || info.IsDir() {
		return fmt.Errorf("the new secret key %s is no file", f.secret)
	}
	if mode := info.Mode().Perm(); mode&0o077 != 0 {
		p.note("others can reach the new secret key %s (mode %04o); chmod 0600 keeps it to you", f.secret, mode)
	}
	return nil
}
