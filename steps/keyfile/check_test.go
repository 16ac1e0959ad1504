package keyfile

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"
)

// folderOf makes a folder with files, of mode 0600 below folders of 0700.
type folderOf map[string][]byte

func (files folderOf) make(t *testing.T) (dir string, tree fs.FS) {
	t.Helper()
	dir = t.TempDir()
	for name, data := range files {
		path := filepath.Join(dir, name)
		must(t, os.MkdirAll(filepath.Dir(path), 0o700))
		must(t, os.WriteFile(path, data, 0o600))
	}
	return dir, treeAt(t, dir)
}

func treeAt(t *testing.T, dir string) fs.FS {
	t.Helper()
	root, err := os.OpenRoot(dir)
	must(t, err)
	t.Cleanup(func() { root.Close() })
	return anyNames{root}
}

// anyNames is a folder that takes names which are not UTF-8, as those of hosts
// may be; the tree that os.Root itself gives does not.
type anyNames struct{ root *os.Root }

func (a anyNames) Open(name string) (fs.File, error)      { return a.root.Open(name) }
func (a anyNames) Stat(name string) (fs.FileInfo, error)  { return a.root.Stat(name) }
func (a anyNames) Lstat(name string) (fs.FileInfo, error) { return a.root.Lstat(name) }
func (a anyNames) ReadLink(name string) (string, error)   { return a.root.Readlink(name) }

// here are the options of whoever runs the test, now.
func here() Options {
	return Options{Now: time.Now(), Caller: uint32(os.Geteuid())}
}

// kindsOf are the problems of each file: "a.sec: hard_links in_git".
func kindsOf(found []Checked) []string {
	lines := []string{}
	for _, file := range found {
		line := file.Path + ":"
		for _, p := range file.Problems {
			line += " " + string(p.Kind)
		}
		lines = append(lines, line)
	}
	return lines
}

func check(t *testing.T, tree fs.FS, name string) []Checked {
	t.Helper()
	found, err := Check(tree, name, here())
	must(t, err)
	return found
}

func TestAGoodPairHasNoProblem(t *testing.T) {
	secret, public := newPair(1)
	_, tree := folderOf{"keys/release.sec": secret, "keys/release.pub": public, "readme.txt": []byte("no key\n")}.make(t)
	found := check(t, tree, ".")
	want := []string{"keys/release.pub:", "keys/release.sec:"}
	if diff := cmp.Diff(want, kindsOf(found)); diff != "" {
		t.Fatal(diff)
	}
	for _, file := range found {
		if file.PairMatches == nil || !*file.PairMatches || file.KeyID != idOfPair(1) || file.Mode != "0600" || file.Modified.IsZero() {
			t.Errorf("the answer is %+v", file)
		}
		if file.Owner != fmt.Sprint(os.Geteuid()) {
			t.Errorf("the owner is %q", file.Owner)
		}
	}
}

func TestTheJSONHasTheNamesThatAreDocumented(t *testing.T) {
	secret, public := newPair(1)
	_, tree := folderOf{"a.sec": secret, "a.pub": public}.make(t)
	text, err := json.Marshal(check(t, tree, "a.sec")[0])
	must(t, err)
	var fields map[string]any
	must(t, json.Unmarshal(text, &fields))
	for _, name := range []string{"path", "kind", "mode", "owner", "modified", "key_id", "pair_matches", "pair", "problems"} {
		if _, ok := fields[name]; !ok {
			t.Errorf("there is no %s in %s", name, text)
		}
	}
	if at, _ := fields["modified"].(string); !strings.HasSuffix(at, "Z") {
		t.Errorf("the time %s is not UTC", at)
	}
	if len(fields) != 9 {
		t.Errorf("there are other fields too: %s", text)
	}
}

// Each story makes one thing wrong with a good secret key.
func TestWhatIsWrongIsFound(t *testing.T) {
	secret, public := newPair(1)
	for name, c := range map[string]struct {
		wrong func(dir string) error
		want  []string
	}{
		"the group can read it": {
			func(dir string) error { return os.Chmod(dir+"/k/a.sec", 0o640) },
			[]string{"k/a.pub:", "k/a.sec: readable_by_others"}},
		"everybody can read it": {
			func(dir string) error { return os.Chmod(dir+"/k/a.sec", 0o604) },
			[]string{"k/a.pub:", "k/a.sec: readable_by_others"}},
		"the group can write it": {
			func(dir string) error { return os.Chmod(dir+"/k/a.sec", 0o620) },
			[]string{"k/a.pub:", "k/a.sec: writable_by_others"}},
		"everybody can write the public half": {
			func(dir string) error { return os.Chmod(dir+"/k/a.pub", 0o646) },
			[]string{"k/a.pub: writable_by_others", "k/a.sec:"}},
		"the group can write the public half": {
			func(dir string) error { return os.Chmod(dir+"/k/a.pub", 0o664) },
			[]string{"k/a.pub:", "k/a.sec:"}},
		"it has a second name": {
			func(dir string) error { return os.Link(dir+"/k/a.sec", dir+"/other") },
			[]string{"k/a.pub:", "k/a.sec: hard_links", "other: hard_links"}},
		"everybody can write its folder": {
			func(dir string) error { return os.Chmod(dir+"/k", 0o777) },
			[]string{"k/a.pub: loose_folder", "k/a.sec: loose_folder"}},
		"everybody can write a folder above": {
			func(dir string) error { return os.Chmod(dir, 0o777) },
			[]string{"k/a.pub: loose_folder", "k/a.sec: loose_folder"}},
		"everybody can add to its folder": {
			func(dir string) error { return os.Chmod(dir+"/k", 0o777|os.ModeSticky) },
			[]string{"k/a.pub: loose_folder", "k/a.sec: loose_folder"}},
		"everybody can add to a folder above": {
			func(dir string) error { return os.Chmod(dir, 0o777|os.ModeSticky) },
			[]string{"k/a.pub:", "k/a.sec:"}},
		"its folder hands on its group": {
			func(dir string) error { return os.Chmod(dir+"/k", 0o700|os.ModeSetgid) },
			[]string{"k/a.pub:", "k/a.sec: loose_folder"}},
		"it is in a git work tree": {
			func(dir string) error { return os.Mkdir(dir+"/.git", 0o700) },
			[]string{"k/a.pub:", "k/a.sec: in_git"}},
		"it is in a second work tree of git": {
			func(dir string) error { return os.WriteFile(dir+"/k/.git", []byte("gitdir: x\n"), 0o600) },
			[]string{"k/a.pub:", "k/a.sec: in_git"}},
		"it is from the future": {
			func(dir string) error { return os.Chtimes(dir+"/k/a.sec", time.Time{}, time.Now().Add(time.Hour)) },
			[]string{"k/a.pub:", "k/a.sec: future_time"}},
		"a link leads to it": {
			func(dir string) error { return os.Symlink("k/a.sec", dir+"/link") },
			[]string{"k/a.pub:", "k/a.sec:", "link: link"}},
		"a link leads out": {
			func(dir string) error { return os.Symlink("../elsewhere", dir+"/out.sec") },
			[]string{"k/a.pub:", "k/a.sec:", "out.sec: link"}},
		"a link leads to another place of the host": {
			func(dir string) error { return os.Symlink("/etc", dir+"/out.sec") },
			[]string{"k/a.pub:", "k/a.sec:", "out.sec: link"}},
		"a link with the name of a key leads nowhere": {
			func(dir string) error { return os.Symlink("gone", dir+"/b.pub") },
			[]string{"b.pub: link", "k/a.pub:", "k/a.sec:"}},
		"a link leads nowhere": {
			func(dir string) error { return os.Symlink("gone", dir+"/b") },
			[]string{"k/a.pub:", "k/a.sec:"}},
		"a link leads to a folder": {
			func(dir string) error { return os.Symlink(".", dir+"/k/again") },
			[]string{"k/a.pub:", "k/a.sec:"}},
		"a name promises a key": {
			func(dir string) error { return os.WriteFile(dir+"/b.key", []byte("none\n"), 0o600) },
			[]string{"b.key: no_key", "k/a.pub:", "k/a.sec:"}},
		"an empty file has the name of a key": {
			func(dir string) error { return os.WriteFile(dir+"/id_rsa", nil, 0o600) },
			[]string{"id_rsa: no_key", "k/a.pub:", "k/a.sec:"}},
		"a source file has a name that begins like one": {
			func(dir string) error { return os.WriteFile(dir+"/id_map.go", []byte("package x\n"), 0o600) },
			[]string{"k/a.pub:", "k/a.sec:"}},
		"a pipe has the name of a key": {
			func(dir string) error { return syscall.Mkfifo(dir+"/b.sec", 0o600) },
			[]string{"b.sec: special_file", "k/a.pub:", "k/a.sec:"}},
		"a pipe has some name": {
			func(dir string) error { return syscall.Mkfifo(dir+"/pipe", 0o600) },
			[]string{"k/a.pub:", "k/a.sec:"}},
		"a copy of it has lost a byte": {
			func(dir string) error { return os.WriteFile(dir+"/copy", secret[:64], 0o600) },
			[]string{"copy: damaged", "k/a.pub:", "k/a.sec:"}},
	} {
		t.Run(name, func(t *testing.T) {
			dir, tree := folderOf{"k/a.sec": secret, "k/a.pub": public}.make(t)
			must(t, c.wrong(dir))
			found := check(t, tree, ".")
			if diff := cmp.Diff(c.want, kindsOf(found)); diff != "" {
				t.Error(diff)
			}
			for _, file := range found {
				for _, p := range file.Problems {
					if p.Detail == "" {
						t.Errorf("%s: %s has no detail", file.Path, p.Kind)
					}
				}
			}
		})
	}
}

func TestAForeignOwnerIsFound(t *testing.T) {
	secret, _ := newPair(1)
	dir, tree := folderOf{"a.sec": secret}.make(t)
	o := here()
	if os.Geteuid() == 0 {
		must(t, os.Chown(filepath.Join(dir, "a.sec"), 4711, -1))
	} else {
		o.Caller++
	}
	o.OwnerName = func(uint32) string { return "mallory" }
	found, err := Check(tree, ".", o)
	must(t, err)
	if diff := cmp.Diff([]string{"a.sec: foreign_owner"}, kindsOf(found)); diff != "" {
		t.Fatal(diff)
	}
	if found[0].Owner != "mallory" || !strings.Contains(found[0].Problems[0].Detail, "mallory") {
		t.Errorf("the answer is %+v", found[0])
	}
}

func TestHalvesAreMatched(t *testing.T) {
	one, onePub := newPair(1)
	_, twoPub := newPair(2)
	yes, no := true, false
	for name, c := range map[string]struct {
		files folderOf
		want  map[string]*bool
	}{
		"by name":              {folderOf{"a.sec": one, "a.pub": onePub}, map[string]*bool{"a.sec": &yes, "a.pub": &yes}},
		"by content":           {folderOf{"secret.key": one, "x/public.key": onePub}, map[string]*bool{"secret.key": &yes, "x/public.key": &yes}},
		"alone":                {folderOf{"a.sec": one}, map[string]*bool{"a.sec": nil}},
		"strangers":            {folderOf{"a.sec": one, "b.pub": twoPub}, map[string]*bool{"a.sec": nil, "b.pub": nil}},
		"of another key":       {folderOf{"a.sec": one, "a.pub": twoPub}, map[string]*bool{"a.sec": &no, "a.pub": &no}},
		"the name comes first": {folderOf{"a.sec": one, "a.pub": twoPub, "b.pub": onePub}, map[string]*bool{"a.sec": &no, "a.pub": &no, "b.pub": &yes}},
	} {
		t.Run(name, func(t *testing.T) {
			_, tree := c.files.make(t)
			got := make(map[string]*bool)
			for _, file := range check(t, tree, ".") {
				got[file.Path] = file.PairMatches
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
			for file, want := range c.want {
				one := check(t, tree, file)
				if len(one) != 1 || want != nil && stem(file) == "a" && !cmp.Equal(one[0].PairMatches, want) {
					t.Errorf("checked alone, %s is %+v", file, one)
				}
			}
		})
	}
}

func TestAPairOfTwoKeysNamesBoth(t *testing.T) {
	secret, _ := newPair(1)
	_, public := newPair(2)
	_, tree := folderOf{"a.sec": secret, "a.pub": public}.make(t)
	found := check(t, tree, ".")
	if diff := cmp.Diff([]string{"a.pub:", "a.sec: pair_mismatch"}, kindsOf(found)); diff != "" {
		t.Fatal(diff)
	}
	for _, id := range []ID{idOfPair(1), idOfPair(2)} {
		if detail := found[1].Problems[0].Detail; !strings.Contains(detail, string(id)) {
			t.Errorf("%q does not name %s", detail, id)
		}
	}
}

func TestAFileThatWasNamedIsAlwaysTold(t *testing.T) {
	dir, tree := folderOf{"notes.txt": []byte("none\n"), "k/a.txt": []byte("none\n")}.make(t)
	must(t, syscall.Mkfifo(filepath.Join(dir, "pipe"), 0o600))
	must(t, os.Chmod(filepath.Join(dir, "k"), 0o777))
	for name, want := range map[string]string{
		"notes.txt": "notes.txt: no_key",
		"k/a.txt":   "k/a.txt: no_key",
		"pipe":      "pipe: special_file",
	} {
		if diff := cmp.Diff([]string{want}, kindsOf(check(t, tree, name))); diff != "" {
			t.Error(diff)
		}
	}
	if _, err := Check(tree, "gone", here()); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("what is not there is told as %v", err)
	}
}

func TestTheFoldersAboveAFileCountWhenItWasNamed(t *testing.T) {
	secret, _ := newPair(1)
	dir, tree := folderOf{"work/k/a.sec": secret}.make(t)
	must(t, os.Mkdir(filepath.Join(dir, ".git"), 0o700))
	must(t, os.Chmod(filepath.Join(dir, "work"), 0o777))
	for _, name := range []string{"work/k/a.sec", "work/k", "work", "."} {
		if diff := cmp.Diff([]string{"work/k/a.sec: loose_folder in_git"}, kindsOf(check(t, tree, name))); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestTheFoldersAboveTheTreeCountWhereTheyAreKnown(t *testing.T) {
	secret, _ := newPair(1)
	wide := fstest.MapFS{
		"srv/.git":    {Mode: fs.ModeDir | 0o700},
		"srv":         {Mode: fs.ModeDir | 0o777},
		"srv/k/a.sec": {Data: secret, Mode: 0o600},
	}
	tree, err := fs.Sub(wide, "srv/k")
	must(t, err)
	for _, name := range []string{".", "a.sec"} {
		found, err := Check(tree, name, Options{Above: wide, Place: "srv/k"})
		must(t, err)
		if diff := cmp.Diff([]string{"a.sec: loose_folder in_git"}, kindsOf(found)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
		if detail := found[0].Problems[0].Detail; !strings.Contains(detail, "/srv") {
			t.Errorf("the folder is not named in %q", detail)
		}
	}
}

func TestALinkThatWasFollowedIsTold(t *testing.T) {
	_, public := newPair(1)
	found, err := Check(fstest.MapFS{"a.pub": {Data: public}, "a.sec": {Data: public}}, "a.pub", Options{Followed: true})
	must(t, err)
	if diff := cmp.Diff([]string{"a.pub: link"}, kindsOf(found)); diff != "" {
		t.Error(diff)
	}
}

func TestALinkThatIsNotFollowedIsNotKeptQuiet(t *testing.T) {
	dir, tree := folderOf{"k/a.txt": nil}.make(t)
	for name, to := range map[string]string{"up": "..", "host": "/etc", "k/out": "../../x", "within": "k", "gone": "none"} {
		must(t, os.Symlink(to, filepath.Join(dir, name)))
	}
	var skipped []string
	o := here()
	o.Skipped = func(link string) { skipped = append(skipped, link) }
	found, err := Check(tree, ".", o)
	must(t, err)
	slices.Sort(skipped)
	if diff := cmp.Diff([]string{"host", "k/out", "up"}, skipped); diff != "" || len(found) != 0 {
		t.Errorf("%s found %v", diff, found)
	}
}

// locked is a tree in which some names cannot be opened.
type locked struct {
	fs.FS
	names []string
}

func (l locked) Open(name string) (fs.File, error) {
	if slices.Contains(l.names, name) {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrPermission}
	}
	return l.FS.Open(name)
}

func TestWhatCannotBeReadIsTold(t *testing.T) {
	_, public := newPair(1)
	tree := locked{fstest.MapFS{
		"a.pub": {Data: public, Mode: 0o644}, "b": {Data: public}, "sub/c.pub": {Data: public},
	}, []string{"b", "sub"}}
	want := []string{"a.pub:", "b: unreadable", "sub: unreadable"}
	if diff := cmp.Diff(want, kindsOf(check(t, tree, "."))); diff != "" {
		t.Error(diff)
	}
	if _, err := Check(tree, "sub", here()); !errors.Is(err, fs.ErrPermission) {
		t.Errorf("a folder that cannot be read is told as %v", err)
	}
}

func TestAFileSystemWithoutOwnersLeavesThemOut(t *testing.T) {
	secret, _ := newPair(1)
	tree := fstest.MapFS{"a.sec": {Data: secret, Mode: 0o600}}
	found := check(t, tree, ".")
	if diff := cmp.Diff([]string{"a.sec:"}, kindsOf(found)); diff != "" {
		t.Error(diff)
	}
	if found[0].Owner != "" {
		t.Errorf("the owner is %q", found[0].Owner)
	}
}

// Whatever a file is, no four bytes of a secret are told, in any notation.
func TestNoSecretByteIsTold(t *testing.T) {
	seed := make([]byte, 32)
	for i := range seed {
		seed[i] = byte(0xc3 ^ i*7)
	}
	for name, data := range map[string][]byte{
		"whole":   secretOf(seed),
		"cut":     secretOf(seed)[:50],
		"longer":  append(secretOf(seed), 0),
		"misfit":  append(secretOf(seed)[:33], make([]byte, 32)...),
		"hex":     []byte(hex.EncodeToString(secretOf(seed))),
		"base64":  []byte(base64.StdEncoding.EncodeToString(secretOf(seed))),
		"pem":     block("PRIVATE KEY", nil, seed),
		"cut pem": block("PRIVATE KEY", nil, seed)[:60],
	} {
		tree := fstest.MapFS{"a.sec": {Data: data, Mode: 0o644}, "a.pub": {Data: make([]byte, 33)}}
		found := check(t, tree, ".")
		_, _, idErr := ReadID(tree, "a.sec")
		_, publicErr := ReadPublic(tree, "a.sec")
		_, manifestErr := ReadManifest(bytes.NewReader(data))
		said, err := json.Marshal(found)
		must(t, err)
		all := string(said) + fmt.Sprint(idErr, publicErr, manifestErr)
		for i := 0; i+4 <= len(seed); i++ {
			for _, form := range []string{string(seed[i : i+4]), hex.EncodeToString(seed[i : i+4]),
				strings.TrimRight(base64.StdEncoding.EncodeToString(seed[i:i+4]), "=")[:5], fmt.Sprint(seed[i : i+4])} {
				if strings.Contains(all, form) {
					t.Errorf("%s: bytes %d of the secret are told in %s", name, i, all)
				}
			}
		}
	}
}

func secretOf(seed []byte) []byte {
	secret, _ := pairOf(seed)
	return secret
}

func TestWhatWasReadOfAKeyIsWiped(t *testing.T) {
	secret, _ := newPair(1)
	buffer := new([maxKeyFile]byte)
	var seen int
	must(t, withContent(fstest.MapFS{"a": {Data: secret}}, "a", buffer, func(data []byte, _ fs.FileInfo) { seen = len(data) }))
	if seen != len(secret) || *buffer != [maxKeyFile]byte{} {
		t.Errorf("of %d bytes some are left", seen)
	}
}

func TestAFolderOfManyFilesIsReadInParts(t *testing.T) {
	files := fstest.MapFS{}
	for i := range 3*batch + 1 {
		files[fmt.Sprintf("sub/%d.txt", i)] = &fstest.MapFile{Data: []byte("none")}
	}
	_, public := newPair(1)
	files["sub/zz.pub"] = &fstest.MapFile{Data: public}
	if diff := cmp.Diff([]string{"sub/zz.pub:"}, kindsOf(check(t, files, "."))); diff != "" {
		t.Error(diff)
	}
}

func TestTheKeysOfTheRealTool(t *testing.T) {
	dir := filepath.FromSlash("../../../shared/wsc-vectors")
	if _, err := os.Stat(dir); err != nil {
		t.Skip("the folder of files that the real wsc made is not here, so they are not checked against")
	}
	tree := treeAt(t, dir)
	for name, want := range map[string]ID{"alice.pub": "6aed008dab4170f43c870d8c", "bob.pub": "63f210306a49297172fcbc23"} {
		if id, secret, err := ReadID(tree, name); id != want || secret || err != nil {
			t.Errorf("%s is the key %q (secret %v, %v), not %s", name, id, secret, err, want)
		}
		if found := check(t, tree, name); len(found) != 1 || found[0].Kind != KindPublic || found[0].KeyID != want {
			t.Errorf("%s is checked as %+v", name, found)
		}
	}
}
