package rekor

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/transparency-dev/merkle/rfc6962"
)

// A tree of a test, by the definitions of RFC 6962, sections 2.1 and 2.1.1.
type aTreeOf [][]byte // leaf hashes

func split(n int) int {
	k := 1
	for k*2 < n {
		k *= 2
	}
	return k
}

func (l aTreeOf) root() []byte {
	switch len(l) {
	case 0:
		return rfc6962.DefaultHasher.EmptyRoot()
	case 1:
		return l[0]
	}
	k := split(len(l))
	return rfc6962.DefaultHasher.HashChildren(l[:k].root(), l[k:].root())
}

func (l aTreeOf) path(m int) [][]byte {
	if len(l) <= 1 {
		return nil
	}
	k := split(len(l))
	if m < k {
		return append(l[:k].path(m), l[k:].root())
	}
	return append(l[k:].path(m-k), l[:k].root())
}

// consistency is the proof that the first m of the leaves came before.
func (l aTreeOf) consistency(m int) [][]byte { return l.subproof(m, true) }

func (l aTreeOf) subproof(m int, whole bool) [][]byte {
	if m == len(l) {
		if whole {
			return nil
		}
		return [][]byte{l.root()}
	}
	k := split(len(l))
	if m <= k {
		return append(l[:k].subproof(m, whole), l[k:].root())
	}
	return append(l[k:].subproof(m-k, false), l[:k].root())
}

// grown is a log's entries, each with the proof that it had when the tree was
// as large as sizes says.
type grown struct {
	log    aLog
	bodies []string
	leaves aTreeOf
}

func newGrown(t testing.TB, n int) grown {
	g := grown{log: newLog(t)}
	for i := range n {
		g.bodies = append(g.bodies, fmt.Sprintf(`{"kind":"x","n":%d}`, i))
		g.leaves = append(g.leaves, rfc6962.DefaultHasher.HashLeaf([]byte(g.bodies[i])))
	}
	return g
}

// offset is what lies in earlier trees of the log.
const offset = 1000

func (g grown) entry(i, size int) Verdict {
	tree := g.leaves[:size]
	e := Entry{LogIndex: offset + int64(i), LogID: g.log.key.ID, Body: []byte(g.bodies[i]), IntegratedTime: noon}
	e.SET = g.log.timestamp(e)
	e.UUID = fmt.Sprintf("%016x%x", aTree, e.LeafHash())
	e.Proof = &Proof{LogIndex: int64(i), TreeSize: int64(size), RootHash: tree.root(), Hashes: tree.path(i),
		Checkpoint: g.log.checkpoint(fmt.Sprintf("log.example - %d", uint64(aTree)), size, tree.root())}
	return NewVerifier([]LogKey{g.log.key}).Verify(e)
}

func TestAWindowIsProvedWhereverItBeginsAndEnds(t *testing.T) {
	g := newGrown(t, 23)
	for from := range 23 {
		var w Window
		for i := from; i < 23; i++ {
			// The tree grows while the window is read.
			if err := w.Add(g.entry(i, max(i+1, 17))); err != nil {
				t.Fatalf("from %d, entry %d: %v", from, i, err)
			}
			if w.Len() != int64(i-from+1) || w.Next() != offset+int64(i)+1 {
				t.Fatalf("from %d, entry %d: %d entries, next %d", from, i, w.Len(), w.Next())
			}
		}
		if !strings.Contains(w.Checkpoint(), "\n23\n") {
			t.Errorf("the window from %d is complete under %q", from, w.Checkpoint())
		}
	}
}

func TestAWindowWithAnythingWrongIsNotComplete(t *testing.T) {
	g, other := newGrown(t, 20), newGrown(t, 20)
	other.log = g.log // the same log shows another history
	other.bodies[6] = `{"kind":"y"}`
	other.leaves[6] = rfc6962.DefaultHasher.HashLeaf([]byte(other.bodies[6]))
	renamed := func(v Verdict, index int64) Verdict {
		v.Entry.LogIndex = index
		return v
	}
	for name, second := range map[string]Verdict{
		"left out":             g.entry(8, 20),
		"left out, renumbered": renamed(g.entry(8, 20), offset+7),
		"twice":                g.entry(6, 20),
		"twice, renumbered":    renamed(g.entry(6, 20), offset+7),
		"another history":      other.entry(7, 20),
		"not verified":         {Entry: g.entry(7, 20).Entry},
		"of another tree":      func() Verdict { v := g.entry(7, 20); v.Entry.UUID = "0" + v.Entry.UUID[1:]; return v }(),
		"without proof":        func() Verdict { v := g.entry(7, 20); v.Entry.Proof = nil; return v }(),
	} {
		var w Window
		for i := 5; i < 7; i++ {
			if err := w.Add(g.entry(i, 20)); err != nil {
				t.Fatal(err)
			}
		}
		if w.Add(second) == nil {
			t.Errorf("%s: the window goes on", name)
		}
		if w.Len() != 2 {
			t.Errorf("%s: the window has %d entries", name, w.Len())
		}
		if err := w.Add(g.entry(7, 20)); err != nil {
			t.Errorf("%s: the right entry is refused after it: %v", name, err)
		}
	}
}

func TestConsistencyTellsGrowthFromForks(t *testing.T) {
	g := newGrown(t, 20)
	at := func(n int) Checkpoint {
		return Checkpoint{Origin: "log.example - 1", Size: int64(n), Root: g.leaves[:n].root()}
	}
	for m := 1; m <= 20; m++ {
		for n := m; n <= 20; n++ {
			if err := CheckConsistency(at(m), at(n), g.leaves[:n].consistency(m)); err != nil {
				t.Fatalf("%d to %d: %v", m, n, err)
			}
		}
	}
	if err := CheckConsistency(at(0), at(20), nil); err != nil {
		t.Errorf("from nothing: %v", err)
	}
	forked := at(12)
	forked.Root = bytes.Repeat([]byte{1}, hashSize)
	var fork *ForkError
	for name, err := range map[string]error{
		"another root":     CheckConsistency(at(12), forked, nil),
		"from another":     CheckConsistency(forked, at(20), g.leaves.consistency(12)),
		"no proof":         CheckConsistency(at(12), at(20), nil),
		"the proof of 11":  CheckConsistency(at(12), at(20), g.leaves.consistency(11)),
		"to another":       CheckConsistency(at(11), forked, g.leaves[:12].consistency(11)),
		"roots of nothing": CheckConsistency(at(0), Checkpoint{Origin: at(0).Origin, Root: forked.Root}, nil),
	} {
		if !errors.As(err, &fork) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := CheckConsistency(at(12), at(11), nil); !errors.Is(err, ErrShrunk) {
		t.Errorf("smaller: %v", err)
	}
	other := at(20)
	other.Origin = "log.example - 2"
	if err := CheckConsistency(at(12), other, nil); !errors.Is(err, ErrOtherTree) {
		t.Errorf("other tree: %v", err)
	}
}

func TestAWindowLiesInOneTree(t *testing.T) {
	trees := Trees{Closed: []Checkpoint{{Size: 10}, {Size: 5}}, Now: Checkpoint{Size: 7}}
	for _, tc := range []struct {
		from, to int64
		ok       bool
	}{
		{0, 9, true}, {0, 10, false}, {10, 14, true}, {9, 10, false}, {14, 15, false}, {15, 21, true}, {15, 22, false},
		{21, 21, true}, {-1, 3, false}, {5, 4, false}, {0, 21, false},
	} {
		if err := trees.Within(tc.from, tc.to); (err == nil) != tc.ok {
			t.Errorf("%d to %d: %v", tc.from, tc.to, err)
		}
	}
	if err := trees.Within(9, 10); !errors.Is(err, ErrSpans) || !strings.Contains(err.Error(), "9") {
		t.Errorf("the border is not told: %v", err)
	}
}

func TestATimeIsFoundByHalving(t *testing.T) {
	times := []int{3, 3, 5, 5, 5, 9, 12}
	for at := range 14 {
		want := 0
		for want < len(times) && times[want] < at {
			want++
		}
		asked := 0
		got, err := bisect(int64(len(times)), time.Unix(int64(at), 0), func(i int64) (time.Time, error) {
			asked++
			return time.Unix(int64(times[i]), 0), nil
		})
		if err != nil || got != int64(want) || asked > 3 {
			t.Errorf("at %d: %d after %d questions, not %d, %v", at, got, asked, want, err)
		}
	}
	if _, err := bisect(3, noon, func(int64) (time.Time, error) { return time.Time{}, ErrNoAnswer }); !errors.Is(err, ErrNoAnswer) {
		t.Error("an error on the way is lost")
	}
}
