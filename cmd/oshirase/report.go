package main

import (
	"context"
	"errors"
	"io"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"oshirase/jobs/ledger"
	"oshirase/jobs/office"
	"oshirase/jobs/report"
)

// reportFiles are the lists that report can write.
type reportFiles struct {
	deliveries, untold, html string
	raw                      bool
	changes                  changeFiles
}

func (p *program) reportCommand() *cobra.Command {
	var f reportFiles
	c := &cobra.Command{
		Use: "report ID", Short: "The numbers, and lists of deliveries and of the people not told",
		Long: `The numbers of a campaign, as status --json gives them, and lists on request:
  --deliveries FILE   every delivery, without personal data
  --untold FILE       every affected person who was not told, with the reason (personal data, mode 0600)
  --html FILE         a page to file: numbers, progress per batch, failures, print files, journal

What the last revision changed, for publication, of each segment the people before and now, as they were counted
when each revision came in. "No change" is said where the people are the same and all that is said of them:
  --changes           on the terminal, or with --json as
    {"campaign":"air-2014","before":{"revision":1,"at":"…","people":190},"now":{"revision":2,"at":"…","people":83},
     "segments":[{"id":"before-july","title":"…","before":190,"now":79,
       "turnover":{"listed":0,"changed":79,"left":111}}],"listed":4,"changed":79,"left":111,
     "purposes":{"first":4,"update":79,"withdrawal":106,"nothing":0}}
  --markdown FILE, --html FILE, --csv FILE   with --changes: that table (- is the standard output)
  --locale ja         its language; otherwise the campaign's own
  --revision N        that revision and the one before it, instead of the last

CSV is UTF-8 with BOM and CRLF, and cells that a spreadsheet would run begin with an apostrophe; --raw
leaves all that away, for machines. With --json the numbers are those of status --json, and of a campaign
with one-use codes those of codes --json, as "codes":{"people":120,"codes":100,"reserved":100,"missing":20,…}.`,
		Args: p.one("a campaign id"),
		RunE: func(c *cobra.Command, args []string) error { return p.report(c.Context(), args[0], f) },
	}
	c.Flags().StringVar(&f.deliveries, "deliveries", "", "write every delivery to this `FILE`")
	c.Flags().StringVar(&f.untold, "untold", "", "write the people not told to this `FILE`")
	c.Flags().StringVar(&f.html, "html", "", "write a page to this `FILE`")
	c.Flags().BoolVar(&f.raw, "raw", false, "CSV for machines")
	c.Flags().BoolVar(&f.changes.wanted, "changes", false, "what the last revision changed")
	c.Flags().IntVar(&f.changes.revision, "revision", 0, "with --changes: what revision `N` changed")
	c.Flags().StringVar(&f.changes.markdown, "markdown", "", "write the changes to this `FILE` as Markdown")
	c.Flags().StringVar(&f.changes.csv, "csv", "", "write the changes to this `FILE` as CSV")
	c.Flags().StringVar(&f.changes.locale, "locale", "", "the `LANGUAGE` of the changes")
	p.jsonFlag(c)
	return c
}

func (p *program) report(ctx context.Context, id string, f reportFiles) error {
	if err := f.check(); err != nil {
		return err
	}
	l, err := p.openLedger(ctx)
	if err != nil {
		return err
	}
	defer l.Close()
	if f.changes.wanted {
		return p.reportChanges(ctx, l, id, f)
	}
	s, err := report.Read(ctx, l, id)
	if err != nil {
		return err
	}
	if err := p.writeLists(ctx, l, id, f); err != nil {
		return err
	}
	codes, err := countCodes(ctx, l, id)
	if err != nil {
		return err
	}
	if p.asJSON {
		return p.json(reported{s, codes.orNone()})
	}
	p.showStatus(s)
	if len(codes.Lots) > 0 {
		p.print("\n")
		p.showCodes(codes)
	}
	p.hintDoubts(s)
	return nil
}

// reported is what a report says: the numbers of status, and those that take longer to count.
type reported struct {
	report.Status
	Codes *codesCount `json:"codes,omitempty"`
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
	if f.untold != "" {
		if err := p.writeUntold(ctx, l, id, f); err != nil {
			return err
		}
	}
	if f.html != "" {
		return p.writePage(ctx, l, id, f.html)
	}
	return nil
}

func (p *program) writeUntold(ctx context.Context, l *ledger.Ledger, id string, f reportFiles) error {
	office, err := office.New(l, p.keys()).Get(ctx, id)
	if err != nil {
		return err
	}
	n := 0
	err = p.writePersonal(ctx, l, id, f.untold, func(w io.Writer) (err error) {
		n, err = report.Untold(ctx, l, id, office.Key, w, f.raw)
		return err
	})
	if err == nil {
		p.note("%s not told in %s; it holds personal data", plural(n, "person", "people"), f.untold)
	}
	return err
}

// writePersonal is writeOwn for a file with personal data of a campaign in the ledger, which purge will find.
func (p *program) writePersonal(ctx context.Context, l *ledger.Ledger, id, path string,
	write func(io.Writer) error) error {
	whole, err := filepath.Abs(path)
	if err == nil {
		err = l.KeepFiles(ctx, id, whole)
	}
	if err != nil {
		return err
	}
	return writeOwn(path, write)
}

// messageIDs computes those that nobody has noted; not without the campaign's key.
func (p *program) messageIDs(ctx context.Context, l *ledger.Ledger, id string) func(int64) string {
	o, err := office.New(l, p.keys()).Get(ctx, id)
	if err != nil {
		return nil
	}
	return func(delivery int64) string { return o.Book.MessageID(o.Key, delivery) }
}

// writePage writes the page to file. That of a purged campaign has no title: it went with the snapshot.
func (p *program) writePage(ctx context.Context, l *ledger.Ledger, id, path string) error {
	title, zone := id, time.UTC
	o, err := office.New(l, p.keys()).Get(ctx, id)
	var purged *ledger.PurgedError
	switch {
	case errors.As(err, &purged):
	case err != nil:
		return err
	default:
		m := o.Book.Folder.Manifest
		title, zone = m.Title.In("en", m.Locales.Default), o.Book.Folder.Location
	}
	return writeOwn(path, func(w io.Writer) error { return report.Page(ctx, l, id, title, p.now().In(zone), w) })
}
