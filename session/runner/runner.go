// Package runner runs a confirmed command so that a responder can rely on it:
// it goes on when the connection drops or the console is killed, its output
// and exit code are kept, and stopping it stops everything it started.
//
// The rules it keeps:
//
//   - Nothing runs without a ticket that was spent, and a ticket runs once.
//   - A command belongs to a supervisor and not to the console: this same
//     program in a session of its own, which owns the processes and the
//     output. A console that comes later finds it by the lock it holds.
//   - A result is written to disk before anybody is told of it.
//   - Values and secrets reach the command in its environment. They stand in
//     no argument list and no file; output is redacted before it is written.
//   - Output never waits: not for a screen, not for a disk that is full or
//     silent. What could not be kept is counted, and the file says so.
//   - A command runs in bash without startup files, with an environment made
//     from a short list, and with no terminal unless it is interactive.
//
// It works on Linux, through /proc, process descriptors and subreapers. On
// hosts whose login manager kills everything of a user who logs out
// (KillUserProcesses), it takes lingering or a service to outlive the login.
package runner

import (
	"context"
	"encoding/gob"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"wsc-respond/session"
	"wsc-respond/session/evidence"
)

// Options is what a Runner needs to know.
type Options struct {
	// SessionDir is the session folder, as an absolute path.
	SessionDir string
	// Self is the path of this program, links resolved. Commands find it
	// first on their PATH as wsc-respond.
	Self string
	// Env is the console's environment; commands get what is allowed of it.
	Env []string
}

// Runner runs the commands of one session. It implements session.Runner.
type Runner struct {
	options Options
	keep    limits
	answer  time.Duration // answerWithin; tests have less patience
}

var _ session.Runner = (*Runner)(nil)

// New returns the Runner of a session. It touches nothing yet.
func New(o Options) *Runner {
	o.Env = Allowed(o.Env)
	return &Runner{options: o, keep: standardLimits(), answer: answerWithin}
}

// Start runs what the ticket allows. It returns when the command is at work.
// If the supervisor could not start it, because its directory is gone for
// example, the Run ends at once with the outcome session.NotRun. An error means
// that nothing ran.
func (r *Runner) Start(ctx context.Context, t *session.Ticket) (session.Run, error) {
	order, err := t.Spend()
	if err != nil {
		return nil, err
	}
	started, err := r.start(ctx, order)
	if err != nil {
		return nil, fmt.Errorf("start the supervisor of %s: %w", order.Evidence, err)
	}
	return started, nil
}

// Remains says what is left of the output of a command that nobody saw end,
// for the event that says so. A stream without a file is zero; Bytes is what
// the file holds, because nobody knows what the command wrote.
func (r *Runner) Remains(base string) (out, errs session.Output) {
	root, err := r.open(base)
	if err != nil {
		return out, errs
	}
	defer root.Close()
	return remains(root, outName(base)), remains(root, errName(base))
}

func remains(root *os.Root, name string) session.Output {
	sum, size, err := evidence.Digest(root, name)
	if err != nil {
		return session.Output{}
	}
	return session.Output{File: name, Bytes: size, Kept: size, SHA256: sum}
}

func (r *Runner) open(base string) (*os.Root, error) {
	if err := checkBase(base); err != nil {
		return nil, err
	}
	root, err := os.OpenRoot(r.options.SessionDir)
	if err != nil {
		return nil, fmt.Errorf("open the session folder: %w", err)
	}
	return root, nil
}

// start does what Start does, with an order in hand.
func (r *Runner) start(ctx context.Context, order session.Order) (*run, error) {
	root, err := r.open(order.Evidence)
	if err != nil {
		return nil, err
	}
	keep := false
	defer func() {
		if !keep {
			_ = root.Close()
		}
	}()
	if err := ctx.Err(); err != nil {
		return nil, err // from here on the start is not given up half-way
	}
	sv, err := spawn(root, order.Evidence, r.options.Self)
	if err != nil {
		return nil, err
	}
	sv.within(r.answer)
	keep = true
	started := &run{runner: r, root: root, base: order.Evidence, process: sv.process,
		interactive: order.Interactive, viewer: newViewer(sv.live), done: make(chan struct{})}
	if err := sv.give(job{Order: order, SessionDir: r.options.SessionDir, Self: r.options.Self, Env: r.options.Env, Keep: r.keep}); err != nil {
		// The supervisor runs nothing unless it has the whole job.
		started.finish(session.Result{Outcome: session.NotRun, Exit: -1, Detail: err.Error()})
		sv.forget()
		return started, nil
	}
	answers := gob.NewDecoder(sv.answer)
	var a ack
	_ = answers.Decode(&a) // without an answer there will be no result either
	sv.patiently()
	go func() {
		defer sv.forget()
		var result session.Result
		if err := answers.Decode(&result); err != nil {
			started.await()
			return
		}
		started.finish(result)
	}()
	return started, nil
}

// supervised is a supervisor as its parent sees it.
type supervised struct {
	cmd     *exec.Cmd
	process process
	job     *os.File
	answer  *os.File
	live    *os.File
}

// answerWithin is how long a supervisor may take to say that the command is at
// work.
const answerWithin = 30 * time.Second

// spawn starts a supervisor in a session of its own. It already holds the
// lock, so that no other console can take the run for lost.
func spawn(root *os.Root, base, self string) (sv *supervised, err error) {
	for _, folder := range []string{evidence.Folder, runFolder} {
		if err := evidence.MakeDir(root, folder); err != nil {
			return nil, err
		}
	}
	lock, err := makeLock(root, base)
	if err != nil {
		return nil, err
	}
	defer lock.Close()
	if _, err := root.Lstat(resultName(base)); !absent(err) {
		return nil, errors.Join(fmt.Errorf("%s has run before", base), err, root.Remove(lockName(base)))
	}
	sv = &supervised{}
	if sv.live, err = newLiveFile(); err != nil {
		return nil, err
	}
	jobRead, jobWrite, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	defer jobRead.Close()
	answerRead, answerWrite, err := os.Pipe()
	if err != nil {
		return nil, errors.Join(err, jobWrite.Close())
	}
	defer answerWrite.Close()
	sv.job, sv.answer = jobWrite, answerRead
	// The program that runs now, also if its file was exchanged meanwhile:
	// both sides speak the same version.
	sv.cmd = &exec.Cmd{
		Path: "/proc/self/exe", Args: []string{self, SuperviseArg}, Env: []string{"PATH=" + defaultPath}, Dir: "/",
		ExtraFiles:  []*os.File{jobRead, answerWrite, lock, sv.live},
		SysProcAttr: &syscall.SysProcAttr{Setsid: true},
	}
	if err := sv.cmd.Start(); err != nil {
		sv.close()
		_ = root.Remove(lockName(base))
		return nil, fmt.Errorf("run this program as a supervisor: %w", err)
	}
	st, err := readStatus(sv.cmd.Process.Pid)
	if err != nil {
		sv.close() // without a job it runs nothing
		_ = sv.cmd.Wait()
		return nil, fmt.Errorf("find the supervisor: %w", err)
	}
	sv.process = st.process
	return sv, nil
}

// within bounds how long the supervisor may take to be at work.
func (sv *supervised) within(d time.Duration) {
	_ = sv.job.SetWriteDeadline(time.Now().Add(d))
	_ = sv.answer.SetReadDeadline(time.Now().Add(d))
}

// patiently waits for the result from now on, however long the command takes.
func (sv *supervised) patiently() { _ = sv.answer.SetReadDeadline(time.Time{}) }

// give hands over the job, whole or not at all.
func (sv *supervised) give(j job) error {
	err := gob.NewEncoder(sv.job).Encode(j)
	if err = errors.Join(err, sv.job.Close()); err != nil {
		return fmt.Errorf("hand the command to its supervisor: %w", err)
	}
	return nil
}

// forget waits for the supervisor's process, which may stay behind for
// background processes long after the result.
func (sv *supervised) forget() {
	_ = sv.answer.Close()
	_ = sv.cmd.Wait()
}

func (sv *supervised) close() {
	for _, f := range []*os.File{sv.job, sv.answer, sv.live} {
		_ = f.Close()
	}
}

func makeLock(root *os.Root, base string) (*os.File, error) {
	lock, err := evidence.Create(root, lockName(base))
	if err != nil {
		return nil, err
	}
	if err := unix.Flock(int(lock.Fd()), unix.LOCK_EX|unix.LOCK_NB); err != nil {
		return nil, errors.Join(fmt.Errorf("lock %s: %w", lockName(base), err), lock.Close())
	}
	return lock, nil
}
