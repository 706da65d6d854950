package programmes

import (
	"bufio"
	"encoding/csv"
	"io"
	"iter"
	"os"

	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/transform"
)

// column is a column of a recipients file.
type column struct {
	header string
	cell   func(row) string
}

var columnsOfAll = []column{
	{"会員番号", func(r row) string { return r.id }},
	{"氏名", func(r row) string { return r.name }},
	{"メール", func(r row) string { return r.email }},
	{"電話番号", func(r row) string { return r.phone }},
	{"郵便番号", func(r row) string { return r.postcode }},
	{"住所1", func(r row) string { return r.address1 }},
	{"住所2", func(r row) string { return r.address2 }},
	{"言語", func(r row) string { return r.locale }},
	{"利用日", func(r row) string { return r.used.Format("2006/1/2") }},
	{"サーバ", func(r row) string { return r.server }},
	{"申込", func(r row) string { return r.applied }},
	{"精算", func(r row) string { return r.settled }},
}

var columnsOfCompanies = []column{
	{"会社名", func(r row) string { return r.company }},
	{"部署", func(r row) string { return r.department }},
}

// recipientsFile is one CSV file.
type recipientsFile struct {
	name       string
	columns    []column
	rows       iter.Seq[row]
	bom, cp932 bool
}

func (f recipientsFile) write(path string) error {
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	err = f.encode(file)
	if closed := file.Close(); err == nil {
		err = closed
	}
	return err
}

// encode writes the file as the system that it stands for would: spreadsheets want the mark at
// the beginning, and the counters' old system knows nothing but CP932 with CRLF.
func (f recipientsFile) encode(to io.Writer) error {
	buffer := bufio.NewWriterSize(to, 1<<16)
	var text io.Writer = buffer
	if f.cp932 {
		text = transform.NewWriter(buffer, japanese.ShiftJIS.NewEncoder())
	}
	if f.bom {
		if _, err := io.WriteString(text, "\ufeff"); err != nil {
			return err
		}
	}
	if err := f.records(text); err != nil {
		return err
	}
	return buffer.Flush()
}

func (f recipientsFile) records(to io.Writer) error {
	w := csv.NewWriter(to)
	w.UseCRLF = f.cp932
	record := make([]string, len(f.columns))
	for i, c := range f.columns {
		record[i] = c.header
	}
	if err := w.Write(record); err != nil {
		return err
	}
	for r := range f.rows {
		for i, c := range f.columns {
			record[i] = c.cell(r)
		}
		if err := w.Write(record); err != nil {
			return err
		}
	}
	w.Flush()
	return w.Error()
}
