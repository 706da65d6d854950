package evidence

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"
)

// longest is the longest line that is looked at, in bytes. Postfix cuts its own at 2,000.
const longest = 8 << 10

// File is one log file, as it is or compressed by gzip. Modified bounds the year of stamps without
// one; zero: not known.
type File struct {
	io.Reader
	Modified time.Time
}

// Read reads all files of the relay, given in any order: each from its start, in the order of their
// first lines. It may be called once.
func (s *Search) Read(files ...File) error {
	logs := make([]*log, len(files))
	for i, f := range files {
		var err error
		if logs[i], err = s.open(f, i); err != nil {
			return &FileError{i, err}
		}
	}
	slices.SortStableFunc(logs, func(a, b *log) int { return a.first.at.Compare(b.first.at) })
	for _, l := range logs {
		if err := s.read(l); err != nil {
			return &FileError{l.index, err}
		}
	}
	return nil
}

// FileError says which of the files could not be read.
type FileError struct {
	Index int
	Cause error
}

func (e *FileError) Error() string { return fmt.Sprintf("file %d: %v", e.Index+1, e.Cause) }

func (e *FileError) Unwrap() error { return e.Cause }

// log is a file of which the first line that can be read has been read.
type log struct {
	index int
	r     *bufio.Reader
	days  calendar
	first line
	empty bool
}

func (s *Search) open(f File, index int) (*log, error) {
	plain, err := unpacked(f)
	if err != nil {
		return nil, err
	}
	l := &log{
		index: index, r: bufio.NewReaderSize(plain, longest),
		days: calendar{zone: s.options.Zone, about: s.about, latest: f.Modified},
	}
	l.first, err = l.next()
	if errors.Is(err, io.EOF) {
		l.empty, err = true, nil
	}
	return l, err
}

func (s *Search) read(l *log) error {
	if l.empty {
		return nil
	}
	for x := l.first; ; {
		s.note(x, l.index)
		var err error
		if x, err = l.next(); err != nil {
			if errors.Is(err, io.EOF) {
				return nil
			}
			return err
		}
	}
}

// next is the next line that can be read as one; the error is io.EOF at the end.
func (l *log) next() (line, error) {
	for {
		text, err := readLine(l.r)
		if x, ok := l.days.parse(string(text)); ok {
			return x, nil
		}
		if err != nil {
			return line{}, err
		}
	}
}

// unpacked recognises gzip by its first bytes (RFC 1952 section 2.3.1): rotated logs have all kinds
// of names.
func unpacked(r io.Reader) (io.Reader, error) {
	buffered := bufio.NewReader(r)
	head, err := buffered.Peek(2)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	if !bytes.Equal(head, []byte{0x1f, 0x8b}) {
		return buffered, nil
	}
	return gzip.NewReader(buffered)
}

// readLine returns the next line without its end. One that is too long is passed over and empty.
func readLine(r *bufio.Reader) ([]byte, error) {
	text, err := r.ReadSlice('\n')
	if !errors.Is(err, bufio.ErrBufferFull) {
		return bytes.TrimRight(text, "\r\n"), err
	}
	for errors.Is(err, bufio.ErrBufferFull) {
		_, err = r.ReadSlice('\n')
	}
	return nil, err
}
