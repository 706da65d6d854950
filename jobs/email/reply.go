package email

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"strings"
)

// maxReplyText is how much of a reply's text is read on; the rest is skipped.
const maxReplyText = 1000

var errMalformed = errors.New("malformed reply")

// reply is what a server answered to one command.
type reply struct {
	code int    // 200 to 599
	text string // of all its lines, without their codes
}

// readReply reads one reply, of one line or several (RFC 5321 4.2). A line longer than the reader's
// buffer is malformed; how much may be read altogether is for the connection to limit.
func readReply(r *bufio.Reader) (reply, error) {
	var rep reply
	for {
		line, err := r.ReadSlice('\n')
		if errors.Is(err, bufio.ErrBufferFull) {
			return reply{}, errMalformed
		}
		if err != nil {
			return reply{}, err
		}
		code, text, more, ok := parseReplyLine(line)
		if !ok || rep.code != 0 && code != rep.code {
			return reply{}, errMalformed
		}
		rep.code = code
		rep.text = appendText(rep.text, text)
		if !more {
			return rep, nil
		}
	}
}

// parseReplyLine takes "250-text", "250 text" or "250" apart, with whatever line end there is.
func parseReplyLine(line []byte) (code int, text []byte, more, ok bool) {
	line = bytes.TrimRight(line, "\r\n")
	if len(line) < 3 || line[0] < '2' || line[0] > '5' || !isDigit(line[1]) || !isDigit(line[2]) {
		return 0, nil, false, false
	}
	code = int(line[0]-'0')*100 + int(line[1]-'0')*10 + int(line[2]-'0')
	if len(line) == 3 {
		return code, nil, false, true
	}
	if line[3] != ' ' && line[3] != '-' {
		return 0, nil, false, false
	}
	return code, line[4:], line[3] == '-', true
}

// appendText keeps whole words only: half an address would not be known for one.
func appendText(sum string, text []byte) string {
	room := maxReplyText - len(sum) - len(" ")
	if len(text) > room {
		text = text[:bytes.LastIndexByte(text[:max(room, 0)], ' ')+1]
	}
	if sum == "" || len(text) == 0 {
		return sum + string(text)
	}
	return sum + " " + string(text)
}

func isDigit(b byte) bool { return '0' <= b && b <= '9' }

// String is the reply on one line.
func (r reply) String() string { return fmt.Sprintf("%d %s", r.code, r.text) }

// enhanced is the status code of RFC 3463 at the start of the text, if there is one of the
// reply's own class (RFC 2034 4).
func (r reply) enhanced() string {
	word, _, _ := strings.Cut(r.text, " ")
	parts := strings.Split(word, ".")
	if len(parts) != 3 || parts[0] != fmt.Sprint(r.code/100) {
		return ""
	}
	for _, part := range parts[1:] {
		if part == "" || len(part) > 3 || strings.Trim(part, "0123456789") != "" {
			return ""
		}
	}
	return word
}
