package wasmsig_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"wsc-respond/steps/wasmsig"
	"wsc-respond/steps/wasmsig/sample"
)

// FuzzRead reads anything as a module: it never panics, never claims bytes
// that are not there, and its digests are those of what it says.
func FuzzRead(f *testing.F) {
	sigstore := newInstance(f, "sigstore")
	core := sample.Split(sample.Core(60, 1), 1)
	f.Add(core)
	f.Add(sample.Sign(core, true, alice))
	f.Add(sample.Sign(sample.Component(sample.Custom("wsc.sbom", []byte(`{}`))), false, alice))
	f.Add(sigstore.sign(core))
	f.Add([]byte("\x00asm\x01\x00\x00\x00\x00\xff\xff\xff\xff\x0f"))
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := wasmsig.Read(bytes.NewReader(data), int64(len(data)))
		if errors.Is(err, wasmsig.ErrNotModule) {
			return
		}
		if err != nil {
			t.Fatalf("what is in memory can be read: %v", err)
		}
		checkSections(t, m, int64(len(data)))
		content, err := m.ReadContent(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		checkContent(t, m, content, data)
		found := inspectBytes(t, data, alice)
		if _, err := json.Marshal(found); err != nil {
			t.Errorf("the inspection is no JSON: %v", err)
		}
		if len(m.Problems) > 0 && len(found.Problems) == 0 {
			t.Errorf("the problems %v are not told", m.Problems)
		}
	})
}

// checkSections checks that sections follow each other without a gap.
func checkSections(t *testing.T, m *wasmsig.Module, size int64) {
	at := int64(8)
	for _, s := range m.Sections {
		if s.Start != at || s.Body < s.Start || s.End < s.Body || s.End > size {
			t.Fatalf("a section lies at %d, %d, %d after %d in a file of %d", s.Start, s.Body, s.End, at, size)
		}
		at = s.End
	}
	if m.Whole() && at != size {
		t.Fatalf("the sections end at %d in a file of %d, and the module is whole", at, size)
	}
	if !m.Whole() && len(m.Problems) == 0 {
		t.Fatal("the module is not whole, and no problem says why")
	}
}

func checkContent(t *testing.T, m *wasmsig.Module, c wasmsig.Content, data []byte) {
	if c.SHA256 != sha256.Sum256(data) {
		t.Fatal("the digest of the file is another")
	}
	if !m.Whole() {
		return
	}
	unsigned := data
	if first, ok := m.Leading(); ok {
		unsigned = slices.Concat(data[:first.Section.Start], data[first.Section.End:])
	}
	if c.Unsigned != sha256.Sum256(unsigned) {
		t.Fatal("the digest of the unsigned file is another")
	}
	if last := sha256.Sum256(unsigned[8:]); len(c.Parts) == 0 || c.Parts[len(c.Parts)-1] != last {
		t.Fatal("the last part does not cover everything before it")
	}
}

// FuzzParseSignatures reads anything as signatures: what was read, written and
// read again is the same.
func FuzzParseSignatures(f *testing.F) {
	core := sample.Core(60, 1)
	set := wasmsig.Set{Hashes: sample.Hashes(core)}
	set.Signatures = []wasmsig.Signature{sample.Signature(set.Hashes, true, alice), sample.Signature(set.Hashes, false, bob)}
	set.Signatures[1].Certificates = [][]byte{{1, 2, 3}}
	f.Add(wasmsig.Signatures{}.Encode())
	f.Add(wasmsig.Signatures{Sets: []wasmsig.Set{set, {}}}.Encode())
	f.Add([]byte{1, 1, 1, 1, 0x82, 0, 0, 0}) // a length that is longer than it needs
	f.Fuzz(func(t *testing.T, body []byte) {
		first, err := wasmsig.ParseSignatures(body)
		if err != nil {
			wantProblem(t, err)
			return
		}
		again, err := wasmsig.ParseSignatures(first.Encode())
		if diff := cmp.Diff(first, again, cmpopts.EquateEmpty()); err != nil || diff != "" {
			t.Errorf("written and read again: %v\n%s", err, diff)
		}
	})
}

// FuzzParseKeyless reads anything as a keyless signature: what was read,
// written and read again is the same.
func FuzzParseKeyless(f *testing.F) {
	k := newInstance(f, "sigstore").signature(sample.Core(60, 1))
	f.Add(k.Encode())
	k.Entry = wasmsig.LogEntry{UUID: "skipped"}
	f.Add(k.Encode())
	f.Fuzz(func(t *testing.T, body []byte) {
		first, err := wasmsig.ParseKeyless(body)
		if err != nil {
			wantProblem(t, err)
			return
		}
		again, err := wasmsig.ParseKeyless(first.Encode())
		if diff := cmp.Diff(first, again, cmpopts.EquateEmpty()); err != nil || diff != "" {
			t.Errorf("written and read again: %v\n%s", err, diff)
		}
	})
}

func wantProblem(t *testing.T, err error) {
	t.Helper()
	if p := new(wasmsig.Problem); !errors.As(err, &p) || p.Kind == "" || p.Detail == "" {
		t.Errorf("%v is no problem with a kind", err)
	}
}
