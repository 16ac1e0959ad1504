package session

import (
	"bytes"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestWhatCannotStandInARecordIsRefused(t *testing.T) {
	with := func(change func(*Event)) Event {
		e := lineEvent(&NoteAdded{Type: Observation, Text: "seen"})
		change(&e)
		return e
	}
	exit := 1
	tests := map[string]struct {
		event Event
		want  string
	}{
		"text that is not UTF-8":   {with(func(e *Event) { e.Data = &NoteAdded{Text: "a\xffb"} }), "text: the text holds bytes that are not UTF-8"},
		"an actor that is not":     {with(func(e *Event) { e.By.Host = "\xc3" }), "host: the text holds bytes that are not UTF-8"},
		"a map key that is not":    {with(func(e *Event) { e.Data = &Confirmed{Inputs: map[string]string{"\xff": ""}} }), "inputs: "},
		"a deep text that is not":  {with(func(e *Event) { e.Data = &Classified{Because: []Because{{Said: "\xff"}}} }), "because: said: "},
		"a number JSON has not":    {with(func(e *Event) { e.Data = &ClockJumped{Seconds: math.NaN()} }), "seconds: NaN"},
		"an unknown kind":          {with(func(e *Event) { e.Data = &UnknownData{Named: "x.y", Raw: []byte("{}")} }), `kind "x.y"`},
		"no data":                  {with(func(e *Event) { e.Data = nil }), "no data"},
		"nil data":                 {with(func(e *Event) { e.Data = (*Closed)(nil) }), "no data"},
		"data that is not a kind":  {with(func(e *Event) { e.Data = otherData{&exit} }), "is not the data of an event"},
		"a prev that is no hash":   {with(func(e *Event) { e.Prev = "" }), "prev"},
		"a prev in upper case":     {with(func(e *Event) { e.Prev = Hash(strings.Repeat("0F", 32)) }), "prev"},
		"a time before the clock":  {with(func(e *Event) { e.Up = -1 }), "boot-time clock"},
		"a year beyond the form":   {with(func(e *Event) { e.At = time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC) }), "year 10000"},
		"a line beyond the length": {with(func(e *Event) { e.Data = &NoteAdded{Text: strings.Repeat("x", MaxLine)} }), "put long text into the evidence"},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			line, err := EncodeLine(tc.event)
			if err == nil {
				t.Fatalf("it was written: %.300s", line)
			}
			if !strings.Contains(err.Error(), tc.want) {
				t.Errorf("the error is %q and should say %q", err, tc.want)
			}
		})
	}
}

type otherData struct{ *int }

func (otherData) Kind() Kind { return KindClosed }

func TestTheLongestLineIsWrittenAndRead(t *testing.T) {
	short, err := EncodeLine(lineEvent(&NoteAdded{Type: Observation}))
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Repeat("x", MaxLine-len(short))
	line, err := EncodeLine(lineEvent(&NoteAdded{Type: Observation, Text: text}))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := DecodeLine(line); err != nil || len(line) != MaxLine {
		t.Errorf("%d bytes: %v", len(line), err)
	}
	if _, err := DecodeLine(append(line, 'x')); err == nil {
		t.Error("a longer line was read")
	}
}

func TestADamagedLineIsRefused(t *testing.T) {
	change := func(old, new string) string {
		if !strings.Contains(aLine, old) {
			panic("the line does not hold " + old)
		}
		return strings.Replace(aLine, old, new, 1)
	}
	tests := map[string]struct{ line, want string }{
		"empty":                         {"", "not a line of a session file"},
		"another version":               {change(`"v":1`, `"v":2`), "format version 2, and this program reads version 1"},
		"an unknown field":              {change(`"up":`, `"down":1,"up":`), `field "down" is unknown`},
		"an unknown field of the actor": {change(`"user":`, `"uid":0,"user":`), `field "uid" is unknown`},
		"an unknown field of the data":  {change(`"aware"`, `"aware","x":1`), `field "x" is unknown`},
		"a field in other letters":      {change(`"seq"`, `"Seq"`), `field "Seq" is unknown`},
		"a doubled field":               {change(`"seq":2`, `"seq":2,"seq":2`), `field "seq" stands twice`},
		"a doubled field of the actor":  {change(`"user":`, `"name":"bob","user":`), `field "name" stands twice`},
		"a doubled field of the data":   {change(`"aware"`, `"aware","milestone":"aware"`), `field "milestone" stands twice`},
		"a doubled last field":          {change(`"prev"`, `"prev":"","prev"`), "prev"},
		"fields out of order":           {change(`"host":"bastion1","tty":"/dev/pts/3"`, `"tty":"/dev/pts/3","host":"bastion1"`), `field "tty" stands twice or out of its place`},
		"a missing field":               {change(`"boot":"6f1c2f0e-52d0-4a39-9d7f-1a2b3c4d5e6f",`, ``), `field "up" stands twice or out of its place`},
		"an empty data":                 {change(`{"milestone":"aware"}`, `{}`), `field "milestone" is missing`},
		"an optional field left empty":  {change(`"aware"`, `"aware","note":""`), `field "note" stands empty`},
		"null":                          {change(`{"milestone":"aware"}`, `null`), "an object was expected"},
		"a blank":                       {change(`"seq":2`, `"seq": 2`), "whole number"},
		"a plus":                        {change(`"seq":2`, `"seq":+2`), "whole number"},
		"a leading zero":                {change(`"seq":2`, `"seq":02`), "whole number"},
		"an exponent":                   {change(`81234.505`, `8.1234505e4`), "number of seconds"},
		"another number of decimals":    {change(`81234.505`, `81234.5050`), "number of seconds"},
		"milliseconds":                  {change(`05.124011Z`, `05.124Z`), "not a time in UTC"},
		"another zone":                  {change(`05.124011Z`, `05.124011+00:00`), "not a time in UTC"},
		"a date that is none":           {change(`2026-11-22T03`, `2026-02-30T03`), "not a time in UTC"},
		"a fraction of zero":            {change(`02:52:00Z`, `02:52:00.000000Z`), "not a time in UTC"},
		"a zero occurred":               {change(`2026-11-22T02:52:00Z`, `0001-01-01T00:00:00Z`), "stands empty"},
		"an escape that need not be":    {change(`alice`, `\u0061lice`), "spelled"},
		"an escaped slash":              {change(`/dev`, `\/dev`), "spelled"},
		"half a surrogate":              {change(`alice`, `\ud800`), "spelled"},
		"an upper-case escape":          {change(`alice`, `\u001B`), "spelled"},
		"a raw control":                 {change(`alice`, "al\x1bice"), "spelled"},
		"a raw override":                {change(`alice`, "al\u202eice"), "spelled"},
		"not UTF-8":                     {change(`alice`, "al\xffice"), "not UTF-8"},
		"a cut text":                    {aLine[:len(aLine)-10], "no end"},
		"a cut end":                     {aLine[:len(aLine)-1], "end of the object"},
		"something behind":              {aLine + " ", "after the end"},
		"two on one line":               {aLine + aLine, "after the end"},
		"a newline":                     {aLine + "\n", "after the end"},
		"an upper-case hash":            {change(`0f0f`, `0F0f`), "SHA-256"},
		"a short hash":                  {change(`0f0f`, `0f`), "SHA-256"},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			e, err := DecodeLine([]byte(tc.line))
			if err == nil {
				t.Fatalf("it was read: %+v", e)
			}
			if !strings.Contains(err.Error(), tc.want) {
				t.Errorf("the error is %q and should say %q", err, tc.want)
			}
		})
	}
}

func TestALineThatIsCutAnywhereIsRefused(t *testing.T) {
	for i := range len(aLine) {
		if _, err := DecodeLine([]byte(aLine[:i])); err == nil {
			t.Errorf("the first %d bytes were read as an event", i)
		}
	}
}

func TestMapsAreReadInOneOrder(t *testing.T) {
	e := lineEvent(&Confirmed{Inputs: map[string]string{"B": "1", "A": "2", "C": "3"}})
	line, err := EncodeLine(e)
	if err != nil {
		t.Fatal(err)
	}
	good := `{"A":"2","B":"1","C":"3"}`
	for _, bad := range []string{
		`{"B":"1","A":"2","C":"3"}`, `{"A":"2","A":"2"}`, `{"A":"2",}`, `{"A":"2" }`, `{"A":1}`, `{,"A":"2"}`, `{}`, `["A"]`,
	} {
		if _, err := DecodeLine(bytes.Replace(line, []byte(good), []byte(bad), 1)); err == nil {
			t.Errorf("%s was read", bad)
		}
	}
}

func TestAnUnknownKindIsShownAndNotWritten(t *testing.T) {
	raw := `{"a":[1,-2.5e3,true,null,{"b":"x"}],"c":{}}`
	line := strings.Replace(aLine, `"milestone.reached","data":{"milestone":"aware"}`, `"moon.risen","data":`+raw, 1)
	e, err := DecodeLine([]byte(line))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(&UnknownData{Named: "moon.risen", Raw: []byte(raw)}, e.Data); diff != "" {
		t.Error(diff)
	}
	if _, err := EncodeLine(e); err == nil {
		t.Error("it was written again")
	}
	for _, bad := range []string{
		`{"a":1,"a":2}`, `{"a":{"b":1,"b":2}}`, `{"a":[{"b":1,"b":2}]}`, `[]`, `1`, `{"a":01}`, `{"a":}`, `{"a" :1}`, `{"a":tru}`,
		`{"a":` + strings.Repeat("[", 100) + strings.Repeat("]", 100) + `}`,
	} {
		if _, err := DecodeLine([]byte(strings.Replace(line, raw, bad, 1))); err == nil {
			t.Errorf("%s was read", bad)
		}
	}
}
