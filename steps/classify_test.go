package steps_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"wsc-respond/steps"
)

// twoTypes is a runbook with two incident types, and questions that tell them
// apart, grade them, or rule one out.
func twoTypes() *steps.Runbook {
	return &steps.Runbook{
		Incidents: []steps.Incident{
			{ID: "INC-1", Title: "Key", Indicators: []steps.Indicator{
				{ID: "k1", Text: "key outside", Severity: steps.Critical},
				{ID: "k2", Text: "odd signatures", Severity: steps.High, Points: map[string]int{"INC-2": 1}},
			}},
			{ID: "INC-2", Title: "Module", Indicators: []steps.Indicator{{ID: "m1", Text: "module does harm", Severity: steps.High}}},
		},
		Severities: []steps.SeverityLevel{{Level: steps.Critical}, {Level: steps.High, Response: 4 * 3600}, {Level: steps.Medium}, {Level: steps.Low}},
		Questions: []steps.Question{
			{ID: "outside", Ask: "Is a key outside?", Answers: []steps.Answer{
				{Say: "Yes", Points: map[string]int{"INC-1": 2}, Severity: steps.Critical},
				{Say: "Suspected", Points: map[string]int{"INC-1": 1}, Severity: steps.High},
				{Say: "No", RulesOut: []string{"INC-1"}},
			}},
			{ID: "verifies", Ask: "Does the module verify?", For: []string{"INC-2"}, Answers: []steps.Answer{
				{Say: "Yes", Points: map[string]int{"INC-2": 1}, Severity: steps.High}, {Say: "No", Severity: steps.Medium},
			}},
		},
	}
}

func TestClassification(t *testing.T) {
	tests := []struct {
		name     string
		said     steps.Said
		types    []string
		severity steps.Level
	}{
		{"nothing said: no type, and doubt raises the severity", steps.Said{}, nil, steps.Critical},
		{"one indicator", steps.Said{Indicators: []string{"m1"}}, []string{"INC-2"}, steps.High},
		{"an indicator that speaks for two", steps.Said{Indicators: []string{"k2"}}, []string{"INC-1", "INC-2"}, steps.High},
		{"the graver of two equal ones leads", steps.Said{Indicators: []string{"m1", "k1"}}, []string{"INC-1", "INC-2"}, steps.Critical},
		{"an answer decides", steps.Said{Answers: map[string]int{"outside": 1}}, []string{"INC-1"}, steps.High},
		{"a type that is ruled out is no candidate", steps.Said{Indicators: []string{"k1", "m1"}, Answers: map[string]int{"outside": 2}}, []string{"INC-2"}, steps.Critical},
		{"a lower answer never lowers", steps.Said{Indicators: []string{"m1"}, Answers: map[string]int{"verifies": 1}}, []string{"INC-2"}, steps.High},
		{"not sure counts as the gravest answer", steps.Said{Indicators: []string{"m1"}, Answers: map[string]int{"outside": steps.NotSure}}, []string{"INC-2"}, steps.Critical},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			out := twoTypes().Classify(tt.said)
			var types []string
			for _, c := range out.Types {
				types = append(types, c.ID)
			}
			if !slices.Equal(types, tt.types) || out.Severity != tt.severity {
				t.Errorf("%v %s, want %v %s", types, out.Severity, tt.types, tt.severity)
			}
		})
	}
}

func TestWhatIsLeftIsStillAskedAboutWhenAllThatWasMarkedIsRuledOut(t *testing.T) {
	rb := twoTypes()
	said := steps.Said{Indicators: []string{"k1"}, Answers: map[string]int{"outside": 2}}
	if q, ok := rb.NextQuestion(said); !ok || q.ID != "verifies" {
		t.Errorf("asks %q, %v", q.ID, ok)
	}
}

func TestEveryMarkedThingIsAReason(t *testing.T) {
	out := twoTypes().Classify(steps.Said{Indicators: []string{"k1", "k2"}, Answers: map[string]int{"outside": 0}})
	if len(out.Reasons) != 3 {
		t.Errorf("%d reasons for three things said: %+v", len(out.Reasons), out.Reasons)
	}
}

func TestAQuestionIsAskedOnlyWhileItCanChangeTheOutcome(t *testing.T) {
	rb := twoTypes()
	tests := []struct {
		name string
		said steps.Said
		want string // "" is none
	}{
		{"at first", steps.Said{}, "outside"},
		{"a module was seen", steps.Said{Indicators: []string{"m1"}}, "outside"},
		{"only the module type is left, and its question can change nothing", steps.Said{Indicators: []string{"m1"}, Answers: map[string]int{"outside": 2}}, ""},
		{"critical already, one type: nothing left to ask", steps.Said{Indicators: []string{"k1"}}, "outside"}, // "No" rules it out
		{"all answered", steps.Said{Answers: map[string]int{"outside": 0, "verifies": 0}}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			q, _ := rb.NextQuestion(tt.said)
			if q.ID != tt.want {
				t.Errorf("asks %q, want %q", q.ID, tt.want)
			}
		})
	}
}

// When the console stops asking, no answers to what it did not ask may lead
// to another plan.
func TestWhatIsNotAskedCannotMatter(t *testing.T) {
	for seed := range uint64(300) {
		random := rand.New(rand.NewPCG(seed, 7))
		rb := randomRunbook(random)
		said := steps.Said{Answers: map[string]int{}}
		for _, inc := range rb.Incidents {
			for _, ind := range inc.Indicators {
				if random.IntN(3) == 0 {
					said.Indicators = append(said.Indicators, ind.ID)
				}
			}
		}
		for {
			q, ok := rb.NextQuestion(said)
			if !ok {
				break
			}
			said = said.With(q.ID, random.IntN(len(q.Answers)+1)-1)
		}
		before := rb.Classify(said)
		full := said
		for _, q := range rb.AllQuestions() {
			if _, answered := said.Answers[q.ID]; !answered && aboutACandidate(q, before) {
				full = full.With(q.ID, random.IntN(len(q.Answers)+1)-1)
			}
		}
		after := rb.Classify(full)
		if before.Leading() != after.Leading() || before.Severity != after.Severity {
			t.Fatalf("seed %d: stopped at %s %s, but %v leads to %s %s", seed, before.Leading(), before.Severity, full.Answers, after.Leading(), after.Severity)
		}
	}
}

// aboutACandidate leaves out questions about types that are not possible any
// more: they are not asked, whatever they could say.
func aboutACandidate(q steps.Question, out steps.Outcome) bool {
	if len(q.For) == 0 || len(out.Types) == 0 {
		return true
	}
	for _, c := range out.Types {
		if slices.Contains(q.For, c.ID) {
			return true
		}
	}
	return false
}

func TestNoAnswerEverLowersTheSeverity(t *testing.T) {
	for seed := range uint64(300) {
		random := rand.New(rand.NewPCG(seed, 11))
		rb := randomRunbook(random)
		said := steps.Said{Indicators: []string{"i0-0"}}
		level := rb.Classify(said).Severity
		for _, q := range rb.AllQuestions() {
			said = said.With(q.ID, random.IntN(len(q.Answers)+1)-1)
			now := rb.Classify(said).Severity
			if rb.Graver(level, now) != now {
				t.Fatalf("seed %d: %s lowered the severity from %s to %s", seed, q.ID, level, now)
			}
			level = now
		}
	}
}

func randomRunbook(random *rand.Rand) *steps.Runbook {
	levels := []steps.Level{"", steps.Critical, steps.High, steps.Medium, steps.Low}
	rb := &steps.Runbook{}
	ids := []string{}
	for i := range 1 + random.IntN(4) {
		inc := steps.Incident{ID: fmt.Sprintf("INC-%d", i)}
		for j := range 1 + random.IntN(3) {
			inc.Indicators = append(inc.Indicators, steps.Indicator{ID: fmt.Sprintf("i%d-%d", i, j), Severity: steps.Low})
		}
		ids = append(ids, inc.ID)
		rb.Incidents = append(rb.Incidents, inc)
	}
	for i := range 1 + random.IntN(4) {
		q := steps.Question{ID: fmt.Sprintf("q%d", i), Ask: "?"}
		for range 2 + random.IntN(2) {
			a := steps.Answer{Severity: levels[random.IntN(len(levels))]}
			switch random.IntN(4) {
			case 0:
				a.RulesOut = []string{ids[random.IntN(len(ids))]}
			case 1, 2:
				a.Points = map[string]int{ids[random.IntN(len(ids))]: 1 + random.IntN(2)}
			}
			q.Answers = append(q.Answers, a)
		}
		rb.Questions = append(rb.Questions, q)
	}
	return rb
}

func TestARunbookWithoutQuestionsAsksBySeverityTable(t *testing.T) {
	rb := twoTypes()
	rb.Questions = nil
	for i := range rb.Incidents {
		for j := range rb.Incidents[i].Indicators {
			rb.Incidents[i].Indicators[j].Severity = ""
		}
	}
	said := steps.Said{Indicators: []string{"m1"}}
	q, ok := rb.NextQuestion(said)
	if !ok || q.ID != steps.SeverityQuestionID || len(q.Answers) != 4 {
		t.Fatalf("asks %+v", q)
	}
	if got := rb.Classify(said.With(q.ID, 2)); got.Leading() != "INC-2" || got.Severity != steps.Medium {
		t.Errorf("%s %s", got.Leading(), got.Severity)
	}
}

func TestLengthsOfTimeInWords(t *testing.T) {
	for s, want := range map[steps.Seconds]string{
		steps.NoTarget: "no target", 0: "at once", 60: "1 minute", 1800: "30 minutes", 14400: "4 hours",
		86400: "24 hours", 172800: "48 hours", 604800: "1 week", 30 * 86400: "30 days", 90: "90 seconds",
	} {
		if got := s.String(); got != want {
			t.Errorf("%d: %q, want %q", int64(s), got, want)
		}
	}
}

func TestValuesHaveTheFormOfTheirKind(t *testing.T) {
	tests := []struct {
		kind steps.InputKind
		good []string
		bad  []string
	}{
		{steps.KindText, []string{"anything", "-rf"}, []string{"", " ", "a\x00b", "\xff"}},
		{steps.KindDigest, []string{"sha256:" + hex64, hex64}, []string{"sha256:abc123...", hex64[1:]}},
		{steps.KindID, []string{"6aed008dab4170f43c870d8c", "CVE-2026-1234"}, []string{"two words", "-rf", "$(x)"}},
		{steps.KindURL, []string{"https://rekor.sigstore.dev"}, []string{"rekor", "file:///etc/passwd"}},
		{steps.KindEmail, []string{"signer@example.com"}, []string{"signer"}},
		{steps.KindHost, []string{"bastion1", "10.0.0.1:22"}, []string{"-oProxyCommand=x", "a b"}},
		{steps.KindNumber, []string{"42", "-1"}, []string{"4x"}},
	}
	for _, tt := range tests {
		in := steps.Input{Name: "X", Kind: tt.kind}
		for _, v := range tt.good {
			if err := in.Accept(v); err != nil {
				t.Errorf("%s %q: %v", tt.kind, v, err)
			}
		}
		for _, v := range tt.bad {
			if err := in.Accept(v); err == nil {
				t.Errorf("%s %q was accepted", tt.kind, v)
			}
		}
	}
}

func TestAValueHasTheFormThatTheRunbookAsksFor(t *testing.T) {
	in := steps.Input{Name: "KEY_ID", Kind: steps.KindID, Must: steps.Must{Pattern: "[0-9a-f]{24}"}}
	if err := in.Accept("6aed008dab4170f43c870d8c"); err != nil {
		t.Error(err)
	}
	for _, bad := range []string{"zzz", "6aed008dab4170f43c870d8c0"} {
		if in.Accept(bad) == nil {
			t.Errorf("%q was accepted", bad)
		}
	}
}

func TestARoleIsSpelledAsTheTablesDo(t *testing.T) {
	rb := &steps.Runbook{RACI: []steps.Activity{{Order: []string{"System Integrator"}, Roles: map[string]string{"System Integrator": "R/A"}}}}
	if got := rb.Role(" system INTEGRATOR"); got != "System Integrator" {
		t.Errorf("%q", got)
	}
	if got := rb.Role("Duty officer"); got != "Duty officer" {
		t.Errorf("%q", got)
	}
	if got := rb.RACI[0].Letters("system integrator"); got != "R/A" {
		t.Errorf("%q", got)
	}
}

const hex64 = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
