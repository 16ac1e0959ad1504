package keyfile

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// Options are what Check cannot know from a tree.
type Options struct {
	// Now is when the check is made. Without it no time is judged.
	Now time.Time
	// Caller is the user for whom the check is made. Keys may belong to the
	// caller and to root, so the zero value stands for root alone.
	Caller uint32
	// OwnerName names a user. Without it owners are numbers.
	OwnerName func(uid uint32) string
	// Above is a wider tree in which the one to be checked is a folder, at
	// Place. Its folders on the way count as folders above the keys. It may be
	// nil.
	Above fs.FS
	Place string
	// Followed says that the name to be checked stands for a link that led to
	// it.
	Followed bool
	// Skipped is told of each link that leads out of the tree, or to no file,
	// and was not followed, unless its name promises a key: such a link is in
	// the answer. It may be nil.
	Skipped func(link string)
}

// Checked is one file that holds a key, or whose name promises one, or that
// could not be read. What a file system does not say is left out.
type Checked struct {
	Path     string    `json:"path"`
	Kind     Kind      `json:"kind"`
	Mode     string    `json:"mode"` // octal, of four digits
	Owner    string    `json:"owner"`
	Modified time.Time `json:"modified,omitzero"` // UTC
	KeyID    ID        `json:"key_id"`            // of wsc keys; empty for others
	// PairMatches says whether the other half of a wsc key is there too. It is
	// nil when there is no other half. A mismatch is a problem of the secret
	// half alone.
	PairMatches *bool     `json:"pair_matches,omitempty"`
	Pair        string    `json:"pair,omitempty"` // the path of the half that matches
	Problems    []Problem `json:"problems"`

	linked bool // the name is a link
	// content tells copies of a secret key apart: its SHA-256, which never
	// leaves the package. It is zero for what is not secret.
	content [sha256.Size]byte
	info    fs.FileInfo // of the file that was read
}

// Check looks for key files in a folder and all below it, or at one file. A
// file that was named itself is part of the answer whatever it is. The answer
// is ordered by path.
//
// The error is that of what was named: it is not there, or it is a folder that
// cannot be read. What else cannot be read is in the answer.
func Check(fsys fs.FS, name string, o Options) ([]Checked, error) {
	c := checker{fsys: fsys, options: o, buffer: new([maxKeyFile]byte)}
	info, err := fs.Stat(fsys, name)
	if err != nil {
		// A link that leads nowhere is there, and is told as what it is.
		if info, err = fs.Lstat(fsys, name); err != nil {
			return nil, fmt.Errorf("check %s: %w", name, err)
		}
	}
	if info.IsDir() {
		if err := c.walk(name, c.above(name)); err != nil {
			return nil, fmt.Errorf("check the folder %s: %w", name, err)
		}
	} else {
		c.named = name
		c.look(name, c.above(name))
		c.visitPartners()
	}
	match(c.found)
	found := slices.DeleteFunc(c.found, func(f Checked) bool { return !info.IsDir() && f.Path != name })
	slices.SortFunc(found, func(a, b Checked) int { return strings.Compare(a.Path, b.Path) })
	return found, nil
}

// checker is one run of Check.
type checker struct {
	fsys    fs.FS
	options Options
	buffer  *[maxKeyFile]byte // for the content of one file at a time
	named   string            // the one file to be checked, if it is one
	found   []Checked
}

// look says what stands at a name, and visits it.
func (c *checker) look(name string, f folder) {
	info, err := fs.Lstat(c.fsys, name)
	if err != nil {
		c.unreadable(name, err)
		return
	}
	c.visit(name, info.Mode().Type(), f)
}

// visit looks at what is no folder. What was named is listed in any case.
func (c *checker) visit(name string, kind fs.FileMode, f folder) {
	listed := name == c.named || promisesKey(name)
	switch {
	case kind.IsRegular():
		c.file(name, f, listed, c.options.Followed && name == c.named)
	case kind == fs.ModeSymlink:
		c.link(name, f, listed)
	case listed && kind != fs.ModeDir:
		c.add(c.describe(name, KindSpecial, c.info(name), Problem{Kind: SpecialFile,
			Detail: "it is a pipe, a socket or a device, and was not opened: ask what it stands in for"}))
	}
}

// file judges a regular file, or what a link leads to.
func (c *checker) file(name string, f folder, listed, linked bool) {
	var is content
	var info fs.FileInfo
	var digest [sha256.Size]byte
	err := withContent(c.fsys, name, c.buffer, func(data []byte, opened fs.FileInfo) {
		if is, info = judge(data), opened; is.secret {
			digest = sha256.Sum256(bytes.TrimSpace(data)) // texts of the same key may end in a newline or not
		}
	})
	switch {
	case err != nil:
		c.unreadable(name, err)
		return
	case !is.isKey() && !listed:
		return
	}
	entry := c.describe(name, is.kind, info, c.findings(is, info, f, linked)...)
	entry.KeyID, entry.linked, entry.content, entry.info = is.id, linked, digest, info
	c.add(entry)
}

// unreadable adds what could not be read.
func (c *checker) unreadable(name string, err error) {
	detail := fmt.Sprintf("it could not be read (%v): nothing is known of it", cause(err))
	if errors.Is(err, fs.ErrPermission) {
		detail = "you may not read it: check it again as its owner or as root"
	}
	c.add(c.describe(name, KindUnknown, c.info(name), Problem{Kind: Unreadable, Detail: detail}))
}

// info is what stands at a name, or nil.
func (c *checker) info(name string) fs.FileInfo {
	info, err := fs.Lstat(c.fsys, name)
	if err != nil {
		return nil
	}
	return info
}

// cause is an error without the path that the answer names anyway.
func cause(err error) error {
	var at *fs.PathError
	if errors.As(err, &at) {
		return at.Err
	}
	return err
}

func (c *checker) add(entry Checked) { c.found = append(c.found, entry) }

// describe fills in what the file system says of a file. info may be nil.
func (c *checker) describe(name string, kind Kind, info fs.FileInfo, problems ...Problem) Checked {
	entry := Checked{Path: name, Kind: kind, Problems: append([]Problem{}, problems...)}
	if info == nil {
		return entry
	}
	entry.Mode = octal(info.Mode())
	entry.Modified = info.ModTime().UTC()
	if stat, ok := info.Sys().(*syscall.Stat_t); ok {
		entry.Owner = c.options.owner(stat.Uid)
	}
	return entry
}

func (o Options) owner(uid uint32) string {
	if o.OwnerName != nil {
		return o.OwnerName(uid)
	}
	return strconv.FormatUint(uint64(uid), 10)
}

// octal is a mode as chmod takes it.
func octal(mode fs.FileMode) string {
	bits := uint32(mode.Perm())
	for _, special := range []struct {
		mode fs.FileMode
		bit  uint32
	}{{fs.ModeSetuid, 0o4000}, {fs.ModeSetgid, 0o2000}, {fs.ModeSticky, 0o1000}} {
		if mode&special.mode != 0 {
			bits |= special.bit
		}
	}
	return fmt.Sprintf("%04o", bits)
}
