// Package feeder moves deliveries from the ledger into the queue: no more at a time than are worked off in
// some seconds, in the order in which batches open, and as rates, caps and breakers allow. One process of a
// fleet feeds, by a lease in the ledger; it also looks after what the queue has lost.
//
// What lies in the queue is a copy. A crash between the ledger and Redis leaves a row without a task, which
// the sweeper gives back; a wiped Redis leaves many of them.
package feeder

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"time"

	"oshirase/jobs/faults"
	"oshirase/jobs/ledger"
	"oshirase/jobs/office"
	"oshirase/jobs/pace"
	"oshirase/jobs/paper"
	"oshirase/jobs/queue"
	"oshirase/jobs/seal"
)

const (
	lease       = "feeder"
	leaseFor    = 8 * time.Second // another process takes over after it
	leaseEvery  = 2 * time.Second
	sweepEvery  = 5 * time.Second
	windowLeast = 1000
	feedMost    = 500 // deliveries in one transaction
	sweepMost   = 2*queue.Most + 10*feedMost
)

// Config is what feeding takes.
type Config struct {
	Ledger      *ledger.Ledger
	Offices     *office.Offices
	Redis       *queue.Redis
	Queue       *queue.Queue
	Connections int           // of this process to the relays
	ID          string        // of this process, unique
	Only        string        // feed this campaign alone; empty: all
	Tick        time.Duration // 0: 100 ms
	SweepAfter  time.Duration // a queued task is looked for after; 0: 30 s
	Log         *slog.Logger
	Now         func() time.Time
}

// feeder is the state of the process that feeds.
type feeder struct {
	Config
	term      string // of this process as the feeder
	purses    map[string]*pace.Purse
	promised  map[string]int // the revision of each
	campaigns []string
	warned    map[string]bool // campaigns that cannot be opened
	leased    time.Time       // until when the lease is ours for sure
	swept     time.Time
	resent    map[string]time.Time // when a campaign's uncertain deliveries were looked at
	seen      bool                 // Redis was looked at before
	flows     map[string]*flow     // by channel: e-mail and letters have queues of their own
	wants     map[string]want      // what each campaign has ready
	shares    *pace.Shares
	eased     map[string]time.Time           // when a lane whose breaker counts was last fed
	pages     map[*office.Office]*pace.Purse // of the members' page
}

// flow measures how fast tasks are worked off, for a window of ten seconds of it: what lies in Redis
// longer is only looked for by the sweeper.
type flow struct {
	since  time.Time
	fed    int // since then
	before int // waiting then
	rate   float64
}

// measure takes in how many tasks wait now.
func (w *flow) measure(waiting int, now time.Time) {
	d := now.Sub(w.since).Seconds()
	if d < 0.2 {
		return
	}
	w.rate = (w.rate + float64(max(w.before+w.fed-waiting, 0))/d) / 2
	w.since, w.fed, w.before = now, 0, waiting
}

func (w *flow) window() int { return min(max(int(10*w.rate), windowLeast), queue.Most) }

// want is what a campaign has ready.
type want struct {
	providers int // to whom e-mail may go
	letters   bool
}

// share is a campaign's part of a channel's window: those that have something ready have the same. What one
// of them cannot work off fast must not keep the others' out.
func (f *feeder) share(channel string) int {
	n := 0
	for _, w := range f.wants {
		if channel == ledger.Email && w.providers > 0 || channel == ledger.Letter && w.letters {
			n++
		}
	}
	return max(f.flows[channel].window()/max(n, 1), 1)
}

// Run keeps the lease and feeds while it has it, until ctx ends; the error is the context's. What goes
// wrong in a turn is logged and tried again: neither Redis nor the ledger being away for a while may end a
// worker.
func Run(ctx context.Context, c Config) error {
	f := newFeeder(c)
	for {
		more, err := f.turn(ctx)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		wait := f.Tick
		if err != nil {
			c.Log.Error("feed", "error", err)
			wait = time.Second
		}
		if more {
			continue
		}
		select {
		case <-time.After(wait):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func newFeeder(c Config) *feeder {
	c.Tick, c.SweepAfter = cmp.Or(c.Tick, 100*time.Millisecond), cmp.Or(c.SweepAfter, 30*time.Second)
	return &feeder{
		Config: c, term: strconv.FormatInt(time.Now().UnixMilli(), 36), shares: pace.NewShares(c.Connections),
		purses: map[string]*pace.Purse{}, pages: map[*office.Office]*pace.Purse{},
		promised: map[string]int{}, warned: map[string]bool{},
		resent: map[string]time.Time{}, eased: map[string]time.Time{}, wants: map[string]want{},
		flows: map[string]*flow{ledger.Email: {}, ledger.Letter: {}},
	}
}

// Leave gives the lease up, so that another process need not wait for its end.
func Leave(ctx context.Context, l *ledger.Ledger, id string) error { return l.Unlease(ctx, lease, id) }

// turn is one round of the feeder; more asks for the next one without a pause.
func (f *feeder) turn(ctx context.Context) (more bool, err error) {
	mine, err := f.lead(ctx)
	if err != nil || !mine {
		return false, err
	}
	if err := f.sweep(ctx); err != nil {
		return false, err
	}
	queued, err := f.queued(ctx)
	if err != nil {
		return false, err
	}
	for _, id := range f.campaigns {
		office, err := f.office(ctx, id)
		if err != nil {
			return false, err
		}
		if office == nil {
			delete(f.wants, id)
			continue
		}
		if err := f.resend(ctx, office); err != nil {
			return false, err
		}
		released, err := f.Ledger.Advance(ctx, id, office.Policy)
		if err != nil {
			return false, err
		}
		fed, err := f.feedCampaign(ctx, office, queued[id])
		if err != nil {
			return false, err
		}
		more = more || released || fed >= feedMost
	}
	return more, nil
}

// queued reads what each campaign has in the queues, by channel, and measures how fast it is worked off.
func (f *feeder) queued(ctx context.Context) (map[string]map[string]int, error) {
	queued, err := f.Ledger.InQueue(ctx)
	if err != nil {
		return nil, err
	}
	for channel, w := range f.flows {
		all := 0
		for _, of := range queued {
			all += of[channel]
		}
		w.measure(all, time.Now())
	}
	return queued, nil
}

// lead renews the lease in time; monotonic time, for a stepped clock must not prolong it.
func (f *feeder) lead(ctx context.Context) (bool, error) {
	if time.Until(f.leased) > leaseFor-leaseEvery {
		return true, nil
	}
	asked := time.Now()
	mine, err := f.Ledger.Lease(ctx, lease, f.ID, leaseFor)
	if err != nil || !mine {
		return false, err
	}
	f.leased = asked.Add(leaseFor)
	if f.Only != "" {
		f.campaigns = []string{f.Only}
		return true, nil
	}
	f.campaigns, err = f.Ledger.Campaigns(ctx)
	return true, err
}

// office opens a campaign; one without its key is passed over and said once, for the others go on. In one
// that was purged there is nothing to do.
func (f *feeder) office(ctx context.Context, id string) (*office.Office, error) {
	var none *seal.NoKeyError
	var wrong *office.WrongKeyError
	var purged *ledger.PurgedError
	o, err := f.Offices.Get(ctx, id)
	if errors.As(err, &purged) {
		return nil, nil
	}
	if errors.As(err, &none) || errors.As(err, &wrong) {
		if !f.warned[id] {
			f.Log.Error("campaign cannot be opened", "campaign", id, "error", err)
			f.warned[id] = true
		}
		return nil, nil
	}
	if err == nil && f.promised[id] != o.Revision {
		if err := f.Ledger.SetRules(ctx, id, o.Rules); err != nil {
			return nil, err
		}
		f.purses[id], f.promised[id] = pace.NewPurse(o.Rates, time.Now()), o.Revision
	}
	return o, err
}

// feedCampaign feeds what a campaign has ready. queued is what it has in the queues, by channel.
func (f *feeder) feedCampaign(ctx context.Context, o *office.Office, queued map[string]int) (fed int, err error) {
	lanes, err := f.Ledger.Lanes(ctx, o.ID)
	if err != nil {
		return 0, err
	}
	if fed, err = f.feedLanes(ctx, o, lanes, queued); err != nil {
		return fed, err
	}
	return fed, errors.Join(f.feedPages(ctx, o, lanes, queued[ledger.Page]), f.feedFiles(ctx, o))
}

// feedLanes feeds e-mail and letters: as far as windows allow, and e-mail as far as rates and breakers do.
func (f *feeder) feedLanes(ctx context.Context, o *office.Office, lanes []ledger.Lane,
	queued map[string]int) (fed int, err error) {
	rooms, err := f.rooms(ctx, o, lanes)
	if err != nil {
		return 0, err
	}
	left := map[string]int{ // paper waits for nobody
		ledger.Email:  o.Rates.Window(f.share(ledger.Email)) - queued[ledger.Email],
		ledger.Letter: f.share(ledger.Letter) - queued[ledger.Letter],
	}
	for _, lane := range lanes {
		n := min(left[lane.Channel], feedMost)
		if lane.Channel == ledger.Email {
			n = min(n, rooms[lane.Lane], f.purses[o.ID].Allowance(lane.Lane, time.Now()))
		}
		if n <= 0 {
			continue
		}
		k, err := f.feedLane(ctx, lane, n)
		fed, left[lane.Channel] = fed+k, left[lane.Channel]-k
		f.flows[lane.Channel].fed += k
		if lane.Channel == ledger.Email {
			f.purses[o.ID].Spend(lane.Lane, k)
			f.shares.Fed(shareName(o.ID, lane.Lane), k)
			rooms[lane.Lane] -= k
		}
		if err != nil {
			return fed, err
		}
	}
	return fed, nil
}

// feedLane moves deliveries to queued, then puts their tasks into Redis. A crash between leaves rows
// without a task, which the sweeper gives back.
func (f *feeder) feedLane(ctx context.Context, lane ledger.Lane, n int) (int, error) {
	tasks, err := f.Ledger.Feed(ctx, lane, n)
	if err != nil {
		return 0, err
	}
	left, err := f.Queue.Push(ctx, tasks)
	if len(left) > 0 {
		_, again := f.Ledger.Unfeed(context.WithoutCancel(ctx), left)
		err = errors.Join(err, again)
	}
	return len(tasks) - len(left), err
}

// feedFiles asks for a print file where all letters of a batch are typeset, and for a file for the members' page
// where all its messages may go.
func (f *feeder) feedFiles(ctx context.Context, o *office.Office) error {
	letters, err := f.Ledger.ToBind(ctx, o.ID, paper.Across(o))
	if err != nil {
		return err
	}
	messages, err := f.Ledger.ToWrite(ctx, o.ID, o.Page.InFile > 0)
	if err != nil {
		return err
	}
	return errors.Join(f.feedBatches(ctx, queue.TypeBind, letters), f.feedBatches(ctx, queue.TypeFile, messages))
}

func (f *feeder) feedBatches(ctx context.Context, kind string, batches []ledger.BatchName) error {
	for _, b := range batches {
		if _, err := f.Queue.Enqueue(ctx, queue.Bind, kind, queue.BatchID(kind, b.ID, f.term)); err != nil {
			return err
		}
	}
	return nil
}

// sweep looks after what was lost: claims of dead workers, and queued rows whose task is gone. After a
// wipe of Redis all of them are looked for at once.
func (f *feeder) sweep(ctx context.Context) error {
	wiped, err := f.Redis.Wiped(ctx)
	if err != nil {
		return fmt.Errorf("look at redis: %w", err)
	}
	defer func() { f.seen = true }()
	after := f.SweepAfter
	if wiped {
		if f.seen {
			f.Log.Warn("redis was emptied: looking for every queued task")
		}
		f.Queue.Renew()
		after = 0
	}
	if !wiped && time.Since(f.swept) < sweepEvery {
		return nil
	}
	f.swept = time.Now()
	lost, err := f.Ledger.LoseWorkers(ctx, faults.Duration("LOST", ledger.Lost))
	if lost > 0 {
		f.Log.Warn("workers lost", "uncertain", lost)
	}
	if err != nil {
		return err
	}
	return f.sweepQueued(ctx, f.Now().Add(-after))
}

func (f *feeder) sweepQueued(ctx context.Context, before time.Time) error {
	tasks, err := f.Ledger.Queued(ctx, before, sweepMost)
	if err != nil {
		return err
	}
	gone, err := f.Queue.Gone(tasks)
	if len(gone) > 0 {
		n, again := f.Ledger.Unfeed(ctx, gone)
		f.Log.Warn("tasks lost", "given_back", n)
		err = errors.Join(err, again)
	}
	return err
}
