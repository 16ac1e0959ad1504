package uitest

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestFloorsCatchEachWrongImport(t *testing.T) {
	for _, tc := range []struct {
		pkg  listed
		want string // "" for an import that is right
	}{
		{imports("steps", "fmt"), ""},
		{imports("steps/shell", "wsc-respond/steps"), ""},
		{imports("steps/markdown", "wsc-respond/steps/shell"), ""},
		{imports("session/runner", "wsc-respond/steps/shell"), ""},
		{imports("ui/cli", "wsc-respond/assets"), ""},
		{imports("ui/pane", "charm.land/lipgloss/v2"), ""},
		{imports("main", "wsc-respond/ui/cli"), ""},
		{imports("ui/uitest", "github.com/charmbracelet/x/vt"), ""},
		{imports("ui/uitest", "testing"), ""},

		{imports("steps", "wsc-respond/session"), "steps imports wsc-respond/session: a lower floor does not know a higher one"},
		{imports("session/report", "wsc-respond/ui/theme"), "a lower floor"},
		{imports("session", "charm.land/lipgloss/v2"), "nothing below ui"},
		{listed{ImportPath: "wsc-respond/steps/safe", Imports: []string{"other"}, Deps: []string{"charm.land/huh/v2"}}, "depends on charm.land/huh/v2"},
		{imports("steps", "wsc-respond/steps/shell"), "none of its rooms"},
		{imports("session", "wsc-respond/session/journal"), "none of its rooms"},
		{imports("session/journal", "wsc-respond/session/redact"), "not in the table"},
		{imports("ui/theme", "wsc-respond/ui/pane"), "not in the table"},
		{imports("ui/theme", "wsc-respond/ui"), "not in the table"},
		{imports("main", "wsc-respond/session"), "main only hands over"},
		{imports("steps/markdown", "wsc-respond/assets"), "hands it on"},
		{imports("ui/cli", "wsc-respond/ui/uitest"), "only tests use it"},
		{imports("ui/uitest", "wsc-respond/steps"), "uses none of them"},
		{imports("ui/pane", "github.com/charmbracelet/x/vt"), "it is for tests"},
		{imports("session/runner", "github.com/google/go-cmp/cmp"), "it is for tests"},
		{imports("tools/gen", "fmt"), "is on no floor"},

		{tests("steps/markdown", "wsc-respond/assets"), ""},
		{tests("session", "wsc-respond/session/journal"), ""},
		{tests("session/report", "wsc-respond/ui/uitest"), ""},
		{tests("session/report", "wsc-respond/ui/cli"), "in a test: a lower floor"},
		{tests("steps/safe", "charm.land/lipgloss/v2"), "in a test: nothing below ui"},
	} {
		got := strings.Join(faults(tc.pkg), "\n")
		if (tc.want == "") != (got == "") || !strings.Contains(got, tc.want) {
			t.Errorf("%+v gives %q, not %q", tc.pkg, got, tc.want)
		}
	}
}

func imports(room, path string) listed {
	return listed{ImportPath: pathOf(room), Imports: []string{path}, Deps: []string{path}}
}

func tests(room, path string) listed {
	return listed{ImportPath: pathOf(room), XTestImports: []string{path}}
}

func pathOf(room string) string {
	if room == "main" {
		return module
	}
	return module + "/" + room
}

// The floors below ui give their results to a caller; what reaches a terminal
// is decided, and made safe, above them.
func TestFloorsBelowTheConsoleDoNotPrint(t *testing.T) {
	for _, p := range listPackages(t) {
		if !slices.Contains([]string{"steps", "session"}, floorOf(p.room())) {
			continue
		}
		for _, name := range p.GoFiles {
			for _, sentence := range prints(t, filepath.Join(p.Dir, name), nil) {
				t.Error(p.room() + ": " + sentence)
			}
		}
	}
}

func TestFloorsFindWhatPrints(t *testing.T) {
	const source = `package p
import ("fmt"; "os")
func f() { fmt.Println("a"); fmt.Fprintln(os.Stdout, "b"); println("c"); fmt.Sprint("d"); os.Stdin.Close() }
`
	got := prints(t, "p.go", source)
	if len(got) != 3 {
		t.Errorf("found %q", got)
	}
}

// prints finds the uses of standard output in a file.
func prints(t *testing.T, file string, source any) []string {
	t.Helper()
	files := token.NewFileSet()
	tree, err := parser.ParseFile(files, file, source, parser.SkipObjectResolution)
	if err != nil {
		t.Fatalf("read %s: %v", file, err)
	}
	var found []string
	ast.Inspect(tree, func(n ast.Node) bool {
		if name := printer(n); name != "" {
			at := files.Position(n.Pos())
			found = append(found, fmt.Sprintf("%s:%d uses %s; nothing below ui writes to the terminal", filepath.Base(at.Filename), at.Line, name))
		}
		return true
	})
	return found
}

// printer names the way to standard output that a node is, or nothing.
func printer(n ast.Node) string {
	switch n := n.(type) {
	case *ast.SelectorExpr:
		x, ok := n.X.(*ast.Ident)
		if !ok {
			return ""
		}
		name := x.Name + "." + n.Sel.Name
		if slices.Contains([]string{"os.Stdout", "fmt.Print", "fmt.Printf", "fmt.Println"}, name) {
			return name
		}
	case *ast.CallExpr:
		if f, ok := n.Fun.(*ast.Ident); ok && (f.Name == "print" || f.Name == "println") {
			return f.Name
		}
	}
	return ""
}

// go-runewidth before 0.0.31 builds a table when it is loaded, which costs the
// console 24 to 91 ms before its first frame.
func TestFloorsRequireAQuickRunewidth(t *testing.T) {
	const path = "github.com/mattn/go-runewidth"
	version := strings.TrimSpace(goCommand(t, ".", "list", "-m", "-f", "{{.Version}}", path))
	var major, minor, patch int
	if _, err := fmt.Sscanf(version, "v%d.%d.%d", &major, &minor, &patch); err != nil {
		t.Fatalf("%s has the version %q: %v", path, version, err)
	}
	if major == 0 && minor == 0 && patch < 31 {
		t.Errorf("%s is %s; it must be v0.0.31 or newer", path, version)
	}
}
