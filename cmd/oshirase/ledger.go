package main

import (
	"context"
	"errors"
	"io/fs"
	"time"

	"github.com/spf13/cobra"

	"oshirase/jobs/ledger"
)

func (p *program) ledgerCommand() *cobra.Command {
	c := &cobra.Command{
		Use: "ledger", Short: "Move the ledger from its file to a PostgreSQL server",
		Args: noCommand,
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(p.ledgerCopyCommand())
	return c
}

func (p *program) ledgerCopyCommand() *cobra.Command {
	var to string
	c := &cobra.Command{
		Use: "copy --to postgres://…", Short: "Copy the whole ledger, all campaigns, to a PostgreSQL server",
		Long: `Copy the whole ledger, all campaigns, from its file (OSHIRASE_LEDGER) to an empty PostgreSQL database, for
campaigns that outgrew one machine. Nobody may be working with it. The copy is all or nothing: rows are
counted and the journal's chain is checked before the server keeps anything. From then on nothing is sent from
the file: its campaigns are held, and every command but status refuses it and names the server, for people would
be told twice. OSHIRASE_LEDGER names the server from then on. The keys stay where they are. The same copy again
finishes one that was cut off.

With --json: {"to":"postgres://db.example.com/oshirase","campaigns":1,"people":97,"deliveries":95,"rows":412}

` + exitHelp,
		Args: none,
		RunE: func(c *cobra.Command, _ []string) error { return p.ledgerCopy(c.Context(), to) },
	}
	c.Flags().StringVar(&to, "to", "", "the empty database: `postgres://user:password@host:5432/name`")
	p.jsonFlag(c)
	p.whyFlag(c)
	return c
}

func (p *program) ledgerCopy(ctx context.Context, to string) error {
	if !ledger.IsServer(to) {
		return usage("--to must name a PostgreSQL database").
			hint("for example: --to postgres://user:password@host:5432/oshirase")
	}
	l, err := p.openAnyLedger(ctx)
	if err != nil {
		return err
	}
	defer l.Close()
	begun := time.Now()
	done, err := l.Copy(ctx, to, p.operator(), func(rows, of int) { p.progress(rows, of, "rows") })
	if err != nil {
		return interrupted(ctx, p.copyFault(err, to))
	}
	if p.asJSON {
		return p.json(map[string]any{"to": ledger.Name(to), "campaigns": done.Campaigns,
			"people": done.People, "deliveries": done.Deliveries, "rows": done.Rows})
	}
	p.note("%s with %s and %s are at %s now, checked, after %s",
		plural(done.Campaigns, "campaign", "campaigns"), plural(done.People, "person", "people"),
		plural(done.Deliveries, "delivery", "deliveries"), ledger.Name(to),
		time.Since(begun).Round(time.Second))
	p.hint("go on with OSHIRASE_LEDGER=postgres://… on every machine; nothing is sent from %s any more",
		ledger.Name(p.settings.Ledger))
	return nil
}

func (p *program) copyFault(err error, to string) error {
	switch {
	case errors.Is(err, ledger.ErrUnsure):
		return failed("").because(err).
			hint("when the server (%s) is back, find out by doing the same again; until then the file stays shut",
				ledger.Name(to))
	case errors.As(err, new(*ledger.GoneError)):
		return err
	case errors.Is(err, ledger.ErrNotFile):
		return failed("").because(err).hint("OSHIRASE_LEDGER must name the file that is to be copied")
	case errors.Is(err, ledger.ErrInUse):
		return failed("").because(err).
			hint("stop every work, run and enqueue of this ledger, wait a minute, then do the same again").
			hint("claims of a worker that died are settled by starting oshirase work here once more")
	case errors.Is(err, ledger.ErrNotEmpty):
		return failed("").because(err).
			hint("make a new database for it; see what is in this one with: OSHIRASE_LEDGER=%s oshirase status",
				ledger.Name(to))
	case errors.Is(err, ledger.ErrUnreachable):
		return failed("nothing was copied").because(err).
			hint("see that the server of --to (%s) is up and lets this machine in", ledger.Name(to))
	case errors.Is(err, fs.ErrPermission), errors.Is(err, ledger.ErrBusy):
		return err
	}
	return failed("nothing was copied").because(err).
		hint("see that the database exists, is empty, and that its user may create tables in it")
}
