package table

import (
	"bufio"
	"bytes"
	"errors"
	"io"
)

// maxRecord is how long a record may be, in bytes. Longer ones are a file of another kind, or a quote
// that was never closed.
const maxRecord = 1 << 20

// endOfFile is what programs of DOS still write behind a text's last byte.
const endOfFile = "\x1a"

const bufferSize = 256 << 10

// lines reads a text line by line, and can be given lines back.
type lines struct {
	src   *bufio.Reader
	line  int    // lines read so far
	long  []byte // a line longer than the reader's buffer
	again []byte // lines that a broken quote had swallowed
	pos   int    // how much of again was read
	lost  bool   // a line that is too long was skipped behind again, and is to be told of once more
}

// next returns a line with its end. Of one that is too long it returns nothing, but skips it whole.
func (l *lines) next() (line []byte, tooLong bool, err error) {
	if l.pos < len(l.again) {
		return l.readAgain(), false, nil
	}
	if l.lost {
		l.lost = false
		l.line++
		return nil, true, nil
	}
	line, err = l.src.ReadSlice('\n')
	if errors.Is(err, bufio.ErrBufferFull) {
		line, tooLong, err = l.readLong(line)
	}
	if err == io.EOF {
		line = bytes.TrimRight(line, endOfFile)
	}
	if err == io.EOF && (len(line) > 0 || tooLong) {
		err = nil
	}
	if err == nil {
		l.line++
	}
	return line, tooLong, err
}

// readAgain returns the next line of again.
func (l *lines) readAgain() []byte {
	line := l.again[l.pos:]
	if n := bytes.IndexByte(line, '\n') + 1; n > 0 {
		line = line[:n]
	}
	l.pos += len(line)
	l.line++
	return line
}

// readLong goes on reading a line that did not fit into the reader's buffer.
func (l *lines) readLong(head []byte) (line []byte, tooLong bool, err error) {
	l.long = append(l.long[:0], head...)
	for err = bufio.ErrBufferFull; errors.Is(err, bufio.ErrBufferFull); {
		var more []byte
		more, err = l.src.ReadSlice('\n')
		if len(l.long)+len(more) > maxRecord {
			tooLong, l.long = true, l.long[:0]
		}
		if !tooLong {
			l.long = append(l.long, more...)
		}
	}
	return l.long, tooLong, err
}

// reread gives lines back. The first used bytes of them came from again and are still there; copying
// them each time would let a hostile file cost the square of its length.
func (l *lines) reread(given []byte, used int) {
	l.pos -= used
	if fresh := given[used:]; len(fresh) > 0 {
		left := copy(l.again, l.again[l.pos:])
		l.again, l.pos = append(l.again[:left], fresh...), 0
	}
}

// chomp cuts the line end.
func chomp(line []byte) []byte {
	if n := len(line) - 1; n >= 0 && line[n] == '\n' {
		line = line[:n]
	}
	if n := len(line) - 1; n >= 0 && line[n] == '\r' {
		line = line[:n]
	}
	return line
}
