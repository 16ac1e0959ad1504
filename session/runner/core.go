package runner

import (
	"fmt"

	"golang.org/x/sys/unix"
)

// A process that holds inputs must not leave them in a core dump.

// NoCoreDumps keeps the memory of this process out of core dumps, and away
// from other processes of the same user. The console calls it before it knows
// any secret; a process that becomes a supervisor must not, because its shell
// has to reach it through /proc. What the process starts does not inherit it.
// See PR_SET_DUMPABLE in prctl(2).
func NoCoreDumps() error {
	if err := unix.Prctl(unix.PR_SET_DUMPABLE, 0, 0, 0, 0); err != nil {
		return fmt.Errorf("keep this process out of core dumps: %w", err)
	}
	return nil
}

// noCore is the limit that prevents core dumps also where they are piped to a
// program: Linux ignores every limit there but this one (fs/coredump.c).
const noCore = 1

// noCoreFile does for a supervisor what NoCoreDumps does for the console, and
// returns the limit before. A supervisor has to stay dumpable: otherwise its
// shell could not open /proc/PPID/fd unless it ran as root.
func noCoreFile() (before unix.Rlimit) {
	if err := unix.Getrlimit(unix.RLIMIT_CORE, &before); err != nil {
		return before
	}
	// The hard limit stays, so that the command can get the soft one back.
	_ = unix.Setrlimit(unix.RLIMIT_CORE, &unix.Rlimit{Cur: min(noCore, before.Max), Max: before.Max})
	return before
}

// withCore starts a process that has the given limit for core dumps.
func withCore(limit unix.Rlimit, start func()) {
	var now unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_CORE, &now); err != nil || limit == (unix.Rlimit{}) {
		start()
		return
	}
	_ = unix.Setrlimit(unix.RLIMIT_CORE, &limit)
	start()
	_ = unix.Setrlimit(unix.RLIMIT_CORE, &now)
}
