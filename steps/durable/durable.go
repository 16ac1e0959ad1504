// Package durable changes files so that an error, a full disk or a crash
// leaves the old file or the new one, and never half of one.
//
// Its rules: a file is written under a name that was not there before, synced,
// and only then given its place; a move never overwrites; a folder is synced
// after each change of its names; after a failed write nothing more is written
// to a list. Links are never followed to the file itself.
//
// What is done to the disk goes through Folder and File, so that tests can let
// any single act fail.
package durable

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"golang.org/x/sys/unix"
)

// ErrOtherDisk says that a file cannot be moved because the two folders lie on
// different file systems.
var ErrOtherDisk = errors.New("the folders lie on different file systems")

// File is an open file of a Folder.
type File interface {
	io.Reader
	io.ReaderAt
	io.Writer
	Stat() (fs.FileInfo, error)
	Chmod(mode fs.FileMode) error
	Chown(uid, gid int) error
	Sync() error
	Close() error
}

// Folder is a folder of the host in which files are changed. Names are single
// names within it; "." is the folder itself. It stays the same folder when
// somebody puts another in its place.
//
// Only OpenFolder makes one; tests embed it in a type of their own.
type Folder interface {
	// Open is as os.OpenFile.
	Open(name string, flag int, mode fs.FileMode) (File, error)
	// Lstat describes what stands at a name, a link as a link.
	Lstat(name string) (fs.FileInfo, error)
	// Move moves a file into another folder. It fails with fs.ErrExist where
	// the new name is taken, and with ErrOtherDisk.
	Move(name string, to Folder, as string) error
	// Replace renames a file over another of the same folder.
	Replace(name, over string) error
	// Remove removes a file.
	Remove(name string) error
	// Sync makes the names in the folder durable.
	Sync() error
	Close() error

	descriptor() *os.File
}

// OpenFolder opens a folder of the host. A link to a folder is followed.
func OpenFolder(path string) (Folder, error) {
	root, err := os.OpenRoot(path)
	if err != nil {
		return nil, err
	}
	dir, err := root.Open(".")
	if err != nil {
		return nil, errors.Join(err, root.Close())
	}
	return hostFolder{root, dir}, nil
}

// hostFolder is a folder by its handles.
type hostFolder struct {
	root *os.Root
	dir  *os.File
}

func (f hostFolder) Open(name string, flag int, mode fs.FileMode) (File, error) {
	file, err := f.root.OpenFile(name, flag, mode)
	if err != nil {
		return nil, err // not a nil *os.File in an interface
	}
	return file, nil
}

func (f hostFolder) Lstat(name string) (fs.FileInfo, error) { return f.root.Lstat(name) }
func (f hostFolder) Replace(name, over string) error        { return f.root.Rename(name, over) }
func (f hostFolder) Remove(name string) error               { return f.root.Remove(name) }
func (f hostFolder) Close() error                           { return errors.Join(f.dir.Close(), f.root.Close()) }
func (f hostFolder) descriptor() *os.File                   { return f.dir }

// Sync takes a file system that cannot sync folders for one that needs not.
func (f hostFolder) Sync() error {
	if err := f.dir.Sync(); err != nil && !errors.Is(err, unix.EINVAL) {
		return err
	}
	return nil
}

// Move uses renameat2 with RENAME_NOREPLACE. Where the file system does not
// have it, a link and a removal do the same, with a moment in which the file
// has both names.
func (f hostFolder) Move(name string, to Folder, as string) error {
	err := between(f.dir, to.descriptor(), func(from, to int) error {
		err := unix.Renameat2(from, name, to, as, unix.RENAME_NOREPLACE)
		if errors.Is(err, unix.EINVAL) || errors.Is(err, unix.ENOSYS) {
			return linkOver(from, name, to, as)
		}
		return err
	})
	if errors.Is(err, unix.EXDEV) {
		return ErrOtherDisk
	}
	if err != nil {
		return &os.LinkError{Op: "move", Old: name, New: as, Err: err}
	}
	return nil
}

func linkOver(from int, name string, to int, as string) error {
	if err := unix.Linkat(from, name, to, as, 0); err != nil {
		return err
	}
	if err := unix.Unlinkat(from, name, 0); err != nil {
		return errors.Join(err, unix.Unlinkat(to, as, 0))
	}
	return nil
}

// between calls do with the descriptors of two folders, which stay open
// meanwhile.
func between(a, b *os.File, do func(a, b int) error) error {
	rawA, err := a.SyscallConn()
	if err != nil {
		return err
	}
	rawB, err := b.SyscallConn()
	if err != nil {
		return err
	}
	var done error
	err = rawA.Control(func(fdA uintptr) {
		if inner := rawB.Control(func(fdB uintptr) { done = do(int(fdA), int(fdB)) }); inner != nil {
			done = inner
		}
	})
	return errors.Join(err, done)
}

// ErrNotRegular says that a name is no regular file: a link, a folder, a pipe
// or a device.
var ErrNotRegular = errors.New("it is no regular file")

// OpenRegular opens a regular file for reading, never through a link, and
// describes it. It does not wait for pipes, and leaves the time of the last
// access as it is where the system lets it.
func OpenRegular(f Folder, name string) (File, fs.FileInfo, error) {
	before, err := f.Lstat(name)
	if err != nil {
		return nil, nil, err
	}
	if err := regular(before); err != nil {
		return nil, nil, err
	}
	const careful = os.O_RDONLY | unix.O_NONBLOCK | unix.O_NOCTTY | unix.O_NOFOLLOW
	file, err := f.Open(name, careful|unix.O_NOATIME, 0)
	if errors.Is(err, unix.EPERM) {
		file, err = f.Open(name, careful, 0)
	}
	if err != nil {
		return nil, nil, err
	}
	info, err := file.Stat()
	if err == nil && !os.SameFile(before, info) {
		err = errors.New("another file took its place while it was opened")
	}
	if err != nil {
		return nil, nil, errors.Join(err, file.Close())
	}
	return file, info, nil
}

func regular(info fs.FileInfo) error {
	switch {
	case info.Mode().IsRegular():
		return nil
	case info.Mode().Type() == fs.ModeSymlink:
		return fmt.Errorf("%w but a link; name the file that it leads to", ErrNotRegular)
	case info.IsDir():
		return fmt.Errorf("%w but a folder", ErrNotRegular)
	}
	return ErrNotRegular
}

// Create makes a file that was not there before, for its owner alone.
func Create(f Folder, name string) (File, error) {
	return f.Open(name, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
}

// Same reports whether what stands at a name still is the file described
// before, unchanged as far as its size and its times tell.
func Same(f Folder, name string, before fs.FileInfo) (bool, error) {
	now, err := f.Lstat(name)
	if err != nil {
		return false, err
	}
	return os.SameFile(before, now) && Unchanged(before, now), nil
}

// Unchanged reports whether two descriptions of one file tell of no change of
// its content in between.
func Unchanged(before, now fs.FileInfo) bool {
	return before.Size() == now.Size() && before.ModTime().Equal(now.ModTime())
}
