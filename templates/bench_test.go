package templates

import (
	"os"
	"testing"
)

func benchNotice(b *testing.B) *Notice {
	source, err := os.ReadFile("testdata/01-ap-a.ja.md")
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(source)))
	b.ReportAllocs()
	return parse(b, "ja", string(source))
}

func BenchmarkRender(b *testing.B) {
	n, v := benchNotice(b), testValues()
	for b.Loop() {
		if _, err := n.Render(v); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkEmail(b *testing.B) {
	n, v := benchNotice(b), testValues()
	for b.Loop() {
		if _, err := n.Email(v); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkLetter(b *testing.B) {
	n, v := benchNotice(b), testValues()
	for b.Loop() {
		if _, err := n.Letter(v); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkLooksLikeLink(b *testing.B) {
	for b.Loop() {
		LooksLikeLink("髙山 﨑子")
		LooksLikeLink("Example Co., Ltd.")
	}
}
