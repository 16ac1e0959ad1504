package cli

import (
	"fmt"
	"os"
	"time"

	uiterm "wsc-respond/ui/term"
)

// progress keeps a line about what is being done on a terminal, until stop is
// called. Elsewhere it says nothing.
func (p *program) progress(said func() string) (stop func()) {
	if !isTerminal(p.errs) || uiterm.Of(os.Environ()).Dumb {
		return func() {}
	}
	const clear = "\r\x1b[K"
	done, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		tick := time.NewTicker(progressEvery)
		defer tick.Stop()
		for {
			select {
			case <-done:
				fmt.Fprint(p.errs, clear)
				return
			case <-tick.C:
				fmt.Fprint(p.errs, clear+said())
			}
		}
	}()
	return func() { close(done); <-ended }
}
