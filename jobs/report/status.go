// Package report says what became of everyone: in numbers, as lists for the operator, and as a page
// that can be filed. Lists of people hold personal data and say so; everything else holds none.
package report

import (
	"context"
	"time"

	"oshirase/jobs/ledger"
)

// Status is the answer of "oshirase status --json".
type Status struct {
	Campaign string                          `json:"campaign"`
	Revision int                             `json:"revision"`
	State    string                          `json:"state"` // planned, open, held, halted, done, cancelled
	People   People                          `json:"people"`
	Channels map[string]map[ledger.State]int `json:"channels"`
	Batches  []Batch                         `json:"batches"`
}

// People says how many stand where; the last four add up to Affected.
type People struct {
	Affected    int `json:"affected"`
	Told        int `json:"told"`
	Untold      int `json:"untold"`
	Uncertain   int `json:"uncertain"`
	Unreachable int `json:"unreachable"`
}

// Batch is one batch of a Status.
type Batch struct {
	Name     string                          `json:"name"`
	State    string                          `json:"state"`
	Start    time.Time                       `json:"start,omitzero"`
	People   People                          `json:"people"`
	Members  int                             `json:"members,omitempty"` // counted with another batch
	Channels map[string]map[ledger.State]int `json:"channels"`
}

// Read reads a campaign's status. It counts nothing: the ledger keeps the numbers.
func Read(ctx context.Context, l *ledger.Ledger, campaign string) (Status, error) {
	c, err := l.Counts(ctx, campaign)
	if err != nil {
		return Status{}, err
	}
	s := Status{
		Campaign: c.Campaign.ID, Revision: c.Campaign.Revision, People: People(c.People),
		Channels: c.Channels,
	}
	for _, b := range c.Batches {
		s.Batches = append(s.Batches, Batch{
			Name: b.Name, State: batchState(b), Start: b.Start, People: People(b.People),
			Members: b.Members, Channels: b.Channels,
		})
	}
	s.State = campaignState(c, s.Batches)
	return s, nil
}

func batchState(b ledger.BatchCounts) string {
	switch {
	case b.Cancelled:
		return "cancelled"
	case b.Open() == 0:
		return "done"
	case b.Held:
		return "held"
	case b.Halted:
		return "halted"
	case b.Opened.IsZero():
		return "planned"
	}
	return "open"
}

func campaignState(c ledger.Counts, batches []Batch) string {
	switch {
	case c.Campaign.Cancelled:
		return "cancelled"
	case c.Open() == 0:
		return "done"
	case c.Campaign.Held:
		return "held"
	}
	any := func(state string) bool {
		for _, b := range batches {
			if b.State == state {
				return true
			}
		}
		return false
	}
	// What goes on says more than what stands; a halt asks for somebody.
	for _, state := range []string{"halted", "open", "planned", "held"} {
		if any(state) {
			return state
		}
	}
	return "done"
}

// Failed is how many deliveries ended without their person being told by them.
func (s Status) Failed() int {
	n := 0
	for _, states := range s.Channels {
		for _, state := range []ledger.State{
			ledger.Refused, ledger.Bounced, ledger.Expired, ledger.Blocked, ledger.Uncertain,
		} {
			n += states[state]
		}
	}
	return n
}
