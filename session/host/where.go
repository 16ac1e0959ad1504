package host

import (
	"os"
	"os/user"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"

	"wsc-respond/session"
)

// Who is the actor that this process acts for: the login name, the host and
// the terminal come from the system; name and role are for the person to say.
func Who(source session.Source) session.Actor {
	a := session.Actor{User: loginName(), Host: hostName(), TTY: terminal(), Source: source}
	a.Name = a.User
	return a
}

// loginName is who the system says that this is. Under sudo the person behind
// it is named too, because root is nobody in particular.
func loginName() string {
	name := "uid " + strconv.Itoa(os.Getuid())
	if u, err := user.Current(); err == nil && u.Username != "" {
		name = u.Username
	}
	if behind := os.Getenv("SUDO_USER"); behind != "" && behind != name && os.Getuid() == 0 {
		name += " (" + behind + ")"
	}
	return strings.ToValidUTF8(name, "?")
}

func hostName() string {
	name, err := os.Hostname()
	if err != nil {
		return "unknown host"
	}
	return name
}

// terminal is the path of the terminal that the process was started from.
func terminal() string {
	for _, fd := range []string{"0", "1", "2"} {
		path, err := os.Readlink("/proc/self/fd/" + fd)
		if err == nil && (strings.HasPrefix(path, "/dev/pts/") || strings.HasPrefix(path, "/dev/tty")) {
			return path
		}
	}
	return ""
}

// Environment is where the console runs. now tells the time zone that is in
// force.
func Environment(now session.Instant) session.Environment {
	dir, err := os.Getwd()
	if err != nil {
		dir = "/"
	}
	zone, _ := now.Wall.Local().Zone()
	env := session.Environment{
		OS: "linux", Kernel: kernel(), Term: os.Getenv("TERM"), SSH: os.Getenv("SSH_CONNECTION"),
		Dir: dir, TimeZone: zone,
	}
	env.ClockOffset, env.ClockSynced = clockState()
	return env
}

func kernel() string {
	var name unix.Utsname
	if unix.Uname(&name) != nil {
		return ""
	}
	return unix.ByteSliceToString(name.Release[:])
}

// clockState is what the kernel knows of the system clock: how far it may be
// off, in seconds, and whether something keeps it right (adjtimex(2)).
func clockState() (offset float64, synced bool) {
	var tx unix.Timex
	state, err := unix.Adjtimex(&tx)
	if err != nil {
		return 0, false
	}
	const microseconds = 1e6
	return float64(tx.Offset) / microseconds, state != unix.TIME_ERROR && tx.Status&unix.STA_UNSYNC == 0
}
