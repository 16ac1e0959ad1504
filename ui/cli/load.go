package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"wsc-respond/assets"
	"wsc-respond/steps"
	"wsc-respond/steps/markdown"
)

// loaded is a runbook, and what its author should change.
type loaded struct {
	runbook  *steps.Runbook
	problems []steps.Problem // of the text; markdown.Check finds those of the whole
	overlay  string          // the folder that was laid over it, "" for none
}

// leftOut are the parts of a runbook or an overlay that could not be used as
// they are written.
func (l loaded) leftOut() []string {
	var out []string
	for _, p := range l.problems {
		if p.Error || p.Kind == steps.LeftOut {
			out = append(out, p.String())
		}
	}
	return out
}

// loadRunbook reads the runbook at path, or the embedded one for "", and lays
// the integrator's own folder over it. A named overlay must exist; the default
// one need not. An overlay is laid only over the runbook that it names, or
// over the embedded one.
func loadRunbook(path, overlay string) (loaded, error) {
	rb, problems, err := readRunbook(path)
	if err != nil {
		return loaded{}, unreadable(err, "name a Markdown file, or a folder of them; without one the embedded runbook is read")
	}
	l := loaded{runbook: rb, problems: problems}
	dir := overlay
	if dir == "" {
		dir = defaultOverlay()
	}
	if dir == "" {
		return l, nil
	}
	info, err := os.Stat(dir)
	if err == nil && !info.IsDir() {
		err = fmt.Errorf("%s is not a folder", dir)
	}
	switch {
	case errors.Is(err, fs.ErrNotExist) && overlay == "":
		return l, nil
	case err != nil && overlay == "":
		// Nobody asked for it by name, so it does not stop an incident.
		l.problems = append(l.problems, steps.Problem{Kind: steps.LeftOut, Error: true, At: steps.Pos{File: dir},
			Detail: "the folder could not be read and was left out: " + err.Error()})
		return l, nil
	case err != nil:
		return loaded{}, unreadable(fmt.Errorf("read the overlay: %w", err), "wsc-respond runbook init DIR makes one")
	}
	over, more := markdown.Overlay(rb, os.DirFS(dir), markdown.Options{Name: dir})
	return loaded{runbook: over, problems: append(problems, more...), overlay: dir}, nil
}

func readRunbook(path string) (*steps.Runbook, []steps.Problem, error) {
	if path == "" {
		return markdown.Read(assets.Runbook(), markdown.Options{Name: "embedded"})
	}
	return markdown.ReadPath(path)
}

// encodeRunbook is the copy of a runbook that a session keeps.
func encodeRunbook(rb *steps.Runbook) ([]byte, error) {
	text, err := json.MarshalIndent(rb, "", " ")
	if err != nil {
		return nil, fmt.Errorf("write down the runbook: %w", err)
	}
	return append(text, '\n'), nil
}
