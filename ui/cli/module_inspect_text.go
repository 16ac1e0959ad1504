package cli

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"wsc-respond/steps/wasmsig"
)

// maxSaid is how many signatures of a set are told in words; --json has all.
const maxSaid = 32

func (p *program) sayModule(found wasmsig.Inspection, keys []wasmsig.NamedKey, asJSON bool) error {
	if asJSON {
		return writeJSON(p.out, found, "")
	}
	page := &inspectionPage{sheet{p: p}, found, keys}
	page.write()
	_, err := io.WriteString(p.out, page.String())
	return err
}

// inspectionPage is what is said of one module.
type inspectionPage struct {
	sheet
	found wasmsig.Inspection
	keys  []wasmsig.NamedKey
}

func (page *inspectionPage) write() {
	if page.found.SHA256 == "" { // nothing was read
		page.line("%s", page.found.Path)
		page.problems(page.found.Problems)
		page.blank()
		return
	}
	page.line("%s: %s, %s", page.found.Path, page.found.Kind, count(int(page.found.Size), "byte"))
	page.field("sha256", "%s", page.found.SHA256)
	if page.found.UnsignedSHA256 != "" {
		page.field("unsigned", "%s", page.found.UnsignedSHA256)
	}
	page.signatures()
	page.sections()
	if len(page.found.Problems) > 0 {
		page.blank()
		page.problems(page.found.Problems)
	}
	page.blank()
}

// problems are what is wrong with a module, at the end, where they are seen.
func (s *sheet) problems(found []wasmsig.Problem) {
	for _, problem := range found {
		s.state(markFailed, "%s: %s", problem.Kind, problem.Detail)
	}
}

func (page *inspectionPage) signatures() {
	if len(page.found.SignatureSets) == 0 && page.found.Keyless == nil {
		page.blank()
		text := "not signed"
		if len(page.found.Problems) > 0 {
			text = "no signature that could be read"
		}
		page.state(markNone, "%s", text)
	}
	for i, set := range page.found.SignatureSets {
		page.blank()
		page.set(i, set)
	}
	if page.found.Keyless != nil {
		page.blank()
		page.keyless(*page.found.Keyless)
	}
}

// content is whether the module is what was signed.
func (page *inspectionPage) content(matches, ignored bool, parts int) {
	what := "content"
	if parts > 1 {
		what = fmt.Sprintf("content in %d parts", parts)
	}
	switch {
	case matches:
		page.state(markPassed, "%s: is what was signed", what)
	case ignored:
		page.state(markNone, "%s: not compared, verifiers ignore this signature", what)
	case page.found.UnsignedSHA256 == "":
		page.state(markNone, "%s: not compared, the file could not be read to its end", what)
	default:
		page.state(markFailed, "%s: changed after signing", what)
	}
}

func (page *inspectionPage) set(i int, set wasmsig.SetReport) {
	title := "Key signature"
	if of := len(page.found.SignatureSets); of > 1 {
		title = fmt.Sprintf("Key signature, set %d of %d", i+1, of)
	}
	page.line("  %s", title)
	page.content(set.ContentMatches, set.Ignored, len(set.Hashes))
	for _, hash := range set.Hashes {
		page.line("    signed hash %s", hash)
	}
	for _, sig := range set.Signatures[:min(len(set.Signatures), maxSaid)] {
		page.signature(sig)
	}
	if more := len(set.Signatures) - maxSaid; more > 0 {
		page.line("    and %s; --json has all", count(more, "more signature"))
	}
}

func (page *inspectionPage) signature(sig wasmsig.SignatureReport) {
	who := "no key id"
	if sig.KeyID != "" {
		who = sig.KeyID
	}
	if sig.Algorithm != "Ed25519" {
		who += ", algorithm " + sig.Algorithm
	}
	switch {
	case len(sig.VerifiedBy) > 0:
		page.state(markPassed, "%s, verified by %s", who, strings.Join(sig.VerifiedBy, ", "))
	case len(page.keys) == 0:
		page.state(markNone, "%s, not verified: no key was given", who)
	case page.named(sig):
		page.state(markFailed, "%s, NOT made by the key with this id", who)
	default:
		page.state(markNone, "%s, not made by any key that was given", who)
	}
	for _, c := range sig.Certificates {
		page.certificate(c, "of "+orElse(c.Subject, "no subject"))
	}
}

// named reports whether a signature carries the id of a given key.
func (page *inspectionPage) named(sig wasmsig.SignatureReport) bool {
	return slices.ContainsFunc(page.keys, func(k wasmsig.NamedKey) bool { return string(k.Key.ID()) == sig.KeyID })
}

func (page *inspectionPage) certificate(c wasmsig.CertificateReport, of string) {
	page.hang("    ", fmt.Sprintf("certificate %s, issued by %s, %s until %s", of, c.Issuer, minute(c.NotBefore), minute(c.NotAfter)))
	page.line("    certificate sha256")
	page.line("    %s", c.SHA256)
}

func (page *inspectionPage) keyless(k wasmsig.KeylessReport) {
	page.line("  Keyless signature")
	page.field("identity", "%s", orElse(k.Identity, "none that could be read"))
	page.field("issuer", "%s", orElse(k.Issuer, "none that could be read"))
	page.content(k.ContentMatches, k.Ignored, 1)
	page.line("    signed hash %s", k.ModuleHash)
	page.fact(k.SignatureValid, "signature: made by the key in the certificate", "signature: NOT made by the key in the certificate")
	page.entry(k)
	for i, c := range k.Certificates {
		of := "of " + orElse(c.Subject, "no subject")
		if i == 0 && c.Subject == "" && k.Identity != "" { // the signer's names its holder elsewhere
			of = "for " + k.Identity
		}
		page.certificate(c, of)
	}
	for _, note := range k.Notes {
		page.hang("    ", note)
	}
	page.state(markNone, "whether to believe the certificate and the log was not asked: module verify does")
}

func (page *inspectionPage) entry(k wasmsig.KeylessReport) {
	if k.RekorUUID == "" {
		page.state(markFailed, "log entry: none that could be read")
		return
	}
	page.fact(k.EntryBound, "log entry: about this content, signature and certificate",
		"log entry: NOT about this content, signature and certificate")
	page.line("    rekor uuid")
	page.line("%s", k.RekorUUID) // 80 digits: a line of its own
	page.line("    index %d, %s, as the module says", k.LogIndex, k.IntegratedTime.UTC().Format("2006-01-02 15:04:05 UTC"))
}

// fact is one of two sentences, with its mark.
func (page *inspectionPage) fact(holds bool, yes, no string) {
	if holds {
		page.state(markPassed, "%s", yes)
		return
	}
	page.state(markFailed, "%s", no)
}

func orElse(text, otherwise string) string {
	if text == "" {
		return otherwise
	}
	return text
}
