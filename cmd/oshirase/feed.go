package main

import (
	"context"
	"encoding/hex"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"oshirase/jobs/pagefile"
)

func (p *program) feedCommand() *cobra.Command {
	c := &cobra.Command{
		Use: "feed ID", Short: "List the files for the members' page",
		Long: `List the files for the members' page, of a campaign with channels: {feed: {file: {}}}. Workers write them into
OSHIRASE_FEED when the messages of a batch are all released: 2,000 messages in one, or what feed: {file:
{messages: …}} says. Each message is in exactly one file.

A file NAME has three parts: NAME.jsonl, a line for each member number in canonical JSON (RFC 8785), with the
number as "member" and the message as a webhook would bring it; NAME.sha256, its SHA-256; and, last,
NAME.sha256.sig, the Ed25519 signature of NAME.sha256. Take a file when the signature is there, and verify it:

  openssl pkeyutl -verify -pubin -inkey feed.pub -rawin -in NAME.sha256 -sigfile NAME.sha256.sig
  sha256sum -c NAME.sha256

With --json: [{"file":"oshirase-feed/….jsonl","batch":"…","messages":29,"sha256":"…","at":"…"}]`,
		Args: p.one("a campaign id"),
		RunE: func(c *cobra.Command, args []string) error { return p.feed(c.Context(), args[0]) },
	}
	p.jsonFlag(c)
	return c
}

// fedFile is a file for the members' page as feed shows it.
type fedFile struct {
	File     string    `json:"file"`
	Batch    string    `json:"batch"`
	Messages int       `json:"messages"`
	SHA256   string    `json:"sha256"`
	At       time.Time `json:"at"`
}

func (p *program) feed(ctx context.Context, id string) error {
	l, err := p.openLedger(ctx)
	if err != nil {
		return err
	}
	defer l.Close()
	if _, err := l.Campaign(ctx, id); err != nil {
		return err
	}
	files, err := l.PageFiles(ctx, id)
	if err != nil {
		return err
	}
	out := []fedFile{}
	rows := [][]string{{"FILE", "MESSAGES", "BATCH", "WRITTEN", "SHA-256"}}
	for _, f := range files {
		x := fedFile{
			File: filepath.Join(p.settings.Feed.Dir, f.Name+pagefile.LinesEnding), Batch: f.Batch,
			Messages: f.Messages, SHA256: hex.EncodeToString(f.SHA256[:]), At: f.Written,
		}
		out = append(out, x)
		rows = append(rows, []string{
			x.File, thousands(x.Messages), x.Batch, x.At.Local().Format("2006-01-02 15:04 MST"), x.SHA256,
		})
	}
	return p.list(out, rows, "there are no files for the members' page")
}

// list shows what is listed: as JSON, as a table whose first row is its head, or that there is nothing.
func (p *program) list(out any, rows [][]string, none string) error {
	switch {
	case p.asJSON:
		return p.json(out)
	case len(rows) == 1:
		p.note("%s", none)
		return nil
	}
	p.table(rows)
	return nil
}
