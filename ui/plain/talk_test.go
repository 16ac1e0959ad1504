package plain

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"wsc-respond/session"
	"wsc-respond/session/sessiontest"
	"wsc-respond/steps"
)

var update = flag.Bool("update", false, "write the conversations as they are now")

// typed begins what a conversation's file says as the person's line, and stage
// what the test itself does before the next one.
const (
	typed      = "<< "
	directions = "@ "
)

// scene is a session of stand-ins, with a conversation that is held on it. A
// test reads as its transcript: the file in testdata is what both sides say.
type scene struct {
	t       *testing.T
	clock   *sessiontest.Clock
	log     *sessiontest.Log
	runner  *runner
	host    sessiontest.Host
	files   map[string][]byte
	kept    *sessiontest.Evidence
	rb      *steps.Runbook
	options Options
	script  []string
	line    []byte // what is still to be read of the present line
	mu      sync.Mutex
	out     bytes.Buffer // since the last line
	all     strings.Builder
	tick    chan time.Time
	hangUp  context.CancelCauseFunc
	hasty   bool // lines come at once, as from a paste
}

func newScene(t *testing.T, rb *steps.Runbook) *scene {
	s := &scene{t: t, clock: sessiontest.NewClock(), log: &sessiontest.Log{}, rb: rb, files: map[string][]byte{}, kept: &sessiontest.Evidence{}, tick: make(chan time.Time)}
	s.runner = &runner{scene: s, will: map[string][]string{}}
	s.host = sessiontest.Host{
		"/srv/keys/release.sec": {Mode: "0600", Words: "-rw------- build 65 B"},
		"/mnt/vault":            {Dir: true, Mode: "0700", Words: "drwx------ root"},
		"/tmp/log.txt":          {Mode: "0600", Words: "-rw------- alice 12 B"},
	}
	return s
}

// begin opens the session.
func (s *scene) begin(ctx context.Context, opening session.Opening) {
	s.t.Helper()
	sess, _, err := session.Begin(ctx, s.ports(), s.rb, opening)
	if err != nil {
		s.t.Fatal(err)
	}
	s.take(ctx, sess)
}

// resume goes on with the session in another console.
func (s *scene) resume(ctx context.Context) {
	s.t.Helper()
	sess, _, err := session.Resume(ctx, s.ports(), s.rb, sessiontest.Actor(), session.Resumed{}, nil)
	if err != nil {
		s.t.Fatal(err)
	}
	s.all.Reset()
	s.take(ctx, sess)
}

func (s *scene) ports() session.Ports {
	return session.Ports{Log: s.log, Time: s.clock, Runner: s.runner, Evidence: s.kept, Host: s.host, Bash: "/bin/bash"}
}

// take makes the options for a session as its record stands.
func (s *scene) take(ctx context.Context, sess *session.Session) {
	state, err := session.Fold(ctx, s.log, s.rb)
	if err != nil {
		s.t.Fatal(err)
	}
	s.options.Session, s.options.State, s.options.Events = sess, state, s.log.All()
	s.options.Folder = "/home/alice/.local/state/wsc-respond/2026-11-22-cobalt-heron"
	s.options.Read = s.read
	s.options.In, s.options.Out, s.options.Tick = s, writerFunc(s.write), s.tick
}

func (s *scene) read(name string, limit int64) ([]byte, error) {
	text, ok := s.files[name]
	if !ok {
		return nil, errors.New(name + " is not there")
	}
	return text[:min(int64(len(text)), limit)], nil
}

type writerFunc func(string)

func (w writerFunc) Write(p []byte) (int, error) { w(string(p)); return len(p), nil }

func (s *scene) write(text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.out.WriteString(text)
}

// Read hands over the script byte by byte. Before each line everything else
// has come to rest, so a conversation is the same every time.
func (s *scene) Read(p []byte) (int, error) {
	for len(s.line) == 0 {
		synctest.Wait()
		s.keep()
		if len(s.script) == 0 {
			return 0, io.EOF
		}
		next := s.script[0]
		s.script = s.script[1:]
		if direction, ok := strings.CutPrefix(next, directions); ok {
			s.all.WriteString(s.fresh() + next + "\n")
			s.direct(strings.Fields(direction))
			if direction == "hang-up" {
				return 0, io.EOF // the conversation is over; another may begin
			}
			continue
		}
		s.all.WriteString(typed + next + "\n")
		if s.options.Terminal && !s.hasty {
			s.clock.Pass(time.Second) // a person reads before writing
		}
		s.line = []byte(next + "\n")
	}
	n := copy(p, s.line)
	s.line = s.line[n:]
	return n, nil
}

// Write and Fd make the scene a terminal.
func (s *scene) Write(p []byte) (int, error) { return len(p), nil }

// Fd is no open file.
func (s *scene) Fd() uintptr { return ^uintptr(0) }

func (s *scene) keep() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.all.WriteString(s.out.String())
	s.out.Reset()
}

// fresh begins a new line in the transcript after a prompt.
func (s *scene) fresh() string {
	if strings.HasSuffix(s.all.String(), "> ") {
		return "\n"
	}
	return ""
}

// hold holds the conversation of a script, and returns what was said.
func (s *scene) hold(ctx context.Context, script []string) (string, error) {
	ctx, s.hangUp = context.WithCancelCause(ctx)
	defer s.hangUp(nil)
	s.script = script
	err := Run(ctx, s.options)
	s.keep()
	return s.all.String(), err
}

func scriptOf(file string) (script []string, flags []string) {
	for line := range strings.Lines(file) {
		line = strings.TrimSuffix(line, "\n")
		if flag, ok := strings.CutPrefix(line, "@@ "); ok {
			flags = append(flags, flag)
			continue
		}
		line = strings.TrimPrefix(line, "> ")
		if said, ok := strings.CutPrefix(line, typed); ok {
			script = append(script, said)
		} else if strings.HasPrefix(line, directions) {
			script = append(script, line)
		} else if line == strings.TrimSpace(typed) {
			script = append(script, "")
		}
	}
	return script, flags
}

// TestConversations holds each conversation of testdata and compares what is
// said with what the file says.
func TestConversations(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("there are no conversations: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			synctest.Test(t, func(t *testing.T) {
				script, flags := scriptOf(string(want))
				got := play(t, script, flags)
				if *update {
					if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
						t.Fatal(err)
					}
				} else if diff := cmp.Diff(string(want), got); diff != "" {
					t.Errorf("the conversation differs (-want +got), -update writes it:\n%s", diff)
				}
			})
		})
	}
}

func play(t *testing.T, script, flags []string) string {
	s := newScene(t, runbook())
	opening := sessiontest.Opening(s.rb)
	if slices.Contains(flags, "triage") {
		opening.Incident = session.Classified{Triage: true}
	}
	s.begin(t.Context(), opening)
	s.options.Terminal = slices.Contains(flags, "terminal")
	s.options.ASCII = slices.Contains(flags, "ascii")
	if slices.Contains(flags, "berlin") {
		s.options.Zone = time.FixedZone("", 3600)
	}
	said, err := s.hold(t.Context(), script)
	checkSaid(t, said)
	var head strings.Builder
	for _, flag := range flags {
		head.WriteString("@@ " + flag + "\n")
	}
	foot := ""
	if err != nil {
		foot = "(error: " + err.Error() + ")\n"
	}
	return head.String() + said + foot
}
