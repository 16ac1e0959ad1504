package cli

import (
	"bufio"
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"maps"
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
	began    time.Time
	verified atomic.Int64 // entries, for the line about it

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
// log. A last line that was cut off is taken away.
func (a *audit) resume() error {
	a.began = time.Now()
	if a.flags.out == "" {
		return nil
	}
	const next = "name another file with -o, or ask for the window that this one is of"
	file, err := openKept(a.flags.out)
	if err != nil {
		return unreadable(fmt.Errorf("-o: %w", err), next)
	}
	a.kept = file
	whole := int64(0)
	lines := bufio.NewReaderSize(file, 1<<16)
	for {
		line, err := lines.ReadBytes('\n')
		if errors.Is(err, io.EOF) {
			break
		}
		if err == nil {
			err = a.again(line)
		}
		if err != nil {
			return unreadable(fmt.Errorf("go on from %s: %w", a.flags.out, err), next)
		}
		whole += int64(len(line))
	}
	if err := file.Truncate(whole); err != nil {
		return unreadable(fmt.Errorf("go on from %s: %w", a.flags.out, err), next)
	}
	if n := a.window.Len(); n > 0 {
		a.p.note("%d entries were kept in %s and are verified again; going on from entry %d", n, a.flags.out, a.next())
	}
	a.keep = bufio.NewWriterSize(file, 1<<16)
	return nil
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
		return fmt.Errorf("entry %d is not verified: %s: %s", v.LogIndex, failed.Name, failed.Detail)
	}
	if err := a.window.Add(v); err != nil {
		return err
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

// tell says what the window came to. err is what ended it before its end.
func (a *audit) tell(err error) error {
	if flushed := a.flush(); flushed != nil {
		return flushed
	}
	sum := summary{Entries: a.window.Len(), Unexpected: a.unexpected, Complete: err == nil && a.window.Len() == a.to-a.from+1,
		Checkpoint: a.window.Checkpoint(), From: a.from, To: a.to}
	if err != nil {
		sum.IncompleteBecause = err.Error()
	}
	if a.flags.asJSON {
		if err := writeJSON(a.p.out, summaryLine{sum}, ""); err != nil {
			return err
		}
	} else if err := a.print(sum); err != nil {
		return err
	}
	switch {
	case err != nil && sum.Entries == 0 && !errors.Is(err, rekor.ErrIncomplete):
		return unanswered(err)
	case !sum.Complete || a.unexpected > 0:
		return errNo
	}
	return nil
}

// print lists who signed in the window, those first whom nobody expects.
func (a *audit) print(sum summary) error {
	page := &sheet{p: a.p}
	keys := slices.SortedFunc(maps.Keys(a.groups), func(x, y groupKey) int {
		return cmp.Or(cmp.Compare(rank(!x.unexpected), rank(!y.unexpected)), cmp.Compare(rank(x.by != ""), rank(y.by != "")),
			cmp.Compare(x.who, y.who), cmp.Compare(x.issuer, y.issuer))
	})
	for _, key := range keys {
		page.group(key, a.groups[key], a.expected != nil)
	}
	size := ""
	if checkpoint, err := rekor.ParseCheckpoint(sum.Checkpoint); err == nil {
		size = fmt.Sprintf(", under the signed checkpoint of %d entries of %s", checkpoint.Size, checkpoint.Origin)
	}
	if sum.Complete {
		page.state(markPassed, "complete: %d entries, from %d to %d, are all that the log has there%s", sum.Entries, sum.From, sum.To, size)
	} else {
		page.state(markFailed, "NOT COMPLETE: %d of %d entries, from %d on%s. %s", sum.Entries, a.to-a.from+1, sum.From, size, sum.IncompleteBecause)
	}
	if a.expected != nil {
		sign := markPassed
		if sum.Unexpected > 0 {
			sign = markFailed
		}
		page.state(sign, "%d that nobody is expected to have signed", sum.Unexpected)
	}
	_, err := io.WriteString(a.p.out, page.String())
	return err
}

// group is who signed, and the first of what they did.
func (s *sheet) group(key groupKey, g *group, judged bool) {
	sign, word := markNone, ""
	if judged {
		sign, word = markPassed, "expected: "
	}
	if key.unexpected {
		sign, word = markFailed, "NOT EXPECTED: "
	}
	who := cmp.Or(key.who, "not known: a kind of entry that is not read")
	if key.issuer != "" {
		who += ", by " + key.issuer
	}
	s.line("%s %s%s", s.p.mark(sign), word, who)
	if key.by != "" {
		s.field("certified", "by %s", key.by)
	}
	s.field("entries", "%d, from %s to %s", g.count, exactly(g.first), exactly(g.last))
	for _, v := range g.some {
		s.line("    %d  %s  %s", v.LogIndex, exactly(v.IntegratedTime), v.ArtifactDigest)
	}
	if more := g.count - len(g.some); more > 0 {
		s.line("    and %d more; --json lists all", more)
	}
}
