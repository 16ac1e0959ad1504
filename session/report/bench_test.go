package report_test

import (
	"encoding/json"
	"io"
	"testing"

	"wsc-respond/session"
	"wsc-respond/session/report"
	"wsc-respond/session/sessiontest"
)

// The report of 10,000 events stands beside what it costs to encode the same
// events as JSON, once each.
const benchEvents = 10_000

func BenchmarkReport(b *testing.B) {
	state, events := many(b, benchEvents)
	opts := report.Options{Now: sessiontest.NewClock().Now(), Tool: "bench"}
	b.Run("build", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			report.Build(state, events, opts)
		}
	})
	built := report.Build(state, events, opts)
	b.Run("markdown", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if err := report.Markdown(io.Discard, built); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("both", func(b *testing.B) {
		for b.Loop() {
			if err := report.Markdown(io.Discard, report.Build(state, events, opts)); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("baseline/json", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			encode(b, events)
		}
	})
	b.Run("brief", func(b *testing.B) {
		for b.Loop() {
			report.Brief(state, opts.Now, 80)
		}
	})
}

func encode(b *testing.B, events []session.Event) {
	encoder := json.NewEncoder(io.Discard)
	for i := range events {
		if err := encoder.Encode(&events[i]); err != nil {
			b.Fatal(err)
		}
	}
}
