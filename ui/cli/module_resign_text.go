package cli

import (
	"cmp"
	"errors"
	"fmt"
	"strings"

	"wsc-respond/steps/resign"
)

// resignWords tells what comes of each module: a line each, as it happens.
type resignWords struct {
	p      *program
	asJSON bool
	counts map[resign.Outcome]int
	failed error // of telling, the first
}

// tell tells of one module.
func (w *resignWords) tell(r resign.Result) {
	if w.counts == nil {
		w.counts = map[resign.Outcome]int{}
		if !w.asJSON {
			w.line("  OUTCOME      SHA-256 OF THE FILE, OLD %s NEW  MODULE", w.arrow())
		}
	}
	w.counts[r.Outcome]++
	if w.asJSON {
		w.failed = cmp.Or(w.failed, writeJSON(w.p.out, r, ""))
		return
	}
	w.line("%s", w.sentence(r))
	for _, note := range r.Notes {
		w.line("    %s", w.p.shown(note))
	}
}

func (w *resignWords) line(format string, args ...any) {
	_, err := fmt.Fprintf(w.p.out, format+"\n", args...)
	w.failed = cmp.Or(w.failed, err)
}

// sentence is a result on one line. What it came to stands first; then the
// digest of the module that was and, where another took its place, of that.
func (w *resignWords) sentence(r resign.Result) string {
	path, why := w.p.shown(r.Path), w.p.shown(r.Why)
	switch r.Outcome {
	case resign.Resigned:
		return fmt.Sprintf("%s re-signed    %s %s %s  %s", w.p.mark(markPassed), short(r.Before), w.arrow(), short(r.After), path)
	case resign.Before:
		return fmt.Sprintf("%s done before  %s  %s", w.p.mark(markPassed), short(r.Before), path)
	case resign.Left:
		return fmt.Sprintf("%s LEFT         %s  %s: %s", w.p.mark(markFailed), short(r.Before), path, why)
	case resign.NotReached:
		return fmt.Sprintf("%s not reached  %s  %s", w.p.mark(markNone), short(r.Before), path)
	case resign.WouldLose:
		return fmt.Sprintf("%s would lose   %s  %s: %s", w.p.mark(markFailed), short(r.Before), path, w.p.shown(strings.Join(r.Loses, "; ")))
	case resign.Refused:
		return fmt.Sprintf("%s REFUSED      %s  %s: %s", w.p.mark(markFailed), short(r.Before), path, why)
	}
	return fmt.Sprintf("%s FAILED       %s  %s: %s", w.p.mark(markFailed), short(r.Before), path, why)
}

// arrow stands between the module that was and the one in its place.
func (w *resignWords) arrow() string {
	if w.p.ascii {
		return "->"
	}
	return "→"
}

// short is the beginning of a digest; blanks where there is none.
func short(digest string) string { return fmt.Sprintf("%-16.16s", digest) }

// wouldLose names the modules that would lose signatures of others, and says
// what to do. Nothing was changed yet.
func (w *resignWords) wouldLose(losing []resign.Result, oldKnown bool) error {
	for _, r := range losing {
		w.tell(r)
	}
	next := "run it again with --lose-cosigners, and ask those signers to sign again"
	if !oldKnown {
		next = "name the old key with --old-pub, which tells its signatures from those of others; or " + next
	}
	return errors.Join(w.failed, &failure{code: exitNo,
		err:  fmt.Errorf("%s would lose signatures of others", count(len(losing), "module")),
		safe: "every module, none was changed", next: next})
}

// sum counts what came of the modules. The answer is yes if all of them carry
// the new signature alone.
func (w *resignWords) sum(keep string) error {
	done := w.counts[resign.Resigned] + w.counts[resign.Before]
	total := 0
	for _, n := range w.counts {
		total += n
	}
	if !w.asJSON {
		w.line("%d of %s signed with the new key: %d now, %d before; %d left, %d refused, %d failed, %d not reached", done, count(total, "module"),
			w.counts[resign.Resigned], w.counts[resign.Before], w.counts[resign.Left], w.counts[resign.Refused], w.counts[resign.Failed], w.counts[resign.NotReached])
	}
	if w.failed != nil {
		return &failure{code: exitNo, err: fmt.Errorf("tell what was done: %w", w.failed),
			safe: "every module: each is the old one or the new one; the list in " + keep + " says which", next: "run the same command again: it passes over what is done"}
	}
	switch {
	case w.counts[resign.Failed] > 0:
		return &failure{code: exitNo, err: errors.New("the work ended at the module that failed"),
			safe: "every module: each is the old one or the new one", next: "see to what it says, then run the same command again: it goes on there"}
	case done < total:
		return &failure{code: exitNo, err: fmt.Errorf("%s not signed anew", count(total-done, "module")),
			safe: "those, they are as they were", next: "quarantine what was altered or is not yours: wsc-respond module quarantine"}
	}
	return nil
}
