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
	raw, err := t.open(ctx)
	if err != nil {
		return err
	}
	defer raw.Close()
	sum := sha256.New()
	in := io.TeeReader(raw, sum)
	head := make([]byte, headSize)
	n, err := io.ReadFull(in, head)
	if err != nil && err != io.EOF && !errors.Is(err, io.ErrUnexpectedEOF) {
		return t.unread(err)
	}
	if err := t.refuse(head[:n], err != nil); err != nil {
		return err
	}
	if err := t.findEncoding(head[:n], in); err != nil {
		return err
	}
	t.Found.Format, t.Found.Delimiter = CSV, ','
	sum.Sum(t.Sum[:0])
	return nil
}

// declared refuses words that are not known.
func (t *Table) declared() error {
	for _, d := range []struct {
		key, value string
		known      []string
	}{{"format", t.file.Format, Formats()}, {"encoding", t.file.Encoding, Encodings()}} {
		if d.value != "" && !slices.Contains(d.known, d.value) {
			return t.broken(0, fmt.Sprintf("%s %q is not known", d.key, d.value), "use "+either(d.known))
		}
	}
	return nil
}

// unread wraps an error of reading, unless it says what is wrong with the file.
func (t *Table) unread(err error) error {
	var broken *Broken
	if errors.As(err, &broken) {
		return err
	}
	return fmt.Errorf("read %q: %w", t.file.Name, err)
}

// refuse looks at a file's first bytes. whole says that there are no more.
func (t *Table) refuse(head []byte, whole bool) error {
	switch {
	case bytes.HasPrefix(head, []byte("\xff\xfe")), bytes.HasPrefix(head, []byte("\xfe\xff")):
		return t.broken(1, "file is in UTF-16", "save it as UTF-8")
	case binaryHead(head):
		return t.broken(0, "file holds NUL bytes", "save it as CSV, in UTF-8")
	case !whole && bytes.IndexByte(head, '\n') < 0:
		return t.broken(1, fmt.Sprintf("first line is longer than %s bytes", thousands(headSize)),
			"check that the file is a table")
	}
	return nil
}

// binaryHead tells what is no text: NUL bytes in the first line, or many. A single one later is its row's.
func binaryHead(head []byte) bool {
	nul := bytes.IndexByte(head, 0)
	return nul >= 0 && (bytes.IndexByte(head[:nul], '\n') < 0 || bytes.Count(head, []byte{0}) > len(head)/100)
}

// findEncoding reads everything, and sets what it is written in.
func (t *Table) findEncoding(head []byte, rest io.Reader) error {
	if bytes.HasPrefix(head, mark()) {
		return t.marked(rest)
	}
	var count tally
	if err := count.read(io.MultiReader(bytes.NewReader(head), rest)); err != nil {
		return t.unread(err)
	}
	switch want := t.file.Encoding; want {
	case "", Auto:
		var ok bool
		if t.Found, ok = count.decide(); !ok {
			return t.broken(0, "the encoding cannot be told", "set encoding: to what the file was saved in")
		}
	case UTF8BOM:
		t.Found = Found{Encoding: UTF8, Sure: Declared}
	default:
		t.Found = Found{Encoding: want, Sure: Declared}
	}
	return nil
}

// marked takes the mark of UTF-8 for its word.
func (t *Table) marked(rest io.Reader) error {
	if want := t.file.Encoding; want != "" && want != Auto && want != UTF8 && want != UTF8BOM {
		return t.broken(1, "file begins with the mark of UTF-8", "set encoding: auto")
	}
	t.Found = Found{Encoding: UTF8BOM, Sure: Certain, Why: "it begins with the mark"}
	if _, err := io.Copy(io.Discard, rest); err != nil {
		return t.unread(err)
	}
	return nil
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

// doubts are the problems with which a file can be read all the same.
func (t *Table) doubts() []Problem { return nil }
