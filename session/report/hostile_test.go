package report_test

import (
	"reflect"
	"testing"
	"time"

	"wsc-respond/session"
	"wsc-respond/session/report"
	"wsc-respond/session/sessiontest"
)

// hostile is the report of a hostile session.
func hostile(t *testing.T, text func() string) report.Report {
	t.Helper()
	state, events := hostileSession(t, text)
	return report.Build(state, events, report.Options{TLP: text(), Tool: text(), FilesAt: "../",
		ReadEvidence: func(string, int64) ([]byte, error) { return []byte(text()), nil }})
}

// hostileSession has an event of every kind, and every text that somebody else
// could have written comes from text.
func hostileSession(t *testing.T, text func() string) (*session.State, []session.Event) {
	t.Helper()
	state := session.NewState(sessiontest.Runbook())
	var events []session.Event
	seqs := map[session.Kind]uint64{}
	for _, kind := range session.Kinds() {
		data, _ := session.NewData(kind)
		fill(reflect.ValueOf(data).Elem(), text)
		refer(data, seqs)
		e := session.Event{Seq: uint64(len(events) + 1), At: time.Date(2026, 11, 22, 3, 0, 0, 0, time.UTC), Data: data,
			By: session.Actor{Name: text(), Role: text(), User: text(), Host: text(), Source: session.Source(text())}}
		if err := state.Apply(e, session.Receipt{Seq: e.Seq, Hash: session.Hash(text())}); err != nil {
			t.Fatal(err)
		}
		seqs[kind] = e.Seq
		events = append(events, e)
	}
	return state, events
}

// refer lets the data point at the events that it would point at.
func refer(data session.Data, seqs map[session.Kind]uint64) {
	switch d := data.(type) {
	case *session.Started:
		d.Of = seqs[session.KindConfirmed]
	case *session.Ended:
		d.Of = seqs[session.KindStarted]
	case *session.HypothesisChanged:
		d.Note = seqs[session.KindNote]
	case *session.NoticeSent:
		d.Draft = seqs[session.KindNoticeDrafted]
	case *session.Amended:
		d.Of = seqs[session.KindNote]
	case *session.StepReopened:
		d.Of = seqs[session.KindStepDone]
	}
}

// fill gives every text in a value, however deep, a new one, and every list
// and map an entry.
func fill(v reflect.Value, text func() string) {
	switch v.Kind() {
	case reflect.String:
		v.SetString(text())
	case reflect.Int64:
		v.SetInt(7)
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem(), text)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		fill(v.Index(0), text)
	case reflect.Map:
		key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
		fill(key, text)
		fill(value, text)
		v.Set(reflect.MakeMap(v.Type()))
		v.SetMapIndex(key, value)
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				fill(v.Field(i), text)
			}
		}
	}
}
