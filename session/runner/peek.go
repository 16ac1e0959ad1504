package runner

import (
	"os"

	"wsc-respond/session"
)

// Peek returns the result that a supervisor has left in the session folder
// dir for the command with the base name base. It adopts nothing and changes
// nothing, so that a list of sessions can say how a command ended before
// anybody resumes. It is false while the command runs, when nobody saw it end,
// and when the result is not whole.
func Peek(dir, base string) (session.Result, bool) {
	if checkBase(base) != nil {
		return session.Result{}, false
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return session.Result{}, false
	}
	defer root.Close()
	result, err := readResult(root, base)
	return result, err == nil
}
