package uitest

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
	"golang.org/x/sys/unix"
)

// Commands returns what the scripts of testscript can say to a terminal. The
// result is for [testscript.Params.Cmds].
//
//	tui start [-size 80x24] [-env K=V]… [-answers sent|held|dropped] [-latency 200ms] PROGRAM [ARG]…
//	tui type TEXT…             types, with a blank between the arguments
//	tui press KEY…             presses keys by name; see Terminal.Press
//	tui wait TEXT…             waits until each text is on the screen
//	tui match REGEXP…          waits until the screen matches each expression
//	tui gone TEXT…             waits until each text is no longer there
//	tui stable                 waits until the screen has come to rest
//	tui screen [FILE]          waits until it has, and writes it to FILE, or
//	                           to stdout for the script's stdout and cmp
//	tui resize 60x15
//	tui answers sent|held|dropped
//	tui stall                  stops reading what the program writes
//	tui flow                   reads again
//	tui hangup
//	tui kill [-SIGNAL]         sends TERM, or -9, -HUP, -STOP …
//	tui exit [CODE]            waits for the end; CODE is 0 if not given
//	tui clean                  the program has put the terminal back
//	waitfile PATH [TEXT]       waits until a file is there, and holds TEXT
//
// With -name directly after the verb a script has several terminals. Only
// "! tui exit" can be negated: the code must be another one. The program gets
// the script's environment and directory, and "tui start" empties the
// script's stdout and stderr, as an exec does.
func Commands() map[string]func(ts *testscript.TestScript, neg bool, args []string) {
	s := &scripts{running: make(map[*testscript.TestScript]terminals)}
	return map[string]func(*testscript.TestScript, bool, []string){
		"tui":      s.tui,
		"waitfile": waitFile,
	}
}

// terminals are those of one script, by name.
type terminals map[string]*Terminal

// scripts keeps apart the scripts that run at the same time.
type scripts struct {
	mu      sync.Mutex
	running map[*testscript.TestScript]terminals
}

func (s *scripts) of(ts *testscript.TestScript) terminals {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.running[ts] == nil {
		s.running[ts] = make(terminals)
		ts.Defer(func() {
			s.mu.Lock()
			defer s.mu.Unlock()
			delete(s.running, ts)
		})
	}
	return s.running[ts]
}

// verbs are what a script can do with a terminal that was started.
var verbs = map[string]func(ts *testscript.TestScript, term *Terminal, args []string){
	"type":    func(_ *testscript.TestScript, term *Terminal, args []string) { term.Type(strings.Join(args, " ")) },
	"press":   func(_ *testscript.TestScript, term *Terminal, args []string) { term.Press(args...) },
	"wait":    each((*Terminal).WaitFor),
	"match":   each((*Terminal).WaitForMatch),
	"gone":    each((*Terminal).WaitGone),
	"stable":  none(func(term *Terminal) { term.Stable() }),
	"stall":   none((*Terminal).Stall),
	"flow":    none((*Terminal).Flow),
	"hangup":  none((*Terminal).Hangup),
	"clean":   none((*Terminal).MustBeClean),
	"screen":  writeScreen,
	"resize":  resize,
	"answers": setAnswers,
	"kill":    kill,
}

func (s *scripts) tui(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) == 0 {
		ts.Fatalf("tui needs a verb")
	}
	verb, args := args[0], args[1:]
	name := ""
	if len(args) >= 2 && args[0] == "-name" {
		name, args = args[1], args[2:]
	}
	if neg && verb != "exit" {
		ts.Fatalf("! tui %s means nothing; to wait for an absence say tui gone", verb)
	}

	terms := s.of(ts)
	if verb == "start" {
		terms[name] = startScripted(ts, args)
		return
	}
	term, ok := terms[name]
	if !ok {
		ts.Fatalf("tui %s: no terminal %q was started", verb, name)
	}
	if verb == "exit" {
		exit(ts, term, neg, args)
		return
	}
	do, ok := verbs[verb]
	if !ok {
		ts.Fatalf("tui has no verb %q; it has start exit %s", verb, strings.Join(slices.Sorted(maps.Keys(verbs)), " "))
	}
	do(ts, term, args)
}

func startScripted(ts *testscript.TestScript, args []string) *Terminal {
	opts := Options{Dir: ts.MkAbs("."), Env: scriptEnv(ts), OnlyEnv: true}
	for len(args) >= 2 && strings.HasPrefix(args[0], "-") {
		var err error
		switch value := args[1]; args[0] {
		case "-size":
			opts.Cols, opts.Rows, err = parseSize(value)
		case "-env":
			opts.Env = append(opts.Env, value)
		case "-answers":
			opts.Answers, err = parseAnswers(value)
		case "-latency":
			opts.Latency, err = time.ParseDuration(value)
		default:
			err = fmt.Errorf("unknown option")
		}
		if err != nil {
			ts.Fatalf("tui start %s %s: %v", args[0], args[1], err)
		}
		args = args[2:]
	}
	opts.Args = args
	return Start(scriptT{ts}, opts)
}

// scriptEnv asks a child for the script's environment, which testscript shows
// to nobody else.
func scriptEnv(ts *testscript.TestScript) []string {
	file, err := os.CreateTemp(ts.Getenv("TMPDIR"), "environ")
	ts.Check(err)
	defer os.Remove(file.Name())
	defer file.Close()
	ts.Check(ts.Exec("sh", "-c", `exec env -0 >"$1"`, "sh", file.Name()))
	pairs, err := os.ReadFile(file.Name())
	ts.Check(err)
	return slices.DeleteFunc(strings.Split(string(pairs), "\x00"), func(pair string) bool { return pair == "" })
}

// scriptT makes a script what a Terminal needs of a test.
type scriptT struct{ *testscript.TestScript }

func (t scriptT) Helper()          {}
func (t scriptT) Cleanup(f func()) { t.Defer(f) }

func each(do func(*Terminal, string)) func(*testscript.TestScript, *Terminal, []string) {
	return func(ts *testscript.TestScript, term *Terminal, args []string) {
		if len(args) == 0 {
			ts.Fatalf("what to wait for is missing")
		}
		for _, arg := range args {
			do(term, arg)
		}
	}
}

func none(do func(*Terminal)) func(*testscript.TestScript, *Terminal, []string) {
	return func(ts *testscript.TestScript, term *Terminal, args []string) {
		if len(args) > 0 {
			ts.Fatalf("unexpected arguments: %s", strings.Join(args, " "))
		}
		do(term)
	}
}

func writeScreen(ts *testscript.TestScript, term *Terminal, args []string) {
	screen := term.Stable() + "\n"
	switch len(args) {
	case 0:
		fmt.Fprint(ts.Stdout(), screen)
	case 1:
		ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(screen), 0o600))
	default:
		ts.Fatalf("usage: tui screen [FILE]")
	}
}

func resize(ts *testscript.TestScript, term *Terminal, args []string) {
	cols, rows, err := parseSize(strings.Join(args, " "))
	ts.Check(err)
	term.Resize(cols, rows)
}

func setAnswers(ts *testscript.TestScript, term *Terminal, args []string) {
	a, err := parseAnswers(strings.Join(args, " "))
	ts.Check(err)
	term.SetAnswers(a)
}

func kill(ts *testscript.TestScript, term *Terminal, args []string) {
	signal := "TERM"
	if len(args) == 1 {
		signal = strings.TrimPrefix(args[0], "-")
	}
	if n, err := strconv.Atoi(signal); err == nil {
		term.Signal(syscall.Signal(n))
		return
	}
	n := unix.SignalNum("SIG" + signal)
	if n == 0 || len(args) > 1 {
		ts.Fatalf("usage: tui kill [-SIGNAL]; %s is no signal", strings.Join(args, " "))
	}
	term.Signal(n)
}

func exit(ts *testscript.TestScript, term *Terminal, neg bool, args []string) {
	want := 0
	if len(args) > 0 {
		var err error
		want, err = strconv.Atoi(args[0])
		ts.Check(err)
	}
	if got := term.Wait(); (got == want) == neg {
		term.fail(fmt.Sprintf("the exit code is %d", got))
	}
}

func parseSize(size string) (cols, rows int, err error) {
	c, r, ok := strings.Cut(size, "x")
	cols, colsErr := strconv.Atoi(c)
	rows, rowsErr := strconv.Atoi(r)
	if !ok || colsErr != nil || rowsErr != nil {
		return 0, 0, fmt.Errorf("%q is no size; a size is like 80x24", size)
	}
	return cols, rows, nil
}

func parseAnswers(name string) (Answers, error) {
	for a, n := range []string{"sent", "held", "dropped"} {
		if n == name {
			return Answers(a), nil
		}
	}
	return 0, fmt.Errorf("%q is not sent, held or dropped", name)
}

func waitFile(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 1 || len(args) > 2 {
		ts.Fatalf("usage: waitfile PATH [TEXT]")
	}
	text := ""
	if len(args) == 2 {
		text = args[1]
	}
	WaitFile(scriptT{ts}, filepath.Clean(ts.MkAbs(args[0])), text)
}
