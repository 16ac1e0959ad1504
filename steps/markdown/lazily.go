package markdown

import (
	"regexp"
	"sync"
)

// lazily compiles an expression when it is first used, so that a program that
// never uses it does not pay for it at its start.
func lazily(expression string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(expression) })
}
