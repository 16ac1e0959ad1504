package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/adrg/xdg"

	"wsc-respond/session/journal"
)

// sessionsDir is the folder that holds the session folders.
func (p *program) sessionsDir() (string, error) {
	dir := p.stateDir
	if dir == "" {
		if !hasHome("XDG_STATE_HOME") {
			return "", unreadable(errors.New("HOME is not set, so there is no folder for sessions"), "--dir DIR names one; or set HOME")
		}
		dir = filepath.Join(xdg.StateHome, "wsc-respond")
	}
	abs, err := filepath.Abs(dir)
	if err != nil {
		return "", fmt.Errorf("find the sessions' folder %s: %w", dir, err)
	}
	return abs, nil
}

// defaultOverlay is where the integrator's own folder lies unless --overlay
// names another; it is empty for an account without a home.
func defaultOverlay() string {
	if !hasHome("XDG_CONFIG_HOME") {
		return ""
	}
	return filepath.Join(xdg.ConfigHome, "wsc-respond", "runbook")
}

// hasHome reports whether an XDG variable, or HOME in its place, names a
// folder. Relative paths in them are invalid by the XDG Base Directory
// Specification, and would put sessions wherever the console was started.
func hasHome(variable string) bool {
	return filepath.IsAbs(os.Getenv(variable)) || filepath.IsAbs(os.Getenv("HOME"))
}

// findSession finds a session's folder by what a person would call it: its
// path, its name, its code name or the beginning of either. Without a name it
// is the only open one.
func (p *program) findSession(name string) (string, error) {
	if strings.ContainsRune(name, filepath.Separator) || isSessionFolder(name) {
		return name, nil
	}
	dir, err := p.sessionsDir()
	if err != nil {
		return "", err
	}
	all, err := journal.List(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", unreadable(fmt.Errorf("look for sessions in %s: %w", dir, err), "--dir names another folder")
	}
	if name == "" {
		return onlyOpen(all, dir)
	}
	return match(all, name, dir)
}

// findToRead is findSession for those who only read: without a name it is the
// open session, or else the one that was written to last, which is said.
func (p *program) findToRead(name string) (string, error) {
	folder, err := p.findSession(name)
	if err == nil || name != "" {
		return folder, err
	}
	dir, dirErr := p.sessionsDir()
	if dirErr != nil {
		return "", dirErr
	}
	all, listErr := journal.List(dir)
	if listErr != nil || len(all) == 0 || !onlyClosed(all) {
		return "", err
	}
	p.note("no session is open; this is the latest one, %s", all[0].Name)
	return all[0].Dir, nil
}

func onlyClosed(all []journal.Summary) bool {
	for _, s := range all {
		if s.Status != journal.StatusClosed {
			return false
		}
	}
	return true
}

func isSessionFolder(path string) bool {
	if path == "" {
		return false
	}
	info, err := os.Stat(filepath.Join(path, journal.FileName))
	return err == nil && info.Mode().IsRegular()
}

func onlyOpen(all []journal.Summary, dir string) (string, error) {
	var open []journal.Summary
	for _, s := range all {
		if s.Status != journal.StatusClosed && s.Err == nil {
			open = append(open, s)
		}
	}
	switch len(open) {
	case 0:
		return "", unreadable(fmt.Errorf("there is no open session in %s", dir), "wsc-respond start opens one")
	case 1:
		return open[0].Dir, nil
	}
	return "", unreadable(fmt.Errorf("%d sessions are open: %s", len(open), names(open)), "name one of them")
}

// match finds the one session whose name fits best: exactly, by code name, or
// by how either begins.
func match(all []journal.Summary, name, dir string) (string, error) {
	fits := []func(journal.Summary) bool{
		func(s journal.Summary) bool { return s.Name == name },
		func(s journal.Summary) bool { return codeNameOf(s.Name) == name },
		func(s journal.Summary) bool {
			return strings.HasPrefix(s.Name, name) || strings.HasPrefix(codeNameOf(s.Name), name)
		},
	}
	for _, fit := range fits {
		var found []journal.Summary
		for _, s := range all {
			if fit(s) {
				found = append(found, s)
			}
		}
		if len(found) == 1 {
			return found[0].Dir, nil
		}
		if len(found) > 1 {
			return "", unreadable(fmt.Errorf("%q fits %d sessions: %s", name, len(found), names(found)), "write more of the name")
		}
	}
	return "", unreadable(fmt.Errorf("there is no session %q in %s", name, dir), "wsc-respond sessions lists them; a path works as well")
}

// codeNameOf is what follows the date in a session's name.
func codeNameOf(name string) string {
	const date = len("2006-01-02-")
	if len(name) <= date {
		return name
	}
	return name[date:]
}

func names(all []journal.Summary) string {
	var list []string
	for _, s := range all {
		list = append(list, s.Name)
	}
	return strings.Join(list, ", ")
}
