package steps

import "maps"

// NextQuestion is the question to ask now: the first one, in the document's
// order, whose answer could still change the outcome. It is false when no
// answer can change anything any more.
func (r *Runbook) NextQuestion(said Said) (Question, bool) {
	open := r.open(said)
	for i, q := range open {
		rest := append(append([]Question{}, open[:i]...), open[i+1:]...)
		if r.matters(q, said, rest, budget) {
			return q, true
		}
	}
	return Question{}, false
}

// budget bounds how many combinations of answers are tried. Past it a question
// is asked: one question too many does less harm than one too few.
const budget = 2000

// open are the questions without an answer that are about a type which is
// still possible.
func (r *Runbook) open(said Said) []Question {
	possible := r.tallied(said).candidates()
	var open []Question
	for _, q := range r.AllQuestions() {
		if _, answered := said.Answers[q.ID]; !answered && concerns(q, possible) {
			open = append(open, q)
		}
	}
	return open
}

func concerns(q Question, possible map[string]bool) bool {
	if len(q.For) == 0 {
		return true
	}
	for _, id := range q.For {
		if possible[id] {
			return true
		}
	}
	return false
}

// matters reports whether, for some answers to the other open questions, an
// answer to q changes the outcome. It tries the answers to none of the
// others first, which nearly always decides.
func (r *Runbook) matters(q Question, said Said, rest []Question, budget int) bool {
	if r.tellsApart(q, said) {
		return true
	}
	tries := 1
	for _, other := range rest {
		tries *= len(other.Answers) + 1
		if tries > budget {
			return true
		}
	}
	return r.mattersWith(q, said, rest)
}

func (r *Runbook) mattersWith(q Question, said Said, rest []Question) bool {
	if len(rest) == 0 {
		return r.tellsApart(q, said)
	}
	for answer := NotSure; answer < len(rest[0].Answers); answer++ {
		if r.mattersWith(q, said.With(rest[0].ID, answer), rest[1:]) {
			return true
		}
	}
	return false
}

// tellsApart reports whether an answer to q leads to another outcome than
// leaving it out, all else being as said.
func (r *Runbook) tellsApart(q Question, said Said) bool {
	without := r.Classify(said).key()
	for answer := NotSure; answer < len(q.Answers); answer++ {
		if r.Classify(said.With(q.ID, answer)).key() != without {
			return true
		}
	}
	return false
}

// With is what was said and one answer more.
func (s Said) With(question string, answer int) Said {
	answers := maps.Clone(s.Answers)
	if answers == nil {
		answers = map[string]int{}
	}
	answers[question] = answer
	return Said{Indicators: s.Indicators, Answers: answers}
}

// Overrides reports whether a plan that a person chose is another than the
// questions led to, and so needs a reason.
func (o Outcome) Overrides(types []string, level Level) bool {
	if level != o.Severity || len(types) == 0 || types[0] != o.Leading() {
		return true
	}
	for _, id := range types {
		if !o.has(id) {
			return true
		}
	}
	return false
}

func (o Outcome) has(id string) bool {
	for _, c := range o.Types {
		if c.ID == id {
			return true
		}
	}
	return false
}
