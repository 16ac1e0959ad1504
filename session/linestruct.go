package session

import (
	"fmt"
	"reflect"
	"strings"
	"time"
)

// structCodec reads and writes an object with known fields, in the order in
// which the Go type declares them.
type structCodec struct {
	fields []fieldCodec
	names  []string
}

type fieldCodec struct {
	codec
	name  string
	key   string // `"name":`
	index int
	// optional is a field tagged omitempty or omitzero: it is missing
	// exactly when it is empty.
	optional bool
}

func structCodecFor(t reflect.Type) *structCodec {
	c := &structCodec{}
	for i := range t.NumField() {
		f := t.Field(i)
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		if name == "" || f.Anonymous || !f.IsExported() {
			panic(fmt.Sprintf("session: field %s of %v has no name in the record", f.Name, t))
		}
		optional := options == "omitempty" || options == "omitzero"
		if f.Type.Kind() == reflect.Pointer && !optional {
			panic(fmt.Sprintf("session: field %s of %v can be nil and must be optional", f.Name, t))
		}
		c.names = append(c.names, name)
		c.fields = append(c.fields, fieldCodec{
			codec: codecFor(f.Type), name: name, key: `"` + name + `":`, index: i, optional: optional,
		})
	}
	return c
}

func (c *structCodec) write(w *lineWriter, v reflect.Value) {
	w.raw("{")
	first := true
	for i := range c.fields {
		f := &c.fields[i]
		value := v.Field(f.index)
		if f.optional && empty(value) {
			continue
		}
		if !first {
			w.raw(",")
		}
		first = false
		w.raw(f.key)
		before := w.err
		f.write(w, value)
		if before == nil && w.err != nil {
			w.err = fmt.Errorf("%s: %w", f.name, w.err)
		}
	}
	w.raw("}")
}

func (c *structCodec) read(r *lineReader, v reflect.Value) {
	if !r.skip("{") {
		r.fail("an object was expected")
		return
	}
	first := true
	for i := range c.fields {
		f := &c.fields[i]
		if !r.field(f.key, first) {
			if !f.optional {
				r.unexpected(c.names, f.name)
				return
			}
			continue
		}
		first = false
		value := v.Field(f.index)
		f.read(r, value)
		if r.err != nil {
			return
		}
		if f.optional && empty(value) {
			r.fail("the field %q stands empty", f.name)
			return
		}
	}
	if !r.skip("}") {
		r.unexpected(c.names, "")
	}
}

// field takes the key of a field if it stands next, with the comma that parts
// it from the one before.
func (r *lineReader) field(key string, first bool) bool {
	if first {
		return r.skip(key)
	}
	rest := r.s[r.i:]
	if len(rest) <= len(key) || rest[0] != ',' || rest[1:1+len(key)] != key {
		return false
	}
	r.i += 1 + len(key)
	return true
}

// empty reports whether a value says nothing: zero, or a list, map or struct
// without content.
func empty(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Slice, reflect.Map, reflect.String:
		return v.Len() == 0
	case reflect.Float64:
		return v.Float() == 0 // minus zero as well
	case reflect.Struct:
		if t, ok := v.Interface().(time.Time); ok {
			return t.Truncate(time.Microsecond).IsZero()
		}
		for i := range v.NumField() {
			if !empty(v.Field(i)) {
				return false
			}
		}
		return true
	}
	return v.IsZero()
}
