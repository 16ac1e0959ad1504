package cli

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"io/fs"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"wsc-respond/steps/wasmsig/sample"
)

// The figures of a scan against what a responder would do without it: look for
// the bytes of the key id with grep, which misses signatures without one, and
// hash every file. All in the same run, on the same files, with the files in
// the page cache (warm) and not (cold).

// benchModules is how many modules the benchmark makes; the figures that are
// promised are of 20,000.
func benchModules(b *testing.B) int {
	b.Helper()
	text := os.Getenv("WSC_RESPOND_BENCH_MODULES")
	if text == "" {
		return 1000
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 100 {
		b.Fatalf("WSC_RESPOND_BENCH_MODULES is %q, and it takes a number from 100", text)
	}
	return n
}

// benchKey is a key whose id has no byte that grep would take for an end.
func benchKey() (key sample.Key, id []byte) {
	for i := 0; ; i++ {
		key = sample.KeyOf(fmt.Sprint("bench", i))
		id, _ = hex.DecodeString(string(key.Public().ID())) // it is hex
		if !bytes.ContainsAny(id, "\x00\n") {
			return key, id
		}
	}
}

// makeModules makes modules below a folder, 100 in each: as many small ones as
// asked, log-uniform from 1 to 256 KiB, and one of 8 MiB to each hundred. A
// tenth are signed by the key, a third of those without its id.
func makeModules(b *testing.B, dir string, n int, key sample.Key) (signed int) {
	b.Helper()
	random := rand.New(rand.NewPCG(1, 2))
	for i := range n + n/100 {
		size := int(1024 * math.Pow(256, random.Float64()))
		if i >= n {
			size = 8 << 20
		}
		module := benchModule(size, uint64(i))
		if i%10 == 0 {
			module = sample.Sign(module, signed%3 != 0, key)
			signed++
		}
		writeModule(b, dir, i, module)
	}
	return signed
}

// benchModule ends as modules of real tools do: with sections behind the
// largest one.
func benchModule(size int, seed uint64) []byte {
	return slices.Concat(sample.Core(size, seed), sample.Custom("name", []byte("\x00\x05\x04main")), sample.Custom("producers", []byte{0}))
}

func writeModule(b *testing.B, dir string, i int, module []byte) {
	b.Helper()
	path := filepath.Join(dir, fmt.Sprintf("%03d", i/100), fmt.Sprintf("module-%05d.wasm", i))
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		b.Fatal(err)
	}
	if err := os.WriteFile(path, module, 0o600); err != nil {
		b.Fatal(err)
	}
}

// forget drops all files below a folder from the page cache, after they were
// written to the disk.
func forget(b *testing.B, dir string) {
	b.Helper()
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		file, err := os.Open(path)
		if err != nil {
			return err
		}
		defer file.Close()
		if err := file.Sync(); err != nil {
			return err
		}
		return unix.Fadvise(int(file.Fd()), 0, 0, unix.FADV_DONTNEED)
	})
	if err != nil {
		b.Fatal(err)
	}
}

// timed runs a program and says how long it took. It has to print so many
// lines.
func timed(b *testing.B, lines int, name string, args ...string) time.Duration {
	b.Helper()
	cmd := exec.Command(name, args...)
	cmd.Env = append(os.Environ(), "LC_ALL=C")
	var said bytes.Buffer
	cmd.Stderr = &said
	began := time.Now()
	out, err := cmd.Output()
	took := time.Since(began)
	if err != nil {
		b.Fatalf("run %s: %v\n%s", name, err, said.String())
	}
	if got := bytes.Count(out, []byte("\n")); got != lines {
		b.Fatalf("%s printed %d lines, not %d:\n%s", name, got, lines, said.String())
	}
	return took
}

// A scan for a key, against grep and sha256sum over the same files. The ratios
// say how many times as long those take; more than 1 is promised.
func BenchmarkScanAgainstGrepAndSha256sum(b *testing.B) {
	dir := filepath.Join(b.TempDir(), "modules")
	key, id := benchKey()
	n := benchModules(b)
	signed := makeModules(b, dir, n, key)
	pub := filepath.Join(b.TempDir(), "key.pub")
	if err := os.WriteFile(pub, key.PublicFile(), 0o600); err != nil {
		b.Fatal(err)
	}
	all := n + n/100
	runs := map[string]func() time.Duration{
		"scan": func() time.Duration { return timed(b, signed, binary, "module", "scan", "--paths", "--key", pub, dir) },
		"grep": func() time.Duration { return timed(b, signed-(signed+2)/3, "grep", "-rlF", string(id), dir) },
		"sha256sum": func() time.Duration {
			return timed(b, all, "find", dir, "-type", "f", "-exec", "sha256sum", "{}", "+")
		},
	}
	took := map[string][]time.Duration{}
	for b.Loop() {
		for name, run := range runs {
			forget(b, dir)
			took["cold-"+name] = append(took["cold-"+name], run())
			run()
			took["warm-"+name] = append(took["warm-"+name], run())
		}
	}
	for _, cache := range []string{"cold-", "warm-"} {
		scan := median(took[cache+"scan"])
		b.ReportMetric(scan, cache+"scan-ms")
		b.ReportMetric(median(took[cache+"grep"])/scan, cache+"grep/scan")
		b.ReportMetric(median(took[cache+"sha256sum"])/scan, cache+"sha256sum/scan")
	}
	b.ReportMetric(0, "ns/op") // it is of all runs together
}

// The same number of modules at two sizes: the time of a scan grows with their
// number and not with their bytes.
func BenchmarkScanBySize(b *testing.B) {
	key, _ := benchKey()
	pub := filepath.Join(b.TempDir(), "key.pub")
	if err := os.WriteFile(pub, key.PublicFile(), 0o600); err != nil {
		b.Fatal(err)
	}
	n := benchModules(b) / 2
	sizes := map[string]int{"4KiB": 4 << 10, "256KiB": 256 << 10}
	took := map[string][]time.Duration{}
	dirs := map[string]string{}
	for name, size := range sizes {
		dirs[name] = filepath.Join(b.TempDir(), name)
		for i := range n {
			writeModule(b, dirs[name], i, benchModule(size, uint64(i)))
		}
	}
	for b.Loop() {
		for name, dir := range dirs {
			scan := func() time.Duration {
				return timed(b, 0, binary, "module", "scan", "--paths", "--key", pub, dir)
			}
			forget(b, dir)
			took["cold-"+name] = append(took["cold-"+name], scan())
			took["warm-"+name] = append(took["warm-"+name], scan())
		}
	}
	for name, all := range took {
		b.ReportMetric(median(all), name+"-ms")
	}
	b.ReportMetric(median(took["warm-256KiB"])/median(took["warm-4KiB"]), "warm-64x-bytes")
	b.ReportMetric(median(took["cold-256KiB"])/median(took["cold-4KiB"]), "cold-64x-bytes")
	b.ReportMetric(0, "ns/op")
}
