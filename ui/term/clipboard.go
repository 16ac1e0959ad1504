package term

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// Clipboard takes text out of the console. A terminal gives no answer when it
// is asked to take a text, and many do not take it; so a file is written every
// time, and what is said is "sent", never "copied".
type Clipboard struct {
	Tmux   bool
	Folder string // of the session; empty writes no file
}

// ClipboardFile is the file in the session folder that holds what was copied
// last.
const ClipboardFile = "copied.txt"

// Sent is what became of a text.
type Sent struct {
	// Sequence says that the caller has to send the text to the terminal
	// itself (OSC 52): tmux was not there to take it.
	Sequence bool
	File     string // where it lies too; empty if it does not
	Problem  error  // why the file, or tmux, did not take it
}

// Say is what to tell the person.
func (s Sent) Say() string {
	where := "sent to the terminal; whether it arrived cannot be told"
	switch {
	case s.File != "":
		where += "; it lies in " + s.File + " too"
	case s.Problem != nil:
		where += "; no file was written: " + s.Problem.Error()
	}
	return where
}

// Send hands the text to tmux, where the console runs inside it, and writes
// the file.
func (c Clipboard) Send(ctx context.Context, text string) Sent {
	sent := Sent{Sequence: !c.Tmux}
	if c.Tmux {
		if err := loadBuffer(ctx, text); err != nil {
			sent.Sequence, sent.Problem = true, err
		}
	}
	if c.Folder == "" {
		return sent
	}
	path := filepath.Join(c.Folder, ClipboardFile)
	if err := replaceFile(path, text); err != nil {
		sent.Problem = err
		return sent
	}
	sent.File = path
	return sent
}

// loadBuffer gives the text to tmux, which passes it on to the terminal
// outside (-w). OSC 52 from inside does not get out by default.
func loadBuffer(ctx context.Context, text string) error {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	cmd := exec.CommandContext(ctx, "tmux", "load-buffer", "-w", "-")
	cmd.Stdin = strings.NewReader(text)
	var said bytes.Buffer
	cmd.Stderr = &said
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("tmux did not take the text: %w %s", err, strings.TrimSpace(said.String()))
	}
	return nil
}

// replaceFile writes a file beside the old one and puts it in its place, so
// that no link that stands there is followed.
func replaceFile(path, text string) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".copied-*") // made with mode 0600
	if err != nil {
		return fmt.Errorf("keep what was copied: %w", err)
	}
	_, err = f.WriteString(text)
	if closing := f.Close(); err == nil {
		err = closing
	}
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		_ = os.Remove(f.Name()) // it is of no use
		return fmt.Errorf("keep what was copied: %w", err)
	}
	return nil
}
