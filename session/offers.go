package session

import "slices"

// OpenOffer is a value that nobody took, and the command that has it.
type OpenOffer struct {
	Offer
	From Ref
}

// OpenOffers are the values that can still be taken, sorted by name: for each
// input what the latest run has for it, unless the input was given a value
// after that run ended. They are read from the record and the evidence each
// time. folder is the session's folder.
func (s *Session) OpenOffers(folder string) []OpenOffer {
	type found struct {
		yield
		from Ref
	}
	s.mu.Lock()
	latest := map[string]found{}
	for _, r := range slices.Backward(s.state.Runs) {
		for _, y := range s.yields(r.Started) {
			if _, known := latest[y.input.Name]; known {
				continue
			}
			latest[y.input.Name] = found{yield: y, from: r.Command}
			if y.now.Seq > r.Ended {
				latest[y.input.Name] = found{} // a person has decided since
			}
		}
	}
	s.mu.Unlock()
	var open []OpenOffer
	for _, name := range sortedNames(latest) {
		f := latest[name]
		if f.from == "" {
			continue
		}
		if offer := s.offer(f.yield, folder); offer.Why == "" && !offer.Same {
			open = append(open, OpenOffer{Offer: offer, From: f.from})
		}
	}
	return open
}
