// Package report says what became of everyone: in numbers, as lists for the operator, and as a
// page that can be filed. Lists of people hold personal data and say so; all else holds none.
//
// It counts nothing itself. Numbers are those that the ledger keeps with its moves, so that a
// status costs the same for a hundred people and for seven million.
package report

import (
	"context"
	"slices"
	"time"

	"oshirase/jobs/ledger"
)

// Status is the answer of "oshirase status --json".
type Status struct {
	Campaign  string                          `json:"campaign"`
	Revision  int                             `json:"revision"`
	State     string                          `json:"state"`               // as of a batch
	Switching int                             `json:"switching,omitempty"` // to this revision, which is being brought in, or below 0 put in force
	Purposes  *ledger.Verdicts                `json:"purposes,omitempty"`  // people by what a further revision had to tell them
	Zone      string                          `json:"timezone,omitempty"`  // of the manifest, IANA
	Purged    time.Time                       `json:"purged_at,omitzero"`  // its people were made unreadable
	People    People                          `json:"people"`
	Channels  map[string]map[ledger.State]int `json:"channels"`
	Batches   []Batch                         `json:"batches"`
	Workers   int                             `json:"workers"` // that live, whatever they work on
	Resting   []Resting                       `json:"resting,omitempty"`
	Resent    int                             `json:"resent,omitempty"` // after they were uncertain

	// Uncertain are the numbers of the first deliveries of which nobody knows whether they arrived. How many there
	// are Channels says.
	Uncertain []int64 `json:"uncertain,omitempty"`
}

// uncertainMost is how many uncertain deliveries a status names: resolve lists them all.
const uncertainMost = 10

// Doubts is how many deliveries are uncertain.
func (s Status) Doubts() (n int) {
	for _, states := range s.Channels {
		n += states[ledger.Uncertain]
	}
	return n
}

// MoreDoubts is how many of them Uncertain does not name.
func (s Status) MoreDoubts() int { return max(s.Doubts()-len(s.Uncertain), 0) }

// People says how many stand where; those after Affected add up to it, but for Cleared.
type People struct {
	Affected    int `json:"affected"`
	Told        int `json:"told"`
	Untold      int `json:"untold"`
	Uncertain   int `json:"uncertain"`
	Unreachable int `json:"unreachable"`
	Cleared     int `json:"cleared,omitempty"` // no longer affected, by a further revision
}

// Batch is one batch of a Status.
type Batch struct {
	Name     string                          `json:"name"`
	State    string                          `json:"state"` // one of the constants
	Start    time.Time                       `json:"start,omitzero"`
	People   People                          `json:"people"`
	Members  int                             `json:"members,omitempty"` // counted with another batch
	Channels map[string]map[ledger.State]int `json:"channels"`
	Waits    []string                        `json:"waits,omitempty"`  // for what, until it opens
	Report   *Report                         `json:"report,omitempty"` // nil: none goes to its company
}

// Report is how far the report to a company is, without which its batch does not open.
type Report struct {
	Channel      string       `json:"channel"`
	State        ledger.State `json:"state"`
	Acknowledge  bool         `json:"acknowledge"` // its company has to
	Acknowledged bool         `json:"acknowledged"`
	Closes       string       `json:"closes,omitempty"` // why people of the company may not be told; empty: they may
	Missed       string       `json:"missed,omitempty"` // how it was lost after its batch had opened; empty: it was not
	Asks         bool         `json:"asks,omitempty"`   // somebody has to do something about either
}

// The states of batches and campaigns. What has no work left is done, even while it is held.
const (
	planned   = "planned" // its turn or its time has not come
	open      = "open"
	held      = "held"   // by an operator
	halted    = "halted" // because too many were refused
	done      = "done"
	cancelled = "cancelled" // what was not sent was taken back
	revising  = "revising"  // of a campaign: a further revision is on its way, and nothing is sent meanwhile
)

// Read reads a campaign's status. The error is ledger.ErrNoCampaign where there is none.
func Read(ctx context.Context, l *ledger.Ledger, campaign string) (Status, error) {
	c, err := l.Counts(ctx, campaign)
	if err != nil {
		return Status{}, err
	}
	s := Status{
		Campaign: c.Campaign.ID, Revision: c.Campaign.Revision, People: People(c.People),
		Switching: c.Campaign.Switching, Channels: c.Channels, Zone: c.Campaign.Zone, Purged: c.Campaign.Purged,
	}
	if v := c.Campaign.Verdicts; v != (ledger.Verdicts{}) {
		s.Purposes = &v
	}
	asking, at := c.Asking(), zone(c)
	for i, b := range c.Batches {
		s.Batches = append(s.Batches, Batch{
			Name: b.Name, State: batchState(c, b), Start: b.Start, People: People(b.People),
			Members: b.Members, Channels: b.Channels, Waits: waits(c, i, at),
			Report: reportOf(c, i, slices.Contains(asking, i)),
		})
	}
	s.State = campaignState(c, s.Batches)
	if s.Resent, err = l.Resent(ctx, campaign); err != nil {
		return s, err
	}
	if s.Doubts() > 0 {
		if s.Uncertain, err = l.UncertainFirst(ctx, campaign, uncertainMost); err != nil {
			return s, err
		}
	}
	rests, err := ReadRests(ctx, l, c)
	s.Workers, s.Resting = rests.Workers, rests.List
	return s, err
}

// Open tells whether there is work left to do, now or at its time.
func (s Status) Open() bool {
	for _, states := range s.Channels {
		if hasOpen(states) {
			return true
		}
	}
	return false
}

// Deserted tells whether work is left that nobody stopped, and no worker lives to do it.
func (s Status) Deserted() bool {
	return s.Workers == 0 && s.Open() && (s.State == open || s.State == planned)
}

func batchState(c ledger.Counts, b ledger.BatchCounts) string {
	over := c.Campaign.Cancelled || !c.Campaign.Purged.IsZero()
	switch {
	case b.Cancelled, over && b.Open() == 0 && tookBack(b):
		return cancelled
	case b.Open() == 0:
		return done
	case b.Held:
		return held
	case b.Halted:
		return halted
	case b.Opened.IsZero():
		return planned
	}
	return open
}

// tookBack tells whether something of a batch was cancelled before it was sent: by an operator, or because an e-mail
// was sent after all in whose place a letter was made.
func tookBack(b ledger.BatchCounts) bool {
	for _, states := range b.Channels {
		if states[ledger.Cancelled] > 0 {
			return true
		}
	}
	return false
}

func campaignState(c ledger.Counts, batches []Batch) string {
	some := func(state string) bool {
		return slices.ContainsFunc(batches, func(b Batch) bool { return b.State == state })
	}
	switch {
	case c.Campaign.Cancelled:
		return cancelled
	case c.Campaign.Switching != 0:
		return revising
	case c.Open() == 0 && some(cancelled) && !some(done):
		return cancelled
	case c.Open() == 0:
		return done
	case c.Campaign.Held:
		return held
	}
	// A halt asks for somebody, and what goes on says more than what stands.
	for _, state := range []string{halted, open, planned, held} {
		if some(state) {
			return state
		}
	}
	return open // a cancel is under way
}

// Failed is how many deliveries ended without their person being told by them, those that a later revision has
// replaced among them: see ledger.Unmet.
func (s Status) Failed() int {
	n := 0
	for _, states := range s.Channels {
		for _, state := range failed {
			n += states[state]
		}
		n += states[ledger.Uncertain]
	}
	return n
}

// failed are the states in which a delivery has ended without telling anybody.
var failed = []ledger.State{
	ledger.Refused, ledger.Bounced, ledger.Expired, ledger.Blocked, ledger.Returned,
}
