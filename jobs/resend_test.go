package jobs_test

import (
	"context"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"oshirase/jobs/email/emailtest"
	"oshirase/jobs/ledger"
	"oshirase/jobs/report"
)

func TestUncertainOnesAreSentAgainOnlyWhereTheCampaignSaysSoAndCountedApart(t *testing.T) {
	t.Parallel()
	var later atomic.Int64
	f := newOfficeOf(t, emailtest.Options{Reply: func(to string, n int) emailtest.Reply {
		if strings.HasPrefix(to, "k") && n == 1 {
			return emailtest.Reply{At: emailtest.Dot, Close: true} // taken, and nobody says so
		}
		return emailtest.Reply{}
	}}, sample{
		scale: 0.001, now: func() time.Time { return clock().Add(time.Duration(later.Load())) },
		changes: []string{"give_up: 72h", "give_up: 72h\n    uncertain: resend"},
	})
	c := f.run(finished)
	doubtful := c.Channels[ledger.Email][ledger.Uncertain]
	if doubtful == 0 {
		t.Fatalf("states %v", c.Channels)
	}
	later.Store(int64(16 * time.Minute))
	c = f.run(func(c ledger.Counts) bool {
		return finished(c) && c.Channels[ledger.Email][ledger.Uncertain] == 0
	})
	if n := c.Channels[ledger.Email][ledger.Sent]; f.mail.Count() != n+doubtful {
		t.Errorf("%d sent, %d uncertain before, %d taken", n, doubtful, f.mail.Count())
	}
	s, err := report.Read(context.Background(), f.l, campaign)
	f.must(err)
	if s.Resent != doubtful {
		t.Errorf("%d counted as resent, want %d", s.Resent, doubtful)
	}
}
