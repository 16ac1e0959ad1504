package plain

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"wsc-respond/session"
	"wsc-respond/steps"
)

// set gives an input its value. A secret one is never written back; on a
// terminal it is asked for, and not shown while it is typed.
func (c *console) set(ctx context.Context, rest string) error {
	name, value, given, err := assignment(rest)
	if err != nil {
		return err
	}
	in := c.declared(name)
	switch {
	case in.Secret && c.Terminal && given:
		return fmt.Errorf("%s is secret, and what is written here stays on the screen; write: set %s, and it is asked for without being shown", name, name)
	case in.Secret && c.Terminal:
		return c.askSecret(in)
	case !given && c.State.Inputs[name].Secret:
		c.out.item("%s was given; it is secret and not shown. To give it again, write: set %s=VALUE", name, name)
		return nil
	case !given:
		c.askFor(in)
		return nil
	case value == "":
		return fmt.Errorf("%s needs a value; write: set %s=VALUE", name, name)
	}
	recorded, err := c.Session.SetInput(ctx, name, value, "typed")
	c.saved(recorded)
	if err == nil && !c.wanted(name) {
		c.out.item("no command and no notice of the runbook asks for %s", name)
	}
	return err
}

// askSecret takes the next line as a secret, which the terminal does not show.
func (c *console) askSecret(in steps.Input) error {
	restore, err := quiet(c.In)
	if err != nil {
		return fmt.Errorf("%w; nothing is asked, because the secret would be seen", err)
	}
	c.unhide = restore
	c.out.say("%s It is not shown while you write. An empty line gives nothing.", asking(in))
	c.next = func(ctx context.Context, line string) {
		c.next = nil
		c.reveal()
		if line == "" {
			c.out.say("%s was not given.", in.Name)
			return
		}
		recorded, err := c.Session.SetInput(ctx, in.Name, line, "typed")
		c.saved(recorded)
		if err != nil {
			c.complain(err, "")
		}
	}
	return nil
}

// reveal lets the terminal show again what is typed.
func (c *console) reveal() {
	if c.unhide != nil {
		c.unhide()
		c.unhide = nil
	}
}

// declared is the declaration of an input for the incident's types, or one
// for a name that the runbook does not know.
func (c *console) declared(name string) steps.Input {
	for _, incident := range append(slices.Clone(c.State.Types), "") {
		if in, ok := c.State.Runbook.Input(incident, name); ok {
			return in
		}
	}
	return steps.Input{Name: name}
}

// asking is the question for an input.
func asking(in steps.Input) string {
	if in.Ask == "" {
		return in.Name + "?"
	}
	return in.Name + ": " + in.Ask
}

// askFor says what is missing, and what to write.
func (c *console) askFor(in steps.Input) {
	text := in.Name + " has no value."
	if st, set := c.State.Inputs[in.Name]; set && !st.Secret {
		text = in.Name + " is " + st.Value + "."
	}
	if in.Ask != "" {
		text += " " + in.Ask
	}
	if in.Example != "" {
		text += " For example: " + in.Example + "."
	}
	form := "=VALUE"
	if in.Secret && c.Terminal {
		form = ""
	}
	c.out.item("%s Write: set %s%s", text, in.Name, form)
}

// wanted reports whether something of the runbook uses an input of that name.
func (c *console) wanted(name string) bool {
	if slices.ContainsFunc(c.State.Runbook.Inputs, func(in steps.Input) bool { return in.Name == name }) {
		return true
	}
	for _, t := range c.targets() {
		if strings.Contains(t.command.Shell, name) {
			return true
		}
	}
	return slices.ContainsFunc(c.State.Runbook.Templates, func(t steps.Template) bool { return len(t.Placeholders) > 0 })
}

func (c *console) inputs(context.Context, string) error {
	told := map[string]bool{}
	for _, in := range c.State.Runbook.Inputs {
		if in.Incident != "" && !slices.Contains(c.State.Types, in.Incident) || told[in.Name] {
			continue
		}
		told[in.Name] = true
		c.tellInput(c.declared(in.Name))
	}
	for _, name := range slices.Sorted(maps.Keys(c.State.Inputs)) {
		if !told[name] {
			c.tellInput(steps.Input{Name: name})
		}
	}
	for _, o := range c.Session.OpenOffers(c.Folder) {
		c.out.say("%s is offered by %s: %s. Write: take %s", o.Name, commandName(o.From), shorten(o.Value), o.Name)
	}
	return nil
}

func (c *console) tellInput(in steps.Input) {
	st, set := c.State.Inputs[in.Name]
	switch {
	case set && st.Secret:
		c.out.say("%s: given, secret and not shown", in.Name)
	case set && st.Names != "":
		c.out.say("%s = %s, %s, %s", in.Name, st.Value, st.Names, origin(st.From))
	case set:
		c.out.say("%s = %s, %s", in.Name, st.Value, origin(st.From))
	case in.Default != "" && !in.Secret:
		c.out.say("%s = %s, the runbook's default", in.Name, in.Default)
	default:
		c.out.say("%s: no value. %s", in.Name, in.Ask)
	}
}

// origin says where a value comes from.
func origin(from string) string {
	switch from {
	case "", "typed":
		return "typed"
	case "default":
		return "the runbook's default"
	}
	return "from " + from
}

// take sets inputs from the output of the command that yields them, as it ended
// last.
func (c *console) take(ctx context.Context, rest string) error {
	names := strings.Fields(rest)
	if len(names) == 0 {
		return errForm
	}
	for _, name := range names {
		if err := c.takeOne(ctx, name); err != nil {
			return err
		}
	}
	return nil
}

func (c *console) takeOne(ctx context.Context, name string) error {
	for _, r := range slices.Backward(c.State.Runs) {
		offers := c.Session.Offers(r.Started, c.Folder)
		i := slices.IndexFunc(offers, func(o session.Offer) bool { return o.Name == name })
		if i < 0 {
			continue
		}
		if offers[i].Why != "" {
			return fmt.Errorf("take %s from %s: %s", name, commandName(r.Command), offers[i].Why)
		}
		recorded, err := c.Session.SetInput(ctx, name, offers[i].Value, string(r.Command))
		c.saved(recorded)
		return err
	}
	return fmt.Errorf("no command has ended as expected that yields %s", name)
}

// tellOffers says which values can be taken from a command that has ended.
func (c *console) tellOffers(r *session.RunState) {
	offers := c.Session.Offers(r.Started, c.Folder)
	if why := session.NotOffered(offers); why != "" {
		c.out.item("%s offers no value for: %s.", commandName(r.Command), why)
	}
	offers = slices.DeleteFunc(offers, func(o session.Offer) bool { return o.Why != "" || o.Same })
	if len(offers) == 0 {
		return
	}
	var names []string
	for _, o := range offers {
		names = append(names, o.Name)
	}
	if len(offers) == 1 {
		c.out.say("%s can be set from its output; write: take %s", names[0], names[0])
		return
	}
	c.out.say("These can be set from its output; write: take %s", strings.Join(names, " "))
	for _, o := range offers {
		c.out.item("%s = %s", o.Name, shorten(o.Value))
	}
}
