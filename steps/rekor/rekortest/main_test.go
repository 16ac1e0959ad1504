package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// The programs that the tests run: the log itself, the product, and the log's
// own client to compare with.
var (
	tools                             string // a folder
	logProgram, product, theirProgram string
)

func TestMain(m *testing.M) {
	code, err := buildAndRun(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

func buildAndRun(m *testing.M) (code int, err error) {
	if tools, err = os.MkdirTemp("", "rekortest-tools"); err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(tools)) }()
	for _, one := range []struct {
		path        *string
		name        string
		folder, pkg string
	}{
		{&logProgram, "rekortest", ".", "."},
		{&theirProgram, "rekor-cli", ".", "github.com/sigstore/rekor/cmd/rekor-cli"},
		{&product, "wsc-respond", "../../..", "."},
	} {
		*one.path = filepath.Join(tools, one.name)
		build := exec.Command("go", "build", "-buildvcs=false", "-o", *one.path, one.pkg)
		build.Dir = one.folder
		if said, err := build.CombinedOutput(); err != nil {
			return 0, fmt.Errorf("build %s: %w\n%s", one.name, err, said)
		}
	}
	return m.Run(), nil
}

// live is a log that runs, and a folder beside it.
type live struct {
	t      testing.TB
	server string
	key    string // the file of its public key
	dir    string
	stop   func()
}

// start runs a log of its own for a test.
func start(t testing.TB) live {
	t.Helper()
	l := live{t: t, dir: t.TempDir()}
	l.key = filepath.Join(l.dir, "log.pub")
	process := exec.Command(logProgram, "-addr", "127.0.0.1:0", "-key", filepath.Join(l.dir, "log.pem"), "-pub", l.key)
	out, err := process.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := process.Start(); err != nil {
		t.Fatal(err)
	}
	stopped := false
	l.stop = func() {
		if !stopped {
			stopped = true
			_ = process.Process.Kill() // it has nothing to lose
			_ = process.Wait()
		}
	}
	t.Cleanup(l.stop)
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if strings.HasPrefix(lines.Text(), "http://127.0.0.1:") {
			l.server = lines.Text()
			go func() {
				for lines.Scan() { // so that it never waits for a reader
				}
			}()
			return l
		}
	}
	t.Fatal("the log did not say where it answers")
	return l
}

// turn sets a mode of the log.
func (l live) turn(path string) {
	l.t.Helper()
	response, err := http.Post(l.server+"/rekortest/"+path, "", nil)
	if err != nil {
		l.t.Fatal(err)
	}
	_ = response.Body.Close()
	if response.StatusCode != http.StatusOK {
		l.t.Fatalf("%s: status %d", path, response.StatusCode)
	}
}

// enter uploads entries, each with its artifact beside it.
func (l live) enter(artifacts map[string]object) map[string]uploaded {
	l.t.Helper()
	all := map[string]uploaded{}
	for name, entry := range artifacts {
		one, err := upload(l.server, entry)
		if err != nil {
			l.t.Fatalf("%s: %v", name, err)
		}
		one.artifact = filepath.Join(l.dir, name)
		if err := os.WriteFile(one.artifact, []byte(name), 0o600); err != nil {
			l.t.Fatal(err)
		}
		all[name] = one
	}
	return all
}

// said is what a program said, and how it ended.
type said struct {
	out, errs string
	code      int
}

// asks runs a subcommand of rekor against the log.
func (l live) asks(args ...string) said {
	return l.product(append(args, "--server", l.server, "--log-key", l.key)...)
}

func (l live) product(args ...string) said {
	l.t.Helper()
	return runIn(l.t, l.dir, product, append([]string{"rekor"}, args...)...)
}

// theirs runs the log's own client.
func (l live) theirs(args ...string) said {
	l.t.Helper()
	return runIn(l.t, l.dir, theirProgram, append(args, "--rekor_server", l.server, "--format", "json", "--store_tree_state=false")...)
}

func runIn(t testing.TB, dir, program string, args ...string) said {
	t.Helper()
	var out, errs bytes.Buffer
	command := exec.Command(program, args...)
	command.Dir, command.Stdout, command.Stderr = dir, &out, &errs
	command.Env = append(os.Environ(), "HOME="+dir, "NO_PROXY=127.0.0.1")
	err := command.Run()
	var ended *exec.ExitError
	if err != nil && !errors.As(err, &ended) {
		t.Fatal(err)
	}
	s := said{out: out.String(), errs: errs.String(), code: command.ProcessState.ExitCode()}
	for _, text := range []string{s.out, s.errs} {
		if strings.Contains(text, "panic:") || strings.Contains(text, "goroutine ") {
			t.Errorf("%s: it panicked:\n%s", strings.Join(args, " "), text)
		}
		if strings.Contains(text, "\x1b") && program == product {
			t.Errorf("%s: a control sequence reaches the terminal: %q", strings.Join(args, " "), text)
		}
	}
	return s
}
