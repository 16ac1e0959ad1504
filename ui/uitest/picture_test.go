package uitest

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"
)

func TestAPictureHasTheTextTheColoursAndTheTitle(t *testing.T) {
	term := Start(t, Options{Cols: 30, Rows: 4, Args: []string{"printf",
		`plain <&> \033[1;38;5;196mred\033[0m\n\033[7mturned\033[0m \033[48;5;21mground\033[0m\n  wide \346\274\242 end`}})
	term.WaitFor("end")
	svg := term.Picture(`a "title" & more`)
	for _, part := range []string{
		`role="img"`, `<title id="title">a &#34;title&#34; &amp; more</title>`,
		`>plain &lt;&amp;&gt;</text>`,
		`fill="#ff0000" font-weight="bold">red</text>`,
		`fill="` + inkDefault + `"/>`, `fill="` + groundDefault + `">turned</text>`,
		`fill="#0000ff"/>`, `>ground</text>`,
		// Two blanks before it, and the wide character takes two cells.
		`<text x="28" y="59" textLength="88" lengthAdjust="spacingAndGlyphs" xml:space="preserve">wide 漢 end</text>`,
	} {
		if !strings.Contains(svg, part) {
			t.Errorf("the picture has no %s:\n%s", part, svg)
		}
	}
	for _, outside := range []string{"http://www.w3.org/2000/svg"} {
		if strings.Count(svg, "http") != 1 || !strings.Contains(svg, outside) {
			t.Errorf("the picture needs something from outside:\n%s", svg)
		}
	}
	wellFormed(t, svg)
}

func wellFormed(t *testing.T, svg string) {
	t.Helper()
	for d := xml.NewDecoder(strings.NewReader(svg)); ; {
		_, err := d.Token()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			t.Fatalf("the picture is not XML: %v\n%s", err, svg)
		}
	}
}
