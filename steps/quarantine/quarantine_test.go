package quarantine

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"wsc-respond/steps/durable"
	"wsc-respond/steps/durable/durabletest"
	"wsc-respond/steps/wasmsig"
)

func TestAFileIsRecordedThenMovedThenChecked(t *testing.T) {
	w := newWard(t)
	e := w.mustMove("token.wasm")
	name := digest(w.content)[:16] + "-token.wasm"
	if e.Name != name || e.State != Done || e.SHA256After != digest(w.content) || len(e.Problems) > 0 {
		t.Errorf("the entry is %+v", e)
	}
	if w.there("token.wasm") {
		t.Error("the file is still at its old place")
	}
	path := filepath.Join(w.to, name)
	info, err := os.Lstat(path)
	if err != nil || info.Mode() != 0o400 {
		t.Errorf("what lies in quarantine is %v, %v", info, err)
	}
	if got, err := os.ReadFile(path); err != nil || !bytes.Equal(got, w.content) {
		t.Errorf("its content is %x, %v", got, err)
	}
	list, _ := w.entries()
	if len(list) != 2 || list[0].State != Intended || list[1].State != Done {
		t.Fatalf("the list is %+v", list)
	}
	first := list[0]
	if first.Path != filepath.Join(w.from, "token.wasm") || first.SHA256 != digest(w.content) || first.File.Mode != "0755" ||
		first.File.Links != 1 || first.File.Inode == 0 || first.File.Size != int64(len(w.content)) || first.Note != "found by scan" ||
		first.Kind != wasmsig.CoreModule || first.Inspection == nil || !first.At.Equal(night) {
		t.Errorf("before the move this was recorded: %+v", first)
	}
}

func TestTheListIsDurableBeforeTheMove(t *testing.T) {
	w := newWard(t)
	disk := &durabletest.Disk{}
	if _, err := Move(t.Context(), w.request(disk, "token.wasm")); err != nil {
		t.Fatal(err)
	}
	acts := strings.Join(disk.Acts, "\n")
	wrote, synced := strings.Index(acts, "write "+ListName), strings.Index(acts, "sync "+ListName)
	if moved := strings.Index(acts, "move "); wrote < 0 || synced < wrote || moved < synced {
		t.Errorf("the acts are:\n%s", acts)
	}
}

func TestWhatIsNoModuleIsQuarantinedToo(t *testing.T) {
	w := newWard(t)
	w.write("drop.sh", []byte("#!/bin/sh\n"))
	e := w.mustMove("drop.sh")
	if e.Kind != wasmsig.UnknownKind || e.Inspection != nil || e.State != Done {
		t.Errorf("the entry is %+v", e)
	}
}

func TestTheSameFileAgainGetsAnotherName(t *testing.T) {
	w := newWard(t)
	first := w.mustMove("token.wasm")
	w.write("token.wasm", w.content)
	second := w.mustMove("token.wasm")
	if second.Name != first.Name+".2" {
		t.Errorf("the names are %s and %s", first.Name, second.Name)
	}
	if list, _ := w.entries(); len(list) != 4 {
		t.Errorf("the list is %+v", list)
	}
}

func TestAHostileNameBecomesAPlainOne(t *testing.T) {
	for base, want := range map[string]string{
		"a.wasm":                   "a.wasm",
		"-rf \x1b[2J\u202e\xff.sh": "-rf___2J_______.sh",
		strings.Repeat("x", 255):   strings.Repeat("x", maxBase),
	} {
		got := plain(base)
		if strings.ContainsFunc(got, func(r rune) bool { return r <= ' ' || r > '~' }) || len(got) > maxBase {
			t.Errorf("plain(%q) is %q", base, got)
		}
		if strings.Trim(want, "_") == want && !strings.Contains(want, "_") && got != want {
			t.Errorf("plain(%q) is %q, not %q", base, got, want)
		}
	}
	w := newWard(t)
	name := "odd\n\xff\x1b[2J.wasm"
	w.write(name, w.content)
	e := w.mustMove(name)
	if string(e.PathBytes) != filepath.Join(w.from, name) {
		t.Errorf("the path is kept as %q", e.PathBytes)
	}
}

func TestOtherNamesOfTheFileAreTold(t *testing.T) {
	w := newWard(t)
	if err := os.Link(filepath.Join(w.from, "token.wasm"), filepath.Join(w.from, "copy.wasm")); err != nil {
		t.Fatal(err)
	}
	e := w.mustMove("token.wasm")
	if len(e.Problems) != 1 || e.Problems[0].Kind != OtherNames || !strings.HasPrefix(e.Problems[0].Detail, "1 other name") {
		t.Errorf("the problems are %+v", e.Problems)
	}
}

func TestLinksFoldersAndPipesAreRefused(t *testing.T) {
	w := newWard(t)
	if err := os.Symlink("token.wasm", filepath.Join(w.from, "link")); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(w.from, "folder"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mkfifo(filepath.Join(w.from, "pipe"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"link", "folder", "pipe"} {
		if _, err := w.move(name); !errors.Is(err, durable.ErrNotRegular) || !w.there(name) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if list, torn := w.entries(); len(list)+torn > 0 {
		t.Errorf("the list is %+v", list)
	}
}

func TestWhatLiesInQuarantineStaysThere(t *testing.T) {
	w := newWard(t)
	e := w.mustMove("token.wasm")
	w.from = w.to
	if _, err := w.move(e.Name); err == nil || !w.there(e.Name) {
		t.Errorf("it was moved within the quarantine: %v", err)
	}
}

func TestAFileThatChangesBeforeTheMoveStays(t *testing.T) {
	w := newWard(t)
	r := w.request(&durabletest.Disk{}, "token.wasm")
	r.To = meanwhile{r.To, func() { w.write("token.wasm", []byte("something else")) }}
	if _, err := Move(t.Context(), r); err == nil || !w.there("token.wasm") {
		t.Errorf("it was moved: %v", err)
	}
}

// meanwhile lets somebody write to the file after it was read, when a name in
// quarantine is looked for.
type meanwhile struct {
	durable.Folder
	write func()
}

func (m meanwhile) Lstat(name string) (fs.FileInfo, error) {
	if strings.HasSuffix(name, ".wasm") {
		m.write()
	}
	return m.Folder.Lstat(name)
}

// later lets somebody write to the file at the last moment: right before it is
// moved.
type later struct {
	durable.Folder
	write func()
}

func (l later) Move(name string, to durable.Folder, as string) error {
	l.write()
	return l.Folder.Move(name, to, as)
}

func TestAFileThatChangesDuringTheMoveIsTold(t *testing.T) {
	w := newWard(t)
	r := w.request(&durabletest.Disk{}, "token.wasm")
	changed := []byte("something else")
	r.From = later{r.From, func() { w.write("token.wasm", changed) }}
	e, err := Move(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	if len(e.Problems) != 1 || e.Problems[0].Kind != Changed || e.SHA256 != digest(w.content) || e.SHA256After != digest(changed) {
		t.Errorf("the entry is %+v", e)
	}
	for _, one := range []string{e.SHA256, e.SHA256After} {
		if !strings.Contains(e.Problems[0].Detail, one) {
			t.Errorf("the problem does not name %s: %s", one, e.Problems[0].Detail)
		}
	}
}

func TestNothingInQuarantineIsOverwritten(t *testing.T) {
	w := newWard(t)
	r := w.request(&durabletest.Disk{}, "token.wasm")
	taken := filepath.Join(w.to, digest(w.content)[:16]+"-token.wasm")
	r.From = later{r.From, func() {
		if err := os.WriteFile(taken, []byte("another's"), 0o600); err != nil {
			t.Error(err)
		}
	}}
	if _, err := Move(t.Context(), r); !errors.Is(err, fs.ErrExist) || !w.there("token.wasm") {
		t.Errorf("it was moved: %v", err)
	}
	if got, _ := os.ReadFile(taken); string(got) != "another's" {
		t.Errorf("what lay there is %q", got)
	}
	list, _ := w.entries()
	if len(list) != 2 || list[1].State != Failed || list[1].Why == "" {
		t.Errorf("the list is %+v", list)
	}
}
