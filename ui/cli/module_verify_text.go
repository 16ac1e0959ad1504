package cli

import (
	"fmt"
	"io"
	"slices"

	"wsc-respond/steps/wasmsig"
)

const (
	// maxVerdicts is how many files are told check by check; of more, those
	// that passed have a line each.
	maxVerdicts = 3

	// maxFailedAgain is how many of those that failed are named again at the
	// end.
	maxFailedAgain = 20
)

// verdictWords tells what came of each file, and at the end of all.
type verdictWords struct {
	p             *program
	asJSON, brief bool
	passed        int
	failed        []string // paths
}

// tell tells of one file.
func (w *verdictWords) tell(v wasmsig.Verdict) error {
	if v.OK {
		w.passed++
	} else {
		w.failed = append(w.failed, v.Path)
	}
	if w.asJSON {
		return writeJSON(w.p.out, v, "")
	}
	page := &sheet{p: w.p}
	if v.OK && w.brief {
		page.line("%s %s: %s", w.p.mark(markPassed), v.Path, verdictOf(v))
	} else {
		page.verdict(v)
	}
	_, err := io.WriteString(w.p.out, page.String())
	return err
}

// verdict is a file check by check.
func (s *sheet) verdict(v wasmsig.Verdict) {
	s.line("%s", v.Path)
	for _, check := range v.Checks {
		sign, word := markNone, "not made"
		switch check.Outcome {
		case wasmsig.Passed:
			sign, word = markPassed, "passed"
		case wasmsig.Failed:
			sign, word = markFailed, "FAILED"
		}
		s.hang(fmt.Sprintf("  %s %-8s  %-17s  ", s.p.mark(sign), word, check.Name), check.Detail)
	}
	s.line("  %s", verdictOf(v))
	s.blank()
}

// verdictOf is a verdict in words. One that rests on certificates is worth
// what the bundle is worth that they were checked with.
func verdictOf(v wasmsig.Verdict) string {
	has := func(name string, outcome wasmsig.Outcome) bool {
		return slices.ContainsFunc(v.Checks, func(c wasmsig.Check) bool { return c.Name == name && c.Outcome == outcome })
	}
	switch {
	case !v.OK:
		return "NOT VERIFIED"
	case has("trust signature", wasmsig.NotMade) && has("certificate", wasmsig.Passed):
		return "verified, on a bundle whose signature nobody checked"
	}
	return "verified"
}

// sum tells what came of all files. The answer is yes if every one passed.
func (w *verdictWords) sum() error {
	all := w.passed + len(w.failed)
	page := &sheet{p: w.p}
	if all > 1 {
		page.line("%s: %s", count(all, "file"), counts(", ", counted{w.passed, "verified"}, counted{len(w.failed), "NOT VERIFIED"}))
	}
	if w.brief {
		for _, path := range w.failed[:min(len(w.failed), maxFailedAgain)] {
			page.line("  %s %s", w.p.mark(markFailed), path)
		}
		if more := len(w.failed) - maxFailedAgain; more > 0 {
			page.line("    and %d more", more)
		}
	}
	if !w.asJSON {
		if _, err := io.WriteString(w.p.out, page.String()); err != nil {
			return err
		}
	}
	if len(w.failed) > 0 {
		return errNo
	}
	return nil
}
