package steps

import (
	"fmt"
	"slices"
	"sort"
)

// Said is what a person has answered so far: the indicators that were seen,
// and one answer for each question.
type Said struct {
	Indicators []string       // ids
	Answers    map[string]int // question id → index of the answer; NotSure
}

// NotSure is the answer that every question has: I am not sure. Doubt raises
// the severity and never lowers it, so it counts as the gravest of the
// question's answers, and speaks for no type and against none.
const NotSure = -1

// Outcome is what the answers make of the incident.
type Outcome struct {
	// Types are the candidates that something speaks for, the likeliest
	// first. Empty means that nothing tells the types apart yet.
	Types []Candidate
	// Severity is the gravest of all that was said; where nothing was said of
	// it, the gravest level that the runbook has.
	Severity Level
	Reasons  []Reason
}

// Candidate is an incident type and how much speaks for it.
type Candidate struct {
	ID         string
	Title      string
	Points     int
	Indicators int // how many of its indicators were marked
	gravest    Level
}

// Reason is one thing that was said, and what follows from it.
type Reason struct {
	Said     string
	Types    []string // for which types it speaks
	Severity Level
	RulesOut []string
}

// Leading is the type that the console proposes; empty if there is none.
func (o Outcome) Leading() string {
	if len(o.Types) == 0 {
		return ""
	}
	return o.Types[0].ID
}

// key is what makes two outcomes the same plan: the leading type, whatever has
// as many points as it, and the severity. What else is possible is told, but
// no question is asked for its sake.
func (o Outcome) key() string {
	var ids []string
	for i, c := range o.Types {
		if i == 0 || c.Points == o.Types[0].Points {
			ids = append(ids, c.ID)
		}
	}
	if len(ids) > 1 {
		sort.Strings(ids[1:]) // the order behind the leading type changes no plan
	}
	return fmt.Sprint(o.Severity, ids)
}

// Classify makes an incident type and a severity of what was said. Candidates
// are the types with a marked indicator, or all types where none was marked;
// answers add points and rule types out.
func (r *Runbook) Classify(said Said) Outcome {
	t := r.tallied(said)
	out := Outcome{Types: t.ranked(), Severity: t.severity, Reasons: t.reasons}
	if t.severity == "" {
		out.Severity = r.Levels()[0].Level
		out.Reasons = append(out.Reasons, Reason{Said: "nothing says how bad it is, and doubt raises the severity", Severity: out.Severity})
	}
	return out
}

// tally is the state of counting.
type tally struct {
	runbook  *Runbook
	points   map[string]int
	marked   map[string]int
	gravest  map[string]Level
	out      map[string]bool
	severity Level
	reasons  []Reason
}

func (r *Runbook) tallied(said Said) *tally {
	t := &tally{runbook: r, points: map[string]int{}, marked: map[string]int{}, gravest: map[string]Level{}, out: map[string]bool{}}
	for i := range r.Incidents {
		for _, ind := range r.Incidents[i].Indicators {
			if slices.Contains(said.Indicators, ind.ID) {
				t.indicator(r.Incidents[i].ID, ind)
			}
		}
	}
	for _, q := range r.AllQuestions() {
		if answer, answered := said.Answers[q.ID]; answered {
			t.answer(q, answer)
		}
	}
	return t
}

func (t *tally) indicator(incident string, ind Indicator) {
	t.marked[incident]++
	points := map[string]int{incident: 1}
	for id, n := range ind.Points {
		points[id] += n
	}
	t.say(Reason{Said: ind.Text, Severity: ind.Severity, RulesOut: ind.RulesOut}, points)
}

func (t *tally) answer(q Question, index int) {
	if index == NotSure || index < 0 || index >= len(q.Answers) {
		gravest := Level("")
		for _, a := range q.Answers {
			gravest = t.runbook.Graver(gravest, a.Severity)
		}
		if gravest != "" {
			t.say(Reason{Said: q.Ask + " Not sure, and doubt raises the severity", Severity: gravest}, nil)
		}
		return
	}
	a := q.Answers[index]
	if len(a.Points) == 0 && a.Severity == "" && len(a.RulesOut) == 0 {
		return
	}
	t.say(Reason{Said: q.Ask + " " + a.Say, Severity: a.Severity, RulesOut: a.RulesOut}, a.Points)
}

func (t *tally) say(reason Reason, points map[string]int) {
	for _, inc := range t.runbook.Incidents {
		n := points[inc.ID]
		t.points[inc.ID] += n
		if n > 0 {
			reason.Types = append(reason.Types, inc.ID)
			t.gravest[inc.ID] = t.runbook.Graver(t.gravest[inc.ID], reason.Severity)
		}
	}
	for _, id := range reason.RulesOut {
		t.out[id] = true
	}
	t.severity = t.runbook.Graver(t.severity, reason.Severity)
	t.reasons = append(t.reasons, reason)
}

// ranked are the candidates that something speaks for: more points first,
// then the one that was said to be graver, then the order of the document.
// What has been ruled out is no candidate, whatever spoke for it.
func (t *tally) ranked() []Candidate {
	var ranked []Candidate
	for _, inc := range t.runbook.Incidents {
		if t.points[inc.ID] <= 0 || t.out[inc.ID] {
			continue
		}
		ranked = append(ranked, Candidate{ID: inc.ID, Title: inc.Title, Points: t.points[inc.ID],
			Indicators: t.marked[inc.ID], gravest: t.gravest[inc.ID]})
	}
	sort.SliceStable(ranked, func(i, j int) bool {
		a, b := ranked[i], ranked[j]
		if a.Points != b.Points {
			return a.Points > b.Points
		}
		return t.runbook.gravity(a.gravest) > t.runbook.gravity(b.gravest)
	})
	return ranked
}

// candidates are the types that are still possible: those with points, or,
// while none has any, all that were not ruled out.
func (t *tally) candidates() map[string]bool {
	possible := map[string]bool{}
	seen := len(t.ranked()) > 0
	for _, inc := range t.runbook.Incidents {
		if !t.out[inc.ID] && (!seen || t.points[inc.ID] > 0) {
			possible[inc.ID] = true
		}
	}
	return possible
}

// AllQuestions are the runbook's questions in order, those for all types
// first. A runbook that has no question of its own gets one from its severity
// table, so that an unmodified document classifies too.
func (r *Runbook) AllQuestions() []Question {
	all := slices.Clone(r.Questions)
	for _, inc := range r.Incidents {
		for _, q := range inc.Questions {
			if len(q.For) == 0 {
				q.For = []string{inc.ID}
			}
			all = append(all, q)
		}
	}
	if len(all) == 0 {
		all = append(all, r.severityQuestion())
	}
	return all
}

// SeverityQuestionID is the id of the question that the severity table makes.
const SeverityQuestionID = "severity"

func (r *Runbook) severityQuestion() Question {
	q := Question{ID: SeverityQuestionID, Ask: "Which of these comes nearest?"}
	for _, level := range r.Levels() {
		say := level.Description
		if level.Examples != "" {
			say += " (for example: " + level.Examples + ")"
		}
		q.Answers = append(q.Answers, Answer{Say: say, Severity: level.Level})
	}
	return q
}
