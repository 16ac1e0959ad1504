package cli

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"wsc-respond/steps/rekor"
)

// audit is a window that is being read, and what was found in it.
type audit struct {
	p        *program
	flags    windowFlags
	client   *rekor.Client
	pattern  *rekor.Pattern
	expected *rekor.Expected

	from, to int64
	began    time.Duration // since the machine was started
	verified atomic.Int64  // entries, for the line about it

	window     rekor.Window
	groups     map[groupKey]*group
	unexpected int64
	kept       *os.File
	keep       *bufio.Writer
}

// groupKey is who signed, as far as the entry says it.
type groupKey struct {
	unexpected      bool
	who, issuer, by string
}

// group is what somebody signed in the window.
type group struct {
	count       int
	first, last time.Time
	some        []rekor.Verdict // the first of them
}

// maxSome is how many entries of a group are listed.
const maxSome = 5

// unproved says that the log answered, and that the answer is not believed.
type unproved struct{ error }

// summary is the last line of a list as JSON.
type summary struct {
	Entries           int64  `json:"entries"`
	Unexpected        int64  `json:"unexpected"`
	Complete          bool   `json:"complete"`
	IncompleteBecause string `json:"incomplete_because,omitempty"`
	Checkpoint        string `json:"checkpoint"`
	From              any    `json:"from"`
	To                any    `json:"to"`
}

type summaryLine struct {
	Summary summary `json:"summary"`
}

// auditLine is an entry in a window as JSON.
type auditLine struct {
	rekor.Verdict
	Expected *bool `json:"expected,omitempty"`
}

// next is the index that is to be fetched next.
func (a *audit) next() int64 {
	if a.window.Len() == 0 {
		return a.from
	}
	return a.window.Next()
}

// resume reads what an earlier run kept, and verifies it as if it came from the
// log. A last line that was cut off is taken away; a file of anything else is
// left as it is.
func (a *audit) resume() error {
	a.began = upTime()
	if a.flags.out == "" {
		return nil
	}
	file, err := openKept(a.flags.out)
	if err == nil {
		a.kept = file
		err = a.rest(file)
	}
	if err != nil {
		return unreadable(fmt.Errorf("go on from %s: %w", a.flags.out, err), "name another file with -o, or ask for the window that this one is of")
	}
	if n := a.window.Len(); n > 0 {
		a.p.note("%d entries were kept in %s and are verified again; going on from entry %d", n, a.flags.out, a.next())
	}
	a.keep = bufio.NewWriterSize(file, 1<<16)
	return nil
}

// rest reads the entries of a file, and leaves it ready for the next one.
func (a *audit) rest(file *os.File) error {
	whole := int64(0)
	lines := bufio.NewReaderSize(file, 1<<16)
	for {
		line, err := readLine(lines)
		if errors.Is(err, io.EOF) {
			return a.torn(file, line, whole)
		}
		if err == nil {
			err = a.again(line)
		}
		if err != nil {
			return err
		}
		whole += int64(len(line))
	}
}

// torn deals with what stands behind the last whole line. Only what begins as
// an entry does, and does not end as one, is the rest of a write that was cut
// off.
func (a *audit) torn(file *os.File, line []byte, whole int64) error {
	const begin = `{"`
	switch {
	case len(line) == 0:
		return nil
	case json.Valid(line):
		if err := a.again(line); err != nil {
			return err
		}
		_, err := file.WriteString("\n")
		return err
	case !bytes.HasPrefix(line, []byte(begin)) && !bytes.HasPrefix([]byte(begin), line):
		return errors.New("it is no file of entries")
	}
	return file.Truncate(whole)
}

// again takes an entry that was kept.
func (a *audit) again(line []byte) error {
	entries, err := rekor.ReadAnswer(bytes.TrimSpace(line))
	if err != nil {
		return err
	}
	for _, e := range entries {
		if e.LogIndex != a.next() || e.LogIndex > a.to {
			return fmt.Errorf("entry %d is to come, and entry %d stands there", a.next(), e.LogIndex)
		}
		if err := a.take(a.client.Verifier.Verify(e)); err != nil {
			return err
		}
	}
	return nil
}

// take adds an entry to the window, keeps it, and lists it. An entry that is
// not verified ends the window.
func (a *audit) take(v rekor.Verdict) error {
	if !v.Verified {
		failed := v.Failed()[0]
		return unproved{fmt.Errorf("entry %d is not verified: %s: %s", v.LogIndex, failed.Name, failed.Detail)}
	}
	if err := a.window.Add(v); err != nil {
		return unproved{err}
	}
	a.verified.Add(1)
	if err := a.write(v); err != nil {
		return err
	}
	if !a.matches(v) {
		return nil
	}
	line := auditLine{Verdict: v}
	if a.expected != nil {
		expected := a.expected.Has(v, a.client.Verifier.Authority != nil)
		line.Expected = &expected
		if !expected {
			a.unexpected++
		}
	}
	a.group(v, line.Expected != nil && !*line.Expected)
	if a.flags.asJSON {
		return writeJSON(a.p.out, line, "")
	}
	return nil
}

// write keeps an entry, unless it comes from what was kept.
func (a *audit) write(v rekor.Verdict) error {
	if a.keep == nil {
		return nil
	}
	data, err := rekor.WriteAnswer(v.Entry)
	if err == nil {
		_, err = a.keep.Write(append(data, '\n'))
	}
	if err != nil {
		return &failure{code: exitUnwritable, err: fmt.Errorf("keep the entries in %s: %w", a.flags.out, err),
			safe: "what stands in the file", next: "make room, and run the same again: it goes on"}
	}
	return nil
}

// close writes what is kept to the end. What fails is told by tell.
func (a *audit) close() {
	if a.kept != nil {
		_ = a.kept.Close() // flushed and synced before, or of no use
	}
}

// flush makes what was kept durable.
func (a *audit) flush() error {
	if a.keep == nil {
		return nil
	}
	if err := errors.Join(a.keep.Flush(), a.kept.Sync()); err != nil {
		return &failure{code: exitUnwritable, err: fmt.Errorf("keep the entries in %s: %w", a.flags.out, err),
			safe: "what was fetched was verified", next: "make room, and run the same again: it goes on"}
	}
	return nil
}

// matches tells whether an entry is one that was asked for. One that names
// nobody is listed always: nobody knows whose it is.
func (a *audit) matches(v rekor.Verdict) bool {
	if a.pattern == nil || len(v.Identities) == 0 {
		return true
	}
	return slices.ContainsFunc(v.Identities, a.pattern.Matches) && (a.flags.issuer == "" || v.Issuer == a.flags.issuer)
}

func (a *audit) group(v rekor.Verdict, unexpected bool) {
	key := groupKey{unexpected, strings.Join(v.Identities, ", "), v.Issuer, v.CertifiedBy}
	g := a.groups[key]
	if g == nil {
		g = &group{first: v.IntegratedTime}
		a.groups[key] = g
	}
	g.count, g.last = g.count+1, v.IntegratedTime
	if len(g.some) < maxSome {
		g.some = append(g.some, v)
	}
}
