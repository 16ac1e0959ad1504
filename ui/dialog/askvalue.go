package dialog

import (
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"wsc-respond/steps"
	"wsc-respond/ui/keys"
	"wsc-respond/ui/theme"
)

// AskValue asks for the value of an input. What the text alone tells is
// checked here; what the file system says comes back as the problem of the
// next try. A secret value is never drawn.
//
// Its action is InputGiven.
type AskValue struct {
	asking
	input   steps.Input
	offered string // what stood there at the beginning
}

// NewAskValue asks for an input. current is its value so far, or what was
// typed last; empty is the default of the runbook. problem says why the last
// try was refused, and is empty on the first.
func NewAskValue(in steps.Input, current, problem string) *AskValue {
	offered := current
	if offered == "" {
		offered = in.Default
	}
	if in.Secret {
		offered = ""
	}
	w := written(offered)
	w.masked = in.Secret
	d := &AskValue{input: in, offered: offered}
	d.form = form{fields: []field{{label: in.Name, control: w}}, problem: sentence(problem)}
	return d
}

// Key takes one key.
func (d *AskValue) Key(k tea.KeyPressMsg) Result {
	switch d.form.key(k) {
	case keys.Back:
		return Result{Close: true}
	case keys.Accept:
		return d.accept()
	}
	return Result{}
}

func (d *AskValue) accept() Result {
	value := d.form.text(0)
	if !d.input.Secret {
		value = strings.TrimSpace(value)
	}
	if err := d.input.Accept(value); err != nil {
		d.form.refuse(0, err)
		return Result{}
	}
	from := "typed"
	if value == d.input.Default {
		from = "default"
	}
	return Result{Close: true, Action: InputGiven{Name: d.input.Name, Value: value, From: from}}
}

// View draws the question.
func (d *AskValue) View(s theme.Styles, width, height int) string {
	c := newCanvas(s, width, height)
	ask := d.input.Ask
	if ask == "" {
		ask = "Which value has " + d.input.Name + "?"
	}
	var intro []string
	for _, about := range d.about() {
		intro = append(intro, c.words(c.text(about), c.Dim)...)
	}
	p := d.form.page(c, c.line(ask), "", intro, hint{keys.Accept, "keeps it"}, hint{action: keys.Back})
	return c.draw(p, &d.form.scroll)
}

// about says what kind of value is meant.
func (d *AskValue) about() []string {
	var said []string
	if kind := kindWords()[d.input.Kind]; kind != "" {
		said = append(said, kind)
	}
	if d.input.Must.Mode != "" {
		said = append(said, fmt.Sprintf("Its permissions must be %s.", d.input.Must.Mode))
	}
	if d.input.Example != "" && !d.input.Secret {
		said = append(said, "For example: "+d.input.Example)
	}
	if d.input.Secret {
		said = append(said, "It is secret: it is not shown, not recorded, and asked for again after a resume.")
	}
	return said
}

func kindWords() map[steps.InputKind]string {
	return map[steps.InputKind]string{
		steps.KindFile: "An existing file.", steps.KindDir: "An existing folder.",
		steps.KindPath: "A path; it need not exist yet.", steps.KindDigest: "A SHA-256 digest: 64 hex digits.",
		steps.KindID: "An id: one word.", steps.KindURL: "An address that begins with https://.",
		steps.KindEmail: "A mail address.", steps.KindHost: "A host name.", steps.KindNumber: "A whole number.",
	}
}
