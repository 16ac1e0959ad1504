package strictjson

import (
	"encoding/json"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

type inner struct {
	Name  string  `json:"name"`
	Count *uint8  `json:"count"`
	Bytes []byte  `json:"bytes"`
	Next  []inner `json:"next"`
}

type outer struct {
	Kind string            `json:"kind"`
	In   inner             `json:"in"`
	Raw  json.RawMessage   `json:"raw"`
	Any  any               `json:"any"`
	Map  map[string]string `json:"map"`
}

func TestWhatFitsIsRead(t *testing.T) {
	var got outer
	found, err := Decode([]byte(` {"kind":"k","in":{"name":"n","count":7,"bytes":"AAE=","next":[{"name":"m","count":null}]},
		"raw":{"A":[1,{"a":null}]},"any":[null],"map":{"x":"y"}} `), 1000, &got)
	if err != nil || len(found.Unknown)+len(found.Repeated) > 0 {
		t.Fatalf("%+v, %v", found, err)
	}
	seven := uint8(7)
	want := outer{Kind: "k", In: inner{Name: "n", Count: &seven, Bytes: []byte{0, 1}, Next: []inner{{Name: "m"}}},
		Raw: json.RawMessage(`{"A":[1,{"a":null}]}`), Any: []any{nil}, Map: map[string]string{"x": "y"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestUnknownAndRepeatedNamesAreToldWithTheirPlace(t *testing.T) {
	var got outer
	found, err := Decode([]byte(`{"x":1,"in":{"next":[{"y":{"z":1,"z":2}},{"name":"a","name":"b"}]},"raw":[{"q":1,"q":2}]}`), 1000, &got)
	want := Found{Unknown: []string{"x", "in.next[0].y"}, Repeated: []string{"in.next[0].y.z", "in.next[1].name", "raw[0].q"}}
	if diff := cmp.Diff(want, found); err != nil || diff != "" {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	if _, err := DecodeOnce([]byte(`{"kind":"a","kind":"b"}`), 1000, &got); err == nil {
		t.Error("DecodeOnce takes a name that stands twice")
	}
	if unknown, err := DecodeOnce([]byte(`{"x":1}`), 1000, &got); err != nil || !cmp.Equal(unknown, []string{"x"}) {
		t.Errorf("%q, %v", unknown, err)
	}
}

func TestWhatAnotherReaderCouldReadDifferentlyIsRefused(t *testing.T) {
	for name, text := range map[string]string{
		"nothing": "", "space": " ", "half": `{"kind":`, "cut": `{"kind":"a"`, "two": `{}{}`, "rest": `{} x`, "closed twice": `{}}`,
		"array": `[]`, "text": `"a"`, "null": `null`, "no JSON": `{kind:1}`, "comma": `{"kind":"a",}`, "colon": `{"kind" "a"}`,
		"other case": `{"Kind":"a"}`, "other case below": `{"in":{"NAME":"a"}}`, "fold": "{\"\u212aind\":\"a\"}",
		"null text": `{"kind":null}`, "null object": `{"in":null}`, "number for text": `{"kind":1}`, "text for object": `{"in":"a"}`,
		"array for object": `{"in":[]}`, "object for text": `{"kind":{}}`, "too big": `{"in":{"count":256}}`, "negative": `{"in":{"count":-1}}`,
		"fraction": `{"in":{"count":1.5}}`, "exponent": `{"in":{"count":1e1}}`, "no base64": `{"in":{"bytes":"?"}}`,
		"no UTF-8": "{\"kind\":\"\xff\"}", "deep": strings.Repeat(`{"raw":`, MaxDepth+1) + "1" + strings.Repeat("}", MaxDepth+1),
		"deep raw": `{"raw":` + strings.Repeat("[", 500) + strings.Repeat("]", 500) + `}`, "long": `{"kind":"` + strings.Repeat("a", 1000) + `"}`,
	} {
		var got outer
		if _, err := Decode([]byte(text), 1000, &got); err == nil {
			t.Errorf("%s is read as %+v", name, got)
		}
	}
}

func TestWhatIsToldOfAHostileTextIsBounded(t *testing.T) {
	var got outer
	found, err := Decode([]byte(`{"a":1`+strings.Repeat(`,"a":1`, 1000)+`}`), 1<<20, &got)
	if err != nil || len(found.Unknown) > maxFound || len(found.Repeated) > maxFound {
		t.Errorf("%d and %d are told, %v", len(found.Unknown), len(found.Repeated), err)
	}
}

func TestAValueOfAnotherTypeIsToldByItsPlace(t *testing.T) {
	for text, want := range map[string]string{
		`[]`: "the value is array, which does not fit there", `{"in":{"count":256}}`: "in.count is number 256, which does not fit there",
		`{"kind":{}}`: "kind is object, which does not fit there",
	} {
		var got outer
		if _, err := Decode([]byte(text), 1000, &got); err == nil || err.Error() != want {
			t.Errorf("%s: %v", text, err)
		}
	}
}

// The place of what is found is the names that lead to it, and a hostile name
// is as long as the text. Neither time nor memory may grow with its length
// times the number of what lies below it.
func TestALongNameAboveManyValuesCostsLittle(t *testing.T) {
	name := strings.Repeat("n", 1<<20)
	for what, below := range map[string]string{
		"items": "[" + strings.Repeat("0,", 1<<15) + "0]", "members": "{" + strings.Repeat(`"":0,`, 1<<15) + `"":0}`,
	} {
		text := []byte(`{"` + name + `":` + below + "}")
		var got outer
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		found, err := Decode(text, 4<<20, &got)
		runtime.ReadMemStats(&after)
		if asked := after.TotalAlloc - before.TotalAlloc; err != nil || asked > 100*uint64(len(text)) {
			t.Errorf("%s: %d bytes are asked for to read %d, %v", what, asked, len(text), err)
		}
		for _, place := range append(found.Unknown, found.Repeated...) {
			if len(place) > 2*maxPlace {
				t.Errorf("%s: a place is told in %d bytes", what, len(place))
			}
		}
	}
}

// Whatever Decode takes with nothing found is read the same when it is written
// from what was read: nothing was lost and nothing chosen.
func FuzzDecode(f *testing.F) {
	for _, seed := range []string{
		`{"kind":"k","in":{"name":"n","count":7,"bytes":"AAE=","next":[{}]},"raw":[1],"any":null,"map":{"a":"b"}}`,
		`{"kind":"a","kind":"b"}`, `{"Kind":"a"}`, `{"x":[[]]}`, `[[`, `{"\ud800":1,"\ud801":2}`, `{"in":null}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var first, second outer
		found, err := Decode(data, 1<<16, &first)
		if err != nil || len(found.Unknown)+len(found.Repeated) > 0 {
			return
		}
		decoder := json.NewDecoder(strings.NewReader(string(data)))
		decoder.DisallowUnknownFields()
		if err := decoder.Decode(&second); err != nil {
			t.Fatalf("%q is taken, and encoding/json refuses it: %v", data, err)
		}
		if diff := cmp.Diff(first, second); diff != "" {
			t.Fatalf("%q is read in two ways:\n%s", data, diff)
		}
	})
}
