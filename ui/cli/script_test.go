package cli

import (
	"errors"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"wsc-respond/ui/uitest"
)

// Each script is one story of a responder, told by the keys that are pressed
// and by what is on the screen then. The first line says what it proves.
//
// A script starts in a folder of its own with the runbooks of the tests,
// trial.md and handbook.md, and with the program on PATH as wsc-respond.
func TestScripts(t *testing.T) { runScripts(t, filepath.Join("testdata", "script"), nil) }

func runScripts(t *testing.T, dir string, setup func(*testscript.Env) error) {
	t.Helper()
	commands := uitest.Commands()
	maps.Copy(commands, map[string]func(*testscript.TestScript, bool, []string){"proc": proc, "exits": exits})
	testscript.Run(t, testscript.Params{
		Dir:                 dir,
		Cmds:                commands,
		RequireUniqueNames:  true,
		RequireExplicitExec: true,
		Setup: func(env *testscript.Env) error {
			env.Vars = append(env.Vars, account(env.WorkDir)...)
			env.Defer(func() { endLeftovers(t, env.WorkDir) })
			if err := makeAccount(env.WorkDir); err != nil {
				return err
			}
			if setup != nil {
				return setup(env)
			}
			return nil
		},
	})
}

// exits is "exits CODE PROGRAM ARG…" for scripts: the program must end with
// just this code, where exec only tells success from failure.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE PROGRAM [ARG]…")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	var ended *exec.ExitError
	if err := ts.Exec(args[1], args[2:]...); errors.As(err, &ended) {
		got = ended.ExitCode()
	} else if err != nil {
		ts.Fatalf("run %s: %v", args[1], err)
	}
	if got != want {
		ts.Fatalf("the exit code is %d, not %d", got, want)
	}
}

// sessionFolder is where a session of a code name lies.
func sessionFolder(t testing.TB, dir, codeName string) string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(dir, "state", "wsc-respond", "*-"+codeName))
	if err != nil || len(found) != 1 {
		entries, _ := os.ReadDir(filepath.Join(dir, "state", "wsc-respond"))
		t.Fatalf("the session folder of %s: found %v (%v) among %v", codeName, found, err, entries)
	}
	return found[0]
}
