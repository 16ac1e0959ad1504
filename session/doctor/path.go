package doctor

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
)

// usualPath is where commands look when PATH names no folder: what the runner
// gives them then.
const usualPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

// path takes the folders of PATH that count, and tells of those that should
// not be there.
func (e *examination) path() {
	for _, dir := range filepath.SplitList(e.given.Path) {
		switch {
		case !filepath.IsAbs(dir):
			e.problem(RelativePath, fmt.Sprintf("PATH has the entry %q, which means another folder each time; commands of the runbook do not look there, your own shell does. Take it out.", dir))
		case !slices.Contains(e.dirs, dir):
			e.dirs = append(e.dirs, dir)
			e.open(dir)
		}
	}
	if len(e.dirs) == 0 {
		e.note(NoPath, "PATH names no folder. Commands get the usual ones: "+usualPath)
		e.dirs = filepath.SplitList(usualPath)
	}
}

// open tells of a folder on PATH that is open to everybody.
func (e *examination) open(dir string) {
	if info, err := e.Stat(dir); err == nil && info.IsDir() && everybodyWrites(info) {
		e.problem(OpenPath, fmt.Sprintf("everybody on this machine may put programs into %s, which is on PATH. chmod o-w %s, or take it out.", dir, dir))
	}
}

func everybodyWrites(info fs.FileInfo) bool { return info.Mode().Perm()&0o002 != 0 }

// errNotExecutable says that only a file was found that this user may not run.
var errNotExecutable = errors.New("not executable")

// find looks for a program as a shell does. With errNotExecutable the path is
// that of the file that is in the way.
func (e *examination) find(name string) (string, error) {
	if filepath.IsAbs(name) {
		return name, e.isProgram(name)
	}
	blocked := ""
	for _, dir := range e.dirs {
		path := filepath.Join(dir, name)
		err := e.isProgram(path)
		if err == nil {
			return path, nil
		}
		if errors.Is(err, errNotExecutable) && blocked == "" {
			blocked = path
		}
	}
	if blocked != "" {
		return blocked, errNotExecutable
	}
	return "", fs.ErrNotExist
}

func (e *examination) isProgram(path string) error {
	info, err := e.Stat(path)
	switch {
	case err != nil:
		return fs.ErrNotExist
	case !info.Mode().IsRegular():
		return fs.ErrNotExist
	case !e.MayExecute(path):
		return errNotExecutable
	}
	return nil
}

// exposed says who else could exchange a program: the file, the folder it was
// found in, and those that a link leads to, are looked at.
func (e *examination) exposed(path string) []Problem {
	places := []string{path, filepath.Dir(path)}
	if real, err := e.Resolve(path); err == nil && real != path {
		places = append(places, filepath.Dir(real))
	}
	var found []Problem
	for _, place := range slices.Compact(places) {
		if info, err := e.Stat(place); err == nil && everybodyWrites(info) {
			found = append(found, Problem{WorldWritable, fmt.Sprintf("everybody on this machine may change %s. chmod o-w %s, and make sure that this is the program it should be.", place, place)})
		}
	}
	return found
}
