package journal

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"wsc-respond/session"
)

func TestWhatIsAppendedIsReadAgain(t *testing.T) {
	j := create(t, 0)
	var want []session.Event
	var last session.Receipt
	for n := uint64(1); n <= 12; n++ {
		stored, receipt, err := j.Append(t.Context(), n-1, testEvent(n))
		if err != nil {
			t.Fatal(err)
		}
		if receipt != j.Head() || receipt.Seq != n || stored.Seq != n {
			t.Fatalf("event %d: receipt %v, head %v, stored as %d", n, receipt, j.Head(), stored.Seq)
		}
		want = append(want, stored)
		last = receipt
	}
	for name, log := range map[string]session.Log{"by the writer": j, "by a reader": reader(t, j.Dir())} {
		t.Run(name, func(t *testing.T) {
			for from := uint64(0); from <= 13; from++ {
				got, err := readAll(log, from)
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(want[max(from, 1)-1:], got); len(got) > 0 && diff != "" {
					t.Errorf("from %d (-appended +read):\n%s", from, diff)
				}
				if len(got) != int(13-max(from, 1)) {
					t.Errorf("from %d: %d events", from, len(got))
				}
			}
			if log.Head() != last {
				t.Errorf("head %v, want %v", log.Head(), last)
			}
		})
	}
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	again := open(t, j.Dir())
	if again.Head() != last || again.Recovery() != (Recovery{}) {
		t.Errorf("opened again: head %v, recovery %+v", again.Head(), again.Recovery())
	}
	appendEvents(t, again, 13)
}

func reader(t testing.TB, dir string) *Reader {
	t.Helper()
	r, err := ReadOnly(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = r.Close() })
	return r
}

func TestAnEventIsReturnedAsItStandsInTheFile(t *testing.T) {
	j := create(t, 1)
	e := testEvent(2)
	e.At = e.At.Add(123).In(time.FixedZone("", 3600))
	stored, _, err := j.Append(t.Context(), 1, e)
	if err != nil {
		t.Fatal(err)
	}
	read, err := readAll(j, 2)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]session.Event{stored}, read); diff != "" {
		t.Errorf("(-returned +read):\n%s", diff)
	}
	if stored.At.Location() != time.UTC || stored.At.Nanosecond()%1000 != 0 {
		t.Errorf("at is %v", stored.At)
	}
}

func TestAppendKnowsWhatTheCallerKnows(t *testing.T) {
	j := create(t, 3)
	for _, after := range []uint64{0, 2, 4} {
		_, _, err := j.Append(t.Context(), after, testEvent(4))
		if !errors.Is(err, session.ErrConflict) {
			t.Errorf("after %d: %v", after, err)
		}
	}
	appendEvents(t, j, 4)
}

func TestAnEventThatCannotBeWrittenChangesNothing(t *testing.T) {
	j := create(t, 2)
	before := textOf(t, j.Dir())
	stopped, stop := context.WithCancel(t.Context())
	stop()
	bad := testEvent(3)
	bad.Data = &session.NoteAdded{Text: "\xff"}
	if _, _, err := j.Append(t.Context(), 2, bad); err == nil || errors.Is(err, session.ErrReadOnly) {
		t.Errorf("text that is not UTF-8: %v", err)
	}
	if _, _, err := j.Append(stopped, 2, testEvent(3)); !errors.Is(err, context.Canceled) {
		t.Errorf("a context that has ended: %v", err)
	}
	if diff := cmp.Diff(before, textOf(t, j.Dir())); diff != "" {
		t.Error(diff)
	}
	appendEvents(t, j, 3)
}

func TestAnErrorOfTheDiskPoisonsTheWriter(t *testing.T) {
	tests := map[string]badDisk{
		"a write that fails":             {writes: 0, syncs: -1},
		"a write that ends in the line":  {writes: 0, short: 100, syncs: -1},
		"a write that leaves no newline": {writes: 0, short: allButNewline, syncs: -1},
		"a sync that fails":              {writes: -1, syncs: 0},
	}
	for name, disk := range tests {
		t.Run(name, func(t *testing.T) {
			j := create(t, 3)
			head := j.Head()
			if disk.writes < 0 {
				disk.writes = 1000
			}
			if disk.syncs < 0 {
				disk.syncs = 1000
			}
			disk.File = j.file
			j.out = &disk
			_, _, err := j.Append(t.Context(), 3, testEvent(4))
			if !errors.Is(err, session.ErrReadOnly) || !errors.Is(err, errDisk) {
				t.Fatalf("the error is %v", err)
			}
			if want := "events 1 to 3 are safe"; !strings.Contains(err.Error(), want) {
				t.Errorf("%q does not say %q", err, want)
			}
			after := textOf(t, j.Dir())
			if _, _, again := j.Append(t.Context(), 3, testEvent(4)); !errors.Is(again, session.ErrReadOnly) {
				t.Errorf("a second append: %v", again)
			}
			if after != textOf(t, j.Dir()) {
				t.Error("a poisoned writer wrote")
			}
			if j.Head() != head {
				t.Errorf("the head moved to %v", j.Head())
			}
			if all, err := readAll(j, 1); err != nil || len(all) != 3 {
				t.Errorf("the writer still reads %d events: %v", len(all), err)
			}
			_ = j.Close()
			again := open(t, j.Dir())
			if again.Head().Seq < 3 {
				t.Errorf("opened again, the head is %v", again.Head())
			}
		})
	}
}

func TestAFileThatOthersChangePoisonsTheWriter(t *testing.T) {
	tests := map[string]func(t *testing.T, path string){
		"removed": func(t *testing.T, path string) { check(t, os.Remove(path)) },
		"longer": func(t *testing.T, path string) {
			check(t, os.WriteFile(path, append(must(os.ReadFile(path)), "x"...), 0o600))
		},
		"emptied": func(t *testing.T, path string) { check(t, os.Truncate(path, 0)) },
		"replaced": func(t *testing.T, path string) {
			check(t, os.Rename(path, path+"~"))
			check(t, os.WriteFile(path, nil, 0o600))
		},
		"a link": func(t *testing.T, path string) {
			check(t, os.Rename(path, path+"~"))
			check(t, os.Symlink(path+"~", path))
		},
	}
	for name, change := range tests {
		t.Run(name, func(t *testing.T) {
			j := create(t, 2)
			change(t, filepath.Join(j.Dir(), FileName))
			if _, _, err := j.Append(t.Context(), 2, testEvent(3)); !errors.Is(err, session.ErrReadOnly) {
				t.Errorf("the error is %v", err)
			}
		})
	}
}

func must(text []byte, err error) []byte {
	if err != nil {
		panic(err)
	}
	return text
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestAReaderRefusesToWrite(t *testing.T) {
	j := create(t, 2)
	r := reader(t, j.Dir())
	if _, _, err := r.Append(t.Context(), 2, testEvent(3)); !errors.Is(err, session.ErrReadOnly) {
		t.Errorf("the error is %v", err)
	}
	_ = j.Close()
	if _, _, err := j.Append(t.Context(), 2, testEvent(3)); !errors.Is(err, session.ErrReadOnly) {
		t.Errorf("a closed writer: %v", err)
	}
	if err := j.Close(); err != nil {
		t.Errorf("closed twice: %v", err)
	}
}

func TestFreeSaysHowMuchFits(t *testing.T) {
	free, err := Free(t.TempDir())
	if err != nil || free == 0 {
		t.Errorf("%d, %v", free, err)
	}
	if _, err := Free(filepath.Join(t.TempDir(), "none")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a place that is not there: %v", err)
	}
}
