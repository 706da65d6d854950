package main

import (
	"context"

	"oshirase/jobs/ledger"
	"oshirase/jobs/office"
)

// opened is the ledger with a campaign of it whose people can be read. Whoever has it closes it.
type opened struct {
	*ledger.Ledger
	*office.Office // in the revision in force
	offices        *office.Offices
}

// home is the country of the controller.
func (o *opened) home() string { return o.Book.Folder.Manifest.Controller.Country }

// open opens the ledger, and a campaign with its key.
func (p *program) open(ctx context.Context, id string) (*opened, error) {
	l, err := p.openLedger(ctx)
	if err != nil {
		return nil, err
	}
	offices := office.New(l, p.keys())
	of, err := offices.Get(ctx, id)
	if err != nil {
		l.Close()
		return nil, err
	}
	return &opened{l, of, offices}, nil
}

// openCounted opens the ledger and counts a campaign that can still be sent; whoever has it closes it.
func (p *program) openCounted(ctx context.Context, id string) (*ledger.Ledger, ledger.Counts, error) {
	l, err := p.openLedger(ctx)
	if err != nil {
		return nil, ledger.Counts{}, err
	}
	counts, err := l.Counts(ctx, id)
	if err == nil {
		err = counts.Campaign.Readable()
	}
	if err != nil {
		l.Close()
		return nil, ledger.Counts{}, err
	}
	return l, counts, nil
}
