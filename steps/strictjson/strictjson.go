// Package strictjson reads JSON from strangers so that no two readers can
// understand it differently: log entries, trust bundles, proofs. The rules:
//
//   - One value, UTF-8, of a bounded size and depth, and nothing behind it.
//   - A name within an object stands once. encoding/json takes the last of
//     several; others take the first.
//   - A name is the field's name exactly. encoding/json also takes it in
//     another case; others do not.
//   - A value has the field's type: no null for a text or a number.
//   - Names that the reader does not know are told, not lost.
package strictjson

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strings"
	"unicode/utf8"
)

// MaxDepth is how deep objects and arrays may lie in each other.
const MaxDepth = 32

// Found is what Decode saw that its target does not show. The places are paths
// as in "spec.signatures[0].verifier", in the order of the text, at most
// maxFound of each, and cut where they are longer than maxPlace.
type Found struct {
	Unknown  []string // names that the target has no field for
	Repeated []string // names that stand more than once in one object
}

// The bounds of what is told of a hostile text: how many places, and how much
// of each in bytes.
const (
	maxFound = 64
	maxPlace = 512
)

// Decode reads one JSON value of at most limit bytes into a pointer to a
// struct, whose fields all have a json tag. A name that stands twice is no
// error of Decode, so that it can be told apart from other mistakes: a reader
// that must be sure uses DecodeOnce. Whatever the error, the target must not
// be used.
func Decode(data []byte, limit int, target any) (Found, error) {
	switch {
	case len(data) > limit:
		return Found{}, fmt.Errorf("it has %d bytes, and more than %d are not read", len(data), limit)
	case !utf8.Valid(data):
		return Found{}, errors.New("it is not valid UTF-8")
	}
	w := &walk{tokens: json.NewDecoder(bytes.NewReader(data))}
	w.tokens.UseNumber()
	if err := w.value(nil, reflect.TypeOf(target), 0); err != nil {
		return w.found, err
	}
	if _, err := w.tokens.Token(); !errors.Is(err, io.EOF) {
		return w.found, errors.New("something stands behind the value")
	}
	return w.found, fitting(json.Unmarshal(data, target))
}

// fitting says of a value that its target cannot hold where it stands; the
// words of encoding/json name the types of this program.
func fitting(err error) error {
	var other *json.UnmarshalTypeError
	if !errors.As(err, &other) {
		return err
	}
	return fmt.Errorf("%s is %s, which does not fit there", cut(cmp.Or(other.Field, "the value")), cut(other.Value))
}

// DecodeOnce is Decode that refuses a name that stands twice. It returns the
// names that the target has no field for.
func DecodeOnce(data []byte, limit int, target any) (unknown []string, err error) {
	found, err := Decode(data, limit, target)
	if err == nil && len(found.Repeated) > 0 {
		err = fmt.Errorf("%s stands there twice", found.Repeated[0])
	}
	return found.Unknown, err
}

// walk goes through the tokens of a text and the type of its target together.
type walk struct {
	tokens *json.Decoder
	found  Found
}

// place is where a value stands. It is written out only where it is told: a
// name can be as long as the text, and stand above as many values.
type place struct {
	above *place // nil at the value that all others are in
	name  string // of a member
	item  int    // of an array, where there is no name; from 0
	named bool
}

// String is the place as a path, cut where it is too long; "the value" at the
// top.
func (p *place) String() string {
	if p == nil {
		return "the value"
	}
	var parts []string
	for ; p != nil; p = p.above {
		switch {
		case !p.named:
			parts = append(parts, fmt.Sprintf("[%d]", p.item))
		case p.above != nil:
			parts = append(parts, "."+cut(p.name))
		default:
			parts = append(parts, cut(p.name))
		}
	}
	slices.Reverse(parts)
	return cut(strings.Join(parts, ""))
}

// cut is the beginning of a text that is too long to be told.
func cut(text string) string {
	if len(text) <= maxPlace {
		return text
	}
	return strings.ToValidUTF8(text[:maxPlace], "") + "…"
}

// value reads one value. Its type is nil where anything may stand.
func (w *walk) value(at *place, as reflect.Type, depth int) error {
	if depth > MaxDepth {
		return fmt.Errorf("it is nested more than %d deep", MaxDepth)
	}
	token, err := w.tokens.Token()
	if err != nil {
		return notJSON(err)
	}
	optional := false
	for as != nil && as.Kind() == reflect.Pointer {
		as, optional = as.Elem(), depth > 0
	}
	if as != nil && (as.Kind() == reflect.Interface || as == reflect.TypeFor[json.RawMessage]()) {
		as = nil
	}
	switch token {
	case nil:
		if as != nil && !optional {
			return fmt.Errorf("%s is null", at)
		}
		return nil
	case json.Delim('{'):
		return w.object(at, as, depth)
	case json.Delim('['):
		return w.array(at, as, depth)
	}
	return nil // whether a text or a number fits, encoding/json tells
}

func (w *walk) object(at *place, as reflect.Type, depth int) error {
	seen := map[string]bool{}
	for w.tokens.More() {
		token, err := w.tokens.Token()
		if err != nil {
			return notJSON(err)
		}
		key, ok := token.(string)
		if !ok {
			return fmt.Errorf("%s has a name that is no text", at)
		}
		in := &place{above: at, name: key, named: true}
		if seen[key] {
			w.found.Repeated = keep(w.found.Repeated, in)
		}
		seen[key] = true
		member, err := w.member(in, as)
		if err != nil {
			return err
		}
		if err := w.value(in, member, depth+1); err != nil {
			return err
		}
	}
	return w.end()
}

// member is the type of a member of an object, nil if anything may stand
// there.
func (w *walk) member(in *place, as reflect.Type) (reflect.Type, error) {
	switch {
	case as == nil:
		return nil, nil
	case as.Kind() == reflect.Map:
		return as.Elem(), nil
	case as.Kind() != reflect.Struct:
		return nil, nil // encoding/json refuses it
	}
	for i := range as.NumField() {
		tag, _, _ := strings.Cut(as.Field(i).Tag.Get("json"), ",")
		switch {
		case tag == in.name:
			return as.Field(i).Type, nil
		case strings.EqualFold(tag, in.name):
			return nil, fmt.Errorf("%s is not written %q", in, tag)
		}
	}
	w.found.Unknown = keep(w.found.Unknown, in)
	return nil, nil
}

func (w *walk) array(at *place, as reflect.Type, depth int) error {
	var element reflect.Type
	if as != nil && as.Kind() == reflect.Slice {
		element = as.Elem()
	}
	for i := 0; w.tokens.More(); i++ {
		if err := w.value(&place{above: at, item: i}, element, depth+1); err != nil {
			return err
		}
	}
	return w.end()
}

// end reads the bracket that closes an object or array.
func (w *walk) end() error {
	if _, err := w.tokens.Token(); err != nil {
		return notJSON(err)
	}
	return nil
}

func notJSON(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return errors.New("it is not whole JSON")
	}
	return fmt.Errorf("it is not JSON: %w", err)
}

func keep(list []string, at *place) []string {
	if len(list) >= maxFound {
		return list
	}
	return append(list, at.String())
}
