package runner

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"wsc-respond/session"
)

func newTestScreen(t testing.TB) (*screen, *viewer) {
	t.Helper()
	file, err := newLiveFile()
	if err != nil {
		t.Fatal(err)
	}
	v := newViewer(file)
	t.Cleanup(v.close)
	return newScreen(file, upTime()), v
}

func TestALookShowsWhatWasPublished(t *testing.T) {
	s, v := newTestScreen(t)
	s.count(stdout, 8)
	s.show(stdout, []byte("one\ntw"))
	s.count(stderr, 4)
	s.show(stderr, []byte("bad\n"))
	s.show(stdout, []byte("o\n"))
	s.show(stderr, []byte("\xff\x00 open"))
	s.publish()
	live := v.look()
	want := []session.LiveLine{{Text: "one"}, {Text: "bad", Stderr: true}, {Text: "two"}, {Text: "\xff\x00 open", Stderr: true}}
	if diff := cmp.Diff(want, live.Lines); diff != "" {
		t.Error(diff)
	}
	if live.Stdout != 8 || live.Stderr != 4 || live.For <= 0 || live.Silent < 0 || live.Silent > live.For {
		t.Errorf("%+v", live)
	}
}

func TestTheEndOfEachStreamIsHeld(t *testing.T) {
	s, v := newTestScreen(t)
	random := rand.New(rand.NewPCG(3, 4))
	var all [2]bytes.Buffer
	for n := range 20_000 {
		stream := random.IntN(2)
		line := fmt.Appendf(nil, "%d %s\n", n, strings.Repeat("x", random.IntN(200)))
		all[stream].Write(line)
		s.show(stream, line)
	}
	for stream := range all {
		end := s.tail(stream)
		if !bytes.HasSuffix(all[stream].Bytes(), end) || len(end) < liveKeep/2 || len(end) > liveKeep {
			t.Errorf("stream %d: %d bytes", stream, len(end))
		}
	}
	s.publish()
	lines := v.look().Lines
	if len(lines) != liveLines || !strings.HasPrefix(lines[liveLines-1].Text, "19999 ") {
		t.Errorf("%d lines, the last %q", len(lines), lines[len(lines)-1].Text)
	}
	s.show(stdout, bytes.Repeat([]byte("long"), liveKeep))
	if end := s.tail(stdout); len(end) != liveKeep {
		t.Errorf("%d bytes of a long line", len(end))
	}
}

func TestStreamsThatTakeTurnsByByteStayBounded(t *testing.T) {
	s, v := newTestScreen(t)
	for range 5_000 {
		s.show(stdout, []byte("a"))
		s.show(stderr, []byte("b"))
	}
	if len(s.segments) > maxSegments {
		t.Errorf("%d pieces", len(s.segments))
	}
	s.publish()
	if lines := v.look().Lines; len(lines) != 2 {
		t.Errorf("%d lines", len(lines))
	}
}

func TestATornFrameIsNotShown(t *testing.T) {
	s, v := newTestScreen(t)
	s.show(stdout, []byte("whole\n"))
	s.publish()
	before := v.look().Lines
	f := frame{number: 99, lines: []session.LiveLine{{Text: "torn"}}}
	b := f.encode()
	b[len(b)-1] ^= 1
	if _, err := s.file.WriteAt(b, 0); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(before, v.look().Lines); diff != "" {
		t.Error(diff)
	}
}

func FuzzFrame(f *testing.F) {
	whole := frame{number: 1, stdout: 2, lines: []session.LiveLine{{Text: "a"}, {Stderr: true, Text: "\xff"}}}
	f.Add(whole.encode())
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, b []byte) {
		got, ok := decodeFrame(b)
		if !ok {
			return
		}
		again, ok := decodeFrame(got.encode())
		if diff := cmp.Diff(got, again, cmp.AllowUnexported(frame{})); !ok || diff != "" {
			t.Error(diff)
		}
	})
}

func TestAQuickLookCostsNoDecoding(t *testing.T) {
	s, v := newTestScreen(t)
	s.show(stdout, bytes.Repeat([]byte("a line of output\n"), 10_000))
	s.publish()
	v.look()
	if allocs := testing.AllocsPerRun(100, func() { v.look() }); allocs > 2 {
		t.Errorf("%v allocations", allocs)
	}
}

func TestAPromptWithoutALineEndIsShown(t *testing.T) {
	f := newFixture(t)
	o := f.order(`printf 'Go on? [y/n] '; until [ -e "$WSC_RESPOND_SESSION/open" ]; do sleep 0.01; done`)
	r := f.start(o)
	eventually(t, "the prompt is on the screen", func() bool { return liveText(r) == "Go on? [y/n] \n" })
	eventually(t, "the silence is seen", func() bool { return r.Live().Silent > 100*time.Millisecond })
	if err := os.WriteFile(filepath.Join(f.dir, "open"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	f.wait(r)
}

func TestACommandThatNeverStopsWritingCanBeLookedAtAndStopped(t *testing.T) {
	f := newFixture(t)
	r := f.start(f.order("yes 'a line of output'"))
	eventually(t, "much has come", func() bool { return r.Live().Stdout > 50<<20 })
	if lines := r.Live().Lines; len(lines) < 100 || lines[50].Text != "a line of output" {
		t.Errorf("%d lines", len(lines))
	}
	if err := r.Cancel(); err != nil {
		t.Fatal(err)
	}
	if result := f.wait(r); result.Outcome != session.Cancelled {
		t.Errorf("%+v", result)
	}
}
