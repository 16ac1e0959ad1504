package cli

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"strings"
	"time"

	"wsc-respond/steps/safe"
)

// toolNames are the names under which wsc is published.
var toolNames = []string{"wsc", "sigil"}

// signLimit is how long wsc may take for one act on one module.
const signLimit = 5 * time.Minute

// maxToolOutput bounds what is kept of what wsc says, in bytes. It says a line
// for each section of a module; what is wrong stands in one.
const maxToolOutput = 4096

// wscTool is the real wsc as the tool that signs. It works in a folder of its
// own, so that no name that it is given can be taken for an option.
type wscTool struct {
	path           string // of the program
	dir            string // where it works
	secret, public string // absolute paths of the key files; only wsc reads the secret one
}

// findWsc is where wsc lies: named is what the person said, if anything.
func findWsc(named string) (string, error) {
	if named != "" {
		return exec.LookPath(named)
	}
	for _, name := range toolNames {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", errors.New("no wsc is on PATH, and none under its other name, sigil")
}

// Detach implements resign.Signer.
func (t wscTool) Detach(ctx context.Context, signed, bare, signature string) error {
	return t.run(ctx, "detach", "-i", signed, "-o", bare, "-S", signature)
}

// Sign implements resign.Signer.
func (t wscTool) Sign(ctx context.Context, bare, signed string) error {
	return t.run(ctx, "sign", "-i", bare, "-o", signed, "-k", t.secret, "-K", t.public)
}

// Verify implements resign.Signer.
func (t wscTool) Verify(ctx context.Context, signed string) error {
	return t.run(ctx, "verify", "-i", signed, "-K", t.public)
}

// run runs wsc to its end, with nothing to read. What it says is told only
// when it fails.
func (t wscTool) run(ctx context.Context, args ...string) error {
	ctx, cancel := context.WithTimeout(ctx, signLimit)
	defer cancel()
	cmd := exec.CommandContext(ctx, t.path, args...)
	said := &head{limit: maxToolOutput}
	cmd.Dir, cmd.Stdout, cmd.Stderr = t.dir, said, said
	cmd.WaitDelay = 2 * time.Second // for a child of its own that holds the pipe
	err := cmd.Run()
	switch {
	case err == nil:
		return nil
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		return fmt.Errorf("wsc %s took longer than %v", args[0], signLimit)
	case ctx.Err() != nil:
		return ctx.Err()
	}
	return fmt.Errorf("wsc %s: %w: %s", args[0], err, safe.Line(strings.TrimSpace(string(said.kept))))
}

// head keeps the beginning of what is written to it.
type head struct {
	kept  []byte
	limit int
}

func (h *head) Write(p []byte) (int, error) {
	h.kept = append(h.kept, p[:min(len(p), h.limit-len(h.kept))]...)
	return len(p), nil
}
