package cli

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/creack/pty"

	"wsc-respond/ui/uitest"
)

// The figures of the real program in a real pty. Each has its baseline in the
// same run, because machines differ. The terminal here only reads: an emulator
// would cost more than what is measured.

// wire is a program in a terminal, as the bytes that go over the wire.
type wire struct {
	tb     testing.TB
	master *os.File
	cmd    *exec.Cmd
	got    []byte
}

func dial(tb testing.TB, h home, program string, args ...string) *wire {
	tb.Helper()
	cmd := exec.Command(program, args...)
	cmd.Dir, cmd.Env = h.dir, h.env
	master, err := pty.StartWithSize(cmd, &pty.Winsize{Cols: 120, Rows: 40})
	if err != nil {
		tb.Fatal(err)
	}
	return &wire{tb: tb, master: master, cmd: cmd}
}

// until reads until what came since the call holds marker.
func (w *wire) until(marker string) {
	w.tb.Helper()
	w.got = w.got[:0]
	buf := make([]byte, 64<<10)
	for end := time.Now().Add(patience); !bytes.Contains(w.got, []byte(marker)); {
		if err := w.master.SetReadDeadline(end); err != nil {
			w.tb.Fatal(err)
		}
		n, err := w.master.Read(buf)
		w.got = append(w.got, buf[:n]...)
		if err != nil {
			w.tb.Fatalf("%q did not come: %v\n%q", marker, err, w.got)
		}
	}
}

func (w *wire) press(keys string) {
	w.tb.Helper()
	if _, err := w.master.WriteString(keys); err != nil {
		w.tb.Fatal(err)
	}
}

func (w *wire) end() {
	_ = w.cmd.Process.Kill()
	_ = w.cmd.Wait() // it was killed
	_ = w.master.Close()
}

// firstFrame is the time from exec until a text of the first frame is there.
func firstFrame(b *testing.B, h home, marker, program string, args ...string) time.Duration {
	b.Helper()
	began := time.Now()
	w := dial(b, h, program, args...)
	w.until(marker)
	took := time.Since(began)
	w.end()
	return took
}

// longSession makes a session of about so many events, through line mode.
func longSession(b *testing.B, h home, codeName string, events int) {
	b.Helper()
	var lines strings.Builder
	for n := range events - 4 {
		fmt.Fprintf(&lines, "note observation %d of a long night\n", n)
	}
	lines.WriteString("quit\n")
	cmd := exec.Command(binary, "start", "INC-1", "--severity", "high", "--name", "ada", "--code-name", codeName)
	cmd.Dir, cmd.Env, cmd.Stdin = h.dir, h.env, strings.NewReader(lines.String())
	if said, err := cmd.CombinedOutput(); err != nil {
		b.Fatalf("make a session of %d events: %v\n%s", events, err, said[max(0, len(said)-500):])
	}
}

// bare builds the least program of the same stack.
func bare(b *testing.B) string {
	b.Helper()
	out := filepath.Join(b.TempDir(), "bare")
	if err := build(out, filepath.Join("testdata", "bare")); err != nil {
		b.Fatal(err)
	}
	return out
}

func median(all []time.Duration) float64 {
	slices.Sort(all)
	return all[len(all)/2].Seconds() * 1000
}

// From exec to the first frame, resuming 1,000 events, against the bare
// program; at most 2.
func BenchmarkFirstFrame(b *testing.B) {
	h := newHome(b)
	longSession(b, h, "oak", 1000)
	least := bare(b)
	var base, ours []time.Duration
	for b.Loop() {
		base = append(base, firstFrame(b, h, "bare is ready", least))
		ours = append(ours, firstFrame(b, h, "saved", binary, "resume", "oak"))
	}
	b.ReportMetric(median(base), "bare-ms")
	b.ReportMetric(median(ours), "console-ms")
	b.ReportMetric(median(ours)/median(base), "ratio")
}

// What 10,000 events add to the first frame; at most 100 ms.
func BenchmarkOpen10000Events(b *testing.B) {
	h := newHome(b)
	longSession(b, h, "elm", 5)
	longSession(b, h, "oak", 10_000)
	var few, many []time.Duration
	for b.Loop() {
		few = append(few, firstFrame(b, h, "saved", binary, "resume", "elm"))
		many = append(many, firstFrame(b, h, "saved", binary, "resume", "oak"))
	}
	b.ReportMetric(median(few), "few-ms")
	b.ReportMetric(median(many), "many-ms")
	b.ReportMetric(median(many)-median(few), "added-ms")
}

// An idle console with its clocks running, 120x40; at most 50 bytes a second.
func BenchmarkBytesIdle(b *testing.B) {
	h := newHome(b)
	term := h.start(b, uitest.Options{Cols: 120, Rows: 40, Args: []string{"wsc-respond", "start", "INC-1", "--severity", "critical", "--name", "ada"}})
	term.WaitFor("saved #3")
	term.Stable()
	const watched = 5 * time.Second
	sum, rounds := 0, 0
	for b.Loop() {
		mark := term.Bytes()
		<-time.After(watched) // it is the bytes of this time that count
		sum += term.BytesSince(mark)
		rounds++
	}
	b.ReportMetric(float64(sum)/(float64(rounds)*watched.Seconds()), "B/s")
}

// Moving the cursor by one row, in the list and in a step; at most 250 bytes.
func BenchmarkBytesPerCursorKey(b *testing.B) {
	h := newHome(b)
	term := h.start(b, uitest.Options{Cols: 120, Rows: 40, Args: []string{"wsc-respond", "start", "INC-1", "--severity", "critical", "--name", "ada"}})
	term.WaitFor("saved #3")
	term.Press("j")
	term.WaitFor("▸ 1 Isolate the key")
	term.Press("enter")
	term.WaitFor("▸ record")
	sum, keys := 0, 0
	for b.Loop() {
		for _, move := range []struct{ key, see string }{{"j", "▸ move"}, {"j", "▸ lock"}, {"k", "▸ move"}, {"k", "▸ record"}} {
			mark := term.Bytes()
			term.Press(move.key)
			term.WaitFor(move.see)
			sum += term.BytesSince(mark)
			keys++
		}
	}
	b.ReportMetric(float64(sum)/float64(keys), "B/key")
}

// From a key to its frame while a command prints as fast as it can, against
// the same when nothing runs; at most 1.
func BenchmarkKeyWhileACommandPrints(b *testing.B) {
	h := newHome(b)
	w := dial(b, h, binary, "start", "TRIAL-1", "--severity", "high", "--runbook", "trial.md", "--name", "ada", "--code-name", "oak")
	defer w.end()
	w.until("saved")
	w.press("jjj\r")
	w.until("hostile")
	idle := keyToFrame(b, w, 40)
	w.press("jjj\r")
	w.until("step 4 · flood")
	w.until("\x1b[6n") // it is asked where the cursor is before it takes keys
	w.press("\x1b[1;1R")
	w.until("enter")
	w.press("\x1b[C\r")
	w.until("running")
	var busy []time.Duration
	for b.Loop() {
		busy = append(busy, keyToFrame(b, w, 1)...)
	}
	b.ReportMetric(median(idle), "idle-ms")
	b.ReportMetric(median(busy), "busy-ms")
	b.ReportMetric(median(busy)/median(idle), "ratio")
}

// keyToFrame opens the page of keys and closes it again, and measures the
// first.
func keyToFrame(b *testing.B, w *wire, times int) []time.Duration {
	b.Helper()
	var all []time.Duration
	for range times {
		began := time.Now()
		w.press("?")
		w.until("mark the step done")
		all = append(all, time.Since(began))
		w.press("q")
		w.until("Timeline")
	}
	return all
}

var initLine = regexp.MustCompile(`(?m)^init (\S+) @[0-9.]+ ms, ([0-9.]+) ms clock`)

// What the packages cost before main begins, as the runtime tells it: our own,
// at most 1 ms, all of them, and those of the bare program.
func BenchmarkPackageInit(b *testing.B) {
	least := bare(b)
	var own, all, base []time.Duration
	dearest := map[string]float64{}
	for b.Loop() {
		o, a := initTimes(b, dearest, binary, "--version")
		_, l := initTimes(b, nil, least)
		own, all, base = append(own, o), append(all, a), append(base, l)
	}
	names := make([]string, 0, len(dearest))
	for name := range dearest {
		names = append(names, name)
	}
	slices.SortFunc(names, func(x, y string) int { return int(1e6 * (dearest[y] - dearest[x])) })
	for _, name := range names[:min(8, len(names))] {
		b.Logf("%6.2f ms  %s", dearest[name], name)
	}
	b.ReportMetric(median(own), "own-ms")
	b.ReportMetric(median(all), "all-ms")
	b.ReportMetric(median(base), "bare-ms")
}

// initTimes sums what the packages of a program took to initialise, and keeps
// the least time of each. Without a terminal the bare program ends with an
// error, after its packages were initialised.
func initTimes(b *testing.B, dearest map[string]float64, program string, args ...string) (own, all time.Duration) {
	b.Helper()
	cmd := exec.Command(program, args...)
	cmd.Env = append(os.Environ(), "GODEBUG=inittrace=1")
	cmd.Stdin = strings.NewReader("q")
	said, _ := cmd.CombinedOutput()
	lines := initLine.FindAllSubmatch(said, -1)
	if len(lines) == 0 {
		b.Fatalf("%s told nothing of its packages:\n%s", program, said)
	}
	for _, line := range lines {
		ms, err := strconv.ParseFloat(string(line[2]), 64)
		if err != nil {
			b.Fatal(err)
		}
		took := time.Duration(ms * float64(time.Millisecond))
		all += took
		name := string(line[1])
		if strings.HasPrefix(name, "wsc-respond/") {
			own += took
		}
		if dearest != nil {
			if least, known := dearest[name]; !known || ms < least {
				dearest[name] = ms
			}
		}
	}
	return own, all
}
