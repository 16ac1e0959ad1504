package journal

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
	"time"

	"wsc-respond/session"
)

// writeMany makes a session folder with many events, without a sync for each.
func writeMany(b *testing.B, count uint64) (dir string, size int64) {
	b.Helper()
	dir = write(b, nil)
	f, err := os.OpenFile(filepath.Join(dir, FileName), os.O_WRONLY, 0)
	if err != nil {
		b.Fatal(err)
	}
	out := bufio.NewWriterSize(f, 1<<20)
	prev := session.NoHash
	for n := uint64(1); n <= count; n++ {
		e := testEvent(n)
		e.Seq, e.Prev = n, prev
		line, err := session.EncodeLine(e)
		if err != nil {
			b.Fatal(err)
		}
		prev = session.HashLine(line)
		size += int64(len(line)) + 1
		_, _ = out.Write(append(line, '\n'))
	}
	check(b, out.Flush())
	check(b, f.Close())
	return dir, size
}

// BenchmarkAppend compares an append with a bare write and fsync of the same
// bytes, in turns, by the median. The figure to keep is 1.2 times.
func BenchmarkAppend(b *testing.B) {
	j := create(b, 1)
	f, err := os.OpenFile(filepath.Join(b.TempDir(), "bare"), os.O_WRONLY|os.O_APPEND|os.O_CREATE, 0o600)
	check(b, err)
	defer f.Close()
	e := testEvent(2)
	e.Seq, e.Prev = 2, session.NoHash
	line, err := session.EncodeLine(e)
	check(b, err)
	line = append(line, '\n')

	var bare, journal []time.Duration
	for b.Loop() {
		start := time.Now()
		_, err := f.Write(line)
		check(b, errors.Join(err, f.Sync()))
		bare = append(bare, time.Since(start))

		start = time.Now()
		_, _, err = j.Append(b.Context(), j.Head().Seq, e)
		check(b, err)
		journal = append(journal, time.Since(start))
	}
	slices.Sort(bare)
	slices.Sort(journal)
	middle := len(bare) / 2
	b.ReportMetric(float64(bare[middle].Microseconds()), "bare-p50-µs")
	b.ReportMetric(float64(journal[middle].Microseconds()), "journal-p50-µs")
	b.ReportMetric(float64(journal[middle])/float64(bare[middle]), "times-bare")
}

// benchEvents is how many events BenchmarkVerify reads: enough that starting
// costs nothing. WSC_RESPOND_BENCH_EVENTS=1000000 gives the million of the
// published figure.
func benchEvents(b *testing.B) uint64 {
	b.Helper()
	asked := os.Getenv("WSC_RESPOND_BENCH_EVENTS")
	if asked == "" {
		return 200_000
	}
	n, err := strconv.ParseUint(asked, 10, 32)
	if err != nil || n == 0 {
		b.Fatalf("WSC_RESPOND_BENCH_EVENTS is %q, and should be a number of events", asked)
	}
	return n
}

// BenchmarkVerify compares the two passes with reading the lines and hashing
// them in a chain. The figures to keep are 2 and 8 times.
func BenchmarkVerify(b *testing.B) {
	count := benchEvents(b)
	dir, size := writeMany(b, count)
	b.Run("bare", func(b *testing.B) {
		b.SetBytes(size)
		for b.Loop() {
			if n := bareChain(b, filepath.Join(dir, FileName)); n != count {
				b.Fatalf("%d lines", n)
			}
		}
	})
	for name, verify := range map[string]bool{"chain": false, "strict": true} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(size)
			b.ReportAllocs()
			for b.Loop() {
				report, err := verifyDir(b.Context(), dir, verify)
				if err != nil || !report.Whole() || report.Events != count {
					b.Fatalf("%v, %v", report.Problems, err)
				}
			}
		})
	}
}

// bareChain reads lines, hashes each, and compares it with the end of the
// next.
func bareChain(b *testing.B, path string) uint64 {
	f, err := os.Open(path)
	check(b, err)
	defer f.Close()
	in := bufio.NewReaderSize(f, 1<<20)
	var digits [2 * sha256.Size]byte
	lines := uint64(0)
	for {
		line, err := in.ReadSlice('\n')
		if err != nil {
			return lines
		}
		line = line[:len(line)-1]
		if prev := line[len(line)-2-len(digits) : len(line)-2]; lines > 0 && string(prev) != string(digits[:]) {
			b.Fatalf("line %d", lines+1)
		}
		sum := sha256.Sum256(line)
		hex.Encode(digits[:], sum[:])
		lines++
	}
}

// BenchmarkOpen10000 opens a session of 10,000 events for writing, and reads
// them all once more as resuming does. The figure to keep is 100 ms.
func BenchmarkOpen10000(b *testing.B) {
	dir, _ := writeMany(b, 10_000)
	for b.Loop() {
		j, err := Open(dir, Holder{})
		check(b, err)
		all, err := readAll(j, 1)
		check(b, err)
		if len(all) != 10_000 {
			b.Fatalf("%d events", len(all))
		}
		check(b, j.Close())
	}
}
