package main

import (
	"context"
	"errors"
	"os"
	"runtime"
	"runtime/debug"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"oshirase/config/campaign"
	"oshirase/jobs"
	"oshirase/jobs/ledger"
	"oshirase/jobs/office"
	"oshirase/jobs/queue"
	"oshirase/jobs/report"
)

// crewSize is how much a process does at once.
type crewSize struct{ servers, connections, inFlight int }

func (s *crewSize) flags(c *cobra.Command) {
	c.Flags().IntVar(&s.servers, "servers", 12, "asynq servers for e-mail: each fetches one task after the other")
	c.Flags().IntVar(&s.connections, "connections", 20, "connections to the relay")
	c.Flags().IntVar(&s.inFlight, "in-flight", 512, "deliveries under way at once")
}

func (s crewSize) valid() error {
	if s.servers < 1 || s.connections < 1 || s.inFlight < s.servers {
		return usage("--servers, --connections and --in-flight take whole numbers from 1").
			hint("--in-flight must be at least --servers")
	}
	return nil
}

func (p *program) workCommand() *cobra.Command {
	var size crewSize
	c := &cobra.Command{
		Use: "work", Short: "Feed and work until stopped",
		Long: `Feed the queue and work on it until stopped (Ctrl-C or SIGTERM). Any number of these may run, on one
ledger and one Redis (OSHIRASE_REDIS); one of them feeds. Without Redis a single one uses its own queue.`,
		Args: none,
		RunE: func(c *cobra.Command, _ []string) error {
			if err := size.valid(); err != nil {
				return err
			}
			return p.work(c.Context(), size)
		},
	}
	size.flags(c)
	return c
}

// work works until it is stopped. A worker told to stop while it starts has nothing to give back: that is
// a stop like any other, and its supervisor reads exit 0. One that could not tell the ledger is a failure.
func (p *program) work(ctx context.Context, size crewSize) error {
	crew, closes, err := p.openCrew(ctx, size)
	defer closes()
	switch {
	case err == nil:
		p.note("working; Ctrl-C stops")
		err = crew.Run(ctx)
	case ctx.Err() != nil:
		err = nil
	}
	if err == nil {
		p.note("stopped; what was not sent waits in the ledger")
	} else if ctx.Err() != nil && !errors.Is(err, context.Canceled) {
		err = p.explain(err).hint("what was under way is settled by the next worker of this machine: oshirase work")
	}
	return err
}

// openCrew opens what a worker works with. What it returns closes it all, after an error too.
func (p *program) openCrew(ctx context.Context, size crewSize) (*jobs.Crew, func(), error) {
	var open []func()
	closes := func() {
		for _, c := range slices.Backward(open) {
			c()
		}
	}
	l, err := p.openLedger(ctx)
	if err != nil {
		return nil, closes, err
	}
	open = append(open, func() { l.Close() })
	to, err := p.outgoing()
	if err != nil {
		return nil, closes, err
	}
	if err := p.mayShare(ctx, l); err != nil {
		return nil, closes, err
	}
	redis, err := p.openRedis(ctx)
	if err != nil {
		return nil, closes, err
	}
	open = append(open, func() { redis.Close() })
	if err := p.checkReady(ctx, l); err != nil {
		return nil, closes, err
	}
	return p.crew(l, redis, to, size), closes, l.FinishRevisions(ctx, p.id())
}

// mayShare refuses a second worker where there is no Redis to share the work.
func (p *program) mayShare(ctx context.Context, l *ledger.Ledger) error {
	if p.settings.Redis != "" {
		return nil
	}
	n, err := l.OtherWorkers(ctx, "")
	if err == nil && n > 0 {
		return failed("another worker is running, and there is no Redis to share the work").
			hint("set OSHIRASE_REDIS for all of them, or wait a minute if the other has just died")
	}
	return err
}

func (p *program) crew(l *ledger.Ledger, redis *queue.Redis, to outgoing, size crewSize) *jobs.Crew {
	return jobs.NewCrew(p.crewConfig(l, redis, to, size))
}

// A worker keeps little and makes much waste: it collects seldom, until memory comes near the limit, where
// the collector begins to work harder. With what lies outside (the program itself, the ledger's pages) it
// stays below 150 MB at any campaign size. GOGC and GOMEMLIMIT go over these.
var workerMemory = memory{collectAt: 800, limit: 76 << 20}

// The intake keeps some numbers of each row, and makes much waste besides: at eight million rows it stays
// below 768 MiB.
var intakeMemory = memory{collectAt: 300, limit: 672 << 20}

// memory is when the collector works.
type memory struct {
	collectAt int   // per cent of what is alive
	limit     int64 // bytes, from which on it works harder
}

func (p *program) limitMemory(m memory) {
	if p.getenv("GOGC") == "" {
		debug.SetGCPercent(m.collectAt)
	}
	if p.getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(m.limit)
	}
}

// makeThreads has one thread more run than there are processors: while the ledger is synced to disk one of them
// waits in the system, which the scheduler sees only after a while. GOMAXPROCS goes over it.
func (p *program) makeThreads() {
	if p.getenv("GOMAXPROCS") == "" {
		runtime.SetDefaultGOMAXPROCS()
		runtime.GOMAXPROCS(runtime.GOMAXPROCS(0) + 1)
	}
}

// flightDir is where the flight logs of this machine's workers are: beside a ledger that is a file.
func (p *program) flightDir() string {
	switch {
	case p.settings.Flight != "":
		return p.settings.Flight
	case ledger.IsServer(p.settings.Ledger):
		return "oshirase-flight"
	}
	return p.settings.Ledger + ".flight"
}

func (p *program) crewConfig(l *ledger.Ledger, redis *queue.Redis, to outgoing, size crewSize) jobs.Config {
	p.limitMemory(workerMemory)
	p.makeThreads()
	return jobs.Config{
		Ledger: l, Offices: office.New(l, p.keys()), Redis: redis, Relays: to.relays, Signing: to.signing,
		Pages: to.pages, PageFiles: to.pageFiles,
		Servers: size.servers, InFlight: size.inFlight, Connections: size.connections,
		Letters: p.settings.Letters, Flight: p.flightDir(), ID: p.id(), Shutdown: p.settings.ShutdownTimeout,
		Log: p.log(), Now: p.now,
	}
}

func (p *program) runCommand() *cobra.Command {
	var a acceptance
	var size crewSize
	c := &cobra.Command{
		Use: "run FOLDER|ID", Short: "Enqueue a campaign and work on it in one process until it is done",
		Long: `Enqueue a campaign and work on it in one process until it is done, with a progress bar. With no Redis
set the queue is inside the process; the ledger is on disk all the same, and "run ID" goes on with a
campaign that is in it.`,
		Args: p.one("a campaign folder or id"),
		RunE: func(c *cobra.Command, args []string) error {
			if err := size.valid(); err != nil {
				return err
			}
			return p.runCampaign(c.Context(), args[0], a, size)
		},
	}
	a.flags(c, p)
	size.flags(c)
	return c
}

func (p *program) runCampaign(ctx context.Context, source string, a acceptance, size crewSize) error {
	to, err := p.outgoing()
	if err != nil {
		return err
	}
	redis, err := p.openRedis(ctx)
	if err != nil {
		return err
	}
	defer redis.Close()
	id, err := p.campaignOf(ctx, source, a)
	if err != nil {
		return interrupted(ctx, err)
	}
	l, err := p.openLedger(ctx)
	if err != nil {
		return err
	}
	defer l.Close()
	counts, err := l.Counts(ctx, id)
	if err != nil {
		return err
	}
	if err := errors.Join(p.checkLetters(counts), p.checkPages(ctx, l, counts)); err != nil {
		return err
	}
	cfg := p.crewConfig(l, redis, to, size)
	cfg.Only, p.goOn = id, "nothing is lost; go on with: oshirase run "+id
	if err := l.FinishRevisions(ctx, p.id()); err != nil {
		return err
	}
	return p.untilDone(ctx, cfg)
}

// campaignOf gives the campaign of a folder, enqueued if it was not, or of an id that the ledger has: its
// deliveries were confirmed when it was enqueued.
func (p *program) campaignOf(ctx context.Context, source string, a acceptance) (string, error) {
	if info, err := os.Stat(source); err == nil && info.IsDir() {
		return p.enqueue(ctx, source, a)
	}
	l, err := p.openLedger(ctx)
	if err != nil {
		return "", err
	}
	defer l.Close()
	_, err = l.Campaign(ctx, source)
	if errors.Is(err, ledger.ErrNoCampaign) {
		return "", failed("%q is neither a folder nor a campaign of the ledger", source).
			hint("a folder has a %s; the ledger's campaigns: oshirase status", campaign.ManifestFile)
	}
	return source, err
}

// untilDone runs a crew until its campaign has nothing left to do, or only what waits for an operator.
func (p *program) untilDone(ctx context.Context, cfg jobs.Config) error {
	if _, err := cfg.Offices.Get(ctx, cfg.Only); err != nil {
		return err
	}
	work, stop := context.WithCancel(ctx)
	defer stop()
	done := make(chan error, 1)
	go func() { done <- jobs.NewCrew(cfg).Run(work) }()
	stopped, err := p.watchRun(work, cfg, done)
	stop()
	// Whatever the watch saw, the crew settles what it holds before its queue and its ledger are closed.
	if ended := <-done; err == nil {
		err = ended
	}
	if err != nil || ctx.Err() != nil {
		return interrupted(ctx, err)
	}
	return p.outcome(context.WithoutCancel(ctx), cfg, stopped)
}

// watchRun shows the progress until nothing is left; stopped tells that an operator is asked for.
func (p *program) watchRun(ctx context.Context, cfg jobs.Config, done chan error) (stopped bool, err error) {
	tick := time.NewTicker(200 * time.Millisecond)
	defer tick.Stop()
	waits := pauses{}
	for {
		select {
		case err := <-done:
			done <- err
			return false, err
		case <-ctx.Done():
			return false, nil
		case <-tick.C:
		}
		c, err := cfg.Ledger.Counts(ctx, cfg.Only)
		if err != nil {
			return false, err
		}
		total, left := totals(c)
		if err := p.sayPauses(ctx, cfg.Ledger, c, waits); err != nil {
			return false, err
		}
		p.progress(total-left, total, "deliveries done")
		if left == 0 {
			return false, nil
		}
		if waitsForOperator(c) {
			return true, nil
		}
	}
}

func totals(c ledger.Counts) (total, left int) {
	for _, states := range c.Channels {
		for _, n := range states {
			total += n
		}
	}
	return total, c.Open()
}

// waitsForOperator tells whether all that is open is held, halted, left of a cancel, behind a report that does not
// move, or for a members' page that takes nothing, with nothing at the relay.
func waitsForOperator(c ledger.Counts) bool {
	for i, b := range c.Batches {
		stopped := c.Campaign.Held || c.Campaign.Cancelled || b.Held || b.Halted || b.Cancelled || c.Stands(i)
		for channel, states := range b.Channels {
			still := stopped || channel == ledger.Page && c.PageStopped != 0 && !b.Opened.IsZero()
			for state, n := range states {
				if n > 0 && state.Open() && (!still || state == ledger.Sending) {
					return false
				}
			}
		}
	}
	return true
}

// outcome prints what became of everyone and gives the exit code.
func (p *program) outcome(ctx context.Context, cfg jobs.Config, stopped bool) error {
	s, err := report.Read(ctx, cfg.Ledger, cfg.Only)
	if err != nil {
		return err
	}
	p.showStatus(s)
	switch {
	case s.Switching != 0: // of which the status has said what to do
		return quiet(exitStopped)
	case stopped:
		return p.stopped(ctx, cfg)
	case s.Failed() > 0:
		return p.unmet(ctx, cfg, s.Channels[ledger.Email][ledger.Uncertain] > 0)
	}
	return nil
}

// unmet says what can be done about failures that nothing has replaced, and gives their exit code.
func (p *program) unmet(ctx context.Context, cfg jobs.Config, doubts bool) error {
	n, err := cfg.Ledger.Unmet(ctx, cfg.Only)
	if err != nil || n == 0 {
		return err
	}
	c, err := cfg.Ledger.Counts(ctx, cfg.Only)
	if err != nil {
		return err
	}
	p.hint("who and why: oshirase report %s --untold untold.csv", cfg.Only)
	again, err := cfg.Ledger.Count(ctx, ledger.Failed{Campaign: cfg.Only})
	if err != nil {
		return err
	}
	if again > 0 {
		p.hint("send again what failed: oshirase retry %s --dry-run", cfg.Only)
	}
	if doubts {
		p.hint("find out about the uncertain ones: oshirase resolve %s", cfg.Only)
	}
	for _, i := range c.Asking() {
		p.hintReport(cfg.Only, c.Batches[i])
	}
	return quiet(exitFailures)
}

// stopped says what stands still, and how each of it goes on.
func (p *program) stopped(ctx context.Context, cfg jobs.Config) error {
	c, err := cfg.Ledger.Counts(ctx, cfg.Only)
	if err != nil {
		return err
	}
	if c.Campaign.Held {
		p.hint("the campaign is held; let it go on with: oshirase resume %s", cfg.Only)
	}
	if c.PageStopped != 0 {
		p.hint("the members' page answered %d; see to it, then: oshirase resume %s", c.PageStopped, cfg.Only)
	}
	asking := c.Asking()
	for i, b := range c.Batches {
		switch {
		case (b.Cancelled || c.Campaign.Cancelled) && b.Open() > 0:
			p.hint("a cancel has not come to its end; let it with: oshirase cancel %s --batch %q", cfg.Only, b.Name)
		case b.Halted && b.Open() > 0:
			p.hint("too many were refused; look into it, then: oshirase resume %s --batch %q", cfg.Only, b.Name)
		case b.Held && b.Open() > 0:
			p.hint("a batch is held; let it go on with: oshirase resume %s --batch %q", cfg.Only, b.Name)
		case slices.Contains(asking, i):
			p.hintReport(cfg.Only, b)
		}
	}
	p.hint("and then: oshirase run %s", cfg.Only)
	return quiet(exitStopped)
}
