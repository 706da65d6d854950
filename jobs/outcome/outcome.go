// Package outcome decides what becomes of a claimed e-mail: by what the relay said to the worker that lives, and
// by the flight log of one that is dead. It is one decision, so that a reply counts the same whoever reads it.
package outcome

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"time"

	"oshirase/jobs/email"
	"oshirase/jobs/faults"
	"oshirase/jobs/ledger"
	"oshirase/jobs/office"
)

// Writer writes outcomes into the ledger.
type Writer struct {
	Ledger  *ledger.Ledger
	Offices *office.Offices
	Backoff func(attempt int) time.Duration // after one that was deferred
	Log     *slog.Logger
	Now     func() time.Time
}

// Outcome is what is known of an attempt.
type Outcome struct {
	Claim   *ledger.Claim
	Class   email.Class
	Attempt ledger.Attempt
	GiveUp  time.Duration // after so much nothing is tried again; 0: it always is
}

// Write settles a claim. A refusal that may be a block of us, and not of this recipient, is deferred while there
// is time left to try again; spared says so.
func (w *Writer) Write(ctx context.Context, o Outcome) (spared bool, err error) {
	next := w.Now().Add(w.Backoff(o.Claim.Attempt))
	late := o.GiveUp > 0 && next.Sub(o.Claim.ClockAt) > o.GiveUp
	switch {
	case o.Class == email.Accepted:
		return false, w.Ledger.Sent(ctx, o.Claim, o.Attempt)
	case o.Class == email.Uncertain:
		err := w.Ledger.Uncertain(ctx, o.Claim, o.Attempt)
		if err == nil {
			w.Log.Warn("uncertain", "campaign", o.Claim.Campaign, "delivery", o.Claim.Delivery,
				"relay", o.Attempt.Relay, "stage", o.Attempt.Stage)
		}
		return false, err
	case o.Class == email.Refused && late:
		return false, w.Ledger.Refused(ctx, o.Claim, o.Attempt)
	case o.Class == email.Refused:
		return w.Ledger.RefusedOrSpared(ctx, o.Claim, o.Attempt, next)
	case late:
		return false, w.Ledger.Expired(ctx, o.Claim, o.Attempt)
	}
	return false, w.Ledger.Deferred(ctx, o.Claim, o.Attempt, next)
}

// Backoff is the wait after an attempt that was deferred: short first, for a greylisting server wants
// to see us again soon, then hours. The fifth part of it is chance, lest all come back at once.
func Backoff(attempt int) time.Duration {
	var d time.Duration
	switch attempt {
	case 1:
		d = 2 * time.Minute
	case 2:
		d = 10 * time.Minute
	case 3:
		d = 30 * time.Minute
	default:
		d = 2 * time.Hour
	}
	return faults.Duration("BACKOFF", d+rand.N(d/5))
}
