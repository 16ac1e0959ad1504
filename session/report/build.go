package report

import (
	"slices"
	"time"

	"wsc-respond/session"
	"wsc-respond/steps"
)

// Options are what a report is made with, beside the session itself.
type Options struct {
	Now   session.Instant // when the report is made; clocks that run are read at it
	Local *time.Location  // shown beside UTC; nil is UTC only
	// Head is the last durable event, from the log. The zero Receipt takes
	// that of the state.
	Head session.Receipt
	Tool string
	// Redact takes secrets out of a text; nil leaves all texts as they are in
	// the record.
	Redact func(string) string
	TLP    string // the marking line, "TLP:AMBER" for example
	// ReadEvidence returns up to limit bytes of a file of the session; nil
	// leaves the outputs of commands out.
	ReadEvidence func(name string, limit int64) ([]byte, error)
	// FilesAt leads from the report to the session folder, for links: "../"
	// for one in its folder of reports. Empty makes no links.
	FilesAt string
}

// Build makes the report of a session from its state and its events, which
// are those that the state is the fold of, from the first on. It changes
// neither, and keeps no time of its own.
func Build(state *session.State, events []session.Event, opts Options) Report {
	b := newBuilder(state, events, opts)
	r := Report{
		Drill: state.Drill, TLP: opts.TLP, Tool: opts.Tool, Made: opts.Now.Wall.UTC(), FilesAt: opts.FilesAt,
		Summary:        b.summary(),
		Classification: b.rulings(),
		Milestones:     b.milestones(),
		Metrics:        b.metrics(),
		Clocks:         clocks(state, b.asOf()),
		Timeline:       b.timeline(),
		Plans:          b.plans(),
		Commands:       b.commands(),
		Notes:          b.notes(),
		Notices:        b.notices(),
		Evidence:       b.evidence(),
		Copies:         b.copies(),
		Unfilled:       state.Runbook.Unfilled(),
		RACI:           b.raci(),
		Runbook: Runbook{Document: state.Runbook.Document, SHA256: state.Opened.Runbook.SHA256,
			Sources: state.Opened.Runbook.Sources, LeftOut: state.Opened.Runbook.LeftOut},
		Consoles: b.consoles(),
		Chain:    b.chain(),
	}
	r.Limits = b.limits(&r)
	r.Review = review(&r)
	return redacted(r, opts.Redact)
}

// redacted takes secrets out of every text of the report, and says how many
// texts that changed.
func redacted(r Report, redact func(string) string) Report {
	if redact == nil {
		return r
	}
	changed := 0
	r = session.EachText(r, func(text string) string {
		if text == "" {
			return text
		}
		fixed := redact(text)
		if fixed != text {
			changed++
		}
		return fixed
	})
	if changed > 0 {
		r.Limits = append(r.Limits, Limit{Text: plural(changed, "text") + " of this report had a secret taken out when it was written; the record may still hold it"})
	}
	return r
}

// builder holds what the parts of a report are made from.
type builder struct {
	state  *session.State
	events []session.Event
	opts   Options
	runs   map[uint64]*session.RunState // by the event that holds the yes
	marks  map[uint64][]Mark            // by the event that they mark
	// unread are the outputs that could not be read.
	unread []string
}

func newBuilder(state *session.State, events []session.Event, opts Options) *builder {
	b := &builder{state: state, events: events, opts: opts, runs: map[uint64]*session.RunState{}}
	for _, r := range state.Runs {
		if r.Confirmed != 0 {
			b.runs[r.Confirmed] = r
		}
	}
	b.marks = b.allMarks()
	return b
}

// asOf is the moment at which clocks are read: the closing of a closed
// session, otherwise now. A report that is made a year later says the same.
func (b *builder) asOf() session.Instant {
	if b.state.Closed {
		return b.state.LastAt
	}
	return b.opts.Now
}

func (b *builder) summary() Summary {
	s := Summary{
		CodeName: b.state.CodeName, Session: b.state.Session, Severity: b.state.Severity,
		Opened: b.state.OpenedAt.UTC(), Lead: b.state.Lead, People: b.people(),
	}
	for _, id := range b.state.Types {
		s.Types = append(s.Types, b.typeOf(id))
	}
	if !b.state.Closed {
		return s
	}
	for _, e := range slices.Backward(b.events) {
		if closed, ok := e.Data.(*session.Closed); ok {
			s.Closed, s.Closing = e.At.UTC(), closed.Summary
			break
		}
	}
	return s
}

func (b *builder) typeOf(id string) Type {
	if inc, ok := b.state.Runbook.Incident(id); ok {
		return Type{ID: inc.ID, Title: inc.Title}
	}
	return Type{ID: id}
}

// people are those of the state, with what the events say of each.
func (b *builder) people() []Participant {
	all := make([]Participant, len(b.state.People))
	at := map[string]*Participant{}
	for i, p := range b.state.People {
		all[i].Person = p
		at[p.Name] = &all[i]
	}
	for _, e := range b.events {
		p := at[e.By.Name]
		if p == nil || e.By.Source == session.FromConsole {
			continue
		}
		if p.Acts == 0 {
			p.First = e.At.UTC()
		}
		p.Acts++
		p.Last = e.At.UTC()
		if account := e.By.User + "@" + e.By.Host; !slices.Contains(p.Accounts, account) {
			p.Accounts = append(p.Accounts, account)
		}
	}
	return all
}

// rulings are all decisions on what the incident is, in order.
func (b *builder) rulings() []Ruling {
	var all []Ruling
	for _, e := range b.events {
		r := Ruling{Seq: e.Seq, At: e.When().UTC(), By: e.By, Marks: b.marks[e.Seq]}
		switch d := e.Data.(type) {
		case *session.Classified:
			r.Because, r.Override = d.Because, d.Overridden
		case *session.Reclassified, *session.Widened:
		default:
			continue
		}
		r.Words = b.state.Say(e)
		all = append(all, r)
	}
	return all
}

func (b *builder) milestones() []Milestone {
	var all []Milestone
	for _, name := range steps.Milestones() {
		m := Milestone{Name: name}
		if moment, ok := b.state.MilestoneAt(name); ok {
			m.At, m.Seq, m.Note, m.By = moment.When.UTC(), moment.Seq, moment.Note, moment.By
			m.Marks = b.marks[moment.Seq]
			if !moment.When.Equal(moment.Recorded.Wall) {
				m.Recorded = moment.Recorded.Wall.UTC()
			}
		}
		all = append(all, m)
	}
	return all
}

func (b *builder) consoles() []Console {
	var all []Console
	for _, e := range b.events {
		c := Console{Seq: e.Seq, At: e.At.UTC(), By: e.By}
		switch d := e.Data.(type) {
		case *session.Opened:
			c.Tool, c.Where = d.Tool, d.Where
		case *session.Resumed:
			c.Tool, c.Where = d.Tool, d.Where
		default:
			continue
		}
		all = append(all, c)
	}
	return all
}

func (b *builder) chain() Chain {
	head := b.opts.Head
	if head == (session.Receipt{}) {
		head = b.state.Last
	}
	return Chain{Events: b.state.Events, Head: head.Hash, From: b.state.Opened.From}
}
