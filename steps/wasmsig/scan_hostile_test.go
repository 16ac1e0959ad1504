package wasmsig_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/fstest"
	"time"

	"wsc-respond/steps/wasmsig"
	"wsc-respond/steps/wasmsig/sample"
)

// host is a tree that does what host file systems do: its files fail, change
// and vanish, and its folders are trees of their own.
type host struct {
	fs.FS
	state *hostState
}

type hostState struct {
	mu     sync.Mutex
	opened []string
	trees  atomic.Int64 // that are open
	widest atomic.Int64
	read   atomic.Int64 // bytes
	fail   map[string]error
	after  int // reads of a file that succeed before it fails
	grow   string
}

func newHost(tree fs.FS) host {
	return host{FS: tree, state: &hostState{fail: map[string]error{}}}
}

func (h host) Open(name string) (fs.File, error) {
	h.state.mu.Lock()
	h.state.opened = append(h.state.opened, name)
	h.state.mu.Unlock()
	file, err := h.FS.Open(name)
	if err != nil {
		return nil, err
	}
	if dir, ok := file.(fs.ReadDirFile); ok {
		return dir, nil
	}
	return &hostFile{File: file, name: name, state: h.state}, nil
}

func (h host) Sub(name string) (fs.FS, error) {
	sub, err := fs.Sub(h.FS, name)
	h.state.widest.Store(max(h.state.widest.Load(), h.state.trees.Add(1)))
	return host{FS: sub, state: h.state}, err
}

func (h host) Close() error {
	h.state.trees.Add(-1)
	return nil
}

type hostFile struct {
	fs.File
	name  string
	state *hostState
	reads int
}

func (f *hostFile) ReadAt(into []byte, at int64) (int, error) {
	f.reads++
	f.state.read.Add(int64(len(into)))
	if err := f.state.fail[f.name]; err != nil && f.reads > f.state.after {
		return 0, err
	}
	return f.File.(io.ReaderAt).ReadAt(into, at)
}

func (f *hostFile) Stat() (fs.FileInfo, error) {
	info, err := f.File.Stat()
	if f.name == f.state.grow && f.reads > 0 {
		return grown{info}, err
	}
	return info, err
}

type grown struct{ fs.FileInfo }

func (g grown) Size() int64 { return g.FileInfo.Size() + 1 }

func TestWhatCannotBeReadIsToldAndTheOthersAreFound(t *testing.T) {
	h := newHost(world4(t))
	h.state.fail["b.wasm"] = errors.New("input/output error")
	got := scanAll(t, h, ".", wasmsig.Query{Keys: publicKeys("alice")})
	wantSame(t, got.paths(), []string{"a.wasm", "c.wasm", "sub/d.wasm"})
	wantSame(t, len(got.unread), 1)
	if why := got.unread["b.wasm"]; !strings.Contains(why, "input/output error") {
		t.Errorf("the reason is %q", why)
	}
	wantSame(t, got.summary.Unread, int64(1))
}

// world4 is four modules of alice, large enough to be read in several pieces.
func world4(t *testing.T) fstest.MapFS {
	t.Helper()
	module := sample.Sign(sample.Split(sample.Core(60000, 5), 3, 4), true, sample.KeyOf("alice"))
	return folderOf(map[string][]byte{"a.wasm": module, "b.wasm": module, "c.wasm": module, "sub/d.wasm": module})
}

func TestAMatchBeforeAnErrorIsStillAMatch(t *testing.T) {
	h := newHost(world4(t))
	h.state.fail["b.wasm"], h.state.after = errors.New("input/output error"), 1
	got := scanAll(t, h, ".", wasmsig.Query{Keys: publicKeys("alice"), Expected: signersOf(t, "key alice.pub")})
	wantSame(t, got.lines()[1], "b.wasm: signature "+keyIDOf("alice")+" unreadable")
	wantSame(t, *got.matches[1].Expected, false)
	wantSame(t, len(got.unread), 1)
}

func TestAFileThatChangesWhileItIsReadIsUnreadable(t *testing.T) {
	h := newHost(world4(t))
	h.state.grow = "b.wasm"
	got := scanAll(t, h, ".", wasmsig.Query{Keys: publicKeys("alice")})
	wantSame(t, got.unread, map[string]string{"b.wasm": "it was changed while it was read"})
	wantSame(t, len(got.matches), 4)

	h = newHost(world4(t))
	h.state.fail["c.wasm"] = io.EOF // it is shorter than it was
	if why := scanAll(t, h, ".", wasmsig.Query{Keys: publicKeys("alice")}).unread["c.wasm"]; !strings.Contains(why, io.ErrUnexpectedEOF.Error()) {
		t.Errorf("the reason is %q", why)
	}
}

// vanishing lists what is not there any more when it is opened.
type vanishing struct{ fstest.MapFS }

func (v vanishing) Open(name string) (fs.File, error) {
	if strings.HasPrefix(name, "gone") {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	}
	return v.MapFS.Open(name)
}

func (v vanishing) Sub(name string) (fs.FS, error) {
	if name == "." {
		return v, nil
	}
	return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrPermission}
}

func TestWhatVanishesIsToldByItsPathAndReason(t *testing.T) {
	tree := vanishing{world4(t)}
	tree.MapFS["gone.wasm"] = &fstest.MapFile{Data: []byte("x")}
	got := scanAll(t, tree, ".", wasmsig.Query{Keys: publicKeys("alice")})
	wantSame(t, got.unread, map[string]string{"gone.wasm": "file does not exist", "sub": "permission denied"})
	wantSame(t, len(got.matches), 3)
}

func TestLinksAndSpecialFilesAreCountedAndNeverOpened(t *testing.T) {
	tree := world4(t)
	outside := sample.Sign(sample.Core(100, 1), true, sample.KeyOf("alice"))
	for name, mode := range map[string]fs.FileMode{
		"link": fs.ModeSymlink, "sub/link": fs.ModeSymlink, "pipe": fs.ModeNamedPipe, "socket": fs.ModeSocket,
		"disk": fs.ModeDevice, "tty": fs.ModeDevice | fs.ModeCharDevice, "odd": fs.ModeIrregular,
	} {
		tree[name] = &fstest.MapFile{Data: outside, Mode: mode}
	}
	h := newHost(tree)
	got := scanAll(t, h, ".", wasmsig.Query{Keys: publicKeys("alice")})
	wantSame(t, got.summary, wasmsig.Summary{Files: 4, Modules: 4, Signed: 4, Matched: 4, Links: 2, Special: 5})
	slices.Sort(h.state.opened)
	wantSame(t, slices.Compact(h.state.opened), []string{".", "a.wasm", "b.wasm", "c.wasm", "d.wasm"})
}

func TestFoldersAreClosedAndFewAreOpenAtATime(t *testing.T) {
	tree := fstest.MapFS{}
	module := sample.Sign(sample.Core(100, 1), true, sample.KeyOf("alice"))
	for i := range 400 {
		tree[fmt.Sprintf("%d/%d/m", i, i)] = &fstest.MapFile{Data: module}
	}
	h := newHost(tree)
	wantSame(t, scanAll(t, h, ".", wasmsig.Query{Keys: publicKeys("alice")}).summary.Matched, int64(400))
	wantSame(t, h.state.trees.Load(), int64(0))
	if most := h.state.widest.Load(); most > 64 {
		t.Errorf("%d folders were open at a time", most)
	}
}

// well is a folder in which lies a folder, and so on for ever.
type well struct{}

func (well) Open(name string) (fs.File, error) { return &wellDir{}, nil }

type wellDir struct{ read bool }

func (*wellDir) Stat() (fs.FileInfo, error) { return wellInfo{}, nil }
func (*wellDir) Read([]byte) (int, error)   { return 0, errors.ErrUnsupported }
func (*wellDir) Close() error               { return nil }
func (d *wellDir) ReadDir(int) ([]fs.DirEntry, error) {
	if d.read {
		return nil, io.EOF
	}
	d.read = true
	return []fs.DirEntry{fs.FileInfoToDirEntry(wellInfo{})}, nil
}

type wellInfo struct{}

func (wellInfo) Name() string       { return "d" }
func (wellInfo) Size() int64        { return 0 }
func (wellInfo) Mode() fs.FileMode  { return fs.ModeDir }
func (wellInfo) ModTime() time.Time { return time.Time{} }
func (wellInfo) IsDir() bool        { return true }
func (wellInfo) Sys() any           { return nil }

func TestAFolderWithoutABottomEnds(t *testing.T) {
	got := scanAll(t, well{}, ".", wasmsig.Query{All: true})
	wantSame(t, len(got.unread), 1)
	for path, why := range got.unread {
		if strings.Count(path, "/") != 2048 || !strings.Contains(why, "2048 folders deep") {
			t.Errorf("%d deep: %s", strings.Count(path, "/"), why)
		}
	}
}

func TestAScanReadsTheBeginningsOfSectionsOnly(t *testing.T) {
	module := sample.Sign(sample.Core(8<<20, 1), true, sample.KeyOf("alice"))
	h := newHost(folderOf(map[string][]byte{"large": module, "unsigned": sample.Detach(module)}))
	wantSame(t, scanAll(t, h, ".", wasmsig.Query{Keys: publicKeys("alice")}).summary.Matched, int64(1))
	if n := h.state.read.Load(); n > 16<<10 {
		t.Errorf("%d bytes were read of two modules of 8 MiB", n)
	}
}

// crowd is a module with as many signatures as a section can hold, of which
// the key made the last.
func crowd(key sample.Key) []byte {
	hashes := sample.Hashes(sample.Core(100, 1))
	junk := wasmsig.Signature{Algorithm: 1, Value: bytes.Repeat([]byte{7}, 64)}
	var sets []wasmsig.Set
	for range 64 {
		set := wasmsig.Set{Hashes: hashes}
		for range 256 {
			set.Signatures = append(set.Signatures, junk)
		}
		sets = append(sets, set)
	}
	sets[63].Signatures[255] = sample.Signature(hashes, false, key)
	return sample.Attach(sample.Core(100, 1), wasmsig.Signatures{Sets: sets}.Encode())
}

func TestACrowdOfSignaturesIsNotTriedToItsEndAndThatIsTold(t *testing.T) {
	alice := sample.KeyOf("alice")
	module := crowd(alice)
	tree := folderOf(map[string][]byte{"crowd": module})
	got := scanAll(t, tree, ".", wasmsig.Query{Keys: publicKeys("alice")})
	if why := got.unread["crowd"]; len(got.matches) > 0 || !strings.Contains(why, "not tried") {
		t.Errorf("it is told as %v, %q", got.lines(), why)
	}
	got = scanAll(t, tree, ".", wasmsig.Query{Keys: publicKeys("alice"), All: true})
	wantSame(t, got.lines(), []string{"crowd:  too_many_signatures"})
}

func TestAModuleOfManySignersIsToldInBounds(t *testing.T) {
	hashes := sample.Hashes(sample.Core(100, 1))
	set := wasmsig.Set{Hashes: hashes}
	for i := range 256 {
		set.Signatures = append(set.Signatures, wasmsig.Signature{KeyID: fmt.Appendf(nil, "%012d", i), Algorithm: 1, Value: make([]byte, 64)})
	}
	section := sample.Custom("signature", wasmsig.Signatures{Sets: []wasmsig.Set{set}}.Encode())
	module := sample.Module(slices.Repeat([][]byte{section}, 40)...)
	got := scanAll(t, folderOf(map[string][]byte{"many": module}), ".", wasmsig.Query{All: true})
	wantSame(t, len(got.matches), 64)
	for _, m := range got.matches {
		if len(m.Problems) > 17 {
			t.Fatalf("%d problems of one module", len(m.Problems))
		}
	}
}

func TestWhatASignatureSaysOfItsSignerIsKeptInBounds(t *testing.T) {
	core := sample.Core(100, 1)
	sig := wasmsig.Signature{KeyID: make([]byte, 1<<20), Algorithm: 1, Value: make([]byte, 64)}
	set := wasmsig.Set{Hashes: sample.Hashes(core), Signatures: []wasmsig.Signature{sig}}
	who := sample.Identity{Name: "https://" + strings.Repeat("x", 1<<20), Issuer: "https://" + strings.Repeat("y", 1<<20)}
	tree := folderOf(map[string][]byte{
		"id":       sample.Attach(core, wasmsig.Signatures{Sets: []wasmsig.Set{set}}.Encode()),
		"identity": sample.Keyless(core, who, sample.NewCA("long"), sample.NewLog("long")),
	})
	got := scanAll(t, tree, ".", wasmsig.Query{All: true, Expected: signersOf(t), Keys: publicKeys("alice")})
	wantSame(t, len(got.matches), 2)
	for _, m := range got.matches {
		if n := len(fmt.Sprintf("%+v", m)); n > 8<<10 {
			t.Errorf("%d bytes are kept of %s", n, m.Path)
		}
	}
}

func TestASignatureThatCannotBeDecodedIsNotTakenForNone(t *testing.T) {
	core := sample.Core(100, 1)
	tree := folderOf(map[string][]byte{
		"garbled": sample.Attach(core, []byte{1, 1, 1, 9}),
		"unknown": sample.Attach(core, []byte{3, 3, 3, 3}),
		"cut":     sample.Sign(core, true, sample.KeyOf("alice"))[:40],
		"version": []byte("\x00asm\x09\x00\x00\x00"),
		"claims":  append(wasmsig.Header(wasmsig.CoreModule), 0, 0xff, 0xff, 0xff, 0xff, 0x0f, 1),
	})
	got := scanAll(t, tree, ".", wasmsig.Query{Keys: publicKeys("alice")})
	wantSame(t, len(got.matches), 0)
	wantSame(t, len(got.unread), 5)
	wantSame(t, got.summary.Signed, int64(2))
}

// huge is a file of signature sections that all claim as much as wsc reads.
type huge struct{ sections int64 }

const hugeSection = 16 << 20

func (h huge) ReadAt(into []byte, at int64) (int, error) {
	clear(into)
	for i := range into {
		switch place := at + int64(i); {
		case place < 8:
			into[i] = "\x00asm\x01\x00\x00\x00"[place]
		case (place-8)%hugeSection < 15:
			into[i] = hugeHead[(place-8)%hugeSection]
		}
	}
	return len(into), nil
}

// hugeHead begins each section: id, length, name.
var hugeHead = "\x00\xfb\xff\xff\x07" + "\x09signature"

type hugeFile struct{ huge }

func (h hugeFile) Stat() (fs.FileInfo, error) { return hugeInfo{size: 8 + h.sections*hugeSection}, nil }
func (hugeFile) Read([]byte) (int, error)     { return 0, errors.ErrUnsupported }
func (hugeFile) Close() error                 { return nil }

type hugeInfo struct {
	wellInfo
	size int64
}

func (i hugeInfo) Size() int64     { return i.size }
func (hugeInfo) Mode() fs.FileMode { return 0 }
func (hugeInfo) IsDir() bool       { return false }

type hugeTree struct{ fs.FS }

func (h hugeTree) Open(name string) (fs.File, error) {
	if name == "." {
		return h.FS.Open(name)
	}
	return hugeFile{huge{4}}, nil
}

func TestLargeSignaturesAreReadOneAtATime(t *testing.T) {
	tree := fstest.MapFS{}
	for i := range 8 {
		tree[fmt.Sprint(i)] = &fstest.MapFile{}
	}
	var most atomic.Uint64
	stop := make(chan struct{})
	watched := make(chan struct{})
	go func() {
		defer close(watched)
		var now runtime.MemStats
		for {
			select {
			case <-stop:
				return
			default:
				runtime.ReadMemStats(&now)
				most.Store(max(most.Load(), now.HeapAlloc))
			}
		}
	}()
	got := scanAll(t, hugeTree{tree}, ".", wasmsig.Query{All: true})
	close(stop)
	<-watched
	wantSame(t, len(got.unread), 8)
	if n := most.Load(); n > 160<<20 {
		t.Errorf("%d MiB were held for 8 files of 64 MiB", n>>20)
	}
}

func TestAScanThatIsCancelledEnds(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	tree := fstest.MapFS{}
	for i := range 5000 {
		tree[fmt.Sprintf("%d/m", i)] = &fstest.MapFile{Data: sample.Sign(sample.Core(100, 1), true, sample.KeyOf("alice"))}
	}
	got, err := wasmsig.Scan(ctx, tree, ".", wasmsig.Query{All: true}, wasmsig.Findings{Match: func(wasmsig.Match) { cancel() }})
	if !errors.Is(err, context.Canceled) || got.Matched == 5000 {
		t.Errorf("it ended with %v after %d", err, got.Matched)
	}
}
