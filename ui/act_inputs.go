package ui

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"wsc-respond/session"
	"wsc-respond/ui/dialog"
)

// inputsMsg is what commands have for inputs and nobody took.
type inputsMsg struct{ offers []session.OpenOffer }

// inputs lists the inputs with their values, and with what commands offer for
// them. That is read anew each time.
func (c *console) inputs() tea.Cmd {
	if !c.mayOffer() {
		return c.showInputs(inputsMsg{})
	}
	s, folder := c.opened.Session, c.opened.Folder
	return func() tea.Msg { return inputsMsg{offers: s.OpenOffers(folder)} }
}

// mayOffer reports whether a command that can fill inputs has ended.
func (c *console) mayOffer() bool {
	for _, r := range c.state.Runs {
		command, ok := c.state.Runbook.Command(r.Command)
		if ok && r.Ended != 0 && len(command.Yields) > 0 && !c.following() {
			return true
		}
	}
	return false
}

func (c *console) showInputs(msg inputsMsg) tea.Cmd {
	if c.dialogs.open != nil {
		return nil // something else was opened meanwhile; the person asks again
	}
	return c.ask(dialog.NewInputs(c.state, msg.offers), c.inputChosen)
}

// inputChosen asks for a value, or takes the one that was offered. Both lead
// back to the list.
func (c *console) inputChosen(a dialog.Action) tea.Cmd {
	switch a := a.(type) {
	case dialog.InputChosen:
		return c.changeInput(a.Name, c.inputs)
	case dialog.OfferTaken:
		return c.record("the value of "+a.Offer.Name, func(ctx context.Context, s *session.Session) ([]session.Recorded, error) {
			return s.SetInput(ctx, a.Offer.Name, a.Offer.Value, string(a.Offer.From))
		}, c.inputs)
	}
	return nil
}
