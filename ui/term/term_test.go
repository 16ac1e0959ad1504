package term_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"wsc-respond/ui/term"
)

func TestTheEnvironmentTellsWhatATerminalCanDo(t *testing.T) {
	for _, tc := range []struct {
		env  string
		want term.Features
	}{
		{"TERM=xterm-256color LANG=en_GB.UTF-8", term.Features{}},
		{"TERM=xterm", term.Features{}},
		{"TERM=dumb LANG=C.utf8", term.Features{Dumb: true}},
		{"LANG=C.UTF-8", term.Features{Dumb: true}},
		{"TERM=linux LANG=C.UTF-8", term.Features{ASCII: true}},
		{"TERM=xterm LANG=C", term.Features{ASCII: true}},
		{"TERM=xterm LANG=en_GB.UTF-8 LC_ALL=POSIX", term.Features{ASCII: true}},
		{"TERM=xterm NO_COLOR=0", term.Features{NoColor: true}},
		{"TERM=xterm NO_COLOR=", term.Features{}},
		{"TERM=tmux-256color TMUX=/tmp/tmux-0/default,1,0 SSH_CONNECTION=a", term.Features{Tmux: true, SSH: true}},
		{"TERM=dumb TERM=xterm", term.Features{}},
	} {
		if diff := cmp.Diff(tc.want, term.Of(strings.Fields(tc.env))); diff != "" {
			t.Errorf("%s (- want, + got):\n%s", tc.env, diff)
		}
	}
}

func TestWhatIsCopiedLiesInAFileTooAndIsCalledSent(t *testing.T) {
	dir := t.TempDir()
	target := filepath.Join(t.TempDir(), "outside")
	if err := os.Symlink(target, filepath.Join(dir, term.ClipboardFile)); err != nil {
		t.Fatal(err)
	}
	sent := term.Clipboard{Folder: dir}.Send(t.Context(), "shred -u -- 'a b'")
	if !sent.Sequence || sent.Problem != nil {
		t.Errorf("it was sent as %+v", sent)
	}
	path := filepath.Join(dir, term.ClipboardFile)
	text, err := os.ReadFile(path)
	if err != nil || string(text) != "shred -u -- 'a b'" {
		t.Errorf("the file holds %q, %v", text, err)
	}
	info, err := os.Lstat(path)
	if err != nil || info.Mode() != 0o600 {
		t.Errorf("the file is %v, %v", info.Mode(), err)
	}
	if _, err := os.Stat(target); !errors.Is(err, fs.ErrNotExist) {
		t.Error("a link was followed")
	}
	if say := sent.Say(); !strings.HasPrefix(say, "sent to the terminal") || !strings.Contains(say, path) {
		t.Errorf("it says %q", say)
	}
}

func TestAFolderThatIsGoneIsSaid(t *testing.T) {
	sent := term.Clipboard{Folder: filepath.Join(t.TempDir(), "gone")}.Send(t.Context(), "x")
	if sent.Problem == nil || !strings.Contains(sent.Say(), "no file was written") || !sent.Sequence {
		t.Errorf("%+v says %q", sent, sent.Say())
	}
}
