package journal

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"

	"wsc-respond/session"
)

// Verify reads the session in a folder from beginning to end, every field of
// every line, and compares the evidence with the digests in the events. What
// it finds wrong stands in the report; the error says that the session could
// not be read at all. It changes nothing, and its memory does not grow with
// the number of events, only with that of the files they name.
func Verify(ctx context.Context, dir string) (Report, error) {
	return verifyDir(ctx, dir, true)
}

// VerifyChain checks only that every line fits to the one before. It is
// several times as fast as Verify, and reads no evidence.
func VerifyChain(ctx context.Context, dir string) (Report, error) {
	return verifyDir(ctx, dir, false)
}

// VerifyFS is Verify for a session folder in an fs.FS.
func VerifyFS(ctx context.Context, folder fs.FS) (Report, error) {
	f, err := openRegular(folder, FileName)
	if err != nil {
		return Report{}, fmt.Errorf("open the session file %s: %w", FileName, err)
	}
	defer f.Close()
	return verify(ctx, folder, f, Report{Decoded: true})
}

func verifyDir(ctx context.Context, dir string, decode bool) (Report, error) {
	r, err := openReader(dir)
	if err != nil {
		return Report{}, err
	}
	defer r.Close()
	live := r.Live()
	info, err := r.file.Stat()
	if err != nil {
		return Report{}, fmt.Errorf("read the session file %s: %w", r.folder.pathOf(FileName), err)
	}
	// What is added while the check runs is left for the next one.
	now := io.NewSectionReader(r.file, 0, info.Size())
	report, err := verify(ctx, r.folder.root.FS(), now, Report{Decoded: decode, Live: live})
	if err != nil {
		return report, fmt.Errorf("verify the session in %s: %w", r.folder.path, err)
	}
	return report, nil
}

func verify(ctx context.Context, folder fs.FS, file io.Reader, report Report) (Report, error) {
	report.Problems = []Problem{} // an empty list in JSON, not null
	check := &lineCheck{report: &report, next: 1, claims: newClaims()}
	if err := eachLine(ctx, file, report.Decoded, check.line); err != nil {
		return report, err
	}
	check.end()
	if !report.Decoded {
		return report, nil
	}
	return report, check.claims.check(ctx, folder, &report)
}

// lineCheck takes the lines of a file in their order and keeps what of one
// the next is compared with.
type lineCheck struct {
	report *Report
	number uint64       // of the line, from 1
	next   uint64       // the sequence number that is expected
	before session.Hash // of the line before; empty if it could not be taken
	unread bool         // the number of the line before is not known
	claims *claims
}

// line checks one line.
func (c *lineCheck) line(l line) {
	if l.tail {
		c.tail(l)
		return
	}
	c.number++
	c.report.Closed = false
	if l.linked {
		c.link(l)
		c.sequence(l.seq)
	}
	c.unread = !l.linked
	c.before = l.hash
	c.report.Head = l.hash
	if l.err != nil {
		c.problem(ProblemBadLine, c.number, "line %d is not an event: %v", c.number, l.err)
	} else {
		c.report.Events++
	}
	if l.event.Data != nil {
		c.event(l.event)
	}
	if c.number == 1 && c.report.Decoded && !opens(l) {
		c.problem(ProblemNotOpened, 1, "line 1 does not open a session; events before it may be missing")
	}
}

func opens(l line) bool { return l.event.Data != nil && l.event.Kind() == session.KindOpened }

// link compares what a line says of the one before with that line.
func (c *lineCheck) link(l line) {
	switch {
	case c.number == 1 && l.prev != session.NoHash:
		c.problem(ProblemPrevMismatch, 1, "%s", mismatch(0))
	case c.number > 1 && c.before != "" && l.prev != c.before:
		c.problem(ProblemPrevMismatch, c.number-1, "%s", mismatch(c.number-1))
	}
}

// sequence checks that a line has the number that follows.
func (c *lineCheck) sequence(seq uint64) {
	switch {
	case c.unread && seq == c.next+1: // the line before was the missing one
	case seq > c.next:
		c.problem(ProblemSequenceGap, c.number, "line %d has the sequence number %d, and %d was expected: %d events are missing before it",
			c.number, seq, c.next, seq-c.next)
	case seq < c.next:
		c.problem(ProblemReordered, c.number, "line %d has the sequence number %d and stands behind number %d",
			c.number, seq, c.next-1)
	}
	c.next = max(c.next, seq+1)
}

// event checks what a line says.
func (c *lineCheck) event(e session.Event) {
	switch d := e.Data.(type) {
	case *session.Opened:
		if c.number == 1 {
			c.report.Session, c.report.Drill, c.report.Continues = d.Session, d.Drill, d.From
		}
	case *session.Closed:
		c.report.Closed = true
		if d.Count != c.number || d.Count != e.Seq {
			c.problem(ProblemCountDiffers, c.number, "line %d closes the session and counts %d events; there are %d up to it",
				c.number, d.Count, c.number)
		}
	case *session.UnknownData:
		c.problem(ProblemUnknownKind, c.number, "line %d is of the kind %q, which this program does not know", c.number, d.Named)
	}
	c.claims.add(c.number, e)
}

// tail reports bytes behind the last newline. While a console writes they
// are the next event.
func (c *lineCheck) tail(l line) {
	p := Problem{Kind: ProblemTornTail, Line: c.number + 1, Detail: fmt.Sprintf(
		"%d bytes stand behind the last whole line; no event that was shown as saved is in them, and opening the session for writing sets them right",
		l.size)}
	if c.report.Live {
		c.report.note(p)
		return
	}
	c.report.problem(p)
}

func (c *lineCheck) end() {
	if c.number == 0 {
		c.problem(ProblemNotOpened, 0, "the session file holds no event")
	}
}

func (c *lineCheck) problem(kind ProblemKind, number uint64, format string, args ...any) {
	c.report.problem(Problem{Kind: kind, Line: number, Detail: fmt.Sprintf(format, args...)})
}

// openRegular opens a regular file, to which no symbolic link leads.
func openRegular(folder fs.FS, name string) (fs.File, error) {
	if err := plainPath(folder, name); err != nil {
		return nil, err
	}
	named, err := fs.Lstat(folder, name)
	if err != nil {
		return nil, err
	}
	if !named.Mode().IsRegular() {
		return nil, &typeError{fileType(named.Mode())}
	}
	return folder.Open(name)
}

// plainPath refuses a path that leads through symbolic links.
func plainPath(folder fs.FS, name string) error {
	for i, c := range name {
		if c != '/' {
			continue
		}
		info, err := fs.Lstat(folder, name[:i])
		if err != nil {
			return err
		}
		if !info.IsDir() {
			return &typeError{"below " + name[:i] + ", which is " + fileType(info.Mode())}
		}
	}
	return nil
}

// typeError says that something else stands where a regular file should.
type typeError struct{ is string }

func (e *typeError) Error() string { return "it is " + e.is + ", not a regular file" }

// isTypeError reports whether an error is a *typeError.
func isTypeError(err error) bool { return errors.As(err, new(*typeError)) }
