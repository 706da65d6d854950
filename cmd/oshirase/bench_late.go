package main

import (
	"context"
	"slices"

	"oshirase/jobs/jobstest"
	"oshirase/jobs/plan"
)

// distant measures with a sink that is far away. There connections and round trips set the pace and not
// the processor: the best that can be is known, and no baseline needed.
func (b *bench) distant(ctx context.Context, to sink, found *plan.Plan) (map[string]any, error) {
	line, err := jobstest.NewLate(to.addr, b.late)
	if err != nil {
		return nil, err
	}
	defer line.Close()
	to.addr = line.Addr
	var rates, trips, rss []float64
	for i := range b.pairs {
		before := line.Trips()
		r, err := b.pipeline(ctx, to, found, i)
		if err != nil {
			return nil, err
		}
		rates, rss = append(rates, r.rate), append(rss, r.rss)
		trips = append(trips, float64(line.Trips()-before)/float64(b.n))
		b.note("run %d: %.0f/s, %.2f round trips a message", i+1, r.rate, trips[i])
	}
	ceiling := float64(b.conns) / (median(trips) * b.late.Seconds())
	return map[string]any{
		"n": b.n, "pairs": b.pairs, "sink": to.name, "connections": b.conns, "embedded": b.embedded,
		"late_ms": float64(b.late.Microseconds()) / 1000, "per_second": round(median(rates)),
		"round_trips": median(trips), "ceiling_per_second": round(ceiling),
		"of_ceiling": median([]float64{median(rates) / ceiling}), "peak_rss_mib": slices.Max(rss),
	}, nil
}
