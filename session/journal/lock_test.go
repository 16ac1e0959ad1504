package journal

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"wsc-respond/session"
)

func TestASecondWriterIsRefusedAndToldWhoHasIt(t *testing.T) {
	dir, _ := created(t, 2)
	alice := Holder{User: "alice", TTY: "/dev/pts/3", PID: 4711, Since: time.Date(2026, 11, 22, 3, 13, 5, 0, time.UTC)}
	first, err := Open(dir, alice)
	if err != nil {
		t.Fatal(err)
	}
	defer first.Close()
	_, err = Open(dir, Holder{User: "bob"})
	var locked *LockedError
	if !errors.Is(err, session.ErrLocked) || !errors.As(err, &locked) {
		t.Fatalf("the error is %v", err)
	}
	if locked.Holder != alice {
		t.Errorf("the holder is %+v", locked.Holder)
	}
	if want := "alice on /dev/pts/3 since 2026-11-22 03:13:05 UTC (process 4711)"; !strings.Contains(err.Error(), want) {
		t.Errorf("%q does not say %q", err, want)
	}
	if r := reader(t, dir); !r.Live() || r.Holder() != alice {
		t.Errorf("a reader sees %v, %+v", r.Live(), r.Holder())
	}
	appendEvents(t, first, 3)
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	if r := reader(t, dir); r.Live() || r.Holder() != (Holder{}) {
		t.Errorf("afterwards a reader sees %v, %+v", r.Live(), r.Holder())
	}
	open(t, dir)
}

func TestClosingAReaderDoesNotUnlockTheWriter(t *testing.T) {
	j := create(t, 2)
	r := reader(t, j.Dir())
	check(t, r.Close())
	if _, err := Open(j.Dir(), Holder{}); !errors.Is(err, session.ErrLocked) {
		t.Errorf("the error is %v", err)
	}
}

func TestAHolderThatIsNotKnownIsNotMadeUp(t *testing.T) {
	j := create(t, 1)
	for name, text := range map[string]string{"gone": "", "not JSON": "\x1b[31m"} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(j.Dir(), holderFile)
			_ = os.Remove(path)
			if text != "" {
				check(t, os.WriteFile(path, []byte(text), 0o600))
			}
			_, err := Open(j.Dir(), Holder{})
			var locked *LockedError
			if !errors.As(err, &locked) || locked.Holder != (Holder{}) {
				t.Errorf("the error is %v", err)
			}
		})
	}
}

func TestTheLockIsOfTheFileThatStandsInTheFolder(t *testing.T) {
	dir, text := created(t, 2)
	fo, err := openFolder(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer fo.close()
	f, err := fo.open(FileName, os.O_RDWR)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	// Between opening and locking, somebody removes the file and makes it anew.
	path := filepath.Join(dir, FileName)
	check(t, os.Remove(path))
	check(t, os.WriteFile(path, text, 0o600))
	if err := fo.lock(f); !errors.Is(err, errReplaced) {
		t.Errorf("the error is %v", err)
	}
	open(t, dir)
}

func TestManyWritersMakeOneChain(t *testing.T) {
	dir, _ := created(t, 1)
	const writers, each = 4, 10
	done := make(chan error, writers)
	for range writers {
		go func() {
			for wrote := 0; wrote < each; {
				j, err := Open(dir, Holder{})
				if errors.Is(err, session.ErrLocked) {
					continue
				}
				if err != nil {
					done <- err
					return
				}
				n := j.Head().Seq
				_, _, err = j.Append(t.Context(), n, testEvent(n+1))
				if err = errors.Join(err, j.Close()); err != nil {
					done <- err
					return
				}
				wrote++
			}
			done <- nil
		}()
	}
	for range writers {
		check(t, <-done)
	}
	report, err := Verify(t.Context(), dir)
	if err != nil || !report.Whole() || report.Events != 1+writers*each {
		t.Errorf("%+v, %v", report, err)
	}
}
