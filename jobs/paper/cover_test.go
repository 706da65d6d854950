package paper

import (
	"slices"
	"testing"
	"time"

	"oshirase/config/campaign"
	"oshirase/jobs/compose"
	"oshirase/jobs/ledger"
	"oshirase/jobs/office"
	"oshirase/letters"
)

func TestACoverSheetSpeaksOneLanguage(t *testing.T) {
	t.Parallel()
	folder := &campaign.Folder{Location: time.UTC, Manifest: campaign.Manifest{Channels: campaign.Channels{
		Letter: &campaign.LetterChannel{Envelope: "none", Mark: "none"},
	}}}
	j := &binding{
		run:    &run{office: &office.Office{Book: &compose.Book{Folder: folder}}},
		file:   &ledger.PrintFile{Name: "x", Pieces: 1, Pages: 1, Sheets: 1},
		pieces: []ledger.BoundPiece{{Piece: ledger.Piece{Number: "1", Sheets: 1}}},
		rows:   []row{{noCustomer: letters.BarcodeAbroad}},
	}
	for locale, said := range map[string]string{"ja": "バーコードなし：国際郵便", "en": "No barcode: goes abroad"} {
		if rows := j.coverRows(coverIn[locale]); !slices.Contains(rows, [2]string{said, "1"}) {
			t.Errorf("%s: no %q in %q", locale, said, rows)
		}
	}
	for locale, want := range map[string]string{"ja": "なし", "en": "none"} {
		rows := j.coverRows(coverIn[locale])
		for _, label := range []string{coverIn[locale].mark, coverIn[locale].envelope} {
			if !slices.Contains(rows, [2]string{label, want}) {
				t.Errorf("%s: %q is not %q in %q", locale, label, want, rows)
			}
		}
	}
}
