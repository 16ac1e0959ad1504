package cli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"unicode/utf16"
	"unicode/utf8"

	"wsc-respond/steps/safe"
)

// writeJSON writes a value as JSON with a newline behind it. indent is ""
// for one line. Names of sessions and texts of runbooks come from outside, and
// people look at JSON on their terminals: what safe display would not show as
// itself is written as \uXXXX, which every reader of JSON takes for the same.
func writeJSON(w io.Writer, value any, indent string) error {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", indent)
	if err := encoder.Encode(value); err != nil {
		return fmt.Errorf("write as JSON: %w", err)
	}
	_, err := w.Write(escapeHidden(text.Bytes()))
	return err
}

// escapeHidden escapes what is not shown as itself. JSON is ASCII but for the
// texts in it, so an escape can stand wherever such a character does.
func escapeHidden(text []byte) []byte {
	out := make([]byte, 0, len(text))
	for len(text) > 0 {
		r, size := utf8.DecodeRune(text)
		if plain := r < 0x7f || r > 0x7f && safe.Line(string(r)) == string(r); plain {
			out = append(out, text[:size]...)
		} else {
			out = appendEscape(out, r)
		}
		text = text[size:]
	}
	return out
}

// appendEscape writes a character as RFC 8259, section 7, has it: as its
// UTF-16 code units.
func appendEscape(out []byte, r rune) []byte {
	for _, unit := range utf16.Encode([]rune{r}) {
		out = fmt.Appendf(out, `\u%04x`, unit)
	}
	return out
}
