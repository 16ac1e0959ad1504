package cli

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"wsc-respond/steps/rekor"
)

func (p *program) rekorCheckpointCommand() *cobra.Command {
	var f logFlags
	var since, out string
	cmd := &cobra.Command{
		Use:   "checkpoint [--since FILE] [-o FILE]",
		Short: "Say how large the log is, and whether it only grew",
		Long: `Fetches the log's checkpoint, the signed size and hash of its tree, and
verifies that the pinned key signed it. With --since it also has the log prove
that its tree only grew since a checkpoint that was kept before. A log that
cannot prove it shows different histories to different people.

-o keeps the checkpoint for the next time. Exit code 0 is that all is well, 1
is a log that forked or shrank, 2 is that it could not be asked.`,
		Args: args(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error { return p.rekorCheckpoint(cmd.Context(), f, since, out) },
	}
	f.add(cmd, time.Minute)
	cmd.Flags().StringVar(&since, "since", "", "file with an earlier checkpoint, as -o kept it")
	cmd.Flags().StringVarP(&out, "output", "o", "", "keep the checkpoint in this new file")
	return cmd
}

// checkpointSaid is a checkpoint as JSON.
type checkpointSaid struct {
	Origin   string `json:"origin"`
	Size     int64  `json:"size"`
	RootHash string `json:"root_hash"`
	SignedBy string `json:"signed_by"`
	// ConsistentWith is the earlier checkpoint that it grew from.
	ConsistentWith *earlier `json:"consistent_with,omitempty"`
	Forked         string   `json:"forked,omitempty"`       // why, if the log did
	Inconsistent   string   `json:"inconsistent,omitempty"` // why else it cannot be compared
}

type earlier struct {
	Size     int64  `json:"size"`
	RootHash string `json:"root_hash"`
}

func (p *program) rekorCheckpoint(ctx context.Context, f logFlags, since, out string) error {
	keys, _, err := f.trusted()
	if err != nil {
		return err
	}
	old, err := readCheckpoint(since, keys)
	if err != nil {
		return err
	}
	client, err := f.dial()
	if err != nil {
		return err
	}
	ctx, stop := f.within(ctx)
	defer stop()
	trees, err := client.Checkpoint(ctx)
	if err != nil {
		return unanswered(err)
	}
	said := checkpointSaid{Origin: trees.Now.Origin, Size: trees.Now.Size, RootHash: hex.EncodeToString(trees.Now.Root), SignedBy: trees.SignedBy}
	if since != "" {
		if err := said.compare(ctx, client, old, trees); err != nil {
			return unanswered(err)
		}
	}
	if err := p.sayCheckpoint(said, f.asJSON); err != nil {
		return err
	}
	// The note of a log that forked is evidence too.
	if out != "" {
		if err := keepFile(out, []byte(trees.Now.Note)); err != nil {
			return err
		}
	}
	if said.Forked != "" || said.Inconsistent != "" {
		return errNo
	}
	return nil
}

// readCheckpoint reads a checkpoint that was kept. It must be one that the log
// signed: a fork is told by two signatures.
func readCheckpoint(path string, keys []rekor.LogKey) (rekor.Checkpoint, error) {
	if path == "" {
		return rekor.Checkpoint{}, nil
	}
	const next = "name a checkpoint that rekor checkpoint -o kept"
	data, err := readHostFile(path, maxLogFile)
	if err != nil {
		return rekor.Checkpoint{}, unreadable(fmt.Errorf("--since: %w", err), next)
	}
	for _, key := range keys {
		var old rekor.Checkpoint
		if old, err = key.VerifyNote(string(data)); err == nil {
			return old, nil
		}
	}
	return rekor.Checkpoint{}, unreadable(fmt.Errorf("--since %s: %w", path, err), next)
}

// compare has the log prove that it only grew. Its error is that it could not
// be asked.
func (c *checkpointSaid) compare(ctx context.Context, client *rekor.Client, old rekor.Checkpoint, trees rekor.Trees) error {
	now := trees.Now
	for _, closed := range trees.Closed {
		if closed.Origin == old.Origin {
			now = closed // the tree that was kept is closed by now
		}
	}
	err := client.Consistent(ctx, old, now)
	var fork *rekor.ForkError
	switch {
	case err == nil:
		c.ConsistentWith = &earlier{Size: old.Size, RootHash: hex.EncodeToString(old.Root)}
	case errors.As(err, &fork):
		c.Forked = fork.Error()
	case errors.Is(err, rekor.ErrShrunk), errors.Is(err, rekor.ErrOtherTree):
		c.Inconsistent = err.Error()
	default:
		return err
	}
	return nil
}

func (p *program) sayCheckpoint(said checkpointSaid, asJSON bool) error {
	if asJSON {
		return writeJSON(p.out, said, "")
	}
	page := &sheet{p: p}
	if said.Forked != "" {
		const loud = "############################################################"
		page.line("%s", loud)
		page.line("%s  THE LOG HAS FORKED  %s", p.mark(markFailed), p.mark(markFailed))
		page.line("%s", loud)
		page.hang("  ", said.Forked)
		page.hang("  ", "Nothing that it says can be relied on by itself. Keep both checkpoints and every entry that was fetched, and tell whoever runs the log.")
		page.line("%s", loud)
	}
	page.line("%s", said.Origin)
	page.field("size", "%d entries", said.Size)
	page.field("root", "%s", said.RootHash)
	page.field("signed by", "%s", said.SignedBy)
	switch {
	case said.ConsistentWith != nil:
		page.state(markPassed, "it only grew since the checkpoint of %d entries", said.ConsistentWith.Size)
	case said.Inconsistent != "":
		page.state(markFailed, "NOT COMPARED: %s", said.Inconsistent)
	case said.Forked == "":
		page.state(markNone, "not compared with an earlier one; --since FILE does")
	}
	_, err := io.WriteString(p.out, page.String())
	return err
}
