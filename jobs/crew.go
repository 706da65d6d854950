package jobs

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/hibiken/asynq"
	"golang.org/x/sync/errgroup"

	"oshirase/jobs/email"
	"oshirase/jobs/faults"
	"oshirase/jobs/feeder"
	"oshirase/jobs/flight"
	"oshirase/jobs/ledger"
	"oshirase/jobs/members"
	"oshirase/jobs/office"
	"oshirase/jobs/outcome"
	"oshirase/jobs/pagefile"
	"oshirase/jobs/paper"
	"oshirase/jobs/queue"
	"oshirase/jobs/relay"
)

// Config is what a process needs to feed and work.
type Config struct {
	Ledger      *ledger.Ledger
	Offices     *office.Offices
	Redis       *queue.Redis
	Relays      []email.Relay
	Signing     email.Signing   // of messages
	Pages       *members.Client // to members' pages; nil: this process has no secret to sign with
	PageFiles   pagefile.Place  // for members' pages
	Servers     int             // asynq Servers: one has one fetch loop
	InFlight    int             // tasks under way; most of them wait for the ledger's disk
	Connections int             // to the relays, all together
	Letters     string          // directory of print files
	Flight      string          // directory of flight logs, of this machine
	ID          string          // of this process, unique
	Only        string          // feed this campaign alone; empty: all
	Shutdown    time.Duration
	Backoff     func(attempt int) time.Duration // nil: outcome.Backoff
	Tick        time.Duration                   // of the feeder; 0: 100 ms
	SweepAfter  time.Duration                   // a queued task is looked for after; 0: 30 s
	Log         *slog.Logger
	Now         func() time.Time
}

// Crew is one process's feeder and workers.
type Crew struct {
	Config
	queue  *queue.Queue
	relays *relay.Pool
	binder *paper.Binder
	flight *flight.Log
	logs   flight.Place

	outcomes outcome.Writer
	pulse    atomic.Pointer[pulse]
	errands  atomic.Int64 // under way
}

// NewCrew makes a crew. It does nothing until Run.
func NewCrew(c Config) *Crew {
	if c.Backoff == nil {
		c.Backoff = outcome.Backoff
	}
	return &Crew{
		Config: c, queue: queue.New(c.Redis.Feeding, relay.Longest(c.Relays)+15*time.Minute),
		relays: relay.New(c.Relays, c.Connections, c.Log),
		binder: &paper.Binder{Ledger: c.Ledger, Offices: c.Offices, Dir: c.Letters, Holder: c.ID, Workers: 1},
		outcomes: outcome.Writer{
			Ledger: c.Ledger, Offices: c.Offices, Backoff: c.Backoff, Log: c.Log, Now: c.Now,
		},
	}
}

// heartbeat is how often a process says that it lives; ledger.Lost is twelve times as long.
const heartbeat = 5 * time.Second

// Resting lists the relays that this process leaves alone for a while.
func (c *Crew) Resting() []relay.Resting { return c.relays.Resting() }

// Run feeds and works until ctx ends, then lets what is at the relay finish and gives the rest back. It
// is heard of until the last outcome is written. A Redis or a ledger that does not answer keeps it no longer than
// Shutdown and a few seconds; of the ledger the error says so, and what was under way is settled by the next process
// of this machine.
func (c *Crew) Run(ctx context.Context) error {
	if err := c.board(ctx); err != nil {
		return err
	}
	alive, die := context.WithCancel(context.WithoutCancel(ctx))
	defer die()
	var others errgroup.Group
	others.Go(func() error { c.keepAlive(alive); return nil })
	others.Go(func() error { c.finishRevisions(alive); return nil })
	servers, err := c.startServers()
	if err == nil {
		others.Go(func() error { return feeder.Run(ctx, c.feeding()) })
		<-ctx.Done()
	}
	c.Ledger.Hasten(time.Now().Add(c.Shutdown + grace))
	orderly := c.within(func() {
		c.stopServers(servers)
		die()
		_ = others.Wait() // they end with their contexts, and say so
	})
	c.relays.Close()
	return errors.Join(err, c.leave(orderly))
}

// grace is what a stopping process has for itself, when its tasks have had their time.
const grace = time.Second

// within waits for the end of what a stopping process does, as long as it may take. Every task asks a Redis that
// hangs for itself, which together takes minutes; all has been settled in the ledger by then.
func (c *Crew) within(do func()) (done bool) {
	end := make(chan struct{})
	go func() {
		do()
		close(end)
	}()
	select {
	case <-end:
		return true
	case <-time.After(c.Shutdown + grace):
		c.Log.Error("redis or the ledger does not answer, and is left alone")
		return false
	}
}

func (c *Crew) feeding() feeder.Config {
	return feeder.Config{
		Ledger: c.Ledger, Offices: c.Offices, Redis: c.Redis, Queue: c.queue, Connections: c.Connections,
		ID: c.ID, Only: c.Only, Tick: c.Tick, SweepAfter: c.SweepAfter, Log: c.Log, Now: c.Now,
	}
}

// board settles what dead workers of this machine have left, and begins this one's flight log.
func (c *Crew) board(ctx context.Context) error {
	if err := c.beat(ctx); err != nil {
		return err
	}
	id, err := c.Ledger.Identity(ctx)
	if err != nil {
		return err
	}
	c.logs = flight.Place{Dir: c.Flight, Ledger: id}
	if err := c.salvage(ctx); err != nil {
		return err
	}
	c.flight, err = flight.Open(c.logs, c.ID)
	return err
}

// paperServers fetch what is no e-mail. A server asks its queues one after the other, and each has one
// fetch loop: with the queues of paper between, it would bring half as many e-mails.
const paperServers = 4

// An empty poll stops a server's fetching for so long. Letters are laid out by the thousand, for a mail
// house that comes once a day: where there are none, asking for them should cost e-mail nothing.
const (
	emailIdle = 20 * time.Millisecond
	paperIdle = 100 * time.Millisecond
)

// fetch is what one server does.
type fetch struct {
	queues map[string]int
	atOnce int
	idle   time.Duration
}

// fetches are the process's servers. Members' pages have one to themselves: one that does not answer keeps
// nobody else waiting.
func (c *Crew) fetches() (out []fetch) {
	n := max(c.Servers, 1)
	for range n {
		out = append(out, fetch{map[string]int{queue.Email: 1}, c.InFlight / n, emailIdle})
	}
	for range paperServers {
		out = append(out, fetch{queue.Paper(), c.InFlight / (2 * paperServers), paperIdle})
	}
	return append(out, fetch{map[string]int{queue.Page: 1}, members.Connections, paperIdle})
}

func (c *Crew) startServers() ([]*asynq.Server, error) {
	var servers []*asynq.Server
	for _, f := range c.fetches() {
		s := asynq.NewServerFromRedisClient(c.Redis.Working, asynq.Config{
			Concurrency: max(f.atOnce, 1), Queues: f.queues, Logger: queue.Logger{Log: c.Log},
			LogLevel:          asynq.ErrorLevel, // it warns of every refusal
			ShutdownTimeout:   c.Shutdown,
			TaskCheckInterval: f.idle,
			RetryDelayFunc:    func(int, error, *asynq.Task) time.Duration { return 3 * time.Second },
			IsFailure:         func(err error) bool { return !errors.Is(err, errAgain) },
		})
		if err := s.Start(c.handler()); err != nil {
			return servers, fmt.Errorf("start worker: %w", err)
		}
		servers = append(servers, s)
	}
	return servers, nil
}

// stopServers ends the servers side by side: each waits for its tasks. A claim that has no connection
// yet is given back at once.
func (c *Crew) stopServers(servers []*asynq.Server) {
	c.relays.Stop()
	var group errgroup.Group
	for _, s := range servers {
		group.Go(func() error { s.Shutdown(); return nil })
	}
	_ = group.Wait()
}

// leave gives up what the process has for itself. One that could not say to Redis what it was done with
// leaves that to be buried, as if it had been killed.
func (c *Crew) leave(orderly bool) error {
	ctx, cancel := context.WithTimeout(context.Background(), min(ledger.Patience, max(c.Shutdown, grace)))
	defer cancel()
	idle := c.errands.Load() == 0 // nobody is left to claim anything
	err := feeder.Leave(ctx, c.Ledger, c.ID)
	if orderly {
		err = errors.Join(err, c.Ledger.Leave(ctx, c.ID))
	}
	err = errors.Join(err, c.putAway(ctx, orderly && idle && err == nil))
	if err != nil {
		return fmt.Errorf("leave: %w", err)
	}
	return nil
}

// putAway ends the flight log. It goes where the ledger says that nothing is held any more: a claim that could not be
// given back is proven unsent by its silence alone.
func (c *Crew) putAway(ctx context.Context, told bool) error {
	var held []ledger.Claim
	var err error
	if told {
		held, err = c.Ledger.ClaimsOf(ctx, c.ID)
	}
	if told && err == nil && len(held) == 0 {
		return c.flight.Close()
	}
	return errors.Join(err, c.flight.Abandon())
}

// keepAlive says in the ledger that this process lives, looks for others of this machine that do not, and
// mends the flight log: nothing is sent while it cannot be written.
func (c *Crew) keepAlive(ctx context.Context) {
	for sleep(ctx, faults.Duration("HEARTBEAT", heartbeat)) == nil {
		if err := c.beat(ctx); err != nil && ctx.Err() == nil {
			c.Log.Error("heartbeat", "error", err)
		}
		if err := c.salvage(ctx); err != nil && ctx.Err() == nil {
			c.Log.Error("salvage", "error", err)
		}
		if err := c.flight.Mend(); err != nil {
			c.Log.Error("nothing can be sent", "error", err)
		}
	}
}

// finishRevisions goes on with revisions that a process began to put in force before it died: while they are not,
// nothing of their campaigns is sent.
func (c *Crew) finishRevisions(ctx context.Context) {
	for sleep(ctx, faults.Duration("HEARTBEAT", heartbeat)) == nil {
		if err := c.Ledger.FinishRevisions(ctx, c.ID); err != nil && ctx.Err() == nil {
			c.Log.Error("finish revision", "error", err)
		}
	}
}

func sleep(ctx context.Context, d time.Duration) error {
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
