package identity

import (
	"math/rand/v2"
	"runtime"
	"strconv"
	"testing"
)

// BenchmarkJoin is the whole of joining, folding excluded: four keys, a seventh of the rows a second
// time. One iteration is a million rows.
func BenchmarkJoin(b *testing.B) {
	const rows, block = 1_000_000, 4096
	var stats runtime.MemStats
	for b.Loop() {
		rng := rand.New(rand.NewPCG(1, 1))
		j := New(testKeys()[:4], Options{})
		h := j.Hasher()
		for from := 0; from < rows; from += block {
			var hashes []Hash
			for n := from; n < from+block; n++ {
				who := n
				if rng.IntN(7) == 0 {
					who = rng.IntN(n + 1)
				}
				text := strconv.AppendInt([]byte("somebody "), int64(who), 10)
				hashes = h.Append(hashes, [][]byte{text, text, text, text, text, text})
			}
			if err := j.Add(block, hashes, nil); err != nil {
				b.Fatal(err)
			}
		}
		if _, err := j.Join(b.Context()); err != nil {
			b.Fatal(err)
		}
	}
	runtime.ReadMemStats(&stats)
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/rows, "ns/row")
	b.ReportMetric(float64(stats.HeapSys)/(1<<20), "heapMiB")
}
