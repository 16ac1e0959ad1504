package sessiontest

import "wsc-respond/steps"

// Runbook is a small runbook that has one of everything a session works with.
func Runbook() *steps.Runbook {
	return &steps.Runbook{
		ID:       "sample",
		Document: steps.Document{Title: "Sample runbook", Version: "1.0"},
		Incidents: []steps.Incident{
			{ID: "INC-1", Title: "Key in the wrong hands", Indicators: []steps.Indicator{
				{ID: "INC-1/seen", Text: "A key was seen outside", Severity: steps.Critical},
				{ID: "INC-1/odd", Text: "Odd signatures"},
			}, Phases: []steps.Phase{immediate(), recovery()}},
			{ID: "INC-2", Title: "Bad module", Indicators: []steps.Indicator{
				{ID: "INC-2/bad", Text: "A module does harm", Severity: steps.High},
			}, Phases: []steps.Phase{{ID: "contain", Title: "Contain", Steps: []steps.Step{{ID: "quarantine", Number: 1, Title: "Quarantine it"}}}}},
		},
		PostIncident: steps.Incident{ID: steps.PostIncidentID, Title: "After the incident", Phases: []steps.Phase{
			{ID: "after", Title: "After", Steps: []steps.Step{{ID: "timeline", Number: 1, Title: "Write the timeline"}}},
		}},
		Severities: []steps.SeverityLevel{
			{Level: steps.Critical, Description: "Under way", Response: 0, Examples: "Key published"},
			{Level: steps.High, Description: "Suspected", Response: 4 * 3600},
			{Level: steps.Medium, Description: "Weakness", Response: 24 * 3600},
			{Level: steps.Low, Description: "Rule broken", Response: 7 * 24 * 3600},
		},
		RACI: []steps.Activity{{Group: "Deployment", Activity: "Revoke compromised key",
			Roles: map[string]string{"Maintainer": "C", "System Integrator": "R/A"}, Order: []string{"Maintainer", "System Integrator"}}},
		Metrics: []steps.Metric{
			{Name: "Time to contain", Target: 4 * 3600, Milestone: steps.Contained},
			{Name: "Time to recover", Target: 48 * 3600, Milestone: steps.Recovered},
			{Name: "Post-incident review", Target: 7 * 24 * 3600, Milestone: steps.Reviewed},
		},
		Contacts:  []steps.Contact{{Group: "Ours", Role: "Security lead", Contact: "[fill in]"}},
		Templates: []steps.Template{{ID: "key", Title: "Key notice", Subject: "Key [KEY_ID] is revoked", Body: "Do not trust [KEY_ID] from [DATE].", Placeholders: []string{"[KEY_ID]", "[DATE]"}}},
		Reference: []steps.ReferenceGroup{{Group: "Keys", Commands: []steps.Command{{Name: "list", Shell: "ls -l /srv/keys", Risk: steps.RiskReads}}}},
		Inputs: []steps.Input{
			{Name: "KEY_FILE", Ask: "Which secret key file is affected?", Kind: steps.KindFile},
			{Name: "VAULT", Ask: "Offline folder for the key?", Kind: steps.KindDir, Must: steps.Must{Mode: "0700"}},
			{Name: "TOKEN", Ask: "Access token?", Secret: true},
		},
		LegalClocks: []steps.LegalClock{{Name: "CRA", Within: 24 * 3600, On: true}, {Name: "GDPR", Within: 72 * 3600}},
	}
}

func immediate() steps.Phase {
	return steps.Phase{ID: "immediate", Title: "Immediate", Within: 30 * 60, Clock: steps.Aware, Steps: []steps.Step{
		{ID: "isolate", Number: 1, Title: "Isolate the key", Activity: "Revoke compromised key", Prose: "What it is must be on record before it moves.",
			Checks: []steps.Check{{ID: "copies", Text: "No copy is left on build agents"}},
			Commands: []steps.Command{
				{Name: "record", Shell: "stat -- \"$KEY_FILE\" && sha256sum -- \"$KEY_FILE\"", Variables: []string{"KEY_FILE"}, Risk: steps.RiskReads},
				{Name: "move", Shell: "mv -n -- \"$KEY_FILE\" \"$VAULT/\"", Variables: []string{"KEY_FILE", "VAULT"}, Risk: steps.RiskChanges, After: "record"},
				{Name: "shred", Shell: "shred -u -- \"$KEY_FILE\"", Variables: []string{"KEY_FILE"}, Risk: steps.RiskDestroys},
			}},
		{ID: "scope", Number: 2, Title: "Identify scope", Commands: []steps.Command{
			{Name: "ask", Shell: "rekor-cli get --uuid <uuid>", Placeholders: []string{"<uuid>"}, Risk: steps.RiskReads},
			{Name: "call", Shell: "curl -H \"Auth: $TOKEN\" https://api", Variables: []string{"TOKEN"}, Risk: steps.RiskReads},
		}},
		{ID: "notify", Number: 3, Title: "Notify stakeholders", Notice: "key"},
	}}
}

func recovery() steps.Phase {
	return steps.Phase{ID: "recovery", Title: "Recovery", Within: 24 * 3600, Clock: steps.Aware, Steps: []steps.Step{
		{ID: "replace", Number: 4, Title: "Make a new key"},
		{ID: "clear", Number: 5, Title: "Wait for the all-clear", Waits: true},
	}}
}
