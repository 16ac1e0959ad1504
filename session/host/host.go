// Package host answers what a session asks of the machine it runs on: what
// stands at a path, what time it is on the clocks that the record keeps, and
// who is logged in from where. It looks and changes nothing.
package host

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"wsc-respond/session"
)

// Machine implements session.Host on the real file system.
type Machine struct{}

// Look says what stands at path, links followed, as the gate shows it:
// "-rw------- build 65 B". The error says in plain words why there is nothing
// to say.
//
// A path that does not answer, on a network file system whose server is gone
// for example, is given up after a few seconds: nobody else may wait for it.
func (Machine) Look(path string) (session.Seen, error) {
	info, err := statInTime(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return session.Seen{}, fmt.Errorf("%s: there is no such file or folder", path)
	case errors.Is(err, fs.ErrPermission):
		return session.Seen{}, fmt.Errorf("%s: this user may not look there", path)
	case err != nil:
		return session.Seen{}, fmt.Errorf("look at %s: %w", path, err)
	}
	words := info.Mode().String() + " " + owner(info)
	if info.Mode().IsRegular() {
		words += " " + size(info.Size())
	}
	return session.Seen{
		Dir:   info.IsDir(),
		Mode:  fmt.Sprintf("%04o", info.Mode().Perm()),
		Words: words,
	}, nil
}

// patience is how long a path may take to answer.
const patience = 3 * time.Second

var errNoAnswer = errors.New("it does not answer")

// statInTime leaves a stat that hangs to itself: nothing can end it.
func statInTime(path string) (fs.FileInfo, error) {
	type answer struct {
		info fs.FileInfo
		err  error
	}
	answers := make(chan answer, 1)
	go func() {
		info, err := os.Stat(path)
		answers <- answer{info, err}
	}()
	select {
	case a := <-answers:
		return a.info, a.err
	case <-time.After(patience):
		return nil, errNoAnswer
	}
}

// Abs makes a path absolute against dir; a leading ~ is this user's home.
func (Machine) Abs(dir, path string) (string, error) {
	if path == "~" || strings.HasPrefix(path, "~/") {
		home, err := os.UserHomeDir()
		if err != nil {
			return "", fmt.Errorf("%s: this user has no home folder", path)
		}
		path = filepath.Join(home, strings.TrimPrefix(path, "~"))
	}
	if filepath.IsAbs(path) {
		return filepath.Clean(path), nil
	}
	if dir == "" {
		return "", fmt.Errorf("%s: an absolute path is needed", path)
	}
	return filepath.Join(dir, path), nil
}

// owner is the name of a file's owner, or the number if it has no name.
func owner(info fs.FileInfo) string {
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return "?"
	}
	id := strconv.FormatUint(uint64(stat.Uid), 10)
	if u, err := user.LookupId(id); err == nil {
		return u.Username
	}
	return id
}

func size(n int64) string {
	const unit = 1024
	switch {
	case n < unit:
		return fmt.Sprintf("%d B", n)
	case n < unit*unit:
		return fmt.Sprintf("%.1f KiB", float64(n)/unit)
	case n < unit*unit*unit:
		return fmt.Sprintf("%.1f MiB", float64(n)/unit/unit)
	}
	return fmt.Sprintf("%.1f GiB", float64(n)/unit/unit/unit)
}
