package wasmsig

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"wsc-respond/steps/strictjson"
)

// The bounds of what is shown of other sections, in bytes: of one, and of all
// sections of a file.
const (
	maxShown    = 1 << 20
	maxShownAll = 8 << 20
)

// prefix is how the names of all sections begin that wsc writes beside the
// signature.
const prefix = "wsc."

// about says what the sections are for that wsc writes beside the signature.
var about = map[string]string{
	"wsc.transformation.attestation": "what a tool did to the module",
	"wsc.transformation.audit_trail": "the chain of tools that the module went through",
	"wsc.composition.manifest":       "what the module was put together from",
	"wsc.build.provenance":           "how and from what the module was built",
	"wsc.sbom":                       "the bill of materials",
	"wsc.intoto.attestation":         "a statement about the build (in-toto)",
	"wsc.device_attestation":         "a statement of the device that signed",
	"wsc.transparency_log":           "what the module says of a log",
	"wsc.attestation":                "a signed statement about the module (DSSE)",
}

// sections lists the sections of interest. What they say is not checked: a
// section is worth what the signature over the module is worth.
func (x *inspection) sections(r io.ReaderAt) error {
	left := maxShownAll
	for _, s := range x.module.Sections {
		if s.ID != customID || !strings.HasPrefix(s.Name, prefix) {
			continue
		}
		report, err := readSection(r, s, &left)
		if p := new(Problem); errors.As(err, &p) {
			x.found(*p)
		} else if err != nil {
			return err
		}
		x.report.Sections = append(x.report.Sections, report)
	}
	return nil
}

// readSection describes a section. left is how much of its content may be
// shown, in bytes.
func readSection(r io.ReaderAt, s Section, left *int) (SectionReport, error) {
	report := SectionReport{Name: s.Name, Offset: s.Start, Size: s.Size(), About: about[s.Name]}
	if report.About == "" {
		report.About = "a section of wsc that is not known here"
	}
	var content bytes.Buffer
	digest := sha256.New()
	into := io.Writer(digest)
	shown := s.Size() <= int64(min(maxShown, *left))
	if shown {
		into = io.MultiWriter(digest, &content)
	}
	if n, err := io.Copy(into, io.NewSectionReader(r, s.Body, s.Size())); err != nil {
		return report, fmt.Errorf("read the section %s at byte %d: %w", s.Name, s.Start, err)
	} else if n < s.Size() {
		return report, fmt.Errorf("read the section %s at byte %d: %w", s.Name, s.Start, io.ErrUnexpectedEOF)
	}
	report.SHA256 = hex.EncodeToString(digest.Sum(nil))
	if !shown {
		report.NotShown = fmt.Sprintf("its %d bytes were not looked into: of one section %d are read, and of all %d", s.Size(), maxShown, maxShownAll)
		return report, nil
	}
	*left -= content.Len()
	var err error
	if report.Content, err = readJSON(content.Bytes()); err != nil && about[s.Name] != "" {
		return report, problem(SectionMalformed, "the section %s at byte %d cannot be read: %v", s.Name, s.Start, err)
	}
	return report, nil
}

// readJSON reads a section's content, and opens it where it is a DSSE
// envelope. An envelope whose payload cannot be read is shown closed.
func readJSON(data []byte) (json.RawMessage, error) {
	var content json.RawMessage
	if _, err := strictjson.DecodeOnce(data, maxShown, &content); err != nil {
		return nil, err
	}
	var envelope struct {
		PayloadType string          `json:"payloadType"`
		Payload     string          `json:"payload"`
		Signatures  json.RawMessage `json:"signatures"`
	}
	if err := json.Unmarshal(content, &envelope); err != nil || envelope.PayloadType == "" || envelope.Payload == "" {
		return content, nil // JSON, and no envelope
	}
	text, err := base64.StdEncoding.DecodeString(envelope.Payload)
	if err != nil {
		return content, fmt.Errorf("the payload of the envelope: %w", err)
	}
	var payload json.RawMessage
	if _, err := strictjson.DecodeOnce(text, maxShown, &payload); err != nil {
		return content, fmt.Errorf("the payload of the envelope: %w", err)
	}
	return json.Marshal(struct {
		PayloadType string          `json:"payloadType"`
		Payload     json.RawMessage `json:"payload"`
		Signatures  json.RawMessage `json:"signatures,omitempty"`
	}{envelope.PayloadType, payload, envelope.Signatures})
}
