package workbook

import (
	"encoding/xml"
	"errors"
	"io"
	"strconv"
)

// Row is one row. Its cells are valid until the next one is read.
type Row struct {
	Number  int  // as Excel counts, from 1
	Hidden  bool // by a filter or by hand
	Cells   []Cell
	TooLong bool // there is more text than a row may have; its cells are not all there

	text []byte
}

// Cell is one cell that has something in it.
type Cell struct {
	Column  int // from 0
	Formula bool
	Lost    bool // a formula that was never calculated, so that its value is not known

	start, end int
}

// Text is what the cell yields.
func (r *Row) Text(c Cell) []byte { return r.text[c.start:c.end] }

// maxText is how much text a row may have, in bytes.
const maxText = 1 << 20

// Rows reads a sheet.
type Rows struct {
	book  *Book
	in    *tokens
	texts texts
	row   Row
}

// Rows opens a sheet at its first row.
func (b *Book) Rows(s Sheet) (*Rows, error) {
	in, err := openTokens(b.parts[s.part])
	if err != nil {
		return nil, b.blame(err)
	}
	r := &Rows{book: b, in: in}
	if f := b.parts[b.text]; f != nil {
		if r.texts.in, err = openTokens(f); err != nil {
			return nil, b.blame(err)
		}
	}
	return r, nil
}

// Next returns the next row that the sheet has; rows without cells may be among them. At the end the
// error is io.EOF.
func (r *Rows) Next() (*Row, error) {
	for {
		token, err := r.in.next()
		if err != nil {
			return nil, r.book.blame(err)
		}
		switch e := token.(type) {
		case xml.StartElement:
			if e.Name.Local == "row" {
				return r.readRow(e)
			}
		case xml.EndElement:
			if e.Name.Local == "sheetData" || e.Name.Local == "worksheet" {
				if err := r.in.drain(); err != nil {
					return nil, r.book.blame(err)
				}
				return nil, io.EOF
			}
		}
	}
}

func (r *Rows) readRow(e xml.StartElement) (*Row, error) {
	number := r.row.Number + 1
	if text := attribute(e, "r"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || n < number {
			return nil, damaged()
		}
		number = n
	}
	if number > maxRows {
		return nil, damaged()
	}
	hidden, _ := strconv.ParseBool(attribute(e, "hidden"))
	r.row = Row{Number: number, Hidden: hidden, Cells: r.row.Cells[:0], text: r.row.text[:0]}
	for {
		token, err := r.in.next()
		if err == nil {
			switch e := token.(type) {
			case xml.StartElement:
				if e.Name.Local == "c" {
					err = r.readCell(e)
				}
			case xml.EndElement:
				if e.Name.Local == "row" {
					return &r.row, nil
				}
			}
		}
		if err != nil {
			return nil, r.book.blame(err)
		}
	}
}

// cell is one that is being read.
type cell struct {
	Cell
	kind  string // s, str, inlineStr, b, e, d, n or empty
	style int
	value []byte // of v
	runs  runs   // of is
	in    string // the element that is open
}

func (r *Rows) readCell(e xml.StartElement) error {
	c := cell{kind: attribute(e, "t")}
	c.style, _ = strconv.Atoi(attribute(e, "s")) // 0 where there is none
	if err := r.place(&c, attribute(e, "r")); err != nil {
		return err
	}
	c.start = len(r.row.text)
	for {
		token, err := r.in.next()
		if err != nil {
			return err
		}
		if end, ok := token.(xml.EndElement); ok && end.Name.Local == "c" {
			return r.finish(&c)
		}
		r.addTo(&c, token)
	}
}

// place finds the cell's column: B7 is in the second.
func (r *Rows) place(c *cell, reference string) error {
	next := 0
	if n := len(r.row.Cells); n > 0 {
		next = r.row.Cells[n-1].Column + 1
	}
	column := 0
	for i := 0; i < len(reference) && reference[i] >= 'A' && reference[i] <= 'Z' && column < maxColumns; i++ {
		column = column*26 + int(reference[i]-'A') + 1
	}
	if c.Column = column - 1; reference == "" {
		c.Column = next
	}
	if c.Column < next || c.Column >= maxColumns {
		return damaged()
	}
	return nil
}

func (r *Rows) addTo(c *cell, token xml.Token) {
	switch e := token.(type) {
	case xml.StartElement:
		c.in = e.Name.Local
		c.Formula = c.Formula || c.in == "f"
	case xml.EndElement:
		c.in = ""
	case xml.CharData:
		if c.in == "v" {
			c.value = append(c.value, e...)
		}
	}
	if c.kind == "inlineStr" {
		r.row.text = c.runs.add(r.row.text, token)
	}
}

// finish adds the cell to its row, unless nothing is in it.
func (r *Rows) finish(c *cell) error {
	text, err := r.textOf(c)
	if err != nil {
		return err
	}
	r.row.text = append(r.row.text[:c.start], text...)
	c.end = len(r.row.text)
	c.Lost = c.Formula && len(c.value) == 0 && c.kind != "str" && c.kind != "inlineStr"
	if len(r.row.text) > maxText {
		r.row.TooLong, r.row.text, c.end = true, r.row.text[:c.start], c.start
	}
	if c.end > c.start || c.Lost {
		r.row.Cells = append(r.row.Cells, c.Cell)
	}
	return nil
}

// textOf returns what a cell yields.
func (r *Rows) textOf(c *cell) ([]byte, error) {
	switch value := string(c.value); c.kind {
	case "inlineStr":
		return unescape(r.row.text[c.start:]), nil
	case "str":
		return unescape(c.value), nil
	case "e":
		return c.value, nil
	case "d":
		return []byte(isoDate(value)), nil
	case "b":
		if value == "1" || value == "true" {
			return []byte("TRUE"), nil
		}
		return []byte("FALSE"), nil
	case "s":
		i, err := strconv.Atoi(value)
		if err != nil || i < 0 {
			return nil, damaged()
		}
		return r.texts.at(i)
	default:
		if value == "" {
			return nil, nil
		}
		return []byte(r.book.number(value, c.style)), nil
	}
}

// Close closes the sheet.
func (r *Rows) Close() error {
	err := r.in.close()
	if r.texts.in != nil {
		err = errors.Join(err, r.texts.in.close())
	}
	return err
}
