package feeder

import (
	"context"
	"time"

	"oshirase/jobs/ledger"
	"oshirase/jobs/office"
)

// easedEvery is how often a provider is fed whose breaker lets deliveries through by number. What is fed
// beyond the number comes back at the claim; this keeps it few.
const easedEvery = 500 * time.Millisecond

// rooms is how many e-mails may be fed to each provider now: what its breaker lets through, its cap, and
// its share while others have something ready.
func (f *feeder) rooms(ctx context.Context, o *office.Office, lanes []ledger.Lane) (map[string]int, error) {
	p, err := f.Ledger.Pacing(ctx, o.ID)
	if err != nil {
		return nil, err
	}
	rooms, capped := map[string]int{}, false
	for _, lane := range lanes {
		if _, seen := rooms[lane.Lane]; lane.Channel == ledger.Email && !seen {
			rooms[lane.Lane] = f.ease(o.ID, lane.Lane, p.Room(lane.Lane), p)
			capped = capped || p.Cap(lane.Lane) > 0
		}
	}
	ready := 0
	for _, n := range rooms {
		if n > 0 {
			ready++
		}
	}
	if ready == 0 || ready == 1 && !capped {
		return rooms, nil
	}
	if err := f.measure(ctx); err != nil {
		return nil, err
	}
	for name, n := range rooms {
		rooms[name] = min(n, f.shares.Room(name, ready), f.shares.Left(name, 2*p.Cap(name)))
	}
	return rooms, nil
}

// ease is the room n that a breaker gives. One that counts is asked twice a second.
func (f *feeder) ease(campaign, lane string, n int, p ledger.Pacing) int {
	if n <= 0 || !p.Eased(lane) {
		return n
	}
	key := campaign + "/" + lane
	if time.Since(f.eased[key]) < easedEvery {
		return 0
	}
	f.eased[key] = time.Now()
	return n
}

// measure counts who has how many under way, where that was not done a moment ago.
func (f *feeder) measure(ctx context.Context) error {
	if !f.shares.Due(time.Now()) {
		return nil
	}
	held, err := f.Ledger.UnderWay(ctx)
	if err == nil {
		f.shares.Measure(held, time.Now())
	}
	return err
}
