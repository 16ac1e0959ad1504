package markdown

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"wsc-respond/steps"
)

// The functions below make the takers of fields: each gives a function that
// puts a YAML value where it belongs, or says what would be right.

func word(to *string) func(value) error {
	return func(v value) error {
		if v.kind != scalarValue {
			return errors.New("one text is wanted here")
		}
		*to = v.text
		return nil
	}
}

// words takes one text or a list of them.
func words(to *[]string) func(value) error {
	return func(v value) error {
		list, err := texts(v)
		if err == nil {
			*to = list
		}
		return err
	}
}

func texts(v value) ([]string, error) {
	if v.kind == scalarValue {
		return []string{v.text}, nil
	}
	if v.kind != listValue {
		return nil, errors.New("a text or a list of texts is wanted here, as in [INC-1, INC-2]")
	}
	var list []string
	for _, item := range v.items {
		if item.kind != scalarValue {
			return nil, errors.New("each item of the list must be one text")
		}
		list = append(list, item.text)
	}
	return list, nil
}

var idPattern = lazily(`^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$`)

func id(to *string) func(value) error {
	return func(v value) error {
		if v.kind != scalarValue || !idPattern().MatchString(v.text) {
			return errors.New("an id is one word of letters, digits and . _ - that begins with a letter or digit")
		}
		*to = v.text
		return nil
	}
}

func flag(to *bool) func(value) error {
	return func(v value) error {
		switch strings.ToLower(v.text) {
		case "true", "yes", "on":
			*to = true
		case "false", "no", "off":
			*to = false
		default:
			return errors.New("true or false is wanted here")
		}
		return nil
	}
}

func level(to *steps.Level) func(value) error {
	return func(v value) error {
		if v.kind != scalarValue || strings.TrimSpace(v.text) == "" {
			return errors.New("the name of a severity is wanted here, for example critical")
		}
		*to = steps.ParseLevel(v.text)
		return nil
	}
}

func milestone(to *steps.Milestone) func(value) error {
	return func(v value) error {
		m := steps.Milestone(strings.ToLower(v.text))
		if !m.Valid() {
			var names []string
			for _, known := range steps.Milestones() {
				names = append(names, string(known))
			}
			return fmt.Errorf("%q is no milestone: it is one of %s", v.text, strings.Join(names, ", "))
		}
		*to = m
		return nil
	}
}

func risk(to *steps.Risk) func(value) error {
	return func(v value) error {
		r := steps.Risk(strings.ToLower(v.text))
		if !r.Valid() {
			return fmt.Errorf("%q is no risk: it is one of reads, changes, destroys", v.text)
		}
		*to = r
		return nil
	}
}

func duration(to *steps.Seconds) func(value) error {
	return func(v value) error {
		if v.kind != scalarValue {
			return deadlineError{errors.New("a length of time is wanted here, for example \"30 minutes\"")}
		}
		d, err := Deadline(v.text)
		if err != nil {
			return deadlineError{fmt.Errorf("%q cannot be read: %w", v.text, err)}
		}
		*to = d
		return nil
	}
}

// codes takes one exit code or a list of them.
func codes(to *[]int) func(value) error {
	return func(v value) error {
		list, err := texts(v)
		if err != nil {
			return errors.New("an exit code or a list of them is wanted here, as in [0, 1]")
		}
		var numbers []int
		for _, text := range list {
			n, err := strconv.Atoi(text)
			if err != nil || n < 0 || n > 255 {
				return fmt.Errorf("%q is no exit code: it is a number from 0 to 255", text)
			}
			numbers = append(numbers, n)
		}
		*to = numbers
		return nil
	}
}

// maxPoints keeps one answer from drowning all others by a slip.
const maxPoints = 100

// points takes {INC-1: 2}, or the types alone, which get one point each.
func points(to *map[string]int) func(value) error {
	return func(v value) error {
		given := map[string]int{}
		if v.kind != mapValue {
			types, err := texts(v)
			if err != nil {
				return errors.New("incident types are wanted here, as in INC-1, [INC-1, INC-2] or {INC-1: 2}")
			}
			for _, name := range types {
				given[name] = 1
			}
		}
		for _, e := range v.entries {
			n, err := strconv.Atoi(e.value.text)
			if err != nil || n < -maxPoints || n > maxPoints {
				return fmt.Errorf("the points for %s must be a whole number of at most %d", e.key, maxPoints)
			}
			given[e.key] = n
		}
		*to = given
		return nil
	}
}

// yields takes {INPUT: stdout}, {INPUT: file}, {INPUT: file.json#path}, or the
// name of a file alone. A file that is named alone gives its name to the input:
// affected-modules.txt yields AFFECTED_MODULES.
func yields(to *map[string]string) func(value) error {
	return func(v value) error {
		given := map[string]string{}
		if v.kind != mapValue {
			files, err := texts(v)
			if err != nil {
				return errors.New("a map or a file is wanted here, as in {MODULE_LIST: stdout} or affected-modules.txt")
			}
			for _, file := range files {
				given[variableName(file)] = file
			}
		}
		for _, e := range v.entries {
			if !variablePattern().MatchString(e.key) {
				return fmt.Errorf("%q is no input: its name is of letters, digits and _", e.key)
			}
			if e.value.kind != scalarValue {
				return fmt.Errorf("%s: one text is wanted here, as in stdout or inspection.json#keyless.issuer", e.key)
			}
			if _, err := steps.ParseYield(e.value.text); err != nil {
				return fmt.Errorf("%s: %w", e.key, err)
			}
			given[e.key] = e.value.text
		}
		*to = given
		return nil
	}
}

var variablePattern = lazily(`^[A-Za-z_][A-Za-z0-9_]*$`)

// variableName makes an input's name of a file's name.
func variableName(file string) string {
	file = file[strings.LastIndexByte(file, '/')+1:]
	if dot := strings.LastIndexByte(file, '.'); dot > 0 {
		file = file[:dot]
	}
	name := strings.ToUpper(strings.ReplaceAll(slug(file), "-", "_"))
	if !variablePattern().MatchString(name) {
		return "FILE_" + name
	}
	return name
}
