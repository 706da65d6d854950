package feeder

import (
	"context"
	"slices"
	"time"

	"oshirase/jobs/ledger"
	"oshirase/jobs/office"
	"oshirase/jobs/pace"
)

// mostPages is how many messages for its members' page a campaign has in the queue at a time. They have a window
// of their own, so that a slow endpoint takes no room from the e-mail.
const mostPages = 400

// feedPages feeds messages for the members' page as far as its rate and its breaker allow.
// queued of them are in the queue.
func (f *feeder) feedPages(ctx context.Context, o *office.Office, lanes []ledger.Lane, queued int) error {
	lanes = slices.DeleteFunc(slices.Clone(lanes), func(l ledger.Lane) bool { return l.Channel != ledger.Page })
	if len(lanes) == 0 || o.Page.InFile > 0 {
		return nil
	}
	p, err := f.Ledger.Pacing(ctx, o.ID)
	if err != nil {
		return err
	}
	purse := f.pages[o]
	if purse == nil {
		purse = pace.NewPurse(pace.Rates{Total: o.Page.Rate}, time.Now())
		f.pages[o] = purse
	}
	room := min(mostPages-queued, purse.Allowance(ledger.PageLane, time.Now()))
	if room > 0 {
		room = min(room, f.ease(o.ID, ledger.PageLane, p.PageRoom(), p))
	}
	for _, lane := range lanes {
		if room <= 0 {
			return nil
		}
		n, err := f.feedLane(ctx, lane, room)
		purse.Spend(ledger.PageLane, n)
		room -= n
		if err != nil {
			return err
		}
	}
	return nil
}
