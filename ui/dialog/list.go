package dialog

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"wsc-respond/steps/safe"
	"wsc-respond/ui/keys"
	"wsc-respond/ui/theme"
)

// Row is one row of a List.
type Row struct {
	Key    string // given back in RowChosen
	Text   string
	Detail string // to the right of the text
	Below  string // under it, of less weight
	Copy   string // what the copy key copies; empty is Text
	Warn   bool   // Detail is something to look at
	Fixed  bool   // the cursor passes over it; with nothing but Text it is a heading
}

// List is a choice among rows. Its actions are RowChosen and CopyText; the
// latter leaves it open.
type List struct {
	title, tag string
	rows       rowList
	readOnly   bool // there is nothing to choose
	choose     func(key string) Action
	word       string // what enter does
	empty      string
	intro      string
}

// NewList makes a list. The id comes back with the choice.
func NewList(id, title string, rows []Row) *List {
	l := &List{title: title, rows: newRowList(rows), empty: "There is nothing here yet."}
	l.choose = func(key string) Action { return RowChosen{List: id, Key: key} }
	return l
}

// Mode is List.
func (l *List) Mode() keys.Mode { return keys.List }

// Key takes one key.
func (l *List) Key(k tea.KeyPressMsg) Result {
	a, _ := keys.Lookup(keys.List, k.String())
	if l.rows.move(a) {
		return Result{}
	}
	row, ok := l.rows.chosen()
	switch {
	case a == keys.Back:
		return Result{Close: true}
	case a == keys.Copy && ok:
		return Result{Action: CopyText{Title: "row", Text: row.copied()}}
	case a == keys.Accept && ok && !l.readOnly:
		return Result{Close: true, Action: l.choose(row.Key)}
	}
	return Result{}
}

func (r Row) copied() string {
	if r.Copy != "" {
		return r.Copy
	}
	return r.Text
}

// View draws the list.
func (l *List) View(s theme.Styles, width, height int) string {
	c := newCanvas(s, width, height)
	hints := []hint{{keys.Accept, l.word}, {keys.Copy, "copies"}, {action: keys.Back}}
	if l.readOnly {
		hints = hints[1:]
	}
	return c.draw(l.rows.page(c, c.line(l.title), c.line(l.tag), l.intro, l.empty, hints), &l.rows.scroll)
}

// rowList is rows with a cursor.
type rowList struct {
	rows   []Row
	at     int
	scroll scroller
}

func newRowList(rows []Row) rowList {
	l := rowList{rows: rows, at: -1}
	l.by(1, 1)
	return l
}

// chosen is the row under the cursor; false if there is none.
func (l *rowList) chosen() (Row, bool) {
	if l.at < 0 || l.at >= len(l.rows) {
		return Row{}, false
	}
	return l.rows[l.at], true
}

// move moves the cursor; false if the action does not.
func (l *rowList) move(a keys.Action) bool {
	switch a {
	case keys.Up:
		l.by(-1, 1)
	case keys.Down:
		l.by(1, 1)
	case keys.PageUp:
		l.by(-1, max(l.scroll.window-1, 1))
	case keys.PageDown:
		l.by(1, max(l.scroll.window-1, 1))
	case keys.Top:
		l.by(-1, len(l.rows))
	case keys.Bottom:
		l.by(1, len(l.rows))
	default:
		return false
	}
	return true
}

// by moves over n rows, or as far as there are rows to choose.
func (l *rowList) by(step, n int) {
	for i := l.at + step; i >= 0 && i < len(l.rows) && n > 0; i += step {
		if !l.rows[i].Fixed {
			l.at = i
			n--
		}
	}
}

// page draws the rows below an introduction.
func (l *rowList) page(c canvas, title, tag, intro, empty string, hints []hint) page {
	p := page{title: title, tag: tag}
	if intro != "" {
		p.body = append(c.words(c.text(intro), c.Text), "")
	}
	for i, row := range l.rows {
		from := len(p.body)
		p.body = append(p.body, row.draw(c, i == l.at)...)
		p.items = append(p.items, from)
		if i == l.at {
			p.focus = span{l.scrollFrom(i, from), len(p.body)}
		}
	}
	if len(l.rows) == 0 {
		p.body = append(p.body, c.words(empty, c.Dim)...)
		p.items = nil
	}
	p.hints = c.hints(keys.List, hints...)
	return p
}

// scrollFrom shows the headings above the first row as well.
func (l *rowList) scrollFrom(i, from int) int {
	for _, row := range l.rows[:i] {
		if !row.Fixed {
			return from
		}
	}
	return 0
}

func (r Row) draw(c canvas, here bool) []string {
	style, lead := c.Text, "  "
	switch {
	case r.Fixed && r.Detail == "" && r.Below == "":
		return c.words(c.text(r.Text), c.Dim)
	case here:
		style, lead = c.Strong, c.Accent.Render(pad(c.Glyphs.Cursor, 2))
	}
	text, detail := c.line(r.Text), c.line(r.Detail)
	about := c.Dim
	if r.Warn {
		about = c.Warn
	}
	room := c.width - 2
	var rows []string
	switch beside := room - 2 - safe.Width(detail); {
	case safe.Width(text) <= beside:
		rows = []string{spread(style.Render(text), about.Render(detail), room)}
	case detail != "" && beside > room/2:
		rows = rendered(wrapWords(text, beside), style)
		rows[0] = spread(rows[0], about.Render(detail), room)
	default:
		rows = rendered(wrapWords(text, room), style)
		if detail != "" {
			rows = append(rows, rendered(wrapWords("  "+detail, room), about)...)
		}
	}
	if r.Below != "" {
		rows = append(rows, rendered(wrapWords("  "+strings.ReplaceAll(c.text(r.Below), "\n", "\n  "), room), c.Dim)...)
	}
	return indent(lead, rows)
}
