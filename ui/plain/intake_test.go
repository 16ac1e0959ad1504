package plain

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"wsc-respond/session"
	"wsc-respond/session/sessiontest"
	"wsc-respond/steps"
)

// echo hands over lines, and writes each into what is said, so that a file
// holds both sides. The conversation reads only after it wrote, so the two
// never meet.
type echo struct {
	lines []string
	rest  []byte
	said  *bytes.Buffer
}

func (e *echo) Read(p []byte) (int, error) {
	if len(e.rest) == 0 {
		if len(e.lines) == 0 {
			return 0, io.EOF
		}
		e.said.WriteString(typed + e.lines[0] + "\n")
		e.rest, e.lines = []byte(e.lines[0]+"\n"), e.lines[1:]
	}
	n := copy(p, e.rest)
	e.rest = e.rest[n:]
	return n, nil
}

// TestQuestionsBeforeASession holds each conversation of testdata/intake: the
// flags say what the command line said already.
func TestQuestionsBeforeASession(t *testing.T) {
	files, err := filepath.Glob("testdata/intake/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("there are no conversations: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			script, flags := scriptOf(string(want))
			got := askAll(t, script, flags)
			if *update {
				if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if diff := cmp.Diff(string(want), got); diff != "" {
				t.Errorf("the conversation differs (-want +got), -update writes it:\n%s", diff)
			}
		})
	}
}

func askAll(t *testing.T, script, flags []string) string {
	rb := sessiontest.Runbook()
	rb.Questions = []steps.Question{
		{ID: "outside", Ask: "Is a key outside your control?", Answers: []steps.Answer{
			{Say: "Yes, I have seen it", Points: map[string]int{"INC-1": 1}, Severity: steps.Critical},
			{Say: "No", RulesOut: []string{"INC-1"}}}},
		{ID: "harm", Ask: "Does a module do harm?", Answers: []steps.Answer{
			{Say: "Yes", Points: map[string]int{"INC-2": 2}, Severity: steps.High}, {Say: "No"}}},
	}
	said := &bytes.Buffer{}
	now := sessiontest.NewClock().Now().Wall
	q := Questions{In: &echo{lines: script, said: said}, Out: said, Login: "alice", Now: func() time.Time { return now },
		Start: session.Intake{Runbook: rb, CodeName: "cobalt-heron"}}
	for _, flag := range flags {
		switch flag {
		case "typed":
			q.Start.Types, q.Start.Severity = []string{"INC-1"}, steps.High
		case "known":
			q.Start.Name, q.Start.Role, q.Start.Noticed = "bob", "Maintainer", now.Add(-time.Hour)
		}
	}
	in, err := Intake(t.Context(), q)
	checkSaid(t, said.String())
	var head strings.Builder
	for _, flag := range flags {
		head.WriteString("@@ " + flag + "\n")
	}
	if err != nil {
		return head.String() + said.String() + "(error: " + err.Error() + ")\n"
	}
	types, level := in.Plan()
	c, err := in.Classified()
	return head.String() + said.String() + fmt.Sprintf("(plan %v %s, triage %t, overridden %q, reasons %d, by %s as %q, noticed %s, code name %s, error %v)\n",
		types, level, in.Triage, c.Overridden, len(c.Because), in.Name, in.Role, in.Noticed.Format(time.RFC3339), in.CodeName, err)
}

func TestAListOfSessionsIsAnswered(t *testing.T) {
	open := []OpenSession{{Name: "2026-11-22-cobalt-heron", About: "INC-1 critical, alice, 35 min", Since: []string{"scan finished: exit 0"}},
		{Name: "2026-11-21-amber-owl", About: "triage, bob"}}
	for _, tc := range []struct {
		lines string
		want  Choice
		err   error
	}{
		{"resume 1\n", Choice{ToResume, open[0].Name}, nil},
		{"follow 2\n", Choice{ToFollow, open[1].Name}, nil},
		{"RESUME 2026-11-21-amber-owl", Choice{ToResume, open[1].Name}, nil},
		{"new\n", Choice{StartNew, ""}, nil},
		{"y\nresume 3\nresume\nfollow 1 2\n\nnew\n", Choice{StartNew, ""}, nil},
		{"leave\n", Choice{}, ErrLeft},
		{"", Choice{}, ErrLeft},
	} {
		var said bytes.Buffer
		got, err := Choose(t.Context(), Chooser{In: strings.NewReader(tc.lines), Out: &said}, open)
		if got != tc.want || !errors.Is(err, tc.err) {
			t.Errorf("%q gives %v, %v; not %v, %v", tc.lines, got, err, tc.want, tc.err)
		}
		checkSaid(t, said.String())
		if !strings.Contains(said.String(), "  scan finished: exit 0\n") {
			t.Errorf("the list is %q", said.String())
		}
	}
}

func TestTheOnlySessionNeedsNoNumber(t *testing.T) {
	got, err := Choose(t.Context(), Chooser{In: strings.NewReader("resume\n"), Out: io.Discard}, []OpenSession{{Name: "a"}})
	if err != nil || got != (Choice{ToResume, "a"}) {
		t.Errorf("got %v, %v", got, err)
	}
}

func TestWhatFollowsTheLastAnswerIsLeftInTheStream(t *testing.T) {
	in := strings.NewReader("new\nnote x\n")
	if _, err := Choose(t.Context(), Chooser{In: in, Out: io.Discard}, nil); err != nil {
		t.Fatal(err)
	}
	if rest, _ := io.ReadAll(in); string(rest) != "note x\n" {
		t.Errorf("left is %q", rest)
	}
}

func TestTheQuestionsEndWithTheirContext(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(errors.New("hang-up"))
	in, stuck := io.Pipe()
	defer stuck.Close()
	_, err := Choose(ctx, Chooser{In: in, Out: io.Discard}, nil)
	if err == nil || !strings.Contains(err.Error(), "hang-up") {
		t.Errorf("the error is %v", err)
	}
}
