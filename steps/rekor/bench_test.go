package rekor

import "testing"

// BenchmarkWindow verifies entries that follow each other and proves them
// complete; what is left out is the network.
func BenchmarkWindow(b *testing.B) {
	verifier := NewVerifier([]LogKey{recordedKey(b)})
	entries := recorded(b)
	var answers [][]byte
	for _, e := range entries {
		answers = append(answers, must(WriteAnswer(e)))
	}
	n := 0
	for b.Loop() {
		var w Window
		for _, answer := range answers {
			for _, e := range must(ReadAnswer(answer)) {
				if err := w.Add(verifier.Verify(e)); err != nil {
					b.Fatal(err)
				}
				n++
			}
		}
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "entries/s")
}
