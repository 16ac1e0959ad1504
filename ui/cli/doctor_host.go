package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"wsc-respond/session/doctor"
	"wsc-respond/session/journal"
	"wsc-respond/session/runner"
)

// thisMachine is the host that the program runs on, as the doctor examines it.
type thisMachine struct{}

func (thisMachine) Stat(path string) (fs.FileInfo, error) { return os.Stat(path) }
func (thisMachine) Resolve(path string) (string, error)   { return filepath.EvalSymlinks(path) }
func (thisMachine) MayExecute(path string) bool           { return unix.Access(path, unix.X_OK) == nil }

// afterEnd is how long the output of a program that ended may stay open in the
// hands of what it started.
const afterEnd = time.Second

// Run runs a program in a session of its own, so that it has no terminal and
// what it starts can be ended with it. It runs in the root folder: some, like
// cargo, do more than asked where a file of the folder says so.
func (thisMachine) Run(ctx context.Context, path string, args ...string) (doctor.Output, error) {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	tooMuch := func() { stop(doctor.ErrFlood) }
	stdout, stderr := &bounded{full: tooMuch}, &bounded{full: tooMuch}
	cmd := exec.CommandContext(ctx, path, args...)
	cmd.Dir, cmd.Stdout, cmd.Stderr, cmd.WaitDelay = "/", stdout, stderr, afterEnd
	cmd.Env = quietly(runner.Allowed(os.Environ()))
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	endGroup := func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.Cancel = endGroup

	err := cmd.Run()
	if errors.Is(err, exec.ErrWaitDelay) { // something that it started lives on
		_ = endGroup()
		err = nil
	}
	if why := context.Cause(ctx); why != nil {
		return doctor.Output{}, why
	}
	if err != nil && !errors.As(err, new(*exec.ExitError)) {
		return doctor.Output{}, err
	}
	return doctor.Output{Stdout: stdout.kept, Stderr: stderr.kept, Exit: cmd.ProcessState.ExitCode()}, nil
}

// quietly is an environment in which programs answer in English and plainly,
// and find others only at absolute paths.
func quietly(environ []string) []string {
	var dirs []string
	for _, dir := range filepath.SplitList(os.Getenv("PATH")) {
		if filepath.IsAbs(dir) {
			dirs = append(dirs, dir)
		}
	}
	return append(environ, "PATH="+strings.Join(dirs, string(os.PathListSeparator)), "LC_ALL=C", "TERM=dumb", "PWD=/")
}

// bounded keeps the first bytes of a stream and tells when there were more.
type bounded struct {
	kept []byte
	full func()
}

// Write takes everything, so that the program is not stopped by it.
func (b *bounded) Write(p []byte) (int, error) {
	room := doctor.MaxOutput - len(b.kept)
	b.kept = append(b.kept, p[:min(room, len(p))]...)
	if len(p) > room {
		b.full()
	}
	return len(p), nil
}

// lookAtState looks at the folder of the sessions, or at the one in which it
// would be made.
func lookAtState(dir string) doctor.State {
	s := doctor.State{Path: dir, Reserve: journal.Reserve}
	info, err := os.Stat(dir)
	switch {
	case err == nil && !info.IsDir():
		s.Fault = dir + " is not a folder. --dir names another."
		return s
	case err == nil:
		s.Exists, s.Mode, s.Octal = true, info.Mode(), fmt.Sprintf("%04o", info.Mode().Perm())
	case !errors.Is(err, fs.ErrNotExist):
		s.Fault = fmt.Sprintf("look at the folder of the sessions: %v. --dir names another.", err)
		return s
	}
	there := existing(dir)
	s.Usable = unix.Access(there, unix.R_OK|unix.W_OK|unix.X_OK) == nil
	if s.Free, err = journal.Free(there); err != nil {
		s.Fault = err.Error()
	}
	if real, err := filepath.EvalSymlinks(there); err == nil {
		mounts, _ := os.ReadFile("/proc/self/mountinfo") // without it the type is unknown
		s.FileSystem = fileSystem(string(mounts), real)
	}
	return s
}

// existing is the nearest folder at or above a path that exists.
func existing(path string) string {
	for ; path != filepath.Dir(path); path = filepath.Dir(path) {
		if info, err := os.Stat(path); err == nil && info.IsDir() {
			return path
		}
	}
	return path
}

// fileSystem is the type of the file system at an absolute path without links,
// from the text of /proc/self/mountinfo: see proc_pid_mountinfo(5). Of several
// mounts on the same folder the last one counts.
func fileSystem(mounts, path string) string {
	found, length := "", -1
	for line := range strings.Lines(mounts) {
		head, tail, ok := strings.Cut(line, " - ")
		fields, about := strings.Fields(head), strings.Fields(tail)
		if !ok || len(fields) < 5 || len(about) == 0 {
			continue
		}
		point := unescapeMount(fields[4])
		inside := path == point || strings.HasPrefix(path, strings.TrimSuffix(point, "/")+"/")
		if inside && len(point) >= length {
			found, length = about[0], len(point)
		}
	}
	return found
}

// unescapeMount turns \040 and the like back into the characters they stand
// for.
func unescapeMount(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+4 <= len(s) {
			if code, err := strconv.ParseUint(s[i+1:i+4], 8, 8); err == nil {
				b.WriteByte(byte(code))
				i += 3
				continue
			}
		}
		b.WriteByte(s[i])
	}
	return b.String()
}
