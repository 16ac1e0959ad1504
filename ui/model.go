package ui

import (
	"context"
	"time"

	tea "charm.land/bubbletea/v2"

	"wsc-respond/session"
	"wsc-respond/ui/dialog"
	"wsc-respond/ui/layout"
	"wsc-respond/ui/pane"
	"wsc-respond/ui/term"
	"wsc-respond/ui/theme"
)

// console is the model: what was opened, what is chosen, what is open on top
// of it. Everything about the incident is in state, which only apply changes.
type console struct {
	ctx       context.Context
	opts      Options
	styles    theme.Styles
	clipboard term.Clipboard
	leaver    *leaver

	width, height int
	now           session.Instant

	opened   *Opened // nil in the lobby
	me       session.Person
	state    *session.State
	inbox    inbox
	timeline timeline
	plan     plan
	choice   choice
	prose    *prose
	outputs  outputs

	jobs     jobs
	checking bool  // a look at the clocks is under way
	readOnly error // why the record cannot be written any more

	dialogs  dialogs
	messages []pane.Message
	gap      string          // what was told while nothing could be followed
	found    string          // what was looked for last
	intake   *session.Intake // what the questions of the lobby gave
	opening  bool            // a session is being opened
	leaving  bool
}

// newConsole makes the model. It does no I/O.
func newConsole(ctx context.Context, o Options) *console {
	c := &console{
		ctx: ctx, opts: o, styles: theme.New(o.Theme), leaver: &leaver{},
		clipboard: term.Clipboard{Tmux: term.Of(o.Environ).Tmux},
		prose:     newProse(o.Theme),
		width:     layout.DefaultWidth, height: layout.DefaultHeight,
	}
	c.now = o.Time.Now()
	if o.Opened != nil {
		c.enter(o.Opened)
	} else if o.Lobby != nil {
		c.showLobby()
	}
	return c
}

// enter takes a session up.
func (c *console) enter(o *Opened) {
	c.opened, c.state = o, o.State
	c.inbox = inbox{}
	c.timeline = newTimeline(o.Events)
	c.outputs = newOutputs()
	c.dialogs = dialogs{}
	c.messages = nil
	if !c.following() {
		by := o.Session.By()
		c.me = session.Person{Name: by.Name, Role: by.Role}
		c.clipboard.Folder = o.Folder
		c.leaver.take(o)
	}
	for _, text := range o.Say {
		c.tell(pane.Warn, sentence(text))
	}
	c.outputs.follow(c.state)
	c.plan = planOf(c.state, c.me.Role)
	c.choice = firstChoice(c.plan)
	if there, ok := whereabouts(c.state, o.Events, c.plan); ok {
		c.choice = there
	}
}

// following reports whether the console only watches.
func (c *console) following() bool { return c.opened != nil && c.opened.Session == nil }

// Init starts the one chain of ticks, and what goes on of a session that was
// resumed.
func (c *console) Init() tea.Cmd {
	return tea.Batch(c.tick(), c.takeUp())
}

// takeUp is what a session that was just opened needs done.
func (c *console) takeUp() tea.Cmd {
	if c.opened == nil {
		return nil
	}
	if c.following() {
		return c.follow()
	}
	cmds := []tea.Cmd{c.poll(), c.wantOutput()}
	for _, run := range c.outputs.running {
		cmds = append(cmds, c.await(run.Started))
	}
	return tea.Batch(cmds...)
}

// tickMsg is the present, once a second.
type tickMsg struct{ now session.Instant }

// tick asks for the next second. The times that are shown are computed from
// the instant, so that a tick that comes late shows nothing wrong.
func (c *console) tick() tea.Cmd {
	clock := c.opts.Time
	return tea.Every(time.Second, func(time.Time) tea.Msg { return tickMsg{now: clock.Now()} })
}

// dialogs are what is open on top of the console, and what waits for its turn
// to open by itself.
type dialogs struct {
	open   dialog.Dialog
	then   answer
	arming arming
	queue  []question
}

// answer acts on what a dialog was answered with.
type answer func(dialog.Action) tea.Cmd

// question is a dialog that opens by itself, as soon as no other is open.
type question struct {
	dialog dialog.Dialog
	then   answer
}
