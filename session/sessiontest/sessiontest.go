// Package sessiontest brings stand-ins for the ports of a session, so that
// tests of the verbs and of the screens need no disk, no child process and no
// real time. What they stand in for is tested against the real thing in the
// rooms that implement it.
package sessiontest

import (
	"context"
	"fmt"
	"iter"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"wsc-respond/session"
	"wsc-respond/steps"
)

// start is the moment at which every test begins.
var start = time.Date(2026, 11, 22, 3, 13, 5, 0, time.UTC)

// Clock is a clock that stands until it is moved.
type Clock struct {
	mu  sync.Mutex
	now session.Instant
}

// NewClock makes a clock that stands at 2026-11-22 03:13:05 UTC.
func NewClock() *Clock {
	return &Clock{now: session.Instant{Wall: start, Boot: "6f1c2f0e-52d0-4a39-9d7f-1a2b3c4d5e6f", Up: 81234 * time.Second}}
}

// Now is where the clock stands.
func (c *Clock) Now() session.Instant {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Pass lets time go by on both clocks.
func (c *Clock) Pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now.Wall = c.now.Wall.Add(d)
	c.now.Up += d
}

// Jump sets the wall clock, while no time goes by.
func (c *Clock) Jump(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now.Wall = c.now.Wall.Add(d)
}

// Reboot lets the machine start again: another boot id, and an up time from
// zero.
func (c *Clock) Reboot() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now.Boot, c.now.Up = c.now.Boot[:35]+"0", time.Minute
}

// Log keeps events in memory. Fail makes every append fail from then on.
type Log struct {
	mu      sync.Mutex
	events  []session.Event
	appends int
	fail    error
}

// Append keeps an event.
func (l *Log) Append(_ context.Context, after uint64, e session.Event) (session.Event, session.Receipt, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.appends++
	if l.fail != nil {
		return e, session.Receipt{}, fmt.Errorf("%w: %w", session.ErrReadOnly, l.fail)
	}
	if after != uint64(len(l.events)) {
		return e, session.Receipt{}, session.ErrConflict
	}
	e.Seq, e.Prev = after+1, l.head().Hash
	l.events = append(l.events, e)
	return e, l.head(), nil
}

// head names the last event by its number; the real hash is the journal's.
func (l *Log) head() session.Receipt {
	n := uint64(len(l.events))
	if n == 0 {
		return session.Receipt{Hash: session.NoHash}
	}
	return session.Receipt{Seq: n, Hash: session.Hash(fmt.Sprintf("%08x%056x", 0x9f2c0000+n, n))}
}

// Events yields what was kept.
func (l *Log) Events(_ context.Context, from uint64) iter.Seq2[session.Event, error] {
	return func(yield func(session.Event, error) bool) {
		for _, e := range l.All() {
			if e.Seq >= from && !yield(e, nil) {
				return
			}
		}
	}
}

// All is a copy of what was kept.
func (l *Log) All() []session.Event {
	l.mu.Lock()
	defer l.mu.Unlock()
	return append([]session.Event(nil), l.events...)
}

// Kinds are the kinds of all events, in order.
func (l *Log) Kinds() []session.Kind {
	var kinds []session.Kind
	for _, e := range l.All() {
		kinds = append(kinds, e.Kind())
	}
	return kinds
}

// Appends is how often somebody tried to append.
func (l *Log) Appends() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.appends
}

// Head is the last event.
func (l *Log) Head() session.Receipt {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.head()
}

// Fail makes every append fail with err from now on; nil makes them work.
func (l *Log) Fail(err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.fail = err
}

// Close does nothing.
func (l *Log) Close() error { return nil }

// Host knows the paths that it was told of.
type Host map[string]session.Seen

// Look says what stands at path.
func (h Host) Look(path string) (session.Seen, error) {
	seen, ok := h[path]
	if !ok {
		return seen, fmt.Errorf("%s: there is no such file", path)
	}
	return seen, nil
}

// Abs joins a relative path to dir.
func (h Host) Abs(dir, path string) (string, error) {
	if filepath.IsAbs(path) {
		return filepath.Clean(path), nil
	}
	return filepath.Join(dir, path), nil
}

// Evidence keeps files in memory.
type Evidence struct {
	mu    sync.Mutex
	files map[string][]byte
}

// Put keeps a file.
func (v *Evidence) Put(_ context.Context, name string, content []byte) (session.EvidenceAdded, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.files == nil {
		v.files = map[string][]byte{}
	}
	ext := filepath.Ext(name)
	for n, first := 2, strings.TrimSuffix(name, ext); v.files[name] != nil; n++ {
		name = fmt.Sprintf("%s-%d%s", first, n, ext)
	}
	v.files[name] = append([]byte{}, content...)
	return session.EvidenceAdded{File: name, SHA256: fmt.Sprintf("%064x", len(content)), Size: int64(len(content))}, nil
}

// Take keeps an empty file under the last part of path.
func (v *Evidence) Take(ctx context.Context, path string) (session.EvidenceAdded, error) {
	added, err := v.Put(ctx, "evidence/"+filepath.Base(path), nil)
	added.Source = path
	return added, err
}

// Read returns a file that was kept.
func (v *Evidence) Read(name string, limit int64) ([]byte, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	content, ok := v.files[name]
	if !ok {
		return nil, fmt.Errorf("%s is not there", name)
	}
	return content[:min(int64(len(content)), limit)], nil
}

// Actor is alice, who works at bastion1.
func Actor() session.Actor {
	return session.Actor{Name: "alice", Role: "System Integrator", User: "alice", Host: "bastion1", TTY: "/dev/pts/3", Source: session.FromTerminal}
}

// Opening is the opening of a session on a runbook, classified as its first
// incident type with its gravest severity, noticed 20 minutes ago.
func Opening(rb *steps.Runbook) session.Opening {
	return session.Opening{
		Opened: session.Opened{Session: "2026-11-22-cobalt-heron", CodeName: "cobalt-heron", Tool: "wsc-respond test",
			Runbook: session.RunbookCopy{Title: rb.Document.Title, Version: rb.Document.Version, File: "runbook.json", SHA256: fmt.Sprintf("%064x", 1)},
			Where:   session.Environment{OS: "linux", Dir: "/home/alice", ClockSynced: true}},
		By:       Actor(),
		Incident: session.Classified{Types: []string{rb.Incidents[0].ID}, Severity: rb.Levels()[0].Level},
		Aware:    start.Add(-20 * time.Minute),
	}
}
