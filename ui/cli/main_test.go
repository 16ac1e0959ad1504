package cli

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"syscall"
	"testing"

	"wsc-respond/steps/wasmsig/sample/standin"
)

// binary is the program itself, built once for all tests of this package.
var binary string

func TestMain(m *testing.M) {
	standin.RunAsTool(os.Stdout, os.Stderr)
	code, err := buildAndRun(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

func buildAndRun(m *testing.M) (code int, err error) {
	dir, err := os.MkdirTemp("", "wsc-respond-test")
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	binary = filepath.Join(dir, "wsc-respond")
	if err := build(binary, "../.."); err != nil {
		return 0, err
	}
	if err := os.Mkdir(standinDir(), 0o700); err != nil {
		return 0, err
	}
	if err := standin.Install(standinDir()); err != nil {
		return 0, err
	}
	// Where the tests run under nohup, what they start would ignore hang-ups as
	// well, and wait for ever. What has a handler here is reset in a child.
	signal.Notify(make(chan os.Signal, 1), syscall.SIGHUP)
	return m.Run(), nil
}

// standinDir is a folder with a stand-in for wsc and nothing else. It is not
// on PATH: a test that wants wsc puts it there, a script with
// "env PATH=$STANDIN:$PATH".
func standinDir() string { return filepath.Join(filepath.Dir(binary), "standin") }

// build builds the package in a folder, with the race detector where the test
// itself has it.
func build(out, folder string) error {
	args := []string{"build", "-buildvcs=false", "-o", out}
	if withRace {
		args = append(args, "-race")
	}
	cmd := exec.Command("go", append(args, ".")...)
	cmd.Dir = folder
	if said, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("build %s: %w\n%s", folder, err, said)
	}
	return nil
}

// home is a machine account of a test's own: an empty home, empty XDG folders,
// and the program first on PATH.
type home struct {
	dir string
	env []string
}

func newHome(t testing.TB) home {
	t.Helper()
	dir := t.TempDir()
	if err := makeAccount(dir); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { endLeftovers(t, dir) })
	return home{dir: dir, env: account(dir)}
}

// account is the environment of somebody whose home is dir/home.
func account(dir string) []string {
	return []string{
		"PATH=" + filepath.Dir(binary) + string(os.PathListSeparator) + os.Getenv("PATH"),
		"HOME=" + filepath.Join(dir, "home"),
		"USER=ada", "LOGNAME=ada", "SHELL=/bin/bash",
		"TMPDIR=" + filepath.Join(dir, ".tmp"),
		"XDG_STATE_HOME=" + filepath.Join(dir, "state"),
		"XDG_CONFIG_HOME=" + filepath.Join(dir, "config"),
		"XDG_DATA_HOME=" + filepath.Join(dir, "data"),
		"XDG_CACHE_HOME=" + filepath.Join(dir, "cache"),
		"XDG_RUNTIME_DIR=" + filepath.Join(dir, "runtime"),
		"LANG=C.UTF-8", "TERM=xterm-256color", "TZ=UTC",
		"STANDIN=" + standinDir(),
	}
}

// makeAccount makes the folders of an account and the runbooks of the tests:
// trial.md was written for this program, handbook.md was not.
func makeAccount(dir string) error {
	for _, name := range []string{"home", ".tmp", "runtime"} {
		if err := os.MkdirAll(filepath.Join(dir, name), 0o700); err != nil {
			return err
		}
	}
	for _, name := range []string{"trial.md", "handbook.md"} {
		text, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(dir, name), text, 0o600); err != nil {
			return err
		}
	}
	return nil
}
