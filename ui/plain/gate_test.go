package plain

import (
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"wsc-respond/session"
	"wsc-respond/session/sessiontest"
)

const keySet = "set KEY_FILE=/srv/keys/release.sec"

// held holds a conversation on a new session and returns its scene and what
// was said.
func held(t *testing.T, terminal bool, script ...string) (*scene, string) {
	t.Helper()
	s := newScene(t, runbook())
	s.begin(t.Context(), sessiontest.Opening(s.rb))
	s.options.Terminal = terminal
	said, _ := s.hold(t.Context(), script) // that a line was refused is what most tests are about
	checkSaid(t, said)
	return s, said
}

func TestOnlyTheNameAgainDirectlyAfterwardsRunsACommand(t *testing.T) {
	for _, tc := range []struct {
		lines []string
		runs  bool
	}{
		{[]string{"run scan", "run scan"}, true},
		{[]string{"run scan", "", "# a remark", "run scan"}, true},
		{[]string{"run scan", "run 2 scan"}, true}, // the same command, written otherwise
		{[]string{"run shred", "run shred shred release.sec"}, true},

		{[]string{"run scan"}, false},
		{[]string{"run scan", "y"}, false},
		{[]string{"run scan", "yes"}, false},
		{[]string{"run scan", "Y", "run scan"}, false},
		{[]string{"run scan", ""}, false},
		{[]string{"run scan", "run"}, false},
		{[]string{"run scan", "scan"}, false},
		{[]string{"run scan", "run scan yes"}, false},
		{[]string{"run scan", "run record"}, false},
		{[]string{"run scan", "note x", "run scan"}, false},
		{[]string{"run scan", "list", "run scan"}, false},
		{[]string{"run scan", "run record", "run scan"}, false},
		{[]string{"run scan", "set AFFECTED=x", "run scan"}, false},
		{[]string{"run scan", "no scan because x", "run scan"}, false},
		{[]string{"run scan", "edit scan", ".", "run scan"}, false},
		{[]string{"edit scan", "run scan", "run scan", "."}, false},
		{[]string{"run shred", "run shred"}, false},
		{[]string{"run shred", "run shred shred"}, false},
		{[]string{"run shred", "run shred y"}, false},
		{[]string{"run shred shred release.sec"}, false},
		{[]string{"run ask", "run ask"}, false},     // a stand-in is open
		{[]string{"run call", "run call"}, false},   // an input is missing
		{[]string{"run move", "run move"}, false},   // record has not run
		{[]string{"run login", "run login"}, false}, // no terminal
		{[]string{"run list", "run list"}, false},   // of two steps
	} {
		for _, name := range []string{"scan", "shred", "record", "move"} {
			if tc.runs && !strings.HasPrefix(tc.lines[0], "run "+name) {
				continue
			}
			synctest.Test(t, func(t *testing.T) {
				script := append([]string{keySet, "@ will scan 0", "@ will shred 0", "@ will record 0"}, tc.lines...)
				s, said := held(t, false, script...)
				if ran := len(s.runner.Orders()) > 0; ran != tc.runs {
					t.Errorf("%q: a command ran: %t\n%s", tc.lines, ran, said)
				}
			})
			break
		}
	}
}

func TestALineThatWasWrittenBeforeTheCommandWasShownDoesNotRunIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScene(t, runbook())
		s.begin(t.Context(), sessiontest.Opening(s.rb))
		s.options.Terminal, s.hasty = true, true
		said, _ := s.hold(t.Context(), []string{keySet, "run scan", "run scan", "run scan"})
		if len(s.runner.Orders()) > 0 {
			t.Errorf("a pasted line ran a command:\n%s", said)
		}
	})
}

func TestTheRecordHoldsTheLineThatWasTheYes(t *testing.T) {
	for _, tc := range []struct {
		terminal bool
		name     string
		lines    []string
		yes      string
		source   session.Source
	}{
		{false, "scan", []string{"run scan", "run scan"}, "run scan", session.FromPipe},
		{true, "scan", []string{"run scan", "run scan"}, "run scan", session.FromLine},
		{true, "shred", []string{"run shred", "run shred shred release.sec"}, "shred release.sec", session.FromLine},
	} {
		synctest.Test(t, func(t *testing.T) {
			s, _ := held(t, tc.terminal, append([]string{keySet, "@ will " + tc.name + " 0"}, tc.lines...)...)
			for _, e := range s.log.All() {
				c, ok := e.Data.(*session.Confirmed)
				if !ok {
					continue
				}
				if c.Yes != tc.yes || e.By.Source != tc.source {
					t.Errorf("the yes is %q from %s, not %q from %s", c.Yes, e.By.Source, tc.yes, tc.source)
				}
				return
			}
			t.Errorf("there is no yes in %v", s.log.Kinds())
		})
	}
}

func TestACommandGetsTheTerminalWhereThatIsWritten(t *testing.T) {
	for _, tc := range []struct {
		lines []string
		yes   string // empty if nothing runs
		tty   bool
	}{
		{[]string{"run scan", "run scan interactively"}, "run scan interactively", true},
		{[]string{"run scan", "run scan"}, "run scan", false},
		{[]string{"run scan interactively", "run scan interactively"}, "run scan interactively", true},
		{[]string{"run shred", "run shred shred release.sec interactively"}, "shred release.sec", true},
		{[]string{"run shred", "run shred interactively"}, "", false},
		{[]string{"run scan", "run scan xinteractively"}, "", false},
	} {
		synctest.Test(t, func(t *testing.T) {
			s := newScene(t, runbook())
			s.begin(t.Context(), sessiontest.Opening(s.rb))
			s.options.Terminal, s.options.In = true, tty{s}
			said, _ := s.hold(t.Context(), append([]string{keySet}, tc.lines...))
			if !strings.Contains(said, " interactively\n") {
				t.Errorf("%q: the gate does not say how:\n%s", tc.lines, said)
			}
			yes, interactive := "", false
			for _, e := range s.log.All() {
				if c, ok := e.Data.(*session.Confirmed); ok {
					yes = c.Yes
				}
			}
			for _, order := range s.runner.Orders() {
				interactive = order.Interactive
			}
			if yes != tc.yes || interactive != tc.tty {
				t.Errorf("%q: the yes is %q, with the terminal: %t\n%s", tc.lines, yes, interactive, said)
			}
		})
	}
}

// tty is a scene that can be joined to a command.
type tty struct{ *scene }

func (tty) Write(p []byte) (int, error) { return len(p), nil }
func (tty) Fd() uintptr                 { return ^uintptr(0) }

func TestAPipeCannotGiveTheTerminalAway(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, said := held(t, false, keySet, "run scan", "run scan interactively")
		if len(s.runner.Orders()) != 0 || strings.Contains(said, "If it asks questions") {
			t.Errorf("said was\n%s", said)
		}
	})
}

func TestASecretThatWasGivenIsNotCalledMissing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, said := held(t, false, "set TOKEN", "set TOKEN=ghp_0123456789", "set TOKEN")
		first, after, _ := strings.Cut(said, typed+"set TOKEN=ghp")
		if !strings.Contains(first, "TOKEN has no value.") || strings.Contains(after, "has no value") || !strings.Contains(after, "TOKEN was given; it is secret") {
			t.Errorf("said was\n%s", said)
		}
	})
}

func TestTheEndOfTheInputLeavesTheSession(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, said := held(t, true, keySet, "run scan", "run scan")
		events := s.log.All()
		left, ok := events[len(events)-1].Data.(*session.Left)
		if !ok || left.Why != "quit" || !slices.Contains(left.Running, session.Ref("INC-1/scope/scan")) {
			t.Errorf("the last event is %+v", events[len(events)-1].Data)
		}
		if !strings.Contains(said, "scan goes on running") {
			t.Errorf("said was %q", said)
		}
	})
}

func TestAHangUpIsInTheRecord(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, _ := held(t, true, "note x", "@ hang-up")
		events := s.log.All()
		if left, ok := events[len(events)-1].Data.(*session.Left); !ok || left.Why != "hang-up" {
			t.Errorf("the last event is %+v", events[len(events)-1].Data)
		}
	})
}

func TestTheStateIsTheFoldOfTheRecord(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, _ := held(t, true, keySet, "run scan", "run scan", "@ ends 0 out:x", "note after", "done 1", "take AFFECTED", "wait 5 for x until 03:20 UTC", "@ pass 1h", "close", "close")
		folded, err := session.Fold(t.Context(), s.log, s.rb)
		if err != nil {
			t.Fatal(err)
		}
		if got := s.options.State; got.Events != folded.Events || got.Last != folded.Last || !got.Closed {
			t.Errorf("the state is at %d %v, the record at %d %v", got.Events, got.Last, folded.Events, folded.Last)
		}
	})
}

func TestASecretIsNeverWrittenBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, said := held(t, false, "set TOKEN=ghp_0123456789", "run call", "@ will call 0", "run call", "inputs", "timeline", "find ghp", "brief")
		said = strings.ReplaceAll(said, typed+"set TOKEN=ghp_0123456789\n", "")
		if strings.Contains(said, "0123456789") {
			t.Errorf("the secret was said:\n%s", said)
		}
		for _, e := range s.log.All() {
			if set, ok := e.Data.(*session.InputSet); ok && (set.Value != "" || !set.Secret) {
				t.Errorf("recorded is %+v", set)
			}
		}
		if orders := s.runner.Orders(); len(orders) != 1 || orders[0].Values["TOKEN"] != "ghp_0123456789" {
			t.Errorf("the command did not get it: %+v", orders)
		}
	})
}
