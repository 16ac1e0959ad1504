package runner

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// process names one process for certain: process numbers are used again, a
// number together with its start time is not.
type process struct {
	PID int `json:"pid"`
	// Start is field 22 of /proc/PID/stat: clock ticks since boot.
	Start uint64 `json:"start"`
}

// status is what /proc/PID/stat says of a process.
type status struct {
	process
	parent int
	state  byte
}

func (s status) ended() bool { return s.state == 'Z' || s.state == 'X' }

// errEnded says that a process is no more.
var errEnded = errors.New("the process has ended")

func readStatus(pid int) (status, error) {
	line, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return status{}, errEnded
	}
	return parseStatus(string(line))
}

// parseStatus reads a line of /proc/PID/stat, see proc_pid_stat(5). The
// command name may hold anything, also spaces and parentheses, so fields are
// counted from the last closing one.
func parseStatus(line string) (status, error) {
	head, rest, ok := cutLast(line, ") ")
	number, _, named := strings.Cut(head, " (")
	fields := strings.Fields(rest)
	if !ok || !named || len(fields) < 20 {
		return status{}, fmt.Errorf("read a process status: %q has not the form of one", line)
	}
	pid, err1 := strconv.Atoi(number)
	parent, err2 := strconv.Atoi(fields[1])
	start, err3 := strconv.ParseUint(fields[19], 10, 64)
	if err := errors.Join(err1, err2, err3); err != nil {
		return status{}, fmt.Errorf("read a process status: %w", err)
	}
	return status{process: process{PID: pid, Start: start}, parent: parent, state: fields[0][0]}, nil
}

func cutLast(s, sep string) (before, after string, ok bool) {
	i := strings.LastIndex(s, sep)
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+len(sep):], true
}

// signal sends a signal to this process, and never to another one that got
// its number later.
func (p process) signal(sig unix.Signal) error {
	fd, err := unix.PidfdOpen(p.PID, 0)
	if err != nil {
		return errEnded
	}
	defer unix.Close(fd)
	now, err := readStatus(p.PID)
	if err != nil || now.Start != p.Start {
		return errEnded
	}
	if err := unix.PidfdSendSignal(fd, sig, nil, 0); err != nil {
		if errors.Is(err, unix.ESRCH) {
			return errEnded
		}
		return fmt.Errorf("send %s to process %d: %w", unix.SignalName(sig), p.PID, err)
	}
	return nil
}

// descendants are the processes below this one that are still at work. This
// process is a subreaper, so whatever a command started is among them, also
// what left its session and its parent.
func descendants(of int) []process {
	children := map[int][]status{}
	for _, st := range allProcesses() {
		children[st.parent] = append(children[st.parent], st)
	}
	var found []process
	for queue := []int{of}; len(queue) > 0; queue = queue[1:] {
		for _, st := range children[queue[0]] {
			queue = append(queue, st.PID)
			if !st.ended() {
				found = append(found, st.process)
			}
		}
	}
	return found
}

func allProcesses() []status {
	dir, err := os.Open("/proc")
	if err != nil {
		return nil
	}
	defer dir.Close()
	names, _ := dir.Readdirnames(-1)
	var all []status
	for _, name := range names {
		pid, err := strconv.Atoi(name)
		if err != nil {
			continue
		}
		if st, err := readStatus(pid); err == nil {
			all = append(all, st)
		}
	}
	return all
}

// upTime is the boot-time clock, which goes on in suspend and never jumps.
// It is the one clock that the console and a supervisor share.
func upTime() time.Duration {
	var ts unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_BOOTTIME, &ts); err != nil {
		return 0
	}
	return time.Duration(ts.Nano())
}

func bootID() string {
	id, _ := os.ReadFile("/proc/sys/kernel/random/boot_id")
	return strings.TrimSpace(string(id))
}
