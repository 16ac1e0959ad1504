package cli

import (
	"fmt"

	"wsc-respond/session/journal"
	"wsc-respond/steps/safe"
)

// farewell says what a session came to when the screen is gone: how many
// events, the whole head for the ticket, and how to go on.
func (p *program) farewell() error {
	if p.visited == "" {
		return nil
	}
	summary := journal.Summarize(p.visited)
	log, err := journal.ReadOnly(p.visited)
	if err != nil {
		return err
	}
	head := log.Head()
	if err := log.Close(); err != nil {
		return err
	}
	next := "resume"
	if summary.Status == journal.StatusClosed {
		next = "report"
	}
	_, err = fmt.Fprintf(p.out, "%s: %d events, head %s\nnext: wsc-respond %s %s\n",
		safe.Line(summary.Name), head.Seq, head.Hash, next, safe.Line(summary.Name))
	return err
}
