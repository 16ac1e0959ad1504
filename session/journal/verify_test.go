package journal

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"wsc-respond/session"
)

// chainOf makes the text of a session file out of the data of its events.
func chainOf(t testing.TB, data ...session.Data) []byte {
	t.Helper()
	var text []byte
	prev := session.NoHash
	for i, d := range data {
		e := testEvent(uint64(i + 1))
		e.Seq, e.Prev, e.Data = uint64(i+1), prev, d
		line, err := session.EncodeLine(e)
		if err != nil {
			t.Fatal(err)
		}
		prev = session.HashLine(line)
		text = append(append(text, line...), '\n')
	}
	return text
}

// found lists the problems of a report as "kind line".
func found(problems []Problem) []string {
	list := []string{}
	for _, p := range problems {
		list = append(list, fmt.Sprintf("%s %d", p.Kind, p.Line))
	}
	return list
}

func TestVerifyNamesTheLineThatIsWrong(t *testing.T) {
	_, good := created(t, 6)
	lines := bytes.SplitAfter(good, []byte{'\n'})
	join := func(order ...int) []byte {
		var text []byte
		for _, i := range order {
			text = append(text, lines[i-1]...)
		}
		return text
	}
	edited := func(n int, old, new string) []byte {
		text := slices.Clone(lines)
		text[n-1] = bytes.Replace(text[n-1], []byte(old), []byte(new), 1)
		if bytes.Equal(text[n-1], lines[n-1]) {
			t.Fatalf("line %d does not hold %s", n, old)
		}
		return bytes.Join(text, nil)
	}
	tests := map[string]struct {
		text []byte
		want []string
	}{
		"nothing":            {good, []string{}},
		"an edited line":     {edited(3, "alice", "mallory"), []string{"prev_mismatch 3"}},
		"an edited first":    {edited(1, "alice", "mallory"), []string{"prev_mismatch 1"}},
		"a broken line":      {edited(3, `"by"`, `"BY"`), []string{"bad_line 3", "prev_mismatch 3"}},
		"a doubled key":      {edited(3, `"boot"`, `"boot":"x","boot"`), []string{"bad_line 3", "prev_mismatch 3"}},
		"a swap":             {join(1, 2, 4, 3, 5, 6), []string{"prev_mismatch 2", "sequence_gap 3", "prev_mismatch 3", "reordered 4", "prev_mismatch 4"}},
		"a deletion":         {join(1, 2, 4, 5, 6), []string{"prev_mismatch 2", "sequence_gap 3"}},
		"a missing first":    {join(2, 3, 4, 5, 6), []string{"prev_mismatch 1", "sequence_gap 1", "not_opened 1"}},
		"a doubled line":     {join(1, 2, 3, 3, 4, 5, 6), []string{"prev_mismatch 3", "reordered 4"}},
		"a cut last line":    {good[:len(good)-20], []string{"torn_tail 6"}},
		"a missing newline":  {good[:len(good)-1], []string{"torn_tail 6"}},
		"zeros at the end":   {append(bytes.Clone(good), make([]byte, 4096)...), []string{"torn_tail 7"}},
		"an empty line":      {append(join(1, 2), append([]byte("\n"), join(3, 4)...)...), []string{"bad_line 3", "prev_mismatch 3"}},
		"an empty file":      {nil, []string{"not_opened 0"}},
		"a line too long":    {append(join(1, 2), append(bytes.Repeat([]byte("x"), 3*session.MaxLine), append([]byte("\n"), join(4, 5, 6)...)...)...), []string{"bad_line 3"}},
		"a tail too long":    {append(join(1, 2), bytes.Repeat([]byte("x"), 3*session.MaxLine)...), []string{"torn_tail 3"}},
		"a count that lies":  {chainOf(t, &session.Opened{}, &session.Closed{Count: 3}), []string{"count_differs 2"}},
		"a count that holds": {chainOf(t, &session.Opened{}, &session.Closed{Count: 2}), []string{}},
		"an unknown kind": {bytes.Replace(chainOf(t, &session.Opened{}, &session.Closed{Count: 2}),
			[]byte("session.closed"), []byte("session.locked"), 1), []string{"unknown_kind 2"}},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			dir := write(t, tc.text)
			report, err := Verify(t.Context(), dir)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, found(report.Problems)); diff != "" {
				t.Errorf("problems (-want +got):\n%s", diff)
			}
			if report.Whole() != (len(tc.want) == 0) {
				t.Errorf("whole is %v", report.Whole())
			}
			other, err := VerifyFS(t.Context(), os.DirFS(dir))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(report, other); diff != "" {
				t.Errorf("as an fs.FS (-dir +fs):\n%s", diff)
			}
		})
	}
}

func TestVerifySaysWhatDoesNotFit(t *testing.T) {
	_, good := created(t, 4)
	report, err := Verify(t.Context(), write(t, bytes.Replace(good, []byte("isolate/3"), []byte("isolate/9"), 1)))
	if err != nil {
		t.Fatal(err)
	}
	want := []Problem{{Kind: ProblemPrevMismatch, Line: 3, Detail: "line 3 does not match what line 4 says of it; either may have changed"}}
	if diff := cmp.Diff(want, report.Problems); diff != "" {
		t.Error(diff)
	}
}

func TestEveryEditOfALineIsFound(t *testing.T) {
	_, good := created(t, 3)
	last := bytes.LastIndexByte(good[:len(good)-1], '\n') + 1
	for i := range last {
		text := bytes.Clone(good)
		text[i] ^= 1
		dir := write(t, text)
		report, err := Verify(t.Context(), dir)
		if err != nil {
			t.Fatal(err)
		}
		line := uint64(bytes.Count(good[:i], []byte{'\n'}) + 1)
		near := slices.ContainsFunc(report.Problems, func(p Problem) bool { return p.Line == line || p.Line+1 == line })
		if !near {
			t.Errorf("byte %d, in line %d: %v", i, line, found(report.Problems))
		}
		chain, err := VerifyChain(t.Context(), dir)
		if err != nil || chain.Whole() {
			t.Errorf("byte %d: the chain pass finds nothing: %v", i, err)
		}
	}
}

func TestTheReportSaysWhatTheSessionIs(t *testing.T) {
	from := &session.Predecessor{Folder: "/old", Seq: 7, Head: session.NoHash, Reason: "disk full"}
	text := chainOf(t, &session.Opened{Session: "2026-11-22-cobalt-heron", Drill: true, From: from}, &session.StepDone{}, &session.Closed{Count: 3})
	report, err := Verify(t.Context(), write(t, text))
	if err != nil {
		t.Fatal(err)
	}
	lines := bytes.Split(bytes.TrimSpace(text), []byte{'\n'})
	want := Report{Session: "2026-11-22-cobalt-heron", Drill: true, Events: 3, Head: session.HashLine(lines[2]),
		Closed: true, Decoded: true, Continues: from, Problems: []Problem{}}
	if diff := cmp.Diff(want, report); diff != "" {
		t.Error(diff)
	}
	chain, err := VerifyChain(t.Context(), write(t, text))
	if err != nil || chain.Events != 3 || chain.Head != report.Head || chain.Decoded || !chain.Whole() {
		t.Errorf("the chain pass: %+v, %v", chain, err)
	}
	if text, err := json.Marshal(Report{Problems: []Problem{}}); err != nil || !strings.Contains(string(text), `"problems":[]`) {
		t.Errorf("%s, %v", text, err)
	}
}

func TestATailThatIsBeingWrittenIsNoProblem(t *testing.T) {
	j := create(t, 2)
	if _, err := j.file.WriteString(`{"v":1,"seq":3`); err != nil {
		t.Fatal(err)
	}
	report, err := Verify(t.Context(), j.Dir())
	if err != nil || !report.Whole() || !report.Live {
		t.Errorf("%+v, %v", report, err)
	}
	if diff := cmp.Diff([]string{"torn_tail 3"}, found(report.Notes)); diff != "" {
		t.Error(diff)
	}
}

func TestAReportOfALongListOfProblemsEnds(t *testing.T) {
	text := bytes.Repeat([]byte("nonsense\n"), 3*maxProblems)
	report, err := Verify(t.Context(), write(t, text))
	if err != nil || len(report.Problems) != maxProblems || report.More != 2*maxProblems+1 {
		t.Errorf("%d problems and %d more, %v", len(report.Problems), report.More, err)
	}
}

func TestEvidenceIsComparedWithItsDigest(t *testing.T) {
	sum := func(s string) string {
		h := sha256.Sum256([]byte(s))
		return hex.EncodeToString(h[:])
	}
	data := []session.Data{
		&session.Opened{Runbook: session.RunbookCopy{File: "runbook.json", SHA256: sum("runbook")}},
		&session.Started{Evidence: "0002-scan"},
		&session.Ended{Of: 2,
			Stdout: session.Output{File: "evidence/0002-scan.out", SHA256: sum("out")},
			Stderr: session.Output{File: "evidence/0002-scan.err", SHA256: sum("")}},
		&session.EvidenceAdded{File: "evidence/key.pub", SHA256: sum("key")},
		&session.NoticeDrafted{File: "reports/notice.md", SHA256: sum("notice")},
		&session.Started{Evidence: "0006-move"},
		&session.Trimmed{File: "torn-0001.bin", SHA256: sum("torn"), Bytes: 4},
	}
	good := map[string]string{
		"runbook.json": "runbook", "evidence/0002-scan.out": "out", "evidence/0002-scan.err": "",
		"evidence/key.pub": "key", "reports/notice.md": "notice", "evidence/0006-move.out": "so far",
		"evidence/0006-move.d/core": "so far", "torn-0001.bin": "torn", "reports/report.md": "not named",
	}
	outside := slices.Clone(data)
	outside[3] = &session.EvidenceAdded{File: "../key.pub", SHA256: sum("key")}
	tests := map[string]struct {
		data     []session.Data
		change   func(folder fstest.MapFS)
		problems []string
		notes    []string
	}{
		"nothing":       {data, func(fstest.MapFS) {}, []string{}, []string{}},
		"an edit":       {data, func(f fstest.MapFS) { f["evidence/0002-scan.out"].Data = []byte("0ut") }, []string{"evidence_changed 3"}, []string{}},
		"a loss":        {data, func(f fstest.MapFS) { delete(f, "reports/notice.md") }, []string{"evidence_missing 5"}, []string{}},
		"a runbook":     {data, func(f fstest.MapFS) { f["runbook.json"].Data = nil }, []string{"evidence_changed 1"}, []string{}},
		"a folder":      {data, func(f fstest.MapFS) { f["evidence/key.pub"].Mode |= os.ModeDir }, []string{"evidence_changed 4"}, []string{}},
		"a link":        {data, func(f fstest.MapFS) { f["evidence/key.pub"] = link("0002-scan.out") }, []string{"evidence_changed 4"}, []string{}},
		"a stranger":    {data, func(f fstest.MapFS) { f["evidence/0009-x.out"] = &fstest.MapFile{} }, []string{}, []string{"evidence_unnamed 0"}},
		"torn, unnamed": {data, func(f fstest.MapFS) { f["torn-0002.bin"] = &fstest.MapFile{} }, []string{}, []string{"evidence_unnamed 0"}},
		"an ended one":  {data, func(f fstest.MapFS) { f["evidence/0002-scan.x"] = &fstest.MapFile{} }, []string{}, []string{"evidence_unnamed 0"}},
		"a way out":     {outside, func(f fstest.MapFS) { delete(f, "evidence/key.pub") }, []string{"evidence_outside 4"}, []string{}},
		"a linked above": {data, func(f fstest.MapFS) {
			delete(f, "reports/notice.md")
			delete(f, "reports/report.md")
			f["reports"] = link("evidence")
		}, []string{"evidence_changed 5"}, []string{}},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			folder := fstest.MapFS{FileName: {Data: chainOf(t, tc.data...)}}
			for file, text := range good {
				folder[file] = &fstest.MapFile{Data: []byte(text)}
			}
			tc.change(folder)
			report, err := VerifyFS(t.Context(), folder)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.problems, found(report.Problems)); diff != "" {
				t.Errorf("problems (-want +got):\n%s\n%+v", diff, report.Problems)
			}
			if diff := cmp.Diff(tc.notes, found(report.Notes)); diff != "" {
				t.Errorf("notes (-want +got):\n%s", diff)
			}
		})
	}
}

func link(to string) *fstest.MapFile {
	return &fstest.MapFile{Data: []byte(to), Mode: os.ModeSymlink | 0o777}
}

func TestAHugeFileInPlaceOfTheRunbookIsNotReadToItsEnd(t *testing.T) {
	dir := write(t, chainOf(t, &session.Opened{Runbook: session.RunbookCopy{File: "runbook.json", SHA256: string(session.NoHash)}}))
	huge := filepath.Join(dir, "runbook.json")
	check(t, os.WriteFile(huge, nil, 0o600))
	if err := os.Truncate(huge, 1<<40); err != nil {
		t.Skipf("a file with a hole could not be made: %v", err)
	}
	report, err := Verify(t.Context(), dir)
	if err != nil || len(report.Problems) != 1 || report.Problems[0].Kind != ProblemEvidenceChanged || !strings.Contains(report.Problems[0].Detail, "larger than 16 MiB") {
		t.Errorf("%+v, %v", report.Problems, err)
	}
}

func TestAFolderWithoutASessionCannotBeVerified(t *testing.T) {
	if _, err := Verify(t.Context(), filepath.Join(t.TempDir(), "none")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the error is %v", err)
	}
	if _, err := Verify(t.Context(), t.TempDir()); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the error is %v", err)
	}
}
