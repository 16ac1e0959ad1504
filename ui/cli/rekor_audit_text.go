package cli

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"

	"wsc-respond/steps/rekor"
)

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
	case err != nil && sum.Entries == 0 && !errors.Is(err, rekor.ErrIncomplete) && !errors.As(err, new(unproved)):
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
	who := cmp.Or(namesOf(g.some[0].Identities), "not known: a kind of entry that is not read")
	if key.issuer != "" {
		who += ", by " + namesOf([]string{key.issuer})
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
