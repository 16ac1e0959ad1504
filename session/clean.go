package session

import (
	"reflect"
	"strings"
)

// clean returns a copy of an event's data in which every text, however deep,
// went through fix, and is valid UTF-8. It goes over all fields by reflection
// so that a field that is added later cannot be forgotten.
func clean(d Data, fix func(string) string) Data {
	fixed := cleanValue(reflect.ValueOf(d), func(text string) string {
		return strings.ToValidUTF8(fix(text), "\uFFFD")
	})
	return fixed.Interface().(Data)
}

func cleanValue(v reflect.Value, fix func(string) string) reflect.Value {
	switch v.Kind() {
	case reflect.String:
		return reflect.ValueOf(fix(v.String())).Convert(v.Type())
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

func cleanStruct(v reflect.Value, fix func(string) string) reflect.Value {
	fixed := reflect.New(v.Type()).Elem()
	fixed.Set(v) // unexported fields, as of time.Time, are kept as they are
	for i := range v.NumField() {
		if v.Type().Field(i).IsExported() {
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

// replaceSecret takes the value of a secret input out of a text. Values under
// four bytes are left to the runner's own rules: replacing them everywhere
// would make the record unreadable and hide nothing.
func replaceSecret(text, name, value string) string {
	if len(value) < 4 {
		return text
	}
	return strings.ReplaceAll(text, value, "[redacted: "+name+"]")
}
