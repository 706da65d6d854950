package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"oshirase/jobs/handover"
	"oshirase/jobs/ledger"
	"oshirase/jobs/office"
)

// leftBehind names what purge does not reach. The names of the recipients' files are sealed, and known only
// while the key is there.
func (p *program) leftBehind(ctx context.Context, l *ledger.Ledger, c ledger.Counts) ([]string, error) {
	id := c.Campaign.ID
	out := []string{
		"copies of the key, in backups of " + p.settings.Keys + " and on other machines: they open copies of the ledger",
		p.leftFolder(ctx, l, id),
		"lists of rejects and duplicates that plan wrote",
	}
	places, err := mailHouses(ctx, l, id)
	if err != nil {
		return nil, err
	}
	for _, place := range places {
		out = append(out, "print files at the mail house, "+place)
	}
	if len(c.Channels[ledger.Email]) > 0 {
		relays, err := p.relayNames(nil)
		if err != nil {
			relays = nil // a setting that cannot be read names nobody
		}
		out = append(out, strings.TrimSpace("logs and queues of the relays "+strings.Join(relays, ", ")))
	}
	if len(c.Channels[ledger.Page]) > 0 {
		out = append(out, "messages on the members' page, and whatever its server keeps of them")
	}
	if ledger.IsServer(p.settings.Ledger) {
		out = append(out, "old versions of rows, log and backups of the ledger's server: sealed, and the key is gone")
	}
	return p.leftInMemory(ctx, l, out)
}

// leftInMemory speaks of the workers that run: they may have the campaign open.
func (p *program) leftInMemory(ctx context.Context, l *ledger.Ledger, out []string) ([]string, error) {
	n, err := l.OtherWorkers(ctx, "")
	if err == nil && n > 0 {
		out = append(out, fmt.Sprintf("the key in the memory of %s, until it ends", plural(n, "worker", "workers")))
	}
	return out, err
}

func (p *program) leftFolder(ctx context.Context, l *ledger.Ledger, id string) string {
	const folder = "the campaign folder"
	o, err := office.New(l, p.keys()).Get(ctx, id)
	if err != nil {
		return folder + " and its recipients"
	}
	var names []string
	for _, r := range o.Book.Folder.Manifest.Recipients {
		names = append(names, r.File)
	}
	return folder + ": " + strings.Join(names, ", ")
}

// mailHouses are the servers that print files went to; directories were noted file by file.
func mailHouses(ctx context.Context, l *ledger.Ledger, id string) ([]string, error) {
	handed, err := l.Handovers(ctx, id)
	var out []string
	for _, h := range handed {
		if handover.IsServer(h.Place) {
			out = append(out, h.Place)
		}
	}
	slices.Sort(out)
	return slices.Compact(out), err
}
