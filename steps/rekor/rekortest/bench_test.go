package main

import (
	"fmt"
	"os"
	"strconv"
	"sync"
	"testing"
	"time"
)

// BenchmarkGet fetches and verifies one entry, by turns with the product and
// with the log's own client, each a process of its own. The figure is how many
// times the client's time the product takes.
func BenchmarkGet(b *testing.B) {
	l := start(b)
	id := l.enter(map[string]object{"one": hashedrekord([]byte("one"), identity{email: "dev0@example.org", issuer: issuer})})["one"].uuid
	var ours, theirs time.Duration
	for b.Loop() {
		ours += timed(b, func() said { return l.asks("get", id, "--json") })
		theirs += timed(b, func() said { return l.theirs("get", "--uuid", id) })
	}
	b.ReportMetric(float64(ours.Milliseconds())/float64(b.N), "ms/get")
	b.ReportMetric(float64(theirs.Milliseconds())/float64(b.N), "ms/get-rekor-cli")
	b.ReportMetric(float64(ours)/float64(theirs), "x-rekor-cli")
}

// BenchmarkWindow fetches, verifies and proves complete all that the log has.
// Its time has the start of the program and its estimate in it. The log runs on
// the same machine and takes the larger part of its cores, so the figure is the
// log's as much as the product's. WSC_RESPOND_BENCH_ENTRIES is how many
// entries there are.
func BenchmarkWindow(b *testing.B) {
	n := 300
	if text := os.Getenv("WSC_RESPOND_BENCH_ENTRIES"); text != "" {
		var err error
		if n, err = strconv.Atoi(text); err != nil || n < 1 {
			b.Fatalf("WSC_RESPOND_BENCH_ENTRIES=%q is no number of entries", text)
		}
	}
	l := start(b)
	l.fill(n)
	var took time.Duration
	for b.Loop() {
		took += timed(b, func() said { return l.asks("window", "--from", "0", "--to", strconv.Itoa(n-1)) })
	}
	b.ReportMetric(float64(n*b.N)/took.Seconds(), "entries/s")
}

// timed runs a program that must succeed.
func timed(b *testing.B, run func() said) time.Duration {
	b.Helper()
	began := time.Now()
	if got := run(); got.code != 0 {
		b.Fatalf("%+v", got)
	}
	return time.Since(began)
}

// fill uploads entries, many at once: the log takes some in at a time.
func (l live) fill(n int) {
	l.t.Helper()
	var all sync.WaitGroup
	room := make(chan struct{}, 32)
	for i := range n {
		room <- struct{}{}
		all.Go(func() {
			defer func() { <-room }()
			entry := hashedrekord(fmt.Append(nil, "fill ", i), identity{email: fmt.Sprintf("dev%d@example.org", i%7), issuer: issuer})
			if _, err := upload(l.server, entry); err != nil {
				l.t.Errorf("entry %d: %v", i, err)
			}
		})
	}
	all.Wait()
}
