package recipient

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"hash/crc64"
	"io"
	"io/fs"
)

// source is a file that was understood: its encoding and its columns are known.
type source struct {
	*File
	index    int // in Spec.Files
	base     int // number of the rows of the files before it
	rows     int
	rejects  int
	encoding string
	digest   uint64 // of what the first pass read
	layout   *layout
	decoder  *decoder
	text     []byte // of the row being decoded
}

// item is a row on its way through a pass. fault is nil where row can be used. It is valid until
// the next.
type item struct {
	row
	rec   *record
	fault *fault
}

// newSource finds the encoding and the columns. Where problems are fatal there is no layout.
func newSource(ctx context.Context, f *File, index int) (*source, []Problem, error) {
	s := &source{File: f, index: index, encoding: f.Encoding}
	switch f.Encoding {
	case "", auto, utf8enc, utf8BOM, cp932:
	default:
		return s, []Problem{s.problem(0, fmt.Sprintf("encoding %q is not known", f.Encoding),
			"use auto, utf-8, utf-8-bom or cp932")}, nil
	}
	if problem, err := s.detect(ctx); problem != nil || err != nil {
		return s, asList(problem), err
	}
	return s.readLayout(ctx)
}

func asList(p *Problem) []Problem {
	if p == nil {
		return nil
	}
	return []Problem{*p}
}

func (s *source) problem(line int, what, do string) Problem {
	return Problem{File: s.Name, Line: line, What: what, Do: do}
}

// detect sets the encoding.
func (s *source) detect(ctx context.Context) (*Problem, error) {
	f, err := s.Open()
	if err != nil {
		return s.cannotOpen(err)
	}
	defer f.Close()
	s.encoding, err = encodingOf(&contextReader{ctx, f}, s.Encoding)
	if err != nil {
		return nil, fmt.Errorf("read %q: %w", s.Name, err)
	}
	s.decoder = newDecoder(s.encoding)
	if s.encoding == utf16 {
		p := s.problem(1, "file is in UTF-16", "save it as UTF-8")
		return &p, nil
	}
	if s.encoding == utf8BOM && s.Encoding == cp932 {
		p := s.problem(1, "file begins with the mark of UTF-8", "set encoding: auto")
		return &p, nil
	}
	return nil, nil
}

// cannotOpen tells the operator's mistakes from the machine's.
func (s *source) cannotOpen(err error) (*Problem, error) {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		p := s.problem(0, "file does not exist", "put it there or correct its name")
		return &p, nil
	case errors.Is(err, fs.ErrPermission):
		p := s.problem(0, "file may not be read", "change its permissions")
		return &p, nil
	}
	return nil, fmt.Errorf("open %q: %w", s.Name, err)
}

// readLayout reads the header.
func (s *source) readLayout(ctx context.Context) (*source, []Problem, error) {
	f, err := s.Open()
	if err != nil {
		return s, nil, fmt.Errorf("open %q: %w", s.Name, err)
	}
	defer f.Close()
	rows, err := s.splitter(&contextReader{ctx, f})
	if err != nil {
		return s, nil, err
	}
	rec, err := rows.next()
	if err == io.EOF {
		return s, []Problem{s.problem(0, "file is empty", "it needs a header and rows")}, nil
	}
	if err != nil {
		problems, err := s.stopped(err)
		return s, problems, err
	}
	problems := s.readHeader(rec)
	return s, problems, nil
}

// readHeader sets the layout.
func (s *source) readHeader(rec *record) (problems []Problem) {
	if rec.fault != "" {
		return []Problem{s.problem(rec.line, "header: "+rec.fault, "save the file as CSV, in UTF-8")}
	}
	header := make([]string, rec.len())
	for i := range header {
		title, bad := s.decoder.append(nil, rec.at(i))
		if bad != "" {
			return []Problem{s.problem(rec.line, fmt.Sprintf("header, cell %d: %s", i+1, bad),
				"set the encoding that the file was saved in")}
		}
		if bytes.IndexByte(title, '\r') >= 0 {
			return []Problem{s.problem(rec.line, "lines end in CR only", "save the file with LF or CRLF")}
		}
		header[i] = trim(string(title))
	}
	s.layout, problems = newLayout(s.File, header, rec.line)
	return problems
}

// stopped tells an unclosed quote, which is the file's fault, from an error of reading.
func (s *source) stopped(err error) ([]Problem, error) {
	var open *openQuote
	if errors.As(err, &open) {
		return []Problem{s.problem(open.line, "quote is not closed",
			"close the quoted cell that begins in this line, or double the quote")}, nil
	}
	return nil, fmt.Errorf("read %q: %w", s.Name, err)
}

// splitter returns the records, the byte order mark skipped.
func (s *source) splitter(r io.Reader) (*splitter, error) {
	br := bufio.NewReaderSize(r, bufferSize)
	head, err := br.Peek(3)
	if err != nil && err != io.EOF {
		return nil, fmt.Errorf("read %q: %w", s.Name, err)
	}
	if bytes.Equal(head, mark()) {
		_, err = br.Discard(len(head))
	} else {
		err = nil
	}
	return newSplitter(br), err
}

// scan reads the data rows. It returns a digest of the bytes.
func (s *source) scan(ctx context.Context, f func(*item) error) (uint64, error) {
	file, err := s.Open()
	if err != nil {
		return 0, fmt.Errorf("open %q: %w", s.Name, err)
	}
	defer file.Close()
	digest := crc64.New(crc64.MakeTable(crc64.ECMA))
	rows, err := s.splitter(io.TeeReader(&contextReader{ctx, file}, digest))
	if err != nil {
		return 0, err
	}
	if _, err := rows.next(); err != nil {
		return 0, err
	}
	var it item
	for n := 1; ; n++ {
		it.rec, err = rows.next()
		if err != nil {
			break
		}
		it.row, it.fault = s.use(it.rec, Row{s.index, n})
		if err = f(&it); err != nil {
			return 0, err
		}
	}
	if err == io.EOF {
		err = nil
	}
	return digest.Sum64(), err
}

// contextReader ends reading with the context. A buffer holds some thousand rows.
type contextReader struct {
	ctx context.Context
	r   io.Reader
}

func (c *contextReader) Read(p []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	return c.r.Read(p)
}
