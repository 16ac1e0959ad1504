package host

import (
	"os"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"wsc-respond/session"
)

// Clock reads the real clocks. It is the one place of the program where the
// present time comes from.
type Clock struct {
	boot string
}

// NewClock makes the clock of this machine and boot.
func NewClock() Clock {
	id, err := os.ReadFile("/proc/sys/kernel/random/boot_id")
	if err != nil {
		return Clock{} // without a boot id, durations are taken from the wall clock
	}
	return Clock{boot: strings.TrimSpace(string(id))}
}

// Now is the present, in microseconds.
func (c Clock) Now() session.Instant {
	return session.Instant{Wall: time.Now().UTC().Truncate(time.Microsecond).Round(0), Boot: c.boot, Up: upTime()}
}

// upTime is CLOCK_BOOTTIME: the time since the machine was started, suspend
// included.
func upTime() time.Duration {
	var ts unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_BOOTTIME, &ts); err != nil {
		return 0
	}
	return time.Duration(ts.Nano()).Truncate(time.Microsecond)
}
