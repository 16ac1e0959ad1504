package durable

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// OpenPrivate opens a folder that nobody else can write to, and makes it, with
// mode 0700, where it is missing. What stands in it can be believed only if
// others cannot put their own there.
func OpenPrivate(path string) (Folder, error) {
	if err := os.MkdirAll(path, 0o700); err != nil {
		return nil, fmt.Errorf("make the folder %s: %w", path, err)
	}
	f, err := OpenFolder(path)
	if err != nil {
		return nil, fmt.Errorf("open the folder %s: %w", path, err)
	}
	info, err := f.Lstat(".")
	if err == nil {
		err = private(info, os.Geteuid())
	}
	if err == nil {
		err = syncParent(path)
	}
	if err != nil {
		_ = f.Close() // nothing was written
		return nil, fmt.Errorf("use the folder %s: %w", path, err)
	}
	return f, nil
}

// private refuses a folder that others than the user can write to.
func private(info fs.FileInfo, user int) error {
	const others = 0o022
	if mode := info.Mode().Perm(); mode&others != 0 {
		return fmt.Errorf("others can write to it (mode %04o); chmod 0700 keeps it to you", mode)
	}
	if stat, ok := info.Sys().(*syscall.Stat_t); ok && int(stat.Uid) != user {
		return fmt.Errorf("it belongs to the user with the number %d, who can change what is in it; use one of your own", stat.Uid)
	}
	return nil
}

// syncParent makes a new folder's own name durable.
func syncParent(path string) error {
	parent, err := OpenFolder(filepath.Dir(filepath.Clean(path)))
	if err != nil {
		return nil // a folder that cannot be read held this one before
	}
	defer parent.Close()
	return parent.Sync()
}
