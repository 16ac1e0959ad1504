package trust

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"github.com/sigstore/sigstore-go/pkg/root"

	"wsc-respond/steps/rekor"
)

// maxRoot bounds what is read as a trusted root, in bytes. That of the public
// instance has about 7,000.
const maxRoot = 1 << 20

// ReadRoot reads a trusted root of Sigstore, trusted_root.json: JSON of the
// media type application/vnd.dev.sigstore.trustedroot+json;version=0.1. It has
// no validity and no signature of its own: where the file comes from is what it
// is worth.
func ReadRoot(data []byte) (*Material, error) {
	if len(data) > maxRoot {
		return nil, fmt.Errorf("read the trusted root: it has %d bytes, and more than %d are not read", len(data), maxRoot)
	}
	message, err := root.NewTrustedRootProtobuf(data)
	if err != nil {
		return nil, fmt.Errorf("read the trusted root: %w", err)
	}
	trusted, err := root.NewTrustedRootFromProtobuf(message)
	if err != nil {
		return nil, fmt.Errorf("read the trusted root: %w", err)
	}
	if len(trusted.RekorLogs()) != len(message.GetTlogs()) {
		return nil, errors.New("read the trusted root: it names a log twice")
	}
	m := &Material{Source: "the trusted root"}
	for _, one := range trusted.FulcioCertificateAuthorities() {
		ca, ok := one.(*root.FulcioCertificateAuthority)
		if !ok {
			return nil, fmt.Errorf("read the trusted root: an authority is a %T", one)
		}
		m.authorities = append(m.authorities, authority{name: authorityName(ca.URI, ca.Root), ca: *ca})
	}
	for id, log := range trusted.RekorLogs() {
		m.logs = append(m.logs, logOfRoot(id, log))
	}
	slices.SortFunc(m.logs, func(a, b rekor.LogKey) int {
		return cmp.Or(a.From.Compare(b.From), cmp.Compare(a.ID, b.ID))
	})
	return m, nil
}

// logOfRoot keeps the id that the root gives: logs of the second version are
// named by another one than the digest of their key.
func logOfRoot(id string, log *root.TransparencyLog) rekor.LogKey {
	return rekor.LogKey{
		ID: id, Origin: log.BaseURL, Key: log.PublicKey,
		From: log.ValidityPeriodStart, Until: log.ValidityPeriodEnd,
	}
}
