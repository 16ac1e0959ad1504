package trust

import (
	"bytes"
	"crypto/x509"
	"fmt"

	"github.com/sigstore/sigstore-go/pkg/root"
)

// Material is what a bundle trusts, for signatures made at any time that its
// authorities and logs cover. Whether the bundle itself is valid, and who
// signed it, is Verify's to say, and comes first.
//
// A bundle that has a problem which is one at any time gives none, and the
// error names it: what cannot be read might be the revocation, or the
// restriction, that counts.
func (b Bundle) Material() (*Material, error) {
	if len(b.problems) > 0 {
		return nil, fmt.Errorf("nothing can be decided with the trust bundle: %s", b.problems[0].Detail)
	}
	m := &Material{Source: fmt.Sprintf("the trust bundle (version %d)", b.Version), revoked: map[string]Revocation{}}
	for _, a := range b.Authorities {
		m.authorities = append(m.authorities, a.anchors()...)
	}
	for _, l := range b.Logs {
		m.logs = append(m.logs, l.Key)
	}
	for _, r := range b.Revocations {
		m.revoked[r.Fingerprint] = r
	}
	return m, nil
}

// anchors are the roots of an authority: its certificates that are issued by
// themselves, with the others as what may lie between. Where none is, the last
// one is trusted, as in a chain that Sigstore writes from leaf to root.
func (a Authority) anchors() []authority {
	var roots, others []*x509.Certificate
	for _, c := range a.Certificates {
		if bytes.Equal(c.RawIssuer, c.RawSubject) {
			roots = append(roots, c)
		} else {
			others = append(others, c)
		}
	}
	if len(roots) == 0 && len(others) > 0 {
		last := len(others) - 1
		roots, others = others[last:], others[:last]
	}
	var anchors []authority
	for _, anchor := range roots {
		anchors = append(anchors, authority{
			name: authorityName(a.Name, anchor),
			ca: root.FulcioCertificateAuthority{
				Root: anchor, Intermediates: others, URI: a.URI,
				ValidityPeriodStart: a.From, ValidityPeriodEnd: a.Until,
			},
		})
	}
	return anchors
}
