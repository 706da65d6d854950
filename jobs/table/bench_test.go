package table

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"io"
	"strings"
	"testing"
)

// benchRows is a table of n rows of about 180 bytes in UTF-8.
func benchRows(n int) string {
	var b strings.Builder
	b.WriteString("id,name,kana,email,postcode,address,phone,company,used_at\n")
	for i := range n {
		fmt.Fprintf(&b, "M%07d,髙橋 太郎%d,タカハシ タロウ,taro.%d@example.jp,%03d-%04d,"+
			"東京都千代田区丸の内%d丁目1-%d,03-%08d,例,2013-04-%02d\n", i, i%97, i, i%1000, i%10000, i%9+1, i%50,
			i, i%28+1)
	}
	return b.String()
}

const benchN = 50_000

func perRow(b *testing.B) {
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/benchN, "ns/row")
}

func BenchmarkOpen(b *testing.B) {
	text := benchRows(benchN)
	for name, f := range map[string]File{"UTF-8": memory(text), "CP932": memory(sjis(b, text))} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				open(b, f)
			}
			perRow(b)
		})
	}
}

func BenchmarkBlocks(b *testing.B) {
	text := benchRows(benchN)
	table := open(b, memory(text))
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := table.Blocks(b.Context(), func(k *Block) error { k.Release(); return nil }); err != nil {
			b.Fatal(err)
		}
	}
	perRow(b)
}

// BenchmarkEncodingCSV is what Blocks is compared with.
func BenchmarkEncodingCSV(b *testing.B) {
	text := benchRows(benchN)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		r := csv.NewReader(strings.NewReader(text))
		r.ReuseRecord = true
		for {
			if _, err := r.Read(); err == io.EOF {
				break
			} else if err != nil {
				b.Fatal(err)
			}
		}
	}
	perRow(b)
}

// BenchmarkDecode decodes every cell of every row.
func BenchmarkDecode(b *testing.B) {
	text := benchRows(benchN)
	for name, packed := range map[string]string{"UTF-8": text, "CP932": sjis(b, text), "EUC-JP": eucjp(b, text)} {
		b.Run(name, func(b *testing.B) {
			d := newDecoder(strings.ToLower(name))
			lines := bytes.Split([]byte(packed), []byte(","))
			var out []byte
			for b.Loop() {
				for _, cell := range lines {
					out, _ = d.Append(out[:0], cell)
				}
			}
			perRow(b)
		})
	}
}
