package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"time"

	"wsc-respond/session"
	"wsc-respond/session/evidence"
	"wsc-respond/steps"
)

// A session keeps a copy of its runbook beside the record, and the record has
// its digest. This file reads that copy. A copy that is gone or that is
// another one is not used for anything, and does not keep anybody from the
// record either.

// copied is a session's own copy of its runbook.
type copied struct {
	// runbook has the title and nothing else if the copy cannot be used.
	runbook *steps.Runbook
	// fault says in a clause why the copy cannot be used: "was changed: …".
	// It is empty if the copy is the one that was recorded.
	fault string
	// remark is worth knowing of a copy that is used.
	remark string
}

// maxRunbook bounds what is read of a copy, in bytes. Of a large runbook it
// has less than one MiB.
const maxRunbook = 16 << 20

// sessionLog is an open session file that knows its folder.
type sessionLog interface {
	session.Log
	Dir() string
}

// runbookCopy reads the runbook that a session follows from its folder. The
// error says that the record does not even begin.
func runbookCopy(ctx context.Context, log sessionLog) (copied, error) {
	for e, err := range log.Events(ctx, 1) {
		if err != nil {
			return copied{}, &failure{code: exitCode(err), err: err, safe: "the folder is as it was", next: "wsc-respond verify names every fault"}
		}
		opened, ok := e.Data.(*session.Opened)
		if !ok {
			return copied{}, unreadable(fmt.Errorf("the record in %s does not begin with the event that opens a session", log.Dir()),
				"wsc-respond verify says more")
		}
		return readCopy(log.Dir(), opened.Runbook), nil
	}
	return copied{}, unreadable(fmt.Errorf("the session in %s holds no event", log.Dir()), "wsc-respond start opens a new one")
}

func readCopy(dir string, recorded session.RunbookCopy) copied {
	text, fault := readRecorded(dir, recorded)
	if fault == "" {
		var c copied
		if c, fault = decodeCopy(text); fault == "" {
			return c
		}
	}
	titled := steps.Runbook{Document: steps.Document{Title: recorded.Title, Version: recorded.Version}}
	return copied{runbook: &titled, fault: fault}
}

// readRecorded reads the copy and checks that it is the one that was recorded.
func readRecorded(dir string, recorded session.RunbookCopy) (text []byte, fault string) {
	text, err := readLimited(dir, recorded.File)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, "is missing"
	case err != nil:
		return nil, "cannot be read: " + err.Error()
	case len(text) > maxRunbook:
		return nil, fmt.Sprintf("was changed: it is larger than %d MiB", maxRunbook>>20)
	}
	if got := digest(text); got != recorded.SHA256 {
		return nil, fmt.Sprintf("was changed: its SHA-256 is %s, recorded is %s", got, recorded.SHA256)
	}
	return text, ""
}

// readLimited reads a regular file of a session folder, and one byte more than
// a copy may have. Nothing else that stands under the name can hold it up.
func readLimited(dir, name string) ([]byte, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	defer root.Close()
	f, err := evidence.Open(root, name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, maxRunbook+1))
}

// decodeCopy reads what the recorded copy says. Another version of this
// program may have written fields that this one does not know.
func decodeCopy(text []byte) (c copied, fault string) {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	c.runbook = new(steps.Runbook)
	if decoder.Decode(c.runbook) == nil {
		return c, ""
	}
	c.runbook = new(steps.Runbook)
	if err := json.Unmarshal(text, c.runbook); err != nil {
		return copied{}, "cannot be read by this version of the program: " + err.Error()
	}
	c.remark = "The session's copy of the runbook was written by another version of this program. What this one does not know of it is left out."
	return c, ""
}

// warnings says to somebody who only reads what is not as it should be.
func (c copied) warnings() []string {
	switch {
	case c.fault != "":
		return []string{c.problem() + ". None of it is used: what stands in the record is shown, without the runbook's words. " +
			"wsc-respond verify checks the rest."}
	case c.remark != "":
		return []string{c.remark}
	}
	return nil
}

// problem is the fault as a sentence without its full stop.
func (c copied) problem() string { return "The session's copy of the runbook " + c.fault }

// replaced is a copy that can be worked with, and the words of why another
// runbook stands in for the session's own; they are empty if none does.
type replaced struct {
	copied
	why string
}

// replace finds a runbook to go on with: the session's own copy, or where that
// cannot be used the one at path, by default the embedded one.
func (c copied) replace(path string) (replaced, error) {
	if c.fault == "" {
		if path != "" {
			c.remark = "The session's own copy of the runbook is whole and is used; --runbook is for when it is not. " + c.remark
		}
		return replaced{copied: c}, nil
	}
	l, err := loadRunbook(path, "")
	if err != nil {
		return replaced{}, err
	}
	name := "the embedded runbook"
	if path != "" {
		name = "the runbook " + path
	}
	why := fmt.Sprintf("%s; going on with %s (%s)", c.problem(), name, titleOf(l.runbook))
	for _, source := range l.runbook.Sources {
		if path != "" && !source.Overlay {
			why += fmt.Sprintf(", %s with SHA-256 %s", source.File, source.SHA256)
		}
	}
	c.runbook = l.runbook
	return replaced{copied: c, why: why}, nil
}

func titleOf(rb *steps.Runbook) string {
	title := orNone(rb.Document.Title)
	if rb.Document.Version != "" {
		title += ", version " + rb.Document.Version
	}
	return title
}

// say tells a responder which runbook it is, and which incident types of the
// session that one does not have.
func (r replaced) say(types []string) []string {
	if r.why == "" {
		return r.warnings()
	}
	said := []string{r.why + ". Steps that it does not have are not shown; the record keeps them."}
	for _, id := range types {
		if _, ok := r.runbook.Incident(id); !ok {
			said = append(said, fmt.Sprintf("This runbook has no incident type %s, so it has no steps for it. Leave, and resume with --runbook PATH, "+
				"or classify the incident anew.", id))
		}
	}
	return said
}

// recordReplaced puts into the record why another runbook is followed. It is
// the console that says so, not the person.
func (s *sitting) recordReplaced(ctx context.Context, r replaced) error {
	s.warnings = append(s.warnings, r.say(s.state.Types)...)
	if r.why == "" {
		return nil
	}
	person := s.By().Source
	s.SetSource(session.FromConsole)
	defer s.SetSource(person)
	more, err := s.Note(ctx, session.Observation, r.why+".", "", time.Time{})
	s.follow(more)
	return err
}
