package ui

import (
	"testing"
	"time"
)

// armingDesk plays an arming on a time line of its own: timers that were asked
// for come back when their time is there.
type armingDesk struct {
	arming
	now    time.Duration
	timers []armingTimer
	asked  []time.Duration // when the terminal was asked
	armed  time.Duration   // when it was armed; -1 if not yet
}

type armingTimer struct {
	at   time.Duration
	fire func() armStep
}

func (d *armingDesk) do(step armStep) {
	round, calm := d.round, d.calm
	after := func(in time.Duration, fire func() armStep) {
		d.timers = append(d.timers, armingTimer{d.now + in, fire})
	}
	switch step {
	case armTimers:
		after(frameTime, func() armStep { return d.shown(round) })
		after(patience, func() armStep { return d.tired(round) })
	case armAsk:
		d.asked = append(d.asked, d.now)
	case armWaitQuiet:
		after(quietTime, func() armStep {
			if d.silence(calm) {
				d.armed = d.now
			}
			return armNothing
		})
	}
}

// until lets time pass; timers fire in their order.
func (d *armingDesk) until(t time.Duration) {
	for {
		next := -1
		for i, timer := range d.timers {
			if timer.at <= t && (next < 0 || timer.at < d.timers[next].at) {
				next = i
			}
		}
		if next < 0 {
			d.now = t
			return
		}
		timer := d.timers[next]
		d.timers = append(d.timers[:next], d.timers[next+1:]...)
		d.now = timer.at
		d.do(timer.fire())
	}
}

const ms = time.Millisecond

func TestAGateTakesNoKeyBeforeItCanHaveBeenSeen(t *testing.T) {
	tests := []struct {
		name    string
		answers []time.Duration // of the terminal
		keys    []time.Duration
		armed   time.Duration
	}{
		{"a quick terminal and no keys", []time.Duration{60 * ms}, nil, 60*ms + quietTime},
		{"a slow link", []time.Duration{900 * ms}, nil, 900*ms + quietTime},
		{"a terminal that never answers", nil, nil, patience + quietTime},
		{"an answer after the patience changes nothing", []time.Duration{2100 * ms}, nil, patience + quietTime},
		{"a key held down until half a second", []time.Duration{60 * ms}, []time.Duration{100 * ms, 200 * ms, 300 * ms, 400 * ms, 500 * ms}, 500*ms + quietTime},
		{"keys before the answer do not count, those after it do", []time.Duration{300 * ms}, []time.Duration{10 * ms, 250 * ms, 310 * ms}, 310*ms + quietTime},
		{"a key in the last moment", []time.Duration{60 * ms}, []time.Duration{60*ms + quietTime - ms}, 60*ms + 2*quietTime - ms},
		{"keys while a dumb terminal is waited for", nil, []time.Duration{1900 * ms, 2300 * ms}, 2300*ms + quietTime},
	}
	for _, tc := range tests {
		t.Run(tc.name, func(t *testing.T) {
			d := &armingDesk{armed: -1}
			d.do(d.begin())
			for _, at := range tc.answers {
				d.timers = append(d.timers, armingTimer{at, d.answer})
			}
			for _, at := range tc.keys {
				d.timers = append(d.timers, armingTimer{at, d.key})
			}
			d.until(tc.armed - ms)
			if d.state == armed {
				t.Fatalf("it took keys at %v, not at %v", d.armed, tc.armed)
			}
			d.until(tc.armed + time.Second)
			if d.armed != tc.armed {
				t.Errorf("it took keys at %v, not at %v", d.armed, tc.armed)
			}
			if len(d.asked) != 1 || d.asked[0] < frameTime {
				t.Errorf("the terminal was asked at %v; it has to be once, after the frame", d.asked)
			}
		})
	}
}

func TestAnAnswerToAnEarlierGateDoesNotArmTheNext(t *testing.T) {
	d := &armingDesk{armed: -1}
	d.do(d.begin())
	d.until(100 * ms) // asked, not answered
	d.end()
	d.do(d.begin())
	d.until(200 * ms) // asked again
	d.do(d.answer())  // of the first question
	d.until(900 * ms)
	if d.state == armed {
		t.Fatal("the answer to the first gate's question armed the second gate")
	}
	d.do(d.answer())
	d.until(900*ms + quietTime)
	if d.state != armed {
		t.Error("the answer to its own question did not arm it")
	}
}

func TestTimersOfAClosedDialogMeanNothing(t *testing.T) {
	d := &armingDesk{armed: -1}
	d.do(d.begin())
	d.end()
	d.do(d.begin())
	d.until(frameTime)
	if len(d.asked) != 1 {
		t.Errorf("the terminal was asked %d times", len(d.asked))
	}
	d.end()
	d.until(10 * time.Second)
	if d.state != armed || d.armed >= 0 {
		t.Error("a timer of a dialog that is gone changed the arming")
	}
}
