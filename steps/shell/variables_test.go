package shell

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func TestVariables(t *testing.T) {
	tests := []struct {
		text                        string
		required, optional, assigns []string
	}{
		{text: `echo "$A" ${B} $A`, required: []string{"A", "B"}},
		{text: `A=1; echo $A`, assigns: []string{"A"}},
		{text: `echo $A; A=1`, required: []string{"A"}, assigns: []string{"A"}},
		{text: `A=$A:x`, required: []string{"A"}, assigns: []string{"A"}},
		{text: `export A=$B C`, required: []string{"B", "C"}, assigns: []string{"A"}},
		{text: `A=1 cmd "$A"`, required: []string{"A"}},
		{text: `A=1 sh -c 'echo $A'; echo $A`, required: []string{"A"}},
		{text: `A=1 sh -c 'echo $A'`},
		{text: `sh -c 'echo "$A"'`, required: []string{"A"}},
		{text: `sh -c 'A=1; echo $A'`},
		{text: `ssh host 'echo $A'`},
		{text: `(A=1); echo $A`, required: []string{"A"}},
		{text: `x=$(A=1; echo $A); echo $A`, required: []string{"A"}, assigns: []string{"x"}},
		{text: `cat f | while read -r A B; do echo $A $B; done; echo $A`, required: []string{"A"}},
		{text: `read -r -p 'Name? ' A; echo $A`, assigns: []string{"A"}},
		{text: `read -ra LIST; mapfile -t M < f; echo $LIST $M`, assigns: []string{"LIST", "M"}},
		{text: `for x in $LIST; do echo $x; done`, required: []string{"LIST"}, assigns: []string{"x"}},
		{text: `for ((i=0; i<N; i++)); do echo $i; done`, required: []string{"N"}, assigns: []string{"i"}},
		{text: `f() { local a=$1 b; echo $a $b $C; }; f $D`, required: []string{"D", "C"}, assigns: []string{"a", "b"}},
		{text: `f() { echo $X; }; X=1; f`, assigns: []string{"X"}},
		{text: `echo ${A:-x} ${B-y} ${C:+z} ${D:=1} $D`, optional: []string{"A", "B", "C", "D"}, assigns: []string{"D"}},
		{text: `echo ${A:-$B} ${C:?missing}`, required: []string{"B", "C"}, optional: []string{"A"}},
		{text: `echo ${A:-x}; echo $A`, required: []string{"A"}},
		{text: `echo ${#A} ${B%.sec} ${C/x/$D} ${!E} ${!PRE@}`, required: []string{"A", "B", "D", "C", "E"}},
		{text: `echo $1 $# $? $$ $! $@ $* $- $_ $0`},
		{text: `echo $HOME $PATH $PWD $USER $EDITOR $TMPDIR $LC_ALL $XDG_STATE_HOME $BASH_VERSION $RANDOM`},
		{text: `echo $((A + 1)); ((B++)); let C=D+1`, required: []string{"A", "B", "D"}, assigns: []string{"B", "C"}},
		{text: `[[ -v A ]] && [[ -n $B ]]`, required: []string{"B"}},
		{text: "cat <<EOF\n$A\nEOF", required: []string{"A"}},
		{text: "cat <<'EOF'\n$A\nEOF"},
		{text: `echo '$A' \$B`},
		{text: `# $A`},
		{text: `ls $A<x>`, required: []string{"A"}},
		{text: `printf -v A x; echo $A`, assigns: []string{"A"}},
		{text: `if x; then A=1; fi; echo $A`, assigns: []string{"A"}},
		{text: `echo x > "$OUT"`, required: []string{"OUT"}},
		{text: `arr=(a "$B"); echo ${arr[$I]} ${arr[@]}`, required: []string{"B", "I"}, assigns: []string{"arr"}},
		{text: `A+=x`, optional: []string{"A"}, assigns: []string{"A"}},
		{text: `unset A; echo $A`, assigns: []string{"A"}},
	}
	for _, tt := range tests {
		t.Run(tt.text, func(t *testing.T) {
			facts, err := Parse(tt.text, StandIns{})
			if err != nil {
				t.Fatal(err)
			}
			got := usage{facts.Variables, facts.Optional, facts.Assigns}
			if diff := cmp.Diff(usage{tt.required, tt.optional, tt.assigns}, got, cmp.AllowUnexported(usage{}), cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestADeclaredInputIsFoundWhereverItIsNamed(t *testing.T) {
	declared := []string{"KEY_FILE", "VAULT"}
	tests := []struct {
		text string
		want []string
	}{
		{`cat "$KEY_FILE"`, []string{"KEY_FILE"}},
		{`ssh host 'mv "$KEY_FILE" "$VAULT"'`, []string{"KEY_FILE", "VAULT"}},
		{`python3 -c 'import os; print(os.environ["KEY_FILE"])'`, []string{"KEY_FILE"}},
		{"# uses KEY_FILE\nls # VAULT too", nil},
		{`echo "# $VAULT"`, []string{"VAULT"}},
		{`echo $MY_KEY_FILE $KEY_FILES`, nil},
		{`KEY_FILE=/x; cat "$KEY_FILE"`, nil},
		{`echo "${VAULT:-/mnt}"`, nil},
	}
	for _, tt := range tests {
		facts, err := Parse(tt.text, StandIns{})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, name := range facts.Needs(tt.text, declared) {
			if slices.Contains(declared, name) {
				got = append(got, name)
			}
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.text, diff)
		}
	}
	if got := Mentions(`KEY_FILE=/x; : "${VAULT:-}"`, declared); !cmp.Equal(got, declared) {
		t.Errorf("Mentions finds %q", got)
	}
}

// A placeholder is covered by letters while the text is parsed. They must not
// become a variable that the console would ask for.
func TestWhatStandsForAPlaceholderIsNoVariable(t *testing.T) {
	for text, want := range map[string][]string{
		"sh -c '0$'<A>":              nil,
		"sh -c 'echo $a'<A>":         nil,
		"sh -c 'echo $b'; get <A>":   {"b"},
		"echo \"$KEY\" <uuid-of-it>": {"KEY"},
	} {
		facts, err := Parse(text, StandIns{})
		if err != nil || len(facts.Placeholders) != 1 || !slices.Equal(facts.Variables, want) {
			t.Errorf("%q reads %q with the placeholders %v (%v), want %q", text, facts.Variables, facts.Placeholders, err, want)
		}
	}
}

func TestANumberSignBehindAClosingBackquoteIsNoComment(t *testing.T) {
	if got := Mentions("``#$A", []string{"A"}); len(got) != 1 {
		t.Errorf("behind one that closes: %q", got)
	}
	if got := Mentions("`#$A`", []string{"A"}); len(got) != 0 {
		t.Errorf("behind one that opens: %q", got)
	}
}
