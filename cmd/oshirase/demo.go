package main

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/fnv"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"time"

	"github.com/spf13/cobra"

	"oshirase/cmd/oshirase/internal/dashboard"
	"oshirase/config/programmes"
	"oshirase/jobs"
	"oshirase/jobs/email"
	"oshirase/jobs/email/emailtest"
	"oshirase/jobs/ledger"
	"oshirase/jobs/plan"
	"oshirase/jobs/queue"
	"oshirase/jobs/report"
	"oshirase/letters"
)

const demoScale = 0.005 // some 500 people

// demo is the whole main job in one process, with a relay of its own that makes trouble.
type demo struct {
	*program
	out    string
	listen string
	relay  *emailtest.Server
	ledger *ledger.Ledger
	redis  *queue.Redis
	id     string
	eml    atomic.Int64
	kind   atomic.Bool // the relay has recovered
	begun  time.Time
}

func (p *program) demoCommand() *cobra.Command {
	d := &demo{program: p}
	c := &cobra.Command{
		Use: "demo", Short: "Run a whole campaign on this machine, with invented people",
		Long: `Run a whole campaign on this machine, with invented people, the queue inside the process and a relay that
defers some, refuses some and accepts the rest; then retry what failed. Afterwards DIR has outbox/*.eml,
letters/*.pdf with their manifests, and report.html.

With --json one object: {"campaign","people","channels","eml","letters","print_files","seconds"}.`,
		Args: none,
		RunE: func(c *cobra.Command, _ []string) error { return d.run(c.Context()) },
	}
	c.Flags().StringVar(&d.out, "out", "oshirase-demo", "write everything into this `DIR`")
	c.Flags().StringVar(&d.listen, "serve", "", "show the pages at this `ADDR` while it runs and until Ctrl-C")
	p.jsonFlag(c)
	return c
}

// marker says that a directory is a demo's: only such a one is written anew.
const marker = ".oshirase-demo"

func (d *demo) run(ctx context.Context) error {
	d.begun = time.Now()
	if d.listen != "" {
		if err := (listening{addr: d.listen}).check(); err != nil {
			return err
		}
	}
	if err := d.prepare(); err != nil {
		return err
	}
	closing, err := d.open(ctx)
	defer closing()
	if err != nil {
		return err
	}
	if err := d.work(ctx); err != nil {
		return interrupted(ctx, err)
	}
	if err := d.show(ctx); err != nil {
		return err
	}
	if d.listen != "" {
		d.note("the pages stay at http://%s until Ctrl-C", d.listen)
		<-ctx.Done()
	}
	return nil
}

// prepare empties the directory of an earlier demo; anything else in the way is left alone.
func (d *demo) prepare() error {
	mark := filepath.Join(d.out, marker)
	if entries, err := os.ReadDir(d.out); err == nil && len(entries) > 0 {
		if _, err := os.Stat(mark); err != nil {
			return failed("%q is not empty", d.out).
				hint("name a new directory: --out DIR")
		}
		if err := os.RemoveAll(d.out); err != nil {
			return err
		}
	}
	if err := os.MkdirAll(filepath.Join(d.out, "outbox"), 0o700); err != nil {
		return err
	}
	d.settings.Ledger = filepath.Join(d.out, "ledger.db")
	d.settings.Keys, d.settings.MasterFile, d.settings.MasterKey = filepath.Join(d.out, "keys"), "", ""
	d.settings.Letters = filepath.Join(d.out, "letters")
	return os.WriteFile(mark, []byte("made by oshirase demo\n"), 0o600)
}

// open starts the relay, the queue and the ledger, and enqueues the campaign.
func (d *demo) open(ctx context.Context) (closing func(), err error) {
	var closers []func() error
	closing = func() {
		for i := len(closers) - 1; i >= 0; i-- {
			_ = closers[i]()
		}
	}
	if d.relay, err = emailtest.NewServer(emailtest.Options{
		Reply: d.reply, OnMessage: d.keep, Forget: false,
	}); err != nil {
		return closing, err
	}
	closers = append(closers, d.relay.Close)
	if d.redis, err = queue.Open(ctx, ""); err != nil {
		return closing, err
	}
	closers = append(closers, d.redis.Close)
	if err := d.campaign(ctx); err != nil {
		return closing, err
	}
	if d.ledger, err = d.openLedger(ctx); err != nil {
		return closing, err
	}
	closers = append(closers, d.ledger.Close)
	stop, err := d.serve()
	closers = append(closers, stop)
	return closing, err
}

// campaign writes the sample and brings it into the ledger. The demo's clock stands on the day after
// the last batch's start, so that everything is due and the notices bear a date of that time.
func (d *demo) campaign(ctx context.Context) error {
	folder := filepath.Join(d.out, "campaign")
	if err := programmes.WriteWhole(ctx, folder, demoScale, true); err != nil {
		return err
	}
	found, err := plan.Read(ctx, folder, plan.Options{Now: d.now(), Fonts: letters.Embedded()})
	if err != nil {
		return err
	}
	if found.Invalid() {
		d.problems(found.Problems)
		return quiet(exitInvalid)
	}
	d.id = found.Folder.Manifest.ID
	d.now = demoClock(found)
	l, err := ledger.Open(ctx, d.settings.Ledger, true, d.now)
	if err != nil {
		return err
	}
	defer l.Close()
	d.why = "demo"
	return d.importPlan(ctx, l, found, acceptance{}, nil)
}

func demoClock(found *plan.Plan) func() time.Time {
	last := found.Folder.Today
	for _, b := range found.Batches {
		if b.Start.After(last) {
			last = b.Start
		}
	}
	begin, real := last.Add(34*time.Hour), time.Now() // ten in the morning of the next day
	return func() time.Time { return begin.Add(time.Since(real)) }
}

// reply makes the trouble: of a hundred recipients some are deferred at first, a few refused until the
// relay has recovered, and one for good.
func (d *demo) reply(to string, n int) emailtest.Reply {
	switch share := lot(to); {
	case share < 8 && n == 1:
		return emailtest.Reply{Code: 451, Text: "4.7.1 try again later"}
	case share >= 8 && share < 12 && !d.kind.Load():
		return emailtest.Reply{Code: 550, Text: "5.2.1 mailbox disabled"}
	case share == 12:
		return emailtest.Reply{Code: 550, Text: "5.1.1 user unknown"}
	}
	return emailtest.Reply{}
}

// lot draws a number below 100 for a recipient, always the same.
func lot(to string) uint32 {
	h := fnv.New32a()
	_, _ = h.Write([]byte(to))
	return binary.BigEndian.Uint32(h.Sum(nil)) % 100
}

func (d *demo) keep(m emailtest.Received) {
	name, _, _ := strings.Cut(m.MessageID, "@")
	err := os.WriteFile(filepath.Join(d.out, "outbox", name+".eml"), m.Data, 0o600)
	if err == nil {
		d.eml.Add(1)
	}
}

// work sends, then retries what failed, as an operator would.
func (d *demo) work(ctx context.Context) error {
	if err := d.until(ctx); err != nil {
		return err
	}
	n, err := d.ledger.Count(ctx, ledger.Failed{Campaign: d.id, States: []ledger.State{ledger.Refused}})
	if err != nil || n == 0 {
		return err
	}
	d.note("%s refused; the mailboxes of some were mended meanwhile: retrying", plural(n, "delivery", "deliveries"))
	d.kind.Store(true)
	by := d.operator()
	by.Why = "the relay's administrator has mended the disabled mailboxes"
	_, err = d.ledger.Retry(ctx, ledger.Failed{Campaign: d.id, States: []ledger.State{ledger.Refused}}, by)
	if err != nil {
		return err
	}
	return d.until(ctx)
}

// until works until nothing is left to do.
func (d *demo) until(ctx context.Context) error {
	relay, err := email.ParseRelay(d.relay.URL())
	if err != nil {
		return err
	}
	to := outgoing{relays: []email.Relay{relay}}
	cfg := d.crewConfig(d.ledger, d.redis, to, crewSize{servers: 2, connections: 8, inFlight: 64})
	cfg.Only = d.id
	cfg.Backoff = func(int) time.Duration { return time.Second }
	work, stop := context.WithCancel(ctx)
	defer stop()
	done := make(chan error, 1)
	go func() { done <- jobs.NewCrew(cfg).Run(work) }()
	_, err = d.watchRun(work, cfg, done)
	stop()
	return errors.Join(err, <-done)
}

// serve shows the pages while the demo runs. They can only be looked at.
func (d *demo) serve() (func() error, error) {
	if d.listen == "" {
		return func() error { return nil }, nil
	}
	listener, err := listen(d.listen)
	if err != nil {
		return func() error { return nil }, err
	}
	handler, err := dashboard.New(dashboard.Config{
		Ledger: d.ledger, Redis: d.redis.Opt, Open: true, Now: d.now, Log: d.log(),
	})
	if err != nil {
		return listener.Close, err
	}
	server := &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = server.Serve(listener) }()
	d.listen = listener.Addr().String()
	d.note("campaign page: http://%s/campaign/%s   queues: http://%s/queues/", d.listen, d.id, d.listen)
	return func() error { return errors.Join(server.Close(), handler.Close()) }, nil
}

// show writes the report and says what became of everyone and where to look.
func (d *demo) show(ctx context.Context) error {
	page := filepath.Join(d.out, "report.html")
	if err := d.writePage(ctx, d.ledger, d.id, page); err != nil {
		return err
	}
	s, err := report.Read(ctx, d.ledger, d.id)
	if err != nil {
		return err
	}
	files, err := d.ledger.PrintFiles(ctx, d.id)
	if err != nil {
		return err
	}
	pieces := 0
	for _, f := range files {
		pieces += f.Pieces
	}
	if d.asJSON {
		return d.json(map[string]any{
			"campaign": s.Campaign, "people": s.People, "channels": s.Channels, "eml": d.eml.Load(),
			"letters": pieces, "print_files": len(files), "seconds": time.Since(d.begun).Seconds(),
		})
	}
	d.showStatus(s)
	d.print("\nwhere to look:\n")
	d.table([][]string{
		{"  " + filepath.Join(d.out, "outbox"), plural(int(d.eml.Load()), "message", "messages")},
		{"  " + d.settings.Letters, fmt.Sprintf("%s in %s", plural(pieces, "letter", "letters"),
			plural(len(files), "print file", "print files"))},
		{"  " + page, "what became of everyone, with a picture per company"},
		{"  " + filepath.Join(d.out, "campaign"), "the campaign folder: manifest, recipients, notices"},
	})
	d.print("\ntry: OSHIRASE_LEDGER=%s OSHIRASE_KEYS=%s %s status %s\n",
		d.settings.Ledger, d.settings.Keys, invoked(), d.id)
	return nil
}

// invoked is how this program was called: a newcomer has not installed it.
func invoked() string {
	if strings.Contains(os.Args[0], "go-build") {
		return "go run ./cmd/oshirase"
	}
	return "oshirase"
}
