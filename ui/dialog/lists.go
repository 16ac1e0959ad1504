package dialog

import (
	"fmt"
	"slices"
	"strings"

	"wsc-respond/session"
	"wsc-respond/steps"
)

// NewContacts lists whom to call. Contacts that nobody filled in are said to
// be so. There is nothing to choose; the copy key copies a contact.
func NewContacts(rb *steps.Runbook) *List {
	var rows []Row
	group := ""
	for _, contact := range rb.Contacts {
		if contact.Group != group {
			group = contact.Group
			rows = append(rows, Row{Text: group, Fixed: true})
		}
		row := Row{Text: contact.Role, Detail: contact.Contact, Below: contact.Notes, Copy: contact.Contact}
		if !contact.Filled {
			row.Detail, row.Copy, row.Warn = "not filled in", contact.Role, true
		}
		rows = append(rows, row)
	}
	l := NewList("contacts", "Contacts", rows)
	l.readOnly, l.empty = true, "The runbook names no contacts."
	l.intro = unfilled(rb)
	return l
}

// unfilled says how many contacts nobody filled in, and which; nothing if all
// are.
func unfilled(rb *steps.Runbook) string {
	open := rb.Unfilled()
	if len(open) == 0 {
		return ""
	}
	const most = 3
	var names []string
	for _, contact := range open[:min(len(open), most)] {
		names = append(names, contact.Role)
	}
	if more := len(open) - most; more > 0 {
		names = append(names, fmt.Sprintf("and %d more", more))
	}
	count := "1 contact is"
	if len(open) > 1 {
		count = fmt.Sprintf("%d contacts are", len(open))
	}
	return count + " not filled in: " + strings.Join(names, ", ") + "; the call list is incomplete."
}

// NewReference lists the commands to look up. Its action is CommandChosen:
// each of them goes through the gate.
func NewReference(rb *steps.Runbook) *List {
	var rows []Row
	for _, group := range rb.Reference {
		rows = append(rows, Row{Text: group.Group, Fixed: true})
		for _, command := range group.Commands {
			ref := steps.StepRef(steps.ReferenceID, group.Group).Command(command.Name)
			rows = append(rows, Row{Key: string(ref), Text: command.Name, Detail: string(command.Risk),
				Below: command.Shell, Copy: command.Shell, Warn: command.Risk != steps.RiskReads})
		}
	}
	l := NewList("reference", "Commands to look up", rows)
	l.choose = func(key string) Action { return CommandChosen{session.Ref(key)} }
	l.word, l.empty = "goes to the gate", "The runbook has no reference commands."
	return l
}

// NewInputs lists the inputs with their values, and below each what a command
// has for it that nobody took. Its actions are InputChosen and OfferTaken. The
// state is not kept.
func NewInputs(state *session.State, offers []session.OpenOffer) *List {
	l := NewList("inputs", "Inputs", nil)
	open := map[string]session.OpenOffer{} // by the key of its row
	var offered []Row
	for _, o := range offers {
		row := offerRow(o)
		open[row.Key], offered = o, append(offered, row)
	}
	var rows []Row
	seen := map[string]bool{}
	for _, in := range state.Runbook.Inputs {
		if seen[in.Name] || !concerns(in, state.Types) {
			continue
		}
		seen[in.Name] = true
		rows = append(rows, inputRow(in, state))
		if i := slices.IndexFunc(offered, func(r Row) bool { return open[r.Key].Name == in.Name }); i >= 0 {
			rows, offered = append(rows, offered[i]), slices.Delete(offered, i, i+1)
		}
	}
	l.rows = newRowList(append(rows, offered...))
	l.choose = func(key string) Action {
		if o, is := open[key]; is {
			return OfferTaken{o}
		}
		return InputChosen{key}
	}
	l.word, l.empty = "sets it", "The runbook declares no inputs."
	return l
}

// offerRow is a value that can be taken. It is shown whole: what is taken was
// seen.
func offerRow(o session.OpenOffer) Row {
	_, _, command := o.From.Parts()
	return Row{Key: "offer " + o.Name, Text: "  " + o.Name + "  offered by " + command, Detail: "enter takes it",
		Below: o.Value, Copy: o.Value, Warn: true}
}

func concerns(in steps.Input, types []string) bool {
	if in.Incident == "" {
		return true
	}
	for _, id := range types {
		if id == in.Incident {
			return true
		}
	}
	return false
}

func inputRow(in steps.Input, state *session.State) Row {
	row := Row{Key: in.Name, Text: in.Name, Below: in.Ask}
	st, set := state.Inputs[in.Name]
	switch {
	case set && st.Secret:
		row.Detail = "given; secret"
	case in.Secret:
		row.Detail, row.Warn = "no value yet; secret", true
	case set:
		row.Detail, row.Copy = st.Value, st.Value
	case in.Default != "":
		row.Detail, row.Copy = in.Default+" (default)", in.Default
	default:
		row.Detail, row.Warn = "no value yet", true
	}
	return row
}
