package plain

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"wsc-respond/session"
)

// Verb is one row of the table of what can be written.
type Verb struct {
	Name  string   // the first word of the line
	Forms []string // how it is written; the first is the usual one
	Help  string   // what it does, as a sentence without its full stop
	do    func(c *console, ctx context.Context, rest string) error
}

// Verbs is the table, in the order in which help prints it: what is needed
// most comes first.
func Verbs() []Verb {
	return []Verb{
		{"list", []string{"list", "list PHASE"}, "lists the phases with their steps, and how each stands", (*console).list},
		{"show", []string{"show N"}, "shows a step: what it is for, its checks, its commands", (*console).show},
		{"phase", []string{"phase N"}, "shows a phase with what its steps hold", (*console).phase},
		{"run", []string{"run NAME", "run N NAME", "run NAME interactively"}, "shows a command; written again directly afterwards, it runs it; interactively gives it the terminal for its questions", (*console).run},
		{"done", []string{"done N", "done N NOTE"}, "marks a step as done", (*console).done},
		{"tick", []string{"tick N.K"}, "ticks check K of step N", (*console).tick},
		{"untick", []string{"untick N.K"}, "takes the tick away again", (*console).untick},
		{"skip", []string{"skip N because REASON"}, "leaves a step out", (*console).skip},
		{"wait", []string{"wait N for WHAT until TIME", "wait N for WHAT"}, "lets a step wait, with a reminder", (*console).wait},
		{"undo", []string{"undo N", "undo N because REASON"}, "opens a step again; what was recorded stays", (*console).undo},

		{"note", []string{"note TEXT"}, "writes down an observation", noting(session.Observation)},
		{"hypothesis", []string{"hypothesis TEXT", "hypothesis K confirmed because REASON", "hypothesis K disproven because REASON"},
			"writes down a hypothesis, or says how the one of event K stands", (*console).hypothesis},
		{"decision", []string{"decision TEXT"}, "writes down a decision", noting(session.Decision)},
		{"communication", []string{"communication TEXT"}, "writes down who was told what", noting(session.Communication)},
		{"at", []string{"at TIME note TEXT", "at TIME milestone NAME"},
			"records when it happened, for note, hypothesis, decision, communication and milestone; TIME is 20 (minutes ago), 2h, 02:52, 02:52 UTC or 2026-11-21 23:10", (*console).atTime},

		{"set", []string{"set NAME=VALUE", "set NAME"}, "gives an input its value; a secret one is asked for with set NAME, and not shown", (*console).set},
		{"take", []string{"take NAME…"}, "takes the values of inputs from the output that yields them", (*console).take},
		{"inputs", []string{"inputs"}, "lists the inputs and their values", (*console).inputs},

		{"edit", []string{"edit NAME"}, "puts another text in a command's place, from the lines that follow, up to a line with a single full stop; then it is shown as by run", (*console).edit},
		{"fill", []string{"fill NAME"}, "puts an input in the place of each stand-in of a command; then it is shown as by run", (*console).fill},
		{"no", []string{"no NAME because REASON"}, "records that you decided against a command", (*console).no},
		{"elsewhere", []string{"elsewhere NAME RESULT", "elsewhere NAME exit CODE RESULT"}, "records that you ran a command outside the console", (*console).elsewhere},
		{"watch", []string{"watch NAME"}, "shows the end of a command's output, and tells what it writes from then on", (*console).watch},
		{"cancel", []string{"cancel", "cancel NAME"}, "stops a running command and all that it started", (*console).cancel},

		{"milestone", []string{"milestone NAME", "milestone NAME at TIME"}, "records a milestone: began, detected, aware, contained, recovered, reviewed", (*console).milestone},
		{"clocks", []string{"clocks"}, "lists the clocks", (*console).clocks},
		{"stop-clock", []string{"stop-clock NAME", "stop-clock NAME because NOTE"}, "stops a reporting clock: the report was made", (*console).stopClock},
		{"notices", []string{"notices"}, "lists the notices, and those that were drafted", (*console).notices},
		{"notice", []string{"notice ID"}, "shows a notice, filled from the inputs", (*console).notice},
		{"draft", []string{"draft ID"}, "keeps the filled notice in the session's folder", (*console).draft},
		{"sent", []string{"sent K to WHOM by HOW", "sent K to WHOM"}, "records that the notice of event K went out", (*console).sent},
		{"contacts", []string{"contacts"}, "lists whom to call", (*console).contacts},
		{"reference", []string{"reference"}, "lists commands to look up", (*console).reference},

		{"brief", []string{"brief"}, "says on one page how things stand, for who takes over", (*console).brief},
		{"timeline", []string{"timeline", "timeline COUNT"}, "lists the latest events, 20 or COUNT of them", (*console).timeline},
		{"find", []string{"find TEXT"}, "finds a text in steps, commands and the timeline", (*console).find},
		{"amend", []string{"amend K TEXT"}, "corrects event K by a new one; the old one stays", (*console).amend},
		{"withdraw", []string{"withdraw K because REASON"}, "says that event K should not stand; it stays in the record", (*console).withdraw},
		{"evidence", []string{"evidence", "evidence add PATH", "evidence add PATH because NOTE"}, "lists the evidence, or copies a file into it", (*console).evidence},

		{"reclassify", []string{"reclassify TYPE because REASON", "reclassify TYPE SEVERITY because REASON"}, "changes incident type or severity; in triage, it classifies", (*console).reclassify},
		{"widen", []string{"widen TYPE because REASON"}, "adds an incident type to the plan", (*console).widen},
		{"role", []string{"role NAME, ROLE"}, "says who works here from now on", (*console).role},
		{"transfer", []string{"transfer NAME, ROLE"}, "hands over the command of the incident", (*console).transfer},
		{"close", []string{"close", "close SUMMARY"}, "ends the incident; where something is open it says so first, and closes when written again", (*console).close},
		{"help", []string{"help", "help VERB"}, "shows this list", (*console).help},
		{"quit", []string{"quit"}, "leaves the console; nothing is lost, and commands go on", (*console).quit},
	}
}

func findVerb(word string) (Verb, bool) {
	for _, v := range Verbs() {
		if strings.EqualFold(v.Name, word) {
			return v, true
		}
	}
	return Verb{}, false
}

func verbNames() []string {
	var names []string
	for _, v := range Verbs() {
		names = append(names, v.Name)
	}
	return names
}

// unknownVerb says that a word is no verb, and which was meant.
func unknownVerb(word string) error {
	if slices.Contains([]string{"y", "yes", "ok"}, strings.ToLower(word)) {
		return fmt.Errorf("%q runs nothing; a command runs when run and its name are written again, directly after it was shown", word)
	}
	if meant := nearest(word, verbNames()); meant != "" {
		return fmt.Errorf("there is no verb %q; %s is near to it", word, meant)
	}
	return fmt.Errorf("there is no verb %q", word)
}

// addressing explains what N and NAME stand for.
const addressing = `N is a step: its number as the runbook gives it; a letter where it has none, or shares it; or its id. Where several incident types are in the plan, and for the steps after the incident, the type comes first: INC-2:3, AFTER:1. list shows what to write for each.
NAME is a command. Where several steps have one of that name, the step comes first: run 2 scan. K is the number of an event: 41 or #41. A line that begins with # is not read.`

// help prints the table, or what is known of one verb.
func (c *console) help(_ context.Context, rest string) error {
	if rest == "" {
		for _, v := range Verbs() {
			c.out.say("%s: %s.", strings.Join(v.Forms, ", or "), v.Help)
		}
		for part := range strings.SplitSeq(addressing, "\n") {
			c.out.say("%s", part)
		}
		return nil
	}
	v, ok := findVerb(rest)
	if !ok {
		return unknownVerb(rest)
	}
	c.out.say("%s: %s.", strings.Join(v.Forms, ", or "), v.Help)
	return nil
}

func (c *console) quit(context.Context, string) error {
	c.over = true
	return nil
}

// complain tells that something was not done, in three parts: what, what is
// safe, what to do next. next is left out where the error itself leads on.
func (c *console) complain(err error, next string) {
	c.refused++
	what, safe := err.Error(), "what was shown as saved is saved; nothing else was recorded"
	switch {
	case errors.Is(err, session.ErrReadOnly), errors.Is(err, session.ErrConflict):
		safe = fmt.Sprintf("all events up to #%d; reading, showing and watching go on", c.State.Last.Seq)
		next = "wsc-respond resume " + c.State.Session + " --into DIR goes on in another folder"
	case errors.Is(err, session.ErrRefused):
		_, what, _ = strings.Cut(what, session.ErrRefused.Error()+": ")
	}
	c.out.say("Not done: %s", sentence(what))
	c.out.item("safe: %s", safe)
	if next != "" {
		c.out.item("next: %s", next)
	}
}

// sentence ends a text as a sentence.
func sentence(text string) string {
	if strings.HasSuffix(text, ".") || strings.HasSuffix(text, "?") {
		return text
	}
	return text + "."
}
