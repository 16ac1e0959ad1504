package journal

import (
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// Reserve is how much of a disk is left to the events, in bytes: evidence
// stops growing when Free falls below it.
const Reserve = 64 << 20

// Free is how many bytes can still be written to the disk on which a folder
// or file lies, by somebody who is not root.
func Free(path string) (uint64, error) {
	var st unix.Statfs_t
	if err := statfs(func() error { return unix.Statfs(path, &st) }); err != nil {
		return 0, fmt.Errorf("ask how much space is left at %s: %w", path, err)
	}
	return st.Bavail * uint64(st.Bsize), nil
}

// statfs makes the call again when a signal interrupted it.
func statfs(call func() error) error {
	for {
		if err := call(); err != unix.EINTR {
			return err
		}
	}
}

// doubtful are the file systems, by the numbers of statfs(2), on which a
// session is less safe than this package says, and why.
var doubtful = map[uint32]string{
	0x6969:     "NFS" + overNetwork,
	0x517b:     "SMB" + overNetwork,
	0xff534d42: "CIFS" + overNetwork,
	0xfe534d42: "SMB" + overNetwork,
	0x01021997: "9P" + overNetwork,
	0x00c36400: "Ceph" + overNetwork,
	0x5346414f: "AFS" + overNetwork,
	0x73757245: "Coda" + overNetwork,
	0x0bd00bd0: "Lustre" + overNetwork,
	0x47504653: "GPFS" + overNetwork,
	0x65735546: "FUSE, and what stands behind that decides whether locks and syncs hold",
	0x786f4256: "a folder shared with a virtual machine's host, whose locks and syncs may not hold",
	0x01021994: "tmpfs, which lies in memory: the record is gone when this machine stops",
	0x858458f6: "ramfs, which lies in memory: the record is gone when this machine stops",
}

const overNetwork = ", over a network: a second console on another machine may not be kept out, " +
	"and a lost connection makes the record read-only"

// warnings says what makes the place of an open session doubtful.
func (fo *folder) warnings(f *os.File) []string {
	var found []string
	if raw, err := f.SyscallConn(); err == nil {
		var st unix.Statfs_t
		var failed error
		_ = raw.Control(func(fd uintptr) { failed = statfs(func() error { return unix.Fstatfs(int(fd), &st) }) })
		if why, ok := doubtful[uint32(st.Type)]; ok && failed == nil {
			found = append(found, fmt.Sprintf("The session folder %s lies on %s.", fo.path, why))
		}
	}
	for _, name := range []string{".", FileName} {
		if info, err := fo.root.Lstat(name); err == nil && info.Mode().Perm()&0o077 != 0 {
			found = append(found, fmt.Sprintf("Others on this machine can reach %s: its mode is %v. chmod go= %s",
				fo.pathOf(name), info.Mode().Perm(), fo.pathOf(name)))
		}
	}
	return found
}
