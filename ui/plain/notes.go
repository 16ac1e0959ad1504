package plain

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"wsc-respond/session"
	"wsc-respond/steps"
)

// noting is the verb that writes down a note of one type.
func noting(t session.NoteType) func(*console, context.Context, string) error {
	return func(c *console, ctx context.Context, rest string) error {
		return c.write(ctx, t, rest, time.Time{})
	}
}

func (c *console) write(ctx context.Context, t session.NoteType, text string, when time.Time) error {
	if text == "" {
		return errForm
	}
	recorded, err := c.Session.Note(ctx, t, text, "", when)
	c.saved(recorded)
	return err
}

// hypothesis writes one down, or says how one stands.
func (c *console) hypothesis(ctx context.Context, rest string) error {
	j, known := judged(rest)
	if !known {
		return c.write(ctx, session.Hypothesis, rest, time.Time{})
	}
	recorded, err := c.Session.ChangeHypothesis(ctx, j.note, j.state, j.why)
	c.saved(recorded)
	return err
}

// noteTypes are the verbs that write a note, and what they write.
func noteTypes() map[string]session.NoteType {
	return map[string]session.NoteType{
		"note": session.Observation, "hypothesis": session.Hypothesis,
		"decision": session.Decision, "communication": session.Communication,
	}
}

// atTime records when something happened: "at 02:52 note the agent was rebuilt".
func (c *console) atTime(ctx context.Context, rest string) error {
	when, line, err := occurred(rest, []string{"note", "hypothesis", "decision", "communication", "milestone"}, c.wall())
	if err != nil {
		return err
	}
	verb, text := cutWord(line)
	if verb == "milestone" {
		return c.reach(ctx, text, when)
	}
	return c.write(ctx, noteTypes()[verb], text, when)
}

func (c *console) amend(ctx context.Context, rest string) error {
	word, text := cutWord(rest)
	if text == "" {
		return errForm
	}
	return c.correct(ctx, word, text, "")
}

func (c *console) withdraw(ctx context.Context, rest string) error {
	word, reason := because(rest)
	if reason == "" {
		return errForm
	}
	return c.correct(ctx, word, "", reason)
}

func (c *console) correct(ctx context.Context, word, text, reason string) error {
	n, err := eventNumber(word)
	if err != nil {
		return err
	}
	recorded, err := c.Session.Amend(ctx, n, text, reason)
	c.saved(recorded)
	return err
}

func (c *console) evidence(ctx context.Context, rest string) error {
	if rest == "" {
		c.out.say("%s taken; the output of commands lies beside them in evidence/", count(len(c.State.Evidence), "file was", "files were"))
		for _, e := range c.State.Evidence {
			c.out.item("%s from %s, %d bytes, sha256 %s", e.File, e.Source, e.Size, e.SHA256)
		}
		return nil
	}
	word, what := cutWord(rest)
	path, note := because(what)
	if word != "add" || path == "" {
		return errForm
	}
	recorded, err := c.Session.AddEvidence(ctx, path, note)
	c.saved(recorded)
	return err
}

func (c *console) notices(context.Context, string) error {
	for _, t := range c.State.Runbook.Templates {
		c.out.say("notice %s: %s", t.ID, t.Title)
	}
	for _, n := range c.State.Notices {
		c.out.say("draft #%d: %s, in %s%s", n.Seq, n.Draft.Title, n.Draft.File, missingWords(n.Draft.Missing))
		for _, s := range n.Sent {
			c.out.item("sent to %s by %s at %s", s.To, s.How, c.at(s.At))
		}
	}
	return nil
}

func missingWords(missing []string) string {
	if len(missing) == 0 {
		return ""
	}
	return ", still missing " + strings.Join(missing, ", ")
}

// template finds a notice by its id.
func (c *console) template(id string) (steps.Template, error) {
	if id == "" {
		return steps.Template{}, errForm
	}
	t, ok := c.State.Runbook.Template(id)
	if !ok {
		return steps.Template{}, fmt.Errorf("there is no notice %q; notices lists them", id)
	}
	return *t, nil
}

func (c *console) notice(_ context.Context, rest string) error {
	t, err := c.template(rest)
	if err != nil {
		return err
	}
	filled := c.State.Fill(t, c.now())
	c.out.say("notice %s, %s, as it would be kept:", t.ID, t.Title)
	c.out.block(filled.Text())
	c.tellMissing(filled.Missing)
	c.out.say("To keep it, write: draft %s", t.ID)
	return nil
}

func (c *console) tellMissing(missing []string) {
	if len(missing) == 0 {
		return
	}
	c.out.say("Missing: %s. Each is filled from the input of its name: [New key ID] from NEW_KEY_ID.", strings.Join(missing, ", "))
}

func (c *console) draft(ctx context.Context, rest string) error {
	t, err := c.template(rest)
	if err != nil {
		return err
	}
	filled := c.State.Fill(t, c.now())
	recorded, err := c.Session.Draft(ctx, filled)
	c.saved(recorded)
	if err != nil {
		return err
	}
	last := recorded[len(recorded)-1]
	c.out.item("it lies in %s", last.Event.Data.(*session.NoticeDrafted).File)
	c.tellMissing(filled.Missing)
	if len(filled.Missing) == 0 {
		c.out.item("When it went out, write: sent %d to WHOM by HOW", last.Receipt.Seq)
	}
	return nil
}

func (c *console) sent(ctx context.Context, rest string) error {
	word, what, ok := cutAt(rest, "to")
	if !ok {
		return errForm
	}
	n, err := eventNumber(word)
	if err != nil {
		return err
	}
	to, how, _ := cutAtLast(what, "by")
	if to == "" {
		return errors.New("to whom did it go?")
	}
	recorded, err := c.Session.Sent(ctx, n, to, how)
	c.saved(recorded)
	return err
}
