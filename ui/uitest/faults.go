package uitest

import (
	"fmt"
	"os"
	"os/exec"
	"testing"
)

// FaultsVariable is the environment variable that asks for the tests that
// break things: full disks, failing system calls, kills. They take long and
// need tools and rights, so a plain run leaves them out.
const FaultsVariable = "WSC_RESPOND_FAULTS"

// Faults skips a test unless faults are asked for and the tools it needs are
// there. The test's name begins with TestFault.
func Faults(t testing.TB, tools ...string) {
	t.Helper()
	if os.Getenv(FaultsVariable) != "1" {
		t.Skipf("it injects faults; set %s=1 to run it", FaultsVariable)
	}
	for _, tool := range tools {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("could not run: %s is not installed", tool)
		}
	}
}

// SmallDisk mounts a file system of this many KiB in memory and returns its
// folder. It skips the test where nothing can be mounted.
func SmallDisk(t testing.TB, kib int) string {
	t.Helper()
	dir := t.TempDir()
	mount := exec.Command("mount", "-t", "tmpfs", "-o", fmt.Sprintf("size=%dk", kib), "tmpfs", dir)
	if out, err := mount.CombinedOutput(); err != nil {
		t.Skipf("could not run: a file system in memory cannot be mounted here: %v: %s", err, out)
	}
	t.Cleanup(func() {
		// Lazily, for a program that a failed test left behind.
		if out, err := exec.Command("umount", "-l", dir).CombinedOutput(); err != nil {
			t.Errorf("unmount %s: %v: %s", dir, err, out)
		}
	})
	return dir
}
