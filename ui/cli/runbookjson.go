package cli

import "wsc-respond/steps"

// The published JSON form of a runbook. It is flatter than the model: what a
// program wants to count and compare, without what only the console needs.
type (
	runbookJSON struct {
		Document     steps.Document        `json:"document"`
		Incidents    []incidentJSON        `json:"incidents"`
		PostIncident postIncidentJSON      `json:"post_incident"`
		Severities   []steps.SeverityLevel `json:"severities"`
		RACI         []activityJSON        `json:"raci"`
		Metrics      []metricJSON          `json:"metrics"`
		Contacts     []contactJSON         `json:"contacts"`
		Templates    []templateJSON        `json:"templates"`
		Reference    []referenceJSON       `json:"reference"`
		Notes        []string              `json:"notes"`
	}
	incidentJSON struct {
		ID         string      `json:"id"`
		Title      string      `json:"title"`
		Indicators []string    `json:"indicators"`
		Phases     []phaseJSON `json:"phases"`
		At         steps.Pos   `json:"at"`
	}
	phaseJSON struct {
		Title  string        `json:"title"`
		Within steps.Seconds `json:"within_seconds,omitempty"`
		Steps  []stepJSON    `json:"steps"`
		At     steps.Pos     `json:"at"`
	}
	stepJSON struct {
		ID       string        `json:"id"`
		Number   int           `json:"number"`
		Title    string        `json:"title"`
		Activity string        `json:"raci,omitempty"`
		Roles    []string      `json:"roles,omitempty"`
		Checks   []string      `json:"checks"`
		Commands []commandJSON `json:"commands"`
		At       steps.Pos     `json:"at"`
	}
	commandJSON struct {
		Name         string     `json:"name"`
		Shell        string     `json:"shell"`
		Placeholders []string   `json:"placeholders"`
		Variables    []string   `json:"variables"`
		Risk         steps.Risk `json:"risk"`
		At           steps.Pos  `json:"at"`
	}
	postIncidentJSON struct {
		Steps []stepJSON `json:"steps"`
	}
	activityJSON struct {
		Group    string            `json:"group"`
		Activity string            `json:"activity"`
		Roles    map[string]string `json:"roles"`
	}
	metricJSON struct {
		Name   string        `json:"name"`
		Target steps.Seconds `json:"target_seconds"`
	}
	contactJSON struct {
		Group   string `json:"group"`
		Role    string `json:"role"`
		Contact string `json:"contact"`
		Notes   string `json:"notes"`
		Filled  bool   `json:"filled"`
	}
	templateJSON struct {
		ID           string   `json:"id"`
		Title        string   `json:"title"`
		Subject      string   `json:"subject"`
		Body         string   `json:"body"`
		Placeholders []string `json:"placeholders"`
	}
	referenceJSON struct {
		Group    string        `json:"group"`
		Commands []commandJSON `json:"commands"`
	}
)

func (p *program) showJSON(rb *steps.Runbook) error {
	view := runbookJSON{Document: rb.Document, Severities: rb.Severities, Incidents: []incidentJSON{}, Notes: []string{}}
	for _, inc := range rb.Incidents {
		view.Incidents = append(view.Incidents, viewIncident(inc))
	}
	view.PostIncident.Steps = []stepJSON{}
	for _, phase := range rb.PostIncident.Phases {
		view.PostIncident.Steps = append(view.PostIncident.Steps, viewSteps(phase.Steps)...)
	}
	for _, a := range rb.RACI {
		view.RACI = append(view.RACI, activityJSON{a.Group, a.Activity, a.Roles})
	}
	for _, m := range rb.Metrics {
		view.Metrics = append(view.Metrics, metricJSON{m.Name, m.Target})
	}
	for _, c := range rb.Contacts {
		view.Contacts = append(view.Contacts, contactJSON{c.Group, c.Role, c.Contact, c.Notes, c.Filled})
	}
	for _, t := range rb.Templates {
		view.Templates = append(view.Templates, templateJSON{t.ID, t.Title, t.Subject, t.Body, orEmpty(t.Placeholders)})
	}
	for _, r := range rb.Reference {
		view.Reference = append(view.Reference, referenceJSON{r.Group, viewCommands(r.Commands)})
	}
	for _, n := range rb.Notes {
		view.Notes = append(view.Notes, n.Text)
	}
	return writeJSON(p.out, view, "  ")
}

func viewIncident(inc steps.Incident) incidentJSON {
	view := incidentJSON{ID: inc.ID, Title: inc.Title, Indicators: []string{}, Phases: []phaseJSON{}, At: inc.At}
	for _, ind := range inc.Indicators {
		view.Indicators = append(view.Indicators, ind.Text)
	}
	for _, phase := range inc.Phases {
		view.Phases = append(view.Phases, phaseJSON{phase.Title, phase.Within, viewSteps(phase.Steps), phase.At})
	}
	return view
}

func viewSteps(all []steps.Step) []stepJSON {
	views := []stepJSON{}
	for _, s := range all {
		view := stepJSON{ID: s.ID, Number: s.Number, Title: s.Title, Activity: s.Activity, Roles: s.Roles,
			Checks: []string{}, Commands: viewCommands(s.Commands), At: s.At}
		for _, c := range s.Checks {
			view.Checks = append(view.Checks, c.Text)
		}
		views = append(views, view)
	}
	return views
}

func viewCommands(all []steps.Command) []commandJSON {
	views := []commandJSON{}
	for _, c := range all {
		views = append(views, commandJSON{c.Name, c.Shell, orEmpty(c.Placeholders), orEmpty(c.Variables), c.Risk, c.At})
	}
	return views
}

// orEmpty makes an empty list of none, so that JSON says [] and not null.
func orEmpty(list []string) []string {
	if list == nil {
		return []string{}
	}
	return list
}
