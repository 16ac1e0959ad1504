package uitest

import (
	"strings"

	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/vt"
	"golang.org/x/sys/unix"
)

// Modes says in which state a program has put its terminal. The zero value is
// a terminal as a shell wants it back.
type Modes struct {
	AltScreen      bool // the alternate screen is shown
	CursorHidden   bool
	BracketedPaste bool
	Mouse          bool // mouse events are reported, and selecting text fails
	FocusEvents    bool
	KeyEncoding    bool // keys are encoded in a way that a shell cannot read
	ScrollRegion   bool // only a part of the screen scrolls
	RawInput       bool // no line editing, or ctrl+c is no interrupt
	NoEcho         bool
	RawOutput      bool // a newline does not return to the first column
}

// Clean tells whether a person would find the terminal as it was before.
func (m Modes) Clean() bool { return m == Modes{} }

// String names what is not clean.
func (m Modes) String() string {
	if m.Clean() {
		return "clean"
	}
	var on []string
	for _, mode := range []struct {
		set  bool
		name string
	}{
		{m.AltScreen, "alternate screen"},
		{m.CursorHidden, "hidden cursor"},
		{m.BracketedPaste, "bracketed paste"},
		{m.Mouse, "mouse reports"},
		{m.FocusEvents, "focus reports"},
		{m.KeyEncoding, "extended key encoding"},
		{m.ScrollRegion, "scroll region"},
		{m.RawInput, "raw input"},
		{m.NoEcho, "no echo"},
		{m.RawOutput, "raw output"},
	} {
		if mode.set {
			on = append(on, mode.name)
		}
	}
	return strings.Join(on, ", ")
}

// Modes reads the terminal's state. After a hang-up there is no terminal
// left, and only what the program had written counts.
func (term *Terminal) Modes() Modes {
	term.t.Helper()
	term.mu.Lock()
	m := term.state.modes(term.screen)
	term.mu.Unlock()

	now, err := settingsOf(term.master)
	if err != nil {
		return m
	}
	m.RawInput = lost(term.initial.Lflag, now.Lflag, unix.ICANON|unix.ISIG)
	m.NoEcho = lost(term.initial.Lflag, now.Lflag, unix.ECHO)
	m.RawOutput = lost(term.initial.Oflag, now.Oflag, unix.OPOST)
	return m
}

// MustBeClean ends the test when the program has not put the terminal back.
func (term *Terminal) MustBeClean() {
	term.t.Helper()
	if m := term.Modes(); !m.Clean() {
		term.fail("the terminal was left with: " + m.String())
	}
}

// lost tells whether a flag that was set is set no longer. The width of a flag
// word depends on the system.
func lost[F uint32 | uint64](before, after, flags F) bool {
	return before&flags&^after != 0
}

// state is what the emulator does not tell itself: the modes that were set,
// and two ways of encoding keys that it does not know.
type state struct {
	set       map[ansi.Mode]bool
	otherKeys bool // xterm's modifyOtherKeys
	kitty     int  // depth of the stack of keyboard flags
	margins   bool
}

// watch follows the emulator. It is called from within Write, by whoever
// holds the terminal's mutex.
func (s *state) watch(screen *vt.Emulator) {
	s.set = make(map[ansi.Mode]bool)
	screen.SetCallbacks(vt.Callbacks{
		EnableMode:  func(m ansi.Mode) { s.set[m] = true },
		DisableMode: func(m ansi.Mode) { s.set[m] = false },
	})
	s.set[ansi.ModeTextCursorEnable] = true

	// xterm, "Set/reset key modifier options": CSI > 4 ; level m.
	screen.RegisterCsiHandler(ansi.Command('>', 0, 'm'), func(p ansi.Params) bool {
		if option, _, _ := p.Param(0, 0); option == 4 {
			level, _, _ := p.Param(1, 0)
			s.otherKeys = level != 0
		}
		return true
	})
	// The kitty keyboard protocol: CSI > flags u pushes, CSI < n u pops.
	screen.RegisterCsiHandler(ansi.Command('>', 0, 'u'), func(ansi.Params) bool {
		s.kitty++
		return true
	})
	screen.RegisterCsiHandler(ansi.Command('<', 0, 'u'), func(p ansi.Params) bool {
		n, _, _ := p.Param(0, 1)
		s.kitty = max(0, s.kitty-max(1, n))
		return true
	})
	// DECSTBM; the emulator's own handler still has to see it.
	screen.RegisterCsiHandler('r', func(p ansi.Params) bool {
		top, _, _ := p.Param(0, 1)
		bottom, _, _ := p.Param(1, screen.Height())
		s.margins = top > 1 || (bottom > 0 && bottom < screen.Height())
		return false
	})
}

func (s *state) modes(screen *vt.Emulator) Modes {
	return Modes{
		AltScreen:      screen.IsAltScreen(),
		CursorHidden:   !s.set[ansi.ModeTextCursorEnable],
		BracketedPaste: s.set[ansi.ModeBracketedPaste],
		Mouse: s.set[ansi.ModeMouseX10] || s.set[ansi.ModeMouseNormal] ||
			s.set[ansi.ModeMouseButtonEvent] || s.set[ansi.ModeMouseAnyEvent],
		FocusEvents:  s.set[ansi.ModeFocusEvent],
		KeyEncoding:  s.otherKeys || s.kitty > 0 || s.set[ansi.ModeCursorKeys],
		ScrollRegion: s.margins,
	}
}
