package plain

import (
	"fmt"
	"strconv"
	"strings"

	"wsc-respond/session"
	"wsc-respond/steps"
)

// place is a step of the plan, and how it is addressed.
type place struct {
	ref      session.Ref
	step     *steps.Step
	incident *steps.Incident
	phase    *steps.Phase
	short    string // "3", "a": within its incident type
	label    string // what list shows: short, or "INC-2:3" where short is not enough
}

// places are the steps of the plan, those after the incident last. The same
// session always gives the same addresses, whoever looks.
func places(s *session.State) []place {
	var all []place
	seen := map[string]int{}
	for _, inc := range s.Incidents() {
		of := placesOf(inc)
		for _, p := range of {
			seen[p.short]++
		}
		all = append(all, of...)
	}
	for i := range all {
		if seen[all[i].short] == 1 {
			all[i].label = all[i].short
		}
	}
	return append(all, placesOf(&s.Runbook.PostIncident)...)
}

// placesOf addresses the steps of one incident type. A number that the author
// gave once is kept; every other step gets a letter, in the document's order.
func placesOf(inc *steps.Incident) []place {
	numbered := map[int]int{}
	for _, phase := range inc.Phases {
		for _, step := range phase.Steps {
			numbered[step.Number]++
		}
	}
	var of []place
	letters := 0
	for i := range inc.Phases {
		for j := range inc.Phases[i].Steps {
			step := &inc.Phases[i].Steps[j]
			short := strconv.Itoa(step.Number)
			if step.Number <= 0 || numbered[step.Number] > 1 {
				short = letter(letters)
				letters++
			}
			of = append(of, place{ref: steps.StepRef(inc.ID, step.ID), step: step, incident: inc,
				phase: &inc.Phases[i], short: short, label: inc.ID + ":" + short})
		}
	}
	return of
}

// letter counts a, b, … z, aa, ab, …
func letter(n int) string {
	if n < 26 {
		return string(rune('a' + n))
	}
	return letter(n/26-1) + letter(n%26)
}

// title is a step as it is said: with its address and its title.
func (p place) title() string { return p.label + " " + p.step.Title }

// answers reports whether a word is an address of the step.
func (p place) answers(word string) bool {
	if strings.EqualFold(word, p.label) || strings.EqualFold(word, p.incident.ID+":"+p.short) || strings.EqualFold(word, string(p.ref)) {
		return true
	}
	if p.incident.ID == steps.PostIncidentID {
		return false
	}
	return strings.EqualFold(word, p.short) || strings.EqualFold(word, p.step.ID)
}

// step finds the step that a word addresses.
func (c *console) step(word string) (place, error) {
	if word == "" {
		return place{}, errForm
	}
	all := places(c.State)
	var fits []place
	for _, p := range all {
		if p.answers(word) {
			fits = append(fits, p)
		}
	}
	switch len(fits) {
	case 1:
		return fits[0], nil
	case 0:
		return place{}, fmt.Errorf("there is no step %q here; list shows them", word)
	}
	var titles []string
	for _, p := range fits {
		titles = append(titles, p.title())
	}
	return place{}, fmt.Errorf("%q may be any of: %s", word, strings.Join(titles, "; "))
}

// target is a command, and how it is addressed: "scan", "2 scan" or "r1".
type target struct {
	ref     session.Ref
	command *steps.Command
	in      *place // nil for one of the reference
	address string
}

// targets are all commands of the plan and of the reference.
func (c *console) targets() []target {
	var all []target
	seen := map[string]int{}
	for _, p := range places(c.State) {
		for i := range p.step.Commands {
			command := &p.step.Commands[i]
			seen[command.Name]++
			all = append(all, target{ref: p.ref.Command(command.Name), command: command, in: &p, address: p.label + " " + command.Name})
		}
	}
	for i := range all {
		if seen[all[i].command.Name] == 1 {
			all[i].address = all[i].command.Name
		}
	}
	n := 0
	for _, group := range c.State.Runbook.Reference {
		for i := range group.Commands {
			n++
			ref := steps.StepRef(steps.ReferenceID, group.Group).Command(group.Commands[i].Name)
			all = append(all, target{ref: ref, command: &group.Commands[i], address: "r" + strconv.Itoa(n)})
		}
	}
	return all
}

// command finds the command that a line begins with, and what follows it. The
// step may be named first; else a name that several steps have is the one of
// the step that was shown last. The commands of the reference come last.
func (c *console) command(line string) (target, string, error) {
	if line == "" {
		return target{}, "", errForm
	}
	word, after := cutWord(line)
	if p, err := c.step(word); err == nil {
		if t, rest, ok := c.longest(after, inStep(p.ref)); ok {
			return t, rest, nil
		}
	}
	for _, among := range []func(target) bool{inStep(c.shown), inPlan, inReference} {
		t, rest, ok := c.longest(line, among)
		if !ok {
			continue
		}
		if same := c.sameName(t); len(same) > 1 && t.in != nil && t.in.ref != c.shown {
			return target{}, "", fmt.Errorf("several steps have a command %q: %s", t.command.Name, strings.Join(same, ", "))
		}
		return t, rest, nil
	}
	return target{}, "", c.noCommand(word)
}

func inStep(ref session.Ref) func(target) bool {
	return func(t target) bool { return t.in != nil && t.in.ref == ref }
}

func inPlan(t target) bool      { return t.in != nil }
func inReference(t target) bool { return t.in == nil }

// longest finds the command with the longest name that a line begins with.
// Those of the reference are addressed by their own word alone: their names
// may be the same.
func (c *console) longest(line string, among func(target) bool) (best target, rest string, found bool) {
	for _, t := range c.targets() {
		name := t.command.Name
		if t.in == nil {
			name = t.address
		}
		if !among(t) || name == "" || !strings.HasPrefix(line, name) || !alone(line, 0, len(name)) {
			continue
		}
		if !found || len(name) > len(line)-len(rest) {
			best, rest, found = t, line[len(name):], true
		}
	}
	return best, strings.TrimSpace(rest), found
}

// sameName are the addresses of the plan's commands that have the same name.
func (c *console) sameName(as target) []string {
	var addresses []string
	for _, t := range c.targets() {
		if t.in != nil && t.command.Name == as.command.Name {
			addresses = append(addresses, t.address)
		}
	}
	return addresses
}

func (c *console) noCommand(word string) error {
	var names []string
	for _, t := range c.targets() {
		if t.in == nil && t.command.Name == word {
			return fmt.Errorf("no step has a command %q; the one of the reference is %s", word, t.address)
		}
		names = append(names, t.command.Name)
	}
	if meant := nearest(word, names); meant != "" {
		return fmt.Errorf("there is no command %q here; %s is near to it", word, meant)
	}
	return fmt.Errorf("there is no command %q here; show N names those of a step", word)
}

// addressOf is how a command is written, by its Ref.
func (c *console) addressOf(ref session.Ref) string {
	for _, t := range c.targets() {
		if t.ref == ref {
			return t.address
		}
	}
	return commandName(ref)
}

// commandName is the name of a command by its Ref.
func commandName(ref session.Ref) string {
	_, _, name := ref.Parts()
	if name == "" {
		return string(ref)
	}
	return name
}
