package journal

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"

	"wsc-respond/session"
)

// evidenceFolder is where files of a session lie that no event might name.
const evidenceFolder = "evidence"

// maxRunbook bounds the copy of a runbook, in bytes; of a large one it has less
// than one MiB. A larger file is not the copy and is not read: a hole of a
// terabyte would hold up the check for hours.
const maxRunbook = 16 << 20

// claim is what an event says of a file.
type claim struct {
	file   string
	sha256 string
	most   int64 // bytes that the file can have; 0 is any number
}

// claims collects what events say of files.
type claims struct {
	lines   map[claim]uint64 // the line that said it first
	order   []claim
	named   map[string]bool
	running map[uint64]string // base names of commands that have not ended, by their started event
}

func newClaims() *claims {
	return &claims{lines: map[claim]uint64{}, named: map[string]bool{}, running: map[uint64]string{}}
}

// add takes the files out of an event.
func (c *claims) add(line uint64, e session.Event) {
	switch d := e.Data.(type) {
	case *session.Opened:
		c.claim(line, claim{d.Runbook.File, d.Runbook.SHA256, maxRunbook})
	case *session.Started:
		c.running[e.Seq] = d.Evidence
	case *session.Ended:
		delete(c.running, d.Of)
		c.claim(line, claim{file: d.Stdout.File, sha256: d.Stdout.SHA256})
		c.claim(line, claim{file: d.Stderr.File, sha256: d.Stderr.SHA256})
	case *session.EvidenceAdded:
		c.claim(line, claim{file: d.File, sha256: d.SHA256})
	case *session.NoticeDrafted:
		c.claim(line, claim{file: d.File, sha256: d.SHA256})
	case *session.Trimmed:
		c.claim(line, claim{file: d.File, sha256: d.SHA256})
	}
}

func (c *claims) claim(line uint64, one claim) {
	if one.file == "" {
		return
	}
	if _, ok := c.lines[one]; !ok {
		c.lines[one] = line
		c.order = append(c.order, one)
		c.named[one.file] = true
	}
}

// check compares the files with what was said of them, and looks for files of
// which nothing was said.
func (c *claims) check(ctx context.Context, folder fs.FS, report *Report) error {
	for _, one := range c.order {
		if err := ctx.Err(); err != nil {
			return err
		}
		kind, detail := c.compare(ctx, folder, one, report)
		if kind != "" {
			report.problem(Problem{Kind: kind, File: one.file, Line: c.lines[one],
				Detail: fmt.Sprintf("%s, named in line %d, %s", one.file, c.lines[one], detail)})
		}
	}
	c.unnamed(folder, report)
	return ctx.Err()
}

// compare returns an empty kind when the file is what the event says.
func (c *claims) compare(ctx context.Context, folder fs.FS, one claim, report *Report) (ProblemKind, string) {
	if !fs.ValidPath(one.file) || one.file == "." {
		return ProblemEvidenceOutside, "is not a file of the session folder"
	}
	f, err := openRegular(folder, one.file)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return ProblemEvidenceMissing, "is not there"
	case isTypeError(err):
		return ProblemEvidenceChanged, "cannot be used: " + err.Error()
	case err != nil:
		return ProblemEvidenceUnreadable, "cannot be read: " + err.Error()
	}
	defer f.Close()
	sum := sha256.New()
	n, err := io.Copy(sum, &untilDone{ctx, bounded(f, one.most)})
	if one.most > 0 && n > one.most {
		return ProblemEvidenceChanged, fmt.Sprintf("is larger than %d MiB, and a copy of a runbook is not", one.most>>20)
	}
	if err != nil {
		return ProblemEvidenceUnreadable, "cannot be read: " + err.Error()
	}
	report.Evidence++
	report.EvidenceBytes += n
	if got := hex.EncodeToString(sum.Sum(nil)); got != one.sha256 {
		return ProblemEvidenceChanged, fmt.Sprintf("has the SHA-256 %s, and the event says %s", got, one.sha256)
	}
	return "", ""
}

// bounded reads one byte more than a file can have, which tells that it has
// more.
func bounded(f io.Reader, most int64) io.Reader {
	if most == 0 {
		return f
	}
	return io.LimitReader(f, most+1)
}

// untilDone reads until the context ends.
type untilDone struct {
	ctx context.Context
	r   io.Reader
}

func (u *untilDone) Read(p []byte) (int, error) {
	if err := u.ctx.Err(); err != nil {
		return 0, err
	}
	return u.r.Read(p)
}

// unnamed notes the files that no event names. Files of a command that has
// not ended are named when it has.
func (c *claims) unnamed(folder fs.FS, report *Report) {
	torn, _ := fs.Glob(folder, "torn-*.bin")
	for _, file := range torn {
		c.noteUnnamed(file, report)
	}
	_ = fs.WalkDir(folder, evidenceFolder, func(file string, entry fs.DirEntry, err error) error {
		if err != nil && file != evidenceFolder {
			report.note(Problem{Kind: ProblemEvidenceUnreadable, File: file, Detail: file + " cannot be looked at: " + err.Error()})
		}
		if err == nil && !entry.IsDir() && !c.isRunning(file) {
			c.noteUnnamed(file, report)
		}
		return nil
	})
}

func (c *claims) noteUnnamed(file string, report *Report) {
	if !c.named[file] {
		report.note(Problem{Kind: ProblemEvidenceUnnamed, File: file, Detail: file + " is named by no event"})
	}
}

// isRunning reports whether a file belongs to a command whose end is not on
// record: evidence/0007-move.out, evidence/0007-move.d/core.
func (c *claims) isRunning(file string) bool {
	name := strings.TrimPrefix(file, evidenceFolder+"/")
	for _, base := range c.running {
		if strings.HasPrefix(name, base+".") {
			return true
		}
	}
	return false
}
