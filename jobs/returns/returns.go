// Package returns reads what a mail house answers: which letters were printed, mailed, or came back, and
// why; and where those that came back shall go now.
//
// Every mail house has its own table. So columns may be named on the command line, the usual names are
// known without, and the words for a status or a reason are data. A row that cannot be understood is
// reported by its number and changes nothing; the others count. A plain list of scanned numbers is a
// table of one column without a heading, and what it says is said for all of it.
//
// No error repeats a cell: what was scanned or typed may be anything, a person's name among it.
package returns

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"oshirase/jobs/fold"
	"oshirase/jobs/table"
	"oshirase/letters/barcode"
)

// What a row says of a letter.
const (
	Printed  = "printed"
	Mailed   = "mailed"
	Returned = "returned"
)

// Row is one row that was understood.
type Row struct {
	Line     int // in the file, 1-based
	Delivery int64
	Status   string
	Reason   string // of a return: a code; empty where none was given
	On       string // the day as 2006-01-02; empty where none was given
}

// Fault is one row that was not, and why. It repeats nothing of the row.
type Fault struct {
	Line int
	Why  string
}

// Options say how a file is to be read.
type Options struct {
	Columns  map[string]string // headings, by piece, status, reason and date
	Encoding string            // one of table.Encodings
	// Status, Reason and On are those of rows that have none: of a plain list, of all.
	Status, Reason, On string
}

// ErrColumn says that a column is not in the file.
var ErrColumn = errors.New("no such column")

// fields are what a file may have, with the headings known for them.
var fields = map[string][]string{
	"piece": {"piece", "piecenumber", "number", "個別番号", "管理番号", "通番", "バーコード", "ピース番号",
		"お問い合わせ番号", "お問合せ番号"},
	"status": {"status", "event", "状態", "状況", "ステータス", "処理結果", "結果"},
	"reason": {"reason", "returnreason", "理由", "返戻理由", "返送理由", "還付理由", "不着理由"},
	"date":   {"date", "day", "on", "日付", "処理日", "発送日", "差出日", "返戻日", "返送日", "印刷日"},
}

// Fields are the columns that Options.Columns may name.
func Fields() []string { return []string{"piece", "status", "reason", "date"} }

// Read reads a file. Its rows come in the file's order. The error is for a file that cannot be read at
// all: it wraps table.ErrTable, ErrColumn, or an error of reading.
func Read(in io.ReadSeeker, o Options) (rows []Row, faults []Fault, err error) {
	r := &reader{o: o}
	err = table.ReadTable(in, o.Encoding, r.line)
	return r.rows, r.faults, err
}

// reader reads the lines of one file.
type reader struct {
	o      Options
	at     columns // index of each field's column; nil before the first line
	rows   []Row
	faults []Fault
}

func (r *reader) line(l table.Line) error {
	if r.at == nil {
		heading, err := r.layout(l)
		if heading || err != nil {
			return err
		}
	}
	row, why := r.row(l)
	if why != "" {
		r.faults = append(r.faults, Fault{l.Number, why})
		return nil
	}
	row.Line = l.Number
	r.rows = append(r.rows, row)
	return nil
}

// layout looks at the first line: it is a heading, or the file is a plain list.
func (r *reader) layout(l table.Line) (heading bool, err error) {
	r.at = columns{"piece": 0, "status": -1, "reason": -1, "date": -1}
	if len(l.Cells) == 1 && len(r.o.Columns) == 0 && !headingOf(l.Cells[0]) {
		return false, nil
	}
	if l.Fault != "" {
		return false, fmt.Errorf("%w: heading: %s", table.ErrTable, l.Fault)
	}
	for _, f := range Fields() {
		if r.at[f], err = find(l.Cells, f, r.o.Columns[f], fields[f]); err != nil {
			return false, err
		}
	}
	if r.at["piece"] < 0 {
		return false, fmt.Errorf("%w: none is known to hold piece numbers", ErrColumn)
	}
	return true, nil
}

// headingOf tells the heading of a list from its first number.
func headingOf(cell string) bool {
	i, _ := find([]string{cell}, "piece", "", fields["piece"])
	return i == 0
}

// columns says where fields stand in a line, from 0; below that, nowhere.
type columns map[string]int

// cell is what a line has of a field; empty where it has none.
func (c columns) cell(l table.Line, field string) string {
	if i := c[field]; i >= 0 && i < len(l.Cells) {
		return l.Cells[i]
	}
	return ""
}

// find finds the column of a field: the one that was named, or one with a known heading. None is -1.
func find(heading []string, field, named string, known []string) (int, error) {
	if named != "" {
		known = []string{named}
	}
	i := slices.IndexFunc(heading, func(cell string) bool {
		return slices.ContainsFunc(known, func(name string) bool {
			return fold.Text(name) == fold.Text(cell)
		})
	})
	if i < 0 && named != "" {
		return i, fmt.Errorf("%w: %s=%s", ErrColumn, field, named)
	}
	return i, nil
}

func (r *reader) row(l table.Line) (row Row, why string) {
	if l.Fault != "" {
		return row, l.Fault
	}
	var err error
	if row.Delivery, err = barcode.ParsePiece(narrow(r.at.cell(l, "piece"))); err != nil {
		return row, err.Error()
	}
	status, ok := known(statuses, r.at.cell(l, "status"), r.o.Status)
	if !ok {
		return row, "the status is none that is known"
	}
	if status == "" {
		return row, "no status: name its column, or say it with --status"
	}
	row.Status = status
	if row.On, ok = day(r.at.cell(l, "date"), r.o.On); !ok {
		return row, "the date is none that is known: 2024-10-01, 2024/10/1, 20241001 or 令和6年10月1日"
	}
	return row, r.reason(l, &row)
}

// reason is read where a letter came back. What else stands there is the mail house's own affair.
func (r *reader) reason(l table.Line, row *Row) (why string) {
	if row.Status != Returned {
		return ""
	}
	code, ok := known(reasons, r.at.cell(l, "reason"), r.o.Reason)
	if !ok {
		return "the reason is none that is known"
	}
	row.Reason = code
	return ""
}

// known finds the code of a word. An empty cell has what is said for all.
func known(words map[string][]string, cell, all string) (code string, ok bool) {
	if cell == "" {
		return all, true
	}
	cell = fold.Text(cell)
	for code, list := range words {
		if cell == code || slices.Contains(list, cell) {
			return code, true
		}
	}
	return "", false
}

// narrow is a number as scanners and spreadsheets write it: without spaces, hyphens made one.
func narrow(s string) string { return fold.Text(s) }

// ParseDay reads a day in any form that a file may have.
func ParseDay(s string) (string, bool) { return day(s, "") }

func day(cell, all string) (string, bool) {
	if cell == "" {
		return all, true
	}
	cell = fold.Text(cell)
	if western, ok := fromEra(cell); ok {
		cell = western
	}
	for _, layout := range []string{
		"2006-1-2", "2006/1/2", "20060102", "2006.1.2", "2006年1月2日", "2006-1-215:04", "2006/1/215:04",
		"2006-1-215:04:05", "2006/1/215:04:05", "2006-01-02t15:04:05z07:00", "2006-01-02t15:04:05",
	} {
		if t, err := time.Parse(layout, cell); err == nil && t.Year() >= firstYear {
			return t.Format(time.DateOnly), true
		}
	}
	return "", false
}

// firstYear is before any letter of this program.
const firstYear = 2000
