package runner

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"wsc-respond/session"
	"wsc-respond/session/evidence"
)

// A run leaves these names in the session folder:
//
//	evidence/<base>.out, .err   what it wrote, redacted
//	evidence/<base>.d/          the files that it left for the record
//	run/<base>.json             how it ended
//	run/<base>.json.part        the same while it is at work: room for it
//	run/<base>.lock             held by its supervisor, and says who that is
//	run/<base>.sock             where a terminal joins an interactive command
//	run/bin/wsc-respond         this program, first on every command's PATH
//
// When a run has ended, only the evidence and the .json are left.
const runFolder = "run"

func resultName(base string) string { return runFolder + "/" + base + ".json" }
func partName(base string) string   { return runFolder + "/" + base + ".json.part" }
func lockName(base string) string   { return runFolder + "/" + base + ".lock" }
func socketName(base string) string { return runFolder + "/" + base + ".sock" }
func outName(base string) string    { return evidence.Folder + "/" + base + ".out" }
func errName(base string) string    { return evidence.Folder + "/" + base + ".err" }
func leftFolder(base string) string { return evidence.Folder + "/" + base + ".d" }

const (
	binFolder  = runFolder + "/bin"
	programRef = binFolder + "/wsc-respond"
)

// checkBase refuses a base name that could reach outside its folder.
func checkBase(base string) error {
	plain := strings.IndexFunc(base, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '-' && r != '_' && r != '.'
	}) < 0
	if base == "" || base[0] == '.' || !plain || len(base) > 100 {
		return fmt.Errorf("%q cannot name the files of a command", base)
	}
	return nil
}

// job is what a supervisor is told, through a pipe. It holds secrets, so it
// is never written anywhere else. It is encoded with gob, because JSON would
// change bytes that are not UTF-8.
type job struct {
	Order      session.Order
	SessionDir string // absolute
	Self       string // the path of this program
	Env        []string
	Keep       limits

	core unix.Rlimit // for core dumps of the command; not sent, but inherited
}

func (j *job) binDir() string { return filepath.Join(j.SessionDir, binFolder) }

// ack is what a supervisor says once the command is at work, or could not be
// started. The result follows on the same pipe.
type ack struct {
	Running bool
}

// record says who supervises a run. It stands in the lock file, and is valid
// only as long as somebody holds the lock.
type record struct {
	Process process `json:"process"`
	Boot    string  `json:"boot"`
	// LiveFD is the supervisor's descriptor of the live view.
	LiveFD      int  `json:"live_fd"`
	Interactive bool `json:"interactive"`
}

// resultFile is run/<base>.json: the ended event before it is one.
type resultFile struct {
	Version int                     `json:"v"`
	Ended   session.Ended           `json:"ended"`
	Tail    []byte                  `json:"tail,omitempty"`
	Left    []session.EvidenceAdded `json:"left,omitempty"`
}

const resultVersion = 1

func toFile(command session.Ref, r session.Result) resultFile {
	return resultFile{Version: resultVersion, Tail: []byte(r.Tail), Left: r.Left, Ended: session.Ended{
		Command: command, Outcome: r.Outcome, Exit: r.Exit, Signal: r.Signal, Duration: r.Duration.Seconds(),
		Stdout: r.Stdout, Stderr: r.Stderr, Carry: r.Carry, Redacted: r.Redacted, Detail: r.Detail, Missing: r.Missing,
	}}
}

func (f resultFile) result() session.Result {
	e := f.Ended
	return session.Result{
		Outcome: e.Outcome, Exit: e.Exit, Signal: e.Signal,
		Duration: time.Duration(e.Duration * float64(time.Second)),
		Stdout:   e.Stdout, Stderr: e.Stderr, Carry: e.Carry, Redacted: e.Redacted, Detail: e.Detail,
		Missing: e.Missing, Tail: string(f.Tail), Left: f.Left,
	}
}

// maxResult bounds what is read of a result file, in bytes.
const maxResult = 64 << 20

// readResult returns the result that a supervisor has left; fs.ErrNotExist
// says that there is none.
func readResult(root *os.Root, base string) (session.Result, error) {
	f, err := evidence.Open(root, resultName(base))
	if err != nil {
		return session.Result{}, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil || info.Size() > maxResult {
		return session.Result{}, errors.Join(fmt.Errorf("the result of %s is too large to be one", base), err)
	}
	var file resultFile
	if err := json.NewDecoder(f).Decode(&file); err != nil {
		return session.Result{}, fmt.Errorf("read the result of %s: %w", base, err)
	}
	if file.Version != resultVersion {
		return session.Result{}, fmt.Errorf("read the result of %s: version %d is not known here", base, file.Version)
	}
	return file.result(), nil
}

// resultRoom is how much disk is set aside at the start of a run, in bytes, so
// that its result can be written even when the command filled the disk.
const resultRoom = 256 << 10

// reserve makes the file that will become the result. If the disk is full
// already, the file stays empty, and writing is tried again at the end.
func reserve(root *os.Root, base string) (*os.File, error) {
	f, err := evidence.Create(root, partName(base))
	if err != nil {
		return nil, err
	}
	// Not every file system can do this; then there is no reserve.
	_ = unix.Fallocate(int(f.Fd()), 0, 0, resultRoom)
	return f, nil
}

// writeResult makes a result durable under its final name.
func writeResult(root *os.Root, f *os.File, base string, file resultFile) error {
	content, err := json.Marshal(file)
	if err != nil {
		return fmt.Errorf("encode the result of %s: %w", base, err)
	}
	if _, err := f.WriteAt(content, 0); err != nil {
		return fmt.Errorf("write the result of %s: %w", base, err)
	}
	if err := errors.Join(f.Truncate(int64(len(content))), f.Sync()); err != nil {
		return fmt.Errorf("write the result of %s: %w", base, err)
	}
	if err := root.Rename(partName(base), resultName(base)); err != nil {
		return fmt.Errorf("name the result of %s: %w", base, err)
	}
	return errors.Join(evidence.SyncDir(root, evidence.Folder), evidence.SyncDir(root, runFolder))
}

// absent reports whether an error says that a file is not there.
func absent(err error) bool { return errors.Is(err, fs.ErrNotExist) }
