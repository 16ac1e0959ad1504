package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sys/unix"

	"wsc-respond/session/host"
	"wsc-respond/steps/rekor"
)

// windowFlags is what rekor window was given.
type windowFlags struct {
	logFlags
	from, to         string
	identity, issuer string
	exact            bool
	expect, out      string
}

func (p *program) rekorWindowCommand() *cobra.Command {
	var f windowFlags
	cmd := &cobra.Command{
		Use:   "window --from INDEX|TIME --to INDEX|TIME",
		Short: "Read every entry of a span of the log, proved complete",
		Long: `Fetches and verifies every entry from one index or time to another, both ends
included, and proves that these are all that the log has there: the hash of
all that lies to the left of each entry, which the log's key signed, must be
what comes out of the entries before it. What nobody is expected to have
signed comes first.

The log's clock is only roughly even, so a span of time begins and ends within
seconds of what was asked. It lies in one tree of the log.

-o keeps the entries in a file, one a line. If the file is there already, what
is in it is verified again and the rest is fetched: so a run that was
interrupted goes on. How long it will take is measured and said first, and
what cannot end within --timeout is not begun.

--identity lists only those whom it matches whole; every entry is verified all
the same. The list for --expect has one signer a line: an identity and its
issuer, "key PATH", or a key as this command names it. A # begins a comment.

Exit code 0 is a complete window with nobody unexpected, 1 is one that is not
complete or has somebody unexpected, 2 is that the log could not be asked.`,
		Args: args(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error { return p.rekorWindow(cmd.Context(), f) },
	}
	f.add(cmd, 10*time.Minute)
	flags := cmd.Flags()
	flags.StringVar(&f.from, "from", "", "index or time of the first entry (needed)")
	flags.StringVar(&f.to, "to", "", "index or time of the last entry (needed)")
	flags.StringVar(&f.identity, "identity", "", "list only whom this regular expression matches")
	flags.BoolVar(&f.exact, "exact", false, "take the identity as it stands, not as a pattern")
	flags.StringVar(&f.issuer, "issuer", "", "who must have vouched for the identity, a URL")
	flags.StringVar(&f.expect, "expect", "", "file that lists who may sign")
	flags.StringVarP(&f.out, "output", "o", "", "keep the entries here; go on from what is in it")
	return cmd
}

func (p *program) rekorWindow(ctx context.Context, f windowFlags) error {
	a, err := p.newAudit(f)
	if err != nil {
		return err
	}
	ctx, stop := f.within(ctx)
	defer stop()
	if err := a.place(ctx); err != nil {
		return err
	}
	if err := a.resume(); err != nil {
		return err
	}
	defer a.close()
	if err := a.estimate(ctx); err != nil {
		return err
	}
	done := p.progress(a.progress)
	err = a.read(ctx)
	done()
	return a.tell(err)
}

// newAudit reads what the flags name, before anything is asked.
func (p *program) newAudit(f windowFlags) (*audit, error) {
	a := &audit{p: p, flags: f, groups: map[groupKey]*group{}}
	if f.from == "" || f.to == "" {
		return nil, wrongUse(errors.New("a window needs both ends: --from and --to, each an index or a time"))
	}
	if f.issuer != "" && f.identity == "" {
		return nil, wrongUse(errors.New("--issuer goes with --identity; --identity '.*' is everybody whom the issuer vouches for"))
	}
	var err error
	if f.identity != "" {
		if a.pattern, err = readPattern(f.identity, f.exact); err != nil {
			return nil, wrongUse(fmt.Errorf("--identity: %w", err))
		}
	}
	if f.expect != "" {
		if a.expected, err = readExpected(f.expect); err != nil {
			return nil, unreadable(err, "a line is an identity and its issuer, or \"key PATH\"")
		}
	}
	if a.client, err = f.dial(); err != nil {
		return nil, err
	}
	if a.expected != nil && a.client.Verifier.Authority == nil {
		p.note("only the log's key was given, so the names in certificates are claims; --trusted-root has them checked")
	}
	return a, nil
}

// upTime is how long the machine has been running, to measure how long
// something takes.
func upTime() time.Duration { return host.NewClock().Now().Up }

// readExpected reads a list of expected signers. Paths in it start at the
// folder that it lies in.
func readExpected(path string) (*rekor.Expected, error) {
	tree, name, closeTree, err := openTree(path)
	if err != nil {
		return nil, err
	}
	defer closeTree()
	file, err := tree.Open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	expected, err := rekor.ParseExpected(file, func(key string) (string, error) {
		if !filepath.IsAbs(key) {
			key = filepath.Join(filepath.Dir(path), key)
		}
		query, err := keyQuery(key)
		return rekor.KeyName(query.Key), err
	})
	if err != nil {
		return nil, fmt.Errorf("%s, %w", path, err)
	}
	return expected, nil
}

// place finds the indexes of the window, and that it lies in one tree.
func (a *audit) place(ctx context.Context) error {
	trees, err := a.client.Checkpoint(ctx)
	if err != nil {
		return unanswered(err)
	}
	if a.from, err = a.index(ctx, trees, "--from", a.flags.from, 0); err != nil {
		return err
	}
	if a.to, err = a.index(ctx, trees, "--to", a.flags.to, 24*time.Hour-time.Second); err != nil {
		return err
	}
	if err := trees.Within(a.from, a.to); err != nil {
		return wrongUse(err)
	}
	return nil
}

// index is an end of the window: as it was given, or found by its time. A day
// alone stands for a time within it; for the last entry, the one before the
// first that came later.
func (a *audit) index(ctx context.Context, trees rekor.Trees, flag, text string, within time.Duration) (int64, error) {
	if index, err := strconv.ParseInt(text, 10, 64); err == nil {
		return index, nil
	}
	at, err := parseEnd(text, within)
	if err != nil {
		return 0, wrongUse(fmt.Errorf("%s: %w", flag, err))
	}
	last := int64(0)
	if flag == "--to" {
		at, last = at.Truncate(time.Second).Add(time.Second), 1
	}
	index, err := a.client.IndexAt(ctx, trees, at)
	if err != nil {
		return 0, unanswered(err)
	}
	return index - last, nil
}

// tooFew is a window that needs no estimate.
const tooFew = 200

// estimate measures how fast the log answers, says how long the window will
// take, and refuses one that cannot end in time.
func (a *audit) estimate(ctx context.Context) error {
	left := a.to - a.next() + 1
	if left <= tooFew {
		return nil
	}
	const probe = 80
	began := upTime()
	if err := a.client.Span(ctx, a.next(), a.next()+probe-1, func(rekor.Verdict) error { return nil }); err != nil {
		return unanswered(err)
	}
	took := upTime() - began
	needs := time.Duration(float64(took) / probe * float64(left)).Round(time.Second)
	a.p.note("%d entries, at about %.0f a second: this takes about %s", left, probe/took.Seconds(), max(needs, time.Second))
	if deadline, ok := ctx.Deadline(); ok && needs > time.Until(deadline) {
		return &failure{code: exitWrongUse,
			err:  fmt.Errorf("the window has %d entries, which takes about %s and would not end within --timeout %s", left, needs, a.flags.timeout),
			safe: "nothing was begun", next: "ask for a narrower window, or give a longer --timeout, with -o FILE to go on after an interruption"}
	}
	return nil
}

// read fetches what is still missing of the window.
func (a *audit) read(ctx context.Context) error {
	if a.next() > a.to {
		return nil
	}
	return a.client.Span(ctx, a.next(), a.to, a.take)
}

// progress is how far the window came, for a line on the terminal.
func (a *audit) progress() string {
	n := a.verified.Load()
	return fmt.Sprintf("%d of %d entries verified, %.0f a second", n, a.to-a.from+1, float64(n)/(upTime()-a.began).Seconds())
}

// openKept opens the file of -o, made anew if it is missing. A link is not
// followed: what lies behind it may be somebody else's.
func openKept(path string) (*os.File, error) {
	if info, err := os.Lstat(path); err == nil {
		if err := refuseSpecial("open", path, info); err != nil {
			return nil, err
		}
	}
	return os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_APPEND|unix.O_NOFOLLOW, 0o600)
}
