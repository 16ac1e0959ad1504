package cli

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"wsc-respond/session/journal"
)

// sessions are summaries by name; a name with "closed " before it is closed,
// one with "bad " cannot be read.
func sessions(names ...string) []journal.Summary {
	var all []journal.Summary
	for _, name := range names {
		s := journal.Summary{Status: journal.StatusOpen}
		if rest, ok := strings.CutPrefix(name, "closed "); ok {
			name, s.Status = rest, journal.StatusClosed
		}
		if rest, ok := strings.CutPrefix(name, "bad "); ok {
			name, s.Status, s.Err = rest, journal.StatusBad, errors.New("torn")
		}
		s.Name, s.Dir = name, filepath.Join("/sessions", name)
		all = append(all, s)
	}
	return all
}

func TestASessionIsFoundByWhatAPersonWouldCallIt(t *testing.T) {
	all := sessions("2026-11-22-cobalt-heron", "2026-11-22-cobalt", "closed 2026-10-01-amber-fox", "2026-10-01-amber-owl", "odd")
	for _, tc := range []struct{ name, want, refused string }{
		{"2026-11-22-cobalt-heron", "2026-11-22-cobalt-heron", ""},
		{"cobalt-heron", "2026-11-22-cobalt-heron", ""},
		// An exact code name goes before one that begins so.
		{"cobalt", "2026-11-22-cobalt", ""},
		{"cobalt-h", "2026-11-22-cobalt-heron", ""},
		{"amber-f", "2026-10-01-amber-fox", ""},
		{"2026-10-01-amber-o", "2026-10-01-amber-owl", ""},
		{"odd", "odd", ""},
		{"amber", "", `"amber" fits 2 sessions: 2026-10-01-amber-fox, 2026-10-01-amber-owl`},
		{"2026-11", "", "fits 2 sessions"},
		{"heron", "", `there is no session "heron" in /sessions`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got, err := match(all, tc.name, "/sessions")
			found(t, got, err, tc.want, tc.refused)
		})
	}
}

func TestWithoutANameItIsTheOnlyOpenSession(t *testing.T) {
	for _, tc := range []struct {
		name          string
		all           []journal.Summary
		want, refused string
	}{
		{"one is open", sessions("closed a", "2026-11-22-b", "bad c"), "2026-11-22-b", ""},
		{"none is open", sessions("closed a", "bad c"), "", "there is no open session"},
		{"there is none", nil, "", "there is no open session"},
		{"several are open", sessions("x", "y"), "", "2 sessions are open: x, y"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got, err := onlyOpen(tc.all, "/sessions")
			found(t, got, err, tc.want, tc.refused)
		})
	}
}

func found(t *testing.T, got string, err error, want, refused string) {
	t.Helper()
	if refused != "" {
		if err == nil || !strings.Contains(err.Error(), refused) || exitCode(err) != exitWrongUse {
			t.Fatalf("got %q and %v, not a refusal that says %q", got, err, refused)
		}
		return
	}
	if err != nil || got != filepath.Join("/sessions", want) {
		t.Fatalf("got %q and %v, not %s", got, err, want)
	}
}
