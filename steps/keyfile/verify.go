package keyfile

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// State is what became of a file since the manifest.
type State string

// The states of a file.
const (
	StateUnchanged   State = "unchanged"
	StateChanged     State = "changed"      // its content
	StateModeChanged State = "mode_changed" // or its owner; the content is the same
	StateMissing     State = "missing"
	StateAdded       State = "added"
	StateUnreadable  State = "unreadable"
)

// Verified is what became of the files of a manifest.
type Verified struct {
	OK       bool           `json:"ok"`      // there is no problem
	Matched  int            `json:"matched"` // files with the content that the manifest says
	Problems []Problem      `json:"problems"`
	Files    []VerifiedFile `json:"files"`
}

// VerifiedFile is one file of a manifest, or one that is new.
type VerifiedFile struct {
	Path  string `json:"path"`
	State State  `json:"state"`
}

// Verify compares a folder with the manifest. New key files are found only
// with a manifest of NewManifest: a list that somebody else wrote does not say
// that it lists every key. A manifest that matches no file is never a success.
// The error says that the folder itself cannot be read.
func (m Manifest) Verify(fsys fs.FS, dir string, o Options) (Verified, error) {
	info, err := fs.Stat(fsys, dir)
	if err == nil && !info.IsDir() {
		err = errors.New("it is no folder")
	}
	if err != nil {
		return Verified{}, fmt.Errorf("verify the keys in %s: %w", dir, err)
	}
	v := Verified{Problems: append([]Problem{}, m.Problems...), Files: []VerifiedFile{}}
	for _, file := range m.Files {
		v.compare(fsys, dir, file, o)
	}
	if m.Format != 0 {
		if err := v.findAdded(fsys, dir, m, o); err != nil {
			return Verified{}, err
		}
	}
	slices.SortFunc(v.Files, func(a, b VerifiedFile) int { return strings.Compare(a.Path, b.Path) })
	switch {
	case len(m.Files) == 0:
		v.report(NothingMatched, "", "nothing matched: the manifest names no file, so nothing was compared")
	case v.Matched == 0:
		v.report(NothingMatched, "", "nothing matched: no file is what the manifest says; see that this is the folder it was made of")
	}
	v.OK = len(v.Problems) == 0
	return v, nil
}

func (v *Verified) report(kind ProblemKind, file, format string, args ...any) {
	v.Problems = append(v.Problems, Problem{Kind: kind, Detail: fmt.Sprintf(format, args...), File: file})
}

func (v *Verified) add(file string, state State) {
	v.Files = append(v.Files, VerifiedFile{Path: file, State: state})
}

// compare looks at one file of the manifest.
func (v *Verified) compare(fsys fs.FS, dir string, was Recorded, o Options) {
	is, err := now(fsys, path.Join(dir, was.Name), was.Mode == "", o)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		v.add(was.Name, StateMissing)
		v.report(Missing, was.Name, "it is gone: find out who took it and where it is now")
		return
	case errors.Is(err, errNotRegular):
		v.add(was.Name, StateChanged)
		v.report(Changed, was.Name, "it is no regular file any more: find out who exchanged it")
		return
	case err != nil:
		v.add(was.Name, StateUnreadable)
		v.report(Unreadable, was.Name, "it could not be read (%v): nothing is known of it", cause(err))
		return
	}
	state := StateUnchanged
	if is.SHA256 == was.SHA256 {
		v.Matched++
	} else {
		state = StateChanged
		v.report(Changed, was.Name, "its content changed: compare it with a copy that you trust, and find out who changed it")
	}
	if v.compareReach(was, is) && state == StateUnchanged {
		state = StateModeChanged
	}
	v.add(was.Name, state)
}

// compareReach reports whether other people reach the file than did.
func (v *Verified) compareReach(was, is Recorded) (changed bool) {
	if was.Mode != "" && was.Mode != is.Mode {
		v.report(ModeChanged, was.Name, "its mode was %s and is %s: find out who changed it, and set it back", was.Mode, is.Mode)
		changed = true
	}
	if was.Owner != "" && is.Owner != "" && was.Owner != is.Owner {
		v.report(ModeChanged, was.Name, "it belonged to %s and belongs to %s: find out who changed that", was.Owner, is.Owner)
		changed = true
	}
	return changed
}

// errNotRegular says that something else stands in the place of a file.
var errNotRegular = errors.New("it is no regular file")

// now is what a file is at present. Links are followed for lists of sha256sum,
// which does the same; manifests have none.
func now(fsys fs.FS, name string, follow bool, o Options) (Recorded, error) {
	look := fs.Lstat
	if follow {
		look = fs.Stat
	}
	info, err := look(fsys, name)
	if err != nil {
		return Recorded{}, err
	}
	if !info.Mode().IsRegular() {
		return Recorded{}, errNotRegular
	}
	return record(fsys, name, o)
}

// findAdded looks for key files that the manifest does not name, and for what
// hides them.
func (v *Verified) findAdded(fsys fs.FS, dir string, m Manifest, o Options) error {
	found, err := Check(fsys, dir, o)
	if err != nil {
		return err
	}
	known := make(map[string]bool, len(m.Files))
	for _, file := range m.Files {
		known[file.Name] = true
	}
	for _, file := range found {
		name := below(dir, file.Path)
		switch {
		case known[name]:
		case slices.ContainsFunc(file.Problems, isUnreadable):
			v.add(name, StateUnreadable)
			v.report(Unreadable, name, "it could not be read, and the manifest does not name it: a new key may be there")
		case file.recordable():
			v.add(name, StateAdded)
			v.report(Added, name, "it is new (%s): find out who made it and what for", file.Kind.Words())
		}
	}
	return nil
}
