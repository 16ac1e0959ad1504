package cli

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// The tree gives all that the readers of keys and modules ask for.
var (
	_ fs.ReadLinkFS  = hostTree{}
	_ fs.StatFS      = hostTree{}
	_ fs.ReadDirFile = (*os.File)(nil)
	_ io.ReaderAt    = (*os.File)(nil)
)

func TestAFileIsReadByItsPlaceInItsFolder(t *testing.T) {
	dir := t.TempDir()
	makeFile(t, filepath.Join(dir, "a.wasm"), "content")
	for _, c := range []struct{ named, name string }{
		{dir, "a.wasm"},
		{filepath.Join(dir, "a.wasm"), ""},
		{dir + "/./a.wasm", ""},
	} {
		tree, name := mustOpenTree(t, c.named)
		if c.name != "" {
			if name != "." {
				t.Errorf("openTree(%q) is at %q, not at the folder itself", c.named, name)
			}
			name = c.name
		}
		if got := contentOf(t, tree, name); got != "content" {
			t.Errorf("%s in %s holds %q", name, c.named, got)
		}
	}
}

func TestAFolderIsListed(t *testing.T) {
	dir := t.TempDir()
	odd := "odd \xff name" // no UTF-8, and a good name all the same
	makeFile(t, filepath.Join(dir, odd), "1")
	makeFile(t, filepath.Join(dir, "sub", "b"), "2")
	tree, name := mustOpenTree(t, dir)
	var walked []string
	err := fs.WalkDir(tree, name, func(path string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			walked = append(walked, path+"="+contentOf(t, tree, path))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(walked) != 2 || walked[0] != odd+"=1" || walked[1] != "sub/b=2" {
		t.Errorf("the walk found %q", walked)
	}
}

func TestALinkThatWasNamedIsFollowed(t *testing.T) {
	dir := t.TempDir()
	makeFile(t, filepath.Join(dir, "far", "key.pub"), "content")
	makeLink(t, filepath.Join(dir, "far", "key.pub"), filepath.Join(dir, "near"))
	makeLink(t, filepath.Join(dir, "far"), filepath.Join(dir, "folder"))
	tree, name := mustOpenTree(t, filepath.Join(dir, "near"))
	if got := contentOf(t, tree, name); name != "key.pub" || got != "content" {
		t.Errorf("the link leads to %q with %q", name, got)
	}
	tree, name = mustOpenTree(t, filepath.Join(dir, "folder"))
	if got := contentOf(t, tree, "key.pub"); name != "." || got != "content" {
		t.Errorf("the linked folder is %q and holds %q", name, got)
	}
}

func TestNoNameLeadsOutOfTheTree(t *testing.T) {
	dir := t.TempDir()
	makeFile(t, filepath.Join(dir, "outside"), "secret")
	makeFile(t, filepath.Join(dir, "tree", "inside"), "content")
	makeLink(t, "../outside", filepath.Join(dir, "tree", "up"))
	makeLink(t, filepath.Join(dir, "outside"), filepath.Join(dir, "tree", "absolute"))
	makeLink(t, "..", filepath.Join(dir, "tree", "folder"))
	makeLink(t, "inside", filepath.Join(dir, "tree", "within"))
	tree, _ := mustOpenTree(t, filepath.Join(dir, "tree"))
	for _, name := range []string{"up", "absolute", "folder/outside", "../outside", filepath.Join(dir, "outside")} {
		if file, err := tree.Open(name); err == nil {
			file.Close()
			t.Errorf("%s was opened", name)
		}
		if _, err := fs.Stat(tree, name); err == nil {
			t.Errorf("%s was described", name)
		}
	}
	if got := contentOf(t, tree, "within"); got != "content" {
		t.Errorf("the link within the tree gives %q", got)
	}
	if info, err := fs.Lstat(tree, "up"); err != nil || info.Mode().Type() != fs.ModeSymlink {
		t.Errorf("the link itself is %v, %v", info, err)
	}
	if to, err := fs.ReadLink(tree, "up"); err != nil || to != "../outside" {
		t.Errorf("the link leads to %q, %v", to, err)
	}
}

func TestPipesAndDevicesAreNeverOpened(t *testing.T) {
	dir := t.TempDir()
	fifo := filepath.Join(dir, "fifo.sec")
	if err := unix.Mkfifo(fifo, 0o600); err != nil {
		t.Fatal(err)
	}
	makeLink(t, "fifo.sec", filepath.Join(dir, "link.sec"))
	tree, _ := mustOpenTree(t, dir)
	devices, _ := mustOpenTree(t, "/dev")
	inTime(t, func() {
		for _, c := range []struct {
			tree fs.FS
			name string
		}{{tree, "fifo.sec"}, {tree, "link.sec"}, {devices, "null"}, {devices, "tty"}} {
			if _, err := c.tree.Open(c.name); !errors.Is(err, errSpecial) {
				t.Errorf("Open(%s) says %v", c.name, err)
			}
		}
		for _, path := range []string{fifo, filepath.Join(dir, "link.sec"), "/dev/null"} {
			if _, _, _, err := openTree(path); !errors.Is(err, errSpecial) {
				t.Errorf("openTree(%s) says %v", path, err)
			}
		}
	})
}

func TestAPipeThatTookTheFilesPlaceDoesNotHoldUp(t *testing.T) {
	dir := t.TempDir()
	if err := unix.Mkfifo(filepath.Join(dir, "fifo"), 0o600); err != nil {
		t.Fatal(err)
	}
	tree, _ := mustOpenTree(t, dir)
	inTime(t, func() {
		file, err := tree.(hostTree).open("fifo") // as if the first look had found a file
		if err != nil {
			t.Error(err)
			return
		}
		file.Close()
	})
}

func TestReadingAKeyLeavesItsAccessTime(t *testing.T) {
	path := filepath.Join(t.TempDir(), "release.sec")
	makeFile(t, path, "content")
	// An access before the last change is what most file systems would renew.
	old := time.Date(2020, 1, 2, 3, 4, 5, 0, time.UTC)
	if err := os.Chtimes(path, old, time.Time{}); err != nil {
		t.Fatal(err)
	}
	tree, name := mustOpenTree(t, path)
	contentOf(t, tree, name)
	var stat unix.Stat_t
	if err := unix.Stat(path, &stat); err != nil {
		t.Fatal(err)
	}
	if got := time.Unix(stat.Atim.Unix()).UTC(); !got.Equal(old) {
		t.Errorf("the time of the last access became %v", got)
	}
}

func TestWhatIsNotThereIsSaid(t *testing.T) {
	dir := t.TempDir()
	makeLink(t, "nothing", filepath.Join(dir, "dangling"))
	for _, path := range []string{filepath.Join(dir, "none"), filepath.Join(dir, "dangling"), ""} {
		if _, _, _, err := openTree(path); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("openTree(%q) says %v", path, err)
		}
	}
}

func mustOpenTree(t *testing.T, path string) (fs.FS, string) {
	t.Helper()
	tree, name, closeTree, err := openTree(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(closeTree)
	return tree, name
}

func contentOf(t *testing.T, tree fs.FS, name string) string {
	t.Helper()
	data, err := fs.ReadFile(tree, name)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func makeFile(t *testing.T, path, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

func makeLink(t *testing.T, to, at string) {
	t.Helper()
	if err := os.Symlink(to, at); err != nil {
		t.Fatal(err)
	}
}

// inTime fails the test when something takes so long that it hangs.
func inTime(t *testing.T, do func()) {
	t.Helper()
	done := make(chan struct{})
	go func() {
		defer close(done)
		do()
	}()
	select {
	case <-done:
	case <-time.After(10 * time.Second):
		t.Fatal("it hangs")
	}
}
