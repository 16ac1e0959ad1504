package session

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"wsc-respond/steps"
)

// Intake is what is known before a session is opened: what was seen, what the
// questions led to, what the person made of it. Both front-ends fill one and
// hand it in; nothing of it is saved before.
type Intake struct {
	Runbook *steps.Runbook
	Said    steps.Said
	// Types and Severity are what the person decided; empty is what the
	// questions led to.
	Types    []string
	Severity steps.Level
	// Reason is why the person decided otherwise than the questions.
	Reason  string
	Triage  bool      // open at once, classify later
	Noticed time.Time // zero is now
	Name    string
	Role    string
	// CodeName is a neutral name, so that titles and channels give nothing
	// away.
	CodeName string
}

// Outcome is what the answers so far lead to.
func (i Intake) Outcome() steps.Outcome { return i.Runbook.Classify(i.Said) }

// Plan is the incident types and severity that the session would open with.
func (i Intake) Plan() ([]string, steps.Level) {
	out := i.Outcome()
	types, level := i.Types, i.Severity
	if len(types) == 0 && out.Leading() != "" {
		types = []string{out.Leading()}
	}
	if level == "" {
		level = out.Severity
	}
	if i.Triage {
		return nil, i.Severity
	}
	return types, level
}

// Also are the types that something speaks for and that are not in the plan.
func (i Intake) Also() []steps.Candidate {
	types, _ := i.Plan()
	var also []steps.Candidate
	for _, c := range i.Outcome().Types {
		if !slices.Contains(types, c.ID) {
			also = append(also, c)
		}
	}
	return also
}

// NeedsReason reports whether the person decided otherwise than the questions
// led to. Nothing that was answered is nothing to overrule.
func (i Intake) NeedsReason() bool {
	types, level := i.Plan()
	answered := len(i.Said.Indicators)+len(i.Said.Answers) > 0
	return !i.Triage && answered && i.Outcome().Overrides(types, level)
}

// Classified is the event that the intake leads to. The error says what is
// missing.
func (i Intake) Classified() (Classified, error) {
	types, level := i.Plan()
	if len(types) == 0 && !i.Triage {
		return Classified{}, refuse("nothing tells which incident this is; choose one, or start in triage")
	}
	if i.NeedsReason() && strings.TrimSpace(i.Reason) == "" {
		return Classified{}, refuse("a reason is needed: why is it another type or severity than the questions led to?")
	}
	c := Classified{Types: types, Severity: level, Triage: i.Triage}
	if i.NeedsReason() {
		c.Overridden = i.Reason
	}
	if len(i.Said.Indicators)+len(i.Said.Answers) == 0 {
		c.Because = i.unasked()
		return c, nil
	}
	for _, r := range i.Outcome().Reasons {
		c.Because = append(c.Because, Because{Said: r.Said, Types: r.Types, Severity: r.Severity, RulesOut: r.RulesOut})
	}
	return c, nil
}

// unasked is why a session that was opened without a question is what it is.
func (i Intake) unasked() []Because {
	if i.Triage {
		return nil
	}
	because := []Because{{Said: "named when the session was started", Types: i.Types, Severity: i.Severity}}
	if i.Severity == "" {
		_, level := i.Plan()
		because = append(because, Because{Said: "nothing says how bad it is, and doubt raises the severity", Severity: level})
	}
	return because
}

// CodeName makes a neutral name for a session, "cobalt-heron" for example. It
// says nothing of what happened.
func CodeName() string {
	return pick(codeColours()) + "-" + pick(codeBirds())
}

func pick(words []string) string { return words[rand.IntN(len(words))] }

func codeColours() []string {
	return strings.Fields(`amber ash auburn azure basalt beige brass bronze cedar chalk cobalt copper coral
		cream dune ebony fawn fern flax flint gold hazel indigo iron ivory jade khaki lilac linen
		maple mint moss navy ochre olive onyx opal pearl pewter pine plum quartz rust sable saffron
		sand sepia sienna silver slate straw tan teal umber walnut wheat`)
}

func codeBirds() []string {
	return strings.Fields(`auk avocet bittern bunting buzzard crane crake curlew dipper diver dove dunlin
		egret eider finch fulmar gannet godwit goose grebe grouse gull heron hobby ibis jackdaw jay
		kestrel kite knot lapwing lark linnet magpie martin merlin osprey ouzel oriole owl petrel
		pipit plover puffin quail rail raven redpoll robin ruff sanderling shrike siskin skua snipe
		stilt stint stork swan swift tern thrush tit turnstone twite wagtail warbler whimbrel wren`)
}

// ValidCodeName reports, in words, what is wrong with a code name: it becomes
// the name of a folder and stands in titles.
func ValidCodeName(name string) error {
	if name == "" || len(name) > 60 {
		return refuse("a code name has 1 to 60 letters")
	}
	for _, r := range name {
		if (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '-' {
			return refuse("a code name has only a-z, 0-9 and dashes; %q does not fit", r)
		}
	}
	if strings.HasPrefix(name, "-") {
		return refuse("a code name does not begin with a dash")
	}
	return nil
}

// FolderName is the name of a session and of its folder.
func FolderName(now time.Time, codeName string) string {
	return fmt.Sprintf("%s-%s", now.UTC().Format("2006-01-02"), codeName)
}
