package session

import (
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"strconv"
	"strings"

	"wsc-respond/steps"
	"wsc-respond/steps/strictjson"
)

const (
	// maxYieldText is how much of an output is read as a value, in bytes: a
	// byte more than an input takes.
	maxYieldText = 64<<10 + 1
	// maxYieldJSON is the longest JSON that is read for values, in bytes.
	maxYieldJSON = 1 << 20
)

// Offer is the value that a command which has ended has for an input. Nothing
// is set by it: that takes a person's yes, and SetInput.
type Offer struct {
	Name  string
	Value string
	Same  bool   // the input has this value already
	Why   string // why there is no value to offer, in words; then Value is empty
}

// yield is an input that a run may fill, and the file that has the value.
type yield struct {
	input  steps.Input
	source steps.Yield
	now    InputState
	file   string // below the session folder; empty if nothing was kept
}

// Offers are what the run that event started has for the inputs that its
// command yields, sorted by name: none unless it ended as the runbook expects.
// folder is the session's folder.
func (s *Session) Offers(started uint64, folder string) []Offer {
	s.mu.Lock()
	yields := s.yields(started)
	s.mu.Unlock()
	var offers []Offer
	for _, y := range yields {
		offers = append(offers, s.offer(y, folder))
	}
	return offers
}

func (s *Session) yields(started uint64) []yield {
	run := s.state.run(func(r *RunState) bool { return r.Started == started })
	if run == nil {
		return nil
	}
	command, ok := s.state.Runbook.Command(run.Command)
	if !ok || run.Ended == 0 || run.Result.Outcome != Exited || !command.Expected(run.Result.Exit) {
		return nil
	}
	var found []yield
	for _, name := range sortedNames(command.Yields) {
		source, err := steps.ParseYield(command.Yields[name])
		if err != nil {
			continue // the check of the runbook tells it
		}
		found = append(found, yield{input: s.declared(name), source: source, now: s.state.Inputs[name], file: s.state.keptOf(run, source.File)})
	}
	return found
}

// yieldWords say which inputs a command may fill, a sentence for each of its
// files.
func yieldWords(yields map[string]string) []string {
	from := map[string][]string{}
	for _, name := range sortedNames(yields) {
		file, _, _ := strings.Cut(yields[name], "#")
		from[file] = append(from[file], name)
	}
	var words []string
	for _, file := range sortedNames(from) {
		words = append(words, strings.Join(from[file], ", ")+" from its "+file+", after you agree")
	}
	return words
}

// keptOf is the file of the session that a source means; empty if there is
// none.
func (s *State) keptOf(run *RunState, source string) string {
	if source == steps.Stdout {
		return run.Result.Stdout.File
	}
	for _, left := range s.Evidence {
		if left.Of == run.Started && strings.HasSuffix(left.File, ".d/"+source) {
			return left.File
		}
	}
	return ""
}

// offer reads a value, and holds it against what the input asks for. What has
// the form of a secret is not offered, because an offer is shown.
func (s *Session) offer(y yield, folder string) Offer {
	offer := Offer{Name: y.input.Name}
	value, err := y.value(folder, s.ports.Evidence)
	switch {
	case err != nil:
	case y.input.Secret || s.redact(value) != value:
		err = errors.New("it is secret, so it has to be typed")
	default:
		err = y.input.Accept(value)
	}
	if err != nil {
		offer.Why = err.Error()
		return offer
	}
	offer.Value, offer.Same = value, y.now.Seq != 0 && y.now.Value == value
	return offer
}

// value is the value without any check. An input that is a path gets the path
// of the file that was left, any other its content. A file that was left
// elsewhere is offered by its name.
func (y yield) value(folder string, kept Evidence) (string, error) {
	isFile := y.source.File != steps.Stdout && len(y.source.Path) == 0
	switch {
	case isFile && y.file == "":
		return y.source.File, nil
	case isFile && y.input.Kind.IsPath():
		return filepath.Join(folder, filepath.FromSlash(y.file)), nil
	case y.file == "":
		return "", fmt.Errorf("it left no %s", y.source.File)
	}
	limit := int64(maxYieldText)
	if len(y.source.Path) > 0 {
		limit = maxYieldJSON + 1
	}
	text, err := kept.Read(y.file, limit)
	if err != nil {
		return "", fmt.Errorf("read %s: %w", y.file, err)
	}
	if len(y.source.Path) > 0 {
		return valueAt(text, y.source)
	}
	if value := yielded(string(text)); value != "" {
		return value, nil
	}
	return "", fmt.Errorf("its %s is empty", y.source.File)
}

// yielded is a text as a value: without the line break at its end.
func yielded(output string) string { return strings.TrimRight(output, "\r\n") }

// valueAt reads one text or number out of JSON.
func valueAt(text []byte, source steps.Yield) (string, error) {
	var at json.RawMessage
	if _, err := strictjson.DecodeOnce(text, maxYieldJSON, &at); err != nil {
		return "", fmt.Errorf("%s cannot be read: %w", source.File, err)
	}
	for _, name := range source.Path {
		if at = member(at, name); at == nil {
			break
		}
	}
	var word string
	var number json.Number
	switch {
	case at == nil || string(at) == "null":
	case at[0] == '"':
		if err := json.Unmarshal(at, &word); err != nil {
			return "", fmt.Errorf("%s cannot be read: %w", source, err)
		}
	case json.Unmarshal(at, &number) == nil:
		word = number.String()
	default:
		return "", fmt.Errorf("%s is neither a text nor a number", source)
	}
	if word == "" {
		return "", fmt.Errorf("%s has no %s", source.File, strings.Join(source.Path, "."))
	}
	return word, nil
}

// member is a member of an object, or an item of a list; nil if there is none.
func member(of json.RawMessage, name string) json.RawMessage {
	var object map[string]json.RawMessage
	if json.Unmarshal(of, &object) == nil {
		return object[name]
	}
	var list []json.RawMessage
	i, err := strconv.Atoi(name)
	if json.Unmarshal(of, &list) != nil || err != nil || i < 0 || i >= len(list) {
		return nil
	}
	return list[i]
}

// NotOffered says in one line which inputs get nothing from a command, and
// why; it is empty if all of them do.
func NotOffered(offers []Offer) string {
	var reasons []string
	names := map[string][]string{}
	for _, o := range offers {
		if o.Why == "" {
			continue
		}
		if names[o.Why] == nil {
			reasons = append(reasons, o.Why)
		}
		names[o.Why] = append(names[o.Why], o.Name)
	}
	for i, why := range reasons {
		reasons[i] = strings.Join(names[why], ", ") + " (" + why + ")"
	}
	return strings.Join(reasons, "; ")
}
