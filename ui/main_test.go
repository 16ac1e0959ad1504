package ui

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"wsc-respond/assets"
	"wsc-respond/session"
	"wsc-respond/session/sessiontest"
	"wsc-respond/steps/markdown"
	"wsc-respond/ui/theme"
)

// TestMain makes the test binary the console itself when a test starts it in
// a terminal: with the sample runbook and stand-ins for the ports, so that what
// is tested is the console and its terminal.
func TestMain(m *testing.M) {
	if mode, ok := os.LookupEnv("CONSOLE_TEST"); ok {
		os.Exit(consoleInTerminal(mode))
	}
	os.Exit(m.Run())
}

func consoleInTerminal(mode string) int {
	o, log := testOptions(mode)
	err := Run(context.Background(), o)
	kinds := log.All()
	last := kinds[len(kinds)-1]
	text := fmt.Sprintf("ended: %v\r\nlast: %s %+v\r\n", err, last.Kind(), last.Data)
	fmt.Print(text)
	if path := os.Getenv("CONSOLE_TEST_END"); path != "" { // where there is no terminal any more
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			return 3
		}
	}
	var left *LeftError
	if errors.As(err, &left) {
		return left.Code
	}
	if err != nil {
		return 2
	}
	return 0
}

func testOptions(mode string) (Options, *sessiontest.Log) {
	rb := sample()
	if strings.Contains(mode, "embedded") {
		var err error
		if rb, _, err = markdown.Read(assets.Runbook(), markdown.Options{}); err != nil {
			panic(err)
		}
	}
	log := &sessiontest.Log{}
	clock := realClock{}
	ports := session.Ports{Bash: "/bin/bash", Log: log, Time: clock, Evidence: &sessiontest.Evidence{}, Host: sessiontest.Host{
		"/srv/keys/release.sec": {Words: "-rw-r--r-- build  65 B"}, "/srv/modules": {Dir: true, Words: "drwxr-xr-x root"},
		"/srv/keys/release.pub": {Words: "-rw-r--r-- build  32 B"}, "/mnt/vault": {Dir: true, Mode: "0700", Words: "drwx------ root"},
	}, Runner: &chattyRunner{flood: strings.Contains(mode, "flood")}}
	opening := sessiontest.Opening(rb)
	opening.Aware = clock.Now().Wall.Add(-12 * time.Minute)
	s, events, err := session.Begin(context.Background(), ports, rb, opening)
	if err != nil {
		panic(err)
	}
	state := session.NewState(rb)
	var said []session.Event
	for _, r := range events {
		if err := state.Apply(r.Event, r.Receipt); err != nil {
			panic(err)
		}
		said = append(said, r.Event)
	}
	o := Options{Opened: &Opened{Session: s, State: state, Events: said}, Time: clock, In: os.Stdin, Out: os.Stdout,
		Environ: os.Environ(), Theme: theme.Options{NoColor: os.Getenv("NO_COLOR") != "", ASCII: strings.Contains(mode, "ascii")}}
	if strings.Contains(mode, "panic") {
		o.Time = &explodingClock{}
	}
	return o, log
}

type realClock struct{}

func (realClock) Now() session.Instant {
	now := time.Now()
	return session.Instant{Wall: now.UTC(), Boot: "test", Up: time.Duration(now.UnixNano())}
}

// explodingClock panics at the second look, which is in a goroutine of a
// command.
type explodingClock struct {
	mu    sync.Mutex
	looks int
}

func (c *explodingClock) Now() session.Instant {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.looks++; c.looks > 1 {
		panic("the clock is broken")
	}
	return realClock{}.Now()
}

// chattyRunner starts commands that write a line now and then and end when
// they are cancelled, or after some lines.
type chattyRunner struct {
	sessiontest.Runner // what this one does not do itself
	flood              bool
}

func (r *chattyRunner) Start(_ context.Context, t *session.Ticket) (session.Run, error) {
	if _, err := t.Spend(); err != nil {
		return nil, err
	}
	run := &chattyRun{began: time.Now(), cancelled: make(chan struct{}), flood: r.flood}
	return run, nil
}

func (r *chattyRunner) Adopt(context.Context, string) (session.Run, error) {
	return nil, session.ErrGone
}

type chattyRun struct {
	began     time.Time
	once      sync.Once
	cancelled chan struct{}
	flood     bool
}

func (r *chattyRun) Live() session.Live {
	ran := time.Since(r.began)
	lines := int(ran / (200 * time.Millisecond))
	if r.flood {
		lines = int(ran / time.Millisecond)
	}
	live := session.Live{For: ran, Stdout: int64(lines * 40)}
	for i := max(lines-200, 0); i < lines; i++ {
		live.Lines = append(live.Lines, session.LiveLine{Text: fmt.Sprintf("/srv/modules/auth/token-%d.wasm\t\x1b[31mverified with the key", i)})
	}
	return live
}

func (r *chattyRun) Wait(ctx context.Context) (session.Result, error) {
	select {
	case <-ctx.Done():
		return session.Result{}, ctx.Err()
	case <-r.cancelled:
		return session.Result{Outcome: session.Cancelled, Exit: -1, Duration: time.Since(r.began)}, nil
	case <-time.After(30 * time.Second):
		return session.Result{Outcome: session.Exited, Duration: time.Since(r.began), Stdout: session.Output{File: "evidence/0001-scan.out", Bytes: 99, Kept: 99, SHA256: "9f2c41d0"}}, nil
	}
}

func (r *chattyRun) Cancel() error { r.once.Do(func() { close(r.cancelled) }); return nil }

func (r *chattyRun) Attach(context.Context, session.Terminal) error {
	return errors.New("not in this test")
}
