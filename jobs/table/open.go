package table

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"slices"
)

// headSize is what is looked at before the rest of a file is read. A header does not pass it.
const headSize = maxRecord

// look reads the whole file and sets Found and Sum.
func (t *Table) look(ctx context.Context) error {
	if err := t.declared(); err != nil {
		return err
	}
	f, err := t.open(ctx)
	if err != nil {
		return err
	}
	defer f.Close()
	sum := sha256.New()
	raw := &digester{Reader: io.TeeReader(f, sum)}
	in, compression, err := t.unpack(raw)
	if err != nil {
		return t.unread(err)
	}
	t.Found.Compression = compression
	book, err := t.lookAt(in)
	if err != nil {
		return err
	}
	if _, err := io.Copy(io.Discard, raw); err != nil {
		return t.unread(err)
	}
	sum.Sum(t.Sum[:0])
	if book {
		return t.lookAtBook(ctx)
	}
	return nil
}

// lookAt reads the whole of what was unpacked, if it is no workbook.
func (t *Table) lookAt(in io.Reader) (book bool, err error) {
	head := make([]byte, headSize)
	n, err := io.ReadFull(in, head)
	if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
		return false, t.unread(err)
	}
	switch book := t.isBook(head[:n]); {
	case book && t.Found.Compression != "":
		return false, t.broken(0, "workbook is compressed twice", "unpack it once")
	case book:
		return true, nil
	case t.file.Format == XLSX:
		return false, t.broken(0, "file is no .xlsx workbook", "set format: auto")
	}
	if err := t.refuse(head[:n], err != nil); err != nil {
		return false, err
	}
	return false, t.lookAtText(head[:n], in)
}

// declared refuses words that are not known.
func (t *Table) declared() error {
	for _, d := range []struct {
		key, value string
		known      []string
	}{{"format", t.file.Format, Formats()}, {"encoding", t.file.Encoding, Encodings()},
		{"delimiter", t.file.Delimiter, Delimiters()}} {
		if d.value != "" && !slices.Contains(d.known, d.value) {
			return t.broken(0, fmt.Sprintf("%s %q is not known", d.key, d.value), "use "+either(d.known))
		}
	}
	return nil
}

// unread wraps an error of reading, unless it says what is wrong with the file.
func (t *Table) unread(err error) error {
	var broken *Broken
	if errors.As(err, &broken) || t.file.Name == "" {
		return err
	}
	return fmt.Errorf("read %q: %w", t.file.Name, err)
}

// findEncoding reads everything, and sets what it is written in.
func (t *Table) findEncoding(head []byte, rest io.Reader) error {
	if bytes.HasPrefix(head, mark()) {
		return t.marked()
	}
	var count tally
	if err := count.read(io.MultiReader(bytes.NewReader(head), rest)); err != nil {
		return t.unread(err)
	}
	found, ok := count.decide()
	switch want := t.file.Encoding; {
	case want == UTF16:
		return t.broken(0, "file is not in UTF-16", "set encoding: auto")
	case want == UTF8BOM:
		found, t.misfit = Found{Encoding: UTF8, Sure: Declared}, !count.utf8.fits()
	case want != "" && want != Auto:
		f := count.of(want)
		found, t.misfit = Found{Encoding: want, Sure: Declared}, !f.fits() || want != UTF8 && f.foreign()
	case !ok:
		return t.broken(0, "the encoding cannot be told",
			"save the file as UTF-8, or set encoding: to what it was saved in")
	}
	t.Found.Encoding, t.Found.Sure, t.Found.Why = found.Encoding, found.Sure, found.Why
	return nil
}

// marked takes the mark of UTF-8 for its word.
func (t *Table) marked() error {
	if t.declares(CP932, EUCJP, UTF16) {
		return t.broken(1, "file begins with the mark of UTF-8", "set encoding: auto")
	}
	t.Found.Encoding, t.Found.Sure, t.Found.Why = UTF8BOM, Certain, "it begins with the mark"
	return nil
}

// declares tells whether the encoding is declared to be one of these.
func (t *Table) declares(encodings ...string) bool {
	return slices.Contains(encodings, t.file.Encoding)
}

// read counts everything, in pieces that end between characters.
func (t *tally) read(r io.Reader) error {
	in := bufio.NewReaderSize(r, bufferSize)
	for {
		chunk, err := in.Peek(bufferSize)
		if err == nil {
			chunk = chunk[:between(chunk)]
		} else if err != io.EOF {
			return err
		}
		t.add(chunk)
		if _, discard := in.Discard(len(chunk)); err != nil || discard != nil {
			return discard
		}
	}
}
