package uitest

import (
	"io"
	"sync"
	"time"

	"github.com/charmbracelet/x/vt"
)

// Answers says what becomes of the terminal's answers to a program's queries:
// cursor position, device attributes, modes, colors.
type Answers int

const (
	// AnswersSent is a terminal that answers at once.
	AnswersSent Answers = iota
	// AnswersHeld keeps the answers back until they are sent or dropped. So a
	// test decides the moment at which a slow link delivers.
	AnswersHeld
	// AnswersDropped is a terminal that knows no queries.
	AnswersDropped
)

// SetAnswers changes how the terminal answers from now on. What was held is
// sent by AnswersSent and forgotten by AnswersDropped.
func (term *Terminal) SetAnswers(a Answers) { term.answers.set(a) }

// SetLatency makes each answer of now on arrive this much later.
func (term *Terminal) SetLatency(d time.Duration) {
	term.answers.mu.Lock()
	defer term.answers.mu.Unlock()
	term.answers.latency = d
}

// answers carries what the emulator says in reply to the program. It has a
// goroutine of its own on each side: the emulator blocks until a reply is
// taken, and the pty blocks while the program reads nothing.
type answers struct {
	out   io.Writer
	queue chan answer
	done  chan struct{}

	mu      sync.Mutex
	mode    Answers
	latency time.Duration
	held    []byte
}

type answer struct {
	text []byte
	due  time.Time
}

func newAnswers(out io.Writer, mode Answers, latency time.Duration) *answers {
	return &answers{
		out:     out,
		queue:   make(chan answer, 1024),
		done:    make(chan struct{}),
		mode:    mode,
		latency: latency,
	}
}

// collect takes answers from the emulator until it is closed.
func (a *answers) collect(screen *vt.Emulator) {
	defer close(a.queue)
	buf := make([]byte, 1024)
	for {
		n, err := screen.Read(buf)
		if err != nil {
			return
		}
		a.take(append([]byte(nil), buf[:n]...))
	}
}

func (a *answers) take(text []byte) {
	a.mu.Lock()
	defer a.mu.Unlock()
	switch a.mode {
	case AnswersSent:
		a.send(text)
	case AnswersHeld:
		a.held = append(a.held, text...)
	case AnswersDropped:
	}
}

func (a *answers) set(mode Answers) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.mode = mode
	if mode == AnswersSent && len(a.held) > 0 {
		a.send(a.held)
	}
	if mode != AnswersHeld {
		a.held = nil
	}
}

// send queues an answer. The caller holds mu.
func (a *answers) send(text []byte) {
	select {
	case a.queue <- answer{text: text, due: time.Now().Add(a.latency)}:
	case <-a.done:
	}
}

// deliver writes each answer to the program when it is due.
func (a *answers) deliver() {
	for next := range a.queue {
		select {
		case <-time.After(time.Until(next.due)):
			// A program that is gone no longer wants its answer.
			_, _ = a.out.Write(next.text)
		case <-a.done:
			return
		}
	}
}

// stop ends both goroutines. The emulator's own Close would race with its
// Read; closing its pipe does not.
func (a *answers) stop(screen *vt.Emulator) {
	close(a.done)
	if pipe, ok := screen.InputPipe().(io.Closer); ok {
		_ = pipe.Close()
	}
}
