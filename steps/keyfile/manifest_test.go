package keyfile

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"
)

// oddNames are names of files that break careless lists.
var oddNames = []string{
	"a.sec", "-.key", "with space.pub", " led by one.key", "#comment.key", "*star.key", "new\nline.key",
	"back\\slash.key", "\\n.key", "carriage\r.key", "tail\r", "sub/folder/x.key", "not \xff UTF-8.key", "-",
}

func oddFiles() folderOf {
	files := make(folderOf)
	for i, name := range oddNames {
		_, public := newPair(byte(i))
		files[name] = public
	}
	return files
}

func manifestOf(t *testing.T, dir string) Manifest {
	t.Helper()
	m, err := NewManifest(treeAt(t, dir), ".", dir, here())
	must(t, err)
	return m
}

func TestAManifestComesBackAsItWasWritten(t *testing.T) {
	dir, _ := oddFiles().make(t)
	m := manifestOf(t, dir)
	if len(m.Files) != len(oddNames) || len(m.Problems) != 0 {
		t.Fatalf("the manifest has %d files of %d, and problems %v", len(m.Files), len(oddNames), m.Problems)
	}
	back, err := ReadManifest(bytes.NewReader(m.Text()))
	must(t, err)
	if diff := cmp.Diff(m, back); diff != "" {
		t.Error(diff)
	}
	if !slices.IsSortedFunc(m.Files, func(a, b Recorded) int { return strings.Compare(a.Name, b.Name) }) {
		t.Errorf("the files are not in the order of their names: %v", m.Files)
	}
}

func TestAnyManifestComesBackAsItWasWritten(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	alphabet := []rune("ab/.-\\\n\r*# 'é\u202e\x00")
	text := func() string {
		var b strings.Builder
		for range 1 + random.IntN(8) {
			b.WriteRune(alphabet[random.IntN(len(alphabet))])
		}
		return b.String()
	}
	for range 2000 {
		m := Manifest{Format: ManifestFormat, Folder: text(), Made: time.Unix(random.Int64N(1<<32), 0).UTC(), Files: []Recorded{}, Problems: []Problem{}}
		seen := make(map[string]bool)
		for range random.IntN(5) {
			name, ok := inFolder(text())
			if !ok || seen[name] {
				continue
			}
			seen[name] = true
			r := Recorded{Name: name, SHA256: fmt.Sprintf("%064x", random.Uint64())}
			if random.IntN(2) == 0 {
				r.Mode, r.Owner = fmt.Sprintf("%04o", random.IntN(0o10000)), text()
			}
			m.Files = append(m.Files, r)
		}
		back, err := ReadManifest(bytes.NewReader(m.Text()))
		must(t, err)
		if diff := cmp.Diff(m, back); diff != "" {
			t.Fatalf("%s\n%q", diff, m.Text())
		}
	}
}

func sha256sum(t *testing.T, dir string, args ...string) []byte {
	t.Helper()
	program, err := exec.LookPath("sha256sum")
	if err != nil {
		t.Skip("sha256sum is not here, so nothing is checked against it")
	}
	cmd := exec.Command(program, args...)
	cmd.Dir = dir
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("sha256sum %q: %v\n%s%s", args, err, out, stderr.Bytes())
	}
	return out
}

func TestSha256sumChecksAManifest(t *testing.T) {
	dir, _ := oddFiles().make(t)
	list := filepath.Join(t.TempDir(), "manifest")
	must(t, os.WriteFile(list, manifestOf(t, dir).Text(), 0o600))
	out := sha256sum(t, dir, "--check", "--strict", list)
	if got := bytes.Count(out, []byte(": OK\n")); got != len(oddNames) {
		t.Errorf("sha256sum found %d files of %d in order:\n%s", got, len(oddNames), out)
	}
}

func TestAListOfSha256sumIsVerified(t *testing.T) {
	dir, tree := oddFiles().make(t)
	names := slices.DeleteFunc(slices.Clone(oddNames), func(name string) bool { return name == "-" })
	for _, mode := range []string{"--text", "--binary"} {
		out := sha256sum(t, dir, append([]string{mode, "--"}, names...)...)
		m, err := ReadManifest(bytes.NewReader(out))
		must(t, err)
		v, err := m.Verify(tree, ".", here())
		must(t, err)
		if !v.OK || v.Matched != len(names) {
			t.Errorf("%s: %d of %d match, with problems %v", mode, v.Matched, len(names), v.Problems)
		}
	}
}

// states are what became of each file, and of which kind the problems are.
func states(v Verified) []string {
	var lines []string
	for _, f := range v.Files {
		lines = append(lines, f.Path+" "+string(f.State))
	}
	for _, p := range v.Problems {
		line := "! " + string(p.Kind)
		if p.File != "" {
			line += " " + p.File
		}
		lines = append(lines, line)
	}
	return lines
}

func TestVerifyTellsWhatBecameOfTheFiles(t *testing.T) {
	_, public := newPair(1)
	_, other := newPair(2)
	for name, c := range map[string]struct {
		then func(dir string) error
		want []string
	}{
		"nothing": {
			func(string) error { return nil },
			[]string{"a.pub unchanged", "b.pub unchanged"}},
		"another content": {
			func(dir string) error { return os.WriteFile(dir+"/a.pub", other, 0o600) },
			[]string{"a.pub changed", "b.pub unchanged", "! changed a.pub"}},
		"gone": {
			func(dir string) error { return os.Remove(dir + "/a.pub") },
			[]string{"a.pub missing", "b.pub unchanged", "! missing a.pub"}},
		"another name": {
			func(dir string) error { return os.Rename(dir+"/a.pub", dir+"/c.pub") },
			[]string{"a.pub missing", "b.pub unchanged", "c.pub added", "! missing a.pub", "! added c.pub"}},
		"more open": {
			func(dir string) error { return os.Chmod(dir+"/a.pub", 0o644) },
			[]string{"a.pub mode_changed", "b.pub unchanged", "! mode_changed a.pub"}},
		"another content, and more open": {
			func(dir string) error {
				return errors.Join(os.WriteFile(dir+"/a.pub", other, 0o600), os.Chmod(dir+"/a.pub", 0o644))
			},
			[]string{"a.pub changed", "b.pub unchanged", "! changed a.pub", "! mode_changed a.pub"}},
		"a link in its place": {
			func(dir string) error { return errors.Join(os.Remove(dir+"/a.pub"), os.Symlink("b.pub", dir+"/a.pub")) },
			[]string{"a.pub changed", "b.pub unchanged", "! changed a.pub"}},
		"a folder in its place": {
			func(dir string) error { return errors.Join(os.Remove(dir+"/a.pub"), os.Mkdir(dir+"/a.pub", 0o700)) },
			[]string{"a.pub changed", "b.pub unchanged", "! changed a.pub"}},
		"a new key in a folder": {
			func(dir string) error {
				return errors.Join(os.Mkdir(dir+"/x", 0o700), os.WriteFile(dir+"/x/c", other, 0o600))
			},
			[]string{"a.pub unchanged", "b.pub unchanged", "x/c added", "! added x/c"}},
		"a new file that is no key": {
			func(dir string) error { return os.WriteFile(dir+"/c", []byte("none"), 0o600) },
			[]string{"a.pub unchanged", "b.pub unchanged"}},
		"all of them gone": {
			func(dir string) error { return errors.Join(os.Remove(dir+"/a.pub"), os.Remove(dir+"/b.pub")) },
			[]string{"a.pub missing", "b.pub missing", "! missing a.pub", "! missing b.pub", "! nothing_matched"}},
	} {
		t.Run(name, func(t *testing.T) {
			dir, tree := folderOf{"a.pub": public, "b.pub": public}.make(t)
			m := manifestOf(t, dir)
			must(t, c.then(dir))
			v, err := m.Verify(tree, ".", here())
			must(t, err)
			if diff := cmp.Diff(c.want, states(v)); diff != "" {
				t.Error(diff)
			}
			if v.OK != (len(v.Problems) == 0) {
				t.Errorf("OK is %v with the problems %v", v.OK, v.Problems)
			}
		})
	}
}

func TestAnotherOwnerIsTold(t *testing.T) {
	_, public := newPair(1)
	dir, tree := folderOf{"a.pub": public}.make(t)
	m := manifestOf(t, dir)
	m.Files[0].Owner = "ada"
	v, err := m.Verify(tree, ".", here())
	must(t, err)
	if diff := cmp.Diff([]string{"a.pub mode_changed", "! mode_changed a.pub"}, states(v)); diff != "" {
		t.Error(diff)
	}
}

func TestAManifestThatMatchesNothingIsNeverASuccess(t *testing.T) {
	_, public := newPair(1)
	tree := fstest.MapFS{"a.pub": {Data: public}}
	empty, err := NewManifest(fstest.MapFS{}, ".", "/keys", here())
	must(t, err)
	plain, err := ReadManifest(strings.NewReader(""))
	must(t, err)
	elsewhere, err := NewManifest(fstest.MapFS{"b.pub": {Data: public}}, ".", "/other", here())
	must(t, err)
	for name, m := range map[string]Manifest{"of no file": empty, "of no line": plain, "of another folder": elsewhere} {
		for _, folder := range []fstest.MapFS{{}, tree} {
			v, err := m.Verify(folder, ".", here())
			must(t, err)
			if v.OK || v.Matched != 0 || v.Problems[len(v.Problems)-1].Kind != NothingMatched {
				t.Errorf("a manifest %s: %+v", name, v)
			}
		}
	}
}

func TestAListOfOthersDoesNotSayWhatIsNew(t *testing.T) {
	_, public := newPair(1)
	tree := fstest.MapFS{"a.sec": {Data: public}, "a.pub": {Data: public}}
	text := "# made by hand\n" + strings.ToUpper(digestOf(t, tree, "a.sec")) + " *./a.sec\r\n\n"
	m, err := ReadManifest(strings.NewReader(text))
	must(t, err)
	v, err := m.Verify(tree, ".", here())
	must(t, err)
	if diff := cmp.Diff([]string{"a.sec unchanged"}, states(v)); diff != "" || !v.OK {
		t.Error(diff)
	}
}

func digestOf(t *testing.T, tree fstest.MapFS, name string) string {
	t.Helper()
	r, err := record(tree, name, here())
	must(t, err)
	return r.SHA256
}

func TestWhatCannotBeReadIsAProblemOfTheManifest(t *testing.T) {
	_, public := newPair(1)
	tree := locked{fstest.MapFS{"a.pub": {Data: public}, "b.pub": {Data: public}}, []string{"b.pub"}}
	m, err := NewManifest(tree, ".", "/keys", here())
	must(t, err)
	if len(m.Files) != 1 || len(m.Problems) != 1 || m.Problems[0].Kind != Unreadable || m.Problems[0].File != "b.pub" {
		t.Fatalf("the manifest is %+v", m)
	}
	back, err := ReadManifest(bytes.NewReader(m.Text()))
	must(t, err)
	v, err := back.Verify(tree, ".", here())
	must(t, err)
	if diff := cmp.Diff([]string{"a.pub unchanged", "b.pub unreadable", "! unreadable b.pub"}, states(v)); diff != "" {
		t.Error(diff)
	}
}

func TestLinesThatSayNothingAreTold(t *testing.T) {
	digest := strings.Repeat("0a", 32)
	for line, bad := range map[string]bool{
		digest + "  a.pub":                           false,
		digest + " *a.pub":                           false,
		"  " + digest + "  a.pub":                    false,
		`\` + digest + `  a\nb`:                      false,
		digest + `  a\nb`:                            false, // a backslash and an n
		"# anything":                                 false,
		`\` + digest + `  a\tb`:                      true,
		`\` + digest + `  a\`:                        true,
		digest + " a.pub":                            true,
		digest + "a.pub":                             true,
		digest[1:] + "  a.pub":                       true,
		strings.Repeat("0g", 32) + "  a.pub":         true,
		digest + "  /etc/passwd":                     true,
		digest + "  ../a":                            true,
		digest + "  a/../../b":                       true,
		digest + "  .":                               true,
		digest + "  ":                                true,
		digest + "  a\x00b":                          true,
		digest + "  first.pub":                       true, // named before
		digest + "  x/../first.pub":                  true,
		"SHA256 (a.pub) = " + digest:                 true,
		"# file 9999 \"ada\"":                        true,
		"# file 0600 ada":                            true,
		"# made yesterday":                           true,
		"# folder /srv":                              true,
		formatLine + "7":                             false, // a comment, but in the first line
		strings.Repeat("x", 300) + "\x1b[31m":        true,
		hex.EncodeToString(make([]byte, 65)) + "  a": true,
	} {
		text := fmt.Sprintf("%s1\n%s  first.pub\n%s\n", formatLine, digest, line)
		m, err := ReadManifest(strings.NewReader(text))
		must(t, err)
		if got := len(m.Problems) > 0; got != bad {
			t.Errorf("%q is told as %v", line, m.Problems)
		}
		if bad && (len(m.Problems) != 1 || m.Problems[0].Kind != BadLine || m.Problems[0].Line != 3 || len(m.Files) != 1) {
			t.Errorf("%q gives the files %v and the problems %v", line, m.Files, m.Problems)
		}
	}
}

func TestAFileThatIsNoManifestIsRefused(t *testing.T) {
	secret, _ := newPair(1)
	for name, c := range map[string]struct {
		text string
		want string
	}{
		"a key":              {string(secret), "no manifest"},
		"another format":     {formatLine + "2\n", "another format"},
		"a line without end": {strings.Repeat("a", maxLine+1), "line 1"},
		"too long":           {strings.Repeat("# \n", maxManifest/3+1), "more than 16 MiB"},
	} {
		if _, err := ReadManifest(strings.NewReader(c.text)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s is told as %v", name, err)
		}
	}
}

func TestManyBadLinesAreCounted(t *testing.T) {
	text := strings.Repeat("0a", 32) + "  a\n" + strings.Repeat("bad\n", maxBadLines+5)
	m, err := ReadManifest(strings.NewReader(text))
	must(t, err)
	if last := m.Problems[len(m.Problems)-1]; len(m.Problems) != maxBadLines+1 || !strings.HasPrefix(last.Detail, "5 more") {
		t.Errorf("there are %d problems, the last %v", len(m.Problems), last)
	}
}

func FuzzReadManifest(f *testing.F) {
	digest := strings.Repeat("0a", 32)
	f.Add([]byte(formatLine + "1\n# folder \"/srv\"\n# made 2026-01-02T03:04:05Z\n# file 0600 \"ada\"\n" + digest + "  a.pub\n"))
	f.Add([]byte(digest + " *a.pub\r\n\\" + digest + "  a\\nb\n"))
	f.Add([]byte(digest + "  ../../etc/passwd\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		m, err := ReadManifest(bytes.NewReader(text))
		if err != nil {
			return
		}
		for _, file := range m.Files {
			if !filepath.IsLocal(file.Name) || len(file.SHA256) != digestLength {
				t.Errorf("the file %+v", file)
			}
		}
		m.Problems, m.Format = nil, ManifestFormat
		back, err := ReadManifest(bytes.NewReader(m.Text()))
		if err != nil {
			t.Fatalf("what was written is not read: %v\n%q", err, m.Text())
		}
		if diff := cmp.Diff(m.Files, back.Files); diff != "" || len(back.Problems) > 0 {
			t.Errorf("%s %v", diff, back.Problems)
		}
	})
}
