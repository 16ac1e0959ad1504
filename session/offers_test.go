package session_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"wsc-respond/session"
)

func TestAnOfferStaysOpenUntilTheInputGetsAValue(t *testing.T) {
	n, _ := inspecting(t, map[string]string{"LIST": "stdout", "ISSUER": "i.json#keyless.issuer", "GONE": "i.json#nothing"}, 0, "a.wasm\n", map[string]string{"i.json": inspected})
	issuer := session.OpenOffer{Offer: session.Offer{Name: "ISSUER", Value: "https://accounts.example.org"}, From: recordRef}
	list := session.OpenOffer{Offer: session.Offer{Name: "LIST", Value: "a.wasm"}, From: recordRef}
	if diff := cmp.Diff([]session.OpenOffer{issuer, list}, n.OpenOffers("")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	n.set("LIST", "another.wasm")
	if diff := cmp.Diff([]session.OpenOffer{issuer}, n.OpenOffers("")); diff != "" {
		t.Errorf("after a person set LIST (-want +got):\n%s", diff)
	}
	n.set("ISSUER", "https://accounts.example.org")
	if open := n.OpenOffers(""); open != nil {
		t.Errorf("with both set it offers %+v", open)
	}
}

func TestALaterRunOffersAnew(t *testing.T) {
	n, _ := inspecting(t, map[string]string{"LIST": "stdout"}, 0, "a.wasm\n", nil)
	n.set("LIST", "another.wasm")
	started, base := n.start(recordRef, "")
	if _, err := n.ports.Evidence.Put(t.Context(), "evidence/"+base+".out", []byte("b.wasm\n")); err != nil {
		t.Fatal(err)
	}
	n.end(started, base, session.Result{Outcome: session.Exited, Stdout: session.Output{File: "evidence/" + base + ".out"}})
	want := []session.OpenOffer{{Offer: session.Offer{Name: "LIST", Value: "b.wasm"}, From: recordRef}}
	if diff := cmp.Diff(want, n.OpenOffers("")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestAnOfferThatHasNoValueHidesAnEarlierOne(t *testing.T) {
	n, _ := inspecting(t, map[string]string{"LIST": "stdout"}, 0, "a.wasm\n", nil)
	started, base := n.start(recordRef, "")
	n.end(started, base, session.Result{Outcome: session.Exited})
	if open := n.OpenOffers(""); open != nil {
		t.Errorf("an older run offers %+v", open)
	}
}
