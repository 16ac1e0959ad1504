package keyfile

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestTheSameSecretKeyInTwoFilesIsACopy(t *testing.T) {
	secret, public := newPair(1)
	other, _ := newPair(2)
	const pem = "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f\n-----END PRIVATE KEY-----"
	dir, tree := folderOf{
		"a/release.sec": secret, "a/release.pub": public, "b/old.sec": secret, "b/release.pub": public, "c/other.sec": other,
		"d/one.pem": []byte(pem), "d/two.pem": []byte(pem + "\n"),
	}.make(t)
	must(t, os.Link(filepath.Join(dir, "c/other.sec"), filepath.Join(dir, "c/same.sec")))
	must(t, os.Symlink("other.sec", filepath.Join(dir, "c/z.sec")))
	found := check(t, tree, ".")
	MarkCopies(found)
	want := []string{"a/release.pub:", "a/release.sec:", "b/old.sec: copy", "b/release.pub:",
		"c/other.sec: hard_links", "c/same.sec: hard_links", "c/z.sec: link hard_links", "d/one.pem:", "d/two.pem: copy"}
	if diff := cmp.Diff(want, kindsOf(found)); diff != "" {
		t.Fatal(diff)
	}
	if got := found[2].Problems[0].Detail; !strings.HasPrefix(got, "the same secret key as a/release.sec: a copy") {
		t.Error(got)
	}
}

func TestTheSameFileNamedTwiceIsNoCopy(t *testing.T) {
	secret, _ := newPair(1)
	_, tree := folderOf{"k/a.sec": secret}.make(t)
	found := append(check(t, tree, "."), check(t, tree, "k/a.sec")...)
	MarkCopies(found)
	if diff := cmp.Diff([]string{"k/a.sec:", "k/a.sec:"}, kindsOf(found)); diff != "" {
		t.Error(diff)
	}
}

func TestAKeyNamesItsOtherHalf(t *testing.T) {
	secret, public := newPair(1)
	lone, _ := newPair(2)
	_, tree := folderOf{"k/a.sec": secret, "k/a.pub": public, "k/far/b.pub": public, "k/lone.sec": lone}.make(t)
	got := map[string]string{}
	for _, file := range check(t, tree, "k") {
		got[file.Path] = file.Pair
	}
	for _, file := range check(t, tree, "k/a.pub") {
		got["alone "+file.Path] = file.Pair
	}
	want := map[string]string{"k/a.sec": "k/a.pub", "k/a.pub": "k/a.sec", "k/far/b.pub": "k/a.sec", "k/lone.sec": "", "alone k/a.pub": "k/a.sec"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestNothingOfTheDigestIsInTheAnswer(t *testing.T) {
	secret, public := newPair(1)
	_, tree := folderOf{"a.sec": secret, "a.pub": public}.make(t)
	found := check(t, tree, "a.sec")
	if found[0].content == ([32]byte{}) {
		t.Fatal("there is no digest")
	}
	text, err := json.Marshal(found[0])
	must(t, err)
	for _, name := range []string{"content", "sha", "digest"} {
		if strings.Contains(string(text), `"`+name) {
			t.Errorf("%s is in %s", name, text)
		}
	}
}
