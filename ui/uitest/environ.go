package uitest

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// outerTerminal names the variables by which a program learns about the
// terminal it was started in. A test's own terminal must not be mistaken for
// the one the test makes.
var outerTerminal = []string{
	"TERM", "TERM_PROGRAM", "TERM_PROGRAM_VERSION", "COLORTERM", "TERMINFO",
	"NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "FORCE_COLOR",
	"TMUX", "TMUX_PANE", "STY", "WT_SESSION", "VTE_VERSION", "KITTY_WINDOW_ID",
	"LINES", "COLUMNS",
	"SSH_TTY", "SSH_CONNECTION", "SSH_CLIENT",
}

// environ builds the program's environment as [Options] says.
func environ(opts Options) []string {
	var env []string
	if !opts.OnlyEnv {
		env = slices.DeleteFunc(os.Environ(), func(pair string) bool {
			name, _, _ := strings.Cut(pair, "=")
			return slices.Contains(outerTerminal, name)
		})
	}
	env = append(env, opts.Env...)
	if _, ok := lookEnv(env, "TERM"); !ok {
		env = append(env, "TERM=xterm-256color")
	}
	return env
}

// lookEnv gives the value that a program started with env would see.
func lookEnv(env []string, name string) (value string, ok bool) {
	for _, pair := range slices.Backward(env) {
		if v, found := strings.CutPrefix(pair, name+"="); found {
			return v, true
		}
	}
	return "", false
}

// lookPath finds a program in the PATH of env, which may differ from the
// test's own. A name with a slash is taken as it is.
func lookPath(program string, env []string) (string, error) {
	if strings.Contains(program, "/") {
		return program, nil
	}
	path, _ := lookEnv(env, "PATH")
	for _, dir := range filepath.SplitList(path) {
		found, err := exec.LookPath(filepath.Join(dir, program))
		if err == nil {
			return found, nil
		}
		if !errors.Is(err, os.ErrNotExist) && !errors.Is(err, os.ErrPermission) {
			return "", fmt.Errorf("look for %s in %s: %w", program, dir, err)
		}
	}
	return "", fmt.Errorf("%s is in no directory of PATH=%s", program, path)
}
