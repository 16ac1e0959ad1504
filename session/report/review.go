package report

import (
	"fmt"
	"time"

	"wsc-respond/session"
)

// review is the part that people must write. What the record has on a
// question stands beside it; answers are never made up.
func review(r *Report) []Question {
	return []Question{
		{Title: "Impact", Ask: "Who and what was affected, from when to when, and how is that known?", Known: sentTo(r.Notices)},
		{Title: "Trigger", Ask: "What set it off?"},
		{Title: "Root cause", Ask: "Why could it happen? There is often more than one cause.", Known: confirmed(r.Notes.Hypotheses)},
		{Title: "Contributing controls", Ask: "Which controls were missing, failed, or were there and not used?"},
		{Title: "Detection", Ask: "How was it noticed, and what would have noticed it earlier?", Known: seen(r)},
		{Title: "Resolution", Ask: "What ended it, and what keeps it from coming back?", Known: decided(r.Notes.Decisions)},
		{Title: "What went well", Ask: "What should be done the same way again?", Known: verdicts(r, Met)},
		{Title: "What went wrong", Ask: "What cost time, or made it worse?", Known: append(verdicts(r, Missed), deviations(r)...)},
		{Title: "Where we were lucky", Ask: "What could have gone worse, and did not through no merit of ours?"},
	}
}

func sentTo(notices []Notice) []string {
	var known []string
	for _, n := range notices {
		for _, s := range n.Sent {
			known = append(known, fmt.Sprintf("%s was sent to %s at %s", n.Draft.Title, s.To, stamp(s.At)))
		}
	}
	return known
}

func confirmed(hypotheses []Note) []string {
	var known []string
	for _, n := range hypotheses {
		if n.Hypothesis == session.Holds && !n.Withdrawn {
			known = append(known, fmt.Sprintf("a confirmed hypothesis (event %d): %s", n.Seq, n.Text))
		}
	}
	return known
}

func seen(r *Report) []string {
	var known []string
	for _, ruling := range r.Classification {
		for _, because := range ruling.Because {
			known = append(known, "said at the classification: "+because.Said)
		}
	}
	return known
}

func decided(decisions []Note) []string {
	var known []string
	for _, n := range decisions {
		if !n.Withdrawn {
			known = append(known, fmt.Sprintf("a decision (event %d, %s): %s", n.Seq, n.By.Name, n.Text))
		}
	}
	return known
}

func verdicts(r *Report, v Verdict) []string {
	var known []string
	for _, m := range append(r.Metrics[:len(r.Metrics):len(r.Metrics)], r.Clocks...) {
		if m.Verdict == v {
			known = append(known, fmt.Sprintf("%s: %s, target %s, %s", m.Name, session.Span(m.Took), targetWords(m.Target), m.Verdict))
		}
	}
	return known
}

// deviations are where the work left the document, and commands that ended
// otherwise than expected. Whether that was wrong is for people to say.
func deviations(r *Report) []string {
	var known []string
	for _, p := range r.Plans {
		for _, phase := range p.Phases {
			for _, s := range phase.Steps {
				if s.Status == session.Skipped {
					known = append(known, fmt.Sprintf("skipped: %s %s, because %s", p.ID, s.Title, s.Reason))
				}
				if len(s.Before) > 0 {
					known = append(known, fmt.Sprintf("done before what stands earlier in the runbook: %s %s", p.ID, s.Title))
				}
			}
		}
	}
	for _, c := range r.Commands {
		if c.Surprise {
			known = append(known, fmt.Sprintf("%s did not end as expected (event %d)", c.Name, c.Seq))
		}
	}
	return known
}

// stamp is a time as it stands in running text.
func stamp(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05 UTC") }
