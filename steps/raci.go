package steps

import "strings"

// Activity is one row of a RACI table.
type Activity struct {
	Group    string            `json:"group"` // the table's heading
	Activity string            `json:"activity"`
	Roles    map[string]string `json:"roles"` // role → letters, for example "R/A"
	// Order keeps the columns as the author wrote them.
	Order []string `json:"order,omitempty"`
	At    Pos      `json:"at"`
}

// RoleNames are all roles of the RACI tables, each once, in the order of
// their first appearance.
func (r *Runbook) RoleNames() []string {
	var names []string
	seen := map[string]bool{}
	for _, a := range r.RACI {
		for _, role := range a.Order {
			if !seen[role] {
				seen[role] = true
				names = append(names, role)
			}
		}
	}
	return names
}

// Role is a role as the RACI tables spell it, whatever the case in which it
// was written; a role that they do not have stays as it is.
func (r *Runbook) Role(name string) string {
	for _, known := range r.RoleNames() {
		if strings.EqualFold(known, strings.TrimSpace(name)) {
			return known
		}
	}
	return strings.TrimSpace(name)
}

// Activity finds a RACI activity by name, whatever its case.
func (r *Runbook) Activity(name string) (Activity, bool) {
	for _, a := range r.RACI {
		if strings.EqualFold(a.Activity, strings.TrimSpace(name)) {
			return a, true
		}
	}
	return Activity{}, false
}

// Letters are what a role is in the activity, "R/A" for example, whatever the
// case in which the role was written; empty if it has no part in it.
func (a Activity) Letters(role string) string {
	for _, known := range a.Order {
		if strings.EqualFold(known, role) {
			return a.Roles[known]
		}
	}
	return ""
}

// Doers are the roles that are responsible or accountable for an activity, in
// the order of the columns.
func (a Activity) Doers() []string {
	var doers []string
	for _, role := range a.Order {
		if strings.ContainsAny(a.Roles[role], "RA") {
			doers = append(doers, role)
		}
	}
	return doers
}

// For reports whether a step is shown to a role. A person whose role is not
// known sees every step.
func (s Step) For(role string) bool {
	if len(s.Roles) == 0 || role == "" {
		return true
	}
	for _, r := range s.Roles {
		if strings.EqualFold(r, role) {
			return true
		}
	}
	return false
}
