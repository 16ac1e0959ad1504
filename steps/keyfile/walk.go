package keyfile

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"strings"
)

// folder is what the folder of a file, and those above it, are to the file.
type folder struct {
	loose  string // the nearest of all that everybody can change, "" for none
	shared string // the file's own, where everybody can make files, and exchange none
	setgid string // the file's own, where it hands its group on
	git    string // the nearest of all that is a git work tree
}

// above describes the folders that lead to a file or a folder.
func (c *checker) above(name string) folder {
	var f folder
	if wider := c.options.Above; wider != nil {
		f = lead(f, wider, c.options.Place, "/")
	}
	return lead(f, c.fsys, name, "")
}

// lead enters the folders on the way to a name. prefix stands before their
// names in what is said of them.
func lead(f folder, fsys fs.FS, name, prefix string) folder {
	if name == "." {
		return f
	}
	f = f.enter(fsys, ".", prefix)
	for i, r := range name {
		if r == '/' {
			f = f.enter(fsys, name[:i], prefix)
		}
	}
	return f
}

// enter is what a folder in f is. Where the sticky bit is set, nobody can
// exchange or rename what belongs to others.
func (f folder) enter(fsys fs.FS, dir, prefix string) folder {
	f.shared, f.setgid = "", ""
	words := "the folder " + prefix + dir
	if dir == "." {
		words = "the folder " + cmp.Or(prefix, "itself")
	}
	if info, err := fs.Stat(fsys, dir); err == nil {
		open, sticky := info.Mode().Perm()&0o002 != 0, info.Mode()&fs.ModeSticky != 0
		switch {
		case open && sticky:
			f.shared = words
		case open:
			f.loose = words
		}
		if info.Mode()&fs.ModeSetgid != 0 {
			f.setgid = words
		}
	}
	if _, err := fs.Lstat(fsys, path.Join(dir, ".git")); err == nil {
		f.git = words
	}
	return f
}

// batch is how many names of a folder are held at a time.
const batch = 256

// walk visits a folder and what lies below. Folders wait until the one they
// are in was read to the end, so that no more than one is open at a time.
func (c *checker) walk(dir string, above folder) error {
	file, err := c.fsys.Open(dir)
	if err != nil {
		return err
	}
	f := above.enter(c.fsys, dir, "")
	folders, err := c.list(file, dir, f)
	_ = file.Close() // it was only read
	for _, sub := range folders {
		if err := c.walk(sub, f); err != nil {
			c.unreadable(sub, err)
		}
	}
	return err
}

// list visits the files of an open folder and returns the folders in it.
func (c *checker) list(file fs.File, dir string, f folder) ([]string, error) {
	open, ok := file.(fs.ReadDirFile)
	if !ok {
		return nil, &fs.PathError{Op: "list", Path: dir, Err: errors.ErrUnsupported}
	}
	var folders []string
	for {
		entries, err := open.ReadDir(batch)
		for _, entry := range entries {
			name := path.Join(dir, entry.Name())
			if entry.IsDir() {
				folders = append(folders, name)
			} else {
				c.visit(name, entry.Type(), f)
			}
		}
		switch {
		case errors.Is(err, io.EOF):
			return folders, nil
		case err != nil:
			return folders, err
		}
	}
}

// link looks at a link. What it leads to within the tree is a file like any
// other; a folder there is walked under its own name.
func (c *checker) link(name string, f folder, listed bool) {
	to, err := fs.ReadLink(c.fsys, name)
	if err != nil {
		c.unreadable(name, err)
		return
	}
	target, err := fs.Stat(c.fsys, name)
	outside, gone := leadsOut(name, to), errors.Is(err, fs.ErrNotExist)
	switch {
	case !outside && err == nil && target.Mode().IsRegular():
		c.file(name, f, listed, true)
	case listed:
		c.notFollowed(name, to, gone && !outside)
	case outside || err != nil && !gone:
		if c.options.Skipped != nil {
			c.options.Skipped(name)
		}
	}
}

// notFollowed adds a link that was not followed.
func (c *checker) notFollowed(name, to string, gone bool) {
	detail := fmt.Sprintf("it is a link to %s, which leads out of what is checked or to no file, and was not followed: check that by its own name", to)
	if gone {
		detail = fmt.Sprintf("it is a link to %s, which is not there: restore the file, or remove the link", to)
	}
	entry := c.describe(name, KindUnknown, c.info(name), Problem{Kind: Link, Detail: detail})
	entry.linked = true
	c.add(entry)
}

// leadsOut reports whether the text of a link leads out of the tree. A tree
// may forbid more than that, and never less.
func leadsOut(name, to string) bool {
	if path.IsAbs(to) {
		return true
	}
	end := path.Join(path.Dir(name), to)
	return end == ".." || strings.HasPrefix(end, "../")
}
