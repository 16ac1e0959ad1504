package doctor_test

import (
	"context"
	"errors"
	"io/fs"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"wsc-respond/assets"
	"wsc-respond/session/doctor"
	"wsc-respond/steps"
	"wsc-respond/steps/markdown"
)

// machine is a made-up host: files by absolute path, and what programs say.
type machine struct {
	files fstest.MapFS
	links map[string]string
	says  map[string]answer // by path

	mu  sync.Mutex
	ran []string
}

type answer func(ctx context.Context, args []string) (doctor.Output, error)

func newMachine() *machine {
	return &machine{files: fstest.MapFS{}, links: map[string]string{}, says: map[string]answer{}}
}

func (m *machine) Stat(path string) (fs.FileInfo, error) {
	return m.files.Stat(strings.TrimPrefix(path, "/"))
}

func (m *machine) Resolve(path string) (string, error) {
	if to, ok := m.links[path]; ok {
		return to, nil
	}
	return path, nil
}

func (m *machine) MayExecute(path string) bool {
	info, err := m.Stat(path)
	return err == nil && info.Mode()&0o111 != 0
}

func (m *machine) Run(ctx context.Context, path string, args ...string) (doctor.Output, error) {
	m.mu.Lock()
	m.ran = append(m.ran, path+" "+strings.Join(args, " "))
	m.mu.Unlock()
	if say, ok := m.says[path]; ok {
		return say(ctx, args)
	}
	return doctor.Output{}, errors.New("this program is not to be run")
}

// has puts a program on the machine that answers with a text.
func (m *machine) has(path, text string) {
	m.file(path, 0o755)
	m.says[path] = func(context.Context, []string) (doctor.Output, error) {
		return doctor.Output{Stdout: []byte(text)}, nil
	}
}

func (m *machine) file(path string, mode fs.FileMode) {
	m.files[strings.TrimPrefix(path, "/")] = &fstest.MapFile{Mode: mode}
}

func (m *machine) folder(path string, mode fs.FileMode) { m.file(path, fs.ModeDir|mode) }

// full is a machine with all that the embedded runbook calls.
func full(wsc string) *machine {
	m := newMachine()
	for name := range strings.FieldsSeq("basename cat chmod cmp cp cut date dirname find git grep ls mkdir mktemp mv od rm sed sha256sum shred sort stat tail tee tr wc xargs") {
		m.has("/usr/bin/"+name, name+" (GNU tools) 9.1\nCopyright")
	}
	m.has("/usr/bin/bash", "GNU bash, version 5.2.15(1)-release (x86_64-pc-linux-gnu)")
	m.has("/usr/bin/openssl", "OpenSSL 3.0.19 27 Jan 2026 (Library: OpenSSL 3.0.19)")
	m.has("/usr/local/bin/wsc", "wsc-cli "+wsc+"\n")
	m.has("/usr/local/bin/rekor-cli", "  ____\n |  _ \\\nrekor-cli: Rekor CLI\n\nGitVersion:    v1.5.4\nGoVersion:     go1.25.1\n")
	m.has("/usr/local/bin/cargo", "cargo 1.95.0 (f2d3ce0bd 2026-03-21)\n")
	m.has("/usr/local/bin/cargo-audit", "cargo-audit 0.22.1\n")
	return m
}

// given is an examination of a quiet console.
func given(rb *steps.Runbook) doctor.Given {
	yes := true
	return doctor.Given{Runbook: rb, Path: "/usr/local/bin:/usr/bin", Bash: "/usr/bin/bash", Console: doctor.Console{
		Terminal: doctor.Terminal{Attached: true, Term: "xterm", Columns: 120, Rows: 40, UTF8: true, FullScreen: true},
		Clock:    doctor.Clock{Synchronised: &yes},
		State:    doctor.State{Path: "/state", Exists: true, Usable: true, Mode: 0o700, Octal: "0700", FileSystem: "ext4", Free: 1 << 30, Reserve: 64 << 20},
		Process:  doctor.Process{CoreDumpsOff: true},
	}}
}

func embedded(t *testing.T) *steps.Runbook {
	t.Helper()
	rb, _, err := markdown.Read(assets.Runbook(), markdown.Options{Name: "embedded"})
	if err != nil {
		t.Fatal(err)
	}
	return rb
}

// runbook is one with a single step, whose commands are given by name.
func runbook(pairs ...string) *steps.Runbook {
	var commands []steps.Command
	for i := 0; i < len(pairs); i += 2 {
		commands = append(commands, steps.Command{Name: pairs[i], Shell: pairs[i+1]})
	}
	step := steps.Step{ID: "look", Commands: commands}
	return &steps.Runbook{Incidents: []steps.Incident{{ID: "INC-1", Title: "A leak", Phases: []steps.Phase{{Steps: []steps.Step{step}}}}}}
}

func examine(t *testing.T, m doctor.Machine, g doctor.Given) doctor.Report {
	t.Helper()
	r, err := doctor.Examine(t.Context(), m, g)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func tool(t *testing.T, r doctor.Report, name string) doctor.Tool {
	t.Helper()
	for _, found := range r.Tools {
		if found.Name == name {
			return found
		}
	}
	t.Fatalf("%s is not among the tools", name)
	return doctor.Tool{}
}

func kinds(problems []doctor.Problem) []doctor.Kind {
	list := []doctor.Kind{}
	for _, p := range problems {
		list = append(list, p.Kind)
	}
	return list
}

func TestAFullHostRunsEveryCommandOfTheEmbeddedRunbook(t *testing.T) {
	m := full("0.9.1")
	r := examine(t, m, given(embedded(t)))
	if len(r.Commands) == 0 || r.Runnable != len(r.Commands) {
		t.Errorf("%d of %d commands can run", r.Runnable, len(r.Commands))
	}
	for _, c := range r.Commands {
		if !c.Runnable || c.Why != "" {
			t.Errorf("%s: %s", c.ID, c.Why)
		}
	}
	if len(r.Problems) > 0 {
		t.Errorf("problems: %v", r.Problems)
	}
	want := map[string]string{"wsc": "0.9.1", "rekor-cli": "1.5.4", "cargo": "1.95.0", "cargo-audit": "0.22.1",
		"openssl": "3.0.19", "sha256sum": "9.1", "bash": "5.2.15"}
	for name, version := range want {
		if got := tool(t, r, name); got.Version != version {
			t.Errorf("%s %q, want %q", name, got.Version, version)
		}
	}
	if diff := cmp.Diff([]doctor.Kind{doctor.NotMeasured}, kinds(r.Notes)); diff != "" {
		t.Error(diff)
	}
}

func TestAnEmptyHostSaysWhatEachCommandLacks(t *testing.T) {
	g := given(embedded(t))
	g.Bash = ""
	r := examine(t, newMachine(), g)
	if r.Runnable != 0 || len(r.Commands) == 0 {
		t.Errorf("%d of %d commands can run", r.Runnable, len(r.Commands))
	}
	for _, c := range r.Commands {
		if c.Runnable || !strings.Contains(c.Why, "there is no bash") {
			t.Errorf("%s: %+v", c.ID, c)
		}
	}
	for _, name := range doctor.Principal {
		got := tool(t, r, name)
		if diff := cmp.Diff([]doctor.Kind{doctor.Absent}, kinds(got.Problems)); diff != "" || got.Path != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
	if d := tool(t, r, "cargo-audit").Problems[0].Detail; !strings.Contains(d, "cargo install cargo-audit") {
		t.Error(d)
	}
}

func TestFaultsAreToldOfTheVersionsTheyWereFoundIn(t *testing.T) {
	const keyless = "verify --keyless checks neither"
	for version, want := range map[string]int{
		"0.3.9": 1, "0.4.0": 7, "0.5.0": 7, "0.8.1": 7, "0.8.2": 1, "0.9.0-rc.1": 1, "0.9.0": 1, "0.9.1": 0, "1.0.0": 0, "0.10.0": 0,
	} {
		r := examine(t, full(version), given(embedded(t)))
		wsc := tool(t, r, "wsc")
		if wsc.Version != version || len(wsc.Problems) != want {
			t.Errorf("wsc %q (%q): %d faults, want %d", wsc.Version, version, len(wsc.Problems), want)
		}
		if want > 0 && !strings.HasPrefix(wsc.Problems[0].Detail, keyless) {
			t.Errorf("%s: %s", version, wsc.Problems[0].Detail)
		}
		if got := slices.Contains(kinds(r.Problems), doctor.KnownFault); got != (want > 0) {
			t.Errorf("%s: a problem of the host: %v", version, got)
		}
		if r.Runnable != len(r.Commands) {
			t.Errorf("%s: a fault keeps commands from running", version)
		}
		measured := want == 7
		if got := slices.Contains(kinds(r.Notes), doctor.NotMeasured); got == measured {
			t.Errorf("%s: not measured: %v", version, got)
		}
	}
}

func TestAProgramThatDoesNotAnswerIsGivenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := full("0.9.1")
		m.says["/usr/local/bin/rekor-cli"] = func(ctx context.Context, _ []string) (doctor.Output, error) {
			<-ctx.Done()
			return doctor.Output{}, ctx.Err()
		}
		began := time.Now()
		r := examine(t, m, given(embedded(t)))
		if took := time.Since(began); took != doctor.Patience {
			t.Errorf("it took %v", took)
		}
		got := tool(t, r, "rekor-cli")
		if diff := cmp.Diff([]doctor.Kind{doctor.VersionUnknown}, kinds(got.Problems)); diff != "" || !strings.Contains(got.Problems[0].Detail, "5s") {
			t.Errorf("%v", got.Problems)
		}
	})
}

func TestAnExaminationThatIsEndedSaysNothing(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := doctor.Examine(ctx, full("0.9.1"), given(embedded(t))); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}

func TestWhatAProgramSaysIsMadeSafe(t *testing.T) {
	for name, say := range map[string]answer{
		"escapes": func(context.Context, []string) (doctor.Output, error) {
			return doctor.Output{Stdout: []byte("\x1b]0;owned\a\x1b[2J\u202etluser\n")}, nil
		},
		"a version behind escapes": func(context.Context, []string) (doctor.Output, error) {
			return doctor.Output{Stdout: []byte("wsc-cli \x1b[31m0.9.1\x1b[m")}, nil
		},
		"an error": func(context.Context, []string) (doctor.Output, error) {
			return doctor.Output{}, errors.New("exec \x1b[31mformat")
		},
		"a flood": func(context.Context, []string) (doctor.Output, error) { return doctor.Output{}, doctor.ErrFlood },
		"nothing": func(context.Context, []string) (doctor.Output, error) { return doctor.Output{}, nil },
		"digits only": func(context.Context, []string) (doctor.Output, error) {
			return doctor.Output{Stdout: []byte(strings.Repeat("1.", 9999))}, nil
		},
	} {
		m := full("0.9.1")
		m.says["/usr/local/bin/wsc"] = say
		got := tool(t, examine(t, m, given(embedded(t))), "wsc")
		if !slices.Contains(kinds(got.Problems), doctor.VersionUnknown) {
			t.Errorf("%s: %+v", name, got)
		}
		for _, p := range got.Problems {
			if strings.ContainsAny(p.Detail, "\x1b\a\n\u202e") || len(p.Detail) > 300 {
				t.Errorf("%s: %q", name, p.Detail)
			}
		}
	}
}

func TestOnlyWellKnownProgramsAreRun(t *testing.T) {
	m := full("0.9.1")
	m.has("/usr/local/bin/deploy-all", "1.0")
	m.has("/opt/git", "1.0")
	r := examine(t, m, given(runbook("a", "deploy-all --now && /opt/git && rekor-cli get")))
	for _, line := range m.ran {
		if strings.Contains(line, "deploy-all") || strings.Contains(line, "/opt/git") {
			t.Errorf("%s was run", line)
		}
	}
	if !slices.Contains(m.ran, "/usr/local/bin/rekor-cli version") || !slices.Contains(m.ran, "/usr/local/bin/wsc --version") {
		t.Errorf("run: %q", m.ran)
	}
	got := tool(t, r, "deploy-all")
	if got.Path != "/usr/local/bin/deploy-all" || got.Version != "" || len(got.Problems) > 0 || r.Runnable != 1 {
		t.Errorf("%+v", got)
	}
}
