package quarantine

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"syscall"
	"time"

	"wsc-respond/steps/durable"
)

// describe takes down what the file system says of a file.
func describe(info fs.FileInfo) File {
	d := File{Size: info.Size(), Mode: fmt.Sprintf("%04o", unixMode(info.Mode())), Modified: info.ModTime().UTC()}
	if s, ok := info.Sys().(*syscall.Stat_t); ok {
		d.UID, d.GID, d.Device, d.Inode, d.Links = s.Uid, s.Gid, uint64(s.Dev), s.Ino, uint64(s.Nlink)
		d.Accessed, d.StatusChanged = time.Unix(s.Atim.Unix()).UTC(), time.Unix(s.Ctim.Unix()).UTC()
	}
	return d
}

// unixMode is a mode as chmod takes it: permissions, set-user-id and the like.
func unixMode(mode fs.FileMode) uint32 {
	bits := uint32(mode.Perm())
	for flag, bit := range map[fs.FileMode]uint32{fs.ModeSetuid: syscall.S_ISUID, fs.ModeSetgid: syscall.S_ISGID, fs.ModeSticky: syscall.S_ISVTX} {
		if mode&flag != 0 {
			bits |= bit
		}
	}
	return bits
}

// freeName is a name in quarantine that is not taken: the beginning of the
// digest, then what the file was called, as far as that is plain.
func freeName(to durable.Folder, digest, base string) (string, error) {
	name := digest[:16] + "-" + plain(base)
	for n := 1; ; n++ {
		tried := name
		if n > 1 {
			tried = fmt.Sprintf("%s.%d", name, n)
		}
		if _, err := to.Lstat(tried); errors.Is(err, fs.ErrNotExist) {
			return tried, nil
		} else if err != nil {
			return "", err
		}
	}
}

// maxBase is how much of a file's own name stays in the one in quarantine, in
// bytes; a name of 255 is the longest that file systems have.
const maxBase = 120

// plain is a name without anything that a shell, a terminal or a file system
// could take for something else.
func plain(base string) string {
	out := bytes.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r == '.', r == '_', r == '-':
			return r
		}
		return '_'
	}, []byte(base))
	return string(out[:min(len(out), maxBase)])
}
