package dialog

import (
	tea "charm.land/bubbletea/v2"

	"wsc-respond/ui/keys"
	"wsc-respond/ui/theme"
)

// Find asks for a text to find in steps, commands and the timeline.
//
// Its action is FindText.
type Find struct{ asking }

// NewFind asks for a text; last is what was looked for before.
func NewFind(last string) *Find {
	return &Find{asking{form{fields: []field{{label: "Find", control: written(last)}}}}}
}

// Key takes one key.
func (d *Find) Key(k tea.KeyPressMsg) Result {
	switch d.form.key(k) {
	case keys.Back:
		return Result{Close: true}
	case keys.Accept:
		if text := d.form.trimmed(0); text != "" {
			return Result{Close: true, Action: FindText{text}}
		}
		return Result{Close: true}
	}
	return Result{}
}

// View draws the prompt.
func (d *Find) View(s theme.Styles, width, height int) string {
	c := newCanvas(s, width, height)
	intro := c.words("in steps, commands and the timeline", c.Dim)
	p := d.form.page(c, "Find", "", intro, hint{keys.Accept, "finds"}, hint{action: keys.Back})
	return c.draw(p, &d.form.scroll)
}
