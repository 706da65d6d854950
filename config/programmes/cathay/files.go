package cathay

import (
	"bufio"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// file is what one system keeps of its members, in its own way.
type file struct {
	name, segment string
	programme     string // as its column has it
	prefix        string // before the member numbers
	yes, no       string // whether a kind was seen
	bom, utf16    bool
	from, until   func(size) int // numbers of its people
}

// The files, by number.
const (
	club = iota
	miles
	accounts
)

var files = [...]file{
	club: {name: "marco-polo-club.csv", segment: "marco-polo-club", programme: "Marco Polo Club", prefix: "FF",
		yes: "Y", no: "N", bom: true,
		from: func(size) int { return 0 }, until: func(s size) int { return s.clubUntil }},
	miles: {name: "asia-miles.csv", segment: "asia-miles", programme: "Asia Miles", prefix: "FF", yes: "1", no: "0",
		from: func(s size) int { return s.clubUntil }, until: func(s size) int { return s.milesEnd }},
	accounts: {name: "registered-accounts.csv", segment: "registered-account", programme: "registered account",
		prefix: "RA", yes: "TRUE", no: "", utf16: true,
		from: func(s size) int { return s.milesEnd }, until: func(s size) int { return s.people }},
}

// fileOf is the file of somebody's first row.
func (s size) fileOf(n int) int {
	for i, f := range files {
		if n < f.until(s) {
			return i
		}
	}
	return accounts
}

// strangers are the rows of a file of whose people nothing was seen.
func (s size) strangers(i int) int {
	return (i+1)*s.unaffected/len(files) - i*s.unaffected/len(files)
}

func header() []string {
	columns := []string{
		"member_no", "name", "email", "phone", "address1", "address2", "postcode", "country", "language", "programme",
	}
	for _, kind := range kinds {
		columns = append(columns, "seen_"+kind)
	}
	return append(columns, "card")
}

// cells appends a row's.
func (f *file) cells(to []string, r row) []string {
	to = append(to, r.id, r.name, r.email, r.phone, r.upper, r.lower, r.postcode, r.country, r.language, f.programme)
	for i := range kinds {
		cell := f.no
		if r.seen&(1<<i) != 0 {
			cell = f.yes
		}
		to = append(to, cell)
	}
	return append(to, cardCells[r.card])
}

func (s size) writeAll(ctx context.Context, dir string) error {
	for i := range files {
		if err := s.writeFile(ctx, filepath.Join(dir, files[i].name), i); err != nil {
			return fmt.Errorf("write recipients: %w", err)
		}
	}
	return nil
}

func (s size) writeFile(ctx context.Context, path string, i int) error {
	to, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	buffer := bufio.NewWriterSize(to, 1<<16)
	err = s.encode(ctx, buffer, i)
	return errors.Join(err, buffer.Flush(), to.Close())
}

// encode writes the file in its system's encoding.
func (s size) encode(ctx context.Context, to io.Writer, i int) error {
	f := &files[i]
	if f.utf16 {
		wide := transform.NewWriter(to, unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder())
		return errors.Join(s.records(ctx, wide, i), wide.Close())
	}
	if f.bom {
		if _, err := io.WriteString(to, "\ufeff"); err != nil {
			return err
		}
	}
	return s.records(ctx, to, i)
}

func (s size) records(ctx context.Context, to io.Writer, i int) error {
	w := csv.NewWriter(to)
	if err := w.Write(header()); err != nil {
		return err
	}
	var record []string
	for n, r := range s.rows(i) {
		if n%1000 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		record = files[i].cells(record[:0], r)
		if err := w.Write(record); err != nil {
			return err
		}
	}
	w.Flush()
	return w.Error()
}

// rows are those of a file's own people, of the club's people in the miles programme, and of members of whom
// nothing was seen, whose numbers follow those of all the people.
func (s size) rows(i int) func(yield func(int, row) bool) {
	f := &files[i]
	return func(yield func(int, row) bool) {
		for n := f.from(s); n < f.until(s); n++ {
			r := invent(n, f.prefix)
			r.seen, r.card = s.seen(n), s.card(n)
			if !yield(n, r) {
				return
			}
		}
		for n := 0; i == miles && n < s.both; n++ {
			r := invent(n, f.prefix)
			r.seen = seenAgain(n)
			if !yield(n, r) {
				return
			}
		}
		from := s.people + i*s.unaffected/len(files)
		for n := from; n < from+s.strangers(i); n++ {
			if !yield(n, invent(n, f.prefix)) {
				return
			}
		}
	}
}
