package resign

import (
	"slices"
	"strings"
	"testing"
)

func TestAListIsReadInBothForms(t *testing.T) {
	for text, want := range map[string][]string{
		"":                           nil,
		"\n\n":                       nil,
		"a.wasm\nb c.wasm\n":         {"a.wasm", "b c.wasm"},
		"a.wasm\n b.wasm":            {"a.wasm", " b.wasm"},
		"a.wasm\x00b\nc.wasm\x00":    {"a.wasm", "b\nc.wasm"},
		"odd \xff name\nwith cr\r\n": {"odd \xff name", "with cr\r"},
	} {
		if got := ParseList([]byte(text)); !slices.Equal(got, want) {
			t.Errorf("ParseList(%q) is %q, not %q", text, got, want)
		}
	}
}

func TestReleasesAreReadAsSha256sumWritesThem(t *testing.T) {
	one, two := strings.Repeat("0a", 32), strings.Repeat("Bc", 32)
	got, err := ParseReleased([]byte(one + "  a.wasm\n\n\\" + two + " *odd\\nname\r\n" + one + "\n"))
	if err != nil || len(got) != 2 || !got[one] || !got[strings.ToLower(two)] {
		t.Errorf("it is %v, %v", got, err)
	}
	for _, text := range []string{"", "\n", one + "  a\n" + one[1:] + "  b\n", one + "x  a\n", "SHA256 (a) = " + one + "\n"} {
		if got, err := ParseReleased([]byte(text)); err == nil {
			t.Errorf("ParseReleased(%q) is %v", text, got)
		}
	}
}

func FuzzReleasesAreDigestsOrAnError(f *testing.F) {
	f.Add([]byte(strings.Repeat("0a", 32) + "  a.wasm\n"))
	f.Add([]byte("\\" + strings.Repeat("FF", 32)))
	f.Add([]byte("#\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		got, err := ParseReleased(data)
		if (err == nil) == (len(got) == 0) {
			t.Fatalf("%d digests with the error %v", len(got), err)
		}
		for digest := range got {
			if len(digest) != 64 || strings.ToLower(digest) != digest {
				t.Fatalf("%q is no digest", digest)
			}
		}
	})
}
