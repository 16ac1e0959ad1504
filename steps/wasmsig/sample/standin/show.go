package standin

import (
	"encoding/hex"
	"fmt"

	"wsc-respond/steps/wasmsig"
)

// sectionNames are the real tool's words for the sections by their id.
var sectionNames = map[byte]string{
	1: "types section", 2: "imports section", 3: "functions section", 4: "table section",
	5: "memory section", 6: "global section", 7: "exports section", 8: "start section",
	9: "elements section", 10: "code section", 11: "data section",
}

func (t *tool) show() error {
	m, err := readModule(t.given["-i"], "input file ")
	if err != nil {
		return err
	}
	t.list(m)
	return nil
}

// list prints the sections. With -v it opens the signature and the delimiters.
func (t *tool) list(m *module) {
	sections := m.sections
	first := 0
	if len(sections) > 0 && sections[0].Name == "signature" {
		sections = sections[1:]
	}
	if m.body != nil {
		t.signature(m)
		first = 1
	}
	for i, s := range sections {
		fmt.Fprintf(t.out, "%d:\t%s\n", first+i, sectionName(s))
		if t.verbose && s.Name == "signature_delimiter" {
			fmt.Fprintf(t.out, "- delimiter: [%x]\n\n", m.data[s.Body:s.End])
		}
	}
}

func (t *tool) signature(m *module) {
	sigs, err := m.signatures()
	if err != nil {
		fmt.Fprint(t.out, "0:\tundecodable signature header\n")
		return
	}
	fmt.Fprint(t.out, "0:\tcustom section: [signature]\n")
	if !t.verbose {
		return
	}
	fmt.Fprint(t.out, "- specification version: 0x01\n- content_type: 0x01\n- hash function: 0x01 (SHA-256)\n- (hashes,signatures) set:\n")
	for _, set := range sigs.Sets {
		fmt.Fprint(t.out, "  - hashes:\n")
		for _, h := range set.Hashes {
			fmt.Fprintf(t.out, "    - [%x]\n", h)
		}
		fmt.Fprint(t.out, "  - signatures:\n")
		for _, sig := range set.Signatures {
			fmt.Fprintf(t.out, "    - [%x] (%s)\n", sig.Value, keyID(sig.KeyID))
		}
	}
	fmt.Fprintln(t.out)
}

func keyID(id []byte) string {
	if len(id) == 0 {
		return "no key id"
	}
	return fmt.Sprintf("key id: [%x]", id)
}

func sectionName(s wasmsig.Section) string {
	if s.ID == 0 {
		return "custom section: [" + s.Name + "]"
	}
	if name, ok := sectionNames[s.ID]; ok {
		return name
	}
	return fmt.Sprintf("section id: [%d]", s.ID)
}

// readID is the id of the key in a file, as a signature carries it.
func readID(path string) ([]byte, error) {
	key, err := readPublic(path)
	if err != nil {
		return nil, err
	}
	return hex.DecodeString(string(key.ID()))
}
