package runner

import (
	"encoding/gob"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"runtime/debug"
	"sync"
	"time"

	"golang.org/x/sys/unix"

	"wsc-respond/session"
)

// SuperviseArg is the one argument with which this program becomes the
// supervisor of a command.
const SuperviseArg = "__supervise"

// The descriptors that a supervisor is started with, after the standard ones.
const (
	fdJob = 3 + iota
	fdAnswer
	fdLock
	fdLive
)

// Supervise is the whole life of a supervisor: it takes a job from the console
// that started it, runs the command, keeps its output and writes its result.
// It returns the exit code of the process. Call it first thing in main, before
// anything of a screen is set up, when the only argument is [SuperviseArg].
func Supervise() int {
	s := &supervisor{
		signals: make(chan os.Signal, 16),
		answer:  os.NewFile(fdAnswer, "answer"), lock: os.NewFile(fdLock, "lock"),
	}
	// Notify, not Ignore: what is ignored here would be ignored by the
	// command as well. A hang-up and the keys of a terminal are not for it,
	// and a file size limit is an error like others.
	signal.Notify(s.signals, unix.SIGUSR1, unix.SIGTERM,
		unix.SIGHUP, unix.SIGINT, unix.SIGQUIT, unix.SIGTSTP, unix.SIGPIPE, unix.SIGXFSZ)
	if err := s.receive(); err != nil {
		fmt.Fprintln(os.Stderr, "wsc-respond: this is how the console starts a command; it is of no use by hand")
		return 2
	}
	s.supervise()
	return 0
}

// supervisor is the process that a command belongs to.
type supervisor struct {
	job     job
	root    *os.Root
	signals chan os.Signal
	answer  *os.File // to the console that started it
	lock    *os.File
	part    *os.File // becomes the result file
	screen  *screen
	notes   []string // what the result's detail will say
}

// receive takes the job and gets ready to be found by other consoles.
func (s *supervisor) receive() error {
	pipe := os.NewFile(fdJob, "job")
	if pipe == nil || s.answer == nil || s.lock == nil {
		return errors.New("there is no job")
	}
	defer pipe.Close()
	// Memory stays close to what is in use; there is little to collect.
	debug.SetGCPercent(25)
	if err := gob.NewDecoder(pipe).Decode(&s.job); err != nil {
		return fmt.Errorf("take the job: %w", err)
	}
	s.job.core = noCoreFile()
	for fd := fdJob; fd <= fdLive; fd++ {
		unix.CloseOnExec(fd)
	}
	if err := unix.Prctl(unix.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0); err != nil {
		return fmt.Errorf("become the one who gets orphaned processes: %w", err)
	}
	root, err := os.OpenRoot(s.job.SessionDir)
	if err != nil {
		return fmt.Errorf("open the session folder: %w", err)
	}
	s.root = root
	s.screen = newScreen(os.NewFile(fdLive, "live"), upTime())
	s.part, err = reserve(root, s.job.Order.Evidence)
	return errors.Join(err, s.sign())
}

// sign writes into the lock file who holds it.
func (s *supervisor) sign() error {
	me, err := readStatus(os.Getpid())
	if err != nil {
		return fmt.Errorf("find out who this process is: %w", err)
	}
	return writeRecord(s.lock, record{Process: me.process, Boot: bootID(), LiveFD: fdLive, Interactive: s.job.Order.Interactive})
}

func (s *supervisor) supervise() {
	done := make(chan struct{})
	var watching sync.WaitGroup
	watching.Go(func() { s.screen.run(done) })
	out := gob.NewEncoder(s.answer)

	c, err := s.launch()
	_ = out.Encode(ack{Running: err == nil})
	result := session.Result{Outcome: session.NotRun, Exit: -1}
	if err != nil {
		s.note("%v", err)
	} else {
		result = s.follow(c)
	}
	s.finish(c, &result)

	close(done)
	watching.Wait()
	s.report(out, result)
	s.linger(c)
}

func (s *supervisor) launch() (*child, error) {
	dir, err := prepare(&s.job)
	if err != nil {
		return &child{}, err
	}
	s.screen.begin(upTime())
	return start(&s.job, dir, s.root, s.screen)
}

// follow waits until the shell has ended, and ends it when it is told to.
func (s *supervisor) follow(c *child) session.Result {
	var timeout <-chan time.Time
	if s.job.Order.Timeout > 0 {
		timeout = time.After(s.job.Order.Timeout)
	}
	var stopped session.Outcome
	left := make(chan int, 1)
	stop := func(as session.Outcome) {
		if stopped == "" {
			stopped = as
			go func() { left <- endAll() }()
		}
	}
	for {
		select {
		case ws := <-c.exit:
			r := outcome(ws, stopped)
			r.Duration = upTime() - s.screen.start
			if stopped != "" {
				s.noteSurvivors(<-left)
			}
			return r
		case sig := <-s.signals:
			switch sig {
			case unix.SIGUSR1:
				stop(session.Cancelled)
			case unix.SIGTERM:
				s.note("its supervisor was told to end (SIGTERM), as when the machine shuts down")
				stop(session.Signalled)
			}
		case <-timeout:
			s.note("it ran longer than its limit of %v", s.job.Order.Timeout)
			stop(session.TimedOut)
		}
	}
}

func (s *supervisor) noteSurvivors(n int) {
	if n > 0 {
		s.note("%s of it could not be ended", count(n, "process", "processes"))
	}
}

// outcome reads how the shell ended; stopped says that it was ended from here.
func outcome(ws unix.WaitStatus, stopped session.Outcome) session.Result {
	r := session.Result{Outcome: session.Exited, Exit: -1}
	switch {
	case ws.Signaled():
		r.Outcome, r.Signal = session.Signalled, unix.SignalName(ws.Signal())
	case stopped == "":
		r.Exit = ws.ExitStatus()
	}
	if stopped != "" {
		r.Outcome = stopped
	}
	return r
}

// giveUp is how long a supervisor tries to write a result that the disk does
// not take.
const giveUp = 10 * time.Minute

// report makes the result durable and tells the console, if it is still there.
// When the disk does not take it, the console is told all the same, and the
// lock stays: somebody is still trying.
func (s *supervisor) report(out *gob.Encoder, r session.Result) {
	file := toFile(s.job.Order.Command, r)
	write := func() error { return writeResult(s.root, s.part, s.job.Order.Evidence, file) }
	_ = s.root.Remove(socketName(s.job.Order.Evidence))
	err := write()
	if err == nil {
		_ = s.root.Remove(lockName(s.job.Order.Evidence))
	}
	_ = out.Encode(r)
	_ = s.answer.Close()
	for until := upTime() + giveUp; err != nil && upTime() < until; time.Sleep(time.Second) {
		err = write()
	}
	_ = s.root.Remove(lockName(s.job.Order.Evidence))
	_ = s.lock.Close()
}

// linger stays behind for background processes that still write to the pipes.
func (s *supervisor) linger(c *child) {
	signal.Reset(unix.SIGTERM)
	_ = s.root.Close()
	var readers sync.WaitGroup
	for _, capture := range c.captures {
		capture.keep, capture.scrub = nil, nil
		if c.pid != 0 && c.terminal == nil {
			readers.Go(capture.drain)
		}
	}
	debug.FreeOSMemory()
	readers.Wait()
}

func (s *supervisor) note(format string, args ...any) {
	s.notes = append(s.notes, fmt.Sprintf(format, args...))
}

func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
