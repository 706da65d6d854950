package table

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// form is what must be known of a text beyond Found to split it.
type form struct {
	carriage bool // lines end in CR only, as an old Macintosh wrote them
	declares bool // the first line is Excel's sep=;
}

// lookAtText reads the rest of the file behind its head, and finds out how it is written.
func (t *Table) lookAtText(head []byte, rest io.Reader) error {
	if order := utf16Order(head); order != "" {
		if !t.declares("", Auto, UTF16) {
			return t.broken(1, "file is in UTF-16", "set encoding: auto")
		}
		t.Found.Encoding, t.Found.Sure, t.Found.Why = order, Certain, "it begins with the mark"
		if head[0] < 0xfe {
			t.Found.Why = "every other byte of its ASCII is NUL"
		}
	} else if err := t.findEncoding(head, rest); err != nil {
		return err
	}
	if _, err := io.Copy(io.Discard, rest); err != nil {
		return t.unread(err)
	}
	return t.findForm(head)
}

// findForm finds line ends and delimiter in the first lines.
func (t *Table) findForm(head []byte) error {
	t.Found.Delimiter = '|' // the sample is decoded, for it may be
	sample, err := io.ReadAll(io.LimitReader(t.decoded(bytes.NewReader(head)), sampleSize))
	if err != nil {
		return t.unread(err)
	}
	t.form.carriage = bytes.IndexByte(sample, '\n') < 0 && bytes.IndexByte(sample, '\r') >= 0
	if t.form.carriage {
		sample = bytes.ReplaceAll(sample, []byte("\r"), []byte("\n"))
	}
	line, rest, _ := bytes.Cut(sample, []byte("\n"))
	said := sepLine(line)
	t.form.declares = said != 0
	if said != 0 {
		sample = rest
	}
	t.Found.Format = CSV
	t.Found.Delimiter, err = t.findDelimiter(sample, said)
	if t.Found.Delimiter == '\t' {
		t.Found.Format = TSV
	}
	return err
}

// transcoder is what a text must go through before it can be split, if anything: UTF-16 has line ends
// and delimiters within its characters, and CP932 has vertical bars.
func (f *Found) transcoder() encoding.Encoding {
	switch {
	case f.Encoding == UTF16LE:
		return unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM)
	case f.Encoding == UTF16BE:
		return unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)
	case f.Encoding == CP932 && f.Delimiter == '|':
		return japanese.ShiftJIS
	}
	return nil
}

// decoded gives the text as it is split, without a mark.
func (t *Table) decoded(r io.Reader) io.Reader {
	if e := t.Found.transcoder(); e != nil {
		r = transform.NewReader(r, e.NewDecoder())
	}
	in := bufio.NewReaderSize(r, bufferSize)
	if head, _ := in.Peek(len(mark())); bytes.Equal(head, mark()) {
		_, _ = in.Discard(len(head)) // they have been peeked at
	}
	if t.form.carriage {
		return &lineFeeds{in}
	}
	return in
}

// lineFeeds makes LF of every CR.
type lineFeeds struct{ io.Reader }

func (l *lineFeeds) Read(p []byte) (int, error) {
	n, err := l.Reader.Read(p)
	for i, b := range p[:n] {
		if b == '\r' {
			p[i] = '\n'
		}
	}
	return n, err
}

// textRows opens the file for its records, the header among them.
func (t *Table) textRows(ctx context.Context) (*source, error) {
	f, err := t.open(ctx)
	if err != nil {
		return nil, err
	}
	raw := &digester{Reader: f}
	in, _, err := t.unpack(raw)
	if err != nil {
		f.Close()
		return nil, t.unread(err)
	}
	s := newSplitter(t.decoded(in), t.Found.Delimiter)
	s.columns, s.means = len(t.Header), t.Means
	if t.form.declares {
		_, _, err = s.lines.next()
	}
	if err == io.EOF {
		err = fmt.Errorf("read %q: %w", t.file.Name, ErrChanged)
	}
	return &source{rows: s, close: f.Close, rest: raw}, err
}
