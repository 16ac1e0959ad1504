package markdown

import (
	"slices"
	"strings"

	"wsc-respond/steps"
)

// contacts puts each row in the place of the one with its role, or adds it.
// A row that nobody filled in does not take the place of one that is.
func (l *layer) contacts(rows []steps.Contact) {
	for _, c := range rows {
		i := l.sameContact(c)
		switch {
		case i < 0:
			l.rb.Contacts = append(l.rb.Contacts, c)
		case c.Filled || !l.rb.Contacts[i].Filled:
			c.Group = l.rb.Contacts[i].Group
			c.Notes = orElse(c.Notes, l.rb.Contacts[i].Notes)
			l.rb.Contacts[i] = c
		}
	}
}

// sameContact finds the row that a contact is meant for: the same role in a
// group of a like name, or else the only row with that role, those that
// nobody filled in first. It is -1 if there is none.
func (l *layer) sameContact(c steps.Contact) int {
	var role, open []int
	for i, known := range l.rb.Contacts {
		if !sameName(known.Role, c.Role) {
			continue
		}
		if likeName(known.Group, c.Group) {
			return i
		}
		role = append(role, i)
		if !known.Filled {
			open = append(open, i)
		}
	}
	switch {
	case len(open) == 1:
		return open[0]
	case len(role) == 1:
		return role[0]
	}
	return -1
}

// likeName reports whether two names are the same, or one of them begins with
// the other: "System Integrator (fill in)".
func likeName(a, b string) bool {
	a, b = slug(a), slug(b)
	return a != "" && b != "" && (strings.HasPrefix(a+"-", b+"-") || strings.HasPrefix(b+"-", a+"-"))
}

// severities lays rows over those of the same level. A new level stands where
// its response time puts it.
func (l *layer) severities(rows []steps.SeverityLevel) {
	for _, s := range rows {
		i := slices.IndexFunc(l.rb.Severities, func(known steps.SeverityLevel) bool { return known.Level == s.Level })
		if i >= 0 {
			base := l.rb.Severities[i]
			s.Description = orElse(s.Description, base.Description)
			s.Examples = orElse(s.Examples, base.Examples)
			if s.Response == steps.NoTarget {
				s.Response = base.Response
			}
			l.rb.Severities[i] = s
			continue
		}
		place := slices.IndexFunc(l.rb.Severities, func(known steps.SeverityLevel) bool {
			return s.Response != steps.NoTarget && known.Response > s.Response
		})
		if place < 0 {
			place = len(l.rb.Severities)
		}
		l.rb.Severities = slices.Insert(l.rb.Severities, place, s)
	}
}

func (l *layer) metrics(rows []steps.Metric) {
	for _, m := range rows {
		i := slices.IndexFunc(l.rb.Metrics, func(known steps.Metric) bool { return sameName(known.Name, m.Name) })
		switch {
		case m.Target == steps.NoTarget:
			l.leaveOut(m.At, "the metric %q has no target that can be read: write < 4 hours, or the like", m.Name)
		case i >= 0:
			l.rb.Metrics[i] = m
		default:
			l.rb.Metrics = append(l.rb.Metrics, m)
		}
	}
}

// raci lays rows over those of the same activity, in a group of a like name
// if there are several.
func (l *layer) raci(rows []steps.Activity) {
	for _, a := range rows {
		place := -1
		for i, known := range l.rb.RACI {
			if sameName(known.Activity, a.Activity) && (place < 0 || likeName(known.Group, a.Group)) {
				place = i
			}
		}
		if place < 0 {
			l.rb.RACI = append(l.rb.RACI, a)
			continue
		}
		a.Group = l.rb.RACI[place].Group
		l.rb.RACI[place] = a
	}
}

// templates puts a notice in the place of the one with its id or title, or
// adds it.
func (l *layer) templates(notices []steps.Template) {
	for _, t := range notices {
		i := slices.IndexFunc(l.rb.Templates, func(known steps.Template) bool { return known.ID == t.ID || sameName(known.Title, t.Title) })
		if i < 0 {
			l.rb.Templates = append(l.rb.Templates, t)
			continue
		}
		t.ID = l.rb.Templates[i].ID
		l.rb.Templates[i] = t
	}
}

// reference adds commands to the group of the same name, in the place of those
// with their names, or adds the group.
func (l *layer) reference(groups []steps.ReferenceGroup) {
	for _, g := range groups {
		i := slices.IndexFunc(l.rb.Reference, func(known steps.ReferenceGroup) bool { return sameName(known.Group, g.Group) })
		if i < 0 {
			l.rb.Reference = append(l.rb.Reference, g)
			continue
		}
		for _, c := range g.Commands {
			commands := l.rb.Reference[i].Commands
			if at := slices.IndexFunc(commands, func(known steps.Command) bool { return known.Name == c.Name }); at >= 0 {
				commands[at] = c
			} else {
				l.rb.Reference[i].Commands = append(commands, c)
			}
		}
	}
}
