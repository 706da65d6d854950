package paper

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"

	"oshirase/letters"
	"oshirase/letters/barcode"
	"oshirase/templates"
)

// coverWords are the words of a cover sheet in a language.
type coverWords struct {
	title, campaign, batch, several, made, file, sum string
	pieces, pages, sheets, ofSheets                  string
	first, last, envelope, mark                      string
	abroad, customer, none                           string
	no                                               string            // of what a setting names none
	why                                              map[string]string // what letters says of a barcode left out
}

var coverIn = map[string]coverWords{
	"en": {
		"Print file", "Campaign", "Batch", "several", "Made", "File", "SHA-256",
		"Letters", "Pages", "Sheets", "Letters of %d sheets",
		"First piece", "Last piece", "Envelope", "Mark on each sheet",
		"Letters to %s", "Customer barcodes", "No barcode: %s",
		"none", nil,
	},
	"ja": {
		"印刷データ送付票", "案件", "区分", "複数", "作成日時", "ファイル", "SHA-256",
		"通数", "ページ数", "用紙枚数", "%d枚のもの（通数）",
		"最初の管理番号", "最後の管理番号", "封筒", "用紙の識別マーク",
		"宛先国 %s（通数）", "カスタマバーコード（通数）", "バーコードなし：%s",
		"なし", map[string]string{
			letters.BarcodeAbroad:              "国際郵便",
			letters.BarcodeWindow:              "窓の幅が足りない",
			letters.BarcodeRoom:                "宛先の下に余白がない",
			barcode.ErrNoPostcode.Error():      "郵便番号がない",
			barcode.ErrPostcode.Error():        "郵便番号が7桁でない",
			barcode.ErrGeneralPostcode.Error(): "郵便番号が市区町村の代表番号",
			barcode.ErrNotJapanese.Error():     "住所が日本語でない",
		},
	},
}

// cover is a sheet for the mail house: what to count, and whether the file has come over whole.
func (j *binding) cover(w io.Writer) error {
	press, err := j.office.Book.Press()
	if err != nil {
		return err
	}
	locale := "en"
	if strings.HasPrefix(j.office.Book.Folder.Manifest.Locales.Default, "ja") {
		locale = "ja"
	}
	words := coverIn[locale]
	var rows [][][]templates.Span
	for _, r := range j.coverRows(words) {
		rows = append(rows, [][]templates.Span{{{Text: r[0]}}, {{Text: r[1]}}})
	}
	return press.Note(w, j.file.Created, templates.Document{
		Locale: locale, Title: words.title + "  " + j.file.Name,
		Blocks: []templates.Block{{Kind: templates.Table, Rows: rows}},
	})
}

func (j *binding) coverRows(words coverWords) [][2]string {
	folder, f := j.office.Book.Folder, j.file
	letter := folder.Manifest.Channels.Letter
	batch := f.Batch
	if f.Mixed {
		batch = words.several
	}
	rows := [][2]string{
		{words.file, f.Name + pdfEnding},
		{words.campaign, f.Campaign}, {words.batch, batch},
		{words.made, f.Created.In(folder.Location).Format("2006-01-02 15:04 MST")},
		{words.pieces, strconv.Itoa(f.Pieces)}, {words.pages, strconv.Itoa(f.Pages)},
		{words.sheets, strconv.Itoa(f.Sheets)},
		{words.first, j.pieces[0].Number}, {words.last, j.pieces[len(j.pieces)-1].Number},
		{words.envelope, words.setting(letter.Envelope)}, {words.mark, words.setting(letter.Mark)},
	}
	rows = append(rows, j.counts(words, letter.CustomerBarcode)...)
	return append(rows, [2]string{words.sum, inGroups(fmt.Sprintf("%x", f.SHA256))})
}

// setting is the manifest's word for something, in the sheet's language where there is none of it.
func (w coverWords) setting(s string) string {
	if s == "" || s == "none" {
		return w.no
	}
	return s
}

// reason is why there is no barcode in the sheet's language.
func (w coverWords) reason(s string) string { return cmp.Or(w.why[s], s) }

// counts are the letters by sheets, by country abroad and by barcode.
func (j *binding) counts(words coverWords, barcodes bool) [][2]string {
	sheets, others := map[int]int{}, map[string]int{}
	with := 0
	for i, p := range j.pieces {
		r := j.rows[i]
		sheets[p.Sheets]++
		if r.country != "" && r.country != j.office.Book.Folder.Manifest.Controller.Country {
			others[fmt.Sprintf(words.abroad, r.country)]++
		}
		if r.customer != "" {
			with++
		}
		if r.noCustomer != "" {
			others[fmt.Sprintf(words.none, words.reason(r.noCustomer))]++
		}
	}
	var rows [][2]string
	for _, n := range slices.Sorted(maps.Keys(sheets)) {
		rows = append(rows, [2]string{fmt.Sprintf(words.ofSheets, n), strconv.Itoa(sheets[n])})
	}
	if barcodes {
		rows = append(rows, [2]string{words.customer, strconv.Itoa(with)})
	}
	for _, what := range slices.Sorted(maps.Keys(others)) {
		rows = append(rows, [2]string{what, strconv.Itoa(others[what])})
	}
	return rows
}

// inGroups parts a digest so that people can compare it.
func inGroups(digest string) string {
	var b strings.Builder
	for i := 0; i < len(digest); i += 8 {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(digest[i:min(i+8, len(digest))])
	}
	return b.String()
}
