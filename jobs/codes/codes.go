// Package codes reads files of one-use codes, such as those that enrol a person in a monitoring service:
// the pool that their issuer delivers, and what it says later of their use.
//
// A code is money: whoever reads it can use it. So it is compared and printed exactly as it stands, and no
// fault repeats it: a row is named by its number. A pool is taken whole or not at all, for a code that is
// left out unseen is a person without one.
package codes

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"oshirase/jobs/returns"
	"oshirase/jobs/table"
	"oshirase/templates"
)

// Fault is one row that cannot be used, and why. It repeats nothing of the row.
type Fault struct {
	Line int // in the file, 1-based
	Why  string
}

// ErrTable says that a file is no table that can be read at all.
var ErrTable = table.ErrTable

// ErrColumn says that a column is not in the file.
var ErrColumn = errors.New("no such column")

// longest is more than any issuer's code has, in bytes.
const longest = 100

// Pool is a file of codes: in its order, each with the line it stands on.
type Pool struct {
	Codes  []string
	Lines  []int
	Faults []Fault
	Alike  []Fault // codes that differ from others by small and capital letters alone: they are used as they stand
}

// Options say how a file is to be read.
type Options struct {
	Encoding string // auto, utf-8, utf-8-bom or cp932
	Code     string // heading of the column; empty: the usual ones
	Used     string // heading of the day of use; empty: the usual ones
}

// Read reads a pool. The error is for a file that cannot be read at all: it wraps ErrTable,
// ErrColumn, or an error of reading.
func Read(in io.ReadSeeker, o Options) (Pool, error) {
	var p Pool
	seen := lines{map[string]int{}, map[string]int{}}
	err := eachRow(in, o, func(line int, code, _, fault string) {
		before, same := -1, false
		if fault == "" {
			before, same = seen.note(&p, code)
		}
		if same {
			fault = fmt.Sprintf("the code stands on line %d already", p.Lines[before])
		}
		if fault != "" {
			p.Faults = append(p.Faults, Fault{line, fault})
			return
		}
		if before >= 0 {
			p.Alike = append(p.Alike, Fault{line, fmt.Sprintf(
				"the code is that of line %d but for small and capital letters", p.Lines[before])})
		}
		p.Codes, p.Lines = append(p.Codes, code), append(p.Lines, line)
	})
	if err == nil && len(p.Codes) == 0 && len(p.Faults) == 0 {
		err = fmt.Errorf("%w: it has no codes", ErrTable)
	}
	return p, err
}

// lines finds codes in a pool by their index: the first of those that are alike but for small and capital letters,
// and the others, which are few.
type lines struct{ first, others map[string]int }

// note finds a code, or one that is alike, and notes it as the next of the pool where it is not in it. -1 is none.
func (l lines) note(p *Pool, code string) (index int, same bool) {
	folded, next := strings.ToUpper(code), len(p.Codes)
	first, alike := l.first[folded]
	if !alike {
		l.first[folded] = next
		return -1, false
	}
	if p.Codes[first] == code {
		return first, true
	}
	if other, twice := l.others[code]; twice {
		return other, true
	}
	l.others[code] = next
	return first, false
}

// Use is one row that says that a code was used.
type Use struct {
	Line int
	Code string
	On   string // the day as 2006-01-02
}

// Usage is what an issuer says of the use of its codes.
type Usage struct {
	Uses   []Use
	Unused int // rows without a day
	Faults []Fault
}

// ReadUsage reads what an issuer says of the use of its codes: a column of codes and one of days. A row
// without a day says that the code was not used, and is counted. The error is as of Read.
func ReadUsage(in io.ReadSeeker, o Options) (u Usage, err error) {
	if o.Used == "" {
		o.Used = anyOf(usedHeadings)
	}
	err = eachRow(in, o, func(line int, code, used, fault string) {
		on, ok := returns.ParseDay(used)
		if fault == "" && !ok {
			fault = "the day is none that is known: 2018-04-07, 2018/4/7, 20180407 or 令和2年4月7日"
		}
		switch {
		case fault != "":
			u.Faults = append(u.Faults, Fault{line, fault})
		case on != "":
			u.Uses = append(u.Uses, Use{line, code, on})
		default:
			u.Unused++
		}
	})
	return u, err
}

// The headings that are known where none is named.
var (
	codeHeadings = []string{"code", "enrolment code", "enrollment code", "activation code", "コード", "登録コード"}
	usedHeadings = []string{"used_on", "used on", "used", "date", "enrolled_on", "利用日", "登録日"}
)

// anyOf stands for a list of headings, of which any will do.
func anyOf(headings []string) string { return strings.Join(headings, "\x00") }

// eachRow gives each row's code and, where its column is wanted, the day of use. A fault is of the row.
func eachRow(in io.ReadSeeker, o Options, each func(line int, code, used, fault string)) error {
	if o.Code == "" {
		o.Code = anyOf(codeHeadings)
	}
	at, usedAt, width := -1, -1, 0
	err := table.ReadTable(in, o.Encoding, func(l table.Line) (err error) {
		if at < 0 {
			width = len(l.Cells)
			at, usedAt, err = columnsOf(l, o)
			return err
		}
		code, used, fault := "", "", l.Fault
		if fault == "" && len(l.Cells) != width {
			fault = fmt.Sprintf("%d cells where the heading has %d", len(l.Cells), width)
		}
		if fault == "" {
			code = l.Cells[at]
			fault = faultOf(code)
			if usedAt >= 0 {
				used = l.Cells[usedAt]
			}
		}
		each(l.Number, code, used, fault)
		return nil
	})
	if err == nil && at < 0 {
		return fmt.Errorf("%w: it is empty", ErrTable)
	}
	return err
}

// columnsOf finds the columns in the first line.
func columnsOf(l table.Line, o Options) (code, used int, err error) {
	if l.Fault != "" {
		return -1, -1, fmt.Errorf("%w: heading: %s", ErrTable, l.Fault)
	}
	if code, err = find(l.Cells, o.Code); err != nil || o.Used == "" {
		return code, -1, err
	}
	used, err = find(l.Cells, o.Used)
	return code, used, err
}

func find(heading []string, names string) (int, error) {
	known := strings.Split(names, "\x00")
	i := slices.IndexFunc(heading, func(cell string) bool {
		return slices.ContainsFunc(known, func(name string) bool { return strings.EqualFold(name, cell) })
	})
	if i < 0 {
		return -1, fmt.Errorf("%w: %q", ErrColumn, known[0])
	}
	return i, nil
}

// faultOf says why a code cannot be printed as one.
func faultOf(code string) string {
	switch {
	case code == "":
		return "the code is empty"
	case len(code) > longest:
		return fmt.Sprintf("the code is longer than %d bytes", longest)
	case strings.ContainsAny(code, "\n\t"):
		return "the code has a line break or a tab"
	case templates.LooksLikeLink(code):
		return "the code looks like a web or mail address, of which mail clients make links"
	}
	return ""
}
