package runner

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"wsc-respond/session/evidence"
)

// An interactive command has a terminal of its own, which its supervisor
// holds. A real terminal joins it through a socket in the session folder, and
// may go away and come back, or another one in its place.

const (
	// replay is how much output that nobody has seen is kept for the next
	// one who joins, in bytes.
	replay = 64 << 10
	// slowClient is how long a terminal may take nothing before it is let go.
	slowClient = 10 * time.Second
	// maxMessage bounds what a terminal sends at a time, in bytes.
	maxMessage = 64 << 10
)

// What a joined terminal sends: a byte that says what it is, the length as
// four bytes, little-endian, and that many bytes.
const (
	sendsKeys = 'k'
	sendsSize = 's' // rows and columns, two bytes each
)

// terminal is the supervisor's side.
type terminal struct {
	master   *os.File
	listener *net.UnixListener

	mu     sync.Mutex
	client net.Conn
	recent []byte
	unseen int // bytes at the end of recent that no terminal has got
}

// listen makes the socket. Its folder can be entered by the owner only, and
// the other side's user is checked as well.
func listen(j *job, root *os.Root, master *os.File) (*terminal, error) {
	addr, release, err := socketAddr(root, j.Order.Evidence)
	if err != nil {
		return nil, err
	}
	defer release()
	l, err := net.ListenUnix("unix", addr)
	if err != nil {
		return nil, fmt.Errorf("make the socket for a terminal: %w", err)
	}
	l.SetUnlinkOnClose(false) // the name holds only as long as release was not called
	if err := root.Chmod(socketName(j.Order.Evidence), evidence.FileMode); err != nil {
		return nil, errors.Join(fmt.Errorf("protect the socket for a terminal: %w", err), l.Close())
	}
	t := &terminal{master: master, listener: l}
	go t.accept()
	return t, nil
}

// socketAddr is the address of a run's socket, through a descriptor of its
// folder: the path of a session can be longer than an address may be.
func socketAddr(root *os.Root, base string) (*net.UnixAddr, func(), error) {
	dir, err := root.Open(runFolder)
	if err != nil {
		return nil, nil, fmt.Errorf("open the folder of the socket: %w", err)
	}
	name := fmt.Sprintf("/proc/self/fd/%d/%s", dir.Fd(), path.Base(socketName(base)))
	return &net.UnixAddr{Net: "unix", Name: name}, func() { _ = dir.Close() }, nil
}

func (t *terminal) accept() {
	for {
		conn, err := t.listener.AcceptUnix()
		if err != nil {
			return
		}
		if !sameUser(conn) {
			_ = conn.Close()
			continue
		}
		t.join(conn)
		go t.receive(conn)
	}
}

func sameUser(conn *net.UnixConn) bool {
	raw, err := conn.SyscallConn()
	if err != nil {
		return false
	}
	same := false
	_ = raw.Control(func(fd uintptr) {
		cred, err := unix.GetsockoptUcred(int(fd), unix.SOL_SOCKET, unix.SO_PEERCRED)
		same = err == nil && int(cred.Uid) == os.Geteuid()
	})
	return same
}

// join makes conn the one terminal, and gives it what nobody has seen yet;
// at least the line that is being written, which may be a question.
func (t *terminal) join(conn net.Conn) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.client != nil {
		_ = t.client.Close()
	}
	t.client = conn
	line := 0
	for line < len(t.recent) && t.recent[len(t.recent)-1-line] != '\n' {
		line++
	}
	t.send(t.recent[len(t.recent)-max(t.unseen, line):])
}

// Write takes output of the command. It never fails; a terminal that takes
// nothing is let go.
func (t *terminal) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.recent = append(t.recent, p...)
	t.recent = t.recent[max(0, len(t.recent)-replay):]
	t.unseen = min(t.unseen+len(p), len(t.recent))
	t.send(p)
	return len(p), nil
}

func (t *terminal) send(p []byte) {
	if t.client == nil {
		return
	}
	_ = t.client.SetWriteDeadline(time.Now().Add(slowClient))
	if _, err := t.client.Write(p); err != nil {
		_ = t.client.Close()
		t.client = nil
		return
	}
	t.unseen = 0
}

// receive passes keys and sizes on until the terminal goes away.
func (t *terminal) receive(conn net.Conn) {
	defer t.part(conn)
	for {
		kind, payload, err := readMessage(conn)
		if err != nil {
			return
		}
		switch {
		case kind == sendsKeys:
			if _, err := t.master.Write(payload); err != nil {
				return
			}
		case kind == sendsSize && len(payload) == 4:
			t.resize(size{rows: binary.LittleEndian.Uint16(payload), cols: binary.LittleEndian.Uint16(payload[2:])})
		}
	}
}

// resize sets the size. The one before is set off by a column first if it is
// the same: a program that draws the whole screen then draws it for the
// terminal that has just joined.
func (t *terminal) resize(to size) {
	if now, err := getSize(t.master); err == nil && now == to && to.cols > 1 {
		_ = setSize(t.master, size{rows: to.rows, cols: to.cols - 1})
	}
	_ = setSize(t.master, to)
}

func (t *terminal) part(conn net.Conn) {
	t.mu.Lock()
	defer t.mu.Unlock()
	_ = conn.Close()
	if t.client == conn {
		t.client = nil
	}
}

// close lets the terminal go when the command has ended. What was sent before
// still arrives.
func (t *terminal) close() {
	_ = t.listener.Close()
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.client != nil {
		_ = t.client.Close()
		t.client = nil
	}
	_ = t.master.Close()
}

func writeMessage(w io.Writer, kind byte, payload []byte) error {
	b := make([]byte, 0, 5+len(payload))
	b = append(b, kind)
	b = binary.LittleEndian.AppendUint32(b, uint32(len(payload)))
	_, err := w.Write(append(b, payload...))
	return err
}

func readMessage(r io.Reader) (kind byte, payload []byte, err error) {
	var head [5]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return 0, nil, err
	}
	n := binary.LittleEndian.Uint32(head[1:])
	if n > maxMessage {
		return 0, nil, syscall.EMSGSIZE
	}
	payload = make([]byte, n)
	_, err = io.ReadFull(r, payload)
	return head[0], payload, err
}
