package runner

import (
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"

	"wsc-respond/session"
)

func TestAPeekFindsTheResultThatASupervisorLeft(t *testing.T) {
	f := newFixture(t)
	order := f.order("echo out; exit 3")
	if _, ok := Peek(f.dir, order.Evidence); ok {
		t.Error("there is a result before there is a command")
	}
	started, err := f.r.start(t.Context(), order)
	if err != nil {
		t.Fatal(err)
	}
	want, err := started.Wait(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	got, ok := Peek(f.dir, order.Evidence)
	if !ok || got.Outcome != session.Exited || got.Exit != 3 || got.Stdout != want.Stdout {
		t.Errorf("%v, %+v", ok, got)
	}
}

func TestAPeekTakesNothingElseForAResult(t *testing.T) {
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, runFolder), 0o700); err != nil {
		t.Fatal(err)
	}
	put := func(base, text string) {
		if err := os.WriteFile(filepath.Join(dir, resultName(base)), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	put("whole", `{"v":1,"ended":{"outcome":"exited"}}`)
	put("cut", `{"v":1,"ended":{"outc`)
	put("newer", `{"v":2,"ended":{"outcome":"exited"}}`)
	if err := unix.Mkfifo(filepath.Join(dir, resultName("pipe")), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("whole.json", filepath.Join(dir, resultName("link"))); err != nil {
		t.Fatal(err)
	}
	if _, ok := Peek(dir, "whole"); !ok {
		t.Error("a whole result is not found")
	}
	for _, base := range []string{"cut", "newer", "pipe", "link", "none", "", "../run/whole", "."} {
		if got, ok := Peek(dir, base); ok {
			t.Errorf("%q is taken for a result: %+v", base, got)
		}
	}
}
