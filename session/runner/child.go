package runner

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"wsc-respond/session/evidence"
)

// child is the shell of a command, with everything that hangs on it.
type child struct {
	pid      int
	exit     <-chan unix.WaitStatus
	dir      string            // where it started
	given    map[string]string // the environment that it got
	report   *os.File          // where it writes its state at the end
	text     *os.File
	captures []*capture
	terminal *terminal // nil unless interactive
}

// prepare checks what can be checked before anything is made.
func prepare(j *job) (dir string, err error) {
	dir = j.Order.Dir
	if j.Order.Carry.Dir != "" {
		dir = j.Order.Carry.Dir
	}
	info, err := os.Stat(dir)
	switch {
	case err != nil:
		return "", fmt.Errorf("the directory %s cannot be used: %w", dir, plain(err))
	case !info.IsDir():
		return "", fmt.Errorf("%s is not a directory", dir)
	}
	if info, err := os.Stat(j.Order.Interpreter); err != nil || info.IsDir() {
		return "", fmt.Errorf("the shell %s is not there", j.Order.Interpreter)
	}
	if strings.ContainsRune(j.SessionDir, os.PathListSeparator) {
		return "", fmt.Errorf("the path of the session folder, %s, holds a colon, and PATH cannot hold such a folder", j.SessionDir)
	}
	for name, value := range j.Order.Values {
		if !isName(name) || strings.ContainsRune(value, 0) {
			return "", fmt.Errorf("the input %q cannot be given to a command", name)
		}
	}
	return dir, nil
}

// plain takes the operation and the path off an error of the file system,
// for sentences that name the path themselves.
func plain(err error) error {
	if p := (*os.PathError)(nil); errors.As(err, &p) {
		return p.Err
	}
	return err
}

// start starts the shell. Everything that is made for it stands in the child,
// also when it could not be started.
func start(j *job, dir string, root *os.Root, sc *screen) (*child, error) {
	c := &child{dir: dir, given: environ(j, dir)}
	if err := c.makeMemory(j.Order.Shell); err != nil {
		return c, err
	}
	if err := makeFolders(root, j); err != nil {
		return c, err
	}
	attr := &os.ProcAttr{Dir: dir, Env: pairs(c.given)}
	after, err := c.connect(j, root, sc, attr)
	defer after()
	if err != nil {
		return c, err
	}
	argv := []string{"bash", "-p", "-c", prelude(int(c.text.Fd()), int(c.report.Fd()), envProgram()), "bash"}
	var p *os.Process
	withCore(j.core, func() { p, err = os.StartProcess(j.Order.Interpreter, argv, attr) })
	if err != nil {
		return c, fmt.Errorf("start %s: %w", j.Order.Interpreter, plain(err))
	}
	c.pid = p.Pid
	// All children are waited for in one place, also those that lost their
	// parent and came to this process.
	_ = p.Release()
	c.exit = reap(c.pid)
	for _, capture := range c.captures {
		capture.start()
	}
	return c, nil
}

// makeMemory makes the two nameless files through which the shell gets its
// text and reports its state.
func (c *child) makeMemory(text string) error {
	for _, f := range []struct {
		file *(*os.File)
		name string
	}{{&c.text, "wsc-respond-text"}, {&c.report, "wsc-respond-state"}} {
		fd, err := unix.MemfdCreate(f.name, unix.MFD_CLOEXEC)
		if err != nil {
			return fmt.Errorf("make room for the command's text: %w", err)
		}
		*f.file = os.NewFile(uintptr(fd), f.name)
	}
	if _, err := c.text.WriteString(text); err != nil {
		return fmt.Errorf("hand over the command's text: %w", err)
	}
	return nil
}

// connect makes the standard streams. The function that it returns closes
// what only the shell needs.
func (c *child) connect(j *job, root *os.Root, sc *screen, attr *os.ProcAttr) (after func(), err error) {
	var theirs []*os.File
	after = func() {
		for _, f := range theirs {
			_ = f.Close()
		}
	}
	if j.Order.Interactive {
		theirs, err = c.connectTerminal(j, root, sc)
		attr.Files = append(attr.Files, theirs...)
		attr.Files = append(attr.Files, theirs...)
		attr.Files = append(attr.Files, theirs...)
		attr.Sys = &syscall.SysProcAttr{Setsid: true, Setctty: true, Ctty: 0}
		return after, err
	}
	theirs, err = c.connectPipes(j, root, sc)
	attr.Files = theirs
	attr.Sys = &syscall.SysProcAttr{Setpgid: true}
	return after, err
}

// connectTerminal returns the shell's side of a new terminal.
func (c *child) connectTerminal(j *job, root *os.Root, sc *screen) ([]*os.File, error) {
	name := outName(j.Order.Evidence)
	out, err := evidence.Create(root, name)
	if err != nil {
		return nil, err
	}
	master, slave, err := openPTY()
	if err != nil {
		return nil, errors.Join(err, out.Close())
	}
	_ = setSize(master, size{rows: 24, cols: 80}) // until somebody joins
	transcript := newCapture(stdout, master, out, name, j, sc)
	c.captures = append(c.captures, transcript)
	c.terminal, err = listen(j, root, master)
	if err == nil {
		transcript.copyTo = c.terminal
	}
	return []*os.File{slave}, err
}

// connectPipes returns standard input, output and error of the shell.
func (c *child) connectPipes(j *job, root *os.Root, sc *screen) ([]*os.File, error) {
	null, err := os.Open(os.DevNull)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", os.DevNull, err)
	}
	theirs := []*os.File{null}
	for stream, name := range []string{outName(j.Order.Evidence), errName(j.Order.Evidence)} {
		file, err := evidence.Create(root, name)
		if err != nil {
			return theirs, err
		}
		r, w, err := newPipe()
		if err != nil {
			return theirs, errors.Join(fmt.Errorf("make a pipe for the output: %w", err), file.Close())
		}
		theirs = append(theirs, w)
		c.captures = append(c.captures, newCapture(stream, r, file, name, j, sc))
	}
	return theirs, nil
}

// makeFolders makes the folder in which the command may leave files, and the
// one that holds this program under its own name.
func makeFolders(root *os.Root, j *job) error {
	if err := root.Mkdir(leftFolder(j.Order.Evidence), evidence.DirMode); err != nil {
		return fmt.Errorf("make the folder %s: %w", leftFolder(j.Order.Evidence), plain(err))
	}
	if err := evidence.MakeDir(root, leftFolder(j.Order.Evidence)); err != nil {
		return err
	}
	if err := evidence.MakeDir(root, binFolder); err != nil {
		return err
	}
	if target, err := root.Readlink(programRef); err == nil && target == j.Self {
		return nil
	}
	// A link is exchanged whole: another command may be looking it up.
	fresh := programRef + "." + j.Order.Evidence
	if err := errors.Join(root.Symlink(j.Self, fresh), root.Rename(fresh, programRef)); err != nil {
		return fmt.Errorf("give the command this program: %w", err)
	}
	return nil
}

// envProgram is the program that prints an environment. Where there is none,
// directory and variables do not go on to the next command.
func envProgram() string {
	const usual = "/usr/bin/env"
	if _, err := os.Stat(usual); err == nil {
		return usual
	}
	return "/bin/env"
}

// reap waits for all children and reports how one of them ended. It ends when
// there are none.
func reap(pid int) <-chan unix.WaitStatus {
	exit := make(chan unix.WaitStatus, 1)
	go func() {
		for {
			var ws unix.WaitStatus
			got, err := unix.Wait4(-1, &ws, 0, nil)
			switch {
			case errors.Is(err, unix.EINTR):
			case err != nil:
				return
			case got == pid:
				exit <- ws
			}
		}
	}()
	return exit
}

// killAfter is how long processes that were asked to end may take; gaveUp is
// how long the kernel may take to end those that were made to.
const (
	killAfter = 2 * time.Second
	gaveUp    = 5 * time.Second
	lookEvery = 20 * time.Millisecond
)

// endAll ends everything below this process: SIGTERM, two seconds, SIGKILL.
// It returns how many processes it could not end.
func endAll() int {
	told := map[process]bool{}
	below := func(within time.Duration, tell func(process)) bool {
		for until := upTime() + within; upTime() < until; time.Sleep(lookEvery) {
			all := descendants(os.Getpid())
			if len(all) == 0 {
				return false
			}
			for _, p := range all {
				tell(p)
			}
		}
		return true
	}
	asked := below(killAfter, func(p process) {
		if !told[p] {
			told[p] = true
			_ = p.signal(unix.SIGTERM)
			_ = p.signal(unix.SIGCONT) // one that is stopped could not hear it
		}
	})
	if !asked {
		return 0
	}
	below(gaveUp, func(p process) { _ = p.signal(unix.SIGKILL) })
	return len(descendants(os.Getpid()))
}
