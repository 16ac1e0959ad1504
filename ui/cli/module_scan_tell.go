package cli

import (
	"cmp"
	"encoding/base64"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"wsc-respond/steps/wasmsig"
	uiterm "wsc-respond/ui/term"
)

// maxUnreadTold is how many unreadable files are named; the others are
// counted.
const maxUnreadTold = 20

// progressEvery is how often the line about the scan is written anew.
const progressEvery = 250 * time.Millisecond

// scanning is a scan over all that was named, and what it found.
type scanning struct {
	p     *program
	flags scanFlags
	query wasmsig.Query
	of    *wasmsig.Progress
	at    scanPlace // that is being scanned

	found    []wasmsig.Match
	unreadOf []string // the first of them, in words
}

// match and unread are called one at a time.
func (s *scanning) match(m wasmsig.Match) {
	m.Path = s.at.full(m.Path)
	s.found = append(s.found, m)
}

func (s *scanning) unread(path string, why error) {
	if len(s.unreadOf) < maxUnreadTold {
		state := "could not be read"
		if errors.As(why, new(*wasmsig.Problem)) {
			state = "damaged"
		}
		s.unreadOf = append(s.unreadOf, fmt.Sprintf("%s: %s, may be signed too: %v", s.at.full(path), state, why))
	}
}

// showProgress keeps a line about the scan on a terminal until stop is called.
func (s *scanning) showProgress() (stop func()) {
	if !isTerminal(s.p.errs) || uiterm.Of(os.Environ()).Dumb {
		return func() {}
	}
	const clear = "\r\x1b[K"
	done, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		tick := time.NewTicker(progressEvery)
		defer tick.Stop()
		for {
			select {
			case <-done:
				fmt.Fprint(s.p.errs, clear)
				return
			case <-tick.C:
				sum := s.of.Summary()
				fmt.Fprintf(s.p.errs, "%s%d files, %d modules, %d found", clear, sum.Files, sum.Modules, sum.Matched)
			}
		}
	}()
	return func() { close(done); <-ended }
}

// tell prints what was found, and says what it came to. Its error is the
// answer no if something could not be read.
func (s *scanning) tell() error {
	slices.SortFunc(s.found, compareMatches)
	s.found = slices.CompactFunc(s.found, func(a, b wasmsig.Match) bool { return compareMatches(a, b) == 0 })
	untold, err := s.print()
	if err != nil {
		return err
	}
	for _, text := range s.unreadOf {
		s.p.note("%s", text)
	}
	sum := s.of.Summary()
	if more := sum.Unread - int64(len(s.unreadOf)); more > 0 {
		s.p.note("and of %d more", more)
	}
	s.p.note("%s", s.sum(sum))
	if text := s.uncompared(); text != "" {
		s.p.note("%s; --verify-content does", text)
	}
	if sum.Unread > 0 || untold > 0 {
		return errNo
	}
	return nil
}

// compareMatches puts those first that somebody unexpected signed.
func compareMatches(a, b wasmsig.Match) int {
	return cmp.Or(
		cmp.Compare(rank(a.Expected == nil || *a.Expected), rank(b.Expected == nil || *b.Expected)),
		cmp.Compare(a.Path, b.Path),
		cmp.Compare(a.MatchedBy, b.MatchedBy), cmp.Compare(a.KeyID, b.KeyID),
		cmp.Compare(a.Identity, b.Identity), cmp.Compare(a.Issuer, b.Issuer),
		compareTimes(a.IntegratedTime, b.IntegratedTime),
	)
}

// rank sorts false before true.
func rank(b bool) int {
	if b {
		return 1
	}
	return 0
}

func compareTimes(a, b *time.Time) int {
	if a == nil || b == nil {
		return cmp.Compare(rank(a != nil), rank(b != nil))
	}
	return a.Compare(*b)
}

// sum is what the scan came to, in words.
func (s *scanning) sum(n wasmsig.Summary) string {
	counts := fmt.Sprintf("%s looked at, %s, %d signed", count(int(n.Files), "file"), count(int(n.Modules), "module"), n.Signed)
	if n.Links > 0 {
		counts += fmt.Sprintf("; %s not followed", count(int(n.Links), "link"))
	}
	if n.Special > 0 {
		counts += fmt.Sprintf("; %s not opened", count(int(n.Special), "special file"))
	}
	if n.Unread > 0 {
		counts += fmt.Sprintf("; %d could not be read", n.Unread)
	}
	return s.findings() + ": " + counts
}

// findings counts what was found, without what there is none of.
func (s *scanning) findings() string {
	modules := s.modules(func(wasmsig.Match) bool { return true })
	if modules == 0 {
		return "found no module that was asked for"
	}
	facts := []counted{{modules, "found"}}
	if s.query.Expected != nil {
		facts = append(facts, counted{s.modules(func(m wasmsig.Match) bool { return !*m.Expected }), "not expected"})
	}
	if !s.query.Since.IsZero() || !s.query.Until.IsZero() {
		facts = append(facts, counted{s.modules(func(m wasmsig.Match) bool { return !m.TimeProven }), "with a time that is not proven"})
	}
	text := counts(s.dot(), facts...)
	if s.query.Identity != nil && s.query.Issuer == "" {
		text += s.dot() + "the identity by any issuer"
	}
	return text
}

// uncompared says of which modules the content was not compared with what was
// signed; empty if it was of all.
func (s *scanning) uncompared() string {
	not := s.modules(func(m wasmsig.Match) bool { return m.ContentMatches == nil })
	switch {
	case not == 0:
		return ""
	case not == s.modules(func(wasmsig.Match) bool { return true }):
		return "content was not compared"
	}
	return fmt.Sprintf("content of %s was not compared", count(not, "module"))
}

// modules counts the modules of which a match is so. The matches of one stand
// together.
func (s *scanning) modules(so func(wasmsig.Match) bool) int {
	n, last := 0, ""
	for _, m := range s.found {
		if so(m) && (n == 0 || m.Path != last) {
			n, last = n+1, m.Path
		}
	}
	return n
}

// print writes the list in the form that was asked for. untold is how many
// paths that form cannot tell.
func (s *scanning) print() (untold int, err error) {
	page := &sheet{p: s.p}
	switch {
	case s.flags.asJSON:
		err = s.lines(page)
	case s.flags.nul, s.flags.asPaths:
		untold = s.paths(page)
	case len(s.found) > 0:
		s.table(page)
	}
	if err != nil {
		return untold, err
	}
	_, err = s.p.out.WriteString(page.String())
	return untold, err
}

// scanLine is a match as JSON has it.
type scanLine struct {
	wasmsig.Match
	// PathBase64 is the path where it is not UTF-8, which JSON cannot hold:
	// "path" then has U+FFFD in the place of what is not.
	PathBase64 string `json:"path_base64,omitempty"`
}

func (s *scanning) lines(page *sheet) error {
	for _, m := range s.found {
		line := scanLine{Match: m}
		if !utf8.ValidString(m.Path) {
			line.PathBase64 = base64.StdEncoding.EncodeToString([]byte(m.Path))
		}
		if err := writeJSON(page, line, ""); err != nil {
			return err
		}
	}
	return nil
}

// paths writes each path once, as it is unless a terminal would read it.
func (s *scanning) paths(page *sheet) (untold int) {
	end := "\n"
	if s.flags.nul {
		end = "\x00"
	}
	onScreen := isTerminal(s.p.out)
	last := ""
	for _, m := range s.found {
		switch {
		case m.Path == last:
		case onScreen:
			page.line("%s", m.Path)
		case strings.Contains(m.Path, end):
			s.p.note("%s cannot be told on one line; --null can tell it", m.Path)
			untold++
		default:
			page.WriteString(m.Path + end)
		}
		last = m.Path
	}
	return untold
}
