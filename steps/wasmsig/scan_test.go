package wasmsig_test

import (
	"cmp"
	"context"
	"encoding/hex"
	"errors"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"wsc-respond/steps/keyfile"
	"wsc-respond/steps/trust"
	"wsc-respond/steps/wasmsig"
	"wsc-respond/steps/wasmsig/sample"
)

// scanned is what a scan told, sorted.
type scanned struct {
	matches []wasmsig.Match
	unread  map[string]string
	summary wasmsig.Summary
}

func scanAll(t testing.TB, fsys fs.FS, name string, q wasmsig.Query) scanned {
	t.Helper()
	f := scanned{unread: map[string]string{}}
	var err error
	f.summary, err = wasmsig.Scan(context.Background(), fsys, name, q, wasmsig.Findings{
		Match:  func(m wasmsig.Match) { f.matches = append(f.matches, m) },
		Unread: func(path string, why error) { f.unread[path] = why.Error() },
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.SortFunc(f.matches, func(a, b wasmsig.Match) int {
		return cmp.Or(cmp.Compare(a.Path, b.Path), cmp.Compare(a.KeyID, b.KeyID), cmp.Compare(a.Identity, b.Identity))
	})
	return f
}

// told is a match as "path: how signer [problems]".
func told(m wasmsig.Match) string {
	out := m.Path + ": " + strings.TrimSpace(string(m.MatchedBy)+" "+m.KeyID+m.Identity)
	for _, p := range m.Problems {
		out += " " + string(p.Kind)
	}
	return out
}

func (f scanned) lines() []string {
	var lines []string
	for _, m := range f.matches {
		lines = append(lines, told(m))
	}
	return lines
}

func (f scanned) paths() []string {
	var paths []string
	for _, m := range f.matches {
		paths = append(paths, m.Path)
	}
	return slices.Compact(paths)
}

func folderOf(content map[string][]byte) fstest.MapFS {
	tree := fstest.MapFS{}
	for name, data := range content {
		tree[name] = &fstest.MapFile{Data: data}
	}
	return tree
}

func wantSame(t testing.TB, got, want any) {
	t.Helper()
	if diff := gocmp.Diff(want, got); diff != "" {
		t.Errorf("want -, got +:\n%s", diff)
	}
}

func publicKeys(names ...string) []wasmsig.NamedKey {
	var keys []wasmsig.NamedKey
	for _, name := range names {
		keys = append(keys, wasmsig.NamedKey{Name: name + ".pub", Key: sample.KeyOf(name).Public()})
	}
	return keys
}

func keyIDOf(name string) string { return string(sample.KeyOf(name).Public().ID()) }

// claiming is a module that one key signed under the id of another.
func claiming(module []byte, by, as string) []byte {
	hashes := sample.Hashes(module)
	sig := sample.Signature(hashes, true, sample.KeyOf(by))
	sig.KeyID, _ = hex.DecodeString(keyIDOf(as)) // it is hex
	set := wasmsig.Set{Hashes: hashes, Signatures: []wasmsig.Signature{sig}}
	return sample.Attach(module, wasmsig.Signatures{Sets: []wasmsig.Set{set}}.Encode())
}

// signatureOf is the signature section of a module, and rest what follows it.
func signatureOf(t testing.TB, module []byte) (section, rest []byte) {
	t.Helper()
	bare := sample.Detach(module)
	return module[8 : 8+len(module)-len(bare)], bare[8:]
}

// world is a folder of all sorts of files, with modules of alice and others.
func scanWorld(t testing.TB) fstest.MapFS {
	alice, bob := sample.KeyOf("alice"), sample.KeyOf("bob")
	core := sample.Core(5000, 1)
	section, rest := signatureOf(t, sample.Sign(core, false, alice))
	bobs, _ := signatureOf(t, sample.Sign(core, true, bob))
	head := core[:8]
	return folderOf(map[string][]byte{
		"with-id":          sample.Sign(core, true, alice),
		"deep/er/no-id":    sample.Sign(core, false, alice),
		"component.txt":    sample.Sign(sample.Component(sample.Section(1, []byte{0})), false, alice),
		"co-signed.wasm":   sample.Sign(core, true, bob, alice),
		"wrong-id.wasm":    claiming(core, "alice", "bob"),
		"claimed.wasm":     claiming(core, "mallory", "alice"),
		"misplaced.wasm":   slices.Concat(head, rest, section),
		"doubled.wasm":     slices.Concat(head, bobs, section, rest),
		"cut.wasm":         slices.Concat(head, section, rest[:len(rest)/2]),
		"split.wasm":       sample.Sign(sample.Split(core, 1), false, alice),
		"bobs.wasm":        sample.Sign(core, true, bob),
		"unsigned.wasm":    core,
		"empty":            nil,
		"short":            []byte("\x00as"),
		"notes.txt":        []byte("no module"),
		"detached.sig":     section[:len(section)/2],
		"sub/unsigned.bin": core,
	})
}

func TestAKeyIsFoundWhateverIDItsSignaturesCarry(t *testing.T) {
	alice, bob := keyIDOf("alice"), keyIDOf("bob")
	got := scanAll(t, scanWorld(t), ".", wasmsig.Query{Keys: publicKeys("alice")})
	wantSame(t, got.lines(), []string{
		"claimed.wasm: key_id " + alice + " signature_invalid",
		"co-signed.wasm: signature " + alice,
		"component.txt: signature " + alice,
		"cut.wasm: signature " + alice + " truncated",
		"deep/er/no-id: signature " + alice,
		"doubled.wasm: signature " + alice + " signature_doubled",
		"misplaced.wasm: signature " + alice + " signature_misplaced",
		"split.wasm: signature " + alice,
		"with-id: signature " + alice,
		"wrong-id.wasm: signature " + alice + " signature_invalid",
	})
	wantSame(t, got.summary, wasmsig.Summary{Files: 17, Modules: 13, Signed: 11, Matched: 10})
	wantSame(t, got.unread, map[string]string{})
	if detail := got.matches[9].Problems[0].Detail; !strings.Contains(detail, bob) {
		t.Errorf("it is not said whose id the signature carries: %s", detail)
	}
}

func TestAKeyIDAloneFindsWhatCarriesIt(t *testing.T) {
	id := sample.KeyOf("alice").Public().ID()
	got := scanAll(t, scanWorld(t), ".", wasmsig.Query{IDs: []keyfile.ID{id}})
	wantSame(t, got.paths(), []string{"claimed.wasm", "co-signed.wasm", "with-id"})
	for _, m := range got.matches {
		wantSame(t, m.MatchedBy, wasmsig.ByKeyID)
		wantSame(t, len(m.Problems), 0)
	}
}

func TestAllFindsEverySignedModuleAndSaysHowTheSignerIsKnown(t *testing.T) {
	got := scanAll(t, scanWorld(t), ".", wasmsig.Query{All: true, Keys: publicKeys("bob")})
	for _, want := range []string{
		"with-id: key_id " + keyIDOf("alice"),
		"deep/er/no-id: ",
		"bobs.wasm: signature " + keyIDOf("bob"),
		"wrong-id.wasm: key_id " + keyIDOf("bob") + " signature_invalid",
	} {
		if !slices.Contains(got.lines(), want) {
			t.Errorf("%q is not among\n%s", want, strings.Join(got.lines(), "\n"))
		}
	}
	wantSame(t, got.summary.Matched, int64(11))
}

func TestOneFileIsScannedByItsName(t *testing.T) {
	got := scanAll(t, scanWorld(t), "deep/er/no-id", wasmsig.Query{Keys: publicKeys("alice")})
	wantSame(t, got.lines(), []string{"deep/er/no-id: signature " + keyIDOf("alice")})
	wantSame(t, got.summary.Files, int64(1))
	got = scanAll(t, scanWorld(t), "deep", wasmsig.Query{Keys: publicKeys("alice")})
	wantSame(t, got.lines(), []string{"deep/er/no-id: signature " + keyIDOf("alice")})
}

func TestANameThatIsNotThereIsAnError(t *testing.T) {
	_, err := wasmsig.Scan(context.Background(), scanWorld(t), "nothing", wasmsig.Query{All: true}, wasmsig.Findings{})
	if !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the error is %v", err)
	}
}

func TestVerifyContentTellsWhatWasChangedAfterItWasSigned(t *testing.T) {
	alice := sample.KeyOf("alice")
	good := sample.Sign(sample.Core(5000, 1), true, alice)
	bad := slices.Clone(good)
	bad[len(bad)-1] ^= 1
	section, rest := signatureOf(t, good)
	tree := folderOf(map[string][]byte{"good": good, "bad": bad, "split": sample.Sign(sample.Split(sample.Core(900, 2), 0, 2), true, alice),
		"cut": slices.Concat(good[:8], section, rest[:9])})
	for _, m := range scanAll(t, tree, ".", wasmsig.Query{Keys: publicKeys("alice")}).matches {
		if m.ContentMatches != nil {
			t.Errorf("%s: its content was judged and nobody asked", m.Path)
		}
	}
	got := scanAll(t, tree, ".", wasmsig.Query{Keys: publicKeys("alice"), VerifyContent: true})
	alices := keyIDOf("alice")
	wantSame(t, got.lines(), []string{"bad: signature " + alices + " content_changed", "cut: signature " + alices + " content_changed truncated",
		"good: signature " + alices, "split: signature " + alices})
	for _, m := range got.matches {
		wantSame(t, *m.ContentMatches, m.Path == "good" || m.Path == "split")
	}
}

// keyless is a world of modules signed without keys, and what proves them.
func keylessWorld(t *testing.T) (fstest.MapFS, *trust.Material) {
	t.Helper()
	ca, log := sample.NewCA("test"), sample.NewLog("test")
	at := func(quarters int) sample.Identity { // of a day
		return sample.Identity{Name: "release@example.org", Issuer: "https://login.example.org", At: sample.Epoch().Add(time.Duration(quarters) * 6 * time.Hour)}
	}
	core := sample.Core(3000, 7)
	early := sample.KeylessSignature(core, at(-2), ca, log)
	early.Entry.IntegratedTime = sample.Epoch() // the log never said so
	grafted := sample.KeylessSignature(core, at(-2), ca, log)
	grafted.Entry = log.Enter([]byte(`{"kind":"other"}`), sample.Epoch().Add(-12*time.Hour))
	unlogged := sample.KeylessSignature(core, at(0), ca, log)
	unlogged.Entry = wasmsig.LogEntry{UUID: "skipped"}
	bare := sample.KeylessSignature(core, at(0), ca, log)
	bare.Chain = []string{"no certificate"}
	tree := folderOf(map[string][]byte{
		"now.wasm":      sample.Keyless(core, at(0), ca, log),
		"before.wasm":   sample.Keyless(core, at(-2), ca, log),
		"after.wasm":    sample.Keyless(core, at(2), ca, log),
		"postdated":     sample.Attach(core, early.Encode()),
		"grafted":       sample.Attach(core, grafted.Encode()),
		"unlogged":      sample.Attach(core, unlogged.Encode()),
		"bare":          sample.Attach(core, bare.Encode()),
		"others.wasm":   sample.Keyless(core, sample.Identity{Name: "mallory@example.org", Issuer: "https://login.example.org"}, ca, log),
		"vouched.wasm":  sample.Keyless(core, sample.Identity{Name: "release@example.org", Issuer: "https://evil.example"}, ca, log),
		"with-key.wasm": sample.Sign(core, true, sample.KeyOf("alice")),
	})
	material, err := trust.ReadRoot(sample.TrustedRoot(ca, log))
	if err != nil {
		t.Fatal(err)
	}
	return tree, material
}

func patternOf(t *testing.T, text string) *wasmsig.Pattern {
	t.Helper()
	p, err := wasmsig.ParsePattern(text)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestAnIdentityIsFoundTogetherWithItsIssuer(t *testing.T) {
	tree, _ := keylessWorld(t)
	all := []string{"after.wasm", "before.wasm", "grafted", "now.wasm", "postdated", "unlogged"}
	q := wasmsig.Query{Identity: patternOf(t, `release@example\.org`), Issuer: "https://login.example.org"}
	got := scanAll(t, tree, ".", q)
	wantSame(t, got.paths(), all)
	wantSame(t, got.unread["bare"], "who made its keyless signature is not known, because its certificate cannot be read")
	wantSame(t, len(got.unread), 1)
	q.Issuer = ""
	wantSame(t, scanAll(t, tree, ".", q).paths(), append(all, "vouched.wasm"))
	q.Identity = patternOf(t, "release") // not the whole of it
	wantSame(t, scanAll(t, tree, ".", q).paths(), []string(nil))
}

func TestOnlyATimeThatTheLogSignedLeavesAModuleOut(t *testing.T) {
	tree, trusted := keylessWorld(t)
	q := wasmsig.Query{All: true, Since: sample.Epoch().Add(-time.Hour), Until: sample.Epoch().Add(time.Hour)}
	everything := scanAll(t, tree, ".", q)
	if !slices.Contains(everything.paths(), "before.wasm") {
		t.Error("a claimed time left a module out")
	}
	for _, m := range everything.matches {
		wantSame(t, m.TimeProven, false)
	}
	q.Trust = trusted
	got := scanAll(t, tree, ".", q)
	// "postdated" claims a time that its log did not sign; "grafted" carries
	// the entry of something else.
	wantSame(t, got.paths(), []string{"bare", "grafted", "now.wasm", "others.wasm", "postdated", "unlogged", "vouched.wasm", "with-key.wasm"})
	for _, m := range got.matches {
		proven := strings.HasSuffix(m.Path, ".wasm") && m.Path != "with-key.wasm"
		wantSame(t, m.TimeProven, proven)
		wantSame(t, m.IntegratedTime == nil, m.Path == "unlogged" || m.Path == "with-key.wasm")
	}
}

func TestTheEndsOfAWindowBelongToIt(t *testing.T) {
	tree, trusted := keylessWorld(t)
	at := *scanAll(t, tree, "now.wasm", wasmsig.Query{All: true}).matches[0].IntegratedTime
	for _, tc := range []struct {
		since, until time.Time
		want         int
	}{
		{at, at, 1},
		{at, time.Time{}, 1},
		{time.Time{}, at, 1},
		{at.Add(time.Second), time.Time{}, 0},
		{time.Time{}, at.Add(-time.Second), 0},
	} {
		q := wasmsig.Query{All: true, Since: tc.since, Until: tc.until, Trust: trusted}
		if got := scanAll(t, tree, "now.wasm", q); len(got.matches) != tc.want {
			t.Errorf("from %s to %s: found %v", tc.since, tc.until, got.lines())
		}
	}
}

func TestAKeylessSignatureThatDoesNotHoldSaysWhy(t *testing.T) {
	tree, trusted := keylessWorld(t)
	got := scanAll(t, tree, ".", wasmsig.Query{Identity: patternOf(t, "release.*"), Trust: trusted})
	kinds := map[string]wasmsig.ProblemKind{}
	for _, m := range got.matches {
		for _, p := range m.Problems {
			kinds[m.Path] = p.Kind
		}
	}
	wantSame(t, kinds, map[string]wasmsig.ProblemKind{"grafted": wasmsig.LogEntryUnbound, "unlogged": wasmsig.NoLogEntry})
}
