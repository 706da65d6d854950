package recipient

import (
	"fmt"
	"runtime"
	"strings"
	"testing"

	"oshirase/jobs/segment"
)

// benchSpec is one file of n rows, a seventh of them duplicates, with two rules.
func benchSpec(n int) Spec {
	var b strings.Builder
	b.WriteString("id,name,email,postcode,address,phone,company,locale,server,used_at\n")
	for i := range n {
		who := i
		if i%7 == 3 {
			who = i / 2
		}
		fmt.Fprintf(&b, "M%07d,髙橋 太郎%d,taro.%d@example.jp,%03d-%04d,東京都千代田区丸の内%d丁目,03-%08d,"+
			"株式会社例%d,ja,%s,%d-%02d-%02d\n", who, who, who, who%1000, who%10000, who%9+1, who,
			who%12, []string{"AP-A", "Web-B", "C"}[i%3], 2007+i%7, i%12+1, i%28+1)
	}
	f := memory("bench.csv", b.String())
	f.Facts = map[string]FactColumn{"server": {Column: "server"}, "used_at": {Column: "used_at",
		Kind: segment.Date}}
	return Spec{Files: []File{f}, Segments: []segment.Segment{
		{ID: "ap",
			When:   `server == "AP-A" && used_at >= date("2008-07-01") && used_at <= date("2013-04-30")`,
			Notice: "ap", Elements: []string{"name", "email"}},
		{ID: "web", When: `server == "Web-B"`, Notice: "web", Elements: []string{"card_number"}},
	}}
}

func BenchmarkRead(b *testing.B) {
	const rows = 100_000
	spec := benchSpec(rows)
	b.ReportAllocs()
	for b.Loop() {
		r, _, err := Open(b.Context(), spec, nil)
		if err != nil {
			b.Fatal(err)
		}
		if _, _, err := r.People(b.Context(), Sink{}); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/rows, "ns/row")
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	b.ReportMetric(float64(m.HeapSys)/(1<<20), "heapMiB")
}
