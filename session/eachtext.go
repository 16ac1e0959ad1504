package session

import (
	"reflect"
	"strings"
)

// EachText returns a copy of v in which every text in an exported field,
// however deep, went through fix and is valid UTF-8. Readers that pass a
// session on, reports for example, redact with it: a field that is added later
// cannot be forgotten. v is not changed.
func EachText[T any](v T, fix func(string) string) T {
	fixed := cleanValue(reflect.ValueOf(&v).Elem(), func(text string) string {
		return strings.ToValidUTF8(fix(text), "\uFFFD")
	})
	return fixed.Interface().(T)
}
