package dialog

import (
	"errors"

	tea "charm.land/bubbletea/v2"

	"wsc-respond/session"
	"wsc-respond/steps"
	"wsc-respond/ui/keys"
	"wsc-respond/ui/theme"
)

// Role asks who works here and as what, or to whom the command of the
// incident goes.
//
// Its action is RoleTaken, or HandedOver.
type Role struct {
	asking
	from string // who hands over; empty if nobody does
}

// NewRole asks for the name and role of who works here. by is who did until
// now.
func NewRole(rb *steps.Runbook, by session.Person) *Role {
	return &Role{asking: asking{roleForm(rb, "You", by)}}
}

// NewHandOver asks to whom the command of the incident goes.
func NewHandOver(state *session.State) *Role {
	to := session.Person{Role: state.Lead.Role}
	return &Role{from: state.Lead.Name, asking: asking{roleForm(state.Runbook, "To", to)}}
}

func roleForm(rb *steps.Runbook, label string, p session.Person) form {
	return form{fields: []field{
		{label: label, control: written(p.Name)},
		roleField(rb, p.Role),
	}}
}

// roleField is the field for a role: one of the RACI tables, or another.
func roleField(rb *steps.Runbook, role string) field {
	help := ""
	names := rb.RoleNames()
	if len(names) > 0 {
		help = "left and right go through the roles of the runbook, or type another"
	}
	return field{label: "Role", help: help, control: &suggested{writing: *written(role), proposals: names}}
}

// Key takes one key.
func (d *Role) Key(k tea.KeyPressMsg) Result {
	switch d.form.key(k) {
	case keys.Back:
		return Result{Close: true}
	case keys.Accept:
		return d.accept()
	}
	return Result{}
}

func (d *Role) accept() Result {
	name, role := d.form.trimmed(0), d.form.trimmed(1)
	switch {
	case name == "":
		d.form.refuse(0, errors.New("a name is needed: accounts are shared, and the record says who did what"))
		return Result{}
	case d.from != "":
		return Result{Close: true, Action: HandedOver{To: name, Role: role}}
	}
	return Result{Close: true, Action: RoleTaken{Name: name, Role: role}}
}

// View draws the question.
func (d *Role) View(s theme.Styles, width, height int) string {
	c := newCanvas(s, width, height)
	title, intro := "Who works here from now on?", c.words("Everything that is recorded from now on carries this name.", c.Dim)
	if d.from != "" {
		title, intro = "Hand over the command of the incident", c.words(c.line(d.from)+" has it until now.", c.Dim)
	}
	return c.draw(d.form.page(c, title, "", intro), &d.form.scroll)
}
