package handover

import (
	"bufio"
	"context"
	"errors"
	"io"
	"os"
)

// chunk is what is asked of the far end at once. A server's answers are a round trip apart, and a chunk
// is asked for in many requests at a time.
const chunk = 1 << 20

func newBuffer(w io.Writer) *bufio.Writer { return bufio.NewWriterSize(w, chunk) }

// source is the file that is copied.
type source struct {
	ctx  context.Context
	file *os.File
	size int64
	at   int64
	told func(n int64) // nil while it is only looked at
}

// Read ends with the context.
func (s *source) Read(b []byte) (int, error) {
	if err := s.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := s.file.Read(b)
	s.at += int64(n)
	if s.told != nil {
		s.told(s.at)
	}
	return n, err
}

// Size is what is left to be read: the SFTP client writes with many requests at a time where it knows.
func (s *source) Size() int64 { return s.size - s.at }

func (s *source) seek(at int64) (err error) {
	s.at, err = s.file.Seek(at, io.SeekStart)
	return err
}

// all writes the whole file to w.
func (s *source) all(w io.Writer) error { return s.rest(w, 0) }

// rest writes what is behind an offset, and makes sure that the file has not changed its size.
func (s *source) rest(w io.Writer, at int64) error {
	if err := s.seek(at); err != nil {
		return err
	}
	n, err := io.Copy(w, s)
	if err == nil && at+n != s.size {
		err = errShort
	}
	return err
}

// common is how many bytes at the beginning the file has in common with another, to a chunk's end or the
// other's.
func (s *source) common(with io.Reader) (int64, error) {
	if err := s.seek(0); err != nil {
		return 0, err
	}
	here, there := make([]byte, chunk), make([]byte, chunk)
	var same int64
	for {
		n, err := io.ReadFull(with, there)
		if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
			return same, err
		}
		m, mine := io.ReadFull(s, here[:n])
		if mine != nil && !errors.Is(mine, io.EOF) && !errors.Is(mine, io.ErrUnexpectedEOF) {
			return same, mine
		}
		k := prefix(here[:m], there[:n])
		same += int64(k)
		if err != nil || k < len(there) {
			return same, nil
		}
	}
}

func prefix(a, b []byte) int {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return n
}

// counter counts what passes.
type counter struct {
	w io.Writer
	n int64
}

func (c *counter) Write(b []byte) (int, error) {
	n, err := c.w.Write(b)
	c.n += int64(n)
	return n, err
}
