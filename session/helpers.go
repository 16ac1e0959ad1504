package session

import (
	"maps"
	"slices"
	"strings"

	"wsc-respond/steps"
)

func sortedNames[V any](set map[string]V) []string { return slices.Sorted(maps.Keys(set)) }

func sortedRefs[V any](set map[Ref]V) []Ref { return slices.Sorted(maps.Keys(set)) }

// sortedMilestones are the milestones that were reached, in their usual order.
func sortedMilestones(s *State) []steps.Milestone {
	var reached []steps.Milestone
	for _, m := range steps.Milestones() {
		if _, ok := s.Milestones[m]; ok {
			reached = append(reached, m)
		}
	}
	return reached
}

// blank reports whether a text says nothing.
func blank(text string) bool { return strings.TrimSpace(text) == "" }
