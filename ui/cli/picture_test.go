package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"wsc-respond/ui/uitest"
)

// readmePicture is what README shows.
const readmePicture = "../uitest/testdata/console.svg"

// ourContacts are filled in, so that the picture is of an incident and not of
// a warning.
const ourContacts = `---
overlays: wsc-incident-response
---

## Emergency contacts

### System Integrator

| Role | Contact | Notes |
|------|---------|-------|
| Security lead | +1 555 0100 | first escalation point |
| On-call engineer | pager wsc-oncall | critical severity |
| Legal/Compliance | +1 555 0101 | legal clocks |
| Communications | +1 555 0102 | anything public |
`

// The picture is made from the real program, so it tells the truth about it;
// its times are those of the run that made it, so it is not compared.
func TestREADMEPicture(t *testing.T) {
	h := newHome(t)
	keys, err := os.MkdirTemp("", "keys") // its name is in the picture
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(keys); err != nil {
			t.Error(err)
		}
	})
	key := filepath.Join(keys, "release.sec")
	for path, text := range map[string]string{key: "not a real key\n", filepath.Join(h.dir, "ours", "contacts.md"): ourContacts} {
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}

	term := h.start(t, uitest.Options{Cols: 120, Rows: 40, Args: []string{"wsc-respond", "start", "INC-1",
		"--severity", "critical", "--overlay", "ours", "--name", "alice", "--role", "System Integrator",
		"--code-name", "cobalt-heron", "--noticed", "24 minutes ago"}})
	term.WaitFor("cobalt-heron · INC-1")
	term.Press("space")
	term.WaitFor("done: Write down what was seen")
	note(term, "the build agent was set up anew on Friday")
	term.WaitFor("observation: the build agent")
	term.Press("down", "enter")
	term.WaitFor("▸ record")
	term.Press("enter")
	term.WaitFor("Which secret key file is affected?")
	term.Type(key)
	yes(term)
	term.WaitFor("record · exit 0")
	term.WaitFor("─ output · record · exit 0")
	term.Stable()

	svg := term.Picture("The console at work: incident cobalt-heron, INC-1 Private key compromise, critical. " +
		"Clocks of the phases at the top, the steps at the left, the open step with its commands and the output " +
		"of one at the right, the timeline below.")
	for _, text := range []string{"cobalt-heron", "Isolate the key", "exit 0", "observation: the build agent"} {
		if !strings.Contains(svg, text) {
			t.Errorf("the picture does not show %q", text)
		}
	}
	if uitest.Updating() {
		if err := uitest.WritePicture(readmePicture, svg); err != nil {
			t.Fatal(err)
		}
	}
}
