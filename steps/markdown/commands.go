package markdown

import (
	"strings"

	"github.com/yuin/goldmark/ast"

	"wsc-respond/steps"
	"wsc-respond/steps/shell"
)

// command makes a command of a fence. What its text says is added at the end,
// when the inputs and stand-ins of the whole document are known.
func (r *reader) command(n *ast.FencedCodeBlock, taken names) steps.Command {
	src := r.current
	language, attrs := src.fence(n)
	c := steps.Command{At: src.at(n), Shell: shell.StripPrompts(src.code(n), language == "console")}
	interactive, stated := false, false
	src.apply(attrs, "a command", fields{
		"name": idField(&c.Name, &stated), "risk": risk(&c.Risk), "expect": codes(&c.Expect), "after": word(&c.After),
		"interactive": func(v value) error {
			err := flag(&interactive)(v)
			if err == nil {
				r.interactive[c.At] = interactive
			}
			return err
		},
		"timeout": duration(&c.Timeout), "yields": yields(&c.Yields), "expects_text": word(&c.ExpectsText),
	})
	wanted := orElse(c.Name, commandName(c.Shell))
	var free bool
	if c.Name, free = taken.claim(wanted); stated && !free {
		r.duplicate(c.At, "command", wanted, c.Name)
	}
	return c
}

// subcommands are programs whose first argument says more than they do.
var subcommands = map[string]bool{
	"wsc": true, "wsc-respond": true, "rekor-cli": true, "cosign": true, "cargo": true, "git": true, "docker": true,
	"kubectl": true, "systemctl": true, "gh": true, "openssl": true, "aws": true, "gcloud": true, "helm": true,
	"npm": true, "go": true, "podman": true, "terraform": true, "vault": true, "apt": true, "apt-get": true,
}

// leadIns begin lines that only prepare for the one that says what is done.
var leadIns = map[string]bool{
	"for": true, "while": true, "until": true, "if": true, "case": true, "do": true, "then": true, "set": true,
	"cd": true, "(": true, "{": true, ":": true, "trap": true, "[": true, "[[": true, "!": true,
}

// commandName makes a name of the first program that a text calls, with its
// subcommand where that says more: "mv", "wsc-keygen".
func commandName(text string) string {
	for _, line := range strings.Split(text, "\n") {
		line = strings.TrimSpace(line)
		fields := strings.Fields(line)
		if line == "" || line[0] == '#' || leadIns[fields[0]] {
			continue
		}
		if name := programName(fields); name != "" {
			return name
		}
	}
	return "command"
}

func programName(fields []string) string {
	for len(fields) > 1 && (fields[0] == "sudo" || strings.Contains(fields[0], "=")) {
		fields = fields[1:]
	}
	program := fields[0][strings.LastIndexByte(fields[0], '/')+1:]
	name := slug(program)
	if subcommands[program] && len(fields) > 1 && !strings.HasPrefix(fields[1], "-") {
		name = slug(program + " " + fields[1])
	}
	return name
}

// reference reads a section of commands to look up: each heading in it is a
// group. Tables in it are read as anywhere.
func (r *reader) reference(sec *section) {
	sec.read = true
	r.current.apply(sec.attrs, "a group of commands", fields{})
	r.tables(sec)
	for _, n := range sec.blocks {
		r.referenceCommands(sec.title, n)
	}
	for _, kid := range sec.kids {
		r.reference(kid)
	}
}

func (r *reader) referenceCommands(group string, n ast.Node) {
	if fence, ok := n.(*ast.FencedCodeBlock); ok && r.current.isCommand(fence) {
		r.addReference(group, fence)
		return
	}
	for c := n.FirstChild(); c != nil && c.Type() == ast.TypeBlock; c = c.NextSibling() {
		r.referenceCommands(group, c)
	}
}

func (r *reader) addReference(group string, fence *ast.FencedCodeBlock) {
	group = orElse(strings.ReplaceAll(group, "/", " "), "Commands")
	if r.groups[group] == nil {
		r.groups[group] = names{}
		r.rb.Reference = append(r.rb.Reference, steps.ReferenceGroup{Group: group})
	}
	for i := range r.rb.Reference {
		if r.rb.Reference[i].Group == group {
			r.rb.Reference[i].Commands = append(r.rb.Reference[i].Commands, r.command(fence, r.groups[group]))
		}
	}
}
