package doctor

import (
	"fmt"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"

	"wsc-respond/steps"
	"wsc-respond/steps/shell"
)

// own is this program. It stands first on the PATH of every command.
const own = "wsc-respond"

// plan is what one command of the runbook needs.
type plan struct {
	ref   steps.Ref
	needs []string // programs, by name or absolute path
	own   bool     // it calls this program
	why   []string // reasons of its own not to run
}

// plans reads all commands of the runbook: those of the incident types, those
// that follow every incident, those of the reference.
func (e *examination) plans() []plan {
	rb := e.given.Runbook
	var plans []plan
	for _, incident := range append(slices.Clone(rb.Incidents), rb.PostIncident) {
		for _, phase := range incident.Phases {
			for _, step := range phase.Steps {
				plans = append(plans, planAll(rb, steps.StepRef(incident.ID, step.ID), step.Commands)...)
			}
		}
	}
	for _, group := range rb.Reference {
		plans = append(plans, planAll(rb, steps.StepRef(steps.ReferenceID, group.Group), group.Commands)...)
	}
	return plans
}

func planAll(rb *steps.Runbook, step steps.Ref, commands []steps.Command) []plan {
	var plans []plan
	for _, c := range commands {
		plans = append(plans, newPlan(rb, step.Command(c.Name), c.Shell))
	}
	return plans
}

func newPlan(rb *steps.Runbook, ref steps.Ref, text string) plan {
	p := plan{ref: ref}
	facts, err := shell.Parse(text, shell.StandIns{Words: rb.StandIns, Own: rb.Placeholders})
	if len(facts.Placeholders) > 0 {
		var texts []string
		for _, stand := range facts.Placeholders {
			texts = append(texts, stand.Text)
		}
		p.why = append(p.why, "stand-ins are left in it: "+strings.Join(texts, ", "))
	}
	if err != nil {
		p.why = append(p.why, err.Error())
	}
	if other := otherShell(text); other != "" {
		p.why = append(p.why, "it is written for "+other+", and commands run in bash")
	}
	p.calls(facts.Programs, text)
	return p
}

// calls notes which programs must be here. What follows ssh may be meant for
// the other machine, and a relative path for a folder that only the run knows:
// neither is asked of this host.
func (p *plan) calls(programs []string, text string) {
	for _, name := range programs {
		switch {
		case path.Base(name) == own:
			p.own = true
		case isBuiltin(name), strings.Contains(name, "/") && !filepath.IsAbs(name), strings.ContainsAny(name, "{}"):
		default:
			p.need(name)
		}
		if name == "ssh" {
			break
		}
	}
	for _, also := range hidden() {
		if slices.Contains(programs, also.caller) && also.words.MatchString(text) {
			p.need(also.tool)
		}
	}
}

func (p *plan) need(name string) {
	if !slices.Contains(p.needs, name) {
		p.needs = append(p.needs, name)
	}
}

// hiddenCall is a program that another one calls when its arguments say so.
type hiddenCall struct {
	caller string
	words  *regexp.Regexp
	tool   string
}

var hidden = sync.OnceValue(func() []hiddenCall {
	const lineWithout = `(?m)^[^#\n]*\b`
	return []hiddenCall{
		{"cargo", regexp.MustCompile(lineWithout + `cargo(?:\s+\+\S+)?\s+audit\b`), "cargo-audit"},
		{own, regexp.MustCompile(lineWithout + own + `\s+module\s+resign\b`), "wsc"},
	}
})

// otherShell names the shell that a text asks for in its first line, unless it
// is bash or one that bash stands in for.
func otherShell(text string) string {
	first, _, _ := strings.Cut(text, "\n")
	asked, ok := strings.CutPrefix(first, "#!")
	words := strings.Fields(asked)
	if !ok || len(words) == 0 {
		return ""
	}
	name := path.Base(words[0])
	if name == "env" && len(words) > 1 {
		name = path.Base(words[len(words)-1])
	}
	switch name {
	case "bash", "sh", "dash":
		return ""
	}
	return name
}

// builtins are the commands that bash brings itself (bash(1), SHELL BUILTIN
// COMMANDS).
const builtins = " . : [ alias bg bind break builtin caller cd command compgen complete compopt continue declare dirs " +
	"disown echo enable eval exec exit export false fc fg getopts hash help history jobs kill let local logout mapfile " +
	"popd printf pushd pwd read readarray readonly return set shift shopt source suspend test times trap true type " +
	"typeset ulimit umask unalias unset wait "

func isBuiltin(name string) bool { return strings.Contains(builtins, " "+name+" ") }

// commands says of each command whether it can run here.
func (e *examination) commands(plans []plan) {
	e.report.Commands = make([]Command, 0, len(plans))
	broken := 0
	for _, p := range plans {
		why := slices.Clone(p.why)
		broken += min(len(why), 1)
		if e.given.Bash == "" {
			why = append(why, "there is no bash")
		}
		why = append(why, e.lacks(p)...)
		c := Command{ID: p.ref, Runnable: len(why) == 0, Why: strings.Join(why, "; ")}
		e.report.Commands = append(e.report.Commands, c)
		if c.Runnable {
			e.report.Runnable++
		}
	}
	for i, p := range plans {
		e.report.Commands[i].Instead = e.instead(plans, p)
		e.require(p, e.report.Commands[i])
	}
	if broken > 0 {
		e.problem(BadCommand, fmt.Sprintf("%s of the runbook cannot run as written, whatever this host has; runbook check says where", count(broken, "command")))
	}
}

// lacks says which of the programs of a command are not here.
func (e *examination) lacks(p plan) []string {
	var why []string
	for _, name := range p.needs {
		t := e.tool(name)
		for _, problem := range t.Problems {
			switch problem.Kind {
			case Absent:
				why = append(why, name+" is not here")
			case NotExecutable:
				why = append(why, name+" may not be run")
			case DoesNotRun:
				why = append(why, name+" cannot run")
			}
		}
	}
	return why
}

// instead finds the command of this program that does the same as one whose
// tool is missing. Runbooks name such pairs alike: "scan", and beside it in the
// same step "scan-with-wsc". Nothing else tells that one does for the other.
func (e *examination) instead(plans []plan, p plan) steps.Ref {
	_, _, name := p.ref.Parts()
	base, tool, paired := strings.Cut(name, "-with-")
	lacking := slices.DeleteFunc(slices.Clone(p.needs), func(name string) bool { return !e.tool(name).isMissing() })
	if !paired || len(p.why) > 0 || !slices.Equal(lacking, []string{tool}) {
		return ""
	}
	for i, other := range plans {
		_, _, called := other.ref.Parts()
		if other.own && called == base && other.ref.Step() == p.ref.Step() && e.report.Commands[i].Runnable {
			return other.ref
		}
	}
	return ""
}

// require marks what a command cannot do without.
func (e *examination) require(p plan, c Command) {
	if c.Instead != "" {
		return
	}
	for _, name := range p.needs {
		e.tool(name).Required = true
	}
}

// tool is the tool of a name that some command needs.
func (e *examination) tool(name string) *Tool {
	i := slices.IndexFunc(e.report.Tools, func(t Tool) bool { return t.Name == name })
	return &e.report.Tools[i]
}

func (t *Tool) isMissing() bool {
	return slices.ContainsFunc(t.Problems, func(p Problem) bool { return missing(p.Kind) })
}

// count says how many of something there are: "1 command", "2 commands".
func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

func verb(n int) string {
	if n == 1 {
		return "calls"
	}
	return "call"
}
