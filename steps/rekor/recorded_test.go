package rekor

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// recorded are entries that a real log answered: signed by an address, by a
// workflow, with a key of SSH, with one of Ed25519, and by a stranger.
func recorded(t testing.TB) []Entry {
	t.Helper()
	text := must(os.ReadFile(filepath.Join("testdata", "entries.jsonl")))
	var entries []Entry
	for line := range bytes.Lines(text) {
		if len(bytes.TrimSpace(line)) == 0 {
			continue
		}
		read, err := ReadAnswer(line)
		if err != nil {
			t.Fatal(err)
		}
		entries = append(entries, read...)
	}
	if len(entries) != 5 {
		t.Fatalf("%d entries were recorded", len(entries))
	}
	return entries
}

func recordedKey(t testing.TB) LogKey {
	t.Helper()
	key, err := ParseLogKey(must(os.ReadFile(filepath.Join("testdata", "log.pub"))))
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func TestEntriesOfARealLogAreVerifiedAndSayWhoSigned(t *testing.T) {
	verifier := NewVerifier([]LogKey{recordedKey(t)})
	var who []string
	for _, e := range recorded(t) {
		v := verifier.Verify(e)
		if !v.Verified {
			t.Errorf("entry %d: %v", e.LogIndex, v.Failed())
		}
		who = append(who, strings.Join(append(v.Identities, v.Issuer), " "))
	}
	for i, want := range []string{
		"builds@example.org https://accounts.example.org",
		"https://ci.example.org/release.yml@refs/heads/main https://accounts.example.org",
		"ssh key SHA256:", "key sha256:",
		"mallory@elsewhere.example https://accounts.example.org",
	} {
		if !strings.HasPrefix(who[i], want) {
			t.Errorf("entry %d is by %q, not %q", i, who[i], want)
		}
	}
}

func TestAnEntrySurvivesBeingWrittenAndRead(t *testing.T) {
	for _, e := range recorded(t) {
		read, err := ReadAnswer(must(WriteAnswer(e)))
		if err != nil || cmp.Diff([]Entry{e}, read) != "" {
			t.Errorf("%v %s", err, cmp.Diff([]Entry{e}, read))
		}
	}
}

// Whatever is changed of what the log answered, the check that is for it must
// say so.
func TestEachFieldThatIsChangedFailsItsCheck(t *testing.T) {
	verifier := NewVerifier([]LogKey{recordedKey(t)})
	all := recorded(t)
	other := newLog(t)
	for name, tc := range map[string]struct {
		change func(*Entry)
		check  string
	}{
		"body":            {func(e *Entry) { e.Body = all[1].Body }, CheckID},
		"body's bytes":    {func(e *Entry) { e.Body = append(slices.Clone(e.Body), ' ') }, CheckTimestamp},
		"body in two":     {func(e *Entry) { e.Body = []byte(`{"kind":"a","kind":"b"}`) }, CheckBody},
		"body for proof":  {func(e *Entry) { e.Body = all[1].Body }, CheckInclusion},
		"id":              {func(e *Entry) { e.UUID = all[1].UUID }, CheckID},
		"tree of the id":  {func(e *Entry) { e.UUID = "0000000000000001" + e.UUID[16:] }, CheckTree},
		"no id":           {func(e *Entry) { e.UUID = "" }, CheckID},
		"time":            {func(e *Entry) { e.IntegratedTime = e.IntegratedTime.Add(time.Second) }, CheckTimestamp},
		"index":           {func(e *Entry) { e.LogIndex++ }, CheckTimestamp},
		"log":             {func(e *Entry) { e.LogID = other.key.ID }, CheckLog},
		"timestamp":       {func(e *Entry) { e.SET = all[1].SET }, CheckTimestamp},
		"no timestamp":    {func(e *Entry) { e.SET = nil }, CheckTimestamp},
		"no proof":        {func(e *Entry) { e.Proof = nil }, CheckInclusion},
		"no checkpoint":   {func(e *Entry) { e.Proof.Checkpoint = "" }, CheckCheckpoint},
		"checkpoint":      {func(e *Entry) { e.Proof.Checkpoint = other.checkpoint("x - 1", 5, e.Proof.RootHash) }, CheckCheckpoint},
		"a digit of it":   {func(e *Entry) { e.Proof.Checkpoint = strings.Replace(e.Proof.Checkpoint, "2005", "2006", 1) }, CheckCheckpoint},
		"size":            {func(e *Entry) { e.Proof.TreeSize++ }, CheckSize},
		"root":            {func(e *Entry) { e.Proof.RootHash = all[1].LeafHash() }, CheckSize},
		"place":           {func(e *Entry) { e.Proof.LogIndex++ }, CheckInclusion},
		"a hash":          {func(e *Entry) { e.Proof.Hashes[3] = e.LeafHash() }, CheckInclusion},
		"no hashes":       {func(e *Entry) { e.Proof.Hashes = nil }, CheckInclusion},
		"negative index":  {func(e *Entry) { e.LogIndex = -1 }, CheckTimestamp},
		"negative place":  {func(e *Entry) { e.Proof.LogIndex = -1 }, CheckInclusion},
		"nothing at all":  {func(e *Entry) { *e = Entry{} }, CheckBody},
		"an empty proof":  {func(e *Entry) { e.Proof = &Proof{} }, CheckInclusion},
		"time beyond all": {func(e *Entry) { e.IntegratedTime = time.Unix(1<<60, 0) }, CheckTimestamp},
	} {
		e := recorded(t)[0]
		tc.change(&e)
		v := verifier.Verify(e)
		named := slices.ContainsFunc(v.Failed(), func(c Check) bool { return c.Name == tc.check })
		if v.Verified || !named {
			t.Errorf("%s: verified %t, and %v failed", name, v.Verified, v.Failed())
		}
	}
}

func TestAVerifierOfAnotherLogVerifiesNothing(t *testing.T) {
	for name, keys := range map[string][]LogKey{"none": nil, "another": {newLog(t).key}} {
		for _, e := range recorded(t) {
			if NewVerifier(keys).Verify(e).Verified {
				t.Errorf("%s: entry %d is verified", name, e.LogIndex)
			}
		}
	}
}

func FuzzReadAnswer(f *testing.F) {
	text := must(os.ReadFile(filepath.Join("testdata", "entries.jsonl")))
	for line := range bytes.Lines(text) {
		f.Add([]byte(line))
	}
	f.Add([]byte(`{"a":{"body":null,"verification":{"inclusionProof":{"hashes":null}}}}`))
	verifier := NewVerifier([]LogKey{recordedKey(f)})
	genuine := map[string]bool{}
	for line := range bytes.Lines(text) {
		if entries, err := ReadAnswer(line); err == nil {
			genuine[string(entries[0].Body)] = true
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		entries, err := ReadAnswer(data)
		if err != nil {
			return
		}
		for _, e := range entries {
			if verifier.Verify(e).Verified && !genuine[string(e.Body)] {
				t.Errorf("an entry that the log never had is verified: %s", data)
			}
		}
	})
}
