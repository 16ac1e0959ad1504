package session_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"wsc-respond/session"
	"wsc-respond/session/sessiontest"
)

func left(of uint64, file string) session.Event {
	return session.Event{Data: &session.EvidenceAdded{File: file, Source: "left by INC-1/resign/re-sign", SHA256: "ab", Of: of}}
}

func TestTheFilesThatOneRunLeftAreOneRow(t *testing.T) {
	events := []session.Event{
		{Data: &session.NoteAdded{Type: session.Observation, Text: "begin"}},
		left(5, "evidence/0009-keep.d/one"),
	}
	for i := range 61 {
		events = append(events, left(7, fmt.Sprintf("evidence/0010-re-sign.d/modules/%d.wasm", i)))
	}
	events = append(events,
		session.Event{Data: &session.EvidenceAdded{File: "evidence/a.log", Source: "/var/log/a.log", SHA256: "cd"}},
		session.Event{Data: &session.EvidenceAdded{File: "evidence/b.log", Source: "/var/log/b.log", SHA256: "ef"}})
	var rows []string
	state := session.NewState(sessiontest.Runbook())
	for _, row := range session.Rows(events, len(events)) {
		rows = append(rows, state.SayRow(row))
	}
	want := []string{
		"observation: begin",
		"kept evidence/0009-keep.d/one, left by re-sign · sha256 ab",
		"kept 61 files in evidence/0010-re-sign.d, left by re-sign",
		"took evidence evidence/a.log from /var/log/a.log · sha256 cd",
		"took evidence evidence/b.log from /var/log/b.log · sha256 ef",
	}
	if diff := cmp.Diff(want, rows); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if last := session.Rows(events, 3); len(last) != 3 || len(last[0]) != 61 {
		t.Errorf("the last 3 rows are %v", last)
	}
}
