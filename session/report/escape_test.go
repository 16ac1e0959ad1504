package report

import (
	"bytes"
	"html"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	unsafehtml "github.com/yuin/goldmark/renderer/html"

	"wsc-respond/steps/safe"
)

// injections are texts that try to become more than text.
func injections() []string {
	return []string{
		"a | b", `a \| b`, "`a` | `b`", "``` `` `", "[click](javascript:alert(1))", "](javascript:alert(1))", "![x](http://host/x.png)",
		"<script>alert(1)</script>", "<img src=x onerror=y>", "&lt;b&gt;", "&#x3c;", "# heading", "## heading", "- item", "+ item", "* item", "1. item", "12) item",
		"> quoted", "---", "===", "***", "___", "_x_", "__x__", "*x*", "**x**", "~~x~~", "~x~", "snake_case_word", "KEY_FILE", "$x$", "$$x$$",
		"http://evil.example/x", "https://evil.example/a_b(c)", "www.evil.example", "WWW.evil.example", "(www.evil.example)", "ftp://evil.example",
		"mail someone@evil.example", "@everyone", "#12", "see #12.", "[ref]: http://evil.example", "[^1]", "[x]", "[ ] task", "- [ ] task",
		"line one\nline two", "a\n\n# b", "a\n| b | c |\n| --- | --- |", "\ttab", "    indented", "trailing  ", `back\slash`, `\`, "`", "|", "", " ",
		"\x1b[31mred", "a\u202eb", "<U+202E>", "user@host`code`", "`user@host`", "http://a`b`c", "a*http://x*b", "\"http://x\"", "'@a'",
		":tada:", "a:b", ": def", "^[31m", "a^b^", "==mark==", "|||", "\\`", "\\\\`x`", "`` ` ``@a", "<!-- x -->", "<?x?>", "<http://x>", "<a@b.c>", "http\\://x",
		"x http://[::1]/ y", "a@b*c*@d.e", "_http://x_", "1\\. x", "-\n-", "3\\)", "a_", "_a", "a_*b*_c",
	}
}

// tag is everything in the HTML of a page that is not text.
var tag = regexp.MustCompile(`<[^>]*>`)

// render makes HTML of Markdown as a code host does, with raw HTML let
// through, so that whatever becomes a tag shows as one.
func render(t testing.TB, source string) string {
	t.Helper()
	var out bytes.Buffer
	extensions := goldmark.WithExtensions(extension.GFM, extension.Footnote, extension.DefinitionList)
	if err := goldmark.New(extensions, goldmark.WithRendererOptions(unsafehtml.WithUnsafe())).Convert([]byte(source), &out); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// texts are the texts between open and close in HTML whose only other tags are
// code spans.
func texts(t testing.TB, page, element string) []string {
	t.Helper()
	var all []string
	for _, m := range regexp.MustCompile(`(?s)<`+element+`>(.*?)</`+element+`>`).FindAllStringSubmatch(page, -1) {
		inner := strings.NewReplacer("<code>", "", "</code>", "").Replace(m[1])
		if found := tag.FindString(inner); found != "" {
			t.Errorf("a text became %s", found)
		}
		all = append(all, html.UnescapeString(inner))
	}
	return all
}

// shown is what a reader must see of a text on one line.
func shown(s string) string { return strings.TrimSpace(safe.Line(s)) }

// staysText fails unless a text reads as itself, and is nothing else, in a
// list item, a heading, a table cell and a paragraph.
func staysText(t testing.TB, s string) {
	t.Helper()
	e := string(esc(s))
	source := "- " + e + "\n\n### " + e + "\n\n| a | b |\n| --- | --- |\n| " + e + " | end |\n\n" + e + "\n"
	page := render(t, source)
	want := []string{shown(s)}
	got := map[string][]string{
		"li": texts(t, page, "li"), "h3": texts(t, strings.ReplaceAll(page, `<h3 id="`, `<h3>`), "h3"),
		"td": texts(t, page, "td"), "p": texts(t, page, "p"),
	}
	wanted := map[string][]string{"li": want, "h3": want, "td": {want[0], "end"}, "p": want}
	if want[0] == "" {
		wanted["p"] = nil
	}
	if diff := cmp.Diff(wanted, got); diff != "" {
		t.Errorf("%q became something else:\n%s\nfrom:\n%s", s, diff, source)
	}
}

func TestTextFromOutsideStaysText(t *testing.T) {
	for _, s := range injections() {
		t.Run(s, func(t *testing.T) { staysText(t, s) })
	}
}

func TestACodeSpanHoldsWhatItShows(t *testing.T) {
	for _, s := range injections() {
		page := render(t, "| a | b |\n| --- | --- |\n| "+string(code(s))+" | end |\n")
		got := texts(t, page, "td")
		if len(got) != 2 || strings.TrimSpace(got[0]) != shown(s) {
			t.Errorf("%q became %q", s, got)
		}
	}
}

func TestAFenceEndsWhereItShould(t *testing.T) {
	for _, s := range append(injections(), "```\n# out\n```", "~~~\nx", strings.Repeat("`", 40), "```` \n`````\n# out") {
		page := render(t, string(fence(s, "text"))+"\n\nend\n")
		want := html.EscapeString(strings.TrimRight(safe.Text(s), "\n"))
		got := regexp.MustCompile(`(?s)^<pre><code class="language-text">(.*?)\n?</code></pre>\n<p>end</p>\n$`).FindStringSubmatch(page)
		if got == nil || html.UnescapeString(got[1]) != html.UnescapeString(want) {
			t.Errorf("%q became\n%s", s, page)
		}
	}
}

func TestLinesStayApartAndStayText(t *testing.T) {
	page := render(t, "- "+string(escLines("one\n\n# two\n- three\n    four", "  "))+"\n")
	if want := "<ul>\n<li>one<br>\n# two<br>\n- three<br>\nfour</li>\n</ul>\n"; page != want {
		t.Errorf("got\n%s", page)
	}
}

func TestOnlyPlainNamesBecomeLinks(t *testing.T) {
	for name, want := range map[string]md{
		"evidence/0001-record.out": "[`evidence/0001-record.out`](../evidence/0001-record.out)",
		"../outside":               "`../outside`",
		"evidence/../../x":         "`evidence/../../x`",
		"/etc/passwd":              "`/etc/passwd`",
		"javascript:alert(1)":      "`javascript:alert(1)`",
		"a) [x](http://e":          "`a) [x](http://e`",
		"evidence/a b":             "`evidence/a b`",
	} {
		if got := fileLink("../", name); got != want {
			t.Errorf("%q: got %s, want %s", name, got, want)
		}
	}
	if got := fileLink("", "evidence/x"); got != "`evidence/x`" {
		t.Errorf("a link leads nowhere: %s", got)
	}
}

func FuzzEscapedTextStaysText(f *testing.F) {
	for _, s := range injections() {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		staysText(t, s)
		if out := string(esc(s)); safe.Line(out) != out {
			t.Errorf("%q is not safe: %q", s, out)
		}
	})
}
