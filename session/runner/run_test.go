package runner

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sys/unix"

	"wsc-respond/session"
)

func TestOutputIsKeptByteForByteAndApart(t *testing.T) {
	f := newFixture(t)
	r := f.sh(`printf 'a\0b\xff\xfe\r\nno end'; printf 'wrong\0' >&2`)
	out, errs := f.out(r)
	if out != "a\x00b\xff\xfe\r\nno end" || errs != "wrong\x00" {
		t.Errorf("kept %q and %q", out, errs)
	}
	sum := sha256.Sum256([]byte(out))
	want := session.Output{File: "evidence/0001-test.out", Bytes: 13, Kept: 13, SHA256: hex.EncodeToString(sum[:])}
	if diff := cmp.Diff(want, r.Stdout); diff != "" {
		t.Error(diff)
	}
	if r.Tail != out {
		t.Errorf("tail %q", r.Tail)
	}
	if r.Outcome != session.Exited || r.Exit != 0 || r.Duration <= 0 || r.Duration > time.Minute {
		t.Errorf("result %+v", r)
	}
}

// The wrapper must not be noticed: every text does what "bash -p -c" does.
func TestATextRunsAsBashRunsIt(t *testing.T) {
	for _, text := range []string{
		"true", "false", "exit 7", "(exit 3)", "set -e\nfalse\necho no", "foo_nope", "echo $LINENO\n\necho $LINENO $0 $# \"$@\"",
		"set -u\necho before\necho \"$nope\"\necho after", "cat <<X\nhi $HOME\n\tX\nX\n# a comment at the end",
		"return 3", "f() { return 4; }\nf", "set -euo pipefail\nfalse | true\necho no", "exec sh -c 'exit 9'",
		"trap 'echo bye $?' EXIT\ncd /usr", "trap 'echo bye $?' EXIT\nexit 3", "trap - EXIT; exit 5",
		"read -r line; echo \"got $? [$line]\"", "echo \"$BASH_SUBSHELL $- ${BASH_SOURCE[*]}\"", "echo a; echo b >&2; exit 1 # no",
		"set -- x y; shift; echo $1; false", "! true", "cat nothere; echo $?", "kill -KILL $$", "kill -TERM $$", "", "\n\n", "# only this",
		"builtin set -o noclobber; exit 6", "IFS=x; exit 2", "PATH=; exit 4", "unset PWD; cd /; exit 0", "ulimit -c", "echo 'ünï'; printf '%s\\n' $'\\xff'",
		"trap 'exit 8' TERM; kill -TERM $$; exit 1", "echo x | while read -r a; do exit 5; done; echo $?",
	} {
		t.Run(text, func(t *testing.T) {
			f := newFixture(t)
			r := f.sh(text)
			out, errs := f.out(r)
			plain := exec.Command("/bin/bash", "-p", "-c", text, "bash")
			plain.Dir, plain.Env = f.dir, f.env
			var wantOut, wantErr strings.Builder
			plain.Stdout, plain.Stderr = &wantOut, &wantErr
			_ = plain.Run()
			if out != wantOut.String() || errs != wantErr.String() {
				t.Errorf("wrote %q and %q, bash %q and %q", out, errs, wantOut.String(), wantErr.String())
			}
			if r.Exit != plain.ProcessState.ExitCode() {
				t.Errorf("exit %d (%s %s), bash %s", r.Exit, r.Outcome, r.Signal, plain.ProcessState)
			}
		})
	}
}

func TestBrokenShellTextGivesBashsOwnError(t *testing.T) {
	f := newFixture(t)
	for text, want := range map[string]string{
		"echo a\necho \"open":  "line 2: unexpected EOF while looking for matching `\"'",
		"if then":              "line 1: syntax error near unexpected token `then'",
		"echo a\necho )\necho": "line 2: syntax error near unexpected token `)'",
	} {
		r := f.sh(text)
		if _, errs := f.out(r); r.Exit != 2 || !strings.Contains(errs, want) {
			t.Errorf("%q: exit %d, %q", text, r.Exit, errs)
		}
	}
}

func TestACommandThatCannotStartSaysWhyAndRunsNothing(t *testing.T) {
	f := newFixture(t)
	marker := filepath.Join(f.dir, "ran")
	outside := filepath.Join(t.TempDir(), "outside")
	for name, change := range map[string]func(*session.Order){
		"cannot be used":     func(o *session.Order) { o.Dir = filepath.Join(f.dir, "gone") },
		"is not a directory": func(o *session.Order) { o.Carry.Dir = "/etc/passwd" },
		"is not there":       func(o *session.Order) { o.Interpreter = "/nowhere/bash" },
		"cannot be given":    func(o *session.Order) { o.Values = map[string]string{"A": "x\x00y"} },
		"exists": func(o *session.Order) {
			if err := os.Symlink(outside, filepath.Join(f.dir, "evidence", o.Evidence+".out")); err != nil {
				t.Fatal(err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			if err := os.MkdirAll(filepath.Join(f.dir, "evidence"), 0o700); err != nil {
				t.Fatal(err)
			}
			o := f.order("touch " + marker)
			change(&o)
			r := f.run(o)
			if r.Outcome != session.NotRun || r.Exit != -1 || !strings.Contains(r.Detail, name) {
				t.Errorf("%+v", r)
			}
			adopted, err := f.r.Adopt(t.Context(), o.Evidence)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(r, f.wait(adopted)); diff != "" {
				t.Error(diff)
			}
		})
	}
	for _, path := range []string{marker, outside} {
		if _, err := os.Lstat(path); !os.IsNotExist(err) {
			t.Errorf("%s is there", path)
		}
	}
}

func TestTheSameNameNeverRunsTwice(t *testing.T) {
	f := newFixture(t)
	o := f.order("echo once")
	first := f.run(o)
	if r, err := f.r.start(t.Context(), o); err == nil {
		t.Errorf("it ran again: %+v", f.wait(r))
	}
	if diff := cmp.Diff(first, f.wait(f.adopt(o.Evidence))); diff != "" {
		t.Errorf("its result is another one now:\n%s", diff)
	}
	if out, _ := f.out(first); out != "once\n" {
		t.Errorf("the first output is now %q", out)
	}
}

func TestABaseNameCannotLeaveItsFolder(t *testing.T) {
	f := newFixture(t)
	for _, base := range []string{"", "..", "a/b", "../x", ".x", "a b", "a\x00"} {
		o := f.order("true")
		o.Evidence = base
		if _, err := f.r.start(t.Context(), o); err == nil {
			t.Errorf("%q was taken", base)
		}
		if _, err := f.r.Adopt(t.Context(), base); err == nil {
			t.Errorf("%q was looked for", base)
		}
	}
}

func TestFilesAreOursAloneWhateverTheUmask(t *testing.T) {
	defer unix.Umask(unix.Umask(0o777))
	f := newFixture(t)
	unix.Umask(0o777)
	r := f.sh(`umask; echo x > "$WSC_RESPOND_EVIDENCE/kept"`)
	if out, _ := f.out(r); out != "0777\n" {
		t.Errorf("the command's umask is %q: it has to be the responder's own", out)
	}
	err := filepath.WalkDir(f.dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil || name == f.dir || d.Type()&fs.ModeSymlink != 0 || strings.HasSuffix(name, "kept") {
			return err
		}
		info, err := d.Info()
		want := fs.FileMode(0o600)
		if d.IsDir() {
			want = 0o700
		}
		if err == nil && info.Mode().Perm() != want {
			t.Errorf("%s has mode %v", name, info.Mode())
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

func TestOnlyEvidenceAndResultAreLeftBehind(t *testing.T) {
	f := newFixture(t)
	f.sh("echo x")
	var names []string
	_ = filepath.WalkDir(f.dir, func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			names = append(names, strings.TrimPrefix(name, f.dir+"/"))
		}
		return err
	})
	want := []string{"evidence/0001-test.err", "evidence/0001-test.out", "run/0001-test.json", "run/bin/wsc-respond"}
	if diff := cmp.Diff(want, names); diff != "" {
		t.Error(diff)
	}
}

func TestFilesLeftForTheRecordAreListed(t *testing.T) {
	f := newFixture(t)
	r := f.sh(`cd "$WSC_RESPOND_EVIDENCE"; printf abc > one; mkdir sub; printf '' > sub/two; ln -s /etc/passwd link; cd "$WSC_RESPOND_SESSION"; pwd`)
	want := []session.EvidenceAdded{
		{File: "evidence/0001-test.d/one", Source: "left by INC-1/step/command", Size: 3, SHA256: "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
		{File: "evidence/0001-test.d/sub/two", Source: "left by INC-1/step/command", SHA256: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
	}
	if diff := cmp.Diff(want, r.Left); diff != "" {
		t.Error(diff)
	}
	if !strings.Contains(r.Detail, "link was left by the command and is not on record") {
		t.Errorf("detail %q", r.Detail)
	}
	if out, _ := f.out(r); out != f.dir+"\n" {
		t.Errorf("session folder %q", out)
	}
}

func TestExpectedTextIsMissedOnlyWhenItDidNotCome(t *testing.T) {
	f := newFixture(t)
	for shell, missing := range map[string]string{
		"echo all is verified":                    "",
		"echo 'all is ver' >&2; echo nothing":     "is verified",
		"printf 'is ver'; sleep 0.05; echo ified": "",
		"echo is verified >&2":                    "",
	} {
		o := f.order(shell)
		o.ExpectsText = "is verified"
		if r := f.run(o); r.Missing != missing {
			t.Errorf("%q: missing %q", shell, r.Missing)
		}
	}
}

func TestCancelEndsEverythingThatTheCommandStarted(t *testing.T) {
	f := newFixture(t)
	r := f.start(f.order(`
		setsid sh -c 'trap "" TERM HUP; echo $$; while :; do sleep 1; done' &
		(setsid setsid sleep 1000 & echo $!) &
		trap 'echo told to end' TERM
		echo $$
		echo ready
		while :; do sleep 1; done`))
	eventually(t, "the command is ready", func() bool { return strings.Count(liveText(r), "\n") >= 4 })
	pids := strings.Fields(liveText(r))
	if err := r.Cancel(); err != nil {
		t.Fatal(err)
	}
	result := f.wait(r)
	if result.Outcome != session.Cancelled || result.Exit != -1 {
		t.Errorf("%+v", result)
	}
	for _, pid := range pids {
		var n int
		if _, err := fmt.Sscan(pid, &n); err != nil {
			continue
		}
		if st, err := readStatus(n); err == nil && !st.ended() {
			t.Errorf("process %d is still at work", n)
		}
	}
	if out, _ := f.out(result); !strings.Contains(out, "told to end") {
		t.Errorf("it was not asked first: %q", out)
	}
	if err := r.Cancel(); err != nil {
		t.Errorf("cancelling again: %v", err)
	}
}

func TestATimeLimitEndsTheCommand(t *testing.T) {
	f := newFixture(t)
	o := f.order("echo begun; sleep 1000")
	o.Timeout = 50 * time.Millisecond
	r := f.run(o)
	if r.Outcome != session.TimedOut || !strings.Contains(r.Detail, "longer than its limit of 50ms") {
		t.Errorf("%+v", r)
	}
}

func TestASignalFromElsewhereIsNamed(t *testing.T) {
	f := newFixture(t)
	if r := f.sh("kill -KILL $$"); r.Outcome != session.Signalled || r.Signal != "SIGKILL" || r.Exit != -1 {
		t.Errorf("%+v", r)
	}
}

func TestABackgroundProcessGoesOnAndIsMentioned(t *testing.T) {
	f := newFixture(t)
	fifo := filepath.Join(f.dir, "fifo")
	if err := unix.Mkfifo(fifo, 0o600); err != nil {
		t.Fatal(err)
	}
	// The first still holds the pipe of standard output and writes to it
	// later; the second is cut off from it.
	r := f.sh(`{ cat fifo; echo late; echo alive > proof; } & nohup sleep 0.01 >/dev/null 2>&1 & echo done`)
	if r.Outcome != session.Exited || !strings.Contains(r.Detail, "still ran when it ended") {
		t.Errorf("%+v", r)
	}
	if out, _ := f.out(r); out != "done\n" {
		t.Errorf("kept %q", out)
	}
	if err := os.WriteFile(fifo, []byte("go\n"), 0); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the background process has written after the end", func() bool {
		_, err := os.Stat(filepath.Join(f.dir, "proof"))
		return err == nil
	})
}

func TestAProcessSubstitutionIsWaitedFor(t *testing.T) {
	f := newFixture(t)
	r := f.sh(`echo x > >(sleep 0.1; tr x y)`)
	if out, _ := f.out(r); out != "y\n" || r.Detail != "" {
		t.Errorf("%q, %q", out, r.Detail)
	}
}
