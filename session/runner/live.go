package runner

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"os"
	"sync"
	"time"

	"golang.org/x/sys/unix"

	"wsc-respond/session"
)

// The console looks at a running command through a small nameless file in
// memory that the supervisor writes over and over. Nobody waits for anybody:
// the command's output goes to the evidence whether or not someone looks, and
// a look costs one read of a few bytes when nothing is new. The file takes no
// disk and goes away with the supervisor.

const (
	// liveKeep is how much of each stream's end can be looked at, in bytes.
	liveKeep = 64 << 10
	// liveLines is how many lines of both streams together.
	liveLines = 400
	// liveEvery is the shortest time between two publications.
	liveEvery = 20 * time.Millisecond
	// maxSegments bounds the pieces that two streams which take turns make.
	maxSegments = 2048
)

// frame header: check sum, number, payload length, bytes of stdout and stderr,
// start and last output on the boot-time clock. All little-endian.
const frameHeader = 4 + 8 + 4 + 8 + 8 + 8 + 8

// frame is one publication.
type frame struct {
	number         uint64
	stdout, stderr int64
	start, last    time.Duration
	lines          []session.LiveLine
}

func (f *frame) encode() []byte {
	b := make([]byte, frameHeader, frameHeader+2*liveKeep)
	for _, line := range f.lines {
		head := uint64(len(line.Text)) << 1
		if line.Stderr {
			head |= 1
		}
		b = binary.AppendUvarint(b, head)
		b = append(b, line.Text...)
	}
	binary.LittleEndian.PutUint64(b[4:], f.number)
	binary.LittleEndian.PutUint32(b[12:], uint32(len(b)-frameHeader))
	binary.LittleEndian.PutUint64(b[16:], uint64(f.stdout))
	binary.LittleEndian.PutUint64(b[24:], uint64(f.stderr))
	binary.LittleEndian.PutUint64(b[32:], uint64(f.start))
	binary.LittleEndian.PutUint64(b[40:], uint64(f.last))
	binary.LittleEndian.PutUint32(b, crc32.Checksum(b[4:], castagnoli()))
	return b
}

func castagnoli() *crc32.Table { return crc32.MakeTable(crc32.Castagnoli) }

// decodeFrame reports false for bytes that are no whole frame, as when it is
// being written at this moment.
func decodeFrame(b []byte) (frame, bool) {
	if len(b) < frameHeader {
		return frame{}, false
	}
	size := int(binary.LittleEndian.Uint32(b[12:]))
	if size > len(b)-frameHeader {
		return frame{}, false
	}
	b = b[:frameHeader+size]
	if crc32.Checksum(b[4:], castagnoli()) != binary.LittleEndian.Uint32(b) {
		return frame{}, false
	}
	f := frame{
		number: binary.LittleEndian.Uint64(b[4:]),
		stdout: int64(binary.LittleEndian.Uint64(b[16:])), stderr: int64(binary.LittleEndian.Uint64(b[24:])),
		start: time.Duration(binary.LittleEndian.Uint64(b[32:])), last: time.Duration(binary.LittleEndian.Uint64(b[40:])),
	}
	for rest := b[frameHeader:]; len(rest) > 0; {
		head, n := binary.Uvarint(rest)
		if n <= 0 || head>>1 > uint64(len(rest)-n) {
			return frame{}, false
		}
		text := rest[n : n+int(head>>1)]
		f.lines = append(f.lines, session.LiveLine{Stderr: head&1 == 1, Text: string(text)})
		rest = rest[n+len(text):]
	}
	return f, true
}

// newLiveFile makes the nameless file.
func newLiveFile() (*os.File, error) {
	fd, err := unix.MemfdCreate("wsc-respond-live", unix.MFD_CLOEXEC)
	if err != nil {
		return nil, os.NewSyscallError("memfd_create", err)
	}
	return os.NewFile(uintptr(fd), "live"), nil
}

// screen is the supervisor's side: it collects the end of both streams and
// publishes it.
type screen struct {
	file  *os.File
	start time.Duration
	wake  chan struct{}

	mu       sync.Mutex
	segments []segment
	held     [2]int   // bytes in segments, by stream
	counts   [2]int64 // bytes that the command wrote
	last     time.Duration
	number   uint64
}

// segment is a piece of one stream; the pieces stand in the order in which
// they were read.
type segment struct {
	stream int
	data   []byte
}

// The streams of a command.
const (
	stdout = 0
	stderr = 1
)

func newScreen(file *os.File, start time.Duration) *screen {
	return &screen{file: file, start: start, last: start, wake: make(chan struct{}, 1)}
}

// begin sets the start anew, to the moment when the command is started.
func (s *screen) begin(at time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.start, s.last = at, at
}

// lastOutput is when the command last wrote anything.
func (s *screen) lastOutput() time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.last
}

// count says that the command wrote n bytes.
func (s *screen) count(stream, n int) {
	s.mu.Lock()
	s.counts[stream] += int64(n)
	s.last = upTime()
	s.mu.Unlock()
	s.touch()
}

// show takes output that is redacted.
func (s *screen) show(stream int, p []byte) {
	s.mu.Lock()
	s.add(stream, p)
	s.mu.Unlock()
	s.touch()
}

// replace takes a new end of a stream instead of the one before.
func (s *screen) replace(stream int, p []byte) {
	s.mu.Lock()
	for i := len(s.segments) - 1; i >= 0; i-- {
		if s.segments[i].stream == stream {
			s.drop(i)
		}
	}
	s.add(stream, p)
	s.mu.Unlock()
	s.touch()
}

func (s *screen) touch() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

func (s *screen) add(stream int, p []byte) {
	if len(p) >= liveKeep {
		p = p[len(p)-liveKeep:]
	}
	if n := len(s.segments); n > 0 && s.segments[n-1].stream == stream && len(s.segments[n-1].data)+len(p) <= 8<<10 {
		s.segments[n-1].data = append(s.segments[n-1].data, p...)
	} else {
		s.segments = append(s.segments, segment{stream: stream, data: bytes.Clone(p)})
	}
	s.held[stream] += len(p)
	for i := 0; s.held[stream] > liveKeep+8<<10 && i < len(s.segments); {
		if s.segments[i].stream != stream {
			i++
			continue
		}
		s.drop(i)
	}
	if len(s.segments) > maxSegments {
		s.drop(0)
	}
}

func (s *screen) drop(i int) {
	s.held[s.segments[i].stream] -= len(s.segments[i].data)
	s.segments = append(s.segments[:i], s.segments[i+1:]...)
}

// lines splits what is held into lines. A line stands where it ended; one
// that has not ended stands last.
func (s *screen) lines() []session.LiveLine {
	var lines []session.LiveLine
	var open [2][]byte
	for _, seg := range s.segments {
		rest := seg.data
		for {
			line, after, ended := bytes.Cut(rest, []byte{'\n'})
			if !ended {
				open[seg.stream] = append(open[seg.stream], rest...)
				break
			}
			lines = append(lines, session.LiveLine{Stderr: seg.stream == stderr, Text: string(open[seg.stream]) + string(line)})
			open[seg.stream], rest = nil, after
		}
	}
	for stream, text := range open {
		if len(text) > 0 {
			lines = append(lines, session.LiveLine{Stderr: stream == stderr, Text: string(text)})
		}
	}
	return lines[max(0, len(lines)-liveLines):]
}

// tail is the end of one stream, at most liveKeep bytes.
func (s *screen) tail(stream int) []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []byte
	for _, seg := range s.segments {
		if seg.stream == stream {
			all = append(all, seg.data...)
		}
	}
	return all[max(0, len(all)-liveKeep):]
}

// publish writes the present view for whoever looks.
func (s *screen) publish() {
	s.mu.Lock()
	s.number++
	f := frame{number: s.number, stdout: s.counts[stdout], stderr: s.counts[stderr], start: s.start, last: s.last, lines: s.lines()}
	s.mu.Unlock()
	// If this fails there is nothing to be seen, and nothing else suffers.
	_, _ = s.file.WriteAt(f.encode(), 0)
}

// run publishes whenever something is new, and not more often than is of use,
// until done is closed.
func (s *screen) run(done <-chan struct{}) {
	s.publish()
	for {
		select {
		case <-done:
			s.publish()
			return
		case <-s.wake:
			s.publish()
		}
		select {
		case <-done:
			s.publish()
			return
		case <-time.After(liveEvery):
		}
	}
}
