package dialog

import (
	"fmt"
	"time"

	tea "charm.land/bubbletea/v2"
	"charm.land/lipgloss/v2"

	"wsc-respond/steps/safe"
	"wsc-respond/ui/keys"
	"wsc-respond/ui/theme"
)

// OpenSession is a row of Sessions: a session that was not closed.
type OpenSession struct {
	Name     string // the folder's name, which comes back with the choice
	CodeName string
	Plan     string        // "INC-1 critical"; empty is triage
	By       string        // who worked on it last
	Elapsed  time.Duration // since somebody became aware; negative is unknown
	Status   string        // "lost its terminal at 03:25:11"
	Lines    []string      // what happened since: "\"scan\" finished after that: exit 0"
	Held     bool          // another console writes it: it can be followed, not resumed
	Drill    bool
}

// Sessions lists the open sessions, to resume one, to watch one, or to start
// another.
//
// Its actions are ResumeChosen, FollowChosen, NewChosen and LeaveChosen.
type Sessions struct {
	sessions []OpenSession
	now      Now
	at       int
	problem  string
	scroll   scroller
}

// NewSessions lists sessions, in the order given.
func NewSessions(rows []OpenSession, now Now) *Sessions { return &Sessions{sessions: rows, now: now} }

// Mode is Sessions.
func (d *Sessions) Mode() keys.Mode { return keys.Sessions }

// Key takes one key.
func (d *Sessions) Key(k tea.KeyPressMsg) Result {
	a, _ := keys.Lookup(keys.Sessions, k.String())
	d.problem = ""
	switch a {
	case keys.Up:
		d.at = max(d.at-1, 0)
	case keys.Down:
		d.at = max(min(d.at+1, len(d.sessions)-1), 0)
	case keys.New:
		return Result{Close: true, Action: NewChosen{}}
	case keys.Leave:
		return Result{Close: true, Action: LeaveChosen{}}
	case keys.Accept, keys.Follow:
		return d.choose(a)
	}
	return Result{}
}

func (d *Sessions) choose(a keys.Action) Result {
	if len(d.sessions) == 0 {
		return Result{}
	}
	one := d.sessions[d.at]
	switch {
	case a == keys.Follow:
		return Result{Close: true, Action: FollowChosen{one.Name}}
	case one.Held:
		d.problem = "Another console writes this session; it can be followed."
		return Result{}
	}
	return Result{Close: true, Action: ResumeChosen{one.Name}}
}

// View draws the list.
func (d *Sessions) View(s theme.Styles, width, height int) string {
	c := newCanvas(s, width, height)
	p := page{title: "Open sessions", tag: when(d.now()), hints: c.hints(keys.Sessions)}
	cols := d.columns(c)
	for i, one := range d.sessions {
		from := len(p.body)
		p.items = append(p.items, from)
		p.body = append(p.body, one.draw(c, i == d.at, cols)...)
		if i == d.at {
			p.focus = span{from, len(p.body)}
		}
	}
	if len(d.sessions) == 0 {
		p.body = c.words("No session is open.", c.Dim)
	}
	if d.problem != "" {
		p.foot = c.words(d.problem, c.Warn)
	}
	return c.draw(p, &d.scroll)
}

// sessionColumns are the widths of what stands under each other.
type sessionColumns struct{ name, plan, by int }

func (d *Sessions) columns(c canvas) sessionColumns {
	const widest = 24
	var w sessionColumns
	for _, one := range d.sessions {
		w.name = min(max(w.name, safe.Width(c.line(one.CodeName))), widest)
		w.plan = min(max(w.plan, safe.Width(c.line(one.plan()))), widest)
		w.by = min(max(w.by, safe.Width(c.line(one.By))), widest)
	}
	return w
}

func (one OpenSession) plan() string {
	plan := one.Plan
	if plan == "" {
		plan = "triage"
	}
	if one.Drill {
		plan = "DRILL " + plan
	}
	return plan
}

func (one OpenSession) draw(c canvas, here bool, w sessionColumns) []string {
	style, lead := c.Text, "  "
	if here {
		style, lead = c.Strong, c.Accent.Render(pad(c.Glyphs.Cursor, 2))
	}
	cell := func(text string, width int) string { return pad(c.cut(c.line(text), width), width) }
	head := style.Render(cell(one.CodeName, w.name)+"   "+cell(one.plan(), w.plan)) +
		"   " + c.Text.Render(cell(one.By, w.by)+"   "+pad(sinceAware(one.Elapsed), 7))
	status := c.line(one.Status)
	if one.Held {
		status = "open in another console"
	}
	room := c.width - 2
	rows := []string{head}
	if wide := head + "   " + c.Dim.Render(status); lipgloss.Width(wide) <= room {
		rows, status = []string{wide}, ""
	}
	const leastText = 30 // cells that are worth more than an indentation
	below := w.name + 3
	if below+leastText > room {
		below = 2
	}
	for _, line := range append([]string{status}, one.Lines...) {
		if line != "" {
			rows = append(rows, indent(pad("", below), rendered(wrapWords(c.line(line), room-below), c.Dim))...)
		}
	}
	return indent(lead, rows)
}

// sinceAware is the time since somebody became aware, as the console's header
// has it: "T+00:35".
func sinceAware(d time.Duration) string {
	if d < 0 {
		return "T+?"
	}
	return fmt.Sprintf("T+%02d:%02d", int(d.Hours()), int(d.Minutes())%60)
}
