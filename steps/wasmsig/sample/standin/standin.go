// Package standin is a wsc for tests: a program that keeps the command line,
// the messages and the exit codes of the real one for key-based signatures,
// and that really signs. Tests put it on PATH where the runbook or the console
// calls wsc:
//
//	func TestMain(m *testing.M) {
//		standin.RunAsTool(os.Stdout, os.Stderr) // ends here when this process is the tool
//		os.Exit(m.Run())
//	}
//	…
//	err := standin.Install(dir) // dir/wsc is the tool now
//
// It knows keygen, show, sign, verify, detach and attach. Of the other
// subcommands it says that it does not have them, and exits with 1. What it
// answers was measured on wsc 0.8.1.
package standin

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
)

// Name is what the tool is called; a process of this name is the tool.
const Name = "wsc"

// Version is what it says of its version, as the real one writes it.
const Version = "wsc-cli 0.8.1"

// Install makes dir/wsc, which runs the test's own binary as the tool. The
// test's TestMain must call RunAsTool.
func Install(dir string) error {
	self, err := os.Executable()
	if err != nil {
		return fmt.Errorf("find the test's own binary: %w", err)
	}
	return os.Symlink(self, filepath.Join(dir, Name))
}

// RunAsTool does not return in a process that was started as the tool. It is
// given what the process writes to.
func RunAsTool(stdout, stderr io.Writer) {
	if filepath.Base(os.Args[0]) == Name {
		os.Exit(Main(os.Args[1:], stdout, stderr))
	}
}

// Main runs the tool and returns its exit code: 0 done, 1 what it says on
// stderr went wrong, 2 it was called in a wrong way.
func Main(args []string, stdout, stderr io.Writer) int {
	t := &tool{out: stdout}
	err := t.run(args)
	var said *said
	switch {
	case err == nil:
		return 0
	case errors.As(err, &said):
		fmt.Fprintln(stderr, said.text)
		return said.code
	}
	fmt.Fprintln(stderr, errIO.text) // all that the real one says of a file that cannot be read or written
	return errIO.code
}

// said is an error in the words of the real tool.
type said struct {
	code int
	text string
}

func (s *said) Error() string { return s.text }

// The tool's words for what is wrong with files, keys and signatures.
var (
	errIO          = &said{1, "I/O error"}
	errParse       = &said{1, "Parse error"}
	errModuleType  = &said{1, "Unsupported module type"}
	errKeyType     = &said{1, "Unsupported key type"}
	errNoneFound   = &said{1, "No signatures found"}
	errNoneValid   = &said{1, "No valid signatures"}
	errDuplicate   = &said{1, "Duplicate signature"}
	errAttached    = &said{1, "Signature already attached"}
	errNoVerb      = &said{1, "Usage error: No subcommand specified"}
	errNoPublicKey = &said{1, "Usage error: Missing public key file"}
)

// The words of its argument parser.
var (
	errUnknownVerb = &said{2, "error: unrecognized subcommand"}
	errUnexpected  = &said{2, "error: unexpected argument found"}
	errConflict    = &said{2, "error: an argument cannot be used with one or more of the other specified arguments"}
	errMissing     = &said{2, "error: one or more required arguments were not provided"}
	errNoValue     = &said{2, "error: one of the values isn't valid for an argument"}
)

// tool is one run.
type tool struct {
	out     io.Writer
	verbose bool
	given   map[string]string // what each option was given
}

// verb is a subcommand: the options that it takes, those it cannot do without,
// and what it does.
type verb struct {
	takes, needs []string
	do           func(*tool) error
}

var verbs = map[string]verb{
	"keygen": {[]string{"-k", "-K"}, []string{"-k", "-K"}, (*tool).keygen},
	"show":   {[]string{"-i"}, []string{"-i"}, (*tool).show},
	"sign":   {[]string{"-i", "-o", "-k", "-K", "-S"}, []string{"-i", "-o", "-k"}, (*tool).sign},
	"verify": {[]string{"-i", "-K", "-S"}, []string{"-i"}, (*tool).verify},
	"detach": {[]string{"-i", "-o", "-S"}, []string{"-i", "-o", "-S"}, (*tool).detach},
	"attach": {[]string{"-i", "-o", "-S"}, []string{"-i", "-o", "-S"}, (*tool).attach},
}

// absent are the real tool's subcommands that this one lacks.
var absent = []string{"split", "verify-matrix", "bundle", "show-chain", "verify-chain", "attest", "build-env", "docs"}

func (t *tool) run(args []string) error {
	for len(args) > 0 && (args[0] == "-v" || args[0] == "-d") {
		t.verbose = t.verbose || args[0] == "-v"
		args = args[1:]
	}
	if len(args) == 0 {
		return errNoVerb
	}
	if args[0] == "--version" || args[0] == "-V" {
		fmt.Fprintln(t.out, Version)
		return nil
	}
	v, known := verbs[args[0]]
	switch {
	case known:
	case slices.Contains(absent, args[0]):
		return &said{1, "this wsc is a stand-in for tests, without " + args[0]}
	default:
		return errUnknownVerb
	}
	if err := t.take(v, args[1:]); err != nil {
		return err
	}
	return v.do(t)
}

// take reads the options of a subcommand: each once, each with a value that
// does not begin with a dash, nothing beside them.
func (t *tool) take(v verb, args []string) error {
	t.given = map[string]string{}
	for ; len(args) > 0; args = args[2:] {
		name := args[0]
		if !slices.Contains(v.takes, name) {
			return errUnexpected
		}
		if _, twice := t.given[name]; twice {
			return errConflict
		}
		if len(args) < 2 {
			return errNoValue
		}
		if len(args[1]) > 1 && args[1][0] == '-' {
			return errUnexpected
		}
		t.given[name] = args[1]
	}
	for _, name := range v.needs {
		if _, there := t.given[name]; !there {
			return errMissing
		}
	}
	return nil
}
