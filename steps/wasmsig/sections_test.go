package wasmsig_test

import (
	"bytes"
	"encoding/base64"
	"strings"
	"testing"

	"wsc-respond/steps/wasmsig"
	"wsc-respond/steps/wasmsig/sample"
)

func TestSectionsOfInterestAreShown(t *testing.T) {
	envelope := func(payload string) []byte {
		return []byte(`{"payloadType":"application/vnd.in-toto+json","payload":"` + base64.StdEncoding.EncodeToString([]byte(payload)) + `","signatures":[{"keyid":"","sig":"AA=="}]}`)
	}
	for _, c := range []struct {
		name, section string
		body          []byte
		content       string
		problem       bool
	}{
		{"JSON", "wsc.sbom", []byte(`{"components": [1, 2]}`), `{"components": [1, 2]}`, false},
		{"an envelope", "wsc.attestation", envelope(`{"predicate":{"a":1}}`),
			`{"payloadType":"application/vnd.in-toto+json","payload":{"predicate":{"a":1}},"signatures":[{"keyid":"","sig":"AA=="}]}`, false},
		{"an envelope without JSON", "wsc.attestation", envelope(`text`), string(envelope(`text`)), true},
		{"an envelope that cannot be opened", "wsc.attestation", []byte(`{"payloadType":"t","payload":"*"}`), `{"payloadType":"t","payload":"*"}`, true},
		{"no JSON", "wsc.build.provenance", []byte(`{`), "", true},
		{"more than JSON", "wsc.build.provenance", []byte(`{} {}`), "", true},
		{"names that stand twice", "wsc.build.provenance", []byte(`{"a":1,"a":2}`), "", true},
		{"nested without end", "wsc.sbom", []byte(strings.Repeat("[", 10000)), "", true},
		{"too long to show", "wsc.sbom", append([]byte(`"`), append(bytes.Repeat([]byte("a"), 1<<20), '"')...), "", false},
		{"of another version of wsc", "wsc.new", []byte("\x01\x02"), "", false},
	} {
		found := inspectBytes(t, sample.Module(sample.Custom("name", nil), sample.Custom(c.section, c.body)))
		if len(found.Sections) != 1 || found.Sections[0].Name != c.section || found.Sections[0].Size != int64(len(c.body)) || found.Sections[0].About == "" {
			t.Errorf("%s: the sections are %+v", c.name, found.Sections)
			continue
		}
		if tooLong := len(c.body) > 1<<20; tooLong != (found.Sections[0].NotShown != "") {
			t.Errorf("%s: not shown because %q", c.name, found.Sections[0].NotShown)
		}
		if got := string(found.Sections[0].Content); got != c.content {
			t.Errorf("%s: the content is %q, want %q", c.name, got, c.content)
		}
		if got := len(found.Problems) == 1 && found.Problems[0].Kind == wasmsig.SectionMalformed; got != c.problem || len(found.Problems) > 1 {
			t.Errorf("%s: the problems are %v", c.name, found.Problems)
		}
	}
}

func TestOnlySoMuchOfAllSectionsIsShown(t *testing.T) {
	body := append([]byte(`"`), append(bytes.Repeat([]byte("a"), 600<<10), '"')...)
	found := inspectBytes(t, sample.Module(bytes.Repeat(sample.Custom("wsc.sbom", body), 100)))
	shown := 0
	for _, s := range found.Sections {
		shown += len(s.Content)
	}
	if len(found.Sections) != 100 || shown > 8<<20 || shown == 0 || len(found.Problems) > 0 {
		t.Errorf("%d sections, %d bytes shown, problems %v", len(found.Sections), shown, found.Problems)
	}
}
