package plain

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"wsc-respond/session"
	"wsc-respond/steps"
)

// ErrLeft says that somebody left before a session was opened or chosen.
// Nothing was saved.
var ErrLeft = errors.New("left before a session was opened; nothing was saved")

// Questions are what a conversation before a session starts with.
type Questions struct {
	In       io.Reader // read as in [Options]
	Out      io.Writer
	Terminal bool
	ASCII    bool
	// Now is the present, in the reader's time zone: times of day are read
	// in it.
	Now func() time.Time
	// Start is what is known already: the runbook, and what the command line
	// said. Its incident types, severity, time, name and role are not asked
	// for. CodeName is what is proposed.
	Start session.Intake
	// Login is proposed as the name.
	Login string
}

// Intake asks the questions before a session: what was seen, what tells the
// incident types apart, when it was noticed, and who is asked. It returns when
// the person writes "open", and records nothing. ErrLeft says that they left, or
// that the input ended. "triage" opens at once, with whatever is known.
func Intake(ctx context.Context, q Questions) (session.Intake, error) {
	d := newDialogue(ctx, q.In, q.Out, q.Terminal, q.ASCII)
	defer d.end()
	i := &intake{dialogue: d, Intake: q.Start, now: q.Now, login: q.Login, preset: q.Start}
	d.out.say("New incident. Nothing is saved until it is opened. At any question: triage opens at once and classifies later, leave leaves.")
	err := i.ask()
	if errors.Is(err, errTriage) {
		i.Triage, i.Types = true, nil
		i.fillIn()
		return i.Intake, nil
	}
	return i.Intake, err
}

// errTriage says that the person wants to begin at once.
var errTriage = errors.New("triage")

type intake struct {
	*dialogue
	session.Intake
	now    func() time.Time
	login  string
	preset session.Intake
}

// ask goes through the questions in their order.
func (i *intake) ask() error {
	questions := []func() error{i.seen, i.tellApart, i.judge, i.noticed, i.name, i.role, i.codeName, i.open}
	if len(i.preset.Types) > 0 || i.preset.Triage {
		questions = questions[2:]
	}
	for _, question := range questions {
		if err := question(); err != nil {
			return err
		}
	}
	return nil
}

// question asks until the answer is accepted. accept gets the trimmed line.
func (i *intake) question(accept func(line string) error) error {
	for {
		line, err := i.line()
		if err != nil {
			return err
		}
		switch strings.ToLower(line) {
		case "leave", "quit":
			return ErrLeft
		case "triage":
			return errTriage
		}
		if err = accept(line); err == nil {
			return nil
		}
		if !errors.Is(err, errAgain) {
			i.refuse(err)
		}
	}
}

// errAgain asks for another line, without a complaint.
var errAgain = errors.New("again")

// seen asks for the indicators of all types.
func (i *intake) seen() error {
	i.out.say("What have you seen? Write the numbers, such as 1 3; none, if it is none of these; or not sure, to open in triage.")
	var ids []string
	for _, inc := range i.Runbook.Incidents {
		for _, ind := range inc.Indicators {
			ids = append(ids, ind.ID)
			i.out.item("%d %s", len(ids), ind.Text)
		}
	}
	return i.question(func(line string) error {
		switch strings.ToLower(line) {
		case "none":
			return nil
		case "not sure":
			i.Triage = true
			return nil
		}
		chosen, err := numbers(line, len(ids))
		if err != nil {
			return fmt.Errorf("%w; or write none, or not sure", err)
		}
		for _, n := range chosen {
			i.Said.Indicators = append(i.Said.Indicators, ids[n-1])
		}
		return nil
	})
}

// tellApart asks the questions whose answers can still change the outcome. A
// session that opens in triage needs none.
func (i *intake) tellApart() error {
	for {
		q, more := i.Runbook.NextQuestion(i.Said)
		if !more || i.Triage {
			return nil
		}
		i.out.say("%s", q.Ask)
		for n, a := range q.Answers {
			i.out.item("%d %s", n+1, a.Say)
		}
		i.out.item("%d Not sure", len(q.Answers)+1)
		err := i.question(func(line string) error {
			answer, err := one(line, len(q.Answers))
			if err != nil {
				return err
			}
			i.Said = i.Said.With(q.ID, answer)
			return nil
		})
		if err != nil {
			return err
		}
	}
}

// one reads one answer among n, or "not sure", which stands behind them.
func one(line string, n int) (int, error) {
	if strings.EqualFold(line, "not sure") {
		return steps.NotSure, nil
	}
	chosen, err := numbers(line, n+1)
	switch {
	case err != nil:
		return 0, fmt.Errorf("%w; or write not sure", err)
	case len(chosen) > 1:
		return 0, errors.New("one number is needed")
	case chosen[0] == n+1:
		return steps.NotSure, nil
	}
	return chosen[0] - 1, nil
}

// judge shows what the answers lead to, and lets the person overrule it.
func (i *intake) judge() error {
	if i.Triage {
		return nil
	}
	i.tellOutcome()
	return i.question(func(line string) error {
		verb, rest := cutWord(line)
		what, reason := because(rest)
		switch {
		case strings.EqualFold(verb, "accept") && rest == "":
			_, err := i.Classified()
			return err
		case strings.EqualFold(verb, "type"):
			return i.overrule([]string{what}, "", reason)
		case strings.EqualFold(verb, "severity"):
			return i.overrule(nil, steps.ParseLevel(what), reason)
		case strings.EqualFold(verb, "add"):
			types, _ := i.Plan()
			return i.overrule(append(types[:len(types):len(types)], what), "", reason)
		}
		return errors.New("write accept, or change it: type TYPE because REASON, severity LEVEL because REASON, add TYPE because REASON")
	})
}

func (i *intake) tellOutcome() {
	types, level := i.Plan()
	if len(types) == 0 {
		i.out.say("Nothing tells yet which incident this is. Write type and one of these, or triage:")
		for _, inc := range i.Runbook.Incidents {
			i.out.item("%s %s", inc.ID, inc.Title)
		}
		return
	}
	i.out.say("This looks like %s, %s", i.titles(types), strings.ToUpper(string(level)))
	if len(i.Said.Indicators)+len(i.Said.Answers) > 0 {
		for _, r := range i.Outcome().Reasons {
			i.out.item("because: %s%s", r.Said, follows(r))
		}
	}
	for _, also := range i.Also() {
		i.out.say("Also possible: %s %s. To add it to the plan: add %s", also.ID, also.Title, also.ID)
	}
	i.out.say("Write accept, or change it: type TYPE because REASON, severity LEVEL because REASON, add TYPE")
}

// follows says what follows from a reason: " (INC-1, critical)".
func follows(r steps.Reason) string {
	parts := r.Types
	if r.Severity != "" {
		parts = append(parts[:len(parts):len(parts)], string(r.Severity))
	}
	if len(r.RulesOut) > 0 {
		parts = append(parts[:len(parts):len(parts)], "not "+strings.Join(r.RulesOut, ", "))
	}
	if len(parts) == 0 {
		return ""
	}
	return " (" + strings.Join(parts, ", ") + ")"
}

func (i *intake) titles(types []string) string {
	var titles []string
	for _, id := range types {
		if inc, ok := i.Runbook.Incident(id); ok {
			titles = append(titles, inc.ID+" "+inc.Title)
		}
	}
	return strings.Join(titles, " and ")
}

// overrule changes the plan. What the questions did not lead to needs a
// reason.
func (i *intake) overrule(types []string, level steps.Level, reason string) error {
	before := i.Intake
	for n, id := range types {
		inc, ok := i.Runbook.Incident(id)
		if !ok || inc.ID == steps.PostIncidentID {
			return fmt.Errorf("the runbook has no incident type %q", id)
		}
		types[n] = inc.ID
	}
	if len(types) > 0 {
		i.Types = types
	}
	if level != "" {
		if _, ok := i.Runbook.Severity(level); !ok {
			return fmt.Errorf("the runbook has no severity %q", level)
		}
		i.Severity = level
	}
	switch {
	case i.Reason == "":
		i.Reason = reason
	case reason != "":
		i.Reason += "; " + reason
	}
	if _, err := i.Classified(); err != nil {
		i.Intake = before
		return err
	}
	i.tellOutcome()
	return errAgain
}

func (i *intake) noticed() error {
	if !i.preset.Noticed.IsZero() {
		return nil
	}
	i.out.say("When was it noticed? now, 20 (minutes ago), 2h, 02:52, 02:52 UTC or 2026-11-21 23:10. An empty line is now.")
	return i.question(func(line string) (err error) {
		i.Noticed, err = session.ParseWhen(line, i.now())
		return err
	})
}
