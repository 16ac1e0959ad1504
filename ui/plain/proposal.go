package plain

import (
	"strings"

	"wsc-respond/session"
	"wsc-respond/steps"
)

// tellProposal shows everything that a person needs to decide.
func (c *console) tellProposal(t target, p session.Proposal) {
	where := "from the reference"
	if t.in != nil {
		where = "of step " + t.in.title()
	}
	c.out.say("%s %s, %s", t.address, where, sayRisk(p))
	if p.Edited {
		c.out.say("The text is another than the runbook's.")
	}
	c.out.say("The command, %s:", count(strings.Count(p.Shell, "\n")+1, "line", "lines"))
	if c.out.exact(p.Shell) {
		c.out.say("A row that begins with %q belongs to the line above it.", strings.TrimSpace(goesOn))
	}
	for _, v := range p.Values {
		c.tellValue(v)
	}
	c.out.say("in %s as %s", p.Dir, p.As)
	for _, remark := range p.Remarks() {
		c.out.say("%s", remark)
	}
	for _, leaves := range p.Leaves {
		c.out.say("leaves %s", leaves)
	}
	if p.Interactive {
		c.out.say("It asks its questions on the terminal, which it gets until it ends.")
	}
	if p.Timeout > 0 {
		c.out.say("It is stopped after %s.", p.Timeout)
	}
	if p.RanBefore > 0 {
		c.out.say("It has run before, %s.", count(p.RanBefore, "time", "times"))
	}
}

// sayRisk is the risk in words, with what it was told from.
func sayRisk(p session.Proposal) string {
	words := map[steps.Risk]string{
		steps.RiskReads:    "it reads and changes nothing",
		steps.RiskChanges:  "it CHANGES something",
		steps.RiskDestroys: "it DESTROYS: what it takes away does not come back",
	}
	text, known := words[p.Risk]
	if !known {
		text = "its risk is unknown, so take it as one that CHANGES something"
	}
	if len(p.Reasons) > 0 {
		text += " (" + strings.Join(p.Reasons, "; ") + ")"
	}
	return text
}

func (c *console) tellValue(v session.Value) {
	switch {
	case v.Secret:
		c.out.say("%s is given, secret and not shown", v.Name)
	case v.Value == "": // why it has none stands among what blocks the command
	case v.Names != "":
		c.out.say("%s = %s, %s, %s", v.Name, v.Value, v.Names, origin(v.From))
	default:
		c.out.say("%s = %s, %s", v.Name, v.Value, origin(v.From))
	}
}

// tellBlocked says why a command cannot run as it is, and what to write.
func (c *console) tellBlocked(t target, p session.Proposal) {
	c.out.say("It cannot run as it is:")
	for _, why := range p.Blocked {
		if !missing(p, why) {
			c.out.item("%s", why)
		}
	}
	for _, in := range p.Missing {
		c.askFor(in)
	}
	if len(p.Placeholders) > 0 && p.Suggested != "" {
		c.out.item("Write: fill %s, to give each its value with set; or: edit %s, to write the command yourself", t.address, t.address)
	}
}

// missing reports whether a sentence only says that an input has no value,
// which is asked for in words of its own.
func missing(p session.Proposal, why string) bool {
	for _, in := range p.Missing {
		if why == in.Name+" has no value yet" {
			return true
		}
	}
	return false
}
