package plain

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"path"
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

// maxYield is how much of an output is read as a value, in bytes: a byte more
// than an input takes.
const maxYield = 64<<10 + 1

// take sets an input from the output of the command that yields it, as it
// ended last.
func (c *console) take(ctx context.Context, rest string) error {
	name, _ := cutWord(rest)
	if name == "" {
		return errForm
	}
	for _, r := range slices.Backward(c.State.Runs) {
		command, ok := c.State.Runbook.Command(r.Command)
		if !ok || command.Yields[name] == "" || r.Ended == 0 || r.Result.Outcome != session.Exited || !command.Expected(r.Result.Exit) {
			continue
		}
		value, err := c.yield(r, command.Yields[name])
		if err != nil {
			return fmt.Errorf("take %s from %s: %w", name, commandName(r.Command), err)
		}
		recorded, err := c.Session.SetInput(ctx, name, value, string(r.Command))
		c.saved(recorded)
		return err
	}
	return fmt.Errorf("no command has ended as expected that yields %s", name)
}

// yield reads the value that a command's output offers.
func (c *console) yield(r *session.RunState, from string) (string, error) {
	file := r.Result.Stdout.File
	if from != "stdout" {
		file = ""
		for _, left := range c.State.Evidence {
			if left.Of == r.Started && (left.Source == from || path.Base(left.File) == path.Base(from)) {
				file = left.File
			}
		}
	}
	if file == "" || c.Read == nil {
		return "", errors.New("it has left nothing that could be read")
	}
	text, err := c.Read(file, maxYield)
	if err != nil {
		return "", fmt.Errorf("read %s: %w", file, err)
	}
	value := session.Yielded(string(text))
	if value == "" {
		return "", errors.New("its output is empty")
	}
	return value, nil
}

// yielded are the inputs that a command yields, sorted.
func yielded(command *steps.Command) []string { return slices.Sorted(maps.Keys(command.Yields)) }
