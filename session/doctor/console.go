package doctor

import (
	"fmt"
	"io/fs"
	"strings"
	"time"
)

// Console is what surrounds the console on this host.
type Console struct {
	Terminal Terminal  `json:"terminal"`
	Clock    Clock     `json:"clock"`
	State    State     `json:"state"`
	Sessions []Session `json:"sessions"`
	Process  Process   `json:"process"`
}

// Terminal is where the console is shown.
type Terminal struct {
	Attached bool   `json:"attached"` // input and output are a terminal
	Term     string `json:"term"`     // TERM
	Columns  int    `json:"columns"`
	Rows     int    `json:"rows"` // 0 for either is not known
	Colours  int    `json:"colours"`
	UTF8     bool   `json:"utf8"`
	// FullScreen says that it can show the full-screen console; TooSmall that
	// it can and has too little room.
	FullScreen bool `json:"full_screen"`
	TooSmall   bool `json:"too_small"`
}

// Clock is the system clock.
type Clock struct {
	Now time.Time `json:"now"` // UTC
	// Synchronised is what the kernel says; nil is not known.
	Synchronised *bool `json:"synchronised"`
}

// State is the folder that holds the session folders.
type State struct {
	Path   string `json:"path"`
	Exists bool   `json:"exists"`
	// Usable says that sessions can be made in it, or that it can be made.
	Usable bool        `json:"writable"`
	Mode   fs.FileMode `json:"-"`
	// Fault is why nothing more is known of it.
	Fault      string `json:"fault,omitempty"`
	FileSystem string `json:"file_system"` // as the kernel names its type: "ext4", "nfs4"
	Free       uint64 `json:"free_bytes"`
	Reserve    uint64 `json:"reserve_bytes"` // what a session keeps free for its record
	Octal      string `json:"mode"`          // Mode in four digits, "" if it does not exist
}

// Session is one that is not closed.
type Session struct {
	Name   string `json:"name"`
	Status string `json:"status"`
	Holder string `json:"holder,omitempty"` // who has it open
}

// Process is this process.
type Process struct {
	Root         bool `json:"root"`
	CoreDumpsOff bool `json:"core_dumps_off"`
}

// judgeConsole says what is wrong around the console.
func (e *examination) judgeConsole() {
	c := e.report.Console
	e.judgeTerminal(c.Terminal)
	e.judgeState(c.State)
	switch {
	case c.Clock.Synchronised == nil:
		e.note(ClockUnknown, "whether anything keeps the clock right is not known. Compare it with another before times matter.")
	case !*c.Clock.Synchronised:
		e.note(ClockUnsynced, "nothing keeps the clock right, says the kernel. Times in the record are this clock's; start chrony or systemd-timesyncd.")
	}
	for _, s := range c.Sessions {
		if s.Status == "bad" {
			e.note(SessionBad, "the session "+s.Name+" cannot be read; wsc-respond verify says why.")
		}
	}
	if c.Process.Root {
		e.note(Root, "this is root: no permission keeps it from a key, not even mode 000.")
	}
	if !c.Process.CoreDumpsOff {
		e.note(CoreDumps, "core dumps of this process are on: a crash may write inputs to a file.")
	}
	for _, t := range e.report.Tools {
		if text := unmeasured(t); text != "" {
			e.note(NotMeasured, text)
		}
	}
}

func (e *examination) judgeTerminal(t Terminal) {
	switch {
	case !t.Attached:
		return // nobody is looking, so nothing can be said of where they will
	case !t.FullScreen:
		e.note(LineModeOnly, "this terminal shows no full screen; the console talks line by line here.")
	case t.TooSmall:
		e.note(Small, fmt.Sprintf("%dx%d is too small for the full screen.", t.Columns, t.Rows))
	}
	if !t.UTF8 {
		e.note(NoUTF8, "the locale is not one of UTF-8: signs are shown in ASCII.")
	}
}

func (e *examination) judgeState(s State) {
	switch {
	case s.Fault != "":
		e.problem(StateUnusable, s.Fault)
		return
	case !s.Usable:
		e.problem(StateUnusable, "no session can be opened in "+s.Path+": you may not write there. --dir names another folder.")
	}
	if s.Exists && s.Mode.Perm()&0o077 != 0 {
		e.problem(StateReachable, fmt.Sprintf("others on this machine can reach %s: its mode is %s. chmod go= %s", s.Path, s.Octal, s.Path))
	}
	if s.Free < s.Reserve {
		e.problem(DiskFull, fmt.Sprintf("%d MiB are free at %s; below %d MiB evidence stops growing.", s.Free>>20, s.Path, s.Reserve>>20))
	}
	if why := doubt(s.FileSystem); why != "" {
		e.note(FileSystem, s.Path+" lies on "+s.FileSystem+", "+why)
	}
}

// doubt says why sessions are less safe on a type of file system, by the name
// that /proc/self/mountinfo has for it.
func doubt(fileSystem string) string {
	switch name, _, _ := strings.Cut(fileSystem, "."); name {
	case "nfs", "nfs4", "smbfs", "smb3", "cifs", "9p", "ceph", "afs", "coda", "lustre", "gpfs":
		return "over a network: a second console on another machine may not be kept out, and a lost connection makes the record read-only."
	case "fuse", "fuseblk":
		return "and what stands behind that decides whether locks and syncs hold."
	case "vboxsf", "vmhgfs", "virtiofs":
		return "shared with a virtual machine's host: its locks and syncs may not hold."
	case "tmpfs", "ramfs":
		return "which lies in memory: the record is gone when this machine stops."
	}
	return ""
}
