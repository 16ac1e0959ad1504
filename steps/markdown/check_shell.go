package markdown

import (
	"errors"
	"maps"
	"path"
	"slices"
	"strings"

	"wsc-respond/steps"
	"wsc-respond/steps/shell"
)

// consoleVariables are what the console itself puts into the environment of
// every command.
var consoleVariables = []string{"WSC_RESPOND_SESSION", "WSC_RESPOND_EVIDENCE"}

// provided is what the commands of an incident have from those before them
// and from the declarations.
type provided struct {
	variables map[string]bool
	files     map[string]bool
	declared  []string
}

// shell checks every command: its syntax, its stand-ins, and where its values
// and files come from.
func (c *checker) shell() {
	for _, inc := range plansOf(c.rb) {
		p := c.provides(inc)
		eachStep(inc, func(st *steps.Step) {
			for i := range st.Commands {
				c.command(&st.Commands[i], p, true)
			}
		})
	}
	for _, group := range c.rb.Reference {
		p := c.provides(nil)
		for i := range group.Commands {
			c.command(&group.Commands[i], p, false)
		}
	}
}

// provides starts with what is declared and what any command of the incident
// yields: a value may be asked for early and be yielded late. The reference,
// and the steps that follow every incident, may use what any type declares.
func (c *checker) provides(inc *steps.Incident) *provided {
	p := &provided{variables: map[string]bool{}, files: map[string]bool{}}
	p.declare(consoleVariables...)
	for _, in := range c.rb.Inputs {
		if in.Incident == "" || inc == nil || inc.ID == steps.PostIncidentID || in.Incident == inc.ID {
			p.declare(in.Name)
		}
	}
	if inc == nil {
		return p
	}
	eachStep(inc, func(st *steps.Step) {
		for _, cmd := range st.Commands {
			for input, from := range cmd.Yields {
				p.declare(input)
				if source, err := steps.ParseYield(from); err == nil && source.File != steps.Stdout {
					p.files[fileKey(source.File)] = true
				}
			}
		}
	})
	return p
}

func (p *provided) declare(names ...string) {
	for _, name := range names {
		if !p.variables[name] {
			p.variables[name] = true
			p.declared = append(p.declared, name)
		}
	}
}

func (c *checker) command(cmd *steps.Command, p *provided, inStep bool) {
	facts, err := shell.Parse(cmd.Shell, standInsIn(c.rb, cmd.Shell))
	var syntax *shell.SyntaxError
	if errors.As(err, &syntax) {
		at := steps.Pos{File: cmd.At.File, Line: cmd.At.Line + int(syntax.Line)}
		c.mistake(steps.BadShell, at, "the command %q is not valid shell: %s", cmd.Name, syntax.Problem)
	}
	if len(cmd.Placeholders) > 0 {
		c.mistake(steps.HasPlaceholder, cmd.At, "the command %q holds %s, so it cannot run as it is: use an input, as in \"$KEY_FILE\"", cmd.Name, strings.Join(cmd.Placeholders, ", "))
	}
	if err != nil {
		return
	}
	for _, name := range facts.Variables {
		if !p.variables[name] {
			c.undeclared(cmd, name, p)
		}
	}
	c.risk(cmd, facts)
	c.evidence(cmd, facts)
	if inStep || !c.strict[cmd.At.File] {
		c.files(cmd, facts, p)
	}
	c.namedFiles(cmd, facts, p)
	c.yields(cmd)
	for _, name := range facts.Assigns {
		p.variables[name] = true
	}
}

func (c *checker) undeclared(cmd *steps.Command, name string, p *provided) {
	if near := nearest(name, p.declared); near != "" {
		c.mistake(steps.UndeclaredVariable, cmd.At, "the command %q reads $%s, which nobody declares: did you mean $%s?", cmd.Name, name, near)
		return
	}
	c.mistake(steps.UndeclaredVariable, cmd.At, "the command %q reads $%s, which nobody declares: add it to the inputs, as in %s: {ask: …}", cmd.Name, name, name)
}

// risk looks for a stated risk that makes a command look more harmless than
// its text is. More caution than the text asks for is the author's to take.
func (c *checker) risk(cmd *steps.Command, facts shell.Facts) {
	if facts.Risk == steps.RiskDestroys && cmd.Risk.Rank() < facts.Risk.Rank() {
		c.mistake(steps.BadValue, cmd.At, "risk: the command %q is called %q, and the text destroys (%s): say risk: destroys",
			cmd.Name, cmd.Risk, strings.Join(facts.Reasons, ", "))
	}
}

// evidenceFolder is the folder that the console makes anew for each command.
const evidenceFolder = "$WSC_RESPOND_EVIDENCE"

// folderItself is the evidence folder as a whole: what a command that has it
// leaves in there cannot be told.
var folderItself = lazily(`\$WSC_RESPOND_EVIDENCE(?:/?(?:[\s;|&)'` + "`" + `]|$)|/[^\s;|&)]*[*?$])`)

// evidence looks for files of the evidence folder that a command reads and
// that nothing else in its text could have put there.
func (c *checker) evidence(cmd *steps.Command, facts shell.Facts) {
	text := shell.Unbraced(cmd.Shell)
	if folderItself().MatchString(text) {
		return
	}
	reads := map[string]int{}
	for _, file := range facts.ReadsBelow {
		reads[file]++
	}
	for _, file := range slices.Sorted(maps.Keys(reads)) {
		if strings.HasPrefix(file, evidenceFolder+"/") && strings.Count(text, file) <= reads[file] {
			c.mistake(steps.FileNotYielded, cmd.At, "the command %q reads %s and does not write it: that folder is new for each command, so let the one that writes the file yield it, and ask for it as an input", cmd.Name, file)
		}
	}
}

// yields looks for JSON that a command is to leave and does not name: its
// values would never be offered, and nobody would be told why.
func (c *checker) yields(cmd *steps.Command) {
	for _, input := range slices.Sorted(maps.Keys(cmd.Yields)) {
		source, err := steps.ParseYield(cmd.Yields[input])
		if err == nil && source.File != steps.Stdout && len(source.Path) > 0 && !strings.Contains(cmd.Shell, source.File) {
			c.mistake(steps.FileNotYielded, cmd.At, "the command %q yields %s from %s, and its text does not name that file: let it write %s/%s", cmd.Name, input, source.File, evidenceFolder, source.File)
		}
	}
}

// namedFiles looks for who writes the files that a command of a document that
// was not written for this program names.
func (c *checker) namedFiles(cmd *steps.Command, facts shell.Facts, p *provided) {
	if c.strict[cmd.At.File] {
		return
	}
	for _, file := range facts.NamedFiles {
		if isOwnFile(file) && !p.files[fileKey(file)] && !slices.Contains(facts.Reads, file) && !slices.Contains(cmd.Placeholders, file) {
			c.fileNotYielded(cmd, file)
		}
	}
}

// files looks for who writes the files that a command reads by a bare name:
// one before it, or itself.
// Files with a path are somewhere on the host, and not the runbook's matter.
func (c *checker) files(cmd *steps.Command, facts shell.Facts, p *provided) {
	for _, file := range facts.Writes {
		p.files[fileKey(file)] = true
	}
	for _, file := range facts.Reads {
		if !isOwnFile(file) || p.files[fileKey(file)] || slices.Contains(cmd.Placeholders, file) {
			continue
		}
		c.fileNotYielded(cmd, file)
	}
}

func (c *checker) fileNotYielded(cmd *steps.Command, file string) {
	c.mistake(steps.FileNotYielded, cmd.At, "the command %q reads %s, and no command before it writes that: let an earlier one write it with {yields: %s}, or ask for it as an input", cmd.Name, file, file)
}

// isOwnFile reports whether a name is one that a command of the runbook would
// have to make: relative, without folders, patterns or expansions.
func isOwnFile(name string) bool {
	name = strings.TrimPrefix(name, "./")
	return name != "" && name != "-" && name != "." && name != ".." && !strings.ContainsAny(name, "/~*?[]$`<>")
}

func fileKey(name string) string { return path.Clean(name) }
