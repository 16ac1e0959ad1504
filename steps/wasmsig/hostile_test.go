package wasmsig_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"wsc-respond/steps/wasmsig"
	"wsc-respond/steps/wasmsig/sample"
)

func TestAModuleCutOffAnywhereIsNeverVerified(t *testing.T) {
	sigstore := newInstance(t, "sigstore")
	policy := sigstore.policy(t)
	policy.Keys = givenKeys(t, alice)
	core := sample.Split(sample.Core(60, 1), 1)
	for _, module := range [][]byte{sample.Sign(core, true, alice), sigstore.sign(core)} {
		if !verifyBytes(t, module, policy).OK {
			t.Fatal("the whole module does not pass")
		}
		for n := range len(module) {
			v, err := wasmsig.Verify(t.Context(), bytes.NewReader(module[:n]), int64(n), "m", policy)
			if errors.Is(err, wasmsig.ErrNotModule) && n < 4 {
				continue
			}
			if err != nil || v.OK {
				t.Fatalf("%d of %d bytes: OK %v, %v", n, len(module), v.OK, err)
			}
		}
	}
}

// Every bit of a module counts, but for those that no signature covers. They
// are listed in the documentation of Verify, and here with their places.
func TestAModuleWithAnyBitChangedIsNotVerified(t *testing.T) {
	sigstore := newInstance(t, "sigstore")
	core := sample.Split(sample.Core(60, 1), 1)
	key := sample.Sign(core, true, alice)
	keyless := sigstore.signature(core)
	for _, c := range []struct {
		name      string
		module    []byte
		policy    wasmsig.Policy
		uncovered [][]byte
		every     bool // bit; otherwise one in each byte, since there are many
	}{
		{"with a key", key, wasmsig.Policy{Keys: givenKeys(t, alice)}, [][]byte{
			idBytes(key), // a claim
		}, true},
		{"keyless", sample.Attach(core, keyless.Encode()), sigstore.policy(t), [][]byte{
			[]byte(keyless.Chain[1]),        // the authority is known without it
			[]byte(keyless.Entry.UUID[:16]), // the tree
			proofText(keyless.Entry.Proof),  // signed by nobody
		}, false},
	} {
		free := make([]bool, len(c.module)) // of any signature
		for _, part := range c.uncovered {
			at := bytes.Index(c.module, part)
			if at < 0 {
				t.Fatalf("%s: a part that is not covered is not there: %q", c.name, part)
			}
			for i := range part {
				free[at+i] = true
			}
			if !passesSomewhere(t, c.module, at, at+len(part), c.policy) {
				t.Errorf("%s: the part %.20q is covered after all", c.name, part)
			}
		}
		eachByte(len(c.module), func(at int) {
			for bit := range 8 {
				if !free[at] && (c.every || bit == at%8) && passesChanged(t, c.module, at, bit, c.policy) {
					t.Errorf("%s: passes with bit %d of byte %d changed, in %q", c.name, bit, at, c.module[max(0, at-8):min(len(c.module), at+8)])
				}
			}
		})
	}
}

// passesSomewhere reports whether a module passes with some bit changed between
// two places.
func passesSomewhere(t *testing.T, module []byte, from, to int, policy wasmsig.Policy) bool {
	for at := from; at < to; at++ {
		if passesChanged(t, module, at, at%8, policy) {
			return true
		}
	}
	return false
}

// passesChanged reports whether a module passes with one bit changed.
func passesChanged(t *testing.T, module []byte, at, bit int, policy wasmsig.Policy) bool {
	module = bytes.Clone(module)
	module[at] ^= 1 << bit
	v, err := wasmsig.Verify(t.Context(), bytes.NewReader(module), int64(len(module)), "m", policy)
	return err == nil && v.OK
}

// eachByte does something for each place, on all processors.
func eachByte(size int, do func(at int)) {
	var wait sync.WaitGroup
	workers := runtime.GOMAXPROCS(0)
	for first := range workers {
		wait.Go(func() {
			for at := first; at < size; at += workers {
				do(at)
			}
		})
	}
	wait.Wait()
}

// The header is free in wsc's format: a signed module can be renamed to a
// component, which no engine then runs. What is free is to be known.
func TestAKeyDoesNotSignTheHeader(t *testing.T) {
	sigstore, core := newInstance(t, "sigstore"), sample.Core(60, 1)
	renamed := func(module []byte) []byte { return slices.Concat(sample.Component(), module[8:]) }
	if v := verifyBytes(t, renamed(sample.Sign(core, true, alice)), wasmsig.Policy{Keys: givenKeys(t, alice)}); !v.OK {
		t.Errorf("signed with a key: failed %q", failures(v))
	}
	if v := verifyBytes(t, renamed(sigstore.sign(core)), sigstore.policy(t)); v.OK {
		t.Error("keyless: passes with another header")
	}
}

// idBytes is the key id in a module.
func idBytes(module []byte) []byte {
	id := []byte{0x0c}
	at := bytes.Index(module, id)
	return module[at+1 : at+13]
}

// proofText is an inclusion proof as a module has it: its name, and the numbers
// of its bytes.
func proofText(proof []byte) []byte {
	return []byte(`"inclusion_proof":` + strings.ReplaceAll(fmt.Sprint(proof), " ", ","))
}

// counting counts what is read of a file that is larger than memory: a
// beginning, and empty sections behind it.
type counting struct {
	head []byte
	size int64
	read int64
}

func (c *counting) ReadAt(p []byte, at int64) (int, error) {
	if at >= c.size {
		return 0, io.EOF
	}
	n := int(min(int64(len(p)), c.size-at))
	for i := range p[:n] {
		p[i] = byte(at+int64(i)+1) % 2 // 1 0: a section of the id 1 without a payload
	}
	if at < int64(len(c.head)) {
		copy(p[:n], c.head[at:])
	}
	c.read += int64(n)
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

// A section that claims more than there is costs nothing, and one that is
// there is passed over.
func TestCraftedModulesCostNeitherMemoryNorReading(t *testing.T) {
	const gib = 1 << 30
	wide := func(id byte, n uint32) []byte {
		return []byte{id, byte(n) | 0x80, byte(n>>7) | 0x80, byte(n>>14) | 0x80, byte(n>>21) | 0x80, byte(n >> 28)}
	}
	set := func(body ...byte) []byte { return sample.Module(sample.Custom("signature", body)) }
	huge := slices.Concat(sample.Module(), wide(0, gib), wasmsig.CustomPayload("signature", []byte{1, 1, 1}))
	for _, c := range []struct {
		name string
		head []byte
		size int64 // zero is that of the head
		want wasmsig.ProblemKind
	}{
		{"a section of 2^32-1 bytes that are not there", slices.Concat(sample.Module(), wide(1, 1<<32-1)), 0, wasmsig.Truncated},
		{"a signature of 2^32-1 bytes that are not there", slices.Concat(sample.Module(), wide(0, 1<<32-1), wasmsig.CustomPayload("signature", nil)), 0, wasmsig.Truncated},
		{"a section of 1 GiB that is there", slices.Concat(sample.Module(), wide(1, gib)), 8 + 6 + gib, ""},
		{"a signature of 1 GiB that is there", huge, 8 + 6 + gib, wasmsig.SignatureMalformed},
		{"a thousand million sections", sample.Module(), 2 * gib, wasmsig.TooManySections},
		{"2^32-1 sets", set(1, 1, 1, 0xff, 0xff, 0xff, 0xff, 0x0f), 0, wasmsig.SignatureMalformed},
		{"64 sets that are not there", set(1, 1, 1, 64), 0, wasmsig.SignatureMalformed},
		{"a set of 2^32-1 digests", set(1, 1, 1, 1, 5, 0xff, 0xff, 0xff, 0xff, 0x0f), 0, wasmsig.SignatureMalformed},
		{"64 digests that are not there", set(1, 1, 1, 1, 1, 64), 0, wasmsig.SignatureMalformed},
		{"a set of 2^32-1 signatures", set(1, 1, 1, 1, 6, 0, 0xff, 0xff, 0xff, 0xff, 0x0f), 0, wasmsig.SignatureMalformed},
		{"2^32-1 certificates", set(1, 1, 1, 1, 72, 0, 1, 70, 0, 2, 0, 0xff, 0xff, 0xff, 0xff, 0x0f), 0, wasmsig.SignatureMalformed},
		{"a keyless signature of 255 certificates that are not there", set(2, 2, 0, 255), 0, wasmsig.SignatureMalformed},
	} {
		if c.size == 0 {
			c.size = int64(len(c.head))
		}
		file := &counting{head: c.head, size: c.size}
		var m *wasmsig.Module
		memory := allocated(func() {
			var err error
			if m, err = wasmsig.Read(file, file.size); err != nil {
				t.Fatalf("%s: %v", c.name, err)
			}
		})
		got := wasmsig.ProblemKind("")
		if len(m.Problems) > 0 {
			got = m.Problems[0].Kind
		}
		if got != c.want {
			t.Errorf("%s: the problem is %q, want %q", c.name, got, c.want)
		}
		if memory > 2<<20 || file.read > 64<<10 {
			t.Errorf("%s: takes %d bytes of memory, and reads %d", c.name, memory, file.read)
		}
	}
}

// However many full signature sections there are, only the first few are kept.
func TestWhatIsKeptDoesNotGrowWithTheSignatureSections(t *testing.T) {
	var set wasmsig.Set
	for range 256 {
		set.Signatures = append(set.Signatures, wasmsig.Signature{Algorithm: 2, Certificates: make([][]byte, 16)})
	}
	section := sample.Custom("signature", wasmsig.Signatures{Sets: slices.Repeat([]wasmsig.Set{set}, 64)}.Encode())
	kept := func(sections int) int64 {
		module := sample.Module(bytes.Repeat(section, sections))
		before := heap()
		m, err := wasmsig.Read(bytes.NewReader(module), int64(len(module)))
		if err != nil || len(m.Signed) != sections {
			t.Fatalf("%d signature sections of %d, %v", len(m.Signed), sections, err)
		}
		after := heap()
		runtime.KeepAlive(module)
		runtime.KeepAlive(m)
		return after - before
	}
	if few, many := kept(5), kept(40); many > few+few/4 {
		t.Errorf("5 sections keep %d bytes, and 40 keep %d", few, many)
	}
}

// heap is how much memory is in use, in bytes.
func heap() int64 {
	runtime.GC()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return int64(stats.HeapAlloc)
}

// Thousands of signatures and many keys must not keep a responder waiting, so
// keys are only tried so often.
func TestKeysAreOnlyTriedSoOften(t *testing.T) {
	core := sample.Core(100, 1)
	crowd := wasmsig.Set{Hashes: sample.Hashes(core)}
	for range 256 {
		crowd.Signatures = append(crowd.Signatures, sample.Signature(crowd.Hashes, true, bob))
	}
	module := sample.Attach(core, wasmsig.Signatures{Sets: slices.Repeat([]wasmsig.Set{crowd}, 64)}.Encode())
	var keys []sample.Key
	for i := range 100 {
		keys = append(keys, sample.KeyOf(fmt.Sprint(i)))
	}
	found := inspectBytes(t, module, keys...)
	const want = "the keys were tried 8192 times, and 1630208 more were left out"
	if len(found.Problems) != 1 || !strings.HasPrefix(found.Problems[0].Detail, want) {
		t.Errorf("the problems are %v, want %q", found.Problems, want)
	}
}

// allocated is how much memory is allocated while something is done, in bytes.
func allocated(do func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	do()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}
