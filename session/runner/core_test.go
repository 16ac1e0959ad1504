package runner

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

// The console keeps its memory to itself, and a supervisor must not: the shell
// of a user who is not root reads from its supervisor through /proc.
func TestACommandOfAnyUserRunsUnderAConsoleWithoutCoreDumps(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root can become another user; the other tests ran as this one")
	}
	const nobody = 65534
	f := newFixture(t)
	for dir := f.dir; dir != filepath.Clean(os.TempDir()) && dir != "/"; dir = filepath.Dir(dir) {
		if err := os.Chmod(dir, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Chown(f.dir, nobody, nobody); err != nil {
		t.Fatal(err)
	}
	o, open := f.gate("id -u; cd /usr; exit 4")
	console := f.consoleOf(&syscall.Credential{Uid: nobody, Gid: nobody, NoSetGroups: true}, o)
	fds, err := os.Stat(fmt.Sprintf("/proc/%d/fd", console.Process.Pid))
	if err != nil || fds.Sys().(*syscall.Stat_t).Uid != 0 {
		t.Errorf("the console is open to its user: %v", err)
	}
	open()
	result := f.wait(f.adopt(o.Evidence))
	if out, _ := f.out(result); out != "ready\n65534\n" || result.Exit != 4 || result.Carry.Dir != "/usr" {
		t.Errorf("%q, %+v", out, result)
	}
}

func TestASupervisorLeavesNoCoreAndItsCommandMay(t *testing.T) {
	var before unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_CORE, &before); err != nil {
		t.Fatal(err)
	}
	if before.Max < 4<<20 {
		t.Skipf("core dumps are forbidden here for good: %+v", before)
	}
	f := newFixture(t)
	if err := unix.Setrlimit(unix.RLIMIT_CORE, &unix.Rlimit{Cur: 4 << 20, Max: before.Max}); err != nil {
		t.Fatal(err)
	}
	o, open := f.gate("ulimit -c; ulimit -Hc")
	r := f.start(o)
	if err := unix.Setrlimit(unix.RLIMIT_CORE, &before); err != nil {
		t.Fatal(err)
	}
	limits, err := os.ReadFile(fmt.Sprintf("/proc/%d/limits", r.process.PID))
	if err != nil {
		t.Fatal(err)
	}
	if _, after, _ := strings.Cut(string(limits), "Max core file size"); !strings.HasPrefix(strings.TrimSpace(after), "1 ") {
		t.Errorf("the supervisor has %q", strings.TrimSpace(after)[:40])
	}
	open()
	hard := "unlimited"
	if before.Max != unix.RLIM_INFINITY {
		hard = fmt.Sprint(before.Max >> 10)
	}
	if out, _ := f.out(f.wait(r)); out != "ready\n4096\n"+hard+"\n" {
		t.Errorf("the command has %q", out)
	}
}
