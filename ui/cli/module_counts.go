package cli

import (
	"fmt"
	"strings"
)

// counted is how many there are of what.
type counted struct {
	n    int
	what string
}

// counts are several counts with something between them, without those that
// are zero.
func counts(between string, all ...counted) string {
	var said []string
	for _, c := range all {
		if c.n > 0 {
			said = append(said, fmt.Sprintf("%d %s", c.n, c.what))
		}
	}
	return strings.Join(said, between)
}
