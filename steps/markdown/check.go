package markdown

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"wsc-respond/steps"
)

// Check looks at a runbook as a whole, after it was read and overlaid: shell
// that does not parse, variables and files that nobody provides, names that
// lead nowhere, activities without a step, contacts that nobody filled in,
// a review that is overdue at the given time. It tells all of it at once,
// sorted by place. What the text itself says wrongly comes from [Read],
// [ReadFile] and [Overlay].
//
// A finding is an error only in a strict document and only if it is a mistake
// of its author; what is still to be filled in or looked after is a note.
func Check(rb *steps.Runbook, now time.Time) []steps.Problem {
	c := &checker{rb: rb, strict: map[string]bool{}}
	for _, src := range rb.Sources {
		c.strict[src.File] = src.Strict
	}
	c.shell()
	c.activities()
	c.names()
	c.classification()
	c.secrets()
	c.contacts()
	c.review(now)
	return Sort(c.problems)
}

type checker struct {
	rb       *steps.Runbook
	strict   map[string]bool
	problems []steps.Problem
}

// mistake notes something that is an error if its file is strict.
func (c *checker) mistake(kind steps.ProblemKind, at steps.Pos, format string, args ...any) {
	c.add(kind, c.strict[at.File], at, format, args...)
}

// note notes something that is left to do and is nobody's mistake.
func (c *checker) note(kind steps.ProblemKind, at steps.Pos, format string, args ...any) {
	c.add(kind, false, at, format, args...)
}

func (c *checker) add(kind steps.ProblemKind, isError bool, at steps.Pos, format string, args ...any) {
	c.problems = append(c.problems, steps.Problem{Kind: kind, Error: isError, At: at, Detail: fmt.Sprintf(format, args...)})
}

// activities looks for a step for each activity of the RACI tables. A step
// names its activity, or has the same title.
func (c *checker) activities() {
	carried := map[string]bool{}
	for _, inc := range plansOf(c.rb) {
		eachStep(inc, func(st *steps.Step) {
			carried[slug(st.Activity)] = true
			carried[slug(st.Title)] = true
		})
	}
	for _, a := range c.rb.RACI {
		if !carried[slug(a.Activity)] {
			c.mistake(steps.ActivityNoStep, a.At, "no step carries out the activity %q: give the step that does {raci: %s}, or write one", a.Activity, a.Activity)
		}
	}
}

func eachStep(inc *steps.Incident, visit func(*steps.Step)) {
	for p := range inc.Phases {
		for s := range inc.Phases[p].Steps {
			visit(&inc.Phases[p].Steps[s])
		}
	}
}

// names looks for what steps and commands point at.
func (c *checker) names() {
	var activities, templates []string
	for _, a := range c.rb.RACI {
		activities = append(activities, a.Activity)
	}
	for _, t := range c.rb.Templates {
		templates = append(templates, t.ID)
	}
	overlay := map[string]bool{}
	for _, src := range c.rb.Sources {
		overlay[src.File] = src.Overlay
	}
	for _, inc := range plansOf(c.rb) {
		eachStep(inc, func(st *steps.Step) {
			if _, ok := c.rb.Activity(st.Activity); st.Activity != "" && !ok {
				c.unresolved(st.At, "raci", "activity", st.Activity, activities)
			}
			if st.Notice != "" && !slices.Contains(templates, st.Notice) {
				c.unresolved(st.At, "notice", "notice", st.Notice, templates)
			}
			c.roles(st)
			if c.rb.Overlays == "" && !overlay[st.At.File] && (st.Before != "" || st.Replaces != "") {
				c.mistake(steps.BadValue, st.At, "before and replaces place a step of an overlay: in the runbook itself put the step where it belongs")
			}
			for i := range st.Commands {
				c.after(inc, st, &st.Commands[i])
			}
		})
	}
}

func (c *checker) roles(st *steps.Step) {
	known := c.rb.RoleNames()
	for _, role := range st.Roles {
		if len(known) > 0 && !slices.ContainsFunc(known, func(k string) bool { return strings.EqualFold(k, role) }) {
			c.unresolved(st.At, "role", "role", role, known)
		}
	}
}

// after looks for the command that must have run before: in the same step by
// its name, in another step of the incident by its name or as step/name.
func (c *checker) after(inc *steps.Incident, st *steps.Step, cmd *steps.Command) {
	if cmd.After == "" {
		return
	}
	var known []string
	for _, other := range st.Commands {
		known = append(known, other.Name)
	}
	eachStep(inc, func(other *steps.Step) {
		for _, o := range other.Commands {
			known = append(known, o.Name, other.ID+"/"+o.Name)
		}
	})
	if !slices.Contains(known, cmd.After) || cmd.After == cmd.Name {
		c.unresolved(cmd.At, "after", "command", cmd.After, known)
	}
}

// unresolved says that a name leads nowhere, and which one was probably meant.
func (c *checker) unresolved(at steps.Pos, attribute, what, name string, known []string) {
	detail := fmt.Sprintf("%s: there is no %s %q", attribute, what, name)
	switch near := nearest(name, known); {
	case near != "":
		detail += fmt.Sprintf(": did you mean %q?", near)
	case len(known) == 0:
		detail += fmt.Sprintf(": the runbook has no %s at all", what)
	case len(known) <= 12:
		detail += ": it is one of " + strings.Join(unique(known), ", ")
	default:
		detail += ": correct the name, or write what it names"
	}
	c.mistake(steps.UnresolvedName, at, "%s", detail)
}

func unique(list []string) []string {
	var kept []string
	for _, s := range list {
		if !slices.Contains(kept, s) {
			kept = append(kept, s)
		}
	}
	return kept
}

// secrets looks for secret inputs whose value stands in the text all the
// same.
func (c *checker) secrets() {
	for _, in := range c.rb.Inputs {
		if in.Secret && in.Default != "" {
			c.add(steps.BadValue, true, in.At, "%s: a secret with a default stands in clear in the runbook: leave the default out", in.Name)
		}
	}
}

// contacts says which contacts nobody has filled in, and a whole runbook
// without any.
func (c *checker) contacts() {
	for _, open := range c.rb.Unfilled() {
		c.note(steps.UnfilledContact, open.At, "the contact %q (%s) is not filled in: lay a folder over the runbook with a row for it, before it is needed", open.Role, open.Group)
	}
}
