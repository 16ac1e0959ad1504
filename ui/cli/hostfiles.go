package cli

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

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

// readHostFile reads a file that a person named, whole. One that is longer
// than limit, in bytes, is refused.
func readHostFile(path string, limit int64) ([]byte, error) {
	tree, name, closeTree, err := openTree(path)
	if err != nil {
		return nil, err
	}
	defer closeTree()
	file, err := tree.Open(name)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	defer file.Close()
	data, err := io.ReadAll(io.LimitReader(file, limit+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("%s: %w", path, err)
	case int64(len(data)) > limit:
		return nil, fmt.Errorf("%s: it has more than %d bytes, and a file of this kind never has", path, limit)
	}
	return data, nil
}

// absolute is a path that leads to the same place from every folder. To take
// out a ".." is only right where no link stands before it.
func absolute(path string) (string, error) {
	if strings.Contains(path, "..") {
		real, err := filepath.EvalSymlinks(path)
		if err != nil {
			return "", err
		}
		path = real
	}
	return filepath.Abs(path)
}

// absoluteName is as absolute, and leaves a link as which the path ends a
// link: what is moved is what stands at the name.
func absoluteName(path string) (string, error) {
	dir, name := filepath.Split(path)
	if name == "" || name == "." || name == ".." {
		return absolute(path)
	}
	dir, err := absolute(cmp.Or(dir, "."))
	return filepath.Join(dir, name), err
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
