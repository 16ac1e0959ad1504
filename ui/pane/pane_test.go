package pane_test

import (
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"

	"wsc-respond/session"
	"wsc-respond/ui/pane"
	"wsc-respond/ui/theme"
)

func plain() theme.Styles { return theme.New(theme.Options{NoColor: true}) }

func TestTimesAreSaidSoThatHoursAndMinutesCannotBeConfused(t *testing.T) {
	for _, tc := range []struct {
		d                     time.Duration
		left, coarse, elapsed string
	}{
		{0, "0:00", "0s", "T+00:00:00"},
		{12 * time.Second, "0:12", "12s", "T+00:00:12"},
		{17*time.Minute + 29*time.Second, "17:29", "17m", "T+00:17:29"},
		{59*time.Minute + 59*time.Second, "59:59", "59m", "T+00:59:59"},
		{time.Hour, "1h00", "1h", "T+01:00:00"},
		{3*time.Hour + 47*time.Minute, "3h47", "3h47", "T+03:47:00"},
		{47*time.Hour + 47*time.Minute, "47h47", "47h47", "T+47:47:00"},
		{100 * time.Hour, "4d04h", "4d04h", "T+4d 04:00:00"},
		{7 * 24 * time.Hour, "7d00h", "7d", "T+7d 00:00:00"},
	} {
		if got := pane.Left(tc.d); got != tc.left {
			t.Errorf("Left(%v) is %q, not %q", tc.d, got, tc.left)
		}
		if got := pane.Coarse(tc.d); got != tc.coarse {
			t.Errorf("Coarse(%v) is %q, not %q", tc.d, got, tc.coarse)
		}
		if got := pane.Elapsed(tc.d); got != tc.elapsed {
			t.Errorf("Elapsed(%v) is %q, not %q", tc.d, got, tc.elapsed)
		}
	}
}

func TestAClockSaysHowItStandsInWords(t *testing.T) {
	due := time.Date(2026, 11, 22, 8, 0, 0, 0, time.UTC)
	clock := func(target, left time.Duration) session.Clock {
		return session.Clock{Name: "Contain", Target: target, Left: left, Due: due.Add(left)}
	}
	stopped := session.Clock{Name: "Contain", Target: 4 * time.Hour, Stopped: true, Took: 41 * time.Minute, Left: 199 * time.Minute}
	late := session.Clock{Name: "Contain", Target: time.Hour, Stopped: true, Took: 80 * time.Minute, Left: -20 * time.Minute}
	for _, tc := range []struct {
		name  string
		clock session.Clock
		want  string
	}{
		{"runs", clock(4*time.Hour, 227*time.Minute), " Contain 3h47 left ━───────────"},
		{"three quarters are gone", clock(4*time.Hour, time.Hour), " ! Contain 1h00 soon ━━━━━━━━━───"},
		{"overdue counts up", clock(4*time.Hour, -12*time.Second), " ! Contain over 0:12 ━━━━━━━━━━━━"},
		{"stopped in time", stopped, " Contain took 41m of 4h"},
		{"stopped too late", late, " ! Contain took 1h20 of 1h"},
		{"at once", clock(0, -time.Minute), " Contain at once"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := (pane.Clocks{Styles: plain(), Clocks: []session.Clock{tc.clock}}).View(120, 1); ansi.Strip(got) != tc.want {
				t.Errorf("it shows %q, not %q", ansi.Strip(got), tc.want)
			}
		})
	}
}

func TestWhatIsUrgentIsNeverAmongTheClocksThatDoNotFit(t *testing.T) {
	due := time.Date(2026, 11, 22, 8, 0, 0, 0, time.UTC)
	var clocks []session.Clock
	for _, name := range []string{"Immediate", "Contain", "Recover", "Review", "CRA early warning", "CRA notification"} {
		clocks = append(clocks, session.Clock{Name: name, Target: 40 * time.Hour, Left: 30 * time.Hour, Due: due})
	}
	clocks = append(clocks, session.Clock{Name: "Late", Target: time.Hour, Left: -time.Minute, Due: due.Add(time.Hour)})
	for _, width := range []int{60, 80, 120, 200} {
		got := ansi.Strip(pane.Clocks{Styles: plain(), Clocks: clocks}.View(width, 1))
		if !strings.HasPrefix(got, " ! Late over 1:00") {
			t.Errorf("at %d the row begins with %q", width, got)
		}
		if n := ansi.StringWidth(got); n > width {
			t.Errorf("at %d the row has %d cells: %q", width, n, got)
		}
	}
	all := ansi.Strip(pane.Clocks{Styles: plain(), Clocks: clocks}.View(240, 1))
	if !strings.Contains(all, "CRA early warning") || !strings.Contains(all, "CRA notification") {
		t.Errorf("two clocks have the same name: %q", all)
	}
}

func TestNoPaneIsLargerThanItsPlace(t *testing.T) {
	s := theme.New(theme.Options{})
	long := strings.Repeat("Ünïcödé 日本語 <U+202E> ", 20)
	items := []pane.Item{{Command: long, Shell: long + "\n" + long}, {Check: long, Ticked: true}, {Command: "a", Shell: "b"}}
	rows := make([]pane.StepRow, 30)
	for i := range rows {
		rows[i] = pane.StepRow{Number: i, Title: long, Note: "you: R/A", Items: items}
	}
	panes := map[string]interface {
		View(width, height int) string
	}{
		"header":   pane.Header{Styles: s, CodeName: long, Types: []string{"INC-1", "INC-2"}, Title: long, Severity: "critical", Drill: true, Aware: true},
		"phases":   pane.Phases{Styles: s, Tabs: []pane.Tab{{Name: long, Total: 3}, {Name: "b", Incident: long}, {Name: "c"}}, Chosen: 2},
		"list":     pane.StepList{Styles: s, Rows: rows, Cursor: 17, Focused: true, Unfold: true},
		"empty":    pane.StepList{Styles: s, Empty: long},
		"step":     pane.Step{Styles: s, Title: long, RACI: "you: R/A", Waits: "waits", Inputs: []pane.Input{{Name: long, Value: long, Set: true}}, Items: items, Item: 1},
		"output":   &pane.Output{Styles: s, Name: "scan", Result: "exit 0", Rows: pane.Tail([]session.LiveLine{{Text: long}, {Text: long, Stderr: true}}, 39, 30)},
		"timeline": pane.Timeline{Styles: s, Rows: []pane.TimelineRow{{Who: long, Text: long}, {Text: "x"}}},
		"footer":   pane.Footer{Styles: s, Hints: []pane.Hint{{"enter", "run"}, {"n", "note"}, {"?", "help"}}, Saved: "saved #41 9f2c41d0"},
		"notice":   pane.Notice{Styles: s, Messages: []pane.Message{{Text: "a word and " + strings.Repeat("x", 300), Weight: pane.Danger}}},
	}
	for name, p := range panes {
		for _, size := range [][2]int{{40, 3}, {60, 8}, {120, 30}} {
			width, height := size[0], size[1]
			if name == "header" || name == "phases" || name == "footer" {
				height = 1
			}
			block := strings.Split(p.View(width, height), "\n")
			if len(block) > height {
				t.Errorf("%s has %d rows in %d", name, len(block), height)
			}
			for _, row := range block {
				if n := ansi.StringWidth(row); n > width {
					t.Errorf("%s has %d cells in %d: %q", name, n, width, ansi.Strip(row))
				}
			}
		}
	}
}

func TestTheCursorIsAlwaysAmongTheRowsThatAreShown(t *testing.T) {
	rows := make([]pane.StepRow, 20)
	for i := range rows {
		rows[i] = pane.StepRow{Number: i + 1, Title: "step"}
	}
	for cursor := range rows {
		for height := 1; height < 25; height++ {
			got := ansi.Strip(pane.StepList{Styles: plain(), Rows: rows, Cursor: cursor}.View(40, height))
			if !strings.Contains(got, "▸") {
				t.Fatalf("step %d of 20 is not seen in %d rows:\n%s", cursor+1, height, got)
			}
		}
	}
}

func TestTheTailIsSafeAndEndsWithTheLastLine(t *testing.T) {
	lines := []session.LiveLine{{Text: "first"}, {Text: "\x1b[31mred\x07 " + strings.Repeat("x", 100)}, {Text: "last\x9b", Stderr: true}}
	rows := pane.Tail(lines, 43, 4)
	if len(rows) != 4 || rows[3].Text != `last\x9b` || !rows[3].Stderr {
		t.Fatalf("the tail is %+v", rows)
	}
	for _, r := range pane.Tail(lines, 43, 100) {
		if strings.ContainsAny(r.Text, "\x1b\x07") || ansi.StringWidth(r.Text) > 40 {
			t.Errorf("%q is not safe or too wide", r.Text)
		}
	}
}

func TestWordsAreBrokenOnlyWhereTheyMust(t *testing.T) {
	for _, tc := range []struct {
		text  string
		width int
		want  string
	}{
		{"one two three", 7, "one two|three"},
		{"one", 7, "one"},
		{"", 7, ""},
		{"abcdefghij kl", 4, "abcd|efgh|ij|kl"},
		{"a\nb", 4, "a|b"},
	} {
		if got := strings.Join(pane.WrapWords(tc.text, tc.width), "|"); got != tc.want {
			t.Errorf("%q in %d cells is %q, not %q", tc.text, tc.width, got, tc.want)
		}
	}
}

func TestSizesAreSaidInDecimalUnits(t *testing.T) {
	for n, want := range map[int64]string{0: "0 B", 999: "999 B", 1000: "1.0 kB", 2_400_000: "2.4 MB", 5e12: "5.0 TB"} {
		if got := pane.Bytes(n); got != want {
			t.Errorf("%d bytes are %q, not %q", n, got, want)
		}
	}
}
