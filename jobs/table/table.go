// Package table reads the tables that companies have: what a spreadsheet, a customer system or a mail
// house wrote, in the encoding and with the damage it left there.
//
// Every file is hostile until it is understood, and every decision about it is said aloud. Open reads
// the whole file once: it takes the SHA-256 of its bytes, finds the format, the encoding and the
// delimiter (the first name that is not ASCII may stand in the last row), refuses what is no table, and
// leaves a header. What cannot be decided safely is asked, never guessed: a wrong encoding garbles
// everybody in a file and mostly without an error.
//
// Blocks then reads the rows as often as one likes. Splitting is one core's work and cheap; decoding and
// parsing are not, so that records are handed over by the thousand, as bytes in the file's encoding, to
// be decoded on as many cores as there are. A broken record costs only itself: it comes with its fault
// and the others go on. Memory is a few blocks, whatever the file holds.
package table

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
)

// The formats of File.Format.
const (
	CSV  = "csv"  // RFC 4180, with whichever delimiter
	TSV  = "tsv"  // with tabs
	XLSX = "xlsx" // an Excel workbook; package workbook says what its cells yield
)

// Auto stands for what is to be found out. So does the empty string.
const Auto = "auto"

// File is a table that somebody has.
type File struct {
	Name     string                        // as the operator knows it; used in messages
	Open     func() (io.ReadCloser, error) // is called more than once
	Encoding string                        // one of Encodings
	Format   string                        // one of Formats
	Sheet    string                        // of a workbook; empty for the only visible one that is not empty
	// Delimiter is one of Delimiters.
	Delimiter string
}

// Formats are what File.Format may be.
func Formats() []string { return []string{Auto, CSV, TSV, XLSX} }

// Problem is something wrong with a file as a whole, and what to do about it. It repeats no cell, for a
// file without a header has a person in its place.
type Problem struct {
	File    string
	Line    int // 1-based; 0 where there is none
	What    string
	Do      string
	Warning bool // the file can be read all the same
}

// Broken is the error for a file that turns out unusable only while its rows are read.
type Broken struct{ Problem }

func (b *Broken) Error() string {
	switch {
	case b.File == "":
		return b.What
	case b.Line > 0:
		return fmt.Sprintf("%s:%d: %s", b.File, b.Line, b.What)
	}
	return b.File + ": " + b.What
}

// ErrChanged is for callers: the error for a file that was not the same in two passes.
var ErrChanged = errors.New("file changed while it was read")

// Table is a file that was understood. It is safe for use by several goroutines.
type Table struct {
	Header     []string // without the spaces around them
	HeaderLine int      // 1-based
	Found      Found
	Sum        [32]byte // SHA-256 of the file's bytes, as they lie on the disk
	From1904   bool     // a workbook whose days are counted from 1904 and not from 1900

	// Means says what the columns of the header hold, from the first on and as far as somebody knows. It is
	// set before Blocks, and gives away rows that a quote has swallowed.
	Means []Meaning

	file   File
	form   form
	misfit bool // the encoding is declared, and hardly fits
	// examples are the first records that show whether the encoding is right, if it is not certain.
	examples []int
	free     chan *Block
}

// Open looks at the whole of a file. Where one of the problems is more than a warning there is no table.
// The error is for what cannot be blamed on the file: the disk, the context.
func Open(ctx context.Context, f File) (*Table, []Problem, error) {
	t := newTable(f)
	err := t.look(ctx)
	if err == nil {
		err = t.readHeader(ctx)
	}
	if err == nil && t.Found.Sure == Likely {
		t.examples, err = t.firstBeyond(ctx)
	}
	var broken *Broken
	if errors.As(err, &broken) {
		return nil, []Problem{broken.Problem}, nil
	}
	if err != nil {
		return nil, nil, err
	}
	return t, t.doubts(), nil
}

func newTable(f File) *Table { return &Table{file: f, free: make(chan *Block, freeBlocks)} }

// broken makes the error for what is wrong with the file.
func (t *Table) broken(line int, what, do string) error {
	return &Broken{Problem{File: t.file.Name, Line: line, What: what, Do: do}}
}

// open opens the file's bytes and tells the operator's mistakes from the machine's.
func (t *Table) open(ctx context.Context) (*contextFile, error) {
	f, err := t.file.Open()
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, t.broken(0, "file does not exist", "put it there or correct its name")
	case errors.Is(err, fs.ErrPermission):
		return nil, t.broken(0, "file may not be read", "change its permissions")
	case err != nil:
		return nil, fmt.Errorf("open %q: %w", t.file.Name, err)
	}
	return &contextFile{ctx, f}, nil
}

// contextFile ends reading with the context.
type contextFile struct {
	ctx context.Context
	io.ReadCloser
}

func (c *contextFile) Read(p []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	return c.ReadCloser.Read(p)
}
