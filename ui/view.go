package ui

import (
	"fmt"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"wsc-respond/steps/safe"
	"wsc-respond/ui/keys"
	"wsc-respond/ui/layout"
	"wsc-respond/ui/pane"
)

// View draws the screen from what the model holds. It does no I/O.
func (c *console) View() tea.View {
	v := tea.NewView(c.styles.Frame(c.frame()))
	v.AltScreen = true
	return v
}

// frame is the whole screen.
func (c *console) frame() string {
	s := c.screen()
	switch {
	case s.Kind == layout.TooSmall:
		return c.tooSmall(s)
	case c.opened == nil:
		return c.lobbyFrame(s)
	case c.dialogs.open != nil:
		return c.dialogFrame(s)
	}
	return strings.Join(append(c.head(s), c.body(s), c.foot(s)), "\n")
}

// screen divides the window for what is to be shown in it.
func (c *console) screen() layout.Screen {
	page := layout.ListPage
	if c.choice.inside {
		page = layout.StepPage
	}
	notice := 0
	if c.opened != nil {
		notice = pane.Notice{Styles: c.styles, Messages: c.notices()}.Rows(max(c.width, 1))
	}
	return layout.Of(c.width, c.height, notice, page)
}

func (c *console) tooSmall(s layout.Screen) string {
	text := fmt.Sprintf("This window is %dx%d; the console needs %dx%d. Nothing is lost.", s.Width, s.Height, layout.MinWidth, layout.MinHeight)
	return strings.Join(clipRows(pane.WrapWords(text, s.Width), s.Height), "\n")
}

func clipRows(rows []string, height int) []string { return rows[:min(len(rows), height)] }

// head is the three rows that stand on every screen of a session.
func (c *console) head(s layout.Screen) []string {
	elapsed, aware := c.state.Elapsed(c.now)
	header := pane.Header{
		Styles: c.styles, CodeName: c.state.CodeName, Types: c.state.Types, Severity: c.state.Severity,
		Drill: c.state.Drill, Closed: c.state.Closed, Elapsed: elapsed, Aware: aware, Wall: c.now.Wall, Zone: c.opts.Zone,
	}
	if incidents := c.state.Incidents(); len(incidents) > 0 {
		header.Title = incidents[0].Title
	}
	tabs := pane.Phases{Styles: c.styles, Chosen: c.choice.phase}
	for _, ph := range c.plan.phases {
		tab := pane.Tab{Name: ph.title, Done: ph.done, Total: len(ph.steps)}
		if ph.several {
			tab.Incident = ph.incident.ID
		}
		tabs.Tabs = append(tabs.Tabs, tab)
	}
	clocks := pane.Clocks{Styles: c.styles, Clocks: c.state.Clocks(c.now)}
	return []string{header.View(s.Width, 1), clocks.View(s.Width, 1), tabs.View(s.Width, 1)}
}

// body is the list, the open step and the timeline.
func (c *console) body(s layout.Screen) string {
	var work string
	switch {
	case s.Kind == layout.Split:
		list := c.stepList(s).View(s.List.Width-1, s.List.Height)
		work = pane.Beside(list, c.besideList().View(s.Step.Width, s.Step.Height), s.List.Width, s.List.Height)
	case s.Step.Height > 0:
		work = pane.Fill(indent(c.stepPane().View(s.Step.Width-1, s.Step.Height)), s.Step.Height)
	default:
		work = pane.Fill(c.stepList(s).View(s.List.Width, s.List.Height), s.List.Height)
	}
	timeline := pane.Timeline{Styles: c.styles, Rows: c.timeline.say(c.state), Now: c.now.Wall}
	return work + "\n" + timeline.View(s.Timeline.Width, s.Timeline.Height)
}

func indent(block string) string { return " " + strings.ReplaceAll(block, "\n", "\n ") }

// foot is what the console has to say, the keys, and what is saved.
func (c *console) foot(s layout.Screen) string {
	footer := pane.Footer{Styles: c.styles, Hints: c.hints(), Saved: c.saved(), Busy: c.jobs.busy}.View(s.Width, 1)
	if s.Notice.Height == 0 {
		return footer
	}
	notice := pane.Notice{Styles: c.styles, Messages: c.notices()}.View(s.Notice.Width, s.Notice.Height)
	return notice + "\n" + footer
}

// dialogFrame is the header, the dialog, which shows its own keys, what the
// console has to say, and what is saved.
func (c *console) dialogFrame(s layout.Screen) string {
	rows := []string{c.head(s)[0], ""}
	room := s.Notice.Y - len(rows)
	view := c.dialogs.open.View(c.styles, s.Width, room)
	return strings.Join(append(rows, pane.Fill(view, room), c.foot(s)), "\n")
}

// lobbyFrame is what stands before a session. The dialogs there draw their own
// keys.
func (c *console) lobbyFrame(s layout.Screen) string {
	notice := pane.Notice{Styles: c.styles, Messages: c.messages}
	said := notice.View(s.Width, 3)
	room := s.Height
	if said != "" {
		room -= strings.Count(said, "\n") + 1
	}
	view := " Opening the session" + c.styles.Glyphs.Ellipsis
	if c.dialogs.open != nil {
		view = c.dialogs.open.View(c.styles, s.Width, room)
	}
	if said == "" {
		return view
	}
	return pane.Fill(view, room) + "\n" + said
}

// saved is the last durable event, or that something is on its way to be one.
func (c *console) saved() string {
	last := fmt.Sprintf("#%d %s", c.state.Last.Seq, safe.Line(c.state.Last.Hash.Short()))
	switch {
	case c.following():
		return "following, read-only " + c.styles.Glyphs.Bullet + " " + strings.TrimSpace(last)
	case c.readOnly != nil:
		return "read-only " + c.styles.Glyphs.Bullet + " saved " + last
	case c.jobs.busy:
		return "saving" + c.styles.Glyphs.Ellipsis
	}
	return "saved " + last
}

// hints are the keys of the mode that have a word for the footer. A dialog
// shows its own.
func (c *console) hints() []pane.Hint {
	var hints []pane.Hint
	if c.dialogs.open != nil {
		return nil
	}
	if c.hides() {
		hints = append(hints, pane.Hint{Key: "esc", Word: "hide message"})
	}
	for _, b := range keys.For(c.mode()) {
		switch word := c.footerWord(b); {
		case word == "":
		case b.Action == keys.Cancel: // what runs is more urgent than where to go
			hints = slices.Insert(hints, 0, pane.Hint{Key: b.Keys[0], Word: word})
		default:
			hints = append(hints, pane.Hint{Key: b.Keys[0], Word: word})
		}
	}
	return hints
}

// footerWord is what a key does where the person is; empty where the footer
// has nothing to say of it.
func (c *console) footerWord(b keys.Binding) string {
	check, onCheck := c.checkChosen()
	switch {
	case b.Action == keys.Cancel && len(c.outputs.running) > 0:
		return "stop"
	case b.Action == keys.Open && onCheck && check.Ticked:
		return "untick"
	case b.Action == keys.Open && onCheck:
		return "tick"
	case b.Action == keys.Done && onCheck:
		return "" // it does what Enter does
	case b.Action == keys.Open && !c.commandChosen():
		return "open"
	}
	return b.Footer
}

// checkChosen is the check that Enter would tick.
func (c *console) checkChosen() (pane.Item, bool) {
	step, ok := c.openStep()
	if !c.choice.inside || !ok || c.following() {
		return pane.Item{}, false
	}
	items := c.items(c.choice.open, step)
	if c.choice.item >= len(items) || items[c.choice.item].Command != "" {
		return pane.Item{}, false
	}
	return items[c.choice.item], true
}

// hides reports whether Esc would take a message away that stays otherwise.
func (c *console) hides() bool {
	stays := func(m pane.Message) bool { return m.Weight > pane.Info }
	return !c.choice.inside && slices.ContainsFunc(c.messages, stays)
}

// commandChosen reports whether Enter would take a command to the gate.
func (c *console) commandChosen() bool {
	step, ok := c.openStep()
	return c.choice.inside && ok && c.choice.item < len(step.Commands)
}
