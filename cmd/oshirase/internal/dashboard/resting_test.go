package dashboard

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"oshirase/jobs/ledger"
	"oshirase/jobs/ledger/ledgertest"
	"oshirase/jobs/pace"
)

// slowed closes the hours, opens the breaker of docomo, and lets one of two workers rest a relay.
func (s *site) slowed() {
	s.t.Helper()
	ctx := context.Background()
	start := s.ledger.Clock.T
	s.ledger.Import(s.t,
		ledgertest.Batch{Name: "株式会社サンプル", People: 8, Lane: "docomo", Start: start},
		ledgertest.Batch{Name: "Example Trading Inc.", People: 1500, Start: start.AddDate(0, 0, 4)},
	)
	must(s.t, s.ledger.SetRules(ctx, "test", pace.Rules{Temper: pace.Usual(), Hours: pace.Hours{{
		From: 9 * time.Hour, To: 10*time.Hour + 10*time.Minute, Zone: "Asia/Tokyo",
		Days: []time.Weekday{time.Thursday, time.Friday},
	}}}))
	for _, k := range s.feed()[:5] {
		c, err := s.ledger.Claim(ctx, k, "w1")
		must(s.t, err)
		must(s.t, s.ledger.Deferred(ctx, c, ledger.Attempt{Code: 421}, start.Add(time.Hour)))
	}
	s.ledger.Clock.T = start.Add(10 * time.Minute)
	must(s.t, s.ledger.Heartbeat(ctx, "mail1/4242/beef01", ledger.RelayRest{
		Relay: "relay.example.com:587", Until: start.Add(12 * time.Minute), Stage: "auth", Code: 535,
	}))
	must(s.t, s.ledger.Heartbeat(ctx, "mail2/4242/beef02"))
}

func TestACampaignShowsWhatRestsUntilWhenAndWhy(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	s.slowed()
	s.want(s.get("/campaign/test", s.login("vera")), http.StatusOK,
		">Resting</h2>", "2 workers running",
		"<b>all e-mail</b>", "until 2013-09-13 09:00 JST", "until the next try", "outside its windows",
		"<b>docomo</b>", "answered 421 too often",
		"<b>relay.example.com:587</b>", "until 2013-09-12 10:12 JST", "does not take the login (535)",
		"in mail1/4242/beef01; the other workers use it")
}

func TestACampaignWithoutAWorkerSaysSo(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	s.ledger.Import(t, ledgertest.Batch{Name: "a", People: 1, Start: s.ledger.Clock.T})
	c := s.login("vera")
	const none = "No worker is running, and there is work to do. Start one: <code>oshirase work</code>"
	s.want(s.get("/campaign/test", c), http.StatusOK, none)
	must(t, s.ledger.Heartbeat(context.Background(), "w1"))
	w := s.get("/campaign/test", c)
	s.want(w, http.StatusOK, "1 worker running")
	if body := w.Body.String(); strings.Contains(body, none) || strings.Contains(body, `id="rests"`) {
		t.Error("with a worker the page speaks of rest")
	}
	s.settle(s.feed()[0], ledger.Sent)
	must(t, s.ledger.Leave(context.Background(), "w1"))
	if strings.Contains(s.get("/campaign/test", c).Body.String(), none) {
		t.Error("a worker is missed where there is no work")
	}
}

func TestACampaignsTimesAreInItsOwnZone(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	ctx := context.Background()
	im, err := s.ledger.Begin(ctx, ledger.NewCampaign{
		ID: "test", Revision: 1, Zone: "America/New_York",
		Batches: []ledger.NewBatch{{Name: "a", Start: time.Date(2013, 12, 2, 14, 0, 0, 0, time.UTC)}},
	}, s.ledger.Key, "tester")
	must(t, err)
	must(t, im.Commit(ctx, ledger.ImportCounts{}, ledgertest.By))
	s.want(s.get("/campaign/test", s.login("vera")), http.StatusOK,
		"as of 2013-09-11 21:00 EDT", "<span>2013-12-02</span> <span>09:00 EST</span>")
}
