package journal

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"wsc-respond/session"
)

func TestSessionsAreListedTheLatestFirst(t *testing.T) {
	state := t.TempDir()
	put := func(name string, text []byte) {
		check(t, os.Mkdir(filepath.Join(state, name), 0o700))
		check(t, os.WriteFile(filepath.Join(state, name, FileName), text, 0o600))
	}
	_, long := created(t, 6)
	_, short := created(t, 3)
	put("open", short)
	put("torn", append(long, `{"v":1`...))
	put("closed", chainOf(t, &session.Opened{}, &session.Closed{Count: 2}))
	put("empty", nil)
	put("bad", []byte("nonsense\n"))
	put("long line", chainOf(t, &session.Opened{}, &session.NoteAdded{Text: string(make([]byte, 100_000))}))
	check(t, os.Mkdir(filepath.Join(state, "no session"), 0o700))
	check(t, os.WriteFile(filepath.Join(state, "a file"), nil, 0o600))
	check(t, os.Symlink("open", filepath.Join(state, "link")))
	live, err := Create(filepath.Join(state, "live"), Holder{User: "alice"})
	check(t, err)
	defer live.Close()
	appendEvents(t, live, 9)

	all, err := List(state)
	if err != nil {
		t.Fatal(err)
	}
	type row struct {
		Name   string
		Status Status
		First  uint64
		Last   uint64
		User   string
		Bad    bool
	}
	var got []row
	for _, s := range all {
		got = append(got, row{s.Name, s.Status, s.First.Seq, s.Last.Seq, s.Holder.User, s.Err != nil})
	}
	want := []row{
		{"live", StatusLive, 1, 9, "alice", false},
		{"torn", StatusOpen, 1, 6, "", false},
		{"open", StatusOpen, 1, 3, "", false},
		{"closed", StatusClosed, 1, 2, "", false},
		{"long line", StatusOpen, 1, 2, "", false},
		{"bad", StatusBad, 0, 0, "", true},
		{"empty", StatusEmpty, 0, 0, "", false},
		{"link", StatusBad, 0, 0, "", true},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if all, err := List(filepath.Join(state, "none")); err != nil || len(all) != 0 {
		t.Errorf("a folder that does not exist: %v, %v", all, err)
	}
}
