package main

import (
	"context"
	"net"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"oshirase/jobs/evidence"
	"oshirase/jobs/ledger"
	"oshirase/jobs/office"
	"oshirase/jobs/plan"
)

// resolution is what resolve is told on the command line.
type resolution struct {
	logs       []string
	zone       string
	gap        time.Duration
	mark       string
	deliveries []int64
	consent
}

func (p *program) resolveCommand() *cobra.Command {
	var r resolution
	c := &cobra.Command{
		Use:   "resolve ID [FILE…]",
		Short: "List the uncertain deliveries, and settle them from a relay's log or by hand",
		Long: `List the uncertain deliveries: at the relay when the connection or the worker died, so that nobody knows
whether they arrived. They stay so until they are settled here.

From the log of a Postfix relay, rotated and gzipped files too:
  oshirase resolve ID --postfix-log /var/log/mail.log*

A delivery becomes sent where the queue manager took the very message (its Message-ID, then its return
path, under one queue id, in this attempt's time). It becomes ready, to be sent again, only where the log
covers the time from a minute before the claim to fifteen minutes after it without a gap and shows no
acceptance. A gap is: no line of Postfix before or after that time, a silence longer than --max-gap while
Postfix ran, more than a minute between two files, lines that the logger dropped. Everything else stays
uncertain, and the output says why.

Where there are several relays, say whose log a file is: --postfix-log mx1.example.com:25=mail.log. A relay
that is several machines behind one name needs the logs of all of them. Where an attempt's relay is not known, because its worker was lost, it becomes ready only by the logs of all
relays in OSHIRASE_SMTP, which must go on for fifteen minutes after the loss.

By hand, with a reason for the journal:
  oshirase resolve ID --mark sent --delivery 1099511627777 --why 'she has called'

With --json: {"campaign":"ts-2013-09","sent":1,"ready":0,"uncertain":1,"confirm":"ts-2013-09:0",
  "deliveries":[{"delivery":1099511627777,"person":"7K2-9QX-M3D","batch":"…","attempts":1,
    "claimed_after":"2013-09-10T01:00:00Z","claimed_before":"2013-09-10T01:00:00Z","worker":"…",
    "relay":"mx1.example.com:25","reason":"…","verdict":"sent","why":"…"}]}`,
		Args: p.oneAndLogs(&r),
		RunE: func(c *cobra.Command, args []string) error { return p.resolve(c.Context(), args[0], r) },
	}
	f := c.Flags()
	f.StringArrayVar(&r.logs, "postfix-log", nil, "read this `[HOST:PORT=]FILE`; several may follow")
	f.StringVar(&r.zone, "log-timezone", "", "`ZONE` of stamps without one; default: this machine's")
	f.DurationVar(&r.gap, "max-gap", evidence.MaxGap, "the longest `SILENCE` of a log that is no gap")
	f.StringVar(&r.mark, "mark", "", "settle by hand as this `STATE`: sent, ready or refused")
	f.Int64SliceVar(&r.deliveries, "delivery", nil, "the `NUMBER` of a delivery to mark; several with a comma")
	r.flags(c, "only say what would become of them", sendable)
	p.jsonFlag(c)
	p.whyFlag(c)
	return c
}

// oneAndLogs takes a campaign, and the files that a shell made of --postfix-log /var/log/mail.log*.
func (p *program) oneAndLogs(r *resolution) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		if len(r.logs) == 0 || len(args) == 0 {
			return p.one("a campaign id")(c, args)
		}
		r.logs = append(r.logs, args[1:]...)
		return p.one("a campaign id")(c, args[:1])
	}
}

// check finds what does not go together.
func (r resolution) check() error {
	switch {
	case r.mark == "" && len(r.deliveries) > 0:
		return usage("--delivery says which, but not what became of them").
			hint("add --mark sent, ready or refused")
	case r.mark != "" && len(r.logs) > 0:
		return usage("--mark and --postfix-log do not go together").
			hint("use the log first, then mark what is left")
	case r.mark != "" && len(r.deliveries) == 0:
		return usage("--mark needs to be told which deliveries").hint("add --delivery NUMBER, as in the list")
	case r.mark != "" && !slices.Contains([]string{"sent", "ready", "refused"}, r.mark):
		return usage("an uncertain delivery cannot be marked %q", r.mark).hint("--mark sent, ready or refused")
	case r.gap <= 0:
		return usage("--max-gap %v is no silence", r.gap).hint("give it as 10m or 1h")
	}
	return nil
}

func (p *program) resolve(ctx context.Context, id string, r resolution) error {
	if err := r.check(); err != nil {
		return err
	}
	if r.mark != "" && strings.TrimSpace(p.why) == "" {
		return usage("a delivery is marked for a reason").hint("say it with --why: it is kept in the journal")
	}
	l, err := p.openLedger(ctx)
	if err != nil {
		return err
	}
	defer l.Close()
	doubts, err := l.Doubts(ctx, id)
	if err != nil {
		return err
	}
	switch {
	case r.mark != "":
		return p.resolveByHand(ctx, l, id, doubts, r)
	case len(r.logs) > 0:
		return p.resolveFromLogs(ctx, l, id, doubts, r)
	}
	return p.listDoubts(id, doubts)
}

// doubt is an uncertain delivery as it is shown, with what was found out.
type doubt struct {
	Delivery      int64     `json:"delivery"`
	Person        string    `json:"person"`
	Batch         string    `json:"batch"`
	Attempts      int       `json:"attempts"`
	ClaimedAfter  time.Time `json:"claimed_after"`
	ClaimedBefore time.Time `json:"claimed_before"`
	Worker        string    `json:"worker"`
	Relay         string    `json:"relay"`
	Reason        string    `json:"reason"`
	Verdict       string    `json:"verdict,omitempty"`
	Why           string    `json:"why,omitempty"`
}

func shownDoubt(d ledger.Doubt) doubt {
	return doubt{
		Delivery: d.Delivery, Person: d.Person, Batch: d.Batch, Attempts: d.Attempt,
		ClaimedAfter: d.Earliest, ClaimedBefore: d.Latest, Worker: d.Worker, Relay: d.Relay, Reason: d.Reason,
	}
}

// claimed is when a delivery was claimed, as far as that is known.
func (d doubt) claimed() string {
	const layout = "2006-01-02 15:04:05 MST"
	if d.ClaimedAfter.Equal(d.ClaimedBefore) {
		return d.ClaimedAfter.Local().Format(layout)
	}
	return d.ClaimedAfter.Local().Format("2006-01-02 15:04:05") + " … " + d.ClaimedBefore.Local().Format(layout)
}

// resolved is what became of the uncertain deliveries, or would.
type resolved struct {
	Campaign   string  `json:"campaign"`
	Sent       int     `json:"sent"`
	Ready      int     `json:"ready"`
	Uncertain  int     `json:"uncertain"`
	Confirm    string  `json:"confirm,omitempty"`
	Deliveries []doubt `json:"deliveries"`
}

func (p *program) listDoubts(id string, doubts []ledger.Doubt) error {
	out := resolved{Campaign: id, Uncertain: len(doubts), Deliveries: []doubt{}}
	rows := [][]string{{"DELIVERY", "PERSON", "BATCH", "CLAIMED", "ATTEMPTS", "WORKER", "RELAY", "REASON"}}
	for _, known := range doubts {
		d := shownDoubt(known)
		out.Deliveries = append(out.Deliveries, d)
		rows = append(rows, []string{
			strconv.FormatInt(d.Delivery, 10), d.Person, d.Batch, d.claimed(), strconv.Itoa(d.Attempts), d.Worker,
			orDash(d.Relay), d.Reason,
		})
	}
	if p.asJSON {
		return p.json(out)
	}
	if len(doubts) == 0 {
		p.print("no delivery of campaign %s is uncertain\n", id)
		return nil
	}
	p.table(rows)
	p.hint("settle them from the relay's log: oshirase resolve %s --postfix-log FILE…", id)
	p.hint("or by hand: oshirase resolve %s --mark sent --delivery NUMBER --why REASON", id)
	return nil
}

func orDash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}

// resolveByHand settles what an operator has found out elsewhere.
func (p *program) resolveByHand(ctx context.Context, l *ledger.Ledger, id string, doubts []ledger.Doubt,
	r resolution) error {
	var found []ledger.Found
	slices.Sort(r.deliveries)
	for _, n := range slices.Compact(r.deliveries) {
		i := slices.IndexFunc(doubts, func(d ledger.Doubt) bool { return d.Delivery == n })
		if i < 0 {
			return failed("delivery %d of campaign %s is not uncertain", n, id).
				hint("see those that are with: oshirase resolve %s; nothing was done", id)
		}
		found = append(found, ledger.Found{
			Delivery: n, Attempt: doubts[i].Attempt, State: ledger.State(r.mark), Evidence: "marked by an operator",
		})
	}
	if r.mark == string(ledger.Refused) {
		if err := p.addLetters(ctx, l, id, found); err != nil {
			return err
		}
	}
	if r.dry {
		p.print("%s would be %s\n", plural(len(found), "delivery", "deliveries"), r.mark)
		return nil
	}
	return p.settleFound(ctx, l, id, found, p.operator(), r.confirm)
}

// addLetters says of whom the refusal of their e-mail makes a letter.
func (p *program) addLetters(ctx context.Context, l *ledger.Ledger, id string, found []ledger.Found) error {
	office, err := office.New(l, p.keys()).Get(ctx, id)
	if err != nil {
		return err
	}
	for i := range found {
		claim, err := l.DeliveryClaim(ctx, found[i].Delivery)
		if err != nil {
			return err
		}
		person, err := office.Case(claim)
		if err != nil {
			return err
		}
		found[i].Letter = office.Book.FallsBack(person)
	}
	return nil
}

// settleFound settles deliveries that are all of one state. What makes them sendable is confirmed first.
func (p *program) settleFound(ctx context.Context, l *ledger.Ledger, id string, found []ledger.Found,
	by ledger.Operator, confirm string) error {
	if len(found) == 0 {
		return nil
	}
	state := found[0].State
	if state == ledger.Ready {
		if err := p.confirm(ctx, confirm, plan.Confirm(id, len(found)), len(found)); err != nil {
			return err
		}
	}
	n, err := l.Resolve(ctx, id, found, by)
	if err != nil {
		return err
	}
	p.note("%s settled as %s", plural(n, "delivery", "deliveries"), state)
	return nil
}

// resolveFromLogs shows what the logs prove, and settles that. What makes nothing sendable needs no
// confirmation.
func (p *program) resolveFromLogs(ctx context.Context, l *ledger.Ledger, id string, doubts []ledger.Doubt,
	r resolution) error {
	in, err := p.inquiry(ctx, l, id, doubts, r)
	if err != nil {
		return err
	}
	out := resolved{Campaign: id, Deliveries: []doubt{}}
	found := map[evidence.Finding][]ledger.Found{}
	for _, known := range doubts {
		v := in.verdict(known)
		found[v.Finding] = append(found[v.Finding], ledger.Found{
			Delivery: known.Delivery, Attempt: known.Attempt, State: ledger.State(v.Finding), Evidence: v.Why,
		})
		d := shownDoubt(known)
		d.Verdict, d.Why = string(v.Finding), v.Why
		out.Deliveries = append(out.Deliveries, d)
	}
	out.Sent, out.Ready = len(found[evidence.Sent]), len(found[evidence.Unsent])
	out.Uncertain = len(found[evidence.Uncertain])
	out.Confirm = plan.Confirm(id, out.Ready)
	if err := p.showVerdicts(out); err != nil {
		return err
	}
	if names := in.strange(); out.Ready > 0 && len(names) > 0 {
		p.warning("the log of %s shows no mail of this campaign: see that it is the right one",
			strings.Join(names, ", "))
	}
	if r.dry {
		return nil
	}
	by := p.operator()
	if by.Why == "" {
		by.Why = "log of " + in.given()
	}
	for _, f := range []evidence.Finding{evidence.Sent, evidence.Unsent} {
		if err := p.settleFound(ctx, l, id, found[f], by, r.confirm); err != nil {
			return err
		}
	}
	return nil
}

func (p *program) showVerdicts(out resolved) error {
	if p.asJSON {
		return p.json(out)
	}
	rows := [][]string{{"DELIVERY", "PERSON", "CLAIMED", "RELAY", "VERDICT", "WHY"}}
	for _, d := range out.Deliveries {
		rows = append(rows, []string{
			strconv.FormatInt(d.Delivery, 10), d.Person, d.claimed(), orDash(d.Relay), d.Verdict, d.Why,
		})
	}
	if len(out.Deliveries) > 0 {
		p.table(rows)
	}
	p.print("%s sent, %s ready, %s uncertain\n", thousands(out.Sent), thousands(out.Ready),
		thousands(out.Uncertain))
	if out.Ready > 0 {
		p.hint("what is ready is sent again only with: --confirm %s", out.Confirm)
	}
	return nil
}

// relayNames are the relays that may have taken a delivery: those of the settings, and those that
// attempts name.
func (p *program) relayNames(doubts []ledger.Doubt) ([]string, error) {
	var names []string
	if p.settings.SMTP != "" {
		relays, err := p.relays()
		if err != nil {
			return nil, err
		}
		for _, r := range relays {
			names = append(names, net.JoinHostPort(r.Host, r.Port))
		}
	}
	for _, d := range doubts {
		if d.Relay != "" {
			names = append(names, d.Relay)
		}
	}
	slices.Sort(names)
	return slices.Compact(names), nil
}
