package session

import (
	"fmt"
	"strings"
	"time"

	"wsc-respond/steps"
)

// Say puts an event in words for one line of a timeline, without its time and
// its actor. The state is needed for titles and names only; its fold may be
// before or after the event. The text may hold what nobody trusts: whoever
// shows it makes it safe.
func (s *State) Say(e Event) string {
	switch d := e.Data.(type) {
	case *Opened:
		return s.sayOpened(d)
	case *Left:
		return join("left the console: "+d.Why, prefixed("still running: ", refNames(d.Running)))
	case *Resumed:
		return "resumed at head " + d.Head.Short()
	case *Closed:
		return join(fmt.Sprintf("closed the session after %d events", d.Count), d.Summary)
	case *Classified:
		return s.sayClassified(d)
	case *Reclassified:
		return join("reclassified as "+plan(d.Types, d.Severity), prefixed("because ", d.Reason))
	case *Widened:
		return join("added "+d.Type+" to the plan", prefixed("because ", d.Reason))
	case *RoleTaken:
		return d.Name + " works as " + orSay(d.Role, "a responder without a role")
	case *RoleTransferred:
		return "handed the command of the incident from " + d.From + " to " + d.To
	case *MilestoneReached:
		return join(orSay(string(d.Milestone), "a milestone"), d.Note)
	case *ClockPassed:
		return s.sayPassed(d)
	case *ClockStopped:
		return join("stopped the clock "+d.Name, d.Note)
	case *PhaseEntered:
		return "began phase " + d.Title
	case *Amended:
		return sayAmended(d)
	case *Trimmed:
		return fmt.Sprintf("the last line was incomplete; its %d bytes lie in %s", d.Bytes, d.File)
	case *ClockJumped:
		return fmt.Sprintf("the wall clock was set by %+.1f s", d.Seconds)
	case *UnknownData:
		return "an event of the unknown kind " + string(d.Named)
	}
	return s.sayWork(e)
}

// sayWork puts steps, checks and inputs in words.
func (s *State) sayWork(e Event) string {
	switch d := e.Data.(type) {
	case *StepDone:
		return join("done: "+s.title(d.Step), d.Note)
	case *StepSkipped:
		return join("skipped: "+s.title(d.Step), prefixed("because ", d.Reason))
	case *StepReopened:
		return join(fmt.Sprintf("reopened: %s (takes back #%d)", s.title(d.Step), d.Of), d.Reason)
	case *StepWaiting:
		return join("waits: "+s.title(d.Step), join("for "+d.For, reminder(d.Until)))
	case *CheckTicked:
		return "ticked: " + d.Text
	case *CheckCleared:
		return "cleared: " + d.Text
	case *InputSet:
		return sayInput(d)
	case *EvidenceAdded:
		return join(sayEvidence(d), "sha256 "+shortHex(d.SHA256))
	case *EvidenceCopied:
		return "copied " + d.File + " to " + d.To
	case *NoteAdded:
		return string(d.Type) + ": " + d.Text
	case *HypothesisChanged:
		return join("hypothesis "+string(d.State)+": "+s.noteText(d.Note), prefixed("because ", d.Why))
	case *NoticeDrafted:
		return join("drafted the notice "+d.Title, prefixed("still missing ", strings.Join(d.Missing, ", ")))
	case *NoticeSent:
		return join("sent the notice "+s.noticeTitle(d.Draft)+" to "+d.To, prefixed("by ", d.How))
	}
	return s.sayCommand(e)
}

// sayCommand puts the life of a command in words.
func (s *State) sayCommand(e Event) string {
	switch d := e.Data.(type) {
	case *Confirmed:
		return join("said yes to "+commandName(d.Command), edited(d.Edited))
	case *Declined:
		return join("said no to "+commandName(d.Command), prefixed("because ", d.Reason))
	case *Started:
		return "started " + commandName(d.Command)
	case *Ended:
		return commandName(d.Command) + " · " + d.Sum()
	case *Elsewhere:
		return join(join("ran "+commandName(d.Command)+" elsewhere", prefixed("on ", d.Where)), join(exitWord(d.Exit), d.Result))
	}
	return string(e.Kind())
}

// Sum is the result of a command in a few words: "exit 0 · 2.1 s · sha256
// 9f2c41d0".
func (d *Ended) Sum() string {
	text := string(d.Outcome)
	if d.Outcome == Exited {
		text = fmt.Sprintf("exit %d", d.Exit)
	}
	if d.Outcome != Unknown && d.Outcome != NotRun {
		text += " · " + Span(time.Duration(d.Duration*float64(time.Second)))
	}
	if d.Stdout.Bytes > 0 && d.Stdout.SHA256 != "" {
		text += " · sha256 " + shortHex(d.Stdout.SHA256)
	}
	if d.Missing != "" {
		text += fmt.Sprintf(" · %q is not in its output", d.Missing)
	}
	return join(text, d.Detail)
}

func (s *State) sayOpened(d *Opened) string {
	text := "opened the session"
	if d.Drill {
		text = "opened a DRILL"
	}
	if d.From != nil {
		text += fmt.Sprintf(", going on from %s at event %d, head %s", d.From.Folder, d.From.Seq, d.From.Head.Short())
	}
	return text + ", on " + orSay(d.Runbook.Title, "a runbook without a title") + prefixed(" version ", d.Runbook.Version)
}

func (s *State) sayClassified(d *Classified) string {
	if d.Triage {
		return "opened for triage; not classified yet"
	}
	return join("classified as "+plan(d.Types, d.Severity), prefixed("against the questions' outcome, because ", d.Overridden))
}

func (s *State) sayPassed(d *ClockPassed) string {
	if strings.HasPrefix(d.Clock, "wait:") {
		return "reminder: " + d.Name
	}
	return "the " + d.Name + " clock ran out after " + d.Target.String()
}

func sayAmended(d *Amended) string {
	if d.Withdrawn {
		return join(fmt.Sprintf("withdrew #%d", d.Of), d.Reason)
	}
	return join(fmt.Sprintf("corrected #%d: %s", d.Of, d.Text), prefixed("because ", d.Reason))
}

func sayInput(d *InputSet) string {
	if d.Secret {
		return d.Name + " was given; it is secret and is not recorded"
	}
	return d.Name + " = " + d.Value
}

func (s *State) title(ref Ref) string {
	step, ok := s.Runbook.Step(ref)
	if !ok {
		return string(ref)
	}
	if step.Number > 0 {
		return fmt.Sprintf("%d %s", step.Number, step.Title)
	}
	return step.Title
}

func (s *State) noteText(seq uint64) string {
	if n := s.note(seq); n != nil {
		return n.Text
	}
	return fmt.Sprintf("#%d", seq)
}

func (s *State) noticeTitle(seq uint64) string {
	if n := s.Notice(seq); n != nil {
		return n.Draft.Title
	}
	return fmt.Sprintf("#%d", seq)
}

// Span is a length of time as the screens say it: "0.4 s", "2 min 05 s",
// "3 h 07 min", "2 d 04 h". A time
// that is negative begins with a minus.
func Span(d time.Duration) string {
	switch {
	case d < 0:
		return "-" + Span(-d)
	case d < 10*time.Second:
		return fmt.Sprintf("%.1f s", d.Seconds())
	case d < time.Minute:
		return fmt.Sprintf("%d s", int(d.Seconds()))
	case d < time.Hour:
		return fmt.Sprintf("%d min %02d s", int(d.Minutes()), int(d.Seconds())%60)
	case d < 48*time.Hour:
		return fmt.Sprintf("%d h %02d min", int(d.Hours()), int(d.Minutes())%60)
	default:
		return fmt.Sprintf("%d d %02d h", int(d.Hours())/24, int(d.Hours())%24)
	}
}

func plan(types []string, level steps.Level) string {
	return strings.TrimSpace(orSay(strings.Join(types, ", "), "no type yet") + " " + strings.ToUpper(string(level)))
}

func commandName(ref Ref) string {
	_, _, name := ref.Parts()
	return orSay(name, string(ref))
}

func refNames(refs []Ref) string {
	names := make([]string, len(refs))
	for i, r := range refs {
		names[i] = commandName(r)
	}
	return strings.Join(names, ", ")
}

func edited(yes bool) string {
	if yes {
		return "edited"
	}
	return ""
}

func exitWord(exit *int) string {
	if exit == nil {
		return ""
	}
	return fmt.Sprintf("exit %d", *exit)
}

func reminder(until time.Time) string {
	if until.IsZero() {
		return ""
	}
	return "reminder at " + until.UTC().Format("2006-01-02 15:04 UTC")
}

func shortHex(digest string) string { return Hash(digest).Short() }

func join(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + " · " + b
}

func prefixed(prefix, text string) string {
	if text == "" {
		return ""
	}
	return prefix + text
}

func orSay(text, otherwise string) string {
	if text == "" {
		return otherwise
	}
	return text
}
