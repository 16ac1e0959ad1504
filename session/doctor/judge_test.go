package doctor_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"wsc-respond/session/doctor"
	"wsc-respond/steps"
)

func TestEachCommandSaysWhyItCannotRun(t *testing.T) {
	rb := runbook(
		"fine", `find "$DIR" -name '*.wasm' | while read -r f; do sha256sum -- "$f"; done`,
		"own", `wsc-respond module inspect "$FILE"`,
		"absent", `jq . < "$FILE"`,
		"wrapped", `sudo -n xargs -0 nmap < "$LIST"`,
		"stand-in", `rekor-cli get --uuid <uuid-from-signature>`,
		"broken", `if true; then`,
		"zsh", "#!/usr/bin/env zsh\nls",
		"function", `look() { ls; }; look`,
		"far", `ssh "$HOST" launchctl list`,
		"beside", `./repair.sh && ~/bin/x`,
		"audit", `cargo audit --file Cargo.lock`,
		"said", "# cargo audit says more\ncargo tree",
	)
	m := full("0.9.1")
	delete(m.files, "usr/local/bin/cargo-audit")
	m.has("/usr/bin/sudo", "Sudo version 1.9.13p3")
	m.has("/usr/bin/ssh", "")
	r := examine(t, m, given(rb))
	got := map[string]string{}
	for _, c := range r.Commands {
		_, _, name := c.ID.Parts()
		got[name] = c.Why
		if c.Runnable != (c.Why == "") {
			t.Errorf("%+v", c)
		}
	}
	want := map[string]string{
		"fine": "", "own": "", "function": "", "far": "", "beside": "", "said": "",
		"absent": "jq is not here", "wrapped": "nmap is not here", "audit": "cargo-audit is not here",
		"stand-in": "stand-ins are left in it: <uuid-from-signature>",
		"zsh":      "it is written for zsh, and commands run in bash",
		"broken":   got["broken"],
	}
	if diff := cmp.Diff(want, got); diff != "" || !strings.Contains(got["broken"], "not valid shell") {
		t.Errorf("%s\n%s", diff, got["broken"])
	}
	if r.Runnable != 6 {
		t.Errorf("%d can run", r.Runnable)
	}
	if diff := cmp.Diff([]doctor.Kind{doctor.BadCommand, doctor.Absent, doctor.Absent, doctor.Absent}, kinds(r.Problems)); diff != "" {
		t.Errorf("%s%v", diff, r.Problems)
	}
}

func TestAMissingToolWithAnotherWayIsNoProblemOfTheHost(t *testing.T) {
	m := full("0.9.1")
	delete(m.files, "usr/local/bin/wsc")
	r := examine(t, m, given(runbook(
		"scan", `wsc-respond module scan --key "$PUB" "$DIR"`,
		"scan-with-wsc", `wsc -v show -i "$FILE"`,
	)))
	want := []doctor.Command{
		{ID: "INC-1/look/scan", Runnable: true},
		{ID: "INC-1/look/scan-with-wsc", Why: "wsc is not here", Instead: "INC-1/look/scan"},
	}
	if diff := cmp.Diff(want, r.Commands); diff != "" {
		t.Error(diff)
	}
	if len(r.Problems) > 0 || tool(t, r, "wsc").Required || len(tool(t, r, "wsc").Problems) != 1 {
		t.Errorf("%v %+v", r.Problems, tool(t, r, "wsc"))
	}
}

func TestACommandDoesNotDoForAnotherOnlyBecauseItStandsBesideIt(t *testing.T) {
	m := full("0.9.1")
	delete(m.files, "usr/local/bin/wsc")
	r := examine(t, m, given(runbook(
		"key-id", `wsc-respond key id "$PUB"`,
		"scan-with-wsc", `wsc -v show -i "$FILE"`,
	)))
	if c := r.Commands[1]; c.Runnable || c.Instead != "" || len(r.Problems) != 1 {
		t.Errorf("%+v %v", c, r.Problems)
	}
}

func TestReSigningNeedsTheToolThatSigns(t *testing.T) {
	m := full("0.9.1")
	delete(m.files, "usr/local/bin/wsc")
	r := examine(t, m, given(runbook(
		"resign", `wsc-respond module resign --list "$LIST" --key "$KEY" --pub "$PUB"`,
		"by-hand", `wsc sign -i "$FILE" -o "$FILE" -k "$KEY"`,
	)))
	for _, c := range r.Commands {
		if c.Runnable || c.Instead != "" {
			t.Errorf("%+v", c)
		}
	}
	if !tool(t, r, "wsc").Required || len(r.Problems) != 1 {
		t.Errorf("%v", r.Problems)
	}
}

func TestTheSigningToolIsFoundUnderItsOtherName(t *testing.T) {
	m := full("0.8.1")
	delete(m.files, "usr/local/bin/wsc")
	m.has("/usr/local/bin/sigil", "sigil-cli 0.8.1")
	r := examine(t, m, given(runbook("show", "wsc show")))
	if d := tool(t, r, "wsc").Problems[0].Detail; !strings.Contains(d, "/usr/local/bin/sigil") {
		t.Error(d)
	}
	if got := tool(t, r, "sigil"); got.Version != "0.8.1" || len(got.Problems) != 7 {
		t.Errorf("%+v", got)
	}
	if r.Commands[0].Runnable {
		t.Error("a command that calls wsc runs without it")
	}
}

func TestPATHIsSearchedAsCommandsSearchIt(t *testing.T) {
	m := full("0.9.1")
	m.folder("/shared/bin", 0o777)
	m.folder("/usr/bin", 0o755)
	m.file("/blocked/jq", 0o644)
	m.folder("/blocked/nmap", 0o755)
	m.has("/shared/bin/wsc", "wsc-cli 0.9.1")
	g := given(runbook("a", "jq; nmap; wsc show"))
	g.Path = "bin::/shared/bin:/blocked:/usr/bin:/usr/local/bin"
	r := examine(t, m, g)
	want := []doctor.Kind{doctor.RelativePath, doctor.RelativePath, doctor.OpenPath, doctor.WorldWritable, doctor.NotExecutable, doctor.Absent}
	if diff := cmp.Diff(want, kinds(r.Problems)); diff != "" {
		t.Errorf("%s%v", diff, r.Problems)
	}
	if got := tool(t, r, "jq"); got.Path != "/blocked/jq" {
		t.Errorf("%+v", got)
	}
	if diff := cmp.Diff("jq may not be run; nmap is not here", r.Commands[0].Why); diff != "" {
		t.Error(diff)
	}
}

func TestWithoutAFolderOnPATHTheUsualOnesAreSearched(t *testing.T) {
	g := given(runbook("a", "wsc show"))
	g.Path = ""
	r := examine(t, full("0.9.1"), g)
	if r.Runnable != 1 || !slices.Contains(kinds(r.Notes), doctor.NoPath) {
		t.Errorf("%+v", r)
	}
}

func TestAProgramThatEverybodyMayExchangeIsAProblem(t *testing.T) {
	for name, open := range map[string]func(m *machine){
		"the file":                func(m *machine) { m.files["usr/local/bin/wsc"].Mode = 0o777 },
		"where a link leads to":   func(m *machine) { m.folder("/srv/open", 0o777); m.links["/usr/local/bin/wsc"] = "/srv/open/wsc" },
		"the folder it stands in": func(m *machine) { m.folder("/usr/local/bin", 0o1777) },
	} {
		m := full("0.9.1")
		open(m)
		r := examine(t, m, given(runbook("a", "wsc show")))
		if !slices.Contains(kinds(tool(t, r, "wsc").Problems), doctor.WorldWritable) || len(r.Problems) == 0 {
			t.Errorf("%s: %+v", name, r.Problems)
		}
	}
}

func TestOtherUserlandsThanGNUAreTold(t *testing.T) {
	for whose, said := range map[string]doctor.Output{
		"BusyBox's":          {Stderr: []byte("stat: unrecognized option '--version'\nBusyBox v1.36.1 () multi-call binary."), Exit: 1},
		"toybox's":           {Stdout: []byte("toybox 0.8.11")},
		"BSD's or another's": {Stderr: []byte("stat: illegal option -- -\nusage: stat"), Exit: 1},
		"BSD's":              {Stdout: []byte("stat (BSD stat, GNU compatible) 2.6")},
	} {
		m := full("0.9.1")
		m.says["/usr/bin/stat"] = func(context.Context, []string) (doctor.Output, error) { return said, nil }
		got := tool(t, examine(t, m, given(embedded(t))), "stat")
		if len(got.Problems) != 1 || got.Problems[0].Kind != doctor.NotGNU || !strings.Contains(got.Problems[0].Detail, whose) {
			t.Errorf("%s: %+v", whose, got)
		}
	}
}

func TestAnOldBashIsTooOld(t *testing.T) {
	m := full("0.9.1")
	m.has("/usr/bin/bash", "GNU bash, version 3.2.57(1)-release (x86_64-apple-darwin23)")
	r := examine(t, m, given(embedded(t)))
	if diff := cmp.Diff([]doctor.Kind{doctor.TooOld}, kinds(r.Problems)); diff != "" {
		t.Errorf("%s%v", diff, r.Problems)
	}
}

func TestTheConsolesSurroundingsAreJudged(t *testing.T) {
	no := false
	for name, c := range map[string]struct {
		change          func(c *doctor.Console)
		problems, notes []doctor.Kind
	}{
		"all is well":   {func(*doctor.Console) {}, nil, nil},
		"no folder":     {func(c *doctor.Console) { c.State = doctor.State{Fault: "HOME is not set"} }, []doctor.Kind{doctor.StateUnusable}, nil},
		"not writable":  {func(c *doctor.Console) { c.State.Usable = false }, []doctor.Kind{doctor.StateUnusable}, nil},
		"open folder":   {func(c *doctor.Console) { c.State.Mode = 0o755 }, []doctor.Kind{doctor.StateReachable}, nil},
		"not made yet":  {func(c *doctor.Console) { c.State.Mode, c.State.Exists = 0, false }, nil, nil},
		"full disk":     {func(c *doctor.Console) { c.State.Free = 64<<20 - 1 }, []doctor.Kind{doctor.DiskFull}, nil},
		"just enough":   {func(c *doctor.Console) { c.State.Free = 64 << 20 }, nil, nil},
		"network":       {func(c *doctor.Console) { c.State.FileSystem = "nfs4" }, nil, []doctor.Kind{doctor.FileSystem}},
		"user space":    {func(c *doctor.Console) { c.State.FileSystem = "fuse.sshfs" }, nil, []doctor.Kind{doctor.FileSystem}},
		"memory":        {func(c *doctor.Console) { c.State.FileSystem = "tmpfs" }, nil, []doctor.Kind{doctor.FileSystem}},
		"clock":         {func(c *doctor.Console) { c.Clock.Synchronised = &no }, nil, []doctor.Kind{doctor.ClockUnsynced}},
		"unknown clock": {func(c *doctor.Console) { c.Clock.Synchronised = nil }, nil, []doctor.Kind{doctor.ClockUnknown}},
		"dumb":          {func(c *doctor.Console) { c.Terminal.FullScreen = false }, nil, []doctor.Kind{doctor.LineModeOnly}},
		"small":         {func(c *doctor.Console) { c.Terminal.TooSmall = true }, nil, []doctor.Kind{doctor.Small}},
		"a pipe":        {func(c *doctor.Console) { c.Terminal = doctor.Terminal{} }, nil, nil},
		"C locale":      {func(c *doctor.Console) { c.Terminal.UTF8 = false }, nil, []doctor.Kind{doctor.NoUTF8}},
		"root":          {func(c *doctor.Console) { c.Process.Root = true }, nil, []doctor.Kind{doctor.Root}},
		"core dumps":    {func(c *doctor.Console) { c.Process.CoreDumpsOff = false }, nil, []doctor.Kind{doctor.CoreDumps}},
		"bad session":   {func(c *doctor.Console) { c.Sessions = []doctor.Session{{Name: "2026-11-22-oak", Status: "bad"}} }, nil, []doctor.Kind{doctor.SessionBad}},
		"held session": {func(c *doctor.Console) {
			c.Sessions = []doctor.Session{{Name: "2026-11-22-oak", Status: "live", Holder: "ada"}}
		}, nil, nil},
	} {
		g := given(&steps.Runbook{})
		c.change(&g.Console)
		r := examine(t, full("0.8.1"), g)
		if diff := cmp.Diff(append([]doctor.Kind{}, c.problems...), kinds(r.Problems)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
		if diff := cmp.Diff(append([]doctor.Kind{}, c.notes...), kinds(r.Notes)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestAToolThatFailsToSayItsVersionCannotRun(t *testing.T) {
	rb := runbook("tree", "cargo tree", "look", "ls", "scan", "wsc-respond module scan .", "scan-with-rekor-cli", "rekor-cli get")
	m := full("0.9.1")
	refuses := func(context.Context, []string) (doctor.Output, error) {
		return doctor.Output{Stderr: []byte("error: no \x1b[31mtoolchain\nhelp: more\n"), Exit: 1}, nil
	}
	m.says["/usr/local/bin/cargo"], m.says["/usr/local/bin/rekor-cli"], m.says["/usr/bin/ls"] = refuses, refuses, refuses
	r := examine(t, m, given(rb))
	cargo := tool(t, r, "cargo")
	want := []doctor.Problem{{Kind: doctor.DoesNotRun, Detail: "cannot run: “error: no ^[[31mtoolchain”, with exit code 1."}}
	if diff := cmp.Diff(want, cargo.Problems); diff != "" {
		t.Error(diff)
	}
	runnable := map[steps.Ref]string{}
	for _, c := range r.Commands {
		runnable[c.ID] = c.Why
	}
	if diff := cmp.Diff(map[steps.Ref]string{"INC-1/look/tree": "cargo cannot run", "INC-1/look/look": "",
		"INC-1/look/scan": "", "INC-1/look/scan-with-rekor-cli": "rekor-cli cannot run"}, runnable); diff != "" {
		t.Error(diff)
	}
	// The stand-in of ls is not GNU's; rekor-cli has one that does without it.
	if diff := cmp.Diff([]doctor.Kind{doctor.DoesNotRun, doctor.NotGNU}, kinds(r.Problems)); diff != "" {
		t.Errorf("%s%v", diff, r.Problems)
	}
	if !strings.HasPrefix(r.Problems[0].Detail, "cargo cannot run: ") || !strings.HasSuffix(r.Problems[0].Detail, "1 command of the runbook calls it.") {
		t.Error(r.Problems[0].Detail)
	}
}

func TestAWscThatCannotRunHasNoUnknownVersionToo(t *testing.T) {
	m := full("0.9.1")
	m.says["/usr/local/bin/wsc"] = func(context.Context, []string) (doctor.Output, error) { return doctor.Output{Exit: 127}, nil }
	got := tool(t, examine(t, m, given(embedded(t))), "wsc")
	if diff := cmp.Diff([]doctor.Kind{doctor.DoesNotRun}, kinds(got.Problems)); diff != "" {
		t.Error(diff)
	}
}
