package quarantine

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"
	"unicode/utf8"

	"wsc-respond/steps/durable"
	"wsc-respond/steps/wasmsig"
)

// Request says what is to be quarantined, and where.
type Request struct {
	From durable.Folder // the folder that the file lies in
	Name string         // its name there
	Path string         // its absolute path, for the record
	To   durable.Folder // the quarantine, see durable.OpenPrivate
	Note string         // of the person, for the record
	Now  func() time.Time
}

// Move quarantines a file. With an error the file is at its old place, unless
// it is an *Unlisted, or says where the file is. What is not as it should be
// with a file that was moved is a problem in the entry.
func Move(ctx context.Context, r Request) (entry Entry, err error) {
	m := &move{Request: r}
	if m.file, m.info, err = durable.OpenRegular(r.From, r.Name); err != nil {
		return Entry{}, fmt.Errorf("open %s: %w", r.Path, err)
	}
	defer func() { _ = m.file.Close() }() // it was only read
	if err := m.apart(); err != nil {
		return Entry{}, err
	}
	if err := m.record(ctx); err != nil {
		return Entry{}, fmt.Errorf("record %s: %w", r.Path, err)
	}
	list, err := durable.OpenList(r.To, ListName)
	if err != nil {
		return Entry{}, err
	}
	defer func() { _ = list.Close() }() // every entry was synced
	if err := list.Append(m.entry); err != nil {
		return Entry{}, err
	}
	if err := m.run(ctx); err != nil {
		return Entry{}, errors.Join(fmt.Errorf("move %s: %w", r.Path, err), list.Append(m.ended(Failed, err)))
	}
	done := m.ended(Done, nil)
	if err := list.Append(done); err != nil {
		return done, &Unlisted{done.Name, err}
	}
	done.Inspection = m.entry.Inspection
	return done, nil
}

// Unlisted says that a file was moved, and that the list says only that this
// was intended.
type Unlisted struct {
	Name string // in quarantine
	Err  error
}

func (u *Unlisted) Error() string {
	return fmt.Sprintf("the file is in quarantine as %s, and the list does not say so: %v", u.Name, u.Err)
}

func (u *Unlisted) Unwrap() error { return u.Err }

// move is one file on its way.
type move struct {
	Request
	file  durable.File
	info  fs.FileInfo
	entry Entry
}

// apart refuses a file that lies in the quarantine itself.
func (m *move) apart() error {
	from, err := m.From.Lstat(".")
	if err != nil {
		return err
	}
	to, err := m.To.Lstat(".")
	if err != nil {
		return err
	}
	if os.SameFile(from, to) {
		return fmt.Errorf("%s is in quarantine already", m.Path)
	}
	return nil
}

// record takes down everything about the file before it is touched.
func (m *move) record(ctx context.Context) error {
	digest, err := durable.Digest(ctx, m.file)
	if err != nil {
		return err
	}
	m.entry = Entry{At: m.Now().UTC(), State: Intended, Path: m.Path, Note: m.Note,
		SHA256: digest, File: describe(m.info), Kind: wasmsig.UnknownKind}
	if !utf8.ValidString(m.Path) {
		m.entry.PathBytes = []byte(m.Path)
	}
	found, err := wasmsig.Inspect(ctx, m.file, m.info.Size(), m.Path, nil)
	switch {
	case err == nil:
		m.entry.Inspection, m.entry.Kind = &found, found.Kind
	case !errors.Is(err, wasmsig.ErrNotModule):
		return err
	}
	m.entry.Name, err = freeName(m.To, digest, m.Name)
	return err
}

// run moves the file. With an error the file is at its old place.
func (m *move) run(ctx context.Context) error {
	if err := m.stillThere(); err != nil {
		return err
	}
	err := m.From.Move(m.Name, m.To, m.entry.Name)
	if errors.Is(err, durable.ErrOtherDisk) {
		err = m.copyOver(ctx)
	}
	if err != nil {
		return err
	}
	m.check()
	return nil
}

// stillThere checks that the name still leads to the file that was recorded.
func (m *move) stillThere() error {
	same, err := durable.Same(m.From, m.Name, m.info)
	if err == nil && !same {
		err = errors.New("it was changed or exchanged meanwhile")
	}
	return err
}

// copyOver is the move to another file system: the original goes only when a
// copy that is equal to it is durable in its place.
func (m *move) copyOver(ctx context.Context) error {
	partial := ".partial-" + rand.Text()
	if err := m.copyTo(ctx, partial); err != nil {
		return m.undo(partial, err)
	}
	if err := m.To.Move(partial, m.To, m.entry.Name); err != nil {
		return m.undo(partial, err)
	}
	err := m.To.Sync()
	if err == nil {
		err = m.stillThere()
	}
	if err == nil {
		err = m.From.Remove(m.Name)
	}
	if err != nil {
		return m.undo(m.entry.Name, err)
	}
	return nil
}

func (m *move) copyTo(ctx context.Context, name string) (err error) {
	out, err := durable.Create(m.To, name)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, out.Close()) }()
	digest, err := durable.Copy(ctx, out, m.file)
	if err != nil {
		return err
	}
	if digest != m.entry.SHA256 {
		return fmt.Errorf("it was changed meanwhile: its SHA-256 was %s, and then %s", m.entry.SHA256, digest)
	}
	return out.Sync()
}

// undo removes a copy after an error, but never the last one that there is.
func (m *move) undo(name string, err error) error {
	if now, unseen := m.From.Lstat(m.Name); unseen != nil || !os.SameFile(m.info, now) {
		return fmt.Errorf("%w; its copy stays in quarantine as %s, because the original cannot be seen at its place", err, name)
	}
	if left := m.To.Remove(name); left != nil && !errors.Is(left, fs.ErrNotExist) {
		return fmt.Errorf("%w; a copy was left in quarantine as %s", err, name)
	}
	return err
}

// check looks at what lies in quarantine now. Nothing that it finds puts the
// file back.
func (m *move) check() {
	switch others, inode := m.entry.File.Links-1, m.entry.File.Inode; {
	case m.entry.File.Links < 2:
	case others == 1:
		m.problem(OtherNames, "1 other name (hard link) still reaches this file; find / -xdev -inum %d names it", inode)
	default:
		m.problem(OtherNames, "%d other names (hard links) still reach this file; find / -xdev -inum %d names them", others, inode)
	}
	if err := errors.Join(m.To.Sync(), m.From.Sync()); err != nil {
		m.problem(NotSynced, "the move may be lost if the machine fails now: %v", err)
	}
	file, _, err := durable.OpenRegular(m.To, m.entry.Name)
	if err != nil {
		m.problem(Changed, "what lies in quarantine cannot be read: %v", err)
		return
	}
	defer func() { _ = file.Close() }() // nothing was written
	if err := errors.Join(file.Chmod(0o400), file.Sync()); err != nil {
		m.problem(ModeKept, "it could not be made read-only: %v", err)
	}
	// The move is done, so it is also checked when somebody is in a hurry.
	after, err := durable.Digest(context.Background(), file)
	m.entry.SHA256After = after
	if err != nil {
		m.problem(Changed, "what lies in quarantine cannot be read: %v", err)
	} else if after != m.entry.SHA256 {
		m.problem(Changed, "it was changed while it was moved, so somebody still writes to it: its SHA-256 was %s, and now is %s", m.entry.SHA256, after)
	}
}

func (m *move) problem(kind ProblemKind, format string, args ...any) {
	m.entry.Problems = append(m.entry.Problems, Problem{kind, fmt.Sprintf(format, args...)})
}

// ended is the entry that closes the move in the list. The inspection stands
// in the one before.
func (m *move) ended(state State, why error) Entry {
	e := m.entry
	e.State, e.At, e.Inspection = state, m.Now().UTC(), nil
	if why != nil {
		e.Why = why.Error()
	}
	return e
}
