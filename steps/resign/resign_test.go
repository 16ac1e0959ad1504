package resign

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"wsc-respond/steps/durable"
	"wsc-respond/steps/keyfile"
	"wsc-respond/steps/wasmsig/sample"
)

func TestAModuleIsSignedAnewAndItsOldSignatureKept(t *testing.T) {
	y := newYard(t)
	path := y.write("a.wasm", y.signed)
	told := y.mustRun(y.request(path))
	want := Result{Path: path, Outcome: Resigned, Before: digest(y.signed), After: digest(y.fresh), Unsigned: digest(y.bare),
		OldSignature: digest(y.signed) + ".sig", Signers: []string{"the old key, key id " + string(oldOne.Public().ID())}}
	if len(told) != 1 || fmt.Sprint(told[0]) != fmt.Sprint(want) {
		t.Errorf("told %+v\nwant %+v", told, want)
	}
	if !bytes.Equal(y.read(path), y.fresh) {
		t.Error("the module is not the one with the new signature")
	}
	if info, err := os.Stat(path); err != nil || info.Mode() != 0o640 {
		t.Errorf("the module is %v, %v", info, err)
	}
	if kept := y.read(filepath.Join(y.keep, want.OldSignature)); !bytes.Equal(kept, bodyOf(y.signed)) {
		t.Errorf("the kept signature is %x", kept)
	}
	list := y.entries()
	if len(list) != 2 || list[0].State != "intended" || list[1].State != "done" || list[1].After != digest(y.fresh) || !list[0].At.Equal(night) || list[1].NewKey != newOne.Public().ID() {
		t.Errorf("the list is %+v", list)
	}
	if left := append(y.names(y.work), y.names(y.served)...); !slices.Equal(left, []string{"a.wasm"}) {
		t.Errorf("left behind: %v", left)
	}
}

func TestRunAgainGoesOnWhereItEnded(t *testing.T) {
	y := newYard(t)
	paths := []string{y.write("a.wasm", y.signed), y.write("b.wasm", sample.Sign(sample.Core(300, 2), false, oldOne)), y.write("c.wasm", sample.Sign(sample.Core(300, 3), true, oldOne))}
	acts := 0
	y.signer.spoil = func(act string) error {
		if acts++; acts == 5 { // while the second one is signed
			return errors.New("the power is low")
		}
		return nil
	}
	told := y.mustRun(y.request(paths...))
	if got := outcomes(told); got != "resigned failed not_reached" {
		t.Fatalf("told %s: %+v", got, told)
	}
	if !strings.Contains(told[1].Why, "the power is low") {
		t.Errorf("why it failed: %s", told[1].Why)
	}
	y.signer.spoil = nil
	if got := outcomes(y.mustRun(y.request(paths...))); got != "done_before resigned resigned" {
		t.Errorf("the second run told %s", got)
	}
	if got := outcomes(y.mustRun(y.request(paths...))); got != "done_before done_before done_before" {
		t.Errorf("the third run told %s", got)
	}
}

func outcomes(told []Result) string {
	var all []string
	for _, r := range told {
		all = append(all, string(r.Outcome))
	}
	return strings.Join(all, " ")
}

func TestOnlyWhatIsVouchedForAndWholeIsSigned(t *testing.T) {
	y := newYard(t)
	altered := append(bytes.Clone(y.signed), sample.Section(11, []byte{0})...)
	log := sample.NewLog("log")
	keyless := sample.Keyless(y.bare, sample.Identity{Name: "ada@example.org", Issuer: "https://idp.example.org"}, sample.NewCA("ca"), log)
	for _, c := range []struct {
		name    string
		content []byte
		want    Outcome
		why     string
	}{
		{"signed", y.signed, Ready, ""},
		{"done", y.fresh, Before, ""},
		{"split", sample.Sign(sample.Split(y.bare, 1), true, oldOne), Ready, ""},
		{"both", sample.Sign(y.signed, true, newOne), Ready, ""},
		{"thiefs", sample.Sign(sample.Core(300, 9), true, oldOne), Left, "not on your list of releases"},
		{"others", sample.Sign(y.bare, true, other), Left, "the old key did not sign it"},
		{"unsigned", y.bare, Left, "it is not signed"},
		{"keyless", keyless, Left, "the old key did not sign it"},
		{"altered", altered, Refused, ""},
		{"cut", y.signed[:len(y.signed)-3], Refused, ""},
		{"text", []byte("no module"), Refused, "not a WebAssembly module"},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := y.write(c.name, c.content)
			r := y.request(path)
			r.Released = map[string]bool{digest(y.bare): true, digest(altered): true, digest(sample.Split(y.bare, 1)): true}
			got := y.survey(r).items[0]
			if got.Outcome != c.want || !strings.Contains(got.Why, c.why) {
				t.Errorf("it is %s: %s", got.Outcome, got.Why)
			}
			if _, err := y.run(t.Context(), y.survey(r)); err != nil {
				t.Error(err)
			}
			if changed := !bytes.Equal(y.read(path), c.content); changed != (c.want == Ready) {
				t.Errorf("changed: %v", changed)
			}
		})
	}
}

func TestAReleaseCanBeVouchedForAsItIsInTheFile(t *testing.T) {
	y := newYard(t)
	r := y.request(y.write("a.wasm", y.signed))
	r.Released = map[string]bool{digest(y.signed): true}
	if got := outcomes(y.mustRun(r)); got != "resigned" {
		t.Errorf("told %s", got)
	}
	if got := outcomes(y.mustRun(r)); got != "done_before" {
		t.Errorf("and then %s", got)
	}
}

func TestSignaturesOfOthersAreNamedBeforeAnythingIsChanged(t *testing.T) {
	y := newYard(t)
	shared := sample.Sign(y.bare, true, oldOne, other)
	keyless := sample.Keyless(y.bare, sample.Identity{Name: "ada@example.org", Issuer: "https://idp.example.org"}, sample.NewCA("ca"), sample.NewLog("log"))
	first, second := y.write("a.wasm", y.signed), y.write("b.wasm", shared)
	third := y.write("c.wasm", keyless)
	r := y.request(first, second)
	if got := y.survey(r).Losing(); len(got) != 1 || got[0].Path != second || !slices.Equal(got[0].Loses, []string{"key id " + string(other.Public().ID())}) {
		t.Errorf("with the old key known: %+v", got)
	}
	r.Old = keyfile.Public{}
	r.Paths = append(r.Paths, third)
	p := y.survey(r)
	if got := p.Losing(); len(got) != 2 || len(got[0].Loses) != 2 || len(got[1].Loses) != 1 || !strings.HasPrefix(got[1].Loses[0], "keyless") {
		t.Errorf("without: %+v", got)
	}
	told, err := y.run(t.Context(), p)
	if !errors.Is(err, ErrWouldLose) || len(told) > 0 || !bytes.Equal(y.read(first), y.signed) {
		t.Errorf("it ran: %v, %v", told, err)
	}
	r = y.request(first, second)
	r.LoseCosigners = true
	told = y.mustRun(r)
	if outcomes(told) != "resigned resigned" || len(told[1].Loses) != 1 || len(y.entries()) != 4 || len(y.entries()[3].Loses) != 1 {
		t.Errorf("told %+v, listed %+v", told, y.entries())
	}
}

func TestAToolThatDoesSomethingElseIsCaught(t *testing.T) {
	for name, spoil := range map[string]func(*yard, string){
		"another module": func(y *yard, act string) {
			if act == "detach" {
				y.signer.set(bareFile, sample.Core(200, 7))
			}
		},
		"another signature": func(y *yard, act string) {
			if act == "detach" {
				y.signer.set(signatureFile, []byte("?"))
			}
		},
		"more than the signature": func(y *yard, act string) {
			if act == "detach" {
				y.signer.set(signatureFile, append(bodyOf(y.signed), 0))
			}
		},
		"an unsigned module": func(y *yard, act string) {
			if act == "sign" {
				y.signer.set(renewedFile, y.bare)
			}
		},
		"another key": func(y *yard, act string) {
			if act == "sign" {
				y.signer.set(renewedFile, sample.Sign(y.bare, true, other))
			}
		},
		"a second key": func(y *yard, act string) {
			if act == "sign" {
				y.signer.set(renewedFile, sample.Sign(y.bare, true, newOne, other))
			}
		},
		"another content": func(y *yard, act string) {
			if act == "sign" {
				y.signer.set(renewedFile, sample.Sign(sample.Core(200, 7), true, newOne))
			}
		},
		"a swap after the check": func(y *yard, act string) {
			if act == "verify" {
				y.signer.set(renewedFile, []byte("swapped"))
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			y := newYard(t)
			path := y.write("a.wasm", y.signed)
			y.signer.spoil = func(act string) error { spoil(y, act); return nil }
			if told := y.mustRun(y.request(path)); outcomes(told) != "failed" || told[0].Why == "" {
				t.Errorf("told %+v", told)
			}
			if !bytes.Equal(y.read(path), y.signed) {
				t.Error("the module is not the old one")
			}
		})
	}
}

func TestAModuleThatChangesMeanwhileStays(t *testing.T) {
	for _, at := range []string{"survey", "detach", "verify"} {
		y := newYard(t)
		path := y.write("a.wasm", y.signed)
		p := y.survey(y.request(path))
		change := func() { y.write("a.wasm", []byte("somebody else's")) }
		if at == "survey" {
			change()
		}
		y.signer.spoil = func(act string) error {
			if act == at {
				change()
			}
			return nil
		}
		told, err := y.run(t.Context(), p)
		if err != nil || outcomes(told) != "failed" || !strings.Contains(told[0].Why, "changed since it was read") {
			t.Errorf("at %s: %+v, %v", at, told, err)
		}
		if got := y.read(path); string(got) != "somebody else's" {
			t.Errorf("at %s: the module is %q", at, got)
		}
	}
}

func TestLinksAreNotFollowedAndNamesAreTakenOnce(t *testing.T) {
	y := newYard(t)
	path := y.write("a.wasm", y.signed)
	link := filepath.Join(y.served, "link.wasm")
	if err := os.Symlink("a.wasm", link); err != nil {
		t.Fatal(err)
	}
	folder := filepath.Join(t.TempDir(), "folder")
	if err := os.Symlink(y.served, folder); err != nil {
		t.Fatal(err)
	}
	told := y.mustRun(y.request(link, path, y.served+"/./a.wasm", folder+"/a.wasm", filepath.Join(y.served, "none")))
	if got := outcomes(told); got != "refused resigned refused" {
		t.Errorf("told %s: %+v", got, told)
	}
	if to, err := os.Readlink(link); err != nil || to != "a.wasm" {
		t.Errorf("the link leads to %q, %v", to, err)
	}
}

func TestAModuleOfSeveralNamesIsTakenOnceUnderEach(t *testing.T) {
	y := newYard(t)
	path := y.write("a.wasm", y.signed)
	if err := os.Link(path, filepath.Join(y.served, "b.wasm")); err != nil {
		t.Fatal(err)
	}
	folder := filepath.Join(t.TempDir(), "folder")
	if err := os.Symlink(y.served, folder); err != nil {
		t.Fatal(err)
	}
	told := y.mustRun(y.request(path, folder+"/a.wasm", y.served+"/../served/a.wasm", folder+"/b.wasm"))
	if got := outcomes(told); got != "resigned resigned" {
		t.Errorf("told %s: %+v", got, told)
	}
}

func TestFurtherNamesOfAModuleAreTold(t *testing.T) {
	y := newYard(t)
	path := y.write("a.wasm", y.signed)
	if err := os.Link(path, filepath.Join(y.served, "b.wasm")); err != nil {
		t.Fatal(err)
	}
	told := y.mustRun(y.request(path))
	if len(told[0].Notes) != 1 || !strings.Contains(told[0].Notes[0], "2 names") {
		t.Errorf("the notes are %q", told[0].Notes)
	}
}

func TestAnOwnerThatCannotBeKeptIsTold(t *testing.T) {
	y := newYard(t)
	y.disk.Refuses = map[string]error{"chown": fs.ErrPermission}
	told := y.mustRun(y.request(y.write("a.wasm", y.signed)))
	if outcomes(told) != "resigned" || len(told[0].Notes) != 1 || !strings.Contains(told[0].Notes[0], "owner") {
		t.Errorf("told %+v", told)
	}
}

func TestTwoRunsDoNotWorkAtOnce(t *testing.T) {
	y := newYard(t)
	keep, err := durable.OpenPrivate(y.keep)
	if err != nil {
		t.Fatal(err)
	}
	defer keep.Close()
	list, err := durable.OpenList(keep, ListName)
	if err != nil {
		t.Fatal(err)
	}
	defer list.Close()
	if err := list.Hold(); err != nil {
		t.Fatal(err)
	}
	p := y.survey(y.request(y.write("a.wasm", y.signed)))
	if told, err := y.runBare(p); !errors.Is(err, durable.ErrInUse) || len(told) > 0 {
		t.Errorf("it ran: %v, %v", told, err)
	}
}

// runBare is run on the host's own disk, which can be locked.
func (y *yard) runBare(p *Plan) ([]Result, error) {
	y.t.Helper()
	work, err := durable.OpenPrivate(y.work)
	if err != nil {
		y.t.Fatal(err)
	}
	keep, err := durable.OpenPrivate(y.keep)
	if err != nil {
		y.t.Fatal(err)
	}
	defer func() { _, _ = work.Close(), keep.Close() }()
	var told []Result
	err = p.Run(y.t.Context(), Desk{Signer: y.signer, Work: work, Keep: keep}, func(r Result) { told = append(told, r) })
	return told, err
}

func TestTheOnlyKeyIsTakenForTheOldOne(t *testing.T) {
	keyless := signer{name: "keyless: ada", keyless: true}
	for _, tc := range []struct {
		signers []signer
		known   bool
		want    []string
	}{
		{[]signer{{name: "key id 1"}}, false, nil},
		{[]signer{{name: "key id 1"}, keyless}, false, []string{"keyless: ada"}},
		{[]signer{{name: "key id 1"}, {name: "key id 2"}}, false, []string{"key id 1", "key id 2"}},
		{[]signer{{name: "key id 1"}, {name: "key id 2", by: newKey}}, false, nil},
		{[]signer{{name: "key id 1"}}, true, []string{"key id 1"}},
		{[]signer{{name: "key id 1", by: oldKey}, keyless}, true, []string{"keyless: ada"}},
	} {
		if got := losing(tc.signers, tc.known); !slices.Equal(got, tc.want) {
			t.Errorf("%v, the old key known: %v: %q would go, not %q", tc.signers, tc.known, got, tc.want)
		}
	}
}
