package dialog

// Arming is a dialog that can be made to wait: it may open while keys are
// still on their way, and those must not answer it. While it is not armed it
// takes no key and says so quietly.
type Arming interface {
	Dialog
	SetArmed(armed bool)
	Armed() bool
}

// arming is embedded by the dialogs that wait. The zero value waits.
type arming struct{ armed bool }

// SetArmed lets the dialog take keys, or makes it wait.
func (a *arming) SetArmed(armed bool) { a.armed = armed }

// Armed reports whether the dialog takes keys.
func (a *arming) Armed() bool { return a.armed }
