package dialog

import (
	"fmt"
	"strconv"
	"strings"

	tea "charm.land/bubbletea/v2"

	"wsc-respond/session"
	"wsc-respond/steps"
	"wsc-respond/steps/shell"
	"wsc-respond/ui/keys"
	"wsc-respond/ui/theme"
)

// Gate is the question before a command runs. It shows the whole command and
// all that is known of it; the default is no, and a command that destroys asks
// for a typed word. It opens unarmed.
//
// Its actions are GateYes, GateNo, GateSkip, GateEdited, GateElsewhere and
// CopyText. The last one leaves it open.
type Gate struct {
	arming
	proposal session.Proposal
	place    string   // "step 1"
	history  []string // what is known of this command and the one before it
	answers  answers
	scroll   scroller
	seen     bool // the last row was on the screen
	held     bool // a yes came before that
	at       gatePage
	form     form
}

// gatePage is the part of the gate that has the keys.
type gatePage int

const (
	gateAnswers gatePage = iota
	gateTyping           // the word that a destroying command asks for
	gateEditing
	gateElsewhere
	gateSkipping
)

// The ids of the answers.
const (
	answerNo          = "no"
	answerYes         = "yes"
	answerInteractive = "interactive"
	answerEdit        = "edit"
	answerCopy        = "copy"
	answerElsewhere   = "elsewhere"
	answerSkip        = "skip"
)

// NewGate makes the gate of a proposal. The state is read here, for the step's
// number and for what ran before, and is not kept.
func NewGate(p session.Proposal, state *session.State) *Gate {
	g := &Gate{proposal: p, place: gatePlace(p.Command, state), history: gateHistory(p, state)}
	yes := answer{id: answerYes, label: "yes"}
	if len(p.Blocked) > 0 {
		yes.off = "blocked"
	}
	g.answers.all = []answer{{id: answerNo, label: "No"}, yes, {id: answerEdit, label: "edit"}, {id: answerCopy, label: "copy"},
		{id: answerElsewhere, label: "I ran it elsewhere"}, {id: answerSkip, label: "skip, because…"}}
	if len(p.Blocked) == 0 && !p.Interactive {
		g.answers.all = append(g.answers.all, answer{id: answerInteractive, label: "yes, interactive"})
	}
	return g
}

// Mode is Gate while an answer is chosen, and Form while something is written.
func (g *Gate) Mode() keys.Mode {
	if g.at == gateAnswers {
		return keys.Gate
	}
	return keys.Form
}

// Key takes one key; none while the gate is not armed.
func (g *Gate) Key(k tea.KeyPressMsg) Result {
	switch {
	case !g.armed:
		return Result{}
	case g.at != gateAnswers:
		return g.write(k)
	}
	a, _ := keys.Lookup(keys.Gate, k.String())
	g.held = false
	switch {
	case g.answers.move(a) || g.scroll.move(a):
		return Result{}
	case a == keys.Accept:
		return g.answer()
	case a == keys.Back:
		return Result{Close: true, Action: GateNo{g.proposal}}
	}
	return Result{}
}

// Paste takes pasted text where something is written. The typed word is not
// pasted.
func (g *Gate) Paste(text string) Result {
	if g.armed && g.at != gateAnswers {
		g.form.paste(text)
	}
	return Result{}
}

func (g *Gate) answer() Result {
	switch g.answers.chosen() {
	case answerYes, answerInteractive:
		return g.yes()
	case answerEdit:
		text := &writing{editor: editor{before: g.proposal.Shell, lines: true}}
		g.open(gateEditing, field{label: "Command", control: text})
	case answerCopy:
		return Result{Action: CopyText{Title: "command", Text: g.copied()}}
	case answerElsewhere:
		g.open(gateElsewhere,
			field{label: "Where", help: "the host, or how: \"on build2\"", control: written("")},
			field{label: "Exit code", help: "empty if it is not known", control: written("")},
			field{label: "Result", help: "what came of it", control: written("")})
	case answerSkip:
		g.open(gateSkipping, field{label: "Because", control: written("")})
	case answerNo:
		return Result{Close: true, Action: GateNo{g.proposal}}
	}
	return Result{} // a yes to what cannot run is no answer
}

func (g *Gate) open(page gatePage, fields ...field) {
	g.at, g.form = page, form{fields: fields}
}

// yes runs the command, or asks for its word first. Before all of it was on
// the screen, it shows more of it, and the gate waits again: a key that is held
// down must not run what was seen for a moment.
func (g *Gate) yes() Result {
	if !g.seen {
		g.held = true
		g.scroll.move(keys.PageDown)
		return Result{Rearm: true}
	}
	if g.proposal.Type != "" {
		g.open(gateTyping, field{label: "Type", control: &writing{typedOnly: true}})
		return Result{}
	}
	return g.run("yes")
}

func (g *Gate) run(typed string) Result {
	interactive := g.answers.chosen() == answerInteractive
	return Result{Close: true, Action: GateYes{Proposal: g.proposal, Typed: typed, Interactive: interactive}}
}

// copied is the command as it can be pasted into another shell.
func (g *Gate) copied() string {
	values := map[string]string{}
	for _, v := range g.proposal.Values {
		if !v.Secret {
			values[v.Name] = v.Value
		}
	}
	return shell.WithAssignments(g.proposal.Shell, values)
}

// write takes a key where something is written.
func (g *Gate) write(k tea.KeyPressMsg) Result {
	switch g.form.key(k) {
	case keys.Back:
		g.at = gateAnswers
	case keys.Accept:
		return g.accept()
	}
	return Result{}
}

func (g *Gate) accept() Result {
	text := g.form.text(0)
	switch g.at {
	case gateTyping:
		if text != g.proposal.Type {
			g.form.refuse(0, fmt.Errorf("that is not the word %q; nothing ran", g.proposal.Type))
			return Result{}
		}
		return g.run(text)
	case gateEditing:
		if strings.TrimSpace(text) == "" {
			g.form.refuse(0, fmt.Errorf("there is no command left; esc goes back"))
			return Result{}
		}
		return Result{Close: true, Action: GateEdited{Proposal: g.proposal, Command: g.proposal.Command, Text: text}}
	case gateSkipping:
		if strings.TrimSpace(text) == "" {
			g.form.refuse(0, fmt.Errorf("a reason is needed; esc goes back"))
			return Result{}
		}
		return Result{Close: true, Action: GateSkip{Proposal: g.proposal, Reason: strings.TrimSpace(text)}}
	}
	return g.elsewhere()
}

func (g *Gate) elsewhere() Result {
	done := GateElsewhere{Proposal: g.proposal, Where: g.form.trimmed(0), Result: g.form.trimmed(2)}
	if code := g.form.trimmed(1); code != "" {
		n, err := strconv.Atoi(code)
		if err != nil || n < 0 || n > 255 {
			g.form.refuse(1, fmt.Errorf("an exit code is a number from 0 to 255; leave it empty if it is not known"))
			return Result{}
		}
		done.Exit = &n
	}
	return Result{Close: true, Action: done}
}

// View draws the gate.
func (g *Gate) View(s theme.Styles, width, height int) string {
	c := newCanvas(s, width, height)
	tag := g.tag(c)
	switch g.at {
	case gateTyping:
		intro := append(g.command(c), "")
		intro = append(intro, c.words(fmt.Sprintf("This cannot be undone. To run it, type the word exactly: %s", c.line(g.proposal.Type)), c.Danger)...)
		return c.draw(g.form.page(c, "Run this?", tag, intro, hint{keys.Accept, "runs it"}, hint{keys.Back, "back"}), &g.form.scroll)
	case gateEditing:
		intro := c.words("The gate comes again with the new text. ctrl+j makes a new line.", c.Dim)
		return c.draw(g.form.page(c, "Edit the command", tag, intro, hint{keys.Accept, "goes on"}, hint{keys.Back, "back"}), &g.form.scroll)
	case gateElsewhere:
		return c.draw(g.form.page(c, "I ran it elsewhere", tag, g.command(c)), &g.form.scroll)
	case gateSkipping:
		return c.draw(g.form.page(c, "Why is it not run?", tag, g.command(c)), &g.form.scroll)
	}
	return g.question(c, tag)
}

// question draws the command with the answers, and notes when its last row was
// seen.
func (g *Gate) question(c canvas, tag string) string {
	p := page{title: "Run this?", tag: tag, body: g.body(c), foot: g.answers.rows(c, g.armed)}
	if g.held {
		p.note = "the rest first"
	}
	p.hints = c.hints(keys.Gate, hint{action: keys.Right}, hint{action: keys.Accept}, hint{action: keys.Back}, hint{keys.Down, "scrolls"})
	if !g.armed {
		p.hints = c.waiting()
	}
	drawn := c.draw(p, &g.scroll)
	g.seen = g.seen || g.scroll.atEnd()
	return drawn
}

// tag says where the command stands and what it does to the world.
func (g *Gate) tag(c canvas) string {
	_, _, name := g.proposal.Command.Parts()
	parts := []string{g.place, c.line(name)}
	if g.proposal.Edited {
		parts = append(parts, "edited")
	}
	risk := g.proposal.Risk
	if !risk.Valid() {
		risk = steps.RiskChanges
	}
	parts = append(parts, strings.ToUpper(string(risk)))
	return c.own(strings.Join(parts, " · "))
}
