package runner

import (
	"bytes"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"
)

// slowCapture is a capture whose disk takes nothing until the test lets it,
// and the side that a command writes to.
type slowCapture struct {
	*capture
	t    *testing.T
	file string
	pipe *os.File
	disk chan struct{} // closed when the disk goes on
}

func newSlowCapture(t *testing.T) *slowCapture {
	t.Helper()
	r, w, err := newPipe()
	if err != nil {
		t.Fatal(err)
	}
	c := &slowCapture{t: t, file: filepath.Join(t.TempDir(), "out"), pipe: w, disk: make(chan struct{})}
	file, err := os.Create(c.file)
	if err != nil {
		t.Fatal(err)
	}
	sc, _ := newTestScreen(t)
	c.capture = newCapture(stdout, r, file, "out", &job{Keep: standardLimits()}, sc)
	c.keep.toDisk = func(p []byte) (int, error) {
		<-c.disk
		return file.Write(p)
	}
	c.start()
	t.Cleanup(func() { _ = w.Close(); _ = r.Close() })
	return c
}

// gets writes what the command writes, and returns when the pipe has taken it.
func (c *slowCapture) gets(p []byte) {
	c.t.Helper()
	if err := c.pipe.SetWriteDeadline(time.Now().Add(20 * time.Second)); err != nil {
		c.t.Fatal(err)
	}
	if _, err := c.pipe.Write(p); err != nil {
		c.t.Fatal(err)
	}
}

// fill writes until the whole way to the disk is full, the pipe included, and
// returns what it wrote.
func (c *slowCapture) fill() []byte {
	var all []byte
	eventually(c.t, "all waits for the disk", func() bool {
		line := bytes.Repeat([]byte("a line of output that waits\n"), 1000)
		if err := c.pipe.SetWriteDeadline(time.Now().Add(50 * time.Millisecond)); err != nil {
			c.t.Fatal(err)
		}
		n, err := c.pipe.Write(line)
		all = append(all, line[:n]...)
		return err != nil
	})
	return all
}

func (c *slowCapture) keeps(want []byte) {
	c.t.Helper()
	out, why := c.output()
	got, err := os.ReadFile(c.file)
	if err != nil {
		c.t.Fatal(err)
	}
	if out.Bytes != int64(len(want)) || out.Kept != out.Bytes || why != "" {
		c.t.Errorf("%d bytes came: %+v, %q", len(want), out, why)
	}
	if !bytes.Equal(got, want) {
		c.t.Errorf("%d bytes came, %d are in the file", len(want), len(got))
	}
}

func TestWhatWaitsForASlowDiskIsKept(t *testing.T) {
	for name, ends := range map[string]bool{"all processes are gone": true, "one still holds the pipe": false} {
		t.Run(name, func(t *testing.T) {
			c := newSlowCapture(t)
			all := c.fill()
			if ends {
				_ = c.pipe.Close()
			}
			left := make(chan struct{})
			go func() { c.leave(); close(left) }()
			close(c.disk)
			<-left
			c.keeps(all)
			if c.ended != ends {
				t.Errorf("the stream ended: %v", c.ended)
			}
		})
	}
}

func TestAStreamIsWaitedForWhileItsReaderWaitsForTheDisk(t *testing.T) {
	c := newSlowCapture(t)
	all := c.fill()
	if c.idle() {
		t.Error("the reader is said to wait for the command, and it waits for the disk")
	}
	_ = c.pipe.Close()
	settled := make(chan struct{})
	ch := &child{captures: []*capture{c.capture}}
	s := &supervisor{screen: c.screen}
	go func() { s.settle(ch, func() int { return 0 }); close(settled) }()
	started := upTime()
	eventually(t, "longer than a quiet stream is waited for", func() bool { return upTime()-started > settleQuiet+100*time.Millisecond })
	select {
	case <-settled:
		t.Error("it was given up while output waited for the disk")
	default:
	}
	close(c.disk)
	<-settled
	if !ch.drained() {
		t.Error("it was given up before its end")
	}
	c.leave()
	c.keeps(all)
}

func TestAnIdleReaderIsKnownAsOne(t *testing.T) {
	c := newSlowCapture(t)
	close(c.disk)
	c.gets([]byte("x"))
	eventually(t, "the byte is read and the reader waits for more", func() bool {
		c.screen.mu.Lock()
		defer c.screen.mu.Unlock()
		return c.screen.counts[stdout] == 1 && c.idle()
	})
	c.leave()
	c.keeps([]byte("x"))
}

func TestAStreamThatNeverEndsIsCutWhereItIsLeft(t *testing.T) {
	c := newSlowCapture(t)
	close(c.disk)
	var writing sync.WaitGroup
	writing.Go(func() {
		line := bytes.Repeat([]byte("a line of output\n"), 1000)
		for {
			if _, err := c.pipe.Write(line); err != nil {
				return
			}
		}
	})
	eventually(t, "much has come", func() bool {
		c.screen.mu.Lock()
		defer c.screen.mu.Unlock()
		return c.screen.counts[stdout] > 4<<20
	})
	c.leave()
	if c.ended {
		t.Error("it is said to have ended")
	}
	_ = c.in.Close()
	writing.Wait()
	if out, why := c.output(); out.Kept != out.Bytes || why != "" {
		t.Errorf("%+v, %q", out, why)
	}
}

func TestAllOutputIsThereWhenTheLastProcessIsGone(t *testing.T) {
	f := newFixture(t)
	r := f.sh(`head -c 6000000 /dev/zero; head -c 3000000 /dev/zero >&2`)
	if r.Stdout.Bytes != 6000000 || r.Stdout.Kept != 6000000 || r.Stderr.Bytes != 3000000 || r.Detail != "" {
		t.Errorf("%+v", r)
	}
}
