package main

import (
	"context"
	"io"

	"github.com/spf13/cobra"

	"oshirase/jobs/ledger"
	"oshirase/jobs/office"
	"oshirase/jobs/report"
)

// reportFiles are the lists that report can write.
type reportFiles struct {
	deliveries, untold, html string
	raw                      bool
}

func (p *program) reportCommand() *cobra.Command {
	var f reportFiles
	c := &cobra.Command{
		Use: "report ID", Short: "The numbers, and lists of deliveries and of the people not told",
		Long: `The numbers of a campaign, as status --json gives them, and lists on request:
  --deliveries FILE   every delivery, without personal data
  --untold FILE       every affected person who was not told, with the reason (personal data, mode 0600)
  --html FILE         a page to file: numbers, progress per batch, failures, print files, journal

CSV is UTF-8 with BOM and CRLF, and cells that a spreadsheet would run begin with an apostrophe; --raw
leaves all that away, for machines. With --json the numbers are those of status --json.`,
		Args: p.one("a campaign id"),
		RunE: func(c *cobra.Command, args []string) error { return p.report(c.Context(), args[0], f) },
	}
	c.Flags().StringVar(&f.deliveries, "deliveries", "", "write every delivery to this `FILE`")
	c.Flags().StringVar(&f.untold, "untold", "", "write the people not told to this `FILE`")
	c.Flags().StringVar(&f.html, "html", "", "write a page to this `FILE`")
	c.Flags().BoolVar(&f.raw, "raw", false, "CSV for machines")
	p.jsonFlag(c)
	return c
}

func (p *program) report(ctx context.Context, id string, f reportFiles) error {
	l, err := p.openLedger(ctx)
	if err != nil {
		return err
	}
	defer l.Close()
	s, err := report.Read(ctx, l, id)
	if err != nil {
		return err
	}
	if err := p.writeLists(ctx, l, id, f); err != nil {
		return err
	}
	if p.asJSON {
		return p.json(s)
	}
	p.showStatus(s)
	return nil
}

func (p *program) writeLists(ctx context.Context, l *ledger.Ledger, id string, f reportFiles) error {
	if f.deliveries != "" {
		n := 0
		err := writeOwn(f.deliveries, func(w io.Writer) (err error) {
			n, err = report.Deliveries(ctx, l, id, w, report.Listing{
				Raw: f.raw, MessageID: p.messageIDs(ctx, l, id),
			})
			return err
		})
		if err != nil {
			return err
		}
		p.note("%s in %s", plural(n, "delivery", "deliveries"), f.deliveries)
	}
	if f.untold == "" && f.html == "" {
		return nil
	}
	office, err := office.New(l, p.keys()).Get(ctx, id)
	if err != nil {
		return err
	}
	if f.untold != "" {
		n := 0
		err := writeOwn(f.untold, func(w io.Writer) (err error) {
			n, err = report.Untold(ctx, l, id, office.Key, w, f.raw)
			return err
		})
		if err != nil {
			return err
		}
		p.note("%s not told in %s; it holds personal data", plural(n, "person", "people"), f.untold)
	}
	if f.html != "" {
		return p.writePage(ctx, l, office, f.html)
	}
	return nil
}

// messageIDs computes those that nobody has noted; not without the campaign's key.
func (p *program) messageIDs(ctx context.Context, l *ledger.Ledger, id string) func(int64) string {
	o, err := office.New(l, p.keys()).Get(ctx, id)
	if err != nil {
		return nil
	}
	return func(delivery int64) string { return o.Book.MessageID(o.Key, delivery) }
}

func (p *program) writePage(ctx context.Context, l *ledger.Ledger, o *office.Office, path string) error {
	m := o.Book.Folder.Manifest
	title := m.Title.In("en", m.Locales.Default)
	return writeOwn(path, func(w io.Writer) error {
		return report.Page(ctx, l, o.ID, title, p.now().In(o.Book.Folder.Location), w)
	})
}
