package jtb

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// file is how one brand's system writes its rows.
type file struct {
	name    string
	enc     encoding
	bom     bool
	end     string
	dates   dateForm
	letter  byte // before the member numbers
	columns []column
}

// column is a header cell and what stands below it.
type column struct {
	header string
	append func(*row, []byte) []byte
}

var files = [brands]file{
	homepage: {name: "homepage.csv", enc: cp932, end: "\r\n", dates: slashes, letter: 'H', columns: []column{
		{"会員番号", (*row).number}, {"氏名", (*row).name}, {"フリガナ", (*row).kana},
		{"ローマ字", (*row).roman}, {"性別", (*row).sex}, {"生年月日", (*row).birth},
		{"メールアドレス", (*row).mailbox}, {"電話番号", (*row).phone}, {"郵便番号", (*row).postcode},
		{"住所１", (*row).street}, {"住所２", (*row).building}, {"旅券", (*row).passportState},
		{"予約日", (*row).bookedOn}, {"商品区分", (*row).productGroup}, {"サイト", (*row).site},
		{"言語", (*row).locale},
	}},
	rurubu: {name: "rurubu.csv", enc: cp932, end: "\r\n", dates: digits, letter: 'R', columns: []column{
		{"会員ID", (*row).number}, {"予約日", (*row).bookedOn}, {"商品", (*row).productGroup},
		{"サイト", (*row).site}, {"お名前", (*row).name}, {"お名前カナ", (*row).kana},
		{"お名前ローマ字", (*row).roman}, {"性別", (*row).sex}, {"誕生日", (*row).birth},
		{"Eメール", (*row).mailbox}, {"TEL", (*row).phone}, {"〒", (*row).postcode},
		{"ご住所", (*row).street}, {"建物名", (*row).building}, {"パスポート", (*row).passportState},
		{"言語", (*row).locale},
	}},
	japanican: {name: "japanican.csv", enc: utf8, end: "\n", dates: hyphens, letter: 'J', columns: []column{
		{"member_no", (*row).number}, {"locale", (*row).locale}, {"name", (*row).name},
		{"name_kana", (*row).kana}, {"name_roman", (*row).roman}, {"sex", (*row).sex},
		{"birth_date", (*row).birth}, {"email", (*row).mailbox}, {"phone", (*row).phone},
		{"postcode", (*row).postcode}, {"address1", (*row).street}, {"address2", (*row).building},
		{"passport", (*row).passportState}, {"booked_at", (*row).bookedOn},
		{"product", (*row).productGroup}, {"site", (*row).site},
	}},
	dtravel: {name: "dtravel.csv", enc: utf8, bom: true, end: "\r\n", dates: kanji, letter: 'D',
		columns: []column{
			{"会員番号", (*row).number}, {"氏名", (*row).name}, {"氏名カナ", (*row).kana},
			{"氏名ローマ字", (*row).roman}, {"性別", (*row).sex}, {"生年月日", (*row).birth},
			{"メール", (*row).mailbox}, {"電話", (*row).phone}, {"郵便番号", (*row).postcode},
			{"住所", (*row).street}, {"方書", (*row).building}, {"旅券", (*row).passportState},
			{"予約日", (*row).bookedOn}, {"商品区分", (*row).productGroup}, {"サイト", (*row).site},
			{"言語", (*row).locale},
		}},
}

// segment is the name of the brand's segment, and of its notice.
func (f *file) segment() string { return strings.TrimSuffix(f.name, ".csv") }

// partnerSegment is the segment of the people who booked on the partner's site.
const partnerSegment = "autravel"

// write appends a word.
func (x *row) write(b []byte, t text) []byte { return append(b, t[x.file.enc]...) }

// writeAll writes the four files into a directory.
func (r *register) writeAll(ctx context.Context, dir string) error {
	r.words = newWords()
	for at := range brands {
		if err := r.writeFile(ctx, filepath.Join(dir, files[at].name), at); err != nil {
			return fmt.Errorf("write recipients: %w", err)
		}
	}
	return nil
}

func (r *register) writeFile(ctx context.Context, path string, at brand) error {
	to, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	return errors.Join(r.writeRows(ctx, to, at), to.Close())
}

// writeRows writes in pieces of some thousand rows.
func (r *register) writeRows(ctx context.Context, to io.Writer, at brand) error {
	const piece = 1 << 20
	f := &files[at]
	b := f.head(make([]byte, 0, piece+1<<10))
	for i := range r.rows[at] {
		x := r.row(at, i)
		for j := range f.columns {
			if j > 0 {
				b = append(b, ',')
			}
			b = f.columns[j].append(&x, b)
		}
		if b = append(b, f.end...); len(b) < piece {
			continue
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		if _, err := to.Write(b); err != nil {
			return err
		}
		b = b[:0]
	}
	_, err := to.Write(b)
	return err
}

// head is the header.
func (f *file) head(b []byte) []byte {
	if f.bom {
		b = append(b, "\ufeff"...)
	}
	for i, c := range f.columns {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, newText(c.header)[f.enc]...)
	}
	return append(b, f.end...)
}
