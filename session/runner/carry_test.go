package runner

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"wsc-respond/session"
)

func TestWhatACommandChangesGoesOn(t *testing.T) {
	f := newFixture(t)
	for name, c := range map[string]struct {
		shell  string
		want   session.Carry
		detail string
	}{
		"nothing":             {"true", session.Carry{Dir: f.dir}, ""},
		"directory":           {"cd /usr/bin", session.Carry{Dir: "/usr/bin"}, ""},
		"exported":            {"export A=1 B='x y'\nC=3", session.Carry{Dir: f.dir, Set: map[string]string{"A": "1", "B": "x y"}}, ""},
		"many lines":          {"export A=$'1\\n2=3\\n'", session.Carry{Dir: f.dir, Set: map[string]string{"A": "1\n2=3\n"}}, ""},
		"changed":             {"LANG=C; TERM=xterm", session.Carry{Dir: f.dir, Set: map[string]string{"LANG": "C"}}, ""},
		"unset":               {"unset LANG CARRIED", session.Carry{Dir: f.dir, Unset: []string{"CARRIED", "LANG"}}, ""},
		"inputs stay":         {"export KEY_FILE=/other; unset KEY_PUB", session.Carry{Dir: f.dir}, ""},
		"before an exit":      {"cd /usr; export A=1; exit 3", session.Carry{Dir: "/usr", Set: map[string]string{"A": "1"}}, ""},
		"before set -e":       {"set -e; cd /usr; false; cd /", session.Carry{Dir: "/usr"}, ""},
		"with its own trap":   {"trap 'cd /tmp' EXIT; cd /usr; set -eu; A=1", session.Carry{Dir: "/usr"}, ""},
		"under set -ux":       {"set -ux; cd /usr", session.Carry{Dir: "/usr"}, ""},
		"of a subshell":       {"(cd /usr; export A=1)", session.Carry{Dir: f.dir}, ""},
		"PATH":                {"PATH=/opt/bin:$PATH", session.Carry{Dir: f.dir, Set: map[string]string{"PATH": "/opt/bin:" + cleanPath(os.Getenv("PATH"))}}, ""},
		"loader variables":    {"export LD_PRELOAD= BASH_ENV=/tmp/x", session.Carry{Dir: f.dir}, "BASH_ENV, LD_PRELOAD were not carried over: that would change what later commands run"},
		"functions":           {"f() { :; }; export -f f", session.Carry{Dir: f.dir}, ""},
		"not text":            {"export A=$'\\xff'", session.Carry{Dir: f.dir}, "A was not carried over: the value is not valid UTF-8"},
		"a secret":            {"export A=\"x${TOKEN}y\"", session.Carry{Dir: f.dir}, "A was not carried over: the value holds a secret"},
		"after exec":          {"cd /usr; exec true", session.Carry{}, "stay as they were"},
		"after a signal":      {"cd /usr; kill -KILL $$", session.Carry{}, "stay as they were"},
		"own trap, then exit": {"trap : EXIT; cd /usr; exit 1", session.Carry{}, "stay as they were"},
		"a forged report":     {"printf '/forged\\0A=1\\0end' >/proc/$PPID/fd/1 2>/dev/null; cd /usr", session.Carry{Dir: "/usr"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			o := f.order(c.shell)
			o.Values = map[string]string{"KEY_FILE": "/k", "KEY_PUB": "/p", "TOKEN": "s3cr3t-literal"}
			o.Secrets = []string{"s3cr3t-literal"}
			o.Carry.Set = map[string]string{"CARRIED": "before"}
			r := f.run(o)
			if diff := cmp.Diff(c.want, r.Carry); diff != "" {
				t.Error(diff)
			}
			if !strings.Contains(r.Detail, c.detail) || c.detail == "" && r.Detail != "" {
				t.Errorf("detail %q", r.Detail)
			}
		})
	}
}

func TestWhatIsCarriedIsBounded(t *testing.T) {
	f := newFixture(t)
	for name, c := range map[string]struct {
		shell  string
		set    int
		detail string
	}{
		"one long value":    {`export A=1 B=$(head -c 40000 /dev/zero | tr '\0' x)`, 1, "B was not carried over: the value is longer than 32 KiB"},
		"many long values":  {`for i in $(seq 14); do export V$i=$(head -c 30000 /dev/zero | tr '\0' x); done`, 4, "V14, V2, V3, V4, V5, V6, V7, V8, V9 were not carried over: all together would be more than 124 KiB"},
		"longer still":      {`for i in $(seq 14); do export V$i=$(head -c 100000 /dev/zero | tr '\0' x); done`, 0, "V1, V10, "},
		"many names":        {`for i in $(seq -w 500); do export N$i=1; done`, 200, "N220 and 280 more were not carried over: no more than 200 variables are"},
		"names of any size": {`for i in $(seq -w 60); do export N$i$(head -c 9000 /dev/zero | tr '\0' x)=1; done`, 14, " and 26 more were not carried over: all together would be more than 124 KiB"},
		"a path too long":   {`d=$(head -c 250 /dev/zero | tr '\0' d); for i in $(seq 20); do mkdir $d && cd $d || exit; done`, 0, "its directory was not carried over: its path is longer"},
		"escapes and all":   {`for i in $(seq 4); do export V$i=$(head -c 31000 /dev/zero | tr '\0' '\1'); done`, 4, ""},
	} {
		t.Run(name, func(t *testing.T) {
			r := f.sh(c.shell)
			if len(r.Carry.Set) != c.set || !strings.Contains(r.Detail, c.detail) || len(r.Detail) > maxDetail {
				t.Errorf("%d set, detail %q", len(r.Carry.Set), r.Detail)
			}
			writable(t, &session.Ended{Outcome: r.Outcome, Carry: r.Carry, Detail: r.Detail})
		})
	}
}

// writable shows that an event fits in a line of the record, with room left.
func writable(t *testing.T, d session.Data) {
	t.Helper()
	line, err := session.EncodeLine(session.Event{Seq: 1, At: time.Unix(1795000000, 0).UTC(), Data: d, Prev: session.NoHash})
	if err != nil || len(line) > session.MaxLine*9/10 {
		t.Errorf("a line of %d bytes: %v", len(line), err)
	}
}

func TestWhatManyCommandsCarryIsBounded(t *testing.T) {
	f := newFixture(t)
	carry := session.Carry{Set: map[string]string{}}
	for i := range 8 {
		o := f.order(fmt.Sprintf(`export A%d=$(head -c 31000 /dev/zero | tr '\0' x); export SAME=$(head -c 3%d00 /dev/zero | tr '\0' x)`, i, i))
		o.Carry = carry
		r := f.run(o)
		if r.Outcome != session.Exited {
			t.Fatalf("command %d: %+v", i, r)
		}
		carry.Set = maps.Clone(carry.Set)
		maps.Copy(carry.Set, r.Carry.Set)
		if full := i >= 3; full != strings.Contains(r.Detail, "all together") {
			t.Errorf("command %d: %q", i, r.Detail)
		}
	}
	size := 0
	for name, value := range carry.Set {
		size += len(name) + len(value)
	}
	if size > maxCarried || len(carry.Set["SAME"]) != 3700 {
		t.Errorf("%d bytes are carried, %d of them in one that grows", size, len(carry.Set["SAME"]))
	}
}

func TestADetailIsBounded(t *testing.T) {
	notes := []string{"first"}
	for range 1000 {
		notes = append(notes, "ünd söme möre")
	}
	if got := detail(notes); len(got) > maxDetail || !strings.HasPrefix(got, "first; ünd") || !strings.HasSuffix(got, "is left out)") || !utf8.ValidString(got) {
		t.Errorf("%d bytes: %q", len(got), got)
	}
	if got := detail(notes[:2]); got != "first; ünd söme möre" {
		t.Errorf("%q", got)
	}
}

func TestACommandStartsWhereTheOneBeforeEnded(t *testing.T) {
	f := newFixture(t)
	link := filepath.Join(f.dir, "link")
	if err := os.Symlink("/usr", link); err != nil {
		t.Fatal(err)
	}
	first := f.sh("cd link/bin && export A='1 2'; unset LANG")
	o := f.order(`pwd; echo "$A [${LANG-unset}]"`)
	o.Carry = first.Carry
	if out, _ := f.out(f.run(o)); out != link+"/bin\n1 2 [unset]\n" {
		t.Errorf("%q", out)
	}
}

func TestTheEnvironmentIsMadeFromAShortList(t *testing.T) {
	dir := t.TempDir()
	f := newFixture(t)
	f.r = New(Options{SessionDir: f.dir, Self: self(t), Env: []string{
		"PATH=.::relative/bin:/usr/bin:/bin", "HOME=/h", "LC_TIME=C", "XDG_STATE_HOME=/x", "SSH_AUTH_SOCK=/s", "WSC_REKOR_PINS=p",
		"GITHUB_TOKEN=leak", "BASH_ENV=" + dir + "/evil", "ENV=x", "LD_PRELOAD=x", "LD_LIBRARY_PATH=x", "IFS=x", "PS4=x",
		"BASH_FUNC_ls%%=() { echo hijacked; }", "SHELLOPTS=xtrace", "WSC_OTHER=x",
	}})
	o := f.order("env -0 | sort -z | tr '\\0' '\\n'; command -v wsc-respond")
	o.Values = map[string]string{"KEY_FILE": "-rf $(x) 'q'\n2"}
	out, _ := f.out(f.run(o))
	want := []string{"HOME=/h", "KEY_FILE=-rf $(x) 'q'", "2", "LC_TIME=C", "PATH=" + f.dir + "/run/bin:/usr/bin:/bin", "PWD=" + f.dir, "SHLVL=1",
		"SSH_AUTH_SOCK=/s", "WSC_REKOR_PINS=p", "WSC_RESPOND_EVIDENCE=" + f.dir + "/evidence/0001-test.d", "WSC_RESPOND_SESSION=" + f.dir,
		"XDG_STATE_HOME=/x", "_=/usr/bin/env", f.dir + "/run/bin/wsc-respond"}
	var got []string
	for _, line := range strings.Split(strings.TrimSuffix(out, "\n"), "\n") {
		if !strings.HasPrefix(line, "2KEY") {
			got = append(got, line)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestTheProgramIsThisOneAlsoAfterItMoved(t *testing.T) {
	f := newFixture(t)
	f.sh("true")
	f.r = New(Options{SessionDir: f.dir, Self: "/bin/true", Env: f.env})
	r := f.sh("readlink \"$(command -v wsc-respond)\"")
	if out, _ := f.out(r); out != "/bin/true\n" {
		t.Errorf("%q", out)
	}
}

func TestPathEntriesThatDependOnWhereOneIsAreDropped(t *testing.T) {
	for list, want := range map[string]string{
		"":              defaultPath,
		".":             defaultPath,
		"/a:/b":         "/a:/b",
		":/a::./x:/b:.": "/a:/b",
	} {
		if got := cleanPath(list); got != want {
			t.Errorf("%q became %q", list, got)
		}
	}
}

func FuzzAShellsReport(f *testing.F) {
	f.Add([]byte("/dir\x00A=1\x00end"))
	f.Add([]byte("end"))
	f.Add([]byte("\x00end"))
	f.Add([]byte("/d\x00=x\x00A\x00end\x00end"))
	f.Fuzz(func(t *testing.T, report []byte) {
		state, whole := parseState(report)
		if whole && state.dir == "" {
			t.Error("a whole report without a directory")
		}
		if whole && !strings.HasSuffix(string(report), endMark) {
			t.Error("taken for whole without its end")
		}
	})
}
