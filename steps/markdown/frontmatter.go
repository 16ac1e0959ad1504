package markdown

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"wsc-respond/steps"
)

// frontMatter is what the YAML at the top of a file says.
type frontMatter struct {
	// ours says that the file has a key that only this program reads. Front
	// matter of a site generator is left alone.
	ours bool
	// id is the runbook's, where there is a document or an overlay, and the
	// incident type's else.
	id           string
	title        string
	overlays     string
	document     *steps.Document
	placeholders []string
	inputs       []steps.Input
	questions    []steps.Question
	clocks       []legalClock
}

// legalClock is a clock with what its author left out, so that an overlay may
// turn one on without saying its time again.
type legalClock struct {
	steps.LegalClock
	timed bool
}

// ownKeys are the keys that make front matter ours.
var ownKeys = []string{"inputs", "questions", "placeholders", "legal_clocks", "document", "overlays"}

var ownKeyLine = lazily(`(?m)^(?:inputs|questions|placeholders|legal_clocks|document|overlays)\s*:`)

// readFrontMatter reads the YAML of a file. It begins on the second line.
func (s *source) readFrontMatter() {
	if s.skipped == 0 {
		return
	}
	v, err := parseYAML(s.front, 2)
	if err != nil {
		s.meta.ours = ownKeyLine().MatchString(s.front)
		s.strict = s.strict || s.meta.ours
		s.problem(steps.BadFrontMatter, err.line, "%s; correct the front matter between the two --- lines", err.detail)
		return
	}
	if v.kind == scalarValue || v.kind == listValue {
		s.problem(steps.BadFrontMatter, 2, "front matter is a map of keys, as in \"id: INC-1\"")
		return
	}
	s.meta.ours = slices.ContainsFunc(v.entries, func(e entry) bool {
		return slices.Contains(ownKeys, e.key) || e.key == "id" && incidentID().MatchString(e.value.text)
	})
	if !s.meta.ours {
		s.foreignFrontMatter(v)
		return
	}
	s.strict = true
	m := &s.meta
	s.apply([]value{v}, "the front matter", fields{
		"id":           id(&m.id),
		"title":        word(&m.title),
		"overlays":     word(&m.overlays),
		"document":     s.document,
		"placeholders": words(&m.placeholders),
		"inputs":       s.inputs,
		"questions":    s.questions,
		"legal_clocks": s.legalClocks,
	})
}

// foreignFrontMatter takes the title, which means the same to everybody, and
// points at a key that is nearly one of ours.
func (s *source) foreignFrontMatter(v value) {
	for _, e := range v.entries {
		if e.key == "title" && e.value.kind == scalarValue {
			s.meta.title = e.value.text
		}
		if name := nearest(e.key, ownKeys); name != "" {
			s.problem(steps.UnknownAttribute, e.line, "the front matter has no attribute %q: did you mean %q?", e.key, name)
		}
	}
}

func (s *source) document(v value) error {
	if v.kind != mapValue {
		return errors.New("a map is wanted here, as in {title: Our runbook, version: \"1.0\"}")
	}
	d := steps.Document{At: steps.Pos{File: s.name, Line: v.line}}
	s.apply([]value{v}, "document", fields{
		"title":          word(&d.Title),
		"version":        word(&d.Version),
		"date":           word(&d.Date),
		"classification": word(&d.Classification),
		"review_cycle":   word(&d.ReviewCycle),
	})
	for _, e := range v.entries {
		if e.key == "date" {
			d.At.Line = e.line
		}
	}
	s.meta.document = &d
	return nil
}

func (s *source) inputs(v value) error {
	if v.kind == nullValue {
		return nil
	}
	if v.kind != mapValue {
		return errors.New("a map is wanted here, as in KEY_FILE: {ask: Which key file?, kind: file}")
	}
	for _, e := range v.entries {
		s.input(e)
	}
	return nil
}

func (s *source) input(e entry) {
	in := steps.Input{Name: e.key, At: steps.Pos{File: s.name, Line: e.line}}
	if !variablePattern().MatchString(e.key) {
		s.problem(steps.BadValue, e.line, "%q cannot be an input: its name is of letters, digits and _, as in KEY_FILE", e.key)
		return
	}
	if e.value.kind != mapValue && e.value.kind != nullValue {
		s.problem(steps.BadValue, e.line, "the input %s wants a map, as in {ask: Which key file?, kind: file}", e.key)
		return
	}
	kind := ""
	s.apply([]value{e.value}, "an input", fields{
		"ask":     word(&in.Ask),
		"kind":    word(&kind),
		"example": word(&in.Example),
		"default": word(&in.Default),
		"secret":  flag(&in.Secret),
		"must": func(v value) error {
			s.apply([]value{v}, "must", fields{"mode": mode(&in.Must.Mode), "pattern": pattern(&in.Must.Pattern)})
			return nil
		},
	})
	in.Kind = steps.InputKind(kind)
	if !in.Kind.Valid() {
		s.problem(steps.BadValue, e.line, "the input %s is of kind %q, which is none of text, file, dir, path, digest, id, url, email, host, number", e.key, kind)
		in.Kind = steps.KindText
	}
	s.meta.inputs = append(s.meta.inputs, in)
}

// pattern takes a regular expression for the whole of a value.
func pattern(to *string) func(value) error {
	return func(v value) error {
		if v.kind != scalarValue || v.text == "" {
			return errors.New("a regular expression is wanted here, as in \"sha256:[0-9a-f]{64}\"")
		}
		if _, err := regexp.Compile(v.text); err != nil {
			return fmt.Errorf("%q is no regular expression of the RE2 form: %w", v.text, err)
		}
		*to = v.text
		return nil
	}
}

var modePattern = lazily(`^(?:0o?)?[0-7]{3,4}$`)

func mode(to *string) func(value) error {
	return func(v value) error {
		if !modePattern().MatchString(v.text) {
			return errors.New("a permission is written in octal, as in \"0700\"")
		}
		*to = v.text
		return nil
	}
}

func (s *source) questions(v value) error {
	if v.kind == nullValue {
		return nil
	}
	if v.kind != listValue {
		return errors.New("a list is wanted here, each with an ask and its answers")
	}
	for _, item := range v.items {
		s.question(item)
	}
	return nil
}

func (s *source) question(v value) {
	q := steps.Question{At: steps.Pos{File: s.name, Line: v.line}}
	s.apply([]value{v}, "a question", fields{
		"id":  id(&q.ID),
		"ask": word(&q.Ask),
		"for": words(&q.For),
		"answers": func(v value) error {
			if v.kind != listValue {
				return errors.New("a list is wanted here, as in - {say: \"Yes\", points: INC-1}")
			}
			for _, item := range v.items {
				s.answer(&q, item)
			}
			return nil
		},
	})
	if strings.TrimSpace(q.Ask) == "" || len(q.Answers) == 0 {
		s.problem(steps.BadValue, v.line, "a question needs an ask and answers, so this one is left out")
		return
	}
	s.meta.questions = append(s.meta.questions, q)
}

func (s *source) answer(q *steps.Question, v value) {
	var a steps.Answer
	s.apply([]value{v}, "an answer", fields{
		"say":       word(&a.Say),
		"points":    points(&a.Points),
		"severity":  level(&a.Severity),
		"rules_out": words(&a.RulesOut),
	})
	if strings.TrimSpace(a.Say) == "" {
		s.problem(steps.BadValue, v.line, "an answer needs words, as in say: \"I cannot tell yet\"")
		return
	}
	q.Answers = append(q.Answers, a)
}

func (s *source) legalClocks(v value) error {
	if v.kind == nullValue {
		return nil
	}
	if v.kind != listValue {
		return errors.New("a list is wanted here, as in - {name: CRA early warning, within: 24h}")
	}
	for _, item := range v.items {
		c := legalClock{}
		c.Within, c.On, c.At = steps.NoTarget, true, steps.Pos{File: s.name, Line: item.line}
		s.apply([]value{item}, "a legal clock", fields{
			"name": word(&c.Name), "within": duration(&c.Within), "on": flag(&c.On),
		})
		c.timed = c.Within > 0
		if strings.TrimSpace(c.Name) == "" {
			s.problem(steps.BadValue, item.line, "a legal clock needs a name, so this one is left out")
			continue
		}
		s.meta.clocks = append(s.meta.clocks, c)
	}
	return nil
}
