package evidence

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"strings"

	"golang.org/x/sys/unix"

	"wsc-respond/session"
)

// The permissions of everything in a session folder. They are set on the open
// file, so the umask of whoever runs the console neither widens nor narrows
// them.
const (
	FileMode fs.FileMode = 0o600
	DirMode  fs.FileMode = 0o700
)

// ErrNotRegular says that a name leads to something that is no regular file:
// a symbolic link, a folder, a device.
var ErrNotRegular = errors.New("not a regular file")

// Create makes a new file below root, open for writing. It never writes over
// a file and never follows a symbolic link: if anything has the name, the
// error is fs.ErrExist.
func Create(root *os.Root, name string) (*os.File, error) {
	if err := realDirs(root, path.Dir(name)); err != nil {
		return nil, err
	}
	f, err := root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL|unix.O_NOFOLLOW, FileMode)
	if err != nil {
		return nil, fmt.Errorf("make the file %s: %w", name, err)
	}
	if err := f.Chmod(FileMode); err != nil {
		return nil, errors.Join(fmt.Errorf("protect the file %s: %w", name, err), f.Close())
	}
	return f, nil
}

// MakeDir makes a folder below root that only its owner can enter, unless it
// is there already, and makes its name durable. A symbolic link in its place is an error.
func MakeDir(root *os.Root, name string) error {
	err := root.Mkdir(name, DirMode)
	if err == nil {
		err = SyncDir(root, path.Dir(name))
	}
	if err != nil && !errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("make the folder %s: %w", name, err)
	}
	if err := realDirs(root, name); err != nil {
		return err
	}
	if err := root.Chmod(name, DirMode); err != nil {
		return fmt.Errorf("protect the folder %s: %w", name, err)
	}
	return nil
}

// Open opens a regular file below root for reading. No part of the name may
// be a symbolic link.
func Open(root *os.Root, name string) (*os.File, error) {
	if err := realDirs(root, path.Dir(name)); err != nil {
		return nil, err
	}
	seen, err := root.Lstat(name)
	if err != nil {
		return nil, fmt.Errorf("look for the file %s: %w", name, err)
	}
	if !seen.Mode().IsRegular() {
		return nil, fmt.Errorf("open %s: %w", name, ErrNotRegular)
	}
	f, err := root.OpenFile(name, os.O_RDONLY|unix.O_NONBLOCK, 0)
	if err != nil {
		return nil, fmt.Errorf("open the file %s: %w", name, err)
	}
	// os.Root follows links that stay inside the root. What was opened must
	// be what was looked at, also if somebody exchanged it in between.
	opened, err := f.Stat()
	if err != nil || !os.SameFile(seen, opened) {
		return nil, errors.Join(fmt.Errorf("open %s: %w", name, ErrNotRegular), err, f.Close())
	}
	return f, nil
}

// Sync makes the content of a file below root durable that somebody else
// wrote.
func Sync(root *os.Root, name string) error {
	f, err := Open(root, name)
	if err != nil {
		return err
	}
	return syncClose(f)
}

// Digest returns the SHA-256 and the size of a file below root.
func Digest(root *os.Root, name string) (sum string, size int64, err error) {
	found, err := Inspect(root, name, nil, 0)
	return found.SHA256, found.Size, err
}

// Inspected is what a look into a file tells.
type Inspected struct {
	SHA256 string
	Size   int64
	// Searched says whether the file was searched; Secrets is what would have
	// been taken out of it, by kind.
	Searched bool
	Secrets  []session.RedactCount
}

// Inspect reads a file below root that somebody else wrote, and changes
// nothing. It is searched for secrets, the literals included, if it has at most
// limit bytes.
func Inspect(root *os.Root, name string, literals []string, limit int64) (Inspected, error) {
	f, err := Open(root, name)
	if err != nil {
		return Inspected{}, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return Inspected{}, fmt.Errorf("look at %s: %w", name, err)
	}
	found := Inspected{Searched: info.Size() <= limit}
	scrub := NewScrubber(io.Discard, literals)
	sum := newCounter(io.Discard)
	if found.Searched {
		sum.w = scrub
	}
	if _, err := io.Copy(sum, f); err != nil {
		return Inspected{}, fmt.Errorf("read %s: %w", name, err)
	}
	_ = scrub.Close() // what is behind it never fails
	found.SHA256, found.Size, found.Secrets = sum.hex(), sum.n, Counts(scrub)
	return found, nil
}

// SyncDir makes the names in a folder below root durable. Without it a file
// that was made or renamed can be gone after a power cut.
func SyncDir(root *os.Root, name string) error {
	d, err := root.Open(name)
	if err != nil {
		return fmt.Errorf("open the folder %s: %w", name, err)
	}
	return errors.Join(d.Sync(), d.Close())
}

// realDirs reports an error unless every part of a folder's name is a folder
// and not a symbolic link to one.
func realDirs(root *os.Root, dir string) error {
	parts := strings.Split(path.Clean(dir), "/")
	for i := range parts {
		name := path.Join(parts[:i+1]...)
		if name == "." {
			continue
		}
		info, err := root.Lstat(name)
		if err != nil {
			return fmt.Errorf("look for the folder %s: %w", name, err)
		}
		if !info.IsDir() {
			return fmt.Errorf("use the folder %s: %w", name, unix.ENOTDIR)
		}
	}
	return nil
}
