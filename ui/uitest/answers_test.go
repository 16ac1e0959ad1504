package uitest

import (
	"testing"
	"time"
)

// askCursor prints where the cursor is, or "no answer" after LIMIT seconds.
const askCursor = `stty -echo; printf 'hello\e[6n'; IFS= read -rs -t "${LIMIT:-60}" -d R at && echo " at${at#?}" || echo ' no answer'`

func askIn(t *testing.T, answers Answers, latency time.Duration, env ...string) *Terminal {
	t.Helper()
	return Start(t, Options{Args: []string{"bash", "-c", askCursor}, Answers: answers, Latency: latency, Env: env})
}

func TestTheTerminalSaysWhereTheCursorIs(t *testing.T) {
	askIn(t, AnswersSent, 0).WaitFor("hello at[1;6")
}

func TestTheTerminalSaysWhatItIs(t *testing.T) {
	term := bash(t, `stty -echo; printf '\e[c'; IFS= read -rs -d c is; echo "is${is#?}"`)
	term.WaitFor("is[?62;1;6;22")
}

func TestADumbTerminalAnswersNothing(t *testing.T) {
	askIn(t, AnswersDropped, 0, "LIMIT=0.2").WaitFor("hello no answer")
}

func TestHeldAnswersComeWhenTheyAreSent(t *testing.T) {
	term := askIn(t, AnswersHeld, 0)
	term.WaitFor("hello")
	if got := term.Stable(); got != "hello" {
		t.Errorf("the answer was not held: %q", got)
	}
	term.SetAnswers(AnswersSent)
	term.WaitFor("hello at[1;6")
}

func TestDroppedAnswersDoNotComeLater(t *testing.T) {
	term := askIn(t, AnswersHeld, 0, "LIMIT=0.5")
	term.WaitFor("hello")
	term.SetAnswers(AnswersDropped)
	term.SetAnswers(AnswersSent)
	term.WaitFor("no answer")
}

func TestASlowLinkAnswersLate(t *testing.T) {
	askIn(t, AnswersSent, 5*time.Second, "LIMIT=0.2").WaitFor("hello no answer")
	askIn(t, AnswersSent, 100*time.Millisecond).WaitFor("hello at[1;6")
}
