package shell

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func texts(found []Placeholder) []string {
	var list []string
	for _, p := range found {
		list = append(list, p.Text)
	}
	return list
}

func TestPlaceholders(t *testing.T) {
	doc := StandIns{Words: []string{"KEY_ID"}, Own: []string{"affected-crate", "CHANGE ME"}}
	tests := []struct {
		text string
		want []string
	}{
		{"rekor-cli get --uuid <uuid-from-signature> --format json", []string{"<uuid-from-signature>"}},
		{"cp <the key file>.sec '<target dir>/'", []string{"<the key file>", "<target dir>"}},
		{"cat <file", nil},
		{"sort < in >out", nil},
		{"sort <in >out", nil},
		{"sort <in.txt >out.txt 2>&1", nil},
		{"cat <<EOF >out\ntext\nEOF", nil},
		{"cat <<<word >out", nil},
		{"diff <(ls a) >(cat) b", nil},
		{"cmd 2>&1 >&2 <&3 3<>file", nil},
		{"[[ a < b && c > d ]]", nil},
		{"echo '<html>x</html>'", nil},
		{"search --sha sha256:abc123...", []string{"sha256:abc123..."}},
		{"get --uuid 108e9186…", []string{"108e9186…"}},
		{"get --uuid=108e...9186", []string{"108e...9186"}},
		{`get "sha256:abc…"`, []string{"sha256:abc…"}},
		{"wsc sign ...", []string{"..."}},
		{`echo Working on $module... "$a"... ${b}… $(c)...`, nil},
		{"go test ./... && go vet ./steps/...", nil},
		{"ls .. ../.. {1..5}", nil},
		{"git log main...HEAD", nil},
		{"git show 9f2c...", []string{"9f2c..."}},
		{`echo "Scanning all modules..."`, nil},
		{`grep -l "KEY_ID" KEY_ID.pub`, []string{"KEY_ID", "KEY_ID"}},
		{`grep "$KEY_ID" ${KEY_ID} ${KEY_ID:-x} NEW_KEY_ID`, nil},
		{`KEY_ID=1; export KEY_ID; read -r KEY_ID; for KEY_ID in x; do :; done`, nil},
		{`cmd --id=KEY_ID`, []string{"KEY_ID"}},
		{"find /path/to/modules --b=/path/to/bundle.json '/path/to/my dir'", []string{"/path/to/modules", "/path/to/bundle.json", "/path/to/my"}},
		{"ls /other/path/to/x mypath/to", nil},
		{"ls ~/path/to/key.sec", []string{"~/path/to/key.sec"}},
		{"search --email signer@example.com --url=https://rekor.example.com/api", []string{"signer@example.com", "https://rekor.example.com/api"}},
		{"ping counterexample.com example.computer cp .env.example .env", nil},
		{"cargo tree -i affected-crate; echo CHANGE ME", []string{"affected-crate", "CHANGE ME"}},
		{"echo unaffected-crates", nil},
		{"# about <uuid> and KEY_ID, don't ask\nls", nil},
		{"cat <<EOF\n<uuid> # KEY_ID\nEOF", []string{"<uuid>", "KEY_ID"}},
		{`echo "$(cat '<file name>')"`, []string{"<file name>"}},
	}
	for _, tt := range tests {
		t.Run(tt.text, func(t *testing.T) {
			found := Placeholders(tt.text, doc)
			if diff := cmp.Diff(tt.want, texts(found)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			for _, p := range found {
				if tt.text[p.Start:p.End] != p.Text {
					t.Errorf("%q is not at %d:%d", p.Text, p.Start, p.End)
				}
			}
		})
	}
}

func TestNoticePlaceholders(t *testing.T) {
	notice := "Subject: [SECURITY] Key compromise - [PRODUCT]\n\nKey: [KEY_ID]\nDate: [DATE] (estimated)\n" +
		"Where: [URL or attached]\nLevel: [CRITICAL/HIGH]\nCVE: [CVE-YYYY-XXXXX]\n- [ ] a box\n- [x] another\n[a link](https://x.org)\n[1]\n"
	want := []string{"[PRODUCT]", "[KEY_ID]", "[DATE]", "[URL or attached]", "[CRITICAL/HIGH]", "[CVE-YYYY-XXXXX]"}
	if diff := cmp.Diff(want, texts(NoticePlaceholders(notice))); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"PRODUCT", "KEY_ID", "DATE"}, StandInWords(notice)); diff != "" {
		t.Errorf("words (-want +got):\n%s", diff)
	}
}

func TestVariableName(t *testing.T) {
	tests := map[string]string{
		"<uuid-from-signature>":         "UUID_FROM_SIGNATURE",
		"/path/to/modules":              "MODULES",
		"/path/to/bundle.json":          "BUNDLE",
		"/path/to/":                     "VALUE",
		"signer@example.com":            "SIGNER",
		"https://rekor.example.com/api": "REKOR",
		"example.com":                   "HOST_VALUE",
		"sha256:abc123...":              "SHA256_ABC123",
		"108e9186...":                   "ID_108E9186",
		"KEY_ID":                        "KEY_ID",
		"[DATE]":                        "DATE",
		"<path>":                        "PATH_VALUE",
		"…":                             "VALUE",
		"<der Schlüssel>":               "DER_SCHL_SSEL",
	}
	for placeholder, want := range tests {
		if got := VariableName(placeholder); got != want {
			t.Errorf("VariableName(%q) = %q, want %q", placeholder, got, want)
		}
	}
}

func TestAPlaceholderBecomesAQuotedReference(t *testing.T) {
	doc := StandIns{Words: []string{"KEY_ID"}}
	names := map[string]string{"<x>": "X", "KEY_ID": "KEY_ID", "/path/to/modules": "MODULES", "abc...": "ABC", "<bad>": "not a name"}
	tests := []struct{ text, want string }{
		{`get --uuid <x>`, `get --uuid "$X"`},
		{`get --uuid=<x>.json`, `get --uuid="$X".json`},
		{`find /path/to/modules -name '*.wasm'`, `find "$MODULES" -name '*.wasm'`},
		{`ls /path/to/modules/*.wasm`, `ls /path/to/modules/*.wasm`},
		{`grep -l "KEY_ID"`, `grep -l "${KEY_ID}"`},
		{`grep -l "id KEY_ID!"`, `grep -l "id ${KEY_ID}!"`},
		{`grep 'a <x> b'`, `grep 'a '"$X"' b'`},
		{`echo $'a\n<x>'`, `echo $'a\n'"$X"$''`},
		{"cat <<EOF\n<x>\nEOF", "cat <<EOF\n${X}\nEOF"},
		{"cat <<'EOF'\n<x>\nEOF", "cat <<'EOF'\n<x>\nEOF"},
		{`sh -c 'rm <x>'`, `sh -c 'rm "$X"'`},
		{`sh -c 'rm "a <x>"'`, `sh -c 'rm "a ${X}"'`},
		{`sh -c "rm <x>"`, `sh -c "rm \"\$X\""`},
		{`sh -c "rm '<x>'"`, `sh -c "rm ''\"\$X\"''"`},
		{`ssh host 'rm <x>'`, `ssh host 'rm '"${X@Q}"''`},
		{`ssh host rm <x>`, `ssh host rm "${X@Q}"`},
		{`echo "$(cat <x>)"`, `echo "$(cat "$X")"`},
		{`get abc... <bad> <other>`, `get "$ABC" <bad> <other>`},
		{`# <x>`, `# <x>`},
	}
	for _, tt := range tests {
		t.Run(tt.text, func(t *testing.T) {
			got := WithVariables(tt.text, doc, names)
			if got != tt.want {
				t.Errorf("\n got %s\nwant %s", got, tt.want)
			}
			facts, err := Parse(got, doc)
			if err != nil {
				t.Fatalf("%s: %v", got, err)
			}
			if got != tt.text && len(facts.Variables) != 1 {
				t.Errorf("%s reads %q", got, facts.Variables)
			}
		})
	}
}

func TestEveryPlaceholderOfACommandCanBecomeAVariable(t *testing.T) {
	for _, text := range []string{
		"find /path/to/modules -name '*.wasm' | grep -l \"KEY_ID\"",
		"rekor-cli get --uuid <uuid-from-signature>",
		"rekor-cli search --email signer@example.com --sha sha256:abc123...",
	} {
		names := map[string]string{}
		var want []string
		for _, p := range Placeholders(text, document) {
			names[p.Text] = VariableName(p.Text)
			want = append(want, VariableName(p.Text))
		}
		facts, err := Parse(WithVariables(text, document, names), document)
		if err != nil {
			t.Fatal(err)
		}
		if len(facts.Placeholders) != 0 || !cmp.Equal(facts.Variables, want) {
			t.Errorf("%s: reads %q, want %q; left are %q", text, facts.Variables, want, texts(facts.Placeholders))
		}
	}
	if strings.Contains(WithVariables("x <y>", StandIns{}, nil), "$") {
		t.Error("a placeholder without a name was replaced")
	}
}
