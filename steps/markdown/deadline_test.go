package markdown

import (
	"strings"
	"testing"

	"wsc-respond/steps"
)

func TestDeadlinesAreReadAsPeopleWriteThem(t *testing.T) {
	for text, want := range map[string]steps.Seconds{
		"First 30 minutes":         1800,
		"first 20 minutes":         1200,
		"within 24 hours":          86400,
		"Within 24 Hours.":         86400,
		"< 4 hours":                14400,
		"<4h":                      14400,
		"≤ 1 week":                 604800,
		"Within 1 week":            604800,
		"Immediate":                0,
		"at once":                  0,
		"24h":                      86400,
		"1h30m":                    5400,
		"1 h 30 min":               5400,
		"2 hours and 30 minutes":   9000,
		"90 min":                   5400,
		"1.5 hours":                5400,
		"half an hour":             1800,
		"an hour":                  3600,
		"within the first hour":    3600,
		"T+15 min":                 900,
		"no later than 72 hours":   259200,
		"up to two weeks":          1209600,
		"1 month":                  28 * 86400,
		"within a while":           -2,
		"2 business days":          -2,
		"":                         -2,
		"30":                       -2,
		"soon":                     -2,
		"5 parsecs":                -2,
		"999999999999999999 weeks": -2,
		"2-4 hours":                -2,
		"-3 hours":                 -2,
	} {
		got, err := Deadline(text)
		if want == -2 {
			if err == nil {
				t.Errorf("Deadline(%q) = %d, want an error", text, got)
			}
			continue
		}
		if err != nil || got != want {
			t.Errorf("Deadline(%q) = %d, %v, want %d", text, got, err, want)
		}
	}
}

func TestADeadlineInBracketsIsTakenOffTheTitle(t *testing.T) {
	for _, c := range []struct {
		title, name string
		within      steps.Seconds
		stated, bad bool
	}{
		{"Immediate Actions (First 30 minutes)", "Immediate Actions", 1800, true, false},
		{"Recovery (within 24 hours)", "Recovery", 86400, true, false},
		{"Contain (immediately)", "Contain", 0, true, false},
		{"Contain (1h30m)", "Contain", 5400, true, false},
		{"Recovery", "Recovery", 0, false, false},
		{"Mitigation (if affected)", "Mitigation (if affected)", 0, false, false},
		{"Recovery (within a while)", "Recovery", 0, true, true},
		{"Recovery (2 business days)", "Recovery", 0, true, true},
		{"3 days (CVE)", "3 days (CVE)", 0, false, false},
	} {
		name, within, stated, err := titleDeadline(c.title)
		if name != c.name || within != c.within || stated != c.stated || (err != nil) != c.bad {
			t.Errorf("titleDeadline(%q) = %q, %d, %v, %v", c.title, name, within, stated, err)
		}
	}
}

func FuzzDeadline(f *testing.F) {
	for _, seed := range []string{"First 30 minutes", "< 4 hours", "1h30m", "half an hour", "2 business days", "٣ hours", "1e9 weeks", "0.0.1 h"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, err := Deadline(text)
		if got < 0 || got > maxDeadline {
			t.Errorf("Deadline(%q) = %d, out of range", text, got)
		}
		if err != nil && strings.ContainsAny(err.Error(), "\n\x00") {
			t.Errorf("Deadline(%q): the error is not one line: %q", text, err)
		}
	})
}
