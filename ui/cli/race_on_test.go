//go:build race

package cli

// withRace is set where the race detector watches the tests: then it watches
// the program as well.
const withRace = true
