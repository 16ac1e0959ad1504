package dialog

import (
	tea "charm.land/bubbletea/v2"

	"wsc-respond/ui/keys"
	"wsc-respond/ui/theme"
)

// Pager shows a long text to read.
//
// Its action is CopyText, which leaves it open.
type Pager struct {
	title, text string
	draw        func(c canvas) []string // draws the body where it is more than text
	scroll      scroller
}

// NewPager shows a text under a title.
func NewPager(title, text string) *Pager { return &Pager{title: title, text: text} }

// Mode is Pager.
func (d *Pager) Mode() keys.Mode { return keys.Pager }

// Key takes one key.
func (d *Pager) Key(k tea.KeyPressMsg) Result {
	a, _ := keys.Lookup(keys.Pager, k.String())
	switch {
	case d.scroll.move(a):
	case a == keys.Back:
		return Result{Close: true}
	case a == keys.Copy:
		return Result{Action: CopyText{Title: d.title, Text: d.text}}
	}
	return Result{}
}

// View draws the part of the text that fits.
func (d *Pager) View(s theme.Styles, width, height int) string {
	c := newCanvas(s, width, height)
	p := page{title: c.line(d.title)}
	if d.draw != nil {
		p.body = d.draw(c)
	} else {
		p.body = c.words(c.text(d.text), c.Text)
	}
	p.hints = c.hints(keys.Pager, hint{keys.PageDown, ""}, hint{action: keys.Copy}, hint{action: keys.Back})
	return c.draw(p, &d.scroll)
}
