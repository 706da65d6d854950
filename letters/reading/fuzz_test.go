package reading

import (
	"slices"
	"testing"
)

// Whatever is read, the reader ends, does not panic, and gives no page without saying so.
func FuzzPages(f *testing.F) {
	const small = "%PDF-1.3\n3 0 obj\n<</Type /Page\n/Contents 4 0 R>>\nendobj\n" +
		"4 0 obj\n<</Length 4>>\nstream\nBTET\nendstream\nendobj\n" +
		"1 0 obj\n<</Type /Pages\n/Kids [3 0 R ]\n>>\nendobj\nxref\n"
	f.Add([]byte(small))
	f.Add([]byte(small[:60]))
	f.Add([]byte("%PDF-1.3\n4 0 obj\n<</Length 999999999>>\nstream\n"))
	f.Add([]byte("%PDF-1.3\n3 0 obj\n<</Type /Page\n/Contents 4 0 R>>\nendobj\n4 0 obj\n<</Length 39>>\nstream\n" +
		"BI/W 9/H 1/IM true/F/A85 ID\nz~>\nEI(\x000\nendstream\nendobj\n"))
	f.Fuzz(func(t *testing.T, pdf []byte) {
		pages, err := Pages(pdf)
		if len(pages) == 0 && err == nil {
			t.Error("no pages and no error")
		}
		if texts, err := Texts(pdf); len(texts) != len(pages) {
			t.Errorf("%d pages, texts of %d, %v", len(pages), len(texts), err)
		}
	})
}

func TestAMinimalFileHasOnePage(t *testing.T) {
	t.Parallel()
	minimal := []byte("%PDF-1.3\n3 0 obj\n<</Type /Page\n/Contents 4 0 R>>\nendobj\n" +
		"4 0 obj\n<</Length 34>>\nstream\n(\x000\x001\x002\x003\x004\x005\x006\x007\x008\x009\x00-\x005)Tj (\x00A\\)\nendstream\nendobj\n" +
		"1 0 obj\n<</Type /Pages\n/Kids [3 0 R ]\n>>\nendobj\nxref\n")
	pages, err := Pages(minimal)
	if err != nil || len(pages) != 1 {
		t.Fatal(pages, err)
	}
	if len(pages[0].Pieces) != 1 || pages[0].Pieces[0] != "0123456789-5" {
		t.Errorf("%q", pages[0].Pieces)
	}
	texts, err := Texts(minimal)
	if err != nil || len(texts) != 1 || !slices.Equal(texts[0], []string{"0123456789-5", "A"}) {
		t.Errorf("%q, %v", texts, err)
	}
}
