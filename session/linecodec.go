package session

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"
	"time"
)

// This file turns the Go types of events into readers and writers of their
// JSON, once, from the struct tags that the types carry. It is not a general
// JSON package: it knows the few shapes that events are made of, and one
// spelling of each.

// codec reads and writes the values of one type.
type codec interface {
	write(w *lineWriter, v reflect.Value)
	read(r *lineReader, v reflect.Value)
}

// kindCodec is the codec of the data of one kind.
type kindCodec struct {
	codec
	make func() Data
	typ  reflect.Type // what make returns
}

type lineCodecs struct {
	actor  codec
	byKind map[Kind]kindCodec
}

// kindCodecs is built from the list of kinds when the first line is read or
// written, and never changes.
var kindCodecs = sync.OnceValue(func() lineCodecs {
	all := lineCodecs{actor: codecFor(reflect.TypeFor[Actor]()), byKind: map[Kind]kindCodec{}}
	for _, newData := range allData() {
		d := newData()
		typ := reflect.TypeOf(d)
		all.byKind[d.Kind()] = kindCodec{codec: codecFor(typ.Elem()), make: newData, typ: typ}
	}
	return all
})

// codecOfData finds the codec of an event's data.
func codecOfData(d Data) (codec, error) {
	if u, ok := d.(*UnknownData); ok && u != nil {
		return nil, fmt.Errorf("this program does not know events of the kind %q and does not write them", u.Named)
	}
	v := reflect.ValueOf(d)
	if d == nil || v.Kind() == reflect.Pointer && v.IsNil() {
		return nil, errors.New("the event has no data")
	}
	c, ok := kindCodecs().byKind[d.Kind()]
	if !ok || c.typ != v.Type() {
		return nil, fmt.Errorf("%T is not the data of an event", d)
	}
	return c, nil
}

// codecFor makes the codec of a type. It panics for a type that no event may
// hold; the tests build all of them.
func codecFor(t reflect.Type) codec {
	if t == reflect.TypeFor[time.Time]() {
		return timeCodec{}
	}
	switch t.Kind() {
	case reflect.String:
		return stringCodec{}
	case reflect.Bool:
		return boolCodec{}
	case reflect.Uint64:
		return uintCodec{}
	case reflect.Int, reflect.Int64:
		return intCodec{}
	case reflect.Float64:
		return floatCodec{}
	case reflect.Pointer:
		return pointerCodec{codecFor(t.Elem())}
	case reflect.Slice:
		return sliceCodec{codecFor(t.Elem())}
	case reflect.Struct:
		return structCodecFor(t)
	}
	if t == reflect.TypeFor[map[string]string]() {
		return mapCodec{}
	}
	panic(fmt.Sprintf("session: no event may hold a %v", t))
}

type (
	stringCodec struct{}
	boolCodec   struct{}
	uintCodec   struct{}
	intCodec    struct{}
	floatCodec  struct{}
	timeCodec   struct{}
)

func (stringCodec) write(w *lineWriter, v reflect.Value) { w.string(v.String()) }
func (stringCodec) read(r *lineReader, v reflect.Value)  { v.SetString(r.string()) }

func (uintCodec) write(w *lineWriter, v reflect.Value) { w.uint(v.Uint()) }
func (uintCodec) read(r *lineReader, v reflect.Value)  { v.SetUint(r.uint()) }

func (intCodec) write(w *lineWriter, v reflect.Value) { w.int(v.Int()) }
func (intCodec) read(r *lineReader, v reflect.Value)  { v.SetInt(r.int()) }

func (floatCodec) write(w *lineWriter, v reflect.Value) { w.float(v.Float()) }
func (floatCodec) read(r *lineReader, v reflect.Value)  { v.SetFloat(r.float()) }

func (boolCodec) write(w *lineWriter, v reflect.Value) { w.bool(v.Bool()) }
func (boolCodec) read(r *lineReader, v reflect.Value) {
	switch {
	case r.skip("true"):
		v.SetBool(true)
	case !r.skip("false"):
		r.fail("true or false was expected")
	}
}

func (timeCodec) write(w *lineWriter, v reflect.Value) {
	w.stamp(v.Interface().(time.Time), stampShort)
}

func (timeCodec) read(r *lineReader, v reflect.Value) {
	*v.Addr().Interface().(*time.Time) = r.stamp(stampShort)
}

// pointerCodec is for fields that may be missing, and whose zero value still
// says something.
type pointerCodec struct{ elem codec }

func (c pointerCodec) write(w *lineWriter, v reflect.Value) { c.elem.write(w, v.Elem()) }

func (c pointerCodec) read(r *lineReader, v reflect.Value) {
	v.Set(reflect.New(v.Type().Elem()))
	c.elem.read(r, v.Elem())
}

// sliceCodec does not tell an empty list from none: both are [].
type sliceCodec struct{ elem codec }

func (c sliceCodec) write(w *lineWriter, v reflect.Value) {
	w.raw("[")
	for i := range v.Len() {
		if i > 0 {
			w.raw(",")
		}
		c.elem.write(w, v.Index(i))
	}
	w.raw("]")
}

func (c sliceCodec) read(r *lineReader, v reflect.Value) {
	if !r.skip("[") {
		r.fail("a list was expected")
		return
	}
	for n := 0; r.err == nil && !r.skip("]"); n++ {
		if n > 0 && !r.skip(",") {
			r.fail("the list goes on without a comma")
			return
		}
		v.Grow(1)
		v.SetLen(n + 1)
		v.Index(n).SetZero()
		c.elem.read(r, v.Index(n))
	}
}

// mapCodec writes a map in the order of its keys.
type mapCodec struct{}

func (mapCodec) write(w *lineWriter, v reflect.Value) {
	m := v.Interface().(map[string]string)
	names := make([]string, 0, len(m))
	for name := range m {
		names = append(names, name)
	}
	slices.Sort(names)
	w.raw("{")
	for i, name := range names {
		if i > 0 {
			w.raw(",")
		}
		w.string(name)
		w.raw(":")
		w.string(m[name])
	}
	w.raw("}")
}

func (mapCodec) read(r *lineReader, v reflect.Value) {
	if !r.skip("{") {
		r.fail("an object was expected")
		return
	}
	m := map[string]string{}
	last := ""
	for r.err == nil && !r.skip("}") {
		if len(m) > 0 && !r.skip(",") {
			r.fail("the object goes on without a comma")
		}
		name := r.string()
		if len(m) > 0 && name <= last {
			r.fail("the key %q stands twice or out of its place", name)
		}
		if !r.skip(":") {
			r.fail("a colon was expected")
		}
		m[name] = r.string()
		last = name
	}
	*v.Addr().Interface().(*map[string]string) = m
}

// unexpected explains what stands where the field want, or the end of the
// object, should.
func (r *lineReader) unexpected(known []string, want string) {
	if r.err != nil {
		return
	}
	at := *r // look ahead without moving
	at.skip(",")
	name := at.string()
	switch {
	case at.err == nil && slices.Contains(known, name):
		r.fail("the field %q stands twice or out of its place", name)
	case at.err == nil && at.skip(":"):
		r.fail("the field %q is unknown", name)
	case want != "":
		r.fail("the field %q is missing", want)
	default:
		r.fail("the end of the object was expected")
	}
}

// maxDepth is how deep the data of an unknown kind may be nested.
const maxDepth = 64

// anyObject takes an object of any content, for a kind that is not known.
func (r *lineReader) anyObject(depth int) {
	if !r.skip("{") {
		r.fail("an object was expected")
		return
	}
	seen := map[string]bool{}
	for r.err == nil && !r.skip("}") {
		if len(seen) > 0 && !r.skip(",") {
			r.fail("the object goes on without a comma")
		}
		name := r.string()
		if seen[name] {
			r.fail("the key %q stands twice", name)
		}
		seen[name] = true
		if !r.skip(":") {
			r.fail("a colon was expected")
		}
		r.anyValue(depth + 1)
	}
}

func (r *lineReader) anyValue(depth int) {
	switch {
	case r.err != nil || r.skip("true") || r.skip("false") || r.skip("null"):
	case depth > maxDepth:
		r.fail("the data is nested more than %d deep", maxDepth)
	case strings.HasPrefix(r.s[r.i:], `"`):
		r.string()
	case strings.HasPrefix(r.s[r.i:], "{"):
		r.anyObject(depth)
	case r.skip("["):
		for n := 0; r.err == nil && !r.skip("]"); n++ {
			if n > 0 && !r.skip(",") {
				r.fail("the list goes on without a comma")
			}
			r.anyValue(depth + 1)
		}
	default:
		if tok := r.token(); !json.Valid([]byte(tok)) {
			r.fail("a value was expected")
		}
	}
}
