package uitest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const module = "wsc-respond"

// arrows are the imports between the rooms of one floor, each with its reason.
// A room may always import its floor's root package and anything on a lower
// floor. Before adding an arrow, ask whether what both rooms need belongs one
// floor down.
var arrows = map[[2]string]string{
	{"steps/markdown", "steps/shell"}:     "a fence is parsed as shell, to find its variables and placeholders",
	{"steps/wasmsig", "steps/keyfile"}:    "a signature is checked with a key file",
	{"steps/wasmsig", "steps/rekor"}:      "a keyless signature carries a log entry",
	{"steps/wasmsig", "steps/trust"}:      "a certificate is checked against who is trusted",
	{"steps/trust", "steps/keyfile"}:      "a trust bundle is signed with a key",
	{"steps/trust", "steps/rekor"}:        "what is trusted names the keys of logs",
	{"steps/sigbundle", "steps/rekor"}:    "a bundle carries entries of a log",
	{"steps/quarantine", "steps/wasmsig"}: "a module is read before it is moved",
	{"steps/resign", "steps/wasmsig"}:     "a module is read before and after it is signed anew",
	{"steps/resign", "steps/keyfile"}:     "a new signature is checked with the new key",

	{"steps/rekor", "steps/strictjson"}:   "an entry that can be read in two ways is refused",
	{"steps/trust", "steps/strictjson"}:   "a bundle that can be read in two ways is refused",
	{"steps/wasmsig", "steps/strictjson"}: "a log entry that can be read in two ways is refused",
	{"steps/quarantine", "steps/durable"}: "a module is moved so that a crash leaves it whole",
	{"steps/resign", "steps/durable"}:     "a module is replaced so that a crash leaves it whole",

	{"steps/wasmsig/sample", "steps/wasmsig"}:         "modules are made of the parts that they are read into",
	{"steps/wasmsig/sample", "steps/keyfile"}:         "modules are signed with keys of wsc's form",
	{"steps/wasmsig/sample/standin", "steps/wasmsig"}: "the stand-in signs as wsc does",
	{"steps/wasmsig/sample/standin", "steps/keyfile"}: "the stand-in reads the keys that wsc does",
	{"steps/durable/durabletest", "steps/durable"}:    "folders that fail stand in for folders",

	{"session/evidence", "session/redact"}: "a file is cleared of secrets before it is kept",
	{"session/runner", "session/evidence"}: "output is kept as evidence is: made anew, bounded, digested",
	{"session/runner", "session/redact"}:   "output is cleared of secrets before it is written",
	{"session/drill", "session/runner"}:    "a drill stands in for the runner",

	{"ui", "ui/keys"}:         "the model asks the table which binding a key is",
	{"ui", "ui/layout"}:       "the model gives each pane its place",
	{"ui", "ui/theme"}:        "the model holds the styles",
	{"ui", "ui/pane"}:         "the model draws the panes",
	{"ui", "ui/dialog"}:       "the model opens and closes dialogs",
	{"ui", "ui/term"}:         "the model asks what the terminal can do",
	{"ui/pane", "ui/keys"}:    "a pane names its bindings for the footer",
	{"ui/pane", "ui/layout"}:  "a pane is cut to its place",
	{"ui/pane", "ui/theme"}:   "a pane is drawn with the styles",
	{"ui/dialog", "ui/keys"}:  "a dialog's keys come from the same table",
	{"ui/dialog", "ui/theme"}: "a dialog is drawn with the styles",
	{"ui/plain", "ui/keys"}:   "the line mode's verbs come from the same table",
	{"ui/cli", "ui"}:          "the command opens the console",
	{"ui/cli", "ui/keys"}:     "the help lists the keys",
	{"ui/cli", "ui/layout"}:   "the doctor says whether the terminal is large enough",
	{"ui/cli", "ui/plain"}:    "the command opens the line mode",
	{"ui/cli", "ui/term"}:     "the command chooses a front-end by what the terminal can do",
	{"ui/cli", "ui/theme"}:    "the command chooses the styles",
}

// heights order the floors; an import never goes up.
var heights = map[string]int{"assets": 0, "steps": 1, "session": 2, "ui": 3, "main": 4}

// testOnly are libraries that must not be part of the program.
var testOnly = []string{
	"github.com/charmbracelet/x/vt",
	"github.com/google/go-cmp",
	"github.com/rogpeppe/go-internal",
	"testing",
}

// listed is what go list says of a package.
type listed struct {
	ImportPath, Dir                             string
	GoFiles, Imports, TestImports, XTestImports []string
	Deps                                        []string
}

// room is a package's name within the module: "steps/shell", "main".
func (p listed) room() string { return roomOf(p.ImportPath) }

// roomOf names a package of the module, and returns "" for any other.
func roomOf(path string) string {
	if path == module {
		return "main"
	}
	room, ok := strings.CutPrefix(path, module+"/")
	if !ok {
		return ""
	}
	return room
}

func floorOf(room string) string {
	floor, _, _ := strings.Cut(room, "/")
	return floor
}

func TestFloorsAreKept(t *testing.T) {
	for _, p := range listPackages(t) {
		for _, sentence := range faults(p) {
			t.Error(sentence)
		}
	}
}

func TestFloorsNameAReasonForEachArrow(t *testing.T) {
	for arrow, reason := range arrows {
		if reason == "" {
			t.Errorf("the arrow %s → %s has no reason", arrow[0], arrow[1])
		}
		if floorOf(arrow[0]) != floorOf(arrow[1]) {
			t.Errorf("the arrow %s → %s leaves its floor; no arrow is needed down, and none is possible up", arrow[0], arrow[1])
		}
	}
}

// faults says in sentences which rules a package breaks.
func faults(p listed) []string {
	var found []string
	report := func(format string, args ...any) {
		found = append(found, p.room()+" "+fmt.Sprintf(format, args...))
	}
	if _, known := heights[floorOf(p.room())]; !known {
		report("is on no floor; the floors are main, ui, session, steps and assets")
		return found
	}
	for _, path := range p.Imports {
		if reason := importFault(p.room(), path); reason != "" {
			report("imports %s: %s", path, reason)
		}
	}
	for _, path := range append(slices.Clone(p.TestImports), p.XTestImports...) {
		if reason := testImportFault(p.room(), path); reason != "" {
			report("imports %s in a test: %s", path, reason)
		}
	}
	// What a direct import brings along counts as well.
	if below(p.room(), "ui") {
		if i := slices.IndexFunc(p.Deps, isCharm); i >= 0 && !slices.ContainsFunc(p.Imports, isCharm) {
			report("depends on %s through another package: nothing below ui knows the terminal's libraries", p.Deps[i])
		}
	}
	return found
}

// importFault says why a package outside of tests must not import another, or
// nothing.
func importFault(from, path string) string {
	if isCharm(path) && below(from, "ui") {
		return "nothing below ui knows the terminal's libraries"
	}
	if from != "ui/uitest" && slices.ContainsFunc(testOnly, within(path)) {
		return "it is for tests, and for ui/uitest"
	}
	to := roomOf(path)
	switch {
	case to == "":
		return ""
	case to == "ui/uitest":
		return "only tests use it"
	case from == "ui/uitest":
		return "the tests of every floor use ui/uitest, so it uses none of them"
	case to == "assets" && from != "ui/cli":
		return "ui/cli alone does, and hands it on as an fs.FS"
	case from == "main" && to != "ui/cli":
		return "main only hands over to ui/cli"
	case below(from, floorOf(to)):
		return "a lower floor does not know a higher one"
	case floorOf(from) != floorOf(to):
		return ""
	}
	return arrowFault(from, to)
}

// arrowFault judges an import within a floor.
func arrowFault(from, to string) string {
	_, listed := arrows[[2]string{from, to}]
	switch {
	case listed:
		return ""
	case from == "steps" || from == "session":
		return "a floor's root package knows none of its rooms"
	case to == "steps" || to == "session":
		return ""
	}
	return "this arrow is not in the table of floors_test.go; add it with a reason, or move what both need one floor down"
}

// testImportFault is importFault for tests, which may use assets, ui/uitest
// and any room of their own floor.
func testImportFault(from, path string) string {
	to := roomOf(path)
	switch {
	case isCharm(path) && below(from, "ui"):
		return "nothing below ui knows the terminal's libraries"
	case to == "" || to == "ui/uitest":
		return ""
	case from == "assets" && floorOf(to) == "steps":
		return "" // the embedded runbook is tested with the reader that reads it
	case below(from, floorOf(to)):
		return "a lower floor does not know a higher one"
	}
	return ""
}

func below(room, floor string) bool { return heights[floorOf(room)] < heights[floor] }

func isCharm(path string) bool { return strings.HasPrefix(path, "charm.land/") }

// within tells whether path is a package or one below it.
func within(path string) func(string) bool {
	return func(prefix string) bool { return path == prefix || strings.HasPrefix(path, prefix+"/") }
}

// listPackages lists the packages of the module, those included that do not
// compile yet.
func listPackages(t *testing.T) []listed {
	t.Helper()
	root := strings.TrimSpace(goCommand(t, ".", "list", "-m", "-f", "{{.Dir}}"))
	out := goCommand(t, root, "list", "-e",
		"-json=ImportPath,Dir,GoFiles,Imports,TestImports,XTestImports,Deps", "./...")
	var packages []listed
	for dec := json.NewDecoder(strings.NewReader(out)); ; {
		var p listed
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatalf("read the answer of go list: %v", err)
		}
		packages = append(packages, p)
		watch(t, p.Dir)
		watch(t, filepath.Dir(p.Dir))
	}
	if !slices.ContainsFunc(packages, func(p listed) bool { return p.room() == "ui/uitest" }) {
		t.Fatalf("go list ./... in %s does not name this package", root)
	}
	return packages
}

// watch reads a folder for the sake of the go command, which repeats a passed
// test only when a file or folder changed that the test itself had opened.
func watch(t *testing.T, dir string) {
	t.Helper()
	if _, err := os.ReadDir(dir); err != nil {
		t.Fatal(err)
	}
}

func goCommand(t *testing.T, dir string, args ...string) string {
	t.Helper()
	cmd := exec.Command("go", args...)
	cmd.Dir = dir
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go %s: %v\n%s", strings.Join(args, " "), err, stderr.Bytes())
	}
	return string(out)
}
