package wasmsig_test

import (
	"bytes"
	"testing"

	"wsc-respond/steps/wasmsig"
	"wsc-respond/steps/wasmsig/sample"
)

// Whatever a file holds, a scan ends; what has a signature that Read can read
// is found, and what it says is told once and whole.
func FuzzAScanFindsWhatRead(f *testing.F) {
	core := sample.Core(200, 1)
	alice := sample.KeyOf("alice")
	signed := sample.Sign(core, true, alice, sample.KeyOf("bob"))
	f.Add(core)
	f.Add(signed)
	f.Add(signed[:len(signed)-9])
	f.Add(claiming(core, "mallory", "alice"))
	f.Add(sample.Sign(sample.Split(core, 1), false, alice))
	f.Add(sample.Keyless(core, sample.Identity{Name: "a@example.org", Issuer: "https://i.example"}, sample.NewCA("f"), sample.NewLog("f")))
	f.Add(append(wasmsig.Header(wasmsig.Component), 0, 0xff, 0xff, 0xff, 0xff, 0x0f))
	f.Add([]byte("\x00asm"))
	f.Fuzz(func(t *testing.T, data []byte) {
		q := wasmsig.Query{All: true, VerifyContent: true, Keys: publicKeys("alice"), Expected: signersOf(t, "key bob.pub")}
		got := scanAll(t, folderOf(map[string][]byte{"m": data}), ".", q)
		module, err := wasmsig.Read(bytes.NewReader(data), int64(len(data)))
		if err != nil {
			if len(got.matches) > 0 || got.summary.Modules > 0 {
				t.Fatalf("found in what is no module (%v): %v", err, got.lines())
			}
			return
		}
		signatures := 0
		for _, s := range module.Signed {
			if s.Keyless != nil {
				signatures++
			}
			for _, set := range s.Sets {
				signatures += len(set.Signatures)
			}
		}
		if (len(got.matches) > 0) != (signatures > 0) {
			t.Errorf("%d signatures, and told are %v %v", signatures, got.lines(), got.unread)
		}
		if signatures == 0 && !module.Whole() && len(got.unread) == 0 {
			t.Error("it could not be read to its end, and that is not told")
		}
		for _, m := range got.matches {
			if m.ContentMatches == nil || m.Expected == nil || m.Problems == nil || *m.Expected != (m.Unexpected == "") {
				t.Errorf("told by halves: %+v", m)
			}
		}
	})
}
