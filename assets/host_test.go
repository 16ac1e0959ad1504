package assets_test

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"wsc-respond/steps"
	"wsc-respond/steps/wasmsig/sample/standin"
)

// A host runs commands of the embedded runbook as the console does: each in a
// bash of its own, with a new evidence folder, the inputs, and the variables
// that earlier commands exported. Its wsc-respond is this program, and its wsc
// a stand-in that really signs.
type host struct {
	t       *testing.T
	rb      *steps.Runbook
	dir     string
	inputs  map[string]string
	carried map[string]string
}

// outcome is what one command left.
type outcome struct {
	stdout, stderr string
	exit           int
	evidence       string
}

func newHost(t *testing.T) *host {
	t.Helper()
	if runtime.GOOS != "linux" {
		t.Skip("the commands of the runbook are written for Linux with GNU tools")
	}
	for _, tool := range []string{"bash", "find", "xargs", "sha256sum"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("%s is not installed, and the commands need it", tool)
		}
	}
	rb, _ := readRunbook(t)
	h := &host{t: t, rb: rb, dir: t.TempDir(), inputs: map[string]string{}, carried: map[string]string{}}
	bin := h.folder("bin", 0o755)
	if err := errors.Join(standin.Install(bin), os.Symlink(binary, filepath.Join(bin, "wsc-respond"))); err != nil {
		t.Fatal(err)
	}
	return h
}

func (h *host) path(name string) string { return filepath.Join(h.dir, name) }

func (h *host) folder(name string, mode os.FileMode) string {
	h.t.Helper()
	if err := os.MkdirAll(h.path(name), mode); err != nil {
		h.t.Fatal(err)
	}
	return h.path(name)
}

func (h *host) write(name, text string, mode os.FileMode) string {
	h.t.Helper()
	h.folder(filepath.Dir(name), 0o755)
	if err := os.WriteFile(h.path(name), []byte(text), mode); err != nil {
		h.t.Fatal(err)
	}
	return h.path(name)
}

func (h *host) read(path string) string {
	h.t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		h.t.Fatal(err)
	}
	return string(text)
}

func (h *host) exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

// run runs a command of a step, and gives what it printed and the paths of the
// files that it left to the inputs that it yields.
func (h *host) run(incident, step, name string) outcome {
	h.t.Helper()
	command := h.command(incident, step, name)
	evidence, err := os.MkdirTemp(h.dir, "evidence-")
	if err != nil {
		h.t.Fatal(err)
	}
	text := h.write("command.sh", command.Shell, 0o600)
	var stdout, stderr strings.Builder
	cmd := exec.Command("bash", "-p", "-c", `trap 'env -0 > "$WSC_TEST_CARRY"' EXIT; eval "$(< "$WSC_TEST_TEXT")"`)
	cmd.Dir, cmd.Stdout, cmd.Stderr = h.dir, &stdout, &stderr
	for _, set := range []map[string]string{h.carried, h.inputs, {
		"PATH": h.path("bin") + string(os.PathListSeparator) + os.Getenv("PATH"), "LC_ALL": "C", "HOME": h.dir,
		"WSC_RESPOND_EVIDENCE": evidence, "WSC_TEST_CARRY": h.path("carry"), "WSC_TEST_TEXT": text,
	}} {
		for key, value := range set {
			cmd.Env = append(cmd.Env, key+"="+value)
		}
	}
	var exit *exec.ExitError
	if err := cmd.Run(); err != nil && !errors.As(err, &exit) {
		h.t.Fatalf("run %s: %v", name, err)
	}
	h.carry(cmd.Env)
	out := outcome{stdout.String(), stderr.String(), cmd.ProcessState.ExitCode(), evidence}
	for input, from := range command.Yields {
		switch {
		case out.exit != 0 || strings.Contains(from, "#"):
		case from == steps.Stdout:
			h.inputs[input] = strings.TrimRight(out.stdout, "\n")
		default:
			h.inputs[input] = filepath.Join(evidence, from)
		}
	}
	return out
}

// expect runs a command of a step and refuses any exit code but the given one.
func (h *host) expect(exit int, incident, step, name string) outcome {
	h.t.Helper()
	out := h.run(incident, step, name)
	if out.exit != exit {
		h.t.Fatalf("%s, step %s, command %s: exit %d, want %d\nstdout: %s\nstderr: %s", incident, step, name, out.exit, exit, out.stdout, out.stderr)
	}
	return out
}

// carry keeps what the command exported beside what it was given.
func (h *host) carry(given []string) {
	h.t.Helper()
	known := map[string]bool{"PWD": true, "OLDPWD": true, "SHLVL": true, "_": true}
	for _, pair := range given {
		name, _, _ := strings.Cut(pair, "=")
		known[name] = true
	}
	for pair := range strings.SplitSeq(h.read(h.path("carry")), "\x00") {
		name, value, ok := strings.Cut(pair, "=")
		if _, again := h.carried[name]; ok && (again || !known[name]) {
			h.carried[name] = value
		}
	}
}

// command is a command of a step, or of the reference where no step is named.
func (h *host) command(incident, step, name string) steps.Command {
	h.t.Helper()
	if step == "" {
		for _, group := range h.rb.Reference {
			for _, command := range group.Commands {
				if command.Name == name {
					return command
				}
			}
		}
		h.t.Fatalf("the reference has no command %s", name)
	}
	found, ok := h.rb.Incident(incident)
	if !ok {
		h.t.Fatalf("there is no incident type %s", incident)
	}
	for _, phase := range found.Phases {
		for _, s := range phase.Steps {
			for _, command := range s.Commands {
				if s.ID == step && command.Name == name {
					return command
				}
			}
		}
	}
	h.t.Fatalf("%s has no command %s/%s", incident, step, name)
	return steps.Command{}
}
