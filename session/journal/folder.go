package journal

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// folder is an open session folder. Files in it are reached through the open
// folder and not through its path, so that renaming the folder or swapping it
// for a link does not lead elsewhere.
type folder struct {
	path string // absolute, for people
	root *os.Root
}

const (
	folderMode = 0o700
	fileMode   = 0o600
)

// openFolder opens a session folder. The folder itself may not be a symbolic
// link; what stands above it may.
func openFolder(dir string) (*folder, error) {
	path, err := filepath.Abs(dir)
	if err != nil {
		return nil, fmt.Errorf("find the session folder %s: %w", dir, err)
	}
	parent, err := os.OpenRoot(filepath.Dir(path))
	if err != nil {
		return nil, fmt.Errorf("open the session folder %s: %w", path, err)
	}
	defer parent.Close()
	return openIn(parent, path)
}

// openIn opens the folder path below its open parent.
func openIn(parent *os.Root, path string) (*folder, error) {
	base := filepath.Base(path)
	named, err := parent.Lstat(base)
	if err != nil {
		return nil, fmt.Errorf("open the session folder %s: %w", path, err)
	}
	if !named.IsDir() {
		return nil, fmt.Errorf("open the session folder %s: it is %s, not a folder", path, fileType(named.Mode()))
	}
	root, err := parent.OpenRoot(base)
	if err != nil {
		return nil, fmt.Errorf("open the session folder %s: %w", path, err)
	}
	opened, err := root.Stat(".")
	if err == nil && !os.SameFile(named, opened) {
		err = errReplaced
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open the session folder %s: %w", path, err), root.Close())
	}
	return &folder{path: path, root: root}, nil
}

// createFolder makes a session folder that must not exist, and those above it
// that do not.
func createFolder(dir string) (*folder, error) {
	path, err := filepath.Abs(dir)
	if err != nil {
		return nil, fmt.Errorf("find the session folder %s: %w", dir, err)
	}
	if err := makeParents(filepath.Dir(path)); err != nil {
		return nil, fmt.Errorf("create the session folder %s: %w", path, err)
	}
	parent, err := os.OpenRoot(filepath.Dir(path))
	if err != nil {
		return nil, fmt.Errorf("create the session folder %s: %w", path, err)
	}
	defer parent.Close()
	if err := makeFolder(parent, filepath.Base(path)); err != nil {
		return nil, fmt.Errorf("create the session folder %s: %w", path, err)
	}
	return openIn(parent, path)
}

// makeFolder makes one folder that only its owner can use, whatever the
// umask, and makes its name durable.
func makeFolder(parent *os.Root, base string) error {
	if err := parent.Mkdir(base, folderMode); err != nil {
		return err
	}
	if err := parent.Chmod(base, folderMode); err != nil {
		return err
	}
	info, err := parent.Lstat(base)
	if err != nil {
		return err
	}
	if mode := info.Mode(); mode != fs.ModeDir|folderMode {
		return errors.Join(fmt.Errorf("its mode is %v, and this file system does not let it be %v; "+
			"others could read the session, choose another place", mode, fs.FileMode(folderMode)), parent.Remove(base))
	}
	return syncRoot(parent)
}

// makeParents makes the folders above a session folder.
func makeParents(path string) error {
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		return nil
	}
	above := filepath.Dir(path)
	if err := makeParents(above); err != nil {
		return err
	}
	root, err := os.OpenRoot(above)
	if err != nil {
		return err
	}
	defer root.Close()
	err = makeFolder(root, filepath.Base(path))
	if errors.Is(err, fs.ErrExist) { // somebody else was faster, or it is not a folder
		_, err = os.ReadDir(path)
	}
	return err
}

// pathOf is the path of a file in the folder, for people.
func (fo *folder) pathOf(name string) string { return filepath.Join(fo.path, name) }

func (fo *folder) close() error { return fo.root.Close() }

// errReplaced says that a name does not lead to the file that was opened.
var errReplaced = errors.New("it was replaced by another file in the meantime")

// open opens a file that exists, and that must be a regular one.
func (fo *folder) open(name string, flag int) (*os.File, error) {
	// Without O_NONBLOCK a named pipe in the place of the file would hang.
	f, err := fo.root.OpenFile(name, flag|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, err
	}
	if err := fo.isRegular(f, name); err != nil {
		return nil, errors.Join(fmt.Errorf("%s: %w", name, err), f.Close())
	}
	return f, nil
}

// isRegular checks that an open file is the regular file that stands in the
// folder under its name, and not what a symbolic link there leads to.
func (fo *folder) isRegular(f *os.File, name string) error {
	named, err := fo.root.Lstat(name)
	if err != nil {
		return err
	}
	if !named.Mode().IsRegular() {
		return fmt.Errorf("it is %s, not a regular file", fileType(named.Mode()))
	}
	opened, err := f.Stat()
	if err != nil {
		return err
	}
	if !os.SameFile(named, opened) {
		return errReplaced
	}
	return nil
}

// create makes a file that must not exist, for reading and appending. Neither
// it nor its name is durable yet.
func (fo *folder) create(name string) (*os.File, error) {
	f, err := fo.root.OpenFile(name, os.O_RDWR|os.O_APPEND|os.O_CREATE|os.O_EXCL, fileMode)
	if err != nil {
		return nil, err
	}
	err = f.Chmod(fileMode)
	if err == nil {
		var info fs.FileInfo
		if info, err = f.Stat(); err == nil && info.Mode() != fileMode {
			err = fmt.Errorf("its mode is %v and cannot be made %v", info.Mode(), fs.FileMode(fileMode))
		}
	}
	if err != nil {
		return nil, errors.Join(err, f.Close(), fo.root.Remove(name))
	}
	return f, nil
}

// unchanged checks that nobody else touched the session file since this
// writer last did.
func (fo *folder) unchanged(f *os.File, size int64) error {
	if err := fo.isRegular(f, FileName); err != nil {
		return fmt.Errorf("the file in the folder is not the one that is open: %w", err)
	}
	return hasSize(f, size)
}

// hasSize checks that a file is as long as it should be.
func hasSize(f *os.File, size int64) error {
	info, err := f.Stat()
	if err != nil {
		return err
	}
	if info.Size() != size {
		return fmt.Errorf("the file has %d bytes and should have %d: another program has changed it, or the disk did not keep what was written", info.Size(), size)
	}
	return nil
}

// sync makes the names in the folder durable.
func (fo *folder) sync() error { return syncRoot(fo.root) }

func syncRoot(root *os.Root) error {
	dir, err := root.Open(".")
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}

// discard takes back a folder that could not be finished, as far as it goes:
// a folder that somebody else has already put something into stays.
func (fo *folder) discard(names ...string) {
	for _, name := range names {
		_ = fo.root.Remove(name)
	}
	_ = fo.close()
	_ = os.Remove(fo.path)
}

// fileType says what stands in a place where something else should.
func fileType(mode fs.FileMode) string {
	switch {
	case mode.IsRegular():
		return "a regular file"
	case mode.IsDir():
		return "a folder"
	case mode&fs.ModeSymlink != 0:
		return "a symbolic link"
	case mode&fs.ModeNamedPipe != 0:
		return "a named pipe"
	}
	return "a special file"
}
