package main

import (
	"context"
	"errors"
	"io/fs"
	"path/filepath"

	"github.com/spf13/cobra"

	"oshirase/jobs/ledger"
	"oshirase/jobs/seal"
)

func (p *program) keygenCommand() *cobra.Command {
	var out string
	c := &cobra.Command{
		Use: "keygen [--out FILE]", Short: "Make the master key, which the keys of all campaigns are kept under",
		Long: `Make the master key, for its owner only (0600), where OSHIRASE_KEYS or OSHIRASE_MASTER_FILE says, and never
over one that is there. A first enqueue makes it as well; here it can be made, and put into safe hands,
before there is anybody's data. It is made only for a ledger without campaigns.

Who loses it loses the people: keep a copy, apart from the ledger and from its copies. Who has it, the
campaigns' keys and the ledger can read them.

With --out FILE it goes there, for a machine that gets it in another way; with --out - to standard output,
which may not be a terminal. Such a machine is given the line as OSHIRASE_MASTER_KEY:

  oshirase keygen --out - | vault kv put secret/oshirase key=-

` + exitHelp,
		Args: none,
		RunE: func(c *cobra.Command, _ []string) error {
			switch out {
			case "":
				return p.keygen(c.Context())
			case "-":
				return p.writeMaster()
			}
			return p.keygenTo(out)
		},
	}
	c.Flags().StringVar(&out, "out", "", "write it to this `FILE`, or to standard output (-)")
	return c
}

// keygen makes the master key of this installation.
func (p *program) keygen(ctx context.Context) error {
	ring := p.keys()
	if ring.MasterPath() == "" {
		return failed("OSHIRASE_MASTER_KEY gives the master key: none is made").
			hint("to make one for another place: oshirase keygen --out FILE")
	}
	if !ring.HasMaster() {
		if err := p.forNobody(ctx); err != nil {
			return err
		}
	}
	if err := ring.MakeMaster(); err != nil {
		return masterFault(err, ring.MasterPath(), "to change it: oshirase key rotate")
	}
	p.sayMaster(ring.MasterPath())
	return nil
}

// forNobody makes sure that no campaign is sealed under a master key that is not here.
func (p *program) forNobody(ctx context.Context) error {
	l, err := ledger.Open(ctx, p.settings.Ledger, false, p.now)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer l.Close()
	empty, err := l.Empty(ctx)
	if err == nil && !empty {
		return failed("the ledger %q has campaigns, and their master key is not in %q", ledger.Name(p.settings.Ledger),
			p.keys().MasterPath()).
			hint("a new one would not open them: point OSHIRASE_KEYS or OSHIRASE_MASTER_FILE at theirs").
			hint("to make one for another place: oshirase keygen --out FILE")
	}
	return err
}

func (p *program) keygenTo(out string) error {
	if err := seal.MakeMasterFile(out); err != nil {
		return masterFault(err, out, "name another file")
	}
	p.sayMaster(out)
	p.hint("a machine is given it as OSHIRASE_MASTER_FILE, or its line as OSHIRASE_MASTER_KEY")
	return nil
}

func masterFault(err error, path, hint string) error {
	if errors.Is(err, fs.ErrExist) {
		return failed("there is something at %q already; nothing was changed", path).hint("%s", hint)
	}
	return err
}

func (p *program) sayMaster(path string) {
	if whole, err := filepath.Abs(path); err == nil {
		path = whole
	}
	p.note("the master key is in %s", path)
	p.hint("keep a copy of it apart from the ledger: who loses it loses the people")
}

func (p *program) writeMaster() error {
	if p.screen {
		return usage("standard output is a terminal, which keeps what it has shown").
			hint("send the key where it is kept: oshirase keygen --out - | …; or name a file: --out FILE")
	}
	return seal.WriteMaster(p.out)
}
