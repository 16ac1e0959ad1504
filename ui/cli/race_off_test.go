//go:build !race

package cli

// withRace is set where the race detector watches the tests.
const withRace = false
