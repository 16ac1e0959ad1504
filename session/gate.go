package session

import (
	"context"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"wsc-respond/steps"
	"wsc-respond/steps/shell"
)

// Proposal is a command as the gate shows it: everything that a person needs
// to say yes or no. Only Propose makes one.
type Proposal struct {
	Command     Ref
	Shell       string
	Edited      bool
	Values      []Value
	Dir         string
	As          string // user@host
	Risk        steps.Risk
	Reasons     []string // why the risk is what it is, in words
	Interactive bool
	Timeout     steps.Seconds
	// Type is the word that must be typed for a yes; empty if choosing yes
	// is enough.
	Type string
	// After is the command that should have run first and has not, or ended
	// otherwise than its author expects; empty if there is none.
	After string
	// AfterUnknown says, where the command before counts as run only because
	// somebody ran it elsewhere, that its outcome is not known.
	AfterUnknown string
	// RanBefore is how often this command ended before, and RunsSince since
	// when it is at work right now; zero if it is not.
	RanBefore int
	RunsSince time.Time
	// Carried are the names of the other variables that earlier commands set
	// and that this one will see, PATH among them if one changed it.
	Carried []string
	// Hides says that the text holds a secret: the record will have a marker
	// in its place, while the command runs as shown.
	Hides bool
	// Leaves says what the run will leave behind.
	Leaves []string
	// Blocked says why it cannot run as it is, one sentence each; empty if
	// it can.
	Blocked []string
	// Missing are the inputs that have no value yet.
	Missing []steps.Input
	// Placeholders are the stand-ins in the text that nobody replaced, and
	// Suggested is the text with a variable in the place of each: proposed
	// again with it, the console asks for their values.
	Placeholders []string
	Suggested    string

	order    Order  // what would run; not to be reached from outside
	valid    bool   // made by Propose
	afterWhy string // why After is not empty, in words
}

// Value is one input of a proposed command. The value of a secret one is
// empty.
type Value struct {
	Name   string
	Value  string
	Secret bool
	Names  string // what it names: "-rw-r--r-- build 65 B"
	From   string
}

// Propose shows what running a command would mean. text replaces the
// runbook's own text if it is not empty. Nothing runs, nothing is recorded.
func (s *Session) Propose(_ context.Context, ref Ref, text string) (Proposal, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	command, ok := s.state.Runbook.Command(ref)
	if !ok {
		return Proposal{}, refuse("the runbook has no command %q", ref)
	}
	return s.propose(ref, *command, text), nil
}

func (s *Session) propose(ref Ref, c steps.Command, text string) Proposal {
	p := Proposal{
		Command: ref, Shell: c.Shell, Risk: c.Risk, Reasons: c.RiskReasons,
		Dir: s.state.Carry.Dir, As: s.by.User + "@" + s.by.Host,
		Timeout: c.Timeout, valid: true,
	}
	if text != "" && text != c.Shell {
		p.Shell, p.Edited = text, true
	}
	facts, _ := shell.Parse(p.Shell, s.standIns()) // text that does not parse is bash's to refuse
	p.order = s.order(p, c)
	p.Interactive = c.Interactive || facts.Interactive
	p.Hides = s.redact(p.Shell) != p.Shell
	p.tellPlaceholders(facts, s.standIns())
	p.tellRisk(facts)
	if nothingToRun(p.Shell) {
		p.Blocked = append(p.Blocked, "there is nothing to run here, only remarks")
	}
	s.fillValues(&p, facts)
	s.tellHistory(&p, ref, c)
	p.block()
	if p.Risk == steps.RiskDestroys {
		p.Type = typedWord(ref, p)
	}
	return p
}

// nothingToRun reports whether a text holds nothing but comments: to run it
// would leave a success in the record for something that nobody did.
func nothingToRun(text string) bool {
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			return false
		}
	}
	return true
}

// tellRisk takes the author's word for the risk of his own text, unless the
// text destroys something. The risk of an edited text is told from the text,
// and is never shown as less than what the author stated for his own.
func (p *Proposal) tellRisk(facts shell.Facts) {
	if !p.Edited && facts.Risk != steps.RiskDestroys {
		return
	}
	if facts.Risk.Rank() > p.Risk.Rank() || (p.Edited && facts.Risk == p.Risk) {
		p.Risk, p.Reasons = facts.Risk, facts.Reasons
	}
}

// tellPlaceholders names the stand-ins, and makes the text that has variables
// in their place.
func (p *Proposal) tellPlaceholders(facts shell.Facts, doc shell.StandIns) {
	if len(facts.Placeholders) == 0 {
		return
	}
	names := map[string]string{}
	for _, open := range facts.Placeholders {
		p.Placeholders = append(p.Placeholders, open.Text)
		names[open.Text] = shell.VariableName(open.Text)
	}
	p.Suggested = shell.WithVariables(p.Shell, doc, names)
}

// standIns is what the document says of its placeholders.
func (s *Session) standIns() shell.StandIns {
	return shell.StandIns{Words: s.state.Runbook.StandIns, Own: s.state.Runbook.Placeholders}
}

func (s *Session) tellHistory(p *Proposal, ref Ref, c steps.Command) {
	s.tellBefore(p, c)
	for _, r := range s.state.Runs {
		switch {
		case r.Command != ref:
		case r.Ended != 0:
			p.RanBefore++
		case r.Running():
			p.RunsSince = r.StartedAt.Wall
		}
	}
	base := s.evidenceBase(ref)
	p.Leaves = append(p.Leaves, "its output in evidence/"+base+".out and .err")
	p.Leaves = append(p.Leaves, yieldWords(c.Yields)...)
}

// block says what keeps the command from running as it is.
func (p *Proposal) block() {
	for _, ph := range p.Placeholders {
		p.Blocked = append(p.Blocked, fmt.Sprintf("%s is a stand-in; edit the command and put the real thing there", ph))
	}
	for _, in := range p.Missing {
		p.Blocked = append(p.Blocked, in.Name+" has no value yet")
	}
	if p.After != "" {
		p.Blocked = append(p.Blocked, p.afterWhy)
	}
	if !utf8.ValidString(p.Shell) || strings.ContainsRune(p.Shell, 0) {
		p.Blocked = append(p.Blocked, "the text is not valid UTF-8, so the record could not hold it exactly")
	}
	if p.order.Interpreter == "" {
		p.Blocked = append(p.Blocked, "there is no bash on this machine to run it in")
	}
}

// Remarks are what a person should know beside the text and its values, a
// sentence each.
func (p Proposal) Remarks() []string {
	var remarks []string
	if p.AfterUnknown != "" {
		remarks = append(remarks, p.AfterUnknown+".")
	}
	if !p.RunsSince.IsZero() {
		remarks = append(remarks, "It runs already, since "+p.RunsSince.UTC().Format("15:04:05 UTC")+".")
	}
	if len(p.Carried) > 0 {
		remarks = append(remarks, "Earlier commands set "+strings.Join(p.Carried, ", ")+"; this one sees it.")
	}
	if p.Hides {
		remarks = append(remarks, "The text holds a secret: it runs as shown, and the record has a marker in its place.")
	}
	return remarks
}

// typedWord is what must be typed for a command that destroys: its name, and
// the last part of the first path it is given.
func typedWord(ref Ref, p Proposal) string {
	_, _, name := ref.Parts()
	for _, v := range p.Values {
		if i := strings.LastIndexByte(v.Value, '/'); i >= 0 && i+1 < len(v.Value) {
			return name + " " + v.Value[i+1:]
		}
	}
	return name
}

// evidenceBase is the name under which the next command's output will lie.
func (s *Session) evidenceBase(ref Ref) string {
	_, _, name := ref.Parts()
	return fmt.Sprintf("%04d-%s", s.state.NextEvidence(), fileWord(name))
}

// fileWord keeps what is safe in a file name.
func fileWord(name string) string {
	word := strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r == '-', r == '_':
			return r
		}
		return '-'
	}, name)
	word = strings.Trim(word, "-")
	if len(word) > 40 {
		word = word[:40]
	}
	if word == "" {
		return "command"
	}
	return word
}
