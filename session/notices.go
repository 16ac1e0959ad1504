package session

import (
	"context"
	"fmt"
	"strings"
	"time"

	"wsc-respond/steps"
)

// Filled is a notice with what the session knows put in.
type Filled struct {
	Template steps.Template
	Subject  string
	Body     string
	// Missing are the placeholders that nothing is known for. They stay in
	// the text, visible, and a notice with one cannot be marked as sent.
	Missing []string
}

// Text is the notice as it is kept and copied.
func (f Filled) Text() string {
	return "Subject: " + f.Subject + "\n\n" + f.Body + "\n"
}

// Fill puts what the session knows into a notice. A placeholder is filled from
// the input of the same name, and [SEVERITY], [INCIDENT_TYPE], [CODE_NAME],
// [TIME_UTC] and the milestones' dates ([AWARE_DATE] and so on) from the
// session itself.
func (s *State) Fill(t steps.Template, now Instant) Filled {
	f := Filled{Template: t, Subject: t.Subject, Body: t.Body}
	known := s.noticeValues(now)
	for _, ph := range t.Placeholders {
		value, ok := known[placeholderName(ph)]
		if !ok || value == "" {
			f.Missing = append(f.Missing, ph)
			continue
		}
		f.Subject = strings.ReplaceAll(f.Subject, ph, value)
		f.Body = strings.ReplaceAll(f.Body, ph, value)
	}
	return f
}

func (s *State) noticeValues(now Instant) map[string]string {
	known := map[string]string{
		"TIME_UTC": noticeTime(now.Wall),
		"SEVERITY": strings.ToUpper(string(s.Severity)), "INCIDENT_TYPE": strings.Join(s.Types, ", "),
		"CODE_NAME": s.CodeName,
	}
	for m, moment := range s.Milestones {
		known[strings.ToUpper(string(m))+"_DATE"] = noticeTime(moment.When)
	}
	for name, value := range s.Values() {
		known[name] = value
	}
	return known
}

func noticeTime(t time.Time) string { return t.UTC().Format("2006-01-02 15:04 UTC") }

// placeholderName is the input that fills a placeholder: "[New key ID]" is
// filled from NEW_KEY_ID.
func placeholderName(placeholder string) string {
	word := strings.ToUpper(strings.Trim(placeholder, "[]<>"))
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'A' && r <= 'Z', r >= '0' && r <= '9':
			return r
		}
		return '_'
	}, word)
}

// Draft keeps a notice in the session folder and records it. body and subject
// are as the person left them.
func (s *Session) Draft(ctx context.Context, f Filled) ([]Recorded, error) {
	if err := s.Writable(); err != nil {
		return nil, err
	}
	name := fmt.Sprintf("notices/%s.md", fileWord(f.Template.ID))
	kept, err := s.ports.Evidence.Put(ctx, name, []byte(f.Text()))
	if err != nil {
		return nil, fmt.Errorf("keep the notice %q: %w", f.Template.Title, err)
	}
	return s.one(ctx, &NoticeDrafted{
		Template: f.Template.ID, Title: f.Template.Title, File: kept.File, SHA256: kept.SHA256, Size: kept.Size, Missing: f.Missing})
}

// Sent records that a drafted notice went out.
func (s *Session) Sent(ctx context.Context, draft uint64, to, how string) ([]Recorded, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := s.state.Notice(draft)
	switch {
	case n == nil:
		return nil, refuse("event %d drafted no notice", draft)
	case len(n.Draft.Missing) > 0:
		return nil, refuse("the notice still says %s; fill that in first", n.Draft.Missing[0])
	case blank(to):
		return nil, refuse("to whom did it go?")
	}
	return s.record(ctx, entry{data: &NoticeSent{Draft: draft, To: to, How: how}})
}
