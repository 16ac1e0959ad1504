package plain

import (
	"errors"
	"strings"

	"wsc-respond/session"
)

// The last questions: who is asked, and under which name it runs.

// fillIn takes what is proposed for what was not answered.
func (i *intake) fillIn() {
	if i.Name == "" {
		i.Name = i.login
	}
	if i.CodeName == "" {
		i.CodeName = session.CodeName()
	}
}

func (i *intake) name() error {
	if i.preset.Name != "" {
		return nil
	}
	i.out.say("Your name? An empty line is %s.", i.login)
	return i.question(func(line string) error {
		if line == "" {
			line = i.login
		}
		if line == "" {
			return errors.New("a name is needed: the record says who did what")
		}
		i.Name = line
		return nil
	})
}

func (i *intake) role() error {
	roles := i.Runbook.RoleNames()
	if i.preset.Role != "" {
		return nil
	}
	i.out.say("Your role? Write a number, or another role. An empty line is none.")
	for n, role := range roles {
		i.out.item("%d %s", n+1, role)
	}
	return i.question(func(line string) error {
		i.Role = line
		if line == "" || strings.Trim(line, "0123456789") != "" {
			return nil
		}
		chosen, err := numbers(line, len(roles))
		if err != nil {
			return err
		}
		i.Role = roles[chosen[0]-1]
		return nil
	})
}

func (i *intake) codeName() error {
	i.fillIn()
	i.out.say("Code name? It stands in titles and tells nothing. An empty line is %s.", i.CodeName)
	return i.question(func(line string) error {
		if line == "" {
			line = i.CodeName
		}
		if err := session.ValidCodeName(line); err != nil {
			return err
		}
		i.CodeName = line
		return nil
	})
}

// open shows what the session would open with. It opens only when that is
// written.
func (i *intake) open() error {
	i.tellAll()
	return i.question(func(line string) error {
		verb, rest := cutWord(strings.TrimSpace(line))
		var err error
		switch strings.ToLower(verb) {
		case "open":
			if rest != "" {
				return errors.New("write open, and nothing behind it")
			}
			_, err := i.Classified()
			return err
		case "noticed":
			i.Noticed, err = session.ParseWhen(rest, i.now())
		case "name":
			if rest == "" {
				return errors.New("a name is needed: the record says who did what")
			}
			i.Name = rest
		case "role":
			i.Role = rest
		case "code-name":
			if err = session.ValidCodeName(rest); err == nil {
				i.CodeName = rest
			}
		default:
			return errors.New("write open, or change something: noticed TIME, name NAME, role ROLE, code-name NAME")
		}
		if err != nil {
			return err
		}
		i.tellAll()
		return errAgain
	})
}

func (i *intake) tellAll() {
	types, level := i.Plan()
	noticed := "now"
	if !i.Noticed.IsZero() {
		noticed = sayTime(i.Noticed, i.now(), i.now().Location())
	}
	if i.Triage {
		i.out.say("It opens in triage, and is classified later")
	} else {
		i.out.say("%s, %s", i.titles(types), strings.ToUpper(string(level)))
	}
	if i.NeedsReason() {
		i.out.item("because you decided so: %s", i.Reason)
	}
	i.out.item("noticed %s", noticed)
	i.out.item("you are %s", who(i.Name, i.Role))
	i.out.item("code name %s", i.CodeName)
	if l, ok := i.Runbook.Severity(level); ok && l.Response >= 0 {
		i.out.item("respond: %s", l.Response)
	}
	i.out.say("Write open to open the session, or change something: noticed TIME, name NAME, role ROLE, code-name NAME")
}

// refuse says that an answer cannot be taken.
func (d *dialogue) refuse(err error) {
	what := strings.TrimPrefix(err.Error(), session.ErrRefused.Error()+": ")
	d.out.say("Not taken: %s", sentence(what))
}
