package shell

import (
	"errors"
	"os"
	"regexp"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"wsc-respond/steps"
)

// document is what the runbooks of these tests use as stand-ins.
var document = StandIns{Words: []string{"KEY_ID", "DATE"}}

func TestFactsOfTheCommandsThatIncidentRunbooksHave(t *testing.T) {
	tests := []struct {
		name, text string
		want       Facts
	}{
		{
			"a pair with comments",
			"# Bring the key to the offline place\nmv ~/.wsc/keys/stolen.sec /vault/offline/\n\n# Nobody may use it\nchmod 000 /vault/offline/stolen.sec",
			Facts{Programs: []string{"mv", "chmod"}, Reads: []string{"~/.wsc/keys/stolen.sec"}, Writes: []string{"/vault/offline/"}, Risk: steps.RiskChanges,
				Reasons: []string{"it moves or renames files, and may overwrite (mv)", "it changes permissions (chmod)"}},
		},
		{
			"find with exec into a pipe",
			"# Which modules carry KEY_ID\nfind /path/to/modules -name \"*.wasm\" -exec wsc info {} \\; | grep -l \"KEY_ID\"",
			Facts{Programs: []string{"find", "wsc", "grep"}, Risk: steps.RiskChanges,
				Reasons: []string{"it may change something (wsc info)"}},
		},
		{
			"a new key",
			"wsc keygen -k new.sec -K new.pub",
			Facts{Programs: []string{"wsc"}, Reads: []string{"new.sec", "new.pub"}, Writes: []string{"new.sec", "new.pub"}, Risk: steps.RiskChanges,
				Reasons: []string{"it writes keys, signatures or modules (wsc keygen)"}},
		},
		{
			"a loop over a list",
			"for module in $(cat modules-to-sign.txt); do\n    wsc sign -k new.sec -i \"$module\" -o \"$module\"\ndone",
			Facts{Assigns: []string{"module"}, Programs: []string{"cat", "wsc"}, Reads: []string{"modules-to-sign.txt", "new.sec"}, Risk: steps.RiskChanges,
				Reasons: []string{"it writes keys, signatures or modules (wsc sign)"}},
		},
		{
			"a dated copy and its digests",
			"mv bad.wasm /quarantine/$(date +%Y%m%d)_bad.wasm\nsha256sum /quarantine/*.wasm > /quarantine/hashes.txt",
			Facts{Programs: []string{"mv", "date", "sha256sum"}, Reads: []string{"bad.wasm"}, Writes: []string{"/quarantine/hashes.txt"},
				Redirects: []Redirect{{Op: ">", Target: "/quarantine/hashes.txt", Plain: true}}, Risk: steps.RiskChanges,
				Reasons: []string{"it moves or renames files, and may overwrite (mv)", "it writes /quarantine/hashes.txt (>)"}},
		},
		{
			"a report into a file",
			"wsc show -i quarantined.wasm > evidence.txt",
			Facts{Programs: []string{"wsc"}, Reads: []string{"quarantined.wasm"}, Writes: []string{"evidence.txt"},
				Redirects: []Redirect{{Op: ">", Target: "evidence.txt", Plain: true}}, Risk: steps.RiskChanges,
				Reasons: []string{"it writes evidence.txt (>)"}},
		},
		{
			"a log entry by its stand-in",
			"# If signed without a key\nrekor-cli get --uuid <uuid-from-signature>",
			Facts{Programs: []string{"rekor-cli"}, Risk: steps.RiskReads, Reasons: []string{"it only reads (rekor-cli)"}},
		},
		{
			"an export and a bundle",
			"export WSC_OFFLINE=1\n\nwsc verify --trust-bundle /path/to/bundle.json module.wasm",
			Facts{Assigns: []string{"WSC_OFFLINE"}, Programs: []string{"wsc"}, NamedFiles: []string{"module.wasm"},
				Risk: steps.RiskReads, Reasons: []string{"it only reads (wsc)"}},
		},
		{
			"files of the evidence folder",
			"tool > \"$WSC_RESPOND_EVIDENCE/a.nul\" && sort -z -- \"${WSC_RESPOND_EVIDENCE}/a.nul\" < \"$HOME\"/b.txt; cat -- \"$DIR\"/*.txt \"$DIR\"",
			Facts{Variables: []string{"WSC_RESPOND_EVIDENCE", "DIR"}, Programs: []string{"tool", "sort", "cat"},
				ReadsBelow: []string{"$WSC_RESPOND_EVIDENCE/a.nul", "$HOME/b.txt"},
				Redirects:  []Redirect{{Op: ">", Target: `"$WSC_RESPOND_EVIDENCE/a.nul"`}, {Op: "<", Target: `"$HOME"/b.txt`}},
				Risk:       steps.RiskChanges, Reasons: []string{"what it does is not known here (tool)", `it writes "$WSC_RESPOND_EVIDENCE/a.nul" (>)`}},
		},
		{
			"names of files, of hosts and of what is said",
			"wsc info quarantined.wasm; echo a.txt; sudo wsc inspect b.wasm; unknown c.wasm; dig example.com; wsc verify -o d.json --output e.json --public-key f.pub",
			Facts{Programs: []string{"wsc", "echo", "sudo", "unknown", "dig"}, Reads: []string{"f.pub"}, Writes: []string{"d.json"},
				NamedFiles: []string{"quarantined.wasm", "b.wasm"}, Risk: steps.RiskChanges, Interactive: true,
				Reasons: []string{"it may change something (wsc info)", "it may change something (wsc inspect)", "what it does is not known here (unknown)"}},
		},
		{
			"a dependency tree and an audit",
			"cargo tree -i affected-crate\ncargo audit",
			Facts{Programs: []string{"cargo"}, Risk: steps.RiskReads, Reasons: []string{"it only reads (cargo)"}},
		},
		{
			"an update",
			"cargo update -p affected-crate\ncargo test",
			Facts{Programs: []string{"cargo"}, Risk: steps.RiskChanges, Reasons: []string{"it may change something (cargo update)", "it may change something (cargo test)"}},
		},
		{"comments only", "# Raise the version\n# Tag it", Facts{Risk: steps.RiskReads}},
		{"nothing", "", Facts{Risk: steps.RiskReads}},
		{
			"keys and their digests",
			"ls -la ~/.wsc/keys/\nstat -c '%a %n' ~/.wsc/keys/*.sec\nsha256sum *.sec > key_hashes.txt; diff key_hashes.txt stored_hashes.txt\nshred -vfz -n 5 stolen.sec",
			Facts{Programs: []string{"ls", "stat", "sha256sum", "diff", "shred"}, Reads: []string{"key_hashes.txt", "stored_hashes.txt"}, Writes: []string{"key_hashes.txt"},
				Redirects: []Redirect{{Op: ">", Target: "key_hashes.txt", Plain: true}}, Risk: steps.RiskDestroys,
				Reasons: []string{"it overwrites a file, so that it cannot be recovered (shred)"}},
		},
		{
			"questions to the log",
			"rekor-cli search --email signer@example.com\nrekor-cli search --sha sha256:abc123...\nrekor-cli get --uuid 108e9186...\nrekor-cli verify --artifact signed.wasm --signature sig.bin",
			Facts{Programs: []string{"rekor-cli"}, Reads: []string{"signed.wasm", "sig.bin"}, Risk: steps.RiskReads, Reasons: []string{"it only reads (rekor-cli)"}},
		},
		{
			"values from the environment",
			"stat -- \"$KEY_FILE\" && sha256sum -- \"$KEY_FILE\" && mv -n -- \"$KEY_FILE\" \"${VAULT:?}/\"",
			Facts{Variables: []string{"KEY_FILE", "VAULT"}, Programs: []string{"stat", "sha256sum", "mv"}, Risk: steps.RiskChanges,
				Reasons: []string{"it moves or renames files, and may overwrite (mv)"}},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := Parse(tt.text, document)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, got, cmpopts.IgnoreFields(Facts{}, "Placeholders"), cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("facts (-want +got):\n%s", diff)
			}
		})
	}
}

func TestFilesThatACommandReadsAndWrites(t *testing.T) {
	tests := []struct {
		text          string
		reads, writes []string
	}{
		{"cat a.txt b.txt", []string{"a.txt", "b.txt"}, nil},
		{"x=$(cat list.txt)", []string{"list.txt"}, nil},
		{"diff a b >/dev/null 2>&1", []string{"a", "b"}, nil},
		{"sha256sum -c sums.txt", []string{"sums.txt"}, nil},
		{"while read -r f; do echo \"$f\"; done < list.txt", []string{"list.txt"}, nil},
		{"cat \"$F\" *.txt -", nil, nil},
		{"cat 'two words.txt' esc\\ aped", []string{"two words.txt", "esc aped"}, nil},
		{"grep -n pattern log.txt", []string{"log.txt"}, nil},
		{"grep -f patterns.txt -e x log.txt", []string{"log.txt", "patterns.txt"}, nil},
		{"head -n 5 a", []string{"a"}, nil},
		{"echo x | tee -a out.txt", nil, []string{"out.txt"}},
		{"echo x >> log &> both", nil, []string{"log", "both"}},
		{"echo x >&2", nil, nil},
		{"wsc-respond module scan -o list.txt \"$M\"", nil, []string{"list.txt"}},
		{"sh -c 'cat inner.txt > out.txt'", []string{"inner.txt"}, []string{"out.txt"}},
		{"ssh host 'cat /etc/hosts'", nil, nil},
		{"cp a b", []string{"a"}, []string{"b"}},
		{"sudo cat /etc/shadow", []string{"/etc/shadow"}, nil},
	}
	for _, tt := range tests {
		facts, err := Parse(tt.text, StandIns{})
		if err != nil {
			t.Fatalf("%s: %v", tt.text, err)
		}
		if diff := cmp.Diff(tt.reads, facts.Reads, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%s: reads (-want +got):\n%s", tt.text, diff)
		}
		if diff := cmp.Diff(tt.writes, facts.Writes, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%s: writes (-want +got):\n%s", tt.text, diff)
		}
	}
}

func TestProgramsAreFoundThroughOthers(t *testing.T) {
	tests := []struct {
		text string
		want []string
	}{
		{"sudo -u root shred x", []string{"sudo", "shred"}},
		{"env -i A=1 B=2 wsc show", []string{"env", "wsc"}},
		{"find . -name x -exec rm {} + -o -exec chmod 000 {} \\;", []string{"find", "rm", "chmod"}},
		{"cat l | xargs -n 1 -0 rm", []string{"cat", "xargs", "rm"}},
		{"sh -c 'dd of=/x | cat'", []string{"sh", "dd", "cat"}},
		{"bash -euc \"rm '$F'\"", []string{"bash", "rm"}},
		{"timeout -s KILL 5 nice -n 3 rm x", []string{"timeout", "nice", "rm"}},
		{"echo $(date) `id` <(ls)", []string{"echo", "date", "id", "ls"}},
		{"f() { rm x; }; f", []string{"rm"}},
		{"eval 'rm x'", []string{"eval", "rm"}},
		{"ssh -p 22 host rm -rf /", []string{"ssh", "rm"}},
		{"command -v wsc", []string{"command"}},
		{"/usr/bin/rm x", []string{"/usr/bin/rm"}},
		{"'r'm x; \\ls", []string{"rm", "ls"}},
		{"sudo -- sh -c 'sh -c \"rm x\"'", []string{"sudo", "sh", "rm"}},
	}
	for _, tt := range tests {
		facts, err := Parse(tt.text, StandIns{})
		if err != nil {
			t.Fatalf("%s: %v", tt.text, err)
		}
		if diff := cmp.Diff(tt.want, facts.Programs); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.text, diff)
		}
	}
}

func TestChangesOfDirectoryAreTold(t *testing.T) {
	for text, want := range map[string]bool{"cd /x && ls": true, "pushd x": true, "(cd x; ls)": true, "echo cd": false} {
		if facts, _ := Parse(text, StandIns{}); facts.ChangesDirectory != want {
			t.Errorf("%s: %v, want %v", text, facts.ChangesDirectory, want)
		}
	}
}

func TestASyntaxErrorSaysWhere(t *testing.T) {
	tests := []struct {
		text         string
		line, column uint
	}{
		{"ls\nif true; then ls", 2, 1},
		{"echo 'x", 1, 6},
		{"ls\n)", 2, 1},
		{"ls\necho \x00", 2, 6},
	}
	for _, tt := range tests {
		facts, err := Parse(tt.text, StandIns{})
		var syntaxErr *SyntaxError
		if !errors.As(err, &syntaxErr) {
			t.Errorf("Parse(%q) gives %v", tt.text, err)
			continue
		}
		if syntaxErr.Line != tt.line || syntaxErr.Column != tt.column {
			t.Errorf("Parse(%q): %v, want %d:%d", tt.text, err, tt.line, tt.column)
		}
		if facts.Risk != steps.RiskChanges || len(facts.Reasons) == 0 {
			t.Errorf("Parse(%q): risk %q %q", tt.text, facts.Risk, facts.Reasons)
		}
	}
}

func TestThePublishedRunbookIsUnderstood(t *testing.T) {
	source, err := os.ReadFile("../../../shared/runbooks/wsc-incident-response.md")
	if err != nil {
		t.Skip("the published runbook is not beside this tree")
	}
	doc := StandIns{Words: StandInWords(string(source))}
	fences := regexp.MustCompile("(?s)```bash\n(.*?)```").FindAllStringSubmatch(string(source), -1)
	if len(fences) != 14 {
		t.Fatalf("%d commands, want 14", len(fences))
	}
	var placeholders []string
	for _, fence := range fences {
		facts, err := Parse(fence[1], doc)
		if err != nil {
			t.Errorf("%s\n%v", fence[1], err)
		}
		if len(facts.Variables) > 0 {
			t.Errorf("asks for %q in\n%s", facts.Variables, fence[1])
		}
		for _, p := range facts.Placeholders {
			placeholders = append(placeholders, p.Text)
		}
	}
	want := []string{"/path/to/modules", "KEY_ID", "<uuid-from-signature>", "/path/to/bundle.json", "signer@example.com", "sha256:abc123...", "108e9186..."}
	if diff := cmp.Diff(want, placeholders); diff != "" {
		t.Errorf("placeholders (-want +got):\n%s", diff)
	}
}
