package ui

import "time"

// A dialog that could be answered by a key that was pressed before it was seen
// takes no key at first. On a slow link keys can be seconds old. It is armed
// when the terminal has answered a question that was sent after the dialog's
// frame, so that every key typed before has come in, and then no key came for
// a while. A terminal that does not answer is given some patience.
const (
	frameTime = 50 * time.Millisecond  // until the frame is written: three periods of the renderer
	patience  = 2 * time.Second        // for the terminal's answer
	quietTime = 425 * time.Millisecond // without a key
)

// armState is where the arming of a dialog stands.
type armState int

const (
	armed   armState = iota // keys are taken; also when no dialog waits
	drawing                 // the frame is being written
	asked                   // the terminal was asked
	quiet                   // it has answered, or had its time; waiting for quiet
)

// arming is the state machine. It keeps no time: timers come back to it as
// messages with the number of the round that they were set in, and those of an
// earlier round mean nothing.
type arming struct {
	state   armState
	round   int // of the dialog
	calm    int // of the wait for quiet
	sent    int // questions to the terminal
	replied int // answers of the terminal
}

// armStep is what has to happen next.
type armStep int

const (
	armNothing   armStep = iota
	armTimers            // set the frame timer and the patience timer of this round
	armAsk               // ask the terminal for the cursor's position
	armWaitQuiet         // set the quiet timer with the calm number
)

// begin starts a round for a dialog that has just opened.
func (a *arming) begin() armStep {
	a.round++
	a.state = drawing
	return armTimers
}

// end stops waiting: the dialog is gone.
func (a *arming) end() {
	a.round++
	a.state = armed
}

// shown says that the frame of a round was written.
func (a *arming) shown(round int) armStep {
	if round != a.round || a.state != drawing {
		return armNothing
	}
	a.state = asked
	a.sent++
	return armAsk
}

// answer is an answer of the terminal. Answers come in the order of the
// questions, so the one that counts is the last that is still owed.
func (a *arming) answer() armStep {
	a.replied = min(a.replied+1, a.sent)
	if a.state != asked || a.replied < a.sent {
		return armNothing
	}
	return a.await()
}

// tired says that the patience of a round is at its end.
func (a *arming) tired(round int) armStep {
	if round != a.round || (a.state != asked && a.state != drawing) {
		return armNothing
	}
	return a.await()
}

// key is a key that came while the dialog waits. It is swallowed, and the
// quiet starts anew.
func (a *arming) key() armStep {
	if a.state != quiet {
		return armNothing
	}
	return a.await()
}

func (a *arming) await() armStep {
	a.state = quiet
	a.calm++
	return armWaitQuiet
}

// silence says that the quiet time that began with the number calm is over.
// It reports whether the dialog is armed by it.
func (a *arming) silence(calm int) bool {
	if a.state != quiet || calm != a.calm {
		return false
	}
	a.state = armed
	return true
}
