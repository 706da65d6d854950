package main

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"oshirase/config/programmes"
)

func (p *program) sampleCommand() *cobra.Command {
	var out string
	var scale float64
	c := &cobra.Command{
		Use: "sample NAME --out DIR", Short: "Write an example campaign with invented people",
		Long: "Write an example campaign with invented people, ready for check, plan and run. Names: " +
			strings.Join(programmes.Names(), ", ") + ".",
		Args: p.one("the name of a programme"),
		RunE: func(c *cobra.Command, args []string) error { return p.sample(c.Context(), args[0], out, scale) },
	}
	c.Flags().StringVar(&out, "out", "", "the `DIR` to write")
	c.Flags().Float64Var(&scale, "scale", 0.001, "share of the real numbers")
	return c
}

func (p *program) sample(ctx context.Context, name, out string, scale float64) error {
	if !slices.Contains(programmes.Names(), name) {
		return usage("there is no programme %q", name).hint("programmes: %s", strings.Join(programmes.Names(), ", "))
	}
	if out == "" {
		return usage("sample writes a folder, and none is named").hint("--out DIR, a new directory")
	}
	if !(scale > 0 && scale <= programmes.MaxScale(name)) {
		return usage("--scale %v is not above 0 and up to %v", scale, programmes.MaxScale(name)).
			hint("1 is the real number of people, 0.001 some hundred")
	}
	err := programmes.Write(ctx, name, out, scale)
	if errors.Is(err, programmes.ErrNotEmpty) {
		return failed("%q is not empty", out).hint("name a new directory")
	}
	if err != nil {
		return interrupted(ctx, err)
	}
	p.note("wrote %s", out)
	begin := programmes.Begin(name, out)
	p.hint("next: oshirase check %s; oshirase plan %s", begin, begin)
	return nil
}
