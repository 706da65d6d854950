package main

import (
	"context"
	"errors"
	"io/fs"

	"github.com/spf13/cobra"

	"oshirase/jobs/ledger"
	"oshirase/jobs/seal"
)

func (p *program) keyCommand() *cobra.Command {
	c := &cobra.Command{
		Use: "key", Short: "Change the master key",
		Args: noCommand,
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(p.rotateCommand())
	return c
}

func (p *program) rotateCommand() *cobra.Command {
	var to string
	c := &cobra.Command{
		Use: "rotate [--to FILE]", Short: "Put the campaigns' keys under a new master key",
		Long: `Put the campaigns' keys under a new master key. The keys themselves stay, and so does the ledger: workers that
run go on. At every moment all campaigns can be opened with the master key in force; a rotation that was
broken off is finished by the next.

A master key in a file is replaced, and the old one wiped. One that was given (OSHIRASE_MASTER_KEY) is
changed in two turns, with both masters in force between them:

  oshirase key rotate --to FILE      makes the new one in FILE, 0600
  (give its line to every oshirase as OSHIRASE_MASTER_KEY)
  oshirase key rotate                from now on the old one opens nothing

Copies of the keys from before still open what they opened: destroy them when there is a new copy.

With --json: {"keys":3,"done":true,"resumed":false,"master":"oshirase-keys/master.key"}

` + exitHelp,
		Args: none,
		RunE: func(c *cobra.Command, _ []string) error { return p.rotate(c.Context(), to) },
	}
	c.Flags().StringVar(&to, "to", "", "where the master key was given: the `FILE` for the new one")
	p.jsonFlag(c)
	p.whyFlag(c)
	return c
}

func (p *program) rotate(ctx context.Context, to string) error {
	ring := p.keys()
	if !ring.HasMaster() {
		return &seal.NoKeyError{Dir: ring.MasterPath()}
	}
	if to != "" && ring.MasterPath() != "" {
		return usage("--to is for a master key that was given; this one is in %s, and so will be the next",
			ring.MasterPath()).hint("leave --to away")
	}
	done, err := ring.Rotate(to)
	if err != nil {
		return rotateFault(err)
	}
	if to == "" {
		to = ring.MasterPath()
	}
	if err := p.noteRotation(ctx, done); err != nil {
		return err
	}
	if p.asJSON {
		return p.json(map[string]any{"keys": done.Keys, "done": done.Done, "resumed": done.Resumed, "master": to})
	}
	p.sayRotated(done, to)
	return nil
}

func rotateFault(err error) error {
	switch {
	case errors.Is(err, seal.ErrNoPlace):
		return usage("the master key was given, and no file is named for the new one").hint("add --to FILE")
	case errors.Is(err, seal.ErrRotating):
		return failed("the keys wait for their new master key").
			hint("give it as OSHIRASE_MASTER_KEY, then do the same again").
			hint("where it was lost, make another: oshirase key rotate --to FILE")
	}
	return err
}

// noteRotation writes the journal of every campaign of the ledger, if there is one.
func (p *program) noteRotation(ctx context.Context, done seal.Rotation) error {
	l, err := ledger.Open(ctx, p.settings.Ledger, false, p.now)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer l.Close()
	ids, err := l.Campaigns(ctx)
	if err != nil {
		return err
	}
	what := "begun"
	if done.Done {
		what = "done"
	}
	for _, id := range ids {
		if err := l.Note(ctx, id, p.operator(), "rotate master key", what, done.Keys); err != nil {
			return err
		}
	}
	return nil
}

func (p *program) sayRotated(done seal.Rotation, to string) {
	keys := plural(done.Keys, "campaign key", "campaign keys")
	switch {
	case !done.Done:
		p.note("%s can be opened with the new master key too, which is in %s", keys, to)
		p.hint("give its line to every oshirase as OSHIRASE_MASTER_KEY, then: oshirase key rotate")
		return
	case done.Resumed:
		p.note("%s: the rotation that was begun before is finished; the old master key opens nothing", keys)
	default:
		p.note("%s: under a new master key, in %s; the old one is gone", keys, to)
	}
	p.hint("keep a new copy of the keys (%s) apart from the ledger, and destroy the old ones", p.settings.Keys)
}
