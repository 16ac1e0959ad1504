package session

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"wsc-respond/steps"
)

// lineEvent is an event with every field of the line itself set.
func lineEvent(d Data) Event {
	return Event{
		Seq:      2,
		At:       time.Date(2026, 11, 22, 3, 13, 5, 124011000, time.UTC),
		Occurred: time.Date(2026, 11, 22, 2, 52, 0, 0, time.UTC),
		Boot:     "6f1c2f0e-52d0-4a39-9d7f-1a2b3c4d5e6f",
		Up:       81234*time.Second + 505*time.Millisecond,
		By: Actor{Name: "alice", Role: "System Integrator", User: "alice", Host: "bastion1",
			TTY: "/dev/pts/3", Source: FromTerminal},
		Data: d,
		Prev: Hash(strings.Repeat("0f", 32)),
	}
}

const aLine = `{"v":1,"seq":2,"at":"2026-11-22T03:13:05.124011Z","occurred":"2026-11-22T02:52:00Z",` +
	`"boot":"6f1c2f0e-52d0-4a39-9d7f-1a2b3c4d5e6f","up":81234.505,` +
	`"by":{"name":"alice","role":"System Integrator","user":"alice","host":"bastion1","tty":"/dev/pts/3","source":"terminal"},` +
	`"kind":"milestone.reached","data":{"milestone":"aware"},` +
	`"prev":"0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f"}`

func TestALineHasTheFormOfTheDocumentedExample(t *testing.T) {
	line, err := EncodeLine(lineEvent(&MilestoneReached{Milestone: steps.Aware}))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(aLine, string(line)); diff != "" {
		t.Errorf("line (-want +got):\n%s", diff)
	}
	if !json.Valid(line) {
		t.Error("the line is not JSON")
	}
}

// fill sets every field of a value to something that is not empty.
func fill(v reflect.Value, n *int) {
	*n++
	switch v.Kind() {
	case reflect.String:
		v.SetString(fmt.Sprintf("text %d \"quoted\"\\ é 鍵 \n\t\u0085\u202e\x1b[31m😀", *n))
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Uint64:
		v.SetUint(math.MaxUint64)
	case reflect.Int, reflect.Int64:
		v.SetInt(-int64(*n))
	case reflect.Float64:
		v.SetFloat(0.1 * float64(*n))
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem(), n)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		fill(v.Index(0), n)
		fill(v.Index(1), n)
	case reflect.Map:
		v.Set(reflect.ValueOf(map[string]string{"KEY_FILE": "/srv/keys/a", "A": "", "é": "x"}))
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			v.Set(reflect.ValueOf(time.Date(2026, 11, 22, 6, 0, *n%60, 5000, time.UTC)))
			return
		}
		for i := range v.NumField() {
			fill(v.Field(i), n)
		}
	}
}

func TestEveryKindComesBackAsItWasWritten(t *testing.T) {
	for _, newData := range allData() {
		empty, full := newData(), newData()
		n := 0
		fill(reflect.ValueOf(full).Elem(), &n)
		for name, d := range map[string]Data{"empty": empty, "full": full} {
			t.Run(string(d.Kind())+" "+name, func(t *testing.T) {
				e := lineEvent(d)
				line, err := EncodeLine(e)
				if err != nil {
					t.Fatal(err)
				}
				got, err := DecodeLine(line)
				if err != nil {
					t.Fatalf("%v\n%s", err, line)
				}
				if diff := cmp.Diff(e, got); diff != "" {
					t.Errorf("event (-written +read):\n%s", diff)
				}
				again, err := EncodeLine(got)
				if err != nil || !bytes.Equal(line, again) {
					t.Errorf("written again: %v\n%s\n%s", err, line, again)
				}
				standard := newData()
				var whole struct{ Data json.RawMessage }
				if err := json.Unmarshal(line, &whole); err != nil {
					t.Fatal(err)
				}
				if err := json.Unmarshal(whole.Data, standard); err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(d, standard, cmpopts.EquateEmpty()); diff != "" {
					t.Errorf("another JSON reader sees something else (-written +read):\n%s", diff)
				}
			})
		}
	}
}

func TestEmptyContentIsWrittenInOneWay(t *testing.T) {
	tests := map[string][2]Data{
		"an empty list is like none": {&Reclassified{Types: []string{}}, &Reclassified{}},
		"an empty map is like none":  {&Ended{Carry: Carry{Set: map[string]string{}}}, &Ended{}},
		"minus zero is like none":    {&Opened{Where: Environment{ClockOffset: math.Copysign(0, -1)}}, &Opened{}},
	}
	for name, pair := range tests {
		t.Run(name, func(t *testing.T) {
			one, err := EncodeLine(lineEvent(pair[0]))
			if err != nil {
				t.Fatal(err)
			}
			other, err := EncodeLine(lineEvent(pair[1]))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(one), string(other)); diff != "" {
				t.Error(diff)
			}
			if _, err := DecodeLine(one); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestTimesKeepMicroseconds(t *testing.T) {
	tests := map[string]struct {
		at, occurred time.Time
		up           time.Duration
		want         []string
	}{
		"whole seconds": {
			at: time.Unix(1_800_000_000, 0), occurred: time.Unix(1_700_000_000, 0), up: 5 * time.Second,
			want: []string{`"at":"2027-01-15T08:00:00.000000Z"`, `"occurred":"2023-11-14T22:13:20Z"`, `"up":5.000,`},
		},
		"microseconds": {
			at: time.Unix(1_800_000_000, 1000), occurred: time.Unix(1_700_000_000, 120_000_000), up: 5*time.Second + 1001*time.Microsecond,
			want: []string{`"at":"2027-01-15T08:00:00.000001Z"`, `"occurred":"2023-11-14T22:13:20.120000Z"`, `"up":5.001001,`},
		},
		"nanoseconds are cut": {
			at: time.Unix(1_800_000_000, 999), occurred: time.Unix(1_700_000_000, 999), up: 12*time.Hour + 999,
			want: []string{`"at":"2027-01-15T08:00:00.000000Z"`, `"occurred":"2023-11-14T22:13:20Z"`, `"up":43200.000,`},
		},
		"other zones become UTC": {
			at:   time.Date(2026, 11, 22, 4, 0, 0, 0, time.FixedZone("", 3600)),
			want: []string{`"at":"2026-11-22T03:00:00.000000Z","boot"`, `"up":0.000,`},
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			e := lineEvent(&StepDone{})
			e.At, e.Occurred, e.Up = tc.at, tc.occurred, tc.up
			line, err := EncodeLine(e)
			if err != nil {
				t.Fatal(err)
			}
			for _, want := range tc.want {
				if !strings.Contains(string(line), want) {
					t.Errorf("%s is not in %s", want, line)
				}
			}
			back, err := DecodeLine(line)
			if err != nil {
				t.Fatal(err)
			}
			if d := tc.up - back.Up; d < 0 || d >= time.Microsecond {
				t.Errorf("up went from %v to %v", tc.up, back.Up)
			}
		})
	}
}

func TestAScanFindsWhatADecodeFinds(t *testing.T) {
	for _, newData := range allData() {
		d := newData()
		n := 0
		fill(reflect.ValueOf(d).Elem(), &n)
		e := lineEvent(d)
		e.Seq = 18_446_744_073
		line, err := EncodeLine(e)
		if err != nil {
			t.Fatal(err)
		}
		if seq, prev, ok := ScanLine(line); !ok || seq != e.Seq || prev != e.Prev {
			t.Errorf("%s: %d %s %v", d.Kind(), seq, prev, ok)
		}
	}
	for i := range len(aLine) {
		if _, _, ok := ScanLine([]byte(aLine[:i])); ok {
			t.Errorf("the first %d bytes were scanned", i)
		}
	}
}

func TestTheHashIsOfTheLineAlone(t *testing.T) {
	// printf abc | sha256sum
	const want = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
	if got := HashLine([]byte("abc")); got != want {
		t.Errorf("got %s", got)
	}
}

func FuzzDecodeLine(f *testing.F) {
	f.Add([]byte(aLine))
	for _, newData := range allData() {
		d := newData()
		n := 0
		fill(reflect.ValueOf(d).Elem(), &n)
		if line, err := EncodeLine(lineEvent(d)); err == nil {
			f.Add(line)
		}
	}
	f.Add([]byte(strings.Replace(aLine, `milestone.reached`, `moon.risen`, 1)))
	f.Fuzz(func(t *testing.T, line []byte) {
		e, err := DecodeLine(line)
		if err != nil {
			return
		}
		if !json.Valid(line) {
			t.Fatalf("this is no JSON and was read: %q", line)
		}
		if seq, prev, ok := ScanLine(line); ok && (seq != e.Seq || prev != e.Prev) {
			t.Fatalf("the scan sees %d %s", seq, prev)
		}
		if _, ok := e.Data.(*UnknownData); ok {
			return
		}
		again, err := EncodeLine(e)
		if err != nil || !bytes.Equal(again, line) {
			t.Fatalf("written again: %v\n%q\n%q", err, line, again)
		}
	})
}

func BenchmarkDecodeLine(b *testing.B) {
	line, err := EncodeLine(lineEvent(&Confirmed{
		Command: "INC-1/isolate/record", Shell: `stat -- "$KEY_FILE" && sha256sum -- "$KEY_FILE"`,
		Inputs: map[string]string{"KEY_FILE": "/srv/keys/release.sec"}, Dir: "/home/alice",
		Risk: steps.RiskReads, Interpreter: "/usr/bin/bash", Yes: "yes",
	}))
	if err != nil {
		b.Fatal(err)
	}
	b.Run("strict", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := DecodeLine(line); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("hash alone", func(b *testing.B) {
		for b.Loop() {
			HashLine(line)
		}
	})
}
