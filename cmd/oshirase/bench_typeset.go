package main

import (
	"context"
	"slices"

	"oshirase/jobs/plan"
)

// throughQueue measures how fast a worker process typesets: claim, layout, checks and settling of each
// letter, fed through Redis, until the last is in the ledger. Binding begins after that.
func (b *bench) throughQueue(ctx context.Context, found *plan.Plan) (map[string]any, error) {
	to, err := newSink() // a worker wants a relay, though nothing is sent
	if err != nil {
		return nil, err
	}
	defer to.stop()
	b.conns = b.size.connections
	var rates, cpus, rss []float64
	for i := range b.pairs {
		r, err := b.pipeline(ctx, to, found, i)
		if err != nil {
			return nil, err
		}
		rates, cpus, rss = append(rates, r.rate), append(cpus, r.cpu), append(rss, r.rss)
		b.note("run %d: %.0f letters/s typeset", i+1, r.rate)
	}
	return map[string]any{
		"n": b.n, "pairs": b.pairs, "typeset_per_second": round(median(rates)),
		"cpu_us_per_letter": round(median(cpus)), "peak_rss_mib": slices.Max(rss),
	}, nil
}
