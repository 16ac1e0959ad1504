package session

import (
	"fmt"
	"slices"
	"strings"
)

// Rows are the last events as a timeline tells them, the newest last: each by
// itself, but all the files that one run left in one row, because a command can
// leave very many. There are at most most rows. The events stay what they are.
func Rows(events []Event, most int) [][]Event {
	var rows [][]Event
	for len(events) > 0 && len(rows) < most {
		at := len(events) - together(events)
		rows = append(rows, events[at:])
		events = events[:at]
	}
	slices.Reverse(rows)
	return rows
}

// together is how many of the last events make one row.
func together(events []Event) int {
	n := 1
	for n < len(events) {
		last, before := leftBy(events[len(events)-n]), leftBy(events[len(events)-n-1])
		if last == 0 || last != before {
			break
		}
		n++
	}
	return n
}

// leftBy is the started event of the run that left a file; 0 for every other
// event.
func leftBy(e Event) uint64 {
	if d, ok := e.Data.(*EvidenceAdded); ok {
		return d.Of
	}
	return 0
}

// SayRow puts a row of Rows in words, as Say does an event:
// "kept 61 files in evidence/0010-re-sign.d, left by re-sign".
func (s *State) SayRow(row []Event) string {
	if len(row) == 1 {
		return s.Say(row[0])
	}
	left, ok := row[0].Data.(*EvidenceAdded)
	if !ok {
		return ""
	}
	return fmt.Sprintf("kept %d files in %s, %s", len(row), folderOf(left.File), sayLeft(left))
}

// folderOf is the folder of the run that left a file, whatever lies in it.
func folderOf(file string) string {
	if i := strings.Index(file, ".d/"); i >= 0 {
		return file[:i+len(".d")]
	}
	return "evidence"
}

func sayEvidence(d *EvidenceAdded) string {
	if d.Of == 0 {
		return "took evidence " + d.File + " from " + d.Source
	}
	return "kept " + d.File + ", " + sayLeft(d)
}

// sayLeft says which command left a file. The record names it as a whole.
func sayLeft(d *EvidenceAdded) string {
	ref, ok := strings.CutPrefix(d.Source, "left by ")
	if !ok {
		return prefixed("from ", d.Source)
	}
	return "left by " + commandName(Ref(ref))
}
