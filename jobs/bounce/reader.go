package bounce

import (
	"bufio"
	"bytes"
	"errors"
	"io"
)

// Most is how much of a message is kept, in bytes. A report of failure stands before the message that it
// returns.
const Most = 1 << 20

// Mail is one message of a file.
type Mail struct {
	Number int    // in its file, 1-based
	Bytes  []byte // lines end in LF; valid until the next is read
	Cut    bool   // it was longer than Most
}

// Reader reads the messages of a file one by one: those of a mailbox (mbox, as Postfix writes it, with its
// quotes taken off: mboxo or mboxrd), or the one of a file that is no mailbox. However long they are, it
// keeps no more than Most bytes.
type Reader struct {
	in      *bufio.Reader
	mail    Mail
	mailbox bool
	begun   bool // the line that begins the next message was read
	blank   bool // the line before was empty
	broken  error
}

// NewReader reads from in.
func NewReader(in io.Reader) *Reader {
	r := &Reader{in: bufio.NewReaderSize(in, 64<<10), begun: true}
	first, _ := r.in.Peek(len(separator))
	r.mailbox = bytes.Equal(first, separator)
	return r
}

var separator = []byte("From ")

// Next reads the next message. The error is io.EOF where there is none, or one of reading; a message that
// such an error breaks off is not returned.
func (r *Reader) Next() (Mail, error) {
	if !r.begun {
		return Mail{}, r.end()
	}
	r.begun = false
	r.mail = Mail{Number: r.mail.Number + 1, Bytes: r.mail.Bytes[:0]}
	if r.mailbox {
		if err := r.skip(); err != nil {
			return Mail{}, err
		}
	}
	for !r.begun {
		if err := r.line(); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return Mail{}, err
		}
	}
	if len(bytes.TrimSpace(r.mail.Bytes)) == 0 && r.mail.Number == 1 && !r.begun {
		return Mail{}, io.EOF // an empty file
	}
	return r.mail, nil
}

func (r *Reader) end() error {
	if r.broken != nil {
		return r.broken
	}
	return io.EOF
}

// skip passes over the line that separates messages.
func (r *Reader) skip() error {
	for {
		_, err := r.in.ReadSlice('\n')
		if !errors.Is(err, bufio.ErrBufferFull) {
			return r.fail(err)
		}
	}
}

// fail remembers an error of reading. The end of the file is none here.
func (r *Reader) fail(err error) error {
	if err != nil && !errors.Is(err, io.EOF) {
		r.broken = err
		return err
	}
	return nil
}

// line adds a line to the message, or finds that the next one begins.
func (r *Reader) line() error {
	if r.mailbox && r.blank {
		if next, _ := r.in.Peek(len(separator)); bytes.Equal(next, separator) {
			r.begun, r.blank = true, false
			return nil
		}
	}
	line, err := r.in.ReadSlice('\n')
	if r.mailbox {
		line = unquote(line)
	}
	r.blank = len(bytes.TrimRight(line, "\r\n")) == 0
	r.add(line)
	for errors.Is(err, bufio.ErrBufferFull) {
		line, err = r.in.ReadSlice('\n')
		r.add(line)
	}
	if broken := r.fail(err); broken != nil {
		return broken
	}
	return err
}

// unquote takes the quote off a line that would have looked like the beginning of a message.
func unquote(line []byte) []byte {
	if rest := bytes.TrimLeft(line, ">"); len(rest) < len(line) && bytes.HasPrefix(rest, separator) {
		return line[1:]
	}
	return line
}

func (r *Reader) add(line []byte) {
	if text, ok := bytes.CutSuffix(line, []byte("\r\n")); ok {
		r.add(text)
		line = []byte("\n")
	}
	room := Most - len(r.mail.Bytes)
	if len(line) > room {
		line, r.mail.Cut = line[:room], true
	}
	r.mail.Bytes = append(r.mail.Bytes, line...)
}
