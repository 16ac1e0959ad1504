package runner

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"wsc-respond/session"
)

// kept writes pieces through a keeper and returns what it made of them.
func kept(t *testing.T, l limits, pieces ...[]byte) (session.Output, string, string) {
	t.Helper()
	name := filepath.Join(t.TempDir(), "out")
	f, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	k := newKeeper(f, "out", l)
	for _, p := range pieces {
		if n, err := k.Write(p); n != len(p) || err != nil {
			t.Fatalf("took %d of %d: %v", n, len(p), err)
		}
		k.flush()
	}
	out, why := k.close()
	content, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(content)
	if out.SHA256 != hex.EncodeToString(sum[:]) {
		t.Errorf("the digest is not that of the file: %s", out.SHA256)
	}
	return out, why, string(content)
}

func TestTheBeginningAndTheEndAreKept(t *testing.T) {
	for _, c := range []struct {
		total   int
		content string
		kept    int64
	}{
		{0, "", 0},
		{9, "012345678", 9},
		{10, "0123456789", 10},
		{14, "01234567890123", 14},
		{15, "012345678901234", 15},
		{16, "0123456789\n[wsc-respond: 1 bytes of output are left out here; the first 10 bytes and the last 5 bytes are kept]\n12345", 15},
		{1003, "0123456789\n[wsc-respond: 988 bytes of output are left out here; the first 10 bytes and the last 5 bytes are kept]\n89012", 15},
	} {
		for _, size := range []int{1, 3, 10, 1003} {
			var pieces [][]byte
			for at := 0; at < c.total; at += size {
				var p []byte
				for i := at; i < min(at+size, c.total); i++ {
					p = append(p, '0'+byte(i%10))
				}
				pieces = append(pieces, p)
			}
			out, why, content := kept(t, limits{Head: 10, Tail: 5}, pieces...)
			if content != c.content || why != "" {
				t.Errorf("%d bytes by %d: %q, %q", c.total, size, content, why)
			}
			if out.Kept != c.kept || out.Bytes != int64(c.total) {
				t.Errorf("%d bytes by %d: %+v", c.total, size, out)
			}
		}
	}
}

func TestLargePiecesAreKeptWhole(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 20 {
		var all []byte
		var pieces [][]byte
		for range random.IntN(6) {
			p := make([]byte, random.IntN(2*blockSize))
			for i := range p {
				p[i] = byte(random.Uint32())
			}
			pieces, all = append(pieces, p), append(all, p...)
		}
		if _, _, content := kept(t, standardLimits(), pieces...); content != string(all) {
			t.Fatalf("%d bytes came back as %d", len(all), len(content))
		}
	}
}

func TestEvidenceStopsBeforeTheDiskIsFull(t *testing.T) {
	out, why, content := kept(t, limits{Head: 10, Tail: 5, Free: math.MaxInt64}, []byte("0123456789"), []byte("abcdef"))
	if !strings.HasPrefix(content, "\n[wsc-respond: 16 bytes of output are left out from here on, because less than ") {
		t.Errorf("%q", content)
	}
	if out.Kept != 0 || out.Bytes != 16 || !strings.Contains(why, "out is not whole: less than") {
		t.Errorf("%+v, %q", out, why)
	}
}

func TestADiskThatRefusesDoesNotStopTheStream(t *testing.T) {
	name := filepath.Join(t.TempDir(), "out")
	if err := os.WriteFile(name, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(name) // not open for writing
	if err != nil {
		t.Fatal(err)
	}
	k := newKeeper(f, "out", limits{Head: 1 << 30, Tail: 1 << 10})
	for range 100 {
		if n, err := k.Write(make([]byte, blockSize)); n != blockSize || err != nil {
			t.Fatal(n, err)
		}
	}
	out, why := k.close()
	if out.Bytes != 100*blockSize || out.Kept != 0 || !strings.Contains(why, "bad file descriptor") {
		t.Errorf("%+v, %q", out, why)
	}
}

func TestAFullDiskLosesNeitherTheCommandNorItsResult(t *testing.T) {
	f := newFixture(t)
	if err := unix.Mount("tmpfs", f.dir, "tmpfs", 0, "size=1m"); err != nil {
		t.Skipf("a small tmpfs cannot be mounted here: %v", err)
	}
	defer func() {
		if err := unix.Unmount(f.dir, unix.MNT_DETACH); err != nil {
			t.Error(err)
		}
	}()
	o := f.order(`head -c 3000000 /dev/zero | tee "$WSC_RESPOND_SESSION/filler" | wc -c; cd /usr; exit 4`)
	r := f.run(o)
	if r.Exit != 4 || r.Carry.Dir != "/usr" || r.Tail != "3000000\n" || !strings.Contains(r.Detail, "not whole") {
		t.Errorf("%+v", r)
	}
	if again := f.wait(f.adopt(o.Evidence)); again.Exit != 4 || again.Tail != r.Tail {
		t.Errorf("the result on disk: %+v", again)
	}
}

func TestAFileSizeLimitLosesNeitherTheCommandNorItsResult(t *testing.T) {
	var before unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_FSIZE, &before); err != nil {
		t.Fatal(err)
	}
	limit := before
	limit.Cur = 512 << 10
	f := newFixture(t)
	if err := unix.Setrlimit(unix.RLIMIT_FSIZE, &limit); err != nil {
		t.Skip(err)
	}
	r := f.sh("yes | head -c 2000000; exit 4")
	if err := unix.Setrlimit(unix.RLIMIT_FSIZE, &before); err != nil {
		t.Fatal(err)
	}
	if r.Exit != 4 || r.Stdout.Bytes != 2000000 || r.Stdout.Kept != 512<<10 || !strings.Contains(r.Detail, "file too large") {
		t.Errorf("%+v", r.Stdout)
	}
}

// little keeps less of every stream, so that a test needs no gigabyte.
func (f *fixture) little() limits {
	f.r.keep = limits{Head: 8 << 20, Tail: 2 << 20, Free: keepFree}
	return f.r.keep
}

func TestAFloodIsCountedAndMemoryStaysFlat(t *testing.T) {
	const size = 300 << 20
	f := newFixture(t)
	keep := f.little()
	r := f.start(f.order(fmt.Sprintf("yes | head -c %d", size)))
	first, most := 0, 0
	eventually(t, "the flood is over", func() bool {
		live := r.Live()
		now := memoryMiB(r.process.PID)
		if first == 0 && live.Stdout > size/5 {
			first = now
		}
		most = max(most, now)
		return live.Ended
	})
	result := f.wait(r)
	if result.Stdout.Bytes != size || result.Stdout.Kept != keep.Head+keep.Tail {
		t.Errorf("%+v", result.Stdout)
	}
	if first == 0 || most > first+24 {
		t.Errorf("the supervisor had %d MiB after a fifth, and %d MiB later", first, most)
	}
}

// memoryMiB is the resident memory of a process.
func memoryMiB(pid int) int {
	var size, resident int
	content, err := os.ReadFile(fmt.Sprintf("/proc/%d/statm", pid))
	if err != nil {
		return 0
	}
	if _, err := fmt.Sscan(string(content), &size, &resident); err != nil {
		return 0
	}
	return resident * os.Getpagesize() >> 20
}

func TestATextIsFoundAcrossPieces(t *testing.T) {
	const text = "needle"
	hay := "a needl needle b"
	for size := 1; size <= len(hay); size++ {
		f := finder{text: []byte(text)}
		for at := 0; at < len(hay); at += size {
			if f.found && at < strings.Index(hay, text)+len(text) {
				t.Errorf("size %d: found too early", size)
			}
			f.look([]byte(hay[at:min(at+size, len(hay))]))
		}
		if !f.found {
			t.Errorf("size %d: not found", size)
		}
	}
	f := finder{text: []byte(text)}
	f.look(bytes.Repeat([]byte("needl"), 1000))
	if f.found {
		t.Error("found what is not there")
	}
}

func TestALongStreamIsRedactedAtBothEndsAndOnTheScreen(t *testing.T) {
	const secret = "correct-horse-battery-staple"
	f := newFixture(t)
	keep := f.little()
	// The text between is longer than what is held, so that the end begins
	// in the middle of it.
	o := f.order(fmt.Sprintf(`secret=$(printf %%s correct-horse -battery-staple)
		echo "first $secret"; yes | head -c %d; yes "x $secret y" | head -c 9000000; echo "last $secret"
		until [ -e "$WSC_RESPOND_SESSION/open" ]; do sleep 0.01; done`, keep.Head))
	o.Secrets = []string{secret}
	r := f.start(o)
	eventually(t, "the last line is on the screen", func() bool {
		text := liveText(r)
		if strings.Contains(text, secret) {
			t.Fatal("the screen shows the secret")
		}
		return strings.Contains(text, "last [redacted")
	})
	if err := os.WriteFile(filepath.Join(f.dir, "open"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	result := f.wait(r)
	content := f.read(result.Stdout.File)
	if strings.Contains(content, secret) || !strings.HasPrefix(content, "first [redacted") || !strings.Contains(content[len(content)-100:], "last [redacted") {
		t.Errorf("begins with %q, ends with %q", content[:100], content[len(content)-100:])
	}
	if strings.Count(content, "left out here") != 1 || len(result.Redacted) != 1 || result.Redacted[0].Count < 60_000 {
		t.Errorf("%+v", result)
	}
	if info, err := os.Stat(filepath.Join(f.dir, result.Stdout.File)); err != nil || info.Size() < keep.Head+keep.Tail*9/10 {
		t.Errorf("%v, %v", info.Size(), err)
	}
}

func TestAStreamThatIsALittleTooLongIsKeptWhole(t *testing.T) {
	f := newFixture(t)
	size := f.little().Head + 1<<20
	r := f.sh(fmt.Sprintf("seq 1 1000000000 | head -c %d", size))
	if r.Stdout.Kept != size || r.Stdout.Bytes != r.Stdout.Kept {
		t.Errorf("%+v", r.Stdout)
	}
	// What "seq | head | sha256sum" says of the same bytes.
	sum, n := seqDigest(size)
	if r.Stdout.SHA256 != sum || n != size {
		t.Errorf("the digest is %s, the bytes have %s", r.Stdout.SHA256, sum)
	}
}

// seqDigest is the digest of the first n bytes of all whole numbers, a line
// each.
func seqDigest(n int64) (string, int64) {
	h := sha256.New()
	var size int64
	var buf []byte
	for i := int64(1); size < n; i++ {
		buf = append(strconv.AppendInt(buf, i, 10), '\n')
		if len(buf) > 1<<16 || size+int64(len(buf)) >= n {
			part := buf[:min(int64(len(buf)), n-size)]
			h.Write(part)
			size += int64(len(part))
			buf = buf[:0]
		}
	}
	return hex.EncodeToString(h.Sum(nil)), size
}
