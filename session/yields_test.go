package session_test

import (
	"context"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"wsc-respond/session"
	"wsc-respond/session/sessiontest"
	"wsc-respond/steps"
)

const inspected = `{
  "path": "/srv/modules/token.wasm",
  "keyless": {"issuer": "https://accounts.example.org", "identity": "builds@example.org", "log_index": 12345678901234567,
    "module_hash": "", "hint": "key 3x7 ends here", "valid": true, "time": null},
  "hashes": ["aa", "bb"]
}`

// inspecting is a night with a command that yields, and that has ended with
// what it printed and the files that it left.
func inspecting(t *testing.T, yields map[string]string, exit int, printed string, left map[string]string) (n *night, started uint64) {
	t.Helper()
	n = &night{t: t, log: &sessiontest.Log{}, clock: sessiontest.NewClock(), runner: &sessiontest.Runner{}}
	kept := &sessiontest.Evidence{}
	n.ports = session.Ports{Log: n.log, Time: n.clock, Runner: n.runner, Evidence: kept, Host: host(), Bash: "/usr/bin/bash",
		Redact: func(text string, _ []string) string { return strings.ReplaceAll(text, "3x7", "[redacted]") }}
	rb := sessiontest.Runbook()
	rb.Incidents[0].Phases[0].Steps[0].Commands[0] = steps.Command{Name: "record", Shell: "inspect", Risk: steps.RiskReads, Yields: yields}
	rb.Inputs = append(rb.Inputs, steps.Input{Name: "SIGNER", Kind: steps.KindEmail}, steps.Input{Name: "SIGNER_URI", Kind: steps.KindURL},
		steps.Input{Name: "SHORT", Must: steps.Must{Pattern: "[a-z]{2}"}})
	s, _, err := session.Begin(context.Background(), n.ports, rb, sessiontest.Opening(rb))
	if err != nil {
		t.Fatal(err)
	}
	n.Session = s
	started, base := n.start("INC-1/isolate/record", "")
	result := session.Result{Outcome: session.Exited, Exit: exit, Stdout: session.Output{File: "evidence/" + base + ".out"}}
	put := func(name, text string) {
		if _, err := kept.Put(t.Context(), name, []byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	put(result.Stdout.File, printed)
	for name, text := range left {
		put("evidence/"+base+".d/"+name, text)
		result.Left = append(result.Left, session.EvidenceAdded{File: "evidence/" + base + ".d/" + name, Of: started})
	}
	n.end(started, base, result)
	return n, started
}

func TestACommandOffersValuesOfItsOutput(t *testing.T) {
	tests := map[string]struct{ input, from, value, why string }{
		"a text":                     {"ISSUER", "i.json#keyless.issuer", "https://accounts.example.org", ""},
		"a number as it stands":      {"INDEX", "i.json#keyless.log_index", "12345678901234567", ""},
		"an item of a list":          {"SHORT", "i.json#hashes.1", "bb", ""},
		"JSON that was printed":      {"ISSUER", "stdout#keyless.issuer", "https://accounts.example.org", ""},
		"the path of a file":         {"KEY_FILE", "list.nul", "/sessions/oak/evidence/0001-record.d/list.nul", ""},
		"the content of a file":      {"LIST", "list.txt", "a.wasm\nb.wasm", ""},
		"a file that lies elsewhere": {"LIST", "affected.txt", "affected.txt", ""},
		"an address for an address":  {"SIGNER", "i.json#keyless.identity", "builds@example.org", ""},
		"an address for a URI":       {"SIGNER_URI", "i.json#keyless.identity", "", "begins with https://"},
		"another form":               {"SHORT", "i.json#path", "", "the form that the runbook asks for"},
		"an empty text":              {"DIGEST", "i.json#keyless.module_hash", "", "i.json has no keyless.module_hash"},
		"null":                       {"WHEN", "i.json#keyless.time", "", "i.json has no keyless.time"},
		"a truth value":              {"VALID", "i.json#keyless.valid", "", "neither a text nor a number"},
		"an object":                  {"ALL", "i.json#keyless", "", "neither a text nor a number"},
		"a name that is not there":   {"UUID", "i.json#keyless.rekor.uuid", "", "i.json has no keyless.rekor.uuid"},
		"an item that is not there":  {"SHORT", "i.json#hashes.2", "", "i.json has no hashes.2"},
		"a file that is not there":   {"ISSUER", "other.json#keyless.issuer", "", "it left no other.json"},
		"no JSON":                    {"ISSUER", "list.txt#keyless.issuer", "", "list.txt cannot be read"},
		"a name that stands twice":   {"A", "twice.json#a", "", "stands there twice"},
		"more than is read":          {"A", "long.json#a", "", "more than 1048576 are not read"},
		"what looks like a secret":   {"HINT", "i.json#keyless.hint", "", "it is secret"},
		"a secret input":             {"TOKEN", "list.txt", "", "it is secret"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			n, started := inspecting(t, map[string]string{test.input: test.from}, 0, inspected, map[string]string{
				"i.json": inspected, "list.nul": "a.wasm\x00", "list.txt": "a.wasm\nb.wasm\n", "twice.json": `{"a": "1", "a": "2"}`,
				"long.json": `{"a": "1", "b": "` + strings.Repeat("x", 1<<20) + `"}`,
			})
			offers := n.Offers(started, "/sessions/oak")
			if len(offers) != 1 || offers[0].Name != test.input || offers[0].Value != test.value {
				t.Fatalf("it offers %+v", offers)
			}
			if why := offers[0].Why; (why == "") != (test.why == "") || !strings.Contains(why, test.why) {
				t.Errorf("it says %q, want %q", why, test.why)
			}
		})
	}
}

func TestAFailedCommandOffersNothing(t *testing.T) {
	n, started := inspecting(t, map[string]string{"ISSUER": "stdout#keyless.issuer"}, 1, inspected, nil)
	if offers := n.Offers(started, "/sessions/oak"); offers != nil {
		t.Errorf("it offers %+v", offers)
	}
}

func TestAValueThatTheInputHasIsToldApart(t *testing.T) {
	n, started := inspecting(t, map[string]string{"LIST": "stdout"}, 0, "a.wasm\n", nil)
	n.set("LIST", "a.wasm")
	if diff := cmp.Diff([]session.Offer{{Name: "LIST", Value: "a.wasm", Same: true}}, n.Offers(started, "")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestWhatIsNotOfferedIsSaidInOneLine(t *testing.T) {
	got := session.NotOffered([]session.Offer{{Name: "A", Why: "it is empty"}, {Name: "B", Value: "b"}, {Name: "C", Why: "it is long"}, {Name: "D", Why: "it is empty"}})
	if want := "A, D (it is empty); C (it is long)"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestTheGateSaysWhichInputsACommandMayFill(t *testing.T) {
	n, _ := inspecting(t, map[string]string{"B": "i.json#b", "A": "i.json#a", "C": "stdout"}, 0, "", nil)
	leaves := n.propose("INC-1/isolate/record", "").Leaves
	want := []string{"A, B from its i.json, after you agree", "C from its stdout, after you agree"}
	if diff := cmp.Diff(want, leaves[1:]); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
