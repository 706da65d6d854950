package feeder

import (
	"bytes"
	"context"
	"log/slog"
	"strings"
	"testing"
	"time"

	"oshirase/jobs/ledger"
	"oshirase/jobs/ledger/ledgertest"
	"oshirase/jobs/office"
	"oshirase/jobs/pace"
	"oshirase/jobs/queue"
	"oshirase/jobs/seal"
)

var ctx = context.Background()

// stand is a feeder with a ledger, an embedded queue and a log, and three e-mails that are ready.
type stand struct {
	*feeder
	t    *testing.T
	book *ledgertest.Fixture
	log  *bytes.Buffer
	lane ledger.Lane
}

func newStand(t *testing.T) *stand {
	t.Helper()
	return newStandOf(t, ledgertest.Batch{Name: "a", People: 3})
}

func newStandOf(t *testing.T, batches ...ledgertest.Batch) *stand {
	t.Helper()
	s := &stand{t: t, book: ledgertest.New(t), log: &bytes.Buffer{}}
	s.book.Import(t, batches...)
	for more := true; more; {
		var err error
		more, err = s.book.Advance(ctx, "test", ledger.Policy{Parallel: 1})
		s.must(err)
	}
	lanes, err := s.book.Lanes(ctx, "test")
	s.must(err)
	s.lane = lanes[0]
	redis, err := queue.Open(ctx, "")
	s.must(err)
	t.Cleanup(func() { redis.Close() })
	s.feeder = newFeeder(Config{
		Ledger: s.book.Ledger, Offices: office.New(s.book.Ledger, seal.Dir(t.TempDir())), Redis: redis,
		Queue: queue.New(redis.Feeding, time.Minute), Connections: 1, ID: "first", SweepAfter: time.Hour,
		Log: slog.New(slog.NewTextHandler(s.log, nil)), Now: s.book.Clock.Now,
	})
	return s
}

func (s *stand) must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

// states are those of the e-mails.
func (s *stand) states() map[ledger.State]int {
	s.t.Helper()
	c, err := s.book.Counts(ctx, "test")
	s.must(err)
	return c.Channels[ledger.Email]
}

func (s *stand) feed() {
	s.t.Helper()
	n, err := s.feedLane(ctx, s.lane, 10)
	if s.must(err); n != 3 || s.states()[ledger.Queued] != 3 {
		s.t.Fatalf("%d fed: %v", n, s.states())
	}
}

func TestTheWindowHoldsTenSecondsOfWorkWithinItsBounds(t *testing.T) {
	t.Parallel()
	var w flow
	begin := time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)
	w.measure(0, begin)
	if w.window() != windowLeast {
		t.Errorf("a window of %d before anything was worked off", w.window())
	}
	w.fed = 1000
	w.measure(800, begin.Add(100*time.Millisecond)) // too soon to say anything
	if w.rate != 0 {
		t.Errorf("a rate of %g after a tenth of a second", w.rate)
	}
	for i := 1; i <= 20; i++ { // 500 a second, and 800 always wait
		w.measure(800, begin.Add(time.Duration(i)*time.Second))
		w.fed = 500
	}
	if n := w.window(); n < 4900 || n > 5100 {
		t.Errorf("a window of %d at 500 a second", n)
	}
	w.fed = 1 << 20
	w.measure(0, begin.Add(21*time.Second))
	if w.window() != queue.Most {
		t.Errorf("a window of %d, more than Redis is to hold", w.window())
	}
}

func TestTheRateOfTheEMailHoldsUpNoLetters(t *testing.T) {
	t.Parallel()
	s := newStandOf(t, ledgertest.Batch{Name: "a", People: 30, Channel: ledger.Letter},
		ledgertest.Batch{Name: "b", People: 30})
	_, err := s.book.Advance(ctx, "test", ledger.Policy{Parallel: 2})
	s.must(err)
	lanes, err := s.book.Lanes(ctx, "test")
	s.must(err)
	o := &office.Office{ID: "test", Rates: pace.Rates{Total: 0.5}}
	s.purses["test"] = pace.NewPurse(o.Rates, time.Now().Add(-time.Hour))
	n, err := s.feedLanes(ctx, o, lanes, nil)
	s.must(err)
	c, err := s.book.Counts(ctx, "test")
	s.must(err)
	if n != 31 || c.Channels[ledger.Letter][ledger.Queued] != 30 || s.states()[ledger.Queued] != 1 {
		t.Errorf("%d fed at an e-mail in two seconds: %v", n, c.Channels)
	}
}

func TestNoMoreOfARatedProviderWaitsThanTwoSecondsOfItsRate(t *testing.T) {
	t.Parallel()
	s := newStandOf(t, ledgertest.Batch{Name: "a", People: 60})
	o := &office.Office{ID: "test", Rates: pace.Rates{Providers: map[string]float64{s.lane.Lane: 5}}}
	for range 10 { // while nobody works
		s.purses["test"] = pace.NewPurse(o.Rates, time.Now().Add(-time.Hour))
		_, err := s.feedLanes(ctx, o, []ledger.Lane{s.lane}, nil)
		s.must(err)
	}
	if n := s.states()[ledger.Queued]; n != 10 {
		t.Errorf("%d wait", n)
	}
}

func TestCampaignsHaveEqualPartsOfTheWindow(t *testing.T) {
	t.Parallel()
	s := newStand(t)
	s.wants["a"], s.wants["b"], s.wants["c"] = want{providers: 3}, want{providers: 1, letters: true}, want{}
	if n := s.share(ledger.Email); n != windowLeast/2 {
		t.Errorf("%d e-mails of each of two", n)
	}
	if n := s.share(ledger.Letter); n != windowLeast {
		t.Errorf("%d letters of the one that has some", n)
	}
}

func TestOneProcessFeedsAtATime(t *testing.T) {
	t.Parallel()
	s := newStand(t)
	second := newFeeder(s.Config)
	second.ID = "second"
	if mine, err := s.lead(ctx); !mine || err != nil {
		t.Fatalf("the first: %v, %v", mine, err)
	}
	if mine, err := second.lead(ctx); mine || err != nil {
		t.Errorf("two feed: %v, %v", mine, err)
	}
	s.must(Leave(ctx, s.book.Ledger, "first"))
	if mine, err := second.lead(ctx); !mine || err != nil {
		t.Errorf("after the first has left: %v, %v", mine, err)
	}
	if len(second.campaigns) != 1 || second.campaigns[0] != "test" {
		t.Errorf("it feeds %v", second.campaigns)
	}
}

func TestALeaseThatRanOutIsAnothersToTake(t *testing.T) {
	t.Parallel()
	s := newStand(t)
	second := newFeeder(s.Config)
	second.ID = "second"
	_, err := s.lead(ctx)
	s.must(err)
	s.book.Clock.T = s.book.Clock.T.Add(leaseFor + time.Second)
	if mine, err := second.lead(ctx); !mine || err != nil {
		t.Errorf("after the first was silent: %v, %v", mine, err)
	}
}

func TestWhatCannotBePushedIsNotLeftQueued(t *testing.T) {
	t.Parallel()
	s := newStand(t)
	s.Redis.Close()
	if n, err := s.feedLane(ctx, s.lane, 10); n != 0 || err == nil {
		t.Errorf("%d fed without Redis, %v", n, err)
	}
	if st := s.states(); st[ledger.Ready] != 3 || st[ledger.Queued] != 0 {
		t.Errorf("%v", st)
	}
}

func TestTasksThatAreInNoQueueAreGivenBack(t *testing.T) {
	t.Parallel()
	s := newStand(t)
	s.feed()
	s.must(s.sweep(ctx)) // sees Redis for the first time
	if st := s.states(); st[ledger.Queued] != 3 {
		t.Fatalf("tasks that are there were given back: %v", st)
	}
	s.must(s.Redis.Client.FlushAll(ctx).Err())
	s.must(s.sweep(ctx))
	if st := s.states(); st[ledger.Ready] != 3 {
		t.Errorf("after Redis was emptied: %v", st)
	}
	if !strings.Contains(s.log.String(), "redis was emptied") || !strings.Contains(s.log.String(), "given_back=3") {
		t.Errorf("the log says:\n%s", s.log)
	}
	s.feed() // under new numbers
}

func TestACampaignWithoutItsKeyIsSaidOnceAndNotFed(t *testing.T) {
	t.Parallel()
	s := newStand(t)
	for range 3 {
		if more, err := s.turn(ctx); more || err != nil {
			t.Fatalf("a turn: %v, %v", more, err)
		}
	}
	if n := strings.Count(s.log.String(), "campaign cannot be opened"); n != 1 || s.states()[ledger.Waiting] != 3 {
		t.Errorf("said %d times, %v:\n%s", n, s.states(), s.log)
	}
}

func TestABatchIsAskedForOnceHoweverManyTurnsSeeIt(t *testing.T) {
	t.Parallel()
	s := newStand(t)
	for range 3 {
		s.must(s.feedBatches(ctx, queue.TypeFile, []ledger.BatchName{{ID: 7}}))
	}
	waiting, err := s.Redis.Client.LLen(ctx, "asynq:{bind}:pending").Result()
	if err != nil || waiting != 1 {
		t.Errorf("%d tasks, %v", waiting, err)
	}
}
