package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"oshirase/jobs/ledger"
	"oshirase/jobs/office"
	"oshirase/jobs/pace"
	"oshirase/jobs/plan"
)

// hand is one of the operator's moves on a batch or on the whole.
type hand struct {
	use, short string
	long, then string // the next step may name the ID
	sendable   bool   // it makes deliveries sendable, and so asks for a confirmation
	forGood    bool   // nothing brings back what it takes; of a whole campaign it asks
	move       func(ctx context.Context, l *ledger.Ledger, id, batch string, by ledger.Operator) (string, error)
}

func (p *program) handCommand(h hand) *cobra.Command {
	var batch, confirm string
	var yes bool
	c := &cobra.Command{
		Use: h.use + " ID", Short: h.short, Long: h.long, Args: p.one("a campaign id"),
		RunE: func(c *cobra.Command, args []string) error {
			if yes {
				h.forGood = false
			}
			return p.hand(c.Context(), h, args[0], batch, confirm)
		},
	}
	c.Flags().StringVar(&batch, "batch", "", "only the batch of this `NAME`")
	if h.sendable {
		c.Flags().StringVar(&confirm, "confirm", "", "`ID:COUNT` of the "+sendable)
	}
	if h.forGood {
		c.Flags().BoolVar(&yes, "yes", false, "do not ask before it takes the whole campaign back")
	}
	p.whyFlag(c)
	return c
}

func (p *program) hand(ctx context.Context, h hand, id, batch, confirm string) error {
	l, counts, err := p.openCounted(ctx, id)
	if err != nil {
		return err
	}
	defer l.Close()
	open, err := openIn(counts, id, batch)
	if err != nil {
		return err
	}
	if h.use == "resume" && counts.Campaign.Switching > 0 && batch == "" {
		return p.abandon(ctx, l, counts.Campaign)
	}
	if h.use == "resume" {
		if err := stoppedAt(counts, id, batch); err != nil {
			return err
		}
	}
	if h.sendable {
		if err := p.confirm(ctx, confirm, plan.Confirm(id, open), open); err != nil {
			return err
		}
	}
	if h.forGood && batch == "" {
		if err := p.sure(ctx, id, open); err != nil {
			return err
		}
	}
	said, err := h.move(ctx, l, id, batch, p.operator())
	if err != nil {
		return err
	}
	p.note("%s", said)
	if h.then != "" {
		p.hint("%s", strings.ReplaceAll(h.then, "ID", id+batchFlag(batch)))
	}
	return nil
}

// stoppedAt makes sure that there is something to resume where the operator points: what is held may be a
// batch while the campaign goes on, or the other way round.
func stoppedAt(c ledger.Counts, id, batch string) error {
	whole := c.Campaign.Held || c.PageStopped != 0
	if batch == "" && whole {
		return nil
	}
	f := failed("%s is not held", target(id, batch))
	if batch != "" && whole {
		f.hint("the campaign is: oshirase resume %s", id)
	}
	for _, b := range c.Batches {
		if !b.Held && !b.Halted {
			continue
		}
		if b.Name == batch {
			return nil
		}
		f.hint("batch %q is: oshirase resume %s%s", b.Name, id, batchFlag(b.Name))
	}
	if len(f.hints) == 0 {
		f.hint("see what goes on: oshirase status %s", id)
	}
	return f
}

func batchFlag(batch string) string {
	if batch == "" {
		return ""
	}
	return fmt.Sprintf(" --batch %q", batch)
}

// openIn counts what is still to be sent, of a batch or of the whole.
func openIn(c ledger.Counts, id, batch string) (int, error) {
	if batch == "" {
		return c.Open(), nil
	}
	i := slices.IndexFunc(c.Batches, func(b ledger.BatchCounts) bool { return b.Name == batch })
	if i < 0 {
		return 0, noBatch(id, batch)
	}
	return c.Batches[i].Open(), nil
}

func target(id, batch string) string {
	if batch == "" {
		return "campaign " + id
	}
	return fmt.Sprintf("batch %q of campaign %s", batch, id)
}

func (p *program) holdCommand() *cobra.Command {
	return p.handCommand(hand{use: "hold", short: "Stop a batch or the whole campaign, at once",
		long: `Stop a batch or the whole campaign: within two seconds nothing of it goes to the relay any more, tasks
already in Redis included. What is at the relay at that moment may still be taken.`,
		then: "let it go on with: oshirase resume ID",
		move: func(ctx context.Context, l *ledger.Ledger, id, batch string, by ledger.Operator) (string, error) {
			return target(id, batch) + " is held", l.Hold(ctx, id, batch, by)
		}})
}

func (p *program) resumeCommand() *cobra.Command {
	return p.handCommand(hand{use: "resume", short: "Let a held or halted batch, or the campaign, go on",
		sendable: true,
		move: func(ctx context.Context, l *ledger.Ledger, id, batch string, by ledger.Operator) (string, error) {
			return target(id, batch) + " goes on", l.Resume(ctx, id, batch, by)
		}})
}

func (p *program) cancelCommand() *cobra.Command {
	return p.handCommand(hand{use: "cancel", short: "Take back for good what was not sent, of a batch or the campaign",
		long: `Take back for good what was not sent, of a batch or of the whole campaign. There is no way back: to stop
for a while, use hold. Before it takes a whole campaign it asks; --yes is the answer where nobody can be
asked.`,
		forGood: true,
		move: func(ctx context.Context, l *ledger.Ledger, id, batch string, by ledger.Operator) (string, error) {
			n, err := l.Cancel(ctx, id, batch, by)
			return fmt.Sprintf("%s is cancelled: %s", target(id, batch), plural(n, "delivery", "deliveries")), err
		}})
}

// selection is what retry is told on the command line.
type selection struct {
	states   []string
	provider string
	batch    string
	names    int
	consent
}

func (p *program) retryCommand() *cobra.Command {
	var s selection
	c := &cobra.Command{
		Use: "retry ID", Short: "Send again what failed, and only that",
		Long: `Send again what was refused, bounced, expired or blocked, and only that. Uncertain deliveries are never
retried: they may have arrived. Names that look like web or mail addresses block their deliveries;
--state blocked --accept-names NUMBER sends those too.

With --dry-run --json: {"campaign":"ts-2013-09","deliveries":24,"confirm":"ts-2013-09:24"}`,
		Args: p.one("a campaign id"),
		RunE: func(c *cobra.Command, args []string) error { return p.retry(c.Context(), args[0], s) },
	}
	f := c.Flags()
	f.StringSliceVar(&s.states, "state", nil, "only these `STATES`: refused, bounced, expired, blocked")
	f.StringVar(&s.provider, "provider", "", "only this provider (docomo, gmail, …) or `DOMAIN`")
	f.StringVar(&s.batch, "batch", "", "only the batch of this `NAME`")
	p.jsonFlag(c)
	s.flags(c, "only say how many", sendable)
	f.IntVar(&s.names, "accept-names", 0, "from now on write to names that look like addresses; their `NUMBER`")
	p.whyFlag(c)
	return c
}

func (p *program) retry(ctx context.Context, id string, s selection) error {
	l, err := p.openLedger(ctx)
	if err != nil {
		return err
	}
	defer l.Close()
	failed, err := p.failed(ctx, l, id, s)
	if err != nil {
		return err
	}
	if err := checkNames(ctx, l, id, s.names); err != nil {
		return err
	}
	n, err := l.Count(ctx, failed)
	if err != nil {
		return usage("%v", err).hint("states that can be retried: refused, bounced, expired, blocked")
	}
	if err := p.warnCodeless(ctx, l, id, n, s.states); err != nil {
		return err
	}
	if s.dry && p.asJSON {
		return p.json(map[string]any{"campaign": id, "deliveries": n, "confirm": plan.Confirm(id, n)})
	}
	if s.dry || n == 0 {
		p.print("%s would be sent again\n", plural(n, "delivery", "deliveries"))
		return nil
	}
	if err := p.confirm(ctx, s.confirm, plan.Confirm(id, n), n); err != nil {
		return err
	}
	if s.names > 0 {
		if err := l.AcceptNames(ctx, id, s.names, p.operator()); err != nil {
			return err
		}
	}
	if n, err = l.Retry(ctx, failed, p.operator()); err != nil {
		return err
	}
	p.note("%s will be sent again", plural(n, "delivery", "deliveries"))
	return nil
}

// checkNames sees that the names to be accepted are as many as the import found.
func checkNames(ctx context.Context, l *ledger.Ledger, id string, accepted int) error {
	if accepted == 0 {
		return nil
	}
	c, err := l.Campaign(ctx, id)
	if err != nil || c.LinkNames < 0 || c.LinkNames == accepted {
		return err
	}
	return wrongNames(c.LinkNames, accepted)
}

func (p *program) failed(ctx context.Context, l *ledger.Ledger, id string, s selection) (ledger.Failed, error) {
	f := ledger.Failed{Campaign: id, Batch: s.batch}
	counts, err := l.Counts(ctx, id)
	if err == nil {
		err = counts.Campaign.Readable()
	}
	if err != nil {
		return f, err
	}
	if _, err := openIn(counts, id, s.batch); err != nil {
		return f, err
	}
	for _, state := range s.states {
		f.States = append(f.States, ledger.State(state))
	}
	if s.provider == "" {
		return f, nil
	}
	if !strings.Contains(s.provider, ".") {
		return p.byProvider(ctx, l, f, s.provider)
	}
	office, err := office.New(l, p.keys()).Get(ctx, id)
	if err == nil {
		f.Domain = plan.BlindDomain(office.Key, s.provider)
	}
	return f, err
}

func (p *program) byProvider(ctx context.Context, l *ledger.Ledger, f ledger.Failed,
	name string) (ledger.Failed, error) {
	own, err := l.Providers(ctx, f.Campaign) // the manifest may have made some
	if err != nil {
		return f, err
	}
	known := append(own, pace.Shipped().Names()...)
	slices.Sort(known)
	known = slices.Compact(known)
	if !slices.Contains(known, name) {
		return f, usage("there is no provider %q", name).
			hint("providers: %s; or name a domain", strings.Join(known, ", "))
	}
	f.Lane = name
	return f, nil
}
