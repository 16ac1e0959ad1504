package cli

import (
	"bufio"
	"cmp"
	"fmt"
	"slices"
	"strings"

	"wsc-respond/session/doctor"
	"wsc-respond/steps"
	"wsc-respond/steps/safe"
)

// diagnosis prints what the doctor found: a section each, a sign and a word
// for every state, 80 columns at most where names and paths allow.
type diagnosis struct {
	*bufio.Writer
	p *program
	r doctor.Report
}

// The kinds of finding by the section in which they are told. Those of a tool
// stand with the tool.
var (
	aboutPath     = []doctor.Kind{doctor.RelativePath, doctor.OpenPath, doctor.NoPath, doctor.NotMeasured}
	aboutTerminal = []doctor.Kind{doctor.LineModeOnly, doctor.Small, doctor.NoUTF8, doctor.Root, doctor.CoreDumps}
	aboutClock    = []doctor.Kind{doctor.ClockUnsynced, doctor.ClockUnknown}
	aboutState    = []doctor.Kind{doctor.StateUnusable, doctor.StateReachable, doctor.DiskFull, doctor.FileSystem, doctor.SessionBad}
	aboutCommands = []doctor.Kind{doctor.BadCommand}
)

// examined prints the report for people.
func (p *program) examined(rb *steps.Runbook, r doctor.Report) error {
	d := diagnosis{bufio.NewWriter(p.out), p, r}
	d.tools()
	d.terminal()
	d.clock()
	d.state()
	d.commands(rb)
	d.verdict()
	return d.Flush()
}

// row prints a sign and a text, which goes on below itself.
func (d diagnosis) row(m mark, text string) { d.hang("  "+d.p.mark(m)+" ", text) }

// detail prints a text below a row.
func (d diagnosis) detail(text string) { d.hang("      ", text) }

// hang prints a text behind what begins its first line.
func (d diagnosis) hang(begin, text string) {
	fmt.Fprint(d, hanging(begin, d.p.shown(text), d.p.columns()))
}

// findings prints the problems and the notes of some kinds. Those of a tool
// were told with it.
func (d diagnosis) findings(kinds []doctor.Kind) {
	for _, p := range d.r.Problems {
		if slices.Contains(kinds, p.Kind) {
			d.row(markFailed, p.Detail)
		}
	}
	for _, n := range d.r.Notes {
		if slices.Contains(kinds, n.Kind) {
			d.row(markNone, n.Detail)
		}
	}
}

func (d diagnosis) tools() {
	fmt.Fprintln(d, "Tools")
	var others []string
	for _, t := range d.r.Tools {
		if len(t.Problems) == 0 && t.Name != "bash" && t.Name != "sigil" && !slices.Contains(doctor.Principal, t.Name) {
			others = append(others, t.Name)
			continue
		}
		d.tool(t)
	}
	if len(others) > 0 {
		d.row(markPassed, "and without fault: "+strings.Join(others, ", "))
	}
	d.findings(aboutPath)
}

func (d diagnosis) tool(t doctor.Tool) {
	m, state := toolState(t)
	begin := "  " + d.p.mark(m) + " " + d.padded(t.Name, 11) + " "
	told := t.Problems
	if i := slices.IndexFunc(told, func(p doctor.Problem) bool { return p.Kind == doctor.DoesNotRun }); i >= 0 {
		d.hang(begin, told[i].Detail)
		d.detail(t.Path)
		told = slices.Delete(slices.Clone(told), i, i+1)
	} else {
		d.hang(begin+d.padded(state, 8)+" ", t.Path)
	}
	if m != markPassed && t.Name != "bash" {
		d.detail(usedBy(t))
	}
	for _, p := range told {
		d.detail(p.Detail)
	}
}

// toolState is the state of a tool as a mark and in a word. What is missing
// and needed by no command is no fault of the host.
func toolState(t doctor.Tool) (m mark, state string) {
	m, state = markPassed, cmp.Or(t.Version, "found")
	missing := false
	for _, p := range t.Problems {
		m = markFailed
		switch p.Kind {
		case doctor.Absent:
			state, missing = "absent", true
		case doctor.NotExecutable:
			state, missing = "not executable", true
		case doctor.DoesNotRun:
			missing = true
		case doctor.VersionUnknown:
			state = cmp.Or(t.Version, "version unknown")
		}
	}
	if missing && !t.Required || t.Commands == 0 && t.Name != "bash" && m == markFailed {
		m = markNone
	}
	return m, state
}

// padded is a text of at least so many cells.
func (d diagnosis) padded(text string, cells int) string {
	text = d.p.shown(text)
	return text + strings.Repeat(" ", max(0, cells-safe.Width(text)))
}

// usedBy says what a tool that is not as it should be is for.
func usedBy(t doctor.Tool) string {
	switch {
	case t.Commands == 0:
		return "No command of this runbook calls it."
	case !t.Required:
		return count(t.Commands, "command") + " of the runbook, each with another that needs no such tool."
	}
	return count(t.Commands, "command") + " of the runbook."
}

func (d diagnosis) terminal() {
	t := d.r.Terminal
	fmt.Fprintln(d, "\nThis terminal")
	said := []string{cmp.Or(t.Term, "TERM is not set")}
	if !t.Attached {
		said = append(said, "input or output is no terminal")
	}
	if t.Columns > 0 && t.Rows > 0 {
		said = append(said, fmt.Sprintf("%dx%d", t.Columns, t.Rows))
	}
	switch {
	case t.Colours == 0:
		said = append(said, "no colours")
	case t.Colours > 256:
		said = append(said, "all colours")
	default:
		said = append(said, fmt.Sprintf("%d colours", t.Colours))
	}
	if t.UTF8 {
		said = append(said, "UTF-8")
	} else {
		said = append(said, "ASCII")
	}
	m := markPassed
	if !t.FullScreen || t.TooSmall {
		m = markNone
	}
	d.row(m, strings.Join(said, ", "))
	if d.r.Process.CoreDumpsOff {
		d.row(markPassed, "core dumps of this process are off")
	}
	d.findings(aboutTerminal)
}

func (d diagnosis) clock() {
	fmt.Fprintln(d, "\nClock")
	now := d.r.Clock.Now.UTC().Format("2006-01-02 15:04:05 UTC")
	if synced := d.r.Clock.Synchronised; synced != nil && *synced {
		d.row(markPassed, now+", kept right, says the kernel")
	} else {
		d.row(markNone, now)
	}
	d.findings(aboutClock)
}

func (d diagnosis) state() {
	fmt.Fprintln(d, "\nState folder")
	s, m := d.r.State, markPassed
	for _, p := range d.r.Problems {
		if slices.Contains(aboutState, p.Kind) {
			m = markNone // the sign is with the problem
		}
	}
	switch {
	case s.Fault != "" || !s.Usable: // told below
	case !s.Exists:
		d.row(m, s.Path+": made when the first session opens, "+d.room(s))
	default:
		d.row(m, s.Path+": mode "+s.Octal+", "+d.room(s))
	}
	for _, o := range d.r.Sessions {
		switch {
		case o.Holder != "":
			d.row(markNone, o.Name+" is open in another console: "+o.Holder)
		case o.Status != "bad":
			d.row(markNone, o.Name+" is not closed; nobody has it open")
		}
	}
	d.findings(aboutState)
}

func (d diagnosis) room(s doctor.State) string {
	return fmt.Sprintf("%s, %d MiB free", cmp.Or(s.FileSystem, "file system unknown"), s.Free>>20)
}

// commands prints one row for each incident type, and the commands of it that
// cannot run.
func (d diagnosis) commands(rb *steps.Runbook) {
	fmt.Fprintln(d, "\nCommands")
	d.findings(aboutCommands)
	all := d.r.Commands
	for len(all) > 0 {
		id, _, _ := all[0].ID.Parts()
		n := slices.IndexFunc(all, func(c doctor.Command) bool { other, _, _ := c.ID.Parts(); return other != id })
		if n < 0 {
			n = len(all)
		}
		d.group(partOf(rb, id), all[:n])
		all = all[n:]
	}
	if len(d.r.Commands) == 0 {
		d.row(markNone, "the runbook has none")
	}
}

func (d diagnosis) group(title string, commands []doctor.Command) {
	stuck := slices.DeleteFunc(slices.Clone(commands), func(c doctor.Command) bool { return c.Runnable })
	m := markPassed
	for _, c := range stuck {
		if m = markNone; c.Instead == "" {
			m = markFailed
			break
		}
	}
	if len(stuck) == 0 {
		d.row(m, fmt.Sprintf("%s: %d, all can run", title, len(commands)))
		return
	}
	d.row(m, fmt.Sprintf("%s: %d of %d can run", title, len(commands)-len(stuck), len(commands)))
	for _, c := range stuck {
		_, step, name := c.ID.Parts()
		text := step + "/" + name + ": " + c.Why
		if c.Instead != "" {
			_, _, other := c.Instead.Parts()
			text += "; " + other + " does without"
		}
		d.detail(text)
	}
}

// partOf names a part of the runbook by the first part of its commands' Refs.
func partOf(rb *steps.Runbook, id string) string {
	switch inc, ok := rb.Incident(id); {
	case id == steps.PostIncidentID:
		return "After every incident"
	case id == steps.ReferenceID:
		return "Reference"
	case ok:
		return inc.ID + " " + inc.Title
	}
	return id
}

// verdict is the answer in words, with what to do next.
func (d diagnosis) verdict() {
	fmt.Fprintln(d)
	can := fmt.Sprintf("%d of %s can run", d.r.Runnable, count(len(d.r.Commands), "command"))
	if n := len(d.r.Problems); n > 0 {
		d.hang("", fmt.Sprintf("Not ready: %s, marked %s above; %s. Put right what is marked, then run wsc-respond doctor again.", count(n, "problem"), d.p.mark(markFailed), can))
		return
	}
	d.hang("", "Ready: nothing is to be put right; "+can+". wsc-respond start opens a session.")
}
