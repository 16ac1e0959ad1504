package runner

import (
	"bytes"
	"context"
	"encoding/gob"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"wsc-respond/session"
)

// The test binary plays two parts besides its own: the supervisor, as the
// real program does, and a console that starts one command and then hangs
// until it is killed.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 {
		switch os.Args[1] {
		case SuperviseArg:
			os.Exit(Supervise())
		case consoleArg:
			os.Exit(playConsole())
		}
	}
	// Where the tests run under nohup, what they start would ignore hang-ups as
	// well, and wait for ever. What has a handler here is reset in a child.
	signal.Notify(make(chan os.Signal, 1), unix.SIGHUP)
	// What loses its parent comes here, so that nothing stays behind unseen.
	if err := unix.Prctl(unix.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0); err != nil {
		fmt.Println("become the one who gets orphaned processes:", err)
		os.Exit(1)
	}
	code := m.Run()
	if left := leftBehindByTests(); left > 0 {
		fmt.Println("processes that the tests left behind:", left)
		code = 1
	}
	os.Exit(code)
}

// leftBehindByTests waits for supervisors that are just ending, and returns
// how many processes do not.
func leftBehindByTests() int {
	left := descendants(os.Getpid())
	for until := time.Now().Add(10 * time.Second); len(left) > 0 && time.Now().Before(until); time.Sleep(5 * time.Millisecond) {
		left = descendants(os.Getpid())
	}
	for _, p := range left {
		_ = p.signal(unix.SIGKILL)
	}
	return len(left)
}

const consoleArg = "__console"

func playConsole() int {
	var j job
	if err := gob.NewDecoder(os.Stdin).Decode(&j); err != nil {
		fmt.Println("no order:", err)
		return 2
	}
	if err := NoCoreDumps(); err != nil {
		fmt.Println(err)
		return 1
	}
	r := New(Options{SessionDir: j.SessionDir, Self: j.Self, Env: j.Env})
	if _, err := r.start(context.Background(), j.Order); err != nil {
		fmt.Println("not started:", err)
		return 1
	}
	fmt.Println("started")
	select {}
}

// fixture is a session folder with a runner.
type fixture struct {
	t   testing.TB
	dir string
	env []string
	r   *Runner
	n   int
}

func newFixture(t testing.TB) *fixture {
	t.Helper()
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	f := &fixture{t: t, dir: dir, env: []string{"PATH=" + os.Getenv("PATH"), "HOME=" + dir, "LANG=C.UTF-8", "TERM=xterm"}}
	f.r = New(Options{SessionDir: dir, Self: self(t), Env: f.env})
	t.Cleanup(f.endAll)
	return f
}

// endAll ends what the commands of the test left running.
func (f *fixture) endAll() {
	mark := []byte(session.SessionVariable + "=" + f.dir)
	eventually(f.t, "nothing of it runs any more", func() bool {
		none := true
		for _, p := range descendants(os.Getpid()) {
			env, _ := os.ReadFile(fmt.Sprintf("/proc/%d/environ", p.PID))
			if bytes.Contains(env, mark) {
				none = false
				_ = p.signal(unix.SIGKILL)
			}
		}
		return none
	})
}

func self(t testing.TB) string {
	t.Helper()
	path, err := filepath.EvalSymlinks("/proc/self/exe")
	if err != nil {
		t.Fatal(err)
	}
	return path
}

func (f *fixture) order(shell string) session.Order {
	f.n++
	return session.Order{Command: "INC-1/step/command", Shell: shell, Dir: f.dir, Interpreter: "/bin/bash",
		Evidence: fmt.Sprintf("%04d-test", f.n)}
}

func (f *fixture) start(o session.Order) *run {
	f.t.Helper()
	r, err := f.r.start(f.t.Context(), o)
	if err != nil {
		f.t.Fatalf("start: %v", err)
	}
	return r
}

func (f *fixture) run(o session.Order) session.Result {
	f.t.Helper()
	return f.wait(f.start(o))
}

func (f *fixture) sh(shell string) session.Result {
	f.t.Helper()
	return f.run(f.order(shell))
}

func (f *fixture) wait(r session.Run) session.Result {
	f.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	result, err := r.Wait(ctx)
	if err != nil {
		f.t.Fatalf("wait: %v", err)
	}
	return result
}

func (f *fixture) read(name string) string {
	f.t.Helper()
	content, err := os.ReadFile(filepath.Join(f.dir, name))
	if err != nil {
		f.t.Fatal(err)
	}
	return string(content)
}

// out is what a result's output files hold.
func (f *fixture) out(r session.Result) (out, errs string) {
	f.t.Helper()
	return f.read(r.Stdout.File), f.read(r.Stderr.File)
}

// eventually waits until a condition holds.
func eventually(t testing.TB, what string, holds func() bool) {
	t.Helper()
	for until := time.Now().Add(30 * time.Second); !holds(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(until) {
			t.Fatalf("waited in vain until %s", what)
		}
	}
}

func liveText(r session.Run) string {
	var b strings.Builder
	for _, line := range r.Live().Lines {
		b.WriteString(line.Text + "\n")
	}
	return b.String()
}
