package redact

import (
	"crypto/sha256"
	"io"
	"math/rand/v2"
	"strings"
	"syscall"
	"testing"
)

// benchTexts are inputs of a megabyte or more, by what they look like.
func benchTexts() map[string]string {
	plain := ordinary()
	fill := func(s string) string { return strings.Repeat(s, 1<<20/len(s)+1) }
	r := rand.New(rand.NewPCG(1, 1))
	random := make([]byte, 1<<20)
	for i := range random {
		random[i] = byte(r.Uint32())
	}
	return map[string]string{
		"ls":      fill(plain["ls"]),
		"log":     fill(plain["git log"]),
		"build":   fill("   Compiling serde_derive v1.0.195 (/srv/build/crates/serde_derive)\n    Finished dev [unoptimized + debuginfo] target(s) in 12.31s\n"),
		"prose":   fill(plain["prose"]),
		"sums":    fill(plain["sha256sum"]),
		"yes":     fill("y\n"),
		"endless": fill("no line ends here, "),
		"hex":     chars(1, lowerHex, 1<<20),
		"hexdump": wrap(chars(1, lowerHex, 1<<20), 60),
		"base64":  wrap(chars(1, alphanum+"+/", 1<<20), 76),
		"colours": fill("\x1b[0m\x1b[01;34mdirectory\x1b[0m  file.txt  \x1b[01;32mprogram\x1b[0m\n"),
		"kana":    fill(plain["languages"]),
		"random":  string(random),
	}
}

func BenchmarkWriter(b *testing.B) {
	for name, text := range benchTexts() {
		data := []byte(text)
		b.Run(name+"/redact", func(b *testing.B) { benchWriter(b, data, Options{}) })
		b.Run(name+"/literals", func(b *testing.B) {
			benchWriter(b, data, options([]string{"correct horse", "hunter2-hunter2"}))
		})
		b.Run(name+"/sha256", func(b *testing.B) {
			defer perCPUSecond(b, len(data))()
			for b.Loop() {
				h := sha256.New()
				inPieces(data, func(p []byte) { h.Write(p) })
				h.Sum(nil)
			}
		})
	}
}

func benchWriter(b *testing.B, data []byte, opts Options) {
	b.ReportAllocs()
	defer perCPUSecond(b, len(data))()
	for b.Loop() {
		w := NewWriter(io.Discard, opts)
		inPieces(data, func(p []byte) {
			if _, err := w.Write(p); err != nil {
				b.Fatal(err)
			}
		})
		if err := w.Close(); err != nil {
			b.Fatal(err)
		}
	}
}

func inPieces(data []byte, write func([]byte)) {
	for at := 0; at < len(data); at += piece {
		write(data[at:min(len(data), at+piece)])
	}
}

// perCPUSecond reports how many megabytes pass in a second of processor time,
// which holds on a busy machine too.
func perCPUSecond(b *testing.B, size int) func() {
	b.SetBytes(int64(size))
	before := cpuTime(b)
	return func() {
		spent := cpuTime(b) - before
		b.ReportMetric(float64(size)*float64(b.N)/1e6/spent, "MB/cpu-s")
	}
}

// cpuTime returns the processor time this process has used, in seconds.
func cpuTime(b *testing.B) float64 {
	var use syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &use); err != nil {
		b.Fatal(err)
	}
	return float64(use.Utime.Nano()+use.Stime.Nano()) / 1e9
}

func BenchmarkText(b *testing.B) {
	const line = "moved release.sec to the vault, told the team, and asked for a new key"
	b.SetBytes(int64(len(line)))
	for b.Loop() {
		Text(line)
	}
}
