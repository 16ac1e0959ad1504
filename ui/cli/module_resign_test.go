package cli

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"wsc-respond/steps/wasmsig/sample"
	"wsc-respond/ui/uitest"
)

// workshop is an account with modules that the old key signed, the keys, and
// the stand-in for wsc.
type workshop struct {
	home
	t          *testing.T
	old, fresh map[string][]byte // the modules by name, before and after
}

func newWorkshop(t *testing.T, modules int) workshop {
	t.Helper()
	w := workshop{newHome(t), t, map[string][]byte{}, map[string][]byte{}}
	w.env = append(w.env, "PATH="+standinDir()+string(os.PathListSeparator)+os.Getenv("PATH"))
	oldOne, newOne := sample.KeyOf("old"), sample.KeyOf("new")
	makeFile(t, filepath.Join(w.dir, "old.pub"), string(oldOne.PublicFile()))
	makeFile(t, filepath.Join(w.dir, "new.pub"), string(newOne.PublicFile()))
	makeFile(t, filepath.Join(w.dir, "new.sec"), string(newOne.SecretFile()))
	var list strings.Builder
	for i := range modules {
		name := fmt.Sprintf("m%02d.wasm", i)
		bare := sample.Core(300, uint64(i))
		w.old[name], w.fresh[name] = sample.Sign(bare, true, oldOne), sample.Sign(bare, true, newOne)
		makeFile(t, filepath.Join(w.dir, "served", name), string(w.old[name]))
		list.WriteString(filepath.Join("served", name) + "\n")
	}
	makeFile(t, filepath.Join(w.dir, "list"), list.String())
	return w
}

// command is resign for the modules of the list.
func (w workshop) command(more ...string) *exec.Cmd {
	cmd := exec.Command(binary, append([]string{"module", "resign", "--list", "list", "--key", "new.sec", "--pub", "new.pub",
		"--old-pub", "old.pub", "--all-are-ours", "--keep", "kept"}, more...)...)
	cmd.Dir, cmd.Env = w.dir, w.env
	return cmd
}

// whole checks that each module is the old one or the new one, and says how
// many are new.
func (w workshop) whole() (renewed int) {
	w.t.Helper()
	for name, old := range w.old {
		now, err := os.ReadFile(filepath.Join(w.dir, "served", name))
		switch {
		case err != nil:
			w.t.Error(err)
		case bytes.Equal(now, w.fresh[name]):
			renewed++
		case !bytes.Equal(now, old):
			w.t.Errorf("%s is neither the old module nor the new one", name)
		}
	}
	return renewed
}

// left lists what lies in a folder.
func (w workshop) left(folder string) []string {
	w.t.Helper()
	entries, err := os.ReadDir(filepath.Join(w.dir, folder))
	if err != nil {
		w.t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

func TestFaultAKilledRunLeavesWholeModulesAndTheNextOneGoesOn(t *testing.T) {
	const modules = 6
	for kill := range modules {
		t.Run(fmt.Sprintf("after %d modules", kill), func(t *testing.T) {
			w := newWorkshop(t, modules)
			killAfter(t, w.command(), kill)
			if renewed := w.whole(); renewed < kill {
				t.Errorf("%d modules are told to be signed anew, %d are", kill, renewed)
			}
			out, err := w.command().CombinedOutput()
			if err != nil || w.whole() != modules {
				t.Errorf("the next run ends with %v:\n%s", err, out)
			}
			if left := w.left("served"); len(left) != modules {
				t.Errorf("beside the modules lie %v", left)
			}
			if kept := w.left("kept"); len(kept) != modules+1 {
				t.Errorf("kept are %v", kept)
			}
		})
	}
}

// killAfter starts a command and kills it when it has told of so many modules.
func killAfter(t *testing.T, cmd *exec.Cmd, modules int) {
	t.Helper()
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	for told := 0; told < modules && lines.Scan(); {
		if strings.Contains(lines.Text(), "re-signed") {
			told++
		}
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Error(err)
	}
	for lines.Scan() {
	}
	if err := cmd.Wait(); err == nil {
		t.Log("it had ended before it was killed")
	}
}

func TestAnInterruptEndsTheWorkAtAWholeModule(t *testing.T) {
	for _, signal := range []syscall.Signal{syscall.SIGINT, syscall.SIGHUP, syscall.SIGTERM} {
		w := newWorkshop(t, 2)
		started, pipe := filepath.Join(w.dir, "started"), filepath.Join(w.dir, "pipe")
		if err := syscall.Mkfifo(pipe, 0o600); err != nil {
			t.Fatal(err)
		}
		slow := filepath.Join(w.dir, "slow-wsc") // it waits for somebody to write to the pipe
		if err := os.WriteFile(slow, []byte("#!/bin/sh\necho yes > "+started+"\nexec cat "+pipe+"\n"), 0o700); err != nil {
			t.Fatal(err)
		}
		var said bytes.Buffer
		cmd := w.command("--wsc", slow)
		cmd.Stdout, cmd.Stderr = &said, &said
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		uitest.WaitFile(t, started, "yes")
		if err := cmd.Process.Signal(signal); err != nil {
			t.Fatal(err)
		}
		var ended *exec.ExitError
		if err := cmd.Wait(); !errors.As(err, &ended) || ended.ExitCode() != exitNo {
			t.Errorf("%v: it ends with %v:\n%s", signal, err, said.String())
		}
		for _, want := range []string{"FAILED", "the work was interrupted", "not reached", "run the same command again"} {
			if !strings.Contains(said.String(), want) {
				t.Errorf("%v: it does not say %q:\n%s", signal, want, said.String())
			}
		}
		if renewed := w.whole(); renewed != 0 {
			t.Errorf("%v: %d modules are new", signal, renewed)
		}
		if left := w.left("kept"); !slices.Equal(left, []string{"resigned.jsonl"}) || len(w.left("served")) != 2 {
			t.Errorf("%v: left behind: %v, %v", signal, left, w.left("served"))
		}
	}
}

func TestAListIsAFileOfBoundedSize(t *testing.T) {
	w := newWorkshop(t, 1)
	pipe, long := filepath.Join(w.dir, "pipe"), filepath.Join(w.dir, "long")
	if err := errors.Join(syscall.Mkfifo(pipe, 0o600), os.WriteFile(long, nil, 0o600), os.Truncate(long, 1<<40)); err != nil {
		t.Fatal(err)
	}
	for _, list := range []string{pipe, "/dev/zero", w.dir, long} {
		for _, args := range [][]string{{"--list", list}, {"--all-are-ours=false", "--released", list}} {
			inTime(t, func() {
				var ended *exec.ExitError
				out, err := w.command(args...).CombinedOutput()
				if !errors.As(err, &ended) || ended.ExitCode() != exitWrongUse || !bytes.Contains(out, []byte("next:")) || w.whole() != 0 {
					t.Errorf("%s: it ends with %v:\n%s", args, err, out)
				}
			})
		}
	}
}

// The system follows a link before it goes up, and so must the path of what is
// changed: to take the two out of the path leads to another file.
func TestAPathThatGoesUpFromALinkLeadsWhereTheSystemSays(t *testing.T) {
	w := newWorkshop(t, 1)
	makeFile(t, filepath.Join(w.dir, "far", "sub", "x"), "")
	makeLink(t, filepath.Join(w.dir, "far", "sub"), filepath.Join(w.dir, "link"))
	meant, other := filepath.Join(w.dir, "far", "m.wasm"), filepath.Join(w.dir, "m.wasm")
	for _, path := range []string{meant, other} {
		makeFile(t, path, string(w.old["m00.wasm"]))
	}
	makeFile(t, filepath.Join(w.dir, "list"), "link/../m.wasm\n")
	if out, err := w.command().CombinedOutput(); err != nil {
		t.Errorf("resign ends with %v:\n%s", err, out)
	}
	for path, want := range map[string][]byte{meant: w.fresh["m00.wasm"], other: w.old["m00.wasm"]} {
		if got, err := os.ReadFile(path); err != nil || !bytes.Equal(got, want) {
			t.Errorf("after resign %s is not what it should be, %v", path, err)
		}
	}
	said, errs, code := w.run(t, "module", "quarantine", "link/../m.wasm", "--to", "ward")
	if _, err := os.Lstat(meant); code != exitDone || !errors.Is(err, os.ErrNotExist) || !strings.Contains(errs, meant) {
		t.Errorf("quarantine ends with %d, %v:\n%s%s", code, err, said, errs)
	}
	if _, err := os.Lstat(other); err != nil {
		t.Error(err)
	}
}

// A full disk behind the standard output keeps nobody from being told what was
// done: it is said beside it, and the exit code is not that of nothing done.
func TestWhatWasDoneIsSaidWhenTheOutputTakesNoMore(t *testing.T) {
	w := newWorkshop(t, 1)
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Skip("this system has no /dev/full")
	}
	defer full.Close()
	quarantine := exec.Command(binary, "module", "quarantine", "served/m00.wasm", "--to", "ward")
	quarantine.Dir, quarantine.Env = w.dir, w.env
	for _, tc := range []struct {
		cmd  *exec.Cmd
		says string
	}{
		{w.command(), "the list in kept says"}, {quarantine, filepath.Join("ward", "")},
	} {
		var said bytes.Buffer
		tc.cmd.Stdout, tc.cmd.Stderr = full, &said
		var ended *exec.ExitError
		if err := tc.cmd.Run(); !errors.As(err, &ended) || ended.ExitCode() != exitNo || !strings.Contains(said.String(), tc.says) ||
			strings.Contains(said.String(), "nothing was changed") {
			t.Errorf("%v ends with %v:\n%s", tc.cmd.Args[1:3], err, said.String())
		}
	}
}

func TestTheToolIsFoundUnderBothItsNames(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("PATH", dir)
	if path, err := findWsc(""); err == nil {
		t.Errorf("it is found as %s", path)
	}
	for _, name := range []string{"sigil", "wsc"} { // the later one is looked for first
		want := filepath.Join(dir, name)
		if err := os.WriteFile(want, []byte("#!/bin/sh\n"), 0o700); err != nil {
			t.Fatal(err)
		}
		if path, err := findWsc(""); err != nil || path != want {
			t.Errorf("it is found as %s, %v", path, err)
		}
	}
	if path, err := findWsc(filepath.Join(dir, "sigil")); err != nil || path != filepath.Join(dir, "sigil") {
		t.Errorf("the named one is found as %s, %v", path, err)
	}
}

func TestWhatTheToolSaysIsBoundedAndSafe(t *testing.T) {
	dir := t.TempDir()
	loud := filepath.Join(dir, "loud")
	script := "#!/bin/sh\nprintf '\\033[2Jbad\\n' >&2\nyes | head -c 1000000\nexit 1\n"
	if err := os.WriteFile(loud, []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	err := wscTool{path: loud, dir: dir}.Verify(t.Context(), "x.wasm")
	if err == nil || !strings.HasPrefix(err.Error(), "wsc verify: exit status 1: ^[[2Jbad") || len(err.Error()) > 2*maxToolOutput {
		t.Errorf("the error is %.200v", err)
	}
}

func TestFaultAFullDiskLeavesEveryFileWhereItWas(t *testing.T) {
	uitest.Faults(t, "mount", "umount")
	w := newWorkshop(t, 1)
	disk := uitest.SmallDisk(t, 256)
	served := filepath.Join(w.dir, "served", "m00.wasm")
	if err := errors.Join(os.Mkdir(filepath.Join(disk, "ward"), 0o700), os.Mkdir(filepath.Join(disk, "kept"), 0o700)); err != nil {
		t.Fatal(err)
	}
	fill(t, disk)
	out, err := w.command("--keep", filepath.Join(disk, "kept")).CombinedOutput()
	if err == nil || !bytes.Contains(out, []byte("no space left")) || w.whole() != 0 {
		t.Errorf("resign ends with %v:\n%s", err, out)
	}
	said, errs, code := w.run(t, "module", "quarantine", served, "--to", filepath.Join(disk, "ward"))
	if code != exitWrongUse || said != "" || !strings.Contains(errs, "no space left") || w.whole() != 0 {
		t.Errorf("quarantine ends with %d:\n%s%s", code, said, errs)
	}
	if err := os.Remove(filepath.Join(disk, "filler")); err != nil {
		t.Fatal(err)
	}
	said, errs, code = w.run(t, "module", "quarantine", served, "--to", filepath.Join(disk, "ward"))
	if now, err := os.ReadFile(strings.TrimSpace(said)); code != exitDone || err != nil || !bytes.Equal(now, w.old["m00.wasm"]) {
		t.Errorf("on a disk with room quarantine ends with %d:\n%s%s", code, said, errs)
	}
}
