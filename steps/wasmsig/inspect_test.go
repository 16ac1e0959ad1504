package wasmsig_test

import (
	"bytes"
	"errors"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"wsc-respond/steps/wasmsig"
	"wsc-respond/steps/wasmsig/sample"
)

// damaged is a module with something wrong, and what is to be said of it.
type damaged struct {
	name   string
	module []byte
	want   []wasmsig.ProblemKind
	says   string // a part of the first problem's words
}

func damagedModules(t *testing.T) []damaged {
	core := sample.Core(200, 1)
	signed := sample.Sign(core, true, alice)
	set := wasmsig.Set{Hashes: sample.Hashes(core)}
	sets := func(all ...wasmsig.Set) []byte {
		return sample.Attach(core, wasmsig.Signatures{Sets: all}.Encode())
	}
	section := func(body []byte) []byte { return sample.Custom("signature", body) }
	with := func(sig wasmsig.Signature) wasmsig.Set {
		return wasmsig.Set{Hashes: set.Hashes, Signatures: []wasmsig.Signature{sig}}
	}
	claimed := sample.Signature(set.Hashes, true, alice)
	claimed.Value = bob.Sign(set.Message())
	certified := sample.Signature(set.Hashes, true, alice)
	certified.Certificates = [][]byte{[]byte("no certificate")}
	crowd := make([]wasmsig.Signature, 256)
	for i := range crowd {
		crowd[i] = wasmsig.Signature{Algorithm: 1, Value: make([]byte, 64)}
	}
	many := slices.Repeat([]wasmsig.Set{{Hashes: set.Hashes, Signatures: crowd}}, 64)

	return []damaged{
		{"cut off", signed[:len(signed)-3], kinds(wasmsig.Truncated), "claims"},
		{"cut off in the header", signed[:6], kinds(wasmsig.Truncated), "within its header"},
		{"cut off in a section's length", sample.Module([]byte{1, 0x80}), kinds(wasmsig.Truncated), "head of the section"},
		{"a section's id beyond all ids", sample.Module([]byte{0x80, 0}), kinds(wasmsig.Malformed), "0x80"},
		{"a length of more than 32 bits", sample.Module([]byte{1, 0xff, 0xff, 0xff, 0xff, 0x7f}), kinds(wasmsig.Malformed), "32 bits"},
		{"a name without a length", sample.Module([]byte{0, 0}), kinds(wasmsig.Malformed), "no length"},
		{"a name longer than its section", sample.Module([]byte{0, 1, 9}), kinds(wasmsig.Malformed), "longer than the section"},
		{"a name that is too long", sample.Module(sample.Custom(strings.Repeat("n", 4097), nil)), kinds(wasmsig.Malformed), "4097 bytes"},
		{"a name that is no UTF-8", sample.Module(sample.Custom("\xff", nil)), kinds(wasmsig.Malformed), "no UTF-8"},
		{"another version", []byte("\x00asm\x02\x00\x00\x00"), kinds(wasmsig.UnknownVersion), "02000000"},
		{"too many sections", sample.Module(bytes.Repeat([]byte{1, 0}, 4097)), kinds(wasmsig.TooManySections), "4096"},
		{"an empty signature", sample.Module(section(nil)), kinds(wasmsig.SignatureMalformed), "0 bytes"},
		{"a signature cut off", sample.Attach(core, []byte{1, 1, 1, 1, 9}), kinds(wasmsig.SignatureMalformed), "too early"},
		{"an unknown signature", sample.Attach(core, []byte{3, 3, 3, 0}), kinds(wasmsig.SignatureVersion), "030303"},
		{"a signature in the wrong place", append(bytes.Clone(core), signed[8:len(signed)-len(core)+8]...), kinds(wasmsig.SignatureMisplaced), "unsigned"},
		{"two signatures", slices.Concat(signed, signed[8:len(signed)-len(core)+8]),
			kinds(wasmsig.SignatureDoubled, wasmsig.ContentChanged), "only the first"},
		{"bytes behind the signature", sample.Attach(core, append(wasmsig.Signatures{Sets: []wasmsig.Set{set}}.Encode(), 0)),
			kinds(wasmsig.TrailingData), "1 bytes"},
		{"a crowd of signatures", sets(many...), kinds(wasmsig.TooManySignatures), "left out"},
		{"five signature sections", sample.Module(bytes.Repeat(section(wasmsig.Signatures{}.Encode()), 5)),
			kinds(wasmsig.TooManySignatures, wasmsig.SignatureDoubled, wasmsig.SignatureDoubled, wasmsig.SignatureDoubled, wasmsig.SignatureDoubled), "more than 4"},
		{"changed", changed(signed, -1), kinds(wasmsig.ContentChanged), "changed after signing"},
		{"a claimed key", sets(with(claimed)), kinds(wasmsig.SignatureInvalid), "only a claim"},
		{"a certificate that is none", sets(with(certified)), kinds(wasmsig.CertificateMalformed), "certificate"},
		{"a set over nothing", sets(wasmsig.Set{}), kinds(wasmsig.ContentChanged), "no content at all"},
		{"a broken bill of materials", sample.Module(sample.Custom("wsc.sbom", []byte(`{"a":`))), kinds(wasmsig.SectionMalformed), "wsc.sbom"},
	}
}

func damagedKeyless(t *testing.T) []damaged {
	core := sample.Core(200, 1)
	sigstore := newInstance(t, "sigstore")
	damage := func(change func(k *wasmsig.Keyless)) []byte {
		k := sigstore.signature(core)
		change(&k)
		return sample.Attach(core, k.Encode())
	}
	other := sigstore.signature(sample.Core(300, 2))
	stranger := sample.KeylessSignature(core, sample.Identity{Name: "mallory@example.com", Issuer: "https://token.example"}, sigstore.ca, sigstore.log)
	entry := func(text string) []byte {
		k := sigstore.signature(core)
		body := k.Encode()
		at := bytes.IndexByte(body, '{')
		head := bytes.Clone(body[:at-lengthSize(body, at)])
		head = append(appendLength(head, len(text)), text...)
		return sample.Attach(core, append(append(head, 32), k.ModuleHash[:]...))
	}
	return []damaged{
		{"changed", changed(sigstore.sign(core), -1), kinds(wasmsig.ContentChanged), "changed after signing"},
		{"a signature of nobody", damage(func(k *wasmsig.Keyless) { k.Value = bytes.Repeat([]byte{0x11}, 64) }),
			kinds(wasmsig.SignatureInvalid, wasmsig.LogEntryUnbound), "did not make"},
		{"a signature of zeros", damage(func(k *wasmsig.Keyless) { k.Value = make([]byte, 64) }),
			kinds(wasmsig.SignatureInvalid, wasmsig.LogEntryUnbound), "did not make"},
		{"no certificate", damage(func(k *wasmsig.Keyless) { k.Chain = nil }),
			kinds(wasmsig.NoCertificate, wasmsig.SignatureInvalid, wasmsig.LogEntryUnbound), "names nobody"},
		{"a certificate that is none", damage(func(k *wasmsig.Keyless) { k.Chain[1] = "nothing" }),
			kinds(wasmsig.CertificateMalformed), "certificate 2 of 2"},
		{"words before the certificate", damage(func(k *wasmsig.Keyless) { k.Chain[0] = "trust me\n" + k.Chain[0] }),
			kinds(wasmsig.CertificateMalformed, wasmsig.SignatureInvalid, wasmsig.LogEntryUnbound), "before or behind"},
		{"a certificate in another writing", damage(func(k *wasmsig.Keyless) { k.Chain[1] = strings.ReplaceAll(k.Chain[1], "=", "") }),
			kinds(wasmsig.CertificateMalformed), "certificate 2 of 2"},
		{"no log entry", damage(func(k *wasmsig.Keyless) { k.Entry = wasmsig.LogEntry{} }), kinds(wasmsig.NoLogEntry), "when it was signed"},
		{"a skipped log entry", damage(func(k *wasmsig.Keyless) { k.Entry = wasmsig.LogEntry{UUID: "skipped"} }), kinds(wasmsig.NoLogEntry), "no entry"},
		{"a log entry that is no JSON", entry(`{"uuid":`), kinds(wasmsig.LogEntryMalformed), "cannot be read"},
		{"a log entry that says its id twice", entry(`{"uuid":"a","uuid":"b"}`), kinds(wasmsig.LogEntryMalformed), "twice"},
		{"a body that is no base64", entry(`{"uuid":"a","body":"*"}`), kinds(wasmsig.LogEntryMalformed), "base64"},
		{"a timestamp in two lines", entry(`{"uuid":"a","body":"","signed_entry_timestamp":"AA\nAA"}`), kinds(wasmsig.LogEntryMalformed), "base64"},
		{"a log's id that is no hex", entry(`{"uuid":"a","log_id":"x"}`), kinds(wasmsig.LogEntryMalformed), "no hex"},
		{"an id in capitals", entry(`{"uuid":"A","log_id":""}`), kinds(wasmsig.LogEntryMalformed), "capitals"},
		{"a time that is none", entry(`{"uuid":"a","log_id":"","integrated_time":"noon"}`), kinds(wasmsig.LogEntryMalformed), "time"},
		{"a proof of more than bytes", entry(`{"uuid":"a","inclusion_proof":[256]}`), kinds(wasmsig.LogEntryMalformed), "256"},
		{"a body that is nothing", damage(func(k *wasmsig.Keyless) { k.Entry = sigstore.log.Enter([]byte(`{}`), sample.Epoch()) }),
			kinds(wasmsig.LogEntryMalformed), "kind"},
		{"the entry of another module", damage(func(k *wasmsig.Keyless) { k.Entry = other.Entry }),
			kinds(wasmsig.LogEntryUnbound, wasmsig.LogEntryUnbound, wasmsig.LogEntryUnbound), "another artifact"},
		{"the entry of another signer", damage(func(k *wasmsig.Keyless) { k.Entry = stranger.Entry }),
			kinds(wasmsig.LogEntryUnbound, wasmsig.LogEntryUnbound), "another signature"},
		{"the id of another entry", damage(func(k *wasmsig.Keyless) { k.Entry.UUID = other.Entry.UUID }), kinds(wasmsig.LogEntryID), "id"},
		{"bytes behind the signature", sample.Attach(core, append(sigstore.signature(core).Encode(), 0)), kinds(wasmsig.TrailingData), "1 bytes"},
		{"a signature of 63 bytes", damage(func(k *wasmsig.Keyless) { k.Value = k.Value[:63] }), kinds(wasmsig.SignatureMalformed), "63 bytes"},
	}
}

func kinds(all ...wasmsig.ProblemKind) []wasmsig.ProblemKind { return all }

func TestADamagedModuleIsToldAsWhatItIs(t *testing.T) {
	for _, c := range append(damagedModules(t), damagedKeyless(t)...) {
		t.Run(c.name, func(t *testing.T) {
			found := inspectBytes(t, c.module, alice)
			if diff := cmp.Diff(c.want, kindsOf(found.Problems)); diff != "" {
				t.Fatalf("problems (-want +got):\n%s\n%v", diff, found.Problems)
			}
			if !strings.Contains(found.Problems[0].Detail, c.says) {
				t.Errorf("%q does not say %q", found.Problems[0].Detail, c.says)
			}
		})
	}
}

// The documentation of the package lists the kinds for programs that read
// them, so it has to name all of them, and each has to exist.
func TestEveryKindOfProblemIsDocumentedAndMade(t *testing.T) {
	source, err := os.ReadFile("wasmsig.go")
	if err != nil {
		t.Fatal(err)
	}
	list := func(pattern string) []string {
		var all []string
		for _, match := range regexp.MustCompile(pattern).FindAllStringSubmatch(string(source), -1) {
			all = append(all, match[1])
		}
		return all
	}
	declared, documented := list(`ProblemKind = "([a-z_]+)"`), list(`(?m)^//\t([a-z_]+) +\S`)
	if diff := cmp.Diff(declared, documented); diff != "" {
		t.Errorf("declared and documented kinds differ (-declared +documented):\n%s", diff)
	}
	made := map[string]bool{
		// These are told by those who open files.
		string(wasmsig.NotModule): true, string(wasmsig.Unreadable): true,
	}
	for _, c := range append(damagedModules(t), damagedKeyless(t)...) {
		for _, kind := range c.want {
			made[string(kind)] = true
		}
	}
	for _, kind := range declared {
		if !made[kind] {
			t.Errorf("no test makes a problem of the kind %s", kind)
		}
	}
}

func TestWhatIsNoModuleIsAnError(t *testing.T) {
	for _, data := range []string{"", "\x00as", "#!/bin/sh\nexit 0\n", "\x7fELF\x02\x01\x01\x00"} {
		_, err := wasmsig.Inspect(t.Context(), strings.NewReader(data), int64(len(data)), "f", nil)
		if !errors.Is(err, wasmsig.ErrNotModule) {
			t.Errorf("%q: %v, want ErrNotModule", data, err)
		}
	}
}

func TestAFileThatBecameShorterIsAnErrorOfReading(t *testing.T) {
	module := sample.Sign(sample.Core(20000, 1), true, alice)
	_, err := wasmsig.Inspect(t.Context(), bytes.NewReader(module[:10000]), int64(len(module)), "f", nil)
	if err == nil || errors.Is(err, wasmsig.ErrNotModule) {
		t.Errorf("the error is %v, want one of reading", err)
	}
}

func TestASignedModuleIsToldWithItsSigners(t *testing.T) {
	module := sample.Sign(sample.Sign(sample.Core(200, 1), true, alice), false, bob)
	found := inspectBytes(t, module, bob, alice)
	if len(found.Problems) > 0 || len(found.SignatureSets) != 1 || !found.SignatureSets[0].ContentMatches {
		t.Fatalf("the module is told as %+v", found)
	}
	want := []wasmsig.SignatureReport{
		{KeyID: string(alice.Public().ID()), Algorithm: "Ed25519", VerifiedBy: []string{"alice.pub"}, Certificates: []wasmsig.CertificateReport{}},
		{KeyID: "", Algorithm: "Ed25519", VerifiedBy: []string{"bob.pub"}, Certificates: []wasmsig.CertificateReport{}},
	}
	if diff := cmp.Diff(want, found.SignatureSets[0].Signatures); diff != "" {
		t.Errorf("signatures (-want +got):\n%s", diff)
	}
}

func TestASignatureThatVerifiersIgnoreIsShownAsOne(t *testing.T) {
	core, sigstore := sample.Core(200, 1), newInstance(t, "sigstore")
	behind := func(signed []byte) []byte { return append(bytes.Clone(core), signed[8:len(signed)-len(core)+8]...) }
	found := inspectBytes(t, behind(sample.Sign(core, true, alice)), alice)
	if len(found.SignatureSets) != 1 || !found.SignatureSets[0].Ignored || len(found.SignatureSets[0].Signatures[0].VerifiedBy) != 1 {
		t.Errorf("the key's signature is told as %+v", found.SignatureSets)
	}
	found = inspectBytes(t, behind(sigstore.sign(core)))
	if found.Keyless == nil || !found.Keyless.Ignored || found.Keyless.ContentMatches || found.Keyless.Identity != release.Name {
		t.Errorf("the keyless signature is told as %+v", found.Keyless)
	}
}

func TestAnUnsignedModuleIsNoProblem(t *testing.T) {
	for _, module := range [][]byte{sample.Module(), sample.Core(100, 1), sample.Component(sample.Custom("name", nil))} {
		found := inspectBytes(t, module, alice)
		if len(found.Problems) > 0 || len(found.SignatureSets) > 0 || found.Keyless != nil {
			t.Errorf("an unsigned module is told as %+v", found)
		}
	}
}

func TestItIsSaidHowMuchOfASplitModuleIsAsItWasSigned(t *testing.T) {
	parts := sample.Split(sample.Core(200, 1), 0, 1, 2) // four of them
	signed := sample.Sign(parts, true, alice)
	added := append(bytes.Clone(signed), sample.Custom("added", nil)...)
	cut := sample.Sign(sample.Split(sample.Core(200, 1), 0), true, alice)
	set := wasmsig.Set{Hashes: append(sample.Hashes(sample.Split(sample.Core(200, 1), 0)), wasmsig.Digest{})}
	for _, c := range []struct {
		name   string
		module []byte
		want   string
	}{
		{"whole", signed, ""},
		{"the last part is changed", changed(signed, -1), "the first 3 of 4 parts are as they were signed; what follows was changed"},
		{"a delimiter is added", append(added, sample.Custom("signature_delimiter", make([]byte, 16))...), "the first 3 of 4 parts are as they were signed; what follows was changed"},
		{"the first part is changed", changed(signed, len(signed)-len(parts)+8+2), "changed after signing"},
		{"whole in two parts", cut, ""},
		{"parts are missing", sample.Attach(cut, wasmsig.Signatures{Sets: []wasmsig.Set{set}}.Encode()),
			"parts are missing at the end: 3 were signed, and the module is the first 2 of them"},
		{"a set for the beginning", sample.Attach(cut, wasmsig.Signatures{Sets: []wasmsig.Set{{Hashes: set.Hashes[:2]}, {Hashes: set.Hashes[:1]}}}.Encode()),
			"signature set 2 of 2: the first 1 of 2 parts are as they were signed; what follows was added"},
	} {
		got := ""
		if found := inspectBytes(t, c.module); len(found.Problems) > 0 {
			got = found.Problems[0].Detail
		}
		if got != c.want {
			t.Errorf("%s: it is said %q, want %q", c.name, got, c.want)
		}
	}
}

func TestTheKeyThatMadeASignatureIsFoundInACrowd(t *testing.T) {
	core := sample.Core(100, 1)
	set := wasmsig.Set{Hashes: sample.Hashes(core)}
	for range 255 {
		set.Signatures = append(set.Signatures, wasmsig.Signature{Algorithm: 1, Value: make([]byte, 64)})
	}
	sets := slices.Repeat([]wasmsig.Set{set}, 64)
	sets[63].Signatures = append(slices.Clone(set.Signatures), sample.Signature(set.Hashes, true, alice))
	found := inspectBytes(t, sample.Attach(core, wasmsig.Signatures{Sets: sets}.Encode()), alice)
	if got := found.SignatureSets[63].Signatures[255].VerifiedBy; !slices.Equal(got, []string{"alice.pub"}) {
		t.Errorf("the last of %d signatures is verified by %q", 64*256, got)
	}
	if diff := cmp.Diff(kinds(wasmsig.TooManySignatures), kindsOf(found.Problems)); diff != "" {
		t.Errorf("problems (-want +got):\n%s", diff)
	}
}

func TestProblemsAreBounded(t *testing.T) {
	found := inspectBytes(t, sample.Module(bytes.Repeat(sample.Custom("wsc.sbom", []byte("no")), 500)))
	last := found.Problems[len(found.Problems)-1].Detail
	if len(found.Problems) > 64 || !strings.Contains(last, "436 more problems") {
		t.Errorf("%d problems are told, the last is %q", len(found.Problems), last)
	}
}

func TestAKeylessSignatureIsToldWithWhoAndWhen(t *testing.T) {
	sigstore := newInstance(t, "sigstore")
	found := inspectBytes(t, sigstore.sign(sample.Core(200, 1)), alice)
	k := found.Keyless
	if len(found.Problems) > 0 || k == nil {
		t.Fatalf("the module is told as %+v", found)
	}
	if k.Identity != release.Name || k.Issuer != release.Issuer || k.LogID != sigstore.log.ID {
		t.Errorf("it names %q, %q, %q", k.Identity, k.Issuer, k.LogID)
	}
	if !k.ContentMatches || !k.SignatureValid || !k.EntryBound || k.ModuleHash != found.UnsignedSHA256 {
		t.Errorf("what holds is told wrongly: %+v", k)
	}
	if want := []string{"the inclusion proof in the module leads to a root that nobody signed; only the log can prove that the entry is in it"}; !slices.Equal(k.Notes, want) {
		t.Errorf("the notes are %q, want %q", k.Notes, want)
	}
}

func TestAProofThatLeadsNowhereIsANoteAndNoProblem(t *testing.T) {
	core, sigstore := sample.Core(200, 1), newInstance(t, "sigstore")
	for proof, says := range map[string]string{
		``: "carries no inclusion proof",
		`{"hashes":[],"logIndex":0,"rootHash":"` + strings.Repeat("00", 32) + `","treeSize":1}`: "does not lead to its own root",
		`{"hashes":[]}`: "cannot be read",
	} {
		k := sigstore.signature(core)
		k.Entry.Proof = []byte(proof)
		found := inspectBytes(t, sample.Attach(core, k.Encode()))
		if len(found.Problems) > 0 || len(found.Keyless.Notes) != 1 || !strings.Contains(found.Keyless.Notes[0], says) {
			t.Errorf("the proof %q: problems %v, notes %q", proof, found.Problems, found.Keyless.Notes)
		}
	}
}

// lengthSize is how many bytes the length takes that stands before a place.
func lengthSize(data []byte, at int) int {
	n := 1
	for at-n-1 >= 0 && data[at-n-1] >= 0x80 {
		n++
	}
	return n
}

// appendLength appends a length as modules have it, LEB128.
func appendLength(out []byte, n int) []byte {
	for n >= 0x80 {
		out = append(out, byte(n)|0x80)
		n >>= 7
	}
	return append(out, byte(n))
}
