package trust

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"wsc-respond/steps/strictjson"
)

// MaxBundle bounds what is read as a trust bundle, in bytes; a larger file is
// refused.
const MaxBundle = 4 << 20

// formatVersion is the format of bundles that is read; wsc writes no other.
const formatVersion = 1

// lastTime is the end of the year 9999, the last that RFC 3339 can write, in
// seconds.
const lastTime = 253402300799

// signedText is the signed form of a bundle.
type signedText struct {
	Bundle    json.RawMessage `json:"bundle"`
	Signature *signatureText  `json:"signature"`
}

type signatureText struct {
	KeyID     string `json:"key_id"`
	Algorithm string `json:"algorithm"`
	Signature string `json:"signature"` // base64
}

// bundleText is a bundle as wsc writes it. Pointers are what must be there.
type bundleText struct {
	FormatVersion          *uint8            `json:"format_version"`
	Version                *uint32           `json:"version"`
	BundleID               string            `json:"bundle_id"`
	CreatedAt              *uint64           `json:"created_at"`
	Validity               *periodText       `json:"validity"`
	CertificateAuthorities *[]authorityText  `json:"certificate_authorities"`
	TransparencyLogs       *[]logText        `json:"transparency_logs"`
	Revocations            []json.RawMessage `json:"revocations"`
}

// periodText is a period in seconds since 1970, the ends included.
type periodText struct {
	NotBefore          *uint64 `json:"not_before"`
	NotAfter           *uint64 `json:"not_after"`
	GracePeriodSeconds uint64  `json:"grace_period_seconds"`
}

type authorityText struct {
	Name            string      `json:"name"`
	URI             string      `json:"uri"`
	CertificatesPEM []string    `json:"certificates_pem"`
	ValidFor        *periodText `json:"valid_for"`
}

type logText struct {
	BaseURL       string      `json:"base_url"`
	HashAlgorithm string      `json:"hash_algorithm"`
	PublicKeyPEM  string      `json:"public_key_pem"`
	LogID         string      `json:"log_id"`
	ValidFor      *periodText `json:"valid_for"`
}

// parts are what a file is taken apart into.
type parts struct {
	signed    bool
	signature *signatureText
	raw       []byte // the bundle as it stands in the file
	text      bundleText
	found     strictjson.Found
}

// takeApart reads a file as a bundle, in its signed or its unsigned form.
func takeApart(data []byte) (parts, error) {
	var outer signedText
	found, err := strictjson.Decode(data, MaxBundle, &outer)
	if err != nil {
		return parts{}, err
	}
	p := parts{raw: data}
	if outer.Bundle != nil {
		p = parts{raw: outer.Bundle, signed: true, signature: outer.Signature, found: strictjson.Found{Unknown: found.Unknown}}
	}
	inner, err := strictjson.Decode(p.raw, MaxBundle, &p.text)
	if err != nil {
		return parts{}, err
	}
	p.found.Unknown = append(p.found.Unknown, inner.Unknown...)
	p.found.Repeated = found.Repeated // those of the bundle are among them
	return p, p.text.whole()
}

// whole checks that nothing is missing that makes a bundle.
func (t *bundleText) whole() error {
	switch {
	case t.FormatVersion == nil:
		return errors.New("it has no format_version")
	case t.Version == nil:
		return errors.New("it has no version")
	case t.CreatedAt == nil:
		return errors.New("it has no created_at")
	case t.Validity == nil:
		return errors.New("it has no validity")
	case t.CertificateAuthorities == nil:
		return errors.New("it has no certificate_authorities")
	case t.TransparencyLogs == nil:
		return errors.New("it has no transparency_logs")
	}
	return nil
}

// period is a time between two instants, both included.
type period struct{ from, until time.Time }

// read reads a period that may be missing.
func (t *periodText) read(what string) (period, error) {
	if t == nil {
		return period{}, nil
	}
	if t.NotBefore == nil || t.NotAfter == nil {
		return period{}, fmt.Errorf("%s does not say when it begins and ends", what)
	}
	from, err := readTime(*t.NotBefore)
	if err != nil {
		return period{}, fmt.Errorf("%s: %w", what, err)
	}
	until, err := readTime(*t.NotAfter)
	if err != nil {
		return period{}, fmt.Errorf("%s: %w", what, err)
	}
	return period{from, until}, nil
}

func readTime(seconds uint64) (time.Time, error) {
	if seconds > lastTime {
		return time.Time{}, fmt.Errorf("%d is no time in seconds since 1970", seconds)
	}
	return time.Unix(int64(seconds), 0).UTC(), nil
}

func (p period) holds(at time.Time) bool { return !at.Before(p.from) && !at.After(p.until) }

func (p period) String() string { return stamp(p.from) + " until " + stamp(p.until) }
