package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

const issuer = "https://accounts.example.org"

// fourKinds are artifacts, by their content, and how each was signed.
func fourKinds(t *testing.T) map[string]object {
	t.Helper()
	ssh, err := sshEntry(t.TempDir(), []byte("by-ssh"))
	if err != nil {
		t.Fatal(err)
	}
	return map[string]object{
		"by-address":  hashedrekord([]byte("by-address"), identity{email: "Builds@example.org", issuer: issuer}),
		"by-workflow": hashedrekord([]byte("by-workflow"), identity{uri: "https://ci.example.org/release.yml@refs/heads/main", issuer: issuer}),
		"by-ssh":      ssh,
		"by-ed25519":  ed25519Entry([]byte("by-ed25519")),
	}
}

// entry is what the product says of an entry as JSON.
type entry struct {
	UUID           string    `json:"uuid"`
	LogIndex       int64     `json:"log_index"`
	TreeIndex      int64     `json:"tree_index"`
	TreeSize       int64     `json:"tree_size"`
	LogID          string    `json:"log_id"`
	IntegratedTime time.Time `json:"integrated_time"`
	Kind           string    `json:"kind"`
	ArtifactDigest string    `json:"artifact_digest"`
	Identities     []string  `json:"identities"`
	Issuer         string    `json:"issuer"`
	Verified       bool      `json:"verified"`
	Expected       *bool     `json:"expected"`
	Checks         []struct {
		Name, Detail string
		OK           bool
	} `json:"checks"`
	Summary *struct {
		Entries           int64  `json:"entries"`
		Unexpected        int64  `json:"unexpected"`
		Complete          bool   `json:"complete"`
		IncompleteBecause string `json:"incomplete_because"`
		Checkpoint        string `json:"checkpoint"`
	} `json:"summary"`
}

func decode[T any](t *testing.T, text string) []T {
	t.Helper()
	var all []T
	for line := range strings.Lines(text) {
		var one T
		if err := json.Unmarshal([]byte(line), &one); err != nil {
			t.Fatalf("%v: %s", err, line)
		}
		all = append(all, one)
	}
	return all
}

func TestEachKindOfEntryIsSaidAsTheLogsOwnClientSaysIt(t *testing.T) {
	l := start(t)
	for name, one := range l.enter(fourKinds(t)) {
		for _, id := range []string{one.uuid, one.uuid[16:], strconv.FormatInt(one.index, 10)} {
			got := l.asks("get", id, "--json")
			if got.code != 0 {
				t.Fatalf("%s: get %s ends with %d:\n%s%s", name, id, got.code, got.out, got.errs)
			}
			ours := decode[entry](t, got.out)[0]
			flag := "--uuid"
			if len(id) < 64 {
				flag = "--log-index"
			}
			said := l.theirs("get", flag, id)
			theirs := decode[struct {
				LogIndex       int64
				IntegratedTime int64
				UUID, LogID    string
			}](t, said.out)[0]
			if ours.UUID != theirs.UUID || ours.LogIndex != theirs.LogIndex || ours.LogID != theirs.LogID ||
				ours.IntegratedTime.Unix() != theirs.IntegratedTime || !ours.Verified || len(ours.Identities) != 1 {
				t.Errorf("%s: get %s: we say %+v, they %+v", name, id, ours, theirs)
			}
		}
	}
}

func TestASearchFindsWhatTheLogsOwnClientFinds(t *testing.T) {
	l := start(t)
	all := l.enter(fourKinds(t))
	sum := func(name string) string {
		return decode[entry](t, l.asks("get", all[name].uuid, "--json").out)[0].ArtifactDigest
	}
	for what, tc := range map[string]struct{ ours, theirs []string }{
		"address":  {[]string{"--email", "builds@example.org"}, []string{"--email", "builds@example.org"}},
		"digest":   {[]string{"--sha", sum("by-ssh")}, []string{"--sha", sum("by-ssh")}},
		"artifact": {[]string{"--artifact", all["by-ed25519"].artifact}, []string{"--artifact", all["by-ed25519"].artifact}},
		"nobody":   {[]string{"--email", "nobody@example.org"}, []string{"--email", "nobody@example.org"}},
	} {
		theirs := l.theirs(append([]string{"search"}, tc.theirs...)...)
		var found struct{ UUIDs []string }
		if err := json.Unmarshal([]byte(theirs.out), &found); err != nil && what != "nobody" {
			t.Fatalf("%s: %v: %s%s", what, err, theirs.out, theirs.errs)
		}
		got := l.asks(append([]string{"search", "--json"}, tc.ours...)...)
		var ours []string
		lines := decode[entry](t, got.out)
		for _, one := range lines[:len(lines)-1] {
			if !one.Verified {
				t.Errorf("%s: %s is not verified", what, one.UUID)
			}
			ours = append(ours, one.UUID)
		}
		slices.Sort(ours)
		slices.Sort(found.UUIDs)
		last := lines[len(lines)-1].Summary
		if got.code != 0 || !slices.Equal(ours, found.UUIDs) || last == nil || last.Complete || last.IncompleteBecause == "" {
			t.Errorf("%s: we find %v and say %+v, they find %v", what, ours, last, found.UUIDs)
		}
	}
	got := l.asks("search", "--subject", "https://ci.example.org/release.yml@refs/heads/main")
	if got.code != 0 || !strings.Contains(got.out, "release.yml") || !strings.Contains(got.errs, "may be incomplete") {
		t.Errorf("subject: %d %s%s", got.code, got.out, got.errs)
	}
}

func TestWhatWasKeptIsVerifiedWhenTheLogIsGone(t *testing.T) {
	l := start(t)
	all := l.enter(fourKinds(t))
	for name, one := range all {
		if got := l.asks("get", one.uuid, "-o", name+".json"); got.code != 0 {
			t.Fatalf("%s: %s%s", name, got.out, got.errs)
		}
		if got := l.asks("get", one.uuid, "-o", name+".json"); got.code == 0 {
			t.Errorf("%s: evidence is written over", name)
		}
	}
	l.stop()
	for name, one := range all {
		kept := filepath.Join(l.dir, name+".json")
		if got := l.product("verify", "--entry", kept, "--log-key", l.key, "--artifact", one.artifact, "--identity", ".*"); got.code != 0 {
			t.Errorf("%s: %s%s", name, got.out, got.errs)
		}
		for other := range all {
			if other != name {
				if got := l.product("verify", "--entry", kept, "--log-key", l.key, "--artifact", all[other].artifact); got.code != 1 || !strings.Contains(got.out, "artifact") {
					t.Errorf("%s passes for %s: %s", name, other, got.out)
				}
			}
		}
		if got := l.product("verify", "--entry", kept, "--log-key", l.key, "--identity", "mallory"); got.code != 1 {
			t.Errorf("%s passes for mallory", name)
		}
		if got := l.product("verify", "--entry", kept); got.code != 1 {
			t.Errorf("%s passes for the public log", name)
		}
		changed := bytes.Replace(must(os.ReadFile(kept)), []byte(`"logIndex":`+strconv.FormatInt(one.index, 10)), []byte(`"logIndex":77`), 1)
		if err := os.WriteFile(kept, changed, 0o600); err != nil {
			t.Fatal(err)
		}
		if got := l.product("verify", "--entry", kept, "--log-key", l.key); got.code != 1 {
			t.Errorf("%s passes with another index: %s", name, got.out)
		}
	}
}

// many uploads entries of some people, and of one whom nobody expects.
func (l live) many(n int) {
	for i := range n {
		who := identity{email: fmt.Sprintf("dev%d@example.org", i%3), issuer: issuer}
		if i == n/2 {
			who.email = "mallory@elsewhere.example"
		}
		l.enter(map[string]object{fmt.Sprint("artifact", i): hashedrekord(fmt.Append(nil, i), who)})
	}
}

func TestAWindowIsCompleteNamesTheUnexpectedAndGoesOn(t *testing.T) {
	l := start(t)
	const n = 23
	l.many(n)
	list := filepath.Join(l.dir, "expected")
	text := "# our people\ndev0@example.org " + issuer + "\ndev1@example.org " + issuer + "\ndev2@example.org " + issuer + "\n"
	if err := os.WriteFile(list, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	window := func(from, to string, more ...string) (said, []entry) {
		t.Helper()
		got := l.asks(append([]string{"window", "--from", from, "--to", to, "--json"}, more...)...)
		return got, decode[entry](t, got.out)
	}
	for _, span := range [][2]int{{0, n - 1}, {0, 0}, {7, 7}, {5, 19}, {n - 1, n - 1}} {
		got, lines := window(strconv.Itoa(span[0]), strconv.Itoa(span[1]))
		last := lines[len(lines)-1].Summary
		if got.code != 0 || last == nil || !last.Complete || last.Entries != int64(span[1]-span[0]+1) || !strings.Contains(last.Checkpoint, "rekortest.local") {
			t.Errorf("%v: %d %+v %s", span, got.code, last, got.errs)
		}
	}
	got, lines := window("2026-01-01", "2036-01-01", "--expect", list, "-o", "kept")
	last := lines[len(lines)-1].Summary
	if got.code != 1 || !last.Complete || last.Entries != n || last.Unexpected != 1 {
		t.Errorf("by time: %d %+v %s", got.code, last, got.errs)
	}
	if got := l.asks("window", "--from", "0", "--to", "22", "--expect", list); !strings.HasPrefix(got.out, "✗ NOT EXPECTED: mallory@elsewhere.example") {
		t.Errorf("who is not expected does not come first:\n%s", got.out)
	}
	kept := filepath.Join(l.dir, "kept")
	whole := must(os.ReadFile(kept))
	for _, cut := range []int{0, 100, len(whole) / 2, len(whole) - 1, len(whole)} {
		if err := os.WriteFile(kept, whole[:cut], 0o600); err != nil {
			t.Fatal(err)
		}
		got, lines := window("0", "22", "-o", "kept")
		last := lines[len(lines)-1].Summary
		if got.code != 0 || !last.Complete || last.Entries != n || bytes.Count(must(os.ReadFile(kept)), []byte("\n")) != n {
			t.Errorf("cut at %d: %d %+v %s", cut, got.code, last, got.errs)
		}
	}
	for _, wrong := range [][2]string{{"0", "23"}, {"5", "4"}, {"-1", "3"}, {"yesterday-ish", "3"}, {"0", ""}} {
		if got := l.asks("window", "--from="+wrong[0], "--to="+wrong[1]); got.code != 2 || got.errs == "" {
			t.Errorf("%v: %d %s%s", wrong, got.code, got.out, got.errs)
		}
	}
}

func TestAForkIsTold(t *testing.T) {
	l := start(t)
	l.many(9)
	if got := l.asks("checkpoint", "-o", "before"); got.code != 0 {
		t.Fatal(got)
	}
	if got := l.asks("checkpoint", "--since", "before"); got.code != 0 || !strings.Contains(got.out, "only grew") {
		t.Errorf("without a fork: %+v", got)
	}
	l.enter(map[string]object{"more": hashedrekord([]byte("more"), identity{email: "dev0@example.org", issuer: issuer})})
	if got := l.asks("checkpoint", "--since", "before", "--json"); got.code != 0 || !strings.Contains(got.out, `"consistent_with":{"size":9`) {
		t.Errorf("after it grew: %+v", got)
	}
	if got := l.asks("checkpoint", "-o", "later"); got.code != 0 {
		t.Fatal(got)
	}
	if got := l.asks("window", "--from", "0", "--to", "8", "-o", "kept"); got.code != 0 {
		t.Fatal(got)
	}
	l.turn("fork")
	got := l.asks("checkpoint", "--since", "later", "-o", "forked")
	if got.code != 1 || !strings.Contains(got.out, "THE LOG HAS FORKED") {
		t.Errorf("after a fork: %+v", got)
	}
	if got := l.asks("checkpoint", "--since", "later", "--json"); got.code != 1 || !strings.Contains(got.out, `"forked":`) {
		t.Errorf("as JSON: %+v", got)
	}
	if got := l.asks("window", "--from", "0", "--to", "9", "-o", "kept"); got.code != 1 || !strings.Contains(got.out, "NOT COMPLETE") {
		t.Errorf("a window goes on over a fork: %+v", got)
	}
}

func TestALogThatFailsOrLiesIsToldInWords(t *testing.T) {
	l := start(t)
	l.many(5)
	uuid := decode[entry](t, l.asks("get", "2", "--json").out)[0].UUID
	for mode, want := range map[string]string{
		"silent": "did not answer in time", "500": "out of order", "429": "asked too much", "html": "no log",
		"huge": "larger than", "redirect": "another host", "cut": "", "no-proof": "", "null-proof": "",
		"wrong-body": "", "wrong-size": "", "no-log-id": "",
	} {
		l.turn("fail?mode=" + mode)
		for _, args := range [][]string{
			{"get", uuid}, {"get", "2"}, {"get", "2", "--json"}, {"search", "--email", "dev1@example.org"},
			{"window", "--from", "0", "--to", "4"}, {"window", "--from", "0", "--to", "4", "--json"}, {"checkpoint"},
		} {
			lies := mode == "no-proof" || mode == "null-proof" || strings.HasPrefix(mode, "wrong") || mode == "no-log-id"
			if lies && args[0] == "checkpoint" {
				continue // of entries only
			}
			got := l.asks(append(args, "--timeout", "4s")...)
			if got.code == 0 || got.code > 2 {
				t.Errorf("%s: %v ends with %d:\n%s%s", mode, args, got.code, got.out, got.errs)
			}
			if !strings.Contains(got.errs+got.out, want) {
				t.Errorf("%s: %v does not say %q:\n%s%s", mode, args, want, got.out, got.errs)
			}
			if strings.Contains(got.out, `"complete":true`) || strings.Contains(got.out, "  verified\n") {
				t.Errorf("%s: %v believes it:\n%s", mode, args, got.out)
			}
		}
	}
	l.turn("fail?mode=none")
	if got := l.asks("get", "2"); got.code != 0 {
		t.Errorf("afterwards: %+v", got)
	}
	for _, id := range []string{"77", strings.Repeat("ab", 32)} {
		if got := l.asks("get", id); got.code != 1 || !strings.Contains(got.errs, "does not have it") {
			t.Errorf("what the log does not have: %+v", got)
		}
	}
	if got := l.product("get", "2", "--server", l.server); got.code != 2 || !strings.Contains(got.errs, "--log-key") {
		t.Errorf("a log of one's own is asked without its key: %+v", got)
	}
}

func TestANameThatWouldActOnTheTerminalIsShownAndDoesNot(t *testing.T) {
	l := start(t)
	const name = "\x1b[2J\x1b]0;owned\x07root@example.org"
	one := l.enter(map[string]object{"hostile": hashedrekord([]byte("hostile"), identity{email: name, issuer: issuer + "\x1b[31m"})})["hostile"]
	for _, args := range [][]string{
		{"get", one.uuid}, {"get", one.uuid, "--json"}, {"window", "--from", "0", "--to", "0"}, {"window", "--from", "0", "--to", "0", "--json"},
		{"search", "--artifact", one.artifact},
	} {
		if got := l.asks(args...); got.code != 0 || !strings.Contains(got.out, "root@example.org") {
			t.Errorf("%v: %+v", args, got)
		}
	}
}

func TestADeadlineThatCannotBeKeptIsSaidBeforehand(t *testing.T) {
	l := start(t)
	l.many(3)
	if got := l.asks("window", "--from", "0", "--to", "2", "--timeout", "1ns"); got.code != 2 || !strings.Contains(got.errs, "--timeout") {
		t.Errorf("%+v", got)
	}
}
