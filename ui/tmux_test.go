package ui

import (
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// tmux is a server of the test's own, with one window of 80 by 24 cells.
type tmux struct {
	t   *testing.T
	env []string
}

// inTmux starts the console of this test binary inside a new tmux.
func inTmux(t *testing.T) *tmux {
	t.Helper()
	if _, err := exec.LookPath("tmux"); err != nil {
		t.Skip("tmux is not installed")
	}
	m := &tmux{t: t}
	for _, v := range os.Environ() {
		if !strings.HasPrefix(v, "TMUX") && !strings.HasPrefix(v, "LC_") {
			m.env = append(m.env, v)
		}
	}
	m.env = append(m.env, "TMUX_TMPDIR="+t.TempDir(), "LANG=C.UTF-8", "CONSOLE_TEST=")
	t.Cleanup(func() { _, _ = m.ask("kill-server") }) // it may have ended by itself
	m.do("new-session", "-d", "-x", "80", "-y", "24", os.Args[0])
	return m
}

// ask asks the server for something.
func (m *tmux) ask(args ...string) (string, error) {
	cmd := exec.Command("tmux", append([]string{"-L", "test", "-f", os.DevNull}, args...)...)
	cmd.Env = m.env
	said, err := cmd.CombinedOutput()
	return string(said), err
}

func (m *tmux) do(args ...string) string {
	m.t.Helper()
	said, err := m.ask(args...)
	if err != nil {
		m.t.Fatalf("tmux %s: %v: %s", strings.Join(args, " "), err, said)
	}
	return said
}

func (m *tmux) screen() string { m.t.Helper(); return m.do("capture-pane", "-p") }

// until polls, because tmux does not tell of what it draws.
func (m *tmux) until(what string, ok func() bool) {
	m.t.Helper()
	look := time.NewTicker(20 * time.Millisecond)
	defer look.Stop()
	limit := time.After(20 * time.Second)
	for !ok() {
		select {
		case <-look.C:
		case <-limit:
			screen, _ := m.ask("capture-pane", "-p")
			m.t.Fatalf("waited in vain for: %s\n%s", what, screen)
		}
	}
}

func (m *tmux) waitFor(text string) {
	m.t.Helper()
	m.until(text, func() bool { return strings.Contains(m.screen(), text) })
}

func (m *tmux) press(keys ...string) {
	m.t.Helper()
	m.do(append([]string{"send-keys"}, keys...)...)
}

func TestTheConsoleWorksInsideTmux(t *testing.T) {
	m := inTmux(t)
	m.waitFor("▸ 1 Isolate the key")
	m.press("j")
	m.waitFor("▸ 2 Identify scope")

	m.press("Enter", "Enter")
	m.waitFor("[ No ]")
	m.until("the gate to take keys", func() bool { return !strings.Contains(m.screen(), "waiting for the terminal") })
	for _, answer := range []string{"[ yes ]", "[ edit ]", "[ copy ]"} {
		m.press("Right")
		m.waitFor(answer)
	}
	m.press("Enter")
	m.waitFor("Sent to the terminal")
	if got := m.do("show-buffer"); !strings.Contains(got, `wsc-respond module scan --key "$KEY_PUB"`) {
		t.Errorf("the buffer of tmux holds %q", got)
	}

	m.press("q") // no
	m.waitFor("said no to scan")
	m.press("q")
	m.waitFor("Leave the console")
	m.press("Enter")
	m.until("the end of the only window", func() bool { _, err := m.ask("has-session"); return err != nil })
}
