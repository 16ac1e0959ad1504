package markdown

import (
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"wsc-respond/steps"
)

// clearSecrets has a secret with a default, one without, and a default that is
// no secret.
const clearSecrets = `---
id: vault
document: {title: Vault}
inputs:
  PIN: {ask: Which PIN?, secret: true, default: "0000"}
  TOKEN: {ask: Which token?, secret: true}
  REGION: {ask: Which region?, default: north}
---

# Vault

## INC-1: One

**Act:**

1. **Look**
`

func TestASecretWithADefaultIsAnError(t *testing.T) {
	rb, problems, err := Read(fstest.MapFS{"vault.md": {Data: []byte(clearSecrets)}}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	var found []steps.Problem
	for _, p := range append(problems, Check(rb, time.Unix(0, 0))...) {
		if strings.Contains(p.Detail, "leave the default out") {
			found = append(found, p)
		}
	}
	if len(found) != 1 {
		t.Fatalf("found %v", found)
	}
	const want = "vault.md:5: error: PIN: a secret with a default stands in clear in the runbook: leave the default out"
	if got := found[0].String(); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if strings.Contains(found[0].Detail, "0000") {
		t.Error("the finding shows the secret")
	}
}
