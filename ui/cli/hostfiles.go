package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"
)

// errSpecial says that a name is a pipe, a socket or a device. Those are never
// opened: to open a pipe waits for whoever writes it, and to open a device can
// do anything.
var errSpecial = errors.New("it is no regular file and no folder, so it is not opened")

// openTree opens what a person named, a folder or a file, to be read. The tree
// is the folder, or the one that the file lies in, and name is the place in
// it: "." for a folder. A link that was named itself is followed; links in the
// tree are followed within the tree only.
//
// The tree implements fs.ReadLinkFS and fs.StatFS, its folders fs.ReadDirFile,
// and its files io.ReaderAt and io.Seeker. It takes names that are not UTF-8,
// as the host's file systems do. closeTree is to be called in the end; files
// that are open stay so.
func openTree(path string) (tree fs.FS, name string, closeTree func(), err error) {
	dir, name, err := locate(path)
	if err != nil {
		return nil, "", nil, err
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, "", nil, fmt.Errorf("open the folder %s: %w", dir, err)
	}
	return hostTree{root}, name, func() { _ = root.Close() }, nil // nothing was written
}

// locate says in which folder a path lies and under which name, with the links
// on the way resolved.
func locate(path string) (dir, name string, err error) {
	info, err := os.Stat(path)
	if err != nil {
		return "", "", err
	}
	if err := refuseSpecial("open", path, info); err != nil {
		return "", "", err
	}
	real, err := filepath.EvalSymlinks(path)
	if err != nil {
		return "", "", err
	}
	if info.IsDir() {
		return real, ".", nil
	}
	return filepath.Dir(real), filepath.Base(real), nil
}

// hostTree is a folder of the host, to be read. No name leads out of it.
type hostTree struct {
	root *os.Root
}

// Open opens a regular file or a folder. What stands there is looked at before
// the file is opened, and again when it is open, because somebody may exchange
// it in between.
func (t hostTree) Open(name string) (fs.File, error) {
	info, err := t.root.Stat(name)
	if err != nil {
		return nil, err
	}
	if err := refuseSpecial("open", name, info); err != nil {
		return nil, err
	}
	file, err := t.open(name)
	if err != nil {
		return nil, err
	}
	if info, err = file.Stat(); err == nil {
		err = refuseSpecial("open", name, info)
	}
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return file, nil
}

// open never waits and never takes a terminal over. The time of the last
// access can be evidence, so it is left as it is where the system lets us:
// in files of one's own, and everywhere for root.
func (t hostTree) open(name string) (*os.File, error) {
	const careful = os.O_RDONLY | unix.O_NONBLOCK | unix.O_NOCTTY
	file, err := t.root.OpenFile(name, careful|unix.O_NOATIME, 0)
	if errors.Is(err, unix.EPERM) {
		return t.root.OpenFile(name, careful, 0)
	}
	return file, err
}

// Stat describes what a name leads to, without opening it.
func (t hostTree) Stat(name string) (fs.FileInfo, error) { return t.root.Stat(name) }

// Lstat describes what stands at a name, a link as a link.
func (t hostTree) Lstat(name string) (fs.FileInfo, error) { return t.root.Lstat(name) }

// ReadLink says where a link leads.
func (t hostTree) ReadLink(name string) (string, error) { return t.root.Readlink(name) }

// refuseSpecial refuses what is neither a regular file nor a folder.
func refuseSpecial(op, name string, info fs.FileInfo) error {
	if info.Mode().IsRegular() || info.IsDir() {
		return nil
	}
	return &fs.PathError{Op: op, Path: name, Err: errSpecial}
}
