package shell

import (
	"slices"
	"strings"

	"wsc-respond/steps"
)

// verdict tells what a program with these arguments does. The tables of this
// package know it by name; rules look at its flags; what none of them knows
// counts as a change.
func (run invocation) verdict() verdict {
	name := run.base()
	if len(run.args) == 1 && (run.args[0].text == "--help" || run.args[0].text == "--version") {
		return reading
	}
	if rule, ok := rules[name]; ok {
		return rule(run)
	}
	if v, ok := verbs[name]; ok {
		return v.verdict(run)
	}
	if does, ok := destroyers[name]; ok {
		return verdict{steps.RiskDestroys, does + " (" + name + ")"}
	}
	if does, ok := changers[name]; ok {
		return verdict{steps.RiskChanges, does + " (" + name + ")"}
	}
	if _, wraps := wrappers[name]; wraps || slices.Contains(readers, name) {
		return reading
	}
	if strings.HasPrefix(name, "mkfs.") {
		return verdict{steps.RiskDestroys, "it makes a new file system over what is there (" + name + ")"}
	}
	return verdict{steps.RiskChanges, "what it does is not known here (" + name + ")"}
}

var reading = verdict{risk: steps.RiskReads}

func (run invocation) changes(does string) verdict {
	return verdict{steps.RiskChanges, does + " (" + run.base() + ")"}
}

func (run invocation) destroys(does string) verdict {
	return verdict{steps.RiskDestroys, does + " (" + run.base() + ")"}
}

// has reports whether one of the flags is among the arguments, also with its
// value attached by an equals sign. A flag of one dash and one letter is found
// in a cluster too: -f in -vfz.
func (run invocation) has(flags ...string) bool {
	for _, a := range run.args {
		if a.text == "--" {
			return false
		}
		for _, flag := range flags {
			if a.isFlag(flag) {
				return true
			}
		}
	}
	return false
}

func (a argument) isFlag(flag string) bool {
	if a.text == flag || strings.HasPrefix(a.text, flag+"=") {
		return true
	}
	cluster := len(flag) == 2 && len(a.text) > 2 && a.text[0] == '-' && a.text[1] != '-'
	return cluster && strings.Contains(a.text[1:], flag[1:])
}

// words returns the arguments that are no flags; valued are the short options
// that take the next argument for themselves.
func (run invocation) words(valued string) []argument {
	var words []argument
	for i := 0; i < len(run.args); i++ {
		a := run.args[i]
		switch {
		case a.text == "--":
			return append(words, run.args[i+1:]...)
		case len(a.text) < 2 || a.text[0] != '-':
			words = append(words, a)
		case a.text[1] != '-' && strings.Contains(valued, a.text[len(a.text)-1:]):
			i++
		}
	}
	return words
}

// word returns the nth argument that is no flag, or "".
func (run invocation) word(n int) string {
	if words := run.words(""); n < len(words) {
		return words[n].text
	}
	return ""
}

// verbTable describes a program whose first words say what it does. An entry is
// one word or two. What is in no list may change something.
type verbTable struct {
	valued   string   // short options before the verb that take a value
	writes   []string // verbs of which does can be said
	does     string
	reads    []string
	destroys []string
}

func (t verbTable) verdict(run invocation) verdict {
	words := run.words(t.valued)
	if len(words) == 0 {
		if run.has("--help", "-h", "--version", "-V") || len(run.args) == 0 {
			return reading
		}
		return run.changes("it may change something")
	}
	first, two := words[0].text, words[0].text
	if len(words) > 1 {
		two += " " + words[1].text
	}
	does := " (" + run.base() + " " + first + ")"
	switch {
	case slices.Contains(t.destroys, two):
		return verdict{steps.RiskDestroys, "what it takes away does not come back (" + run.base() + " " + two + ")"}
	case slices.Contains(t.reads, first) || slices.Contains(t.reads, two):
		return reading
	}
	// An option may stand between the program and its verb with a value of its
	// own, so the verb is looked for among all words.
	for _, w := range words {
		if slices.Contains(t.destroys, w.text) {
			return verdict{steps.RiskDestroys, "what it takes away does not come back (" + run.base() + " " + w.text + ")"}
		}
	}
	if slices.Contains(t.writes, first) {
		return verdict{steps.RiskChanges, t.does + does}
	}
	return verdict{steps.RiskChanges, "it may change something" + does}
}
