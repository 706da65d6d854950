package table

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"hash/crc32"
	"io"

	"github.com/klauspost/compress/zstd"
)

// maxWindow bounds what a zstd stream may ask of memory. Level 19 asks for 8 MiB.
const maxWindow = 32 << 20

// digester takes the digest of what is read, and keeps the error of reading.
type digester struct {
	io.Reader
	sum  uint32
	size uint64
	err  error
}

func (d *digester) Read(p []byte) (n int, err error) {
	n, err = d.Reader.Read(p)
	d.sum = crc32.Update(d.sum, crc32.MakeTable(crc32.Castagnoli), p[:n])
	d.size += uint64(n)
	if err != nil && err != io.EOF {
		d.err = err
	}
	return n, err
}

// digest is the number of the bytes read above their CRC-32C.
func (d *digester) digest() uint64 { return d.size<<32 | uint64(d.sum) }

// unpacked reads a compressed file. What its bytes are to blame for is the file's fault.
type unpacked struct {
	io.Reader
	raw   *digester
	table *Table
}

// unpack undoes gzip and zstd, which are known by their first bytes and not by a name.
func (t *Table) unpack(raw *digester) (in io.Reader, compression string, err error) {
	buffered := bufio.NewReaderSize(raw, bufferSize)
	head, _ := buffered.Peek(4)
	u := &unpacked{raw: raw, table: t}
	switch {
	case bytes.HasPrefix(head, []byte("\x1f\x8b")):
		compression = "gzip"
		u.Reader, err = newMembers(buffered)
	case bytes.Equal(head, []byte("\x28\xb5\x2f\xfd")):
		compression = "zstd"
		u.Reader, err = zstd.NewReader(buffered, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true),
			zstd.WithDecoderMaxWindow(maxWindow))
	default:
		return buffered, "", raw.err
	}
	return u, compression, u.blame(err)
}

// members reads the members of a gzip file (RFC 1952), and passes over the zeros that some media are filled up
// with behind them, as gzip does.
type members struct {
	in *bufio.Reader
	*gzip.Reader
}

func newMembers(in *bufio.Reader) (*members, error) {
	z, err := gzip.NewReader(in)
	if err != nil {
		return nil, err
	}
	z.Multistream(false)
	return &members{in, z}, nil
}

func (m *members) Read(p []byte) (int, error) {
	n, err := m.Reader.Read(p)
	if err == io.EOF {
		err = m.next()
	}
	return n, err
}

// next begins the next member, if there is one.
func (m *members) next() error {
	for {
		head, err := m.in.Peek(1)
		if err != nil {
			return err
		}
		if head[0] != 0 {
			break
		}
		_, _ = m.in.Discard(1) // it has been peeked at
	}
	if err := m.Reset(m.in); err != nil {
		return err
	}
	m.Multistream(false)
	return nil
}

func (u *unpacked) Read(p []byte) (int, error) {
	n, err := u.Reader.Read(p)
	return n, u.blame(err)
}

// blame tells damage from an error of reading.
func (u *unpacked) blame(err error) error {
	switch {
	case err == nil || err == io.EOF:
		return err
	case u.raw.err != nil:
		return u.raw.err
	case errors.Is(err, io.ErrUnexpectedEOF):
		return u.table.broken(0, "compressed file is cut short", "get the whole file again")
	case errors.Is(err, zstd.ErrWindowSizeExceeded), errors.Is(err, zstd.ErrDecoderSizeExceeded):
		return u.table.broken(0, fmt.Sprintf("compressed file needs more than %d MiB to unpack", maxWindow>>20),
			"compress it again, without --long or --ultra")
	}
	return u.table.broken(0, "compressed file is damaged", "get it again")
}
