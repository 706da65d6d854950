package barcode

import (
	"strings"
	"testing"
)

func benchmark(b *testing.B, encode func(string) (Matrix, error)) {
	text, err := someMark.Text()
	if err != nil {
		b.Fatal(err)
	}
	var buf []byte
	b.ReportAllocs()
	for b.Loop() {
		m, err := encode(text)
		if err != nil {
			b.Fatal(err)
		}
		buf = m.Mask().AppendPDF(buf[:0], Place{400.25, 700.5, 22.68, 22.68})
	}
	b.ReportMetric(float64(len(buf)), "bytes")
}

func BenchmarkDataMatrix(b *testing.B) { benchmark(b, DataMatrix) }

func BenchmarkQR(b *testing.B) { benchmark(b, QR) }

func BenchmarkMark(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := someMark.Text(); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkCustomer(b *testing.B) {
	address := strings.Join([]string{"東京都千代田区霞が関1丁目3番2号", "郵便プラザ503室"}, "\n")
	var buf []byte
	b.ReportAllocs()
	for b.Loop() {
		c, err := NewCustomer("100-0013", address)
		if err != nil {
			b.Fatal(err)
		}
		buf = c.Mask().AppendPDF(buf[:0], Place{56.25, 650.5, 226.21, 10.2})
	}
	b.ReportMetric(float64(len(buf)), "bytes")
}

func BenchmarkOMR(b *testing.B) {
	o := CommonOMR()
	b.ReportAllocs()
	for b.Loop() {
		o.Bars(5, 1, 2)
	}
}
