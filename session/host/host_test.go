package host

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestLookSaysWhatStandsThere(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "release.sec")
	if err := os.WriteFile(file, make([]byte, 65), 0o600); err != nil {
		t.Fatal(err)
	}
	seen, err := Machine{}.Look(file)
	if err != nil || seen.Dir || seen.Mode != "0600" || !strings.HasPrefix(seen.Words, "-rw------- ") || !strings.HasSuffix(seen.Words, " 65 B") {
		t.Errorf("%+v %v", seen, err)
	}
	if seen, err := (Machine{}).Look(dir); err != nil || !seen.Dir {
		t.Errorf("%+v %v", seen, err)
	}
	if _, err := (Machine{}).Look(file + "x"); err == nil || !strings.Contains(err.Error(), "no such file") {
		t.Error(err)
	}
}

func TestPathsBecomeAbsolute(t *testing.T) {
	t.Setenv("HOME", "/home/alice")
	for path, want := range map[string]string{
		"a.sec": "/srv/a.sec", "../a": "/a", "/x//y/": "/x/y", "~": "/home/alice", "~/keys": "/home/alice/keys",
	} {
		if got, err := (Machine{}).Abs("/srv", path); got != want || err != nil {
			t.Errorf("%q: %q %v, want %q", path, got, err, want)
		}
	}
	if _, err := (Machine{}).Abs("", "a"); err == nil {
		t.Error("a relative path without a folder became absolute")
	}
}

func TestTheClockNeverGoesBack(t *testing.T) {
	clock := NewClock()
	before := clock.Now()
	for range 1000 {
		now := clock.Now()
		if now.Up < before.Up || now.Boot != before.Boot {
			t.Fatalf("%+v after %+v", now, before)
		}
		before = now
	}
	if before.Boot == "" || before.Wall.Location().String() != "UTC" {
		t.Errorf("%+v", before)
	}
}
