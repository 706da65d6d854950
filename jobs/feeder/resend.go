package feeder

import (
	"context"
	"time"

	"oshirase/jobs/faults"
	"oshirase/jobs/office"
)

// resendAfter is how long an uncertain delivery waits for evidence before it is sent again, where the
// campaign says so.
const resendAfter = 15 * time.Minute

// resend makes uncertain deliveries ready again where the campaign prefers a double to a hold.
func (f *feeder) resend(ctx context.Context, o *office.Office) error {
	if !o.Resend || time.Since(f.resent[o.ID]) < sweepEvery {
		return nil
	}
	f.resent[o.ID] = time.Now()
	n, err := f.Ledger.Resend(ctx, o.ID, faults.Duration("RESEND", resendAfter), o.GiveUp)
	if n > 0 {
		f.Log.Warn("uncertain deliveries are sent again", "campaign", o.ID, "deliveries", n)
	}
	return err
}
