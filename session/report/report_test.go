package report_test

import (
	"context"
	"errors"
	"flag"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"wsc-respond/session"
	"wsc-respond/session/report"
	"wsc-respond/steps/safe"
)

var update = flag.Bool("update", false, "write the golden files of this package anew")

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", "golden", name)
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v; go test -update writes it", err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s differs:\n%s", path, diff)
	}
}

func TestTheReportOfANight(t *testing.T) {
	n := storyboard(t)
	r := n.report(func(o *report.Options) {
		o.TLP, o.FilesAt, o.Local = "TLP:AMBER", "../", time.FixedZone("", 3600)
		o.ReadEvidence = files(map[string]string{"evidence/0001-record.out": "`three`\n```\nticks\x1b[31m\n"})
	})
	golden(t, "night.md", markdown(t, r))
}

func TestTheReportOfAClosedDrillInTriage(t *testing.T) {
	n := begin(t, func(o *session.Opening) {
		o.Opened.Drill = true
		o.Opened.From = &session.Predecessor{Folder: "/old/2026-11-21-onyx-kite", Seq: 12, Head: session.NoHash, Reason: "the disk was full"}
		o.Incident = session.Classified{Triage: true}
	})
	if _, err := n.Close(context.Background(), "an exercise"); err != nil {
		t.Fatal(err)
	}
	golden(t, "drill.md", markdown(t, n.report()))
}

func TestSecretsStandInNoReport(t *testing.T) {
	const secret = "hunter2-hunter2"
	n := storyboard(t)
	opts := func(o *report.Options) {
		o.Redact = func(text string) string { return strings.ReplaceAll(text, "build host", "[redacted: place]") }
		o.ReadEvidence = files(map[string]string{"evidence/0001-record.out": "on the build host\n"})
	}
	out := markdown(t, n.report(opts))
	for _, gone := range []string{secret, "build host"} {
		if strings.Contains(out, gone) {
			t.Errorf("the report holds %q", gone)
		}
	}
	for _, said := range []string{"`TOKEN` = secret", "had a secret taken out", "secret inputs were given"} {
		if !strings.Contains(out, said) {
			t.Errorf("the report does not say %q", said)
		}
	}
	if !strings.Contains(n.log.All()[0].Data.(*session.Opened).CodeName, "cobalt") || !strings.Contains(markdown(t, n.report()), "build host") {
		t.Error("redacting the report changed the session")
	}
}

func TestAValueThatIsNamedSecretIsLeftOut(t *testing.T) {
	state, events := many(t, 10)
	for _, e := range events {
		if yes, ok := e.Data.(*session.Confirmed); ok {
			yes.Secret = []string{"KEY_FILE"}
		}
	}
	for _, c := range report.Build(state, events, report.Options{}).Commands {
		if diff := cmp.Diff([]report.Value{{Name: "KEY_FILE", Secret: true}}, c.Values); diff != "" {
			t.Error(diff)
		}
	}
}

func TestAnOutputThatCannotBeReadIsTold(t *testing.T) {
	n := storyboard(t)
	r := n.report(func(o *report.Options) {
		o.ReadEvidence = func(string, int64) ([]byte, error) { return nil, errors.New("it is gone") }
	})
	if !slices.ContainsFunc(r.Limits, func(l report.Limit) bool { return strings.Contains(l.Text, "evidence/0001-record.out: it is gone") }) {
		t.Errorf("nothing says so: %v", r.Limits)
	}
}

func TestALongOutputIsCutAndSaysSo(t *testing.T) {
	for name, tt := range map[string]struct {
		content string
		lines   int
		cut     bool
	}{
		"short":                    {"one\ntwo\n", 2, false},
		"no newline at its end":    {"one\ntwo", 2, false},
		"many lines":               {strings.Repeat("x\n", 100), 20, true},
		"exactly what is shown":    {strings.Repeat("x\n", 20), 20, false},
		"long lines":               {strings.Repeat(strings.Repeat("x", 999)+"\n", 10), 4, true},
		"one line longer than all": {strings.Repeat("x", 10000), 1, true},
	} {
		t.Run(name, func(t *testing.T) {
			n := begin(t)
			n.must(n.SetInput(context.Background(), "KEY_FILE", keyFile, "typed"))
			n.run("INC-1/isolate/record", session.Result{Outcome: session.Exited, Stdout: output("evidence/0001-record.out", tt.content)})
			c := n.report(func(o *report.Options) {
				o.ReadEvidence = files(map[string]string{"evidence/0001-record.out": tt.content})
			}).Commands[0]
			if got := len(strings.Split(strings.TrimRight(c.Head, "\n"), "\n")); got != tt.lines || c.HeadCut != tt.cut {
				t.Errorf("%d lines, cut %v; want %d, %v", got, c.HeadCut, tt.lines, tt.cut)
			}
		})
	}
}

func TestLocalTimeStandsBesideUTCWithItsOffset(t *testing.T) {
	n := begin(t)
	n.must(n.Note(context.Background(), session.Observation, "late", "", time.Time{}))
	out := markdown(t, n.report(func(o *report.Options) { o.Local = time.FixedZone("", -5*3600) }))
	if want := "| 2026-11-22 03:13:05 (2026-11-21 22:13:05 -05:00) |"; !strings.Contains(out, want) {
		t.Errorf("%q is not in\n%s", want, out)
	}
	if out := markdown(t, n.report(func(o *report.Options) { o.Local = time.UTC })); strings.Contains(out, "+00:00") {
		t.Error("UTC stands beside UTC")
	}
}

func TestAWriterThatFailsIsReported(t *testing.T) {
	n := begin(t)
	full := errors.New("no space")
	if err := report.Markdown(failing{full}, n.report()); !errors.Is(err, full) {
		t.Errorf("got %v", err)
	}
}

type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }

func TestNoReportCarriesControlCharacters(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 50 {
		out := markdown(t, hostile(t, func() string { return noise(random) }))
		if safe.Text(out) != out {
			t.Fatalf("the report holds a text that no terminal may get:\n%q", out)
		}
	}
}

// noise is a random text of what terminals and Markdown act on.
func noise(random *rand.Rand) string {
	pieces := []string{"\x1b[31m", "\x9b", "\u009b", "\u202e", "\r", "\n", "\t", "\x00", "\xff", "|", "`", "```\n", "](javascript:x)", "<b>", "# ", "- ", "word", "é", "\U000e0041", "\u0301"}
	var b strings.Builder
	for range random.IntN(12) {
		b.WriteString(pieces[random.IntN(len(pieces))])
	}
	return b.String()
}
