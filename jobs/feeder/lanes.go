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

// rooms is how many e-mails may be fed to each provider now: what its breaker lets through, its cap,
// two seconds of its rate, and its share while others, or other campaigns, have something ready.
func (f *feeder) rooms(ctx context.Context, o *office.Office, lanes []ledger.Lane) (map[string]int, error) {
	p, err := f.Ledger.Pacing(ctx, o.ID)
	if err != nil {
		return nil, err
	}
	rooms, capped, w := map[string]int{}, false, want{}
	for _, lane := range lanes {
		w.letters = w.letters || lane.Channel == ledger.Letter
		if _, seen := rooms[lane.Lane]; lane.Channel == ledger.Email && !seen {
			rooms[lane.Lane] = f.ease(o.ID, lane.Lane, p.Room(lane.Lane), p)
			capped = capped || p.Cap(lane.Lane)+o.Rates.WindowOf(lane.Lane) > 0
		}
	}
	for _, n := range rooms {
		if n > 0 {
			w.providers++
		}
	}
	f.wants[o.ID] = w
	ready := 0
	for _, of := range f.wants {
		ready += of.providers
	}
	if ready == 0 || ready == 1 && !capped {
		return rooms, nil
	}
	if err := f.measure(ctx); err != nil {
		return nil, err
	}
	for name, n := range rooms {
		share := shareName(o.ID, name)
		rooms[name] = min(n, f.shares.Room(share, ready), f.shares.Left(share, 2*p.Cap(name)),
			f.shares.Left(share, o.Rates.WindowOf(name)))
	}
	return rooms, nil
}

// shareName is whose share is counted: each campaign has its own of each provider, so that neither fills the
// queue before the other's.
func shareName(campaign, provider string) string { return campaign + "/" + provider }

// ease is the room n that a breaker gives. One that counts is asked twice a second.
func (f *feeder) ease(campaign, lane string, n int, p ledger.Pacing) int {
	if n <= 0 || !p.Eased(lane) {
		return n
	}
	key := shareName(campaign, lane)
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
	underWay, err := f.Ledger.UnderWay(ctx)
	if err != nil {
		return err
	}
	held := map[string]int{}
	for of, n := range underWay {
		held[shareName(of.Campaign, of.Lane)] = n
	}
	f.shares.Measure(held, time.Now())
	return nil
}
