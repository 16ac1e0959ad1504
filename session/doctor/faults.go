package doctor

import "fmt"

// fault is something that some versions of wsc do wrong, of those that a
// responder must be told of.
type fault struct {
	first, last string // the versions that it is known of, both included
	detail      string
}

// The oldest and the newest version that the faults were measured in, and the
// last one in which a keyless signature is not checked.
const (
	oldestMeasured = "0.4.0"
	newestMeasured = "0.8.1"
	lastKeyless    = "0.9.0"
)

// faults are the known ones, the gravest first.
var faults = []fault{
	{"0.0.0", lastKeyless, "verify --keyless checks neither the module's hash nor the signature, up to and including 0.9.0. " +
		"Believe no “valid” from it; wsc-respond module verify checks both. Fixed in 0.9.1; cargo install wsc-cli still gives 0.9.0."},
	measured("verify -s '.*' and verify-matrix accept a changed module that has no delimiters. Plain verify -K does not."),
	measured("verify-matrix says “No valid public keys found” and ends with exit code 0."),
	measured("bundle verify ends with exit code 0 on an expired bundle. wsc-respond bundle verify does not."),
	measured("bundle inspect shows wrong dates. wsc-respond bundle inspect shows the true ones."),
	measured("signing with a key writes no audit log; only the keyless way does."),
	measured("a key file that others can reach only gives a warning. wsc-respond key check finds them."),
}

func measured(detail string) fault {
	return fault{oldestMeasured, newestMeasured, detail + " (Measured in 0.4.0, 0.5.0 and 0.8.1.)"}
}

// faultsOf are the known faults of a version of wsc; none of one that cannot
// be compared.
func faultsOf(version string) []Problem {
	if !isVersion(version) {
		return nil
	}
	var found []Problem
	for _, f := range faults {
		if !before(version, f.first) && !before(f.last, version) {
			found = append(found, Problem{KnownFault, f.detail})
		}
	}
	return found
}

// unmeasured says what is not known of the wsc that the runbook calls, or
// nothing.
func unmeasured(t Tool) string {
	if t.Name != "wsc" && t.Name != "sigil" || t.Commands == 0 {
		return ""
	}
	if !isVersion(t.Version) || !before(t.Version, oldestMeasured) && !before(newestMeasured, t.Version) {
		return ""
	}
	return fmt.Sprintf("%s %s is outside %s to %s, where the other known faults were measured: verify -s and verify-matrix on changed modules, "+
		"exit codes of verify-matrix and bundle verify, dates of bundle inspect. Whether it has them is not known.",
		t.Name, t.Version, oldestMeasured, newestMeasured)
}
