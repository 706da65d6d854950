package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"oshirase/jobs/ledger"
	"oshirase/jobs/office"
)

// checkReady says before the work begins what would stop it later: campaigns that cannot be read and
// print files that cannot be written. A campaign without its key waits, with a warning, for the others'
// sake; where there are no others it is an error.
func (p *program) checkReady(ctx context.Context, l *ledger.Ledger) error {
	ids, err := l.Campaigns(ctx)
	if err != nil {
		return err
	}
	var faults []error
	good := 0
	for _, id := range ids {
		counts, err := l.Counts(ctx, id)
		if err != nil {
			return err
		}
		if counts.Open() == 0 {
			continue
		}
		if err := p.checkKey(&counts.Campaign); err != nil {
			faults = append(faults, err)
			continue
		}
		if err := errors.Join(p.checkLetters(counts), p.checkPages(ctx, l, counts)); err != nil {
			return err
		}
		good++
	}
	if good == 0 && len(faults) > 0 {
		return faults[0]
	}
	for _, err := range faults {
		p.warning("%v: it waits until its key is there", err)
	}
	return nil
}

// checkKey makes sure that the keyring has the campaign's own key.
func (p *program) checkKey(c *ledger.Campaign) error {
	key, err := p.keys().Campaign(c.ID)
	if err != nil {
		return err
	}
	if key.Check() != c.KeyCheck {
		return &office.WrongKeyError{Campaign: c.ID, Dir: p.keys().Path()}
	}
	return nil
}

// checkLetters makes sure that print files can be written, where the campaign has letters to come.
func (p *program) checkLetters(c ledger.Counts) error {
	if openOf(c, ledger.Letter) == 0 {
		return nil
	}
	return writable("print files", p.settings.Letters)
}

// writable makes a directory for files and tries whether one can be made in it.
func writable(files, dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("make directory of %s %q: %w", files, dir, bare(err))
	}
	f, err := os.CreateTemp(dir, ".oshirase-*")
	if err != nil {
		return fmt.Errorf("write %s to %q: %w", files, dir, bare(err))
	}
	if err := f.Close(); err != nil {
		return fmt.Errorf("write %s to %q: %w", files, dir, bare(err))
	}
	return os.Remove(f.Name())
}
