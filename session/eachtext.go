package session

import (
	"reflect"
	"strings"
)

// EachText returns a copy of v in which every text in an exported field,
// however deep, went through fix and is valid UTF-8. Events are redacted with
// it before they are written, and reports before they are passed on: a field
// that is added later cannot be forgotten. v is not changed.
//
// What names something in the record is no text: values of a string type of
// their own (Ref, Hash, Outcome …), and fields with the tag text:"no", such as
// digests. To change those would break the record and hide nothing.
func EachText[T any](v T, fix func(string) string) T {
	fixed := cleanValue(reflect.ValueOf(&v).Elem(), func(text string) string {
		return strings.ToValidUTF8(fix(text), "\uFFFD")
	})
	return fixed.Interface().(T)
}

func cleanValue(v reflect.Value, fix func(string) string) reflect.Value {
	switch v.Kind() {
	case reflect.Interface:
		return cleanInterface(v, fix)
	case reflect.String:
		if v.Type() != reflect.TypeFor[string]() {
			return v
		}
		return reflect.ValueOf(fix(v.String()))
	case reflect.Pointer:
		if v.IsNil() {
			return v
		}
		fixed := reflect.New(v.Type().Elem())
		fixed.Elem().Set(cleanValue(v.Elem(), fix))
		return fixed
	case reflect.Struct:
		return cleanStruct(v, fix)
	case reflect.Slice:
		return cleanSlice(v, fix)
	case reflect.Map:
		return cleanMap(v, fix)
	default:
		return v
	}
}

func cleanInterface(v reflect.Value, fix func(string) string) reflect.Value {
	if v.IsNil() {
		return v
	}
	fixed := reflect.New(v.Type()).Elem()
	fixed.Set(cleanValue(v.Elem(), fix))
	return fixed
}

func cleanStruct(v reflect.Value, fix func(string) string) reflect.Value {
	fixed := reflect.New(v.Type()).Elem()
	fixed.Set(v) // unexported fields, as of time.Time, are kept as they are
	for i := range v.NumField() {
		if f := v.Type().Field(i); f.IsExported() && f.Tag.Get("text") != "no" {
			fixed.Field(i).Set(cleanValue(v.Field(i), fix))
		}
	}
	return fixed
}

func cleanSlice(v reflect.Value, fix func(string) string) reflect.Value {
	if v.IsNil() {
		return v
	}
	fixed := reflect.MakeSlice(v.Type(), v.Len(), v.Len())
	for i := range v.Len() {
		fixed.Index(i).Set(cleanValue(v.Index(i), fix))
	}
	return fixed
}

func cleanMap(v reflect.Value, fix func(string) string) reflect.Value {
	if v.IsNil() {
		return v
	}
	fixed := reflect.MakeMapWithSize(v.Type(), v.Len())
	for pairs := v.MapRange(); pairs.Next(); {
		fixed.SetMapIndex(cleanValue(pairs.Key(), fix), cleanValue(pairs.Value(), fix))
	}
	return fixed
}
