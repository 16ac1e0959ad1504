// Package durabletest is a disk that fails, for tests of what changes files:
// its n-th act returns an error, and where it is a crash, so does every act
// after it.
package durabletest

import (
	"io/fs"
	"slices"

	"golang.org/x/sys/unix"

	"wsc-respond/steps/durable"
)

// Disk counts what is done to the folders on it. The zero value never fails.
type Disk struct {
	FailAt int   // the number of the act that fails, from 1
	Crash  bool  // and nothing works any more after it
	Err    error // what it fails with; ENOSPC if nil
	// Refuses are verbs that always fail, with the error: "move" with
	// durable.ErrOtherDisk stands for another file system.
	Refuses map[string]error

	Acts []string // what was done, such as "write list.jsonl"
}

// Failed reports whether the act that was to fail was reached.
func (d *Disk) Failed() bool { return d.FailAt > 0 && len(d.Acts) >= d.FailAt }

// Did reports whether an act was reached.
func (d *Disk) Did(act string) bool { return slices.Contains(d.Acts, act) }

// Folder is a folder as it behaves on this disk.
func (d *Disk) Folder(f durable.Folder) durable.Folder { return folder{f, d} }

func (d *Disk) act(verb, name string) error {
	d.Acts = append(d.Acts, verb+" "+name)
	n := len(d.Acts)
	if n == d.FailAt || d.Crash && d.Failed() {
		if d.Err != nil {
			return d.Err
		}
		return unix.ENOSPC
	}
	return d.Refuses[verb]
}

type folder struct {
	durable.Folder
	disk *Disk
}

func (f folder) Open(name string, flag int, mode fs.FileMode) (durable.File, error) {
	if err := f.disk.act("open", name); err != nil {
		return nil, err
	}
	opened, err := f.Folder.Open(name, flag, mode)
	if err != nil {
		return nil, err
	}
	return file{opened, name, f.disk}, nil
}

func (f folder) Lstat(name string) (fs.FileInfo, error) {
	if err := f.disk.act("lstat", name); err != nil {
		return nil, err
	}
	return f.Folder.Lstat(name)
}

func (f folder) Move(name string, to durable.Folder, as string) error {
	if err := f.disk.act("move", name); err != nil {
		return err
	}
	return f.Folder.Move(name, to, as)
}

func (f folder) Replace(name, over string) error {
	if err := f.disk.act("replace", over); err != nil {
		return err
	}
	return f.Folder.Replace(name, over)
}

func (f folder) Remove(name string) error {
	if err := f.disk.act("remove", name); err != nil {
		return err
	}
	return f.Folder.Remove(name)
}

func (f folder) Sync() error {
	if err := f.disk.act("sync", "."); err != nil {
		return err
	}
	return f.Folder.Sync()
}

type file struct {
	durable.File
	name string
	disk *Disk
}

func (f file) Read(p []byte) (int, error) {
	if err := f.disk.act("read", f.name); err != nil {
		return 0, err
	}
	return f.File.Read(p)
}

func (f file) ReadAt(p []byte, off int64) (int, error) {
	if err := f.disk.act("read", f.name); err != nil {
		return 0, err
	}
	return f.File.ReadAt(p, off)
}

// Write writes the first half where it fails, as a full disk does.
func (f file) Write(p []byte) (int, error) {
	if err := f.disk.act("write", f.name); err != nil {
		n := 0
		if len(p) > 1 && !(f.disk.Crash && len(f.disk.Acts) > f.disk.FailAt) {
			n, _ = f.File.Write(p[:len(p)/2])
		}
		return n, err
	}
	return f.File.Write(p)
}

func (f file) Stat() (fs.FileInfo, error) {
	if err := f.disk.act("stat", f.name); err != nil {
		return nil, err
	}
	return f.File.Stat()
}

func (f file) Chmod(mode fs.FileMode) error {
	if err := f.disk.act("chmod", f.name); err != nil {
		return err
	}
	return f.File.Chmod(mode)
}

func (f file) Chown(uid, gid int) error {
	if err := f.disk.act("chown", f.name); err != nil {
		return err
	}
	return f.File.Chown(uid, gid)
}

func (f file) Sync() error {
	if err := f.disk.act("sync", f.name); err != nil {
		return err
	}
	return f.File.Sync()
}
