package cli

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// scanTree is a folder of the host, to be scanned: a tree for wasmsig.Scan that
// asks the system as little as can be. A file costs four calls: open, stat,
// read, close. Its names are those of its own entries, without a slash, and no
// link is followed; so no name leads out of it.
//
// What was exchanged for a pipe or a device after the folder was read is
// opened without waiting and without taking a terminal over, and then refused
// by the scan.
type scanTree struct {
	fd int
}

// openScanTree opens a folder; a link to one that was named itself is
// followed.
func openScanTree(path string) (*scanTree, error) {
	return (&scanTree{fd: unix.AT_FDCWD}).folder(path, unix.O_DIRECTORY)
}

// openat opens a name to be read. The time of the last access can be evidence,
// so it is left as it is where the system lets us: in files of one's own, and
// everywhere for root.
func (t *scanTree) openat(name string, flags int) (int, error) {
	flags |= unix.O_RDONLY | unix.O_NONBLOCK | unix.O_NOCTTY | unix.O_CLOEXEC
	fd, err := again(func() (int, error) { return unix.Openat(t.fd, name, flags|unix.O_NOATIME, 0) })
	if errors.Is(err, unix.EPERM) {
		fd, err = again(func() (int, error) { return unix.Openat(t.fd, name, flags, 0) })
	}
	return fd, err
}

func (t *scanTree) folder(name string, flags int) (*scanTree, error) {
	fd, err := t.openat(name, flags)
	if err != nil {
		return nil, &fs.PathError{Op: "open", Path: name, Err: err}
	}
	return &scanTree{fd: fd}, nil
}

// Open opens an entry, or the folder itself as ".".
func (t *scanTree) Open(name string) (fs.File, error) {
	flags := unix.O_NOFOLLOW
	if name == "." {
		flags |= unix.O_DIRECTORY
	}
	fd, err := t.openat(name, flags)
	if err != nil {
		return nil, &fs.PathError{Op: "open", Path: name, Err: err}
	}
	if name == "." {
		// Some file systems do not say what an entry is; os then asks for it
		// by a path that begins with the name given here.
		return os.NewFile(uintptr(fd), fmt.Sprintf("/proc/self/fd/%d", fd)), nil
	}
	return &scanFile{fd: fd, name: name}, nil
}

// Sub opens a folder in this one as a tree of its own, to be closed.
func (t *scanTree) Sub(name string) (fs.FS, error) {
	return t.folder(name, unix.O_DIRECTORY|unix.O_NOFOLLOW)
}

// Close closes the folder. Files that are open stay so.
func (t *scanTree) Close() error { return unix.Close(t.fd) }

// scanFile is an open file. os.File would ask the system whether it can be
// waited for, which is never so for what is scanned.
type scanFile struct {
	fd   int
	name string
}

func (f *scanFile) Stat() (fs.FileInfo, error) {
	info := &scanInfo{name: f.name}
	_, err := again(func() (int, error) { return 0, unix.Fstat(f.fd, &info.stat) })
	return info, err
}

func (f *scanFile) Read([]byte) (int, error) { return 0, errors.ErrUnsupported }

func (f *scanFile) Close() error { return unix.Close(f.fd) }

func (f *scanFile) ReadAt(into []byte, at int64) (int, error) {
	got := 0
	for got < len(into) {
		n, err := again(func() (int, error) { return unix.Pread(f.fd, into[got:], at+int64(got)) })
		if err != nil {
			return got, err
		}
		if n == 0 {
			return got, io.EOF
		}
		got += n
	}
	return got, nil
}

// again repeats a call that a signal interrupted.
func again(call func() (int, error)) (int, error) {
	for {
		n, err := call()
		if !errors.Is(err, unix.EINTR) {
			return n, err
		}
	}
}

// scanInfo is what the system says of an open file.
type scanInfo struct {
	name string
	stat unix.Stat_t
}

func (i *scanInfo) Name() string       { return i.name }
func (i *scanInfo) Size() int64        { return i.stat.Size }
func (i *scanInfo) ModTime() time.Time { return time.Unix(i.stat.Mtim.Unix()) }
func (i *scanInfo) IsDir() bool        { return i.Mode().IsDir() }
func (i *scanInfo) Sys() any           { return &i.stat }

// Mode tells regular files and folders from everything else; of permissions
// it says nothing.
func (i *scanInfo) Mode() fs.FileMode {
	switch i.stat.Mode & unix.S_IFMT {
	case unix.S_IFREG:
		return 0
	case unix.S_IFDIR:
		return fs.ModeDir
	}
	return fs.ModeIrregular
}
