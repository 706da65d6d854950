package bounce

import (
	"bytes"
	"errors"
	"io"
	"strings"

	"github.com/emersion/go-message"
)

// Bounds of what is looked at within one message. No server comes near them.
const (
	mostParts = 64
	mostDepth = 6
	mostText  = 64 << 10 // bytes of one part that is text
	mostBlock = 64 << 10 // bytes of a delivery status
)

// walker gathers what a message has, down to the messages within it: a report may have been forwarded.
type walker struct {
	parts  int
	tokens []string
	ids    []string
	status [][]byte // delivery statuses, decoded
	texts  []text   // parts that are text

	headed    bool // there is a header
	receipt   bool // a disposition notification (RFC 8098) or a complaint (RFC 5965)
	automatic bool // RFC 3834, or what servers wrote before it
}

// text is what a message says in words.
type text struct {
	words  []byte
	system bool // no person wrote the message, but a mail system
}

func walk(mail []byte) *walker {
	w := &walker{}
	w.message(mail, 0)
	return w
}

// message looks at a message, or at the header of one.
func (w *walker) message(mail []byte, depth int) {
	head, rest, _ := bytes.Cut(bytes.TrimLeft(mail, "\n"), []byte("\n\n"))
	head = fields(head)
	w.names(head)
	if len(head) == 0 {
		return
	}
	e, err := message.Read(io.MultiReader(bytes.NewReader(head), strings.NewReader("\n"), bytes.NewReader(rest)))
	if e == nil || err != nil && !message.IsUnknownCharset(err) && !message.IsUnknownEncoding(err) {
		return
	}
	if depth == 0 {
		w.headed, w.automatic = true, automatic(e.Header)
	}
	w.entity(e, depth, fromSystem(e.Header))
}

// fields leaves the lines of a header that are fields or go on with one: a stray line, such as the mark of a
// mailbox that was forwarded, must not hide the others.
func fields(head []byte) []byte {
	var out bytes.Buffer
	kept := false
	for line := range bytes.Lines(head) {
		if line[0] != ' ' && line[0] != '\t' {
			kept = isField(line)
		}
		if kept {
			out.Write(bytes.TrimRight(line, "\r\n"))
			out.WriteByte('\n')
		}
	}
	return out.Bytes()
}

// isField tells whether a line begins a field (RFC 5322 section 3.6.8).
func isField(line []byte) bool {
	name, _, found := bytes.Cut(line, []byte(":"))
	name = bytes.TrimRight(name, " \t")
	return found && len(name) > 0 && bytes.IndexFunc(name, func(r rune) bool { return r <= ' ' || r > '~' }) < 0
}

// entity looks at a part and those in it. system says that a mail system wrote its message.
func (w *walker) entity(e *message.Entity, depth int, system bool) {
	if w.parts++; w.parts > mostParts || depth > mostDepth {
		return
	}
	kind, params, _ := e.Header.ContentType()
	switch {
	case strings.HasPrefix(kind, "multipart/"):
		if params["boundary"] != "" {
			w.multipart(e, depth, system)
		}
	case kind == "message/delivery-status", kind == "message/global-delivery-status":
		status := read(e, mostBlock)
		w.names(status)
		w.status = append(w.status, status)
	case kind == "message/disposition-notification", kind == "message/feedback-report":
		w.receipt = true
	case kind == "text/rfc822-headers", kind == "message/global-headers":
		w.names(fields(read(e, mostText)))
	case kind == "message/rfc822", kind == "message/global":
		w.message(read(e, Most), depth+1)
	case kind == "text/plain", kind == "":
		words := read(e, mostText)
		w.texts = append(w.texts, text{words, system})
	}
}

func (w *walker) multipart(e *message.Entity, depth int, system bool) {
	parts := e.MultipartReader()
	for w.parts <= mostParts {
		part, err := parts.NextPart()
		if part == nil || errors.Is(err, io.EOF) {
			return
		}
		w.entity(part, depth+1, system)
	}
}

// read reads a part as far as it goes: one whose code is broken, or that was cut, has a beginning.
func read(e *message.Entity, most int64) []byte {
	b, _ := io.ReadAll(io.LimitReader(e.Body, most))
	return bytes.ReplaceAll(b, []byte("\r\n"), []byte("\n"))
}

// automatic tells whether a message says of itself that nobody wrote it.
func automatic(h message.Header) bool {
	if word, _, _ := strings.Cut(h.Get("Auto-Submitted"), ";"); word != "" {
		return !strings.EqualFold(strings.TrimSpace(word), "no")
	}
	precedence := strings.ToLower(h.Get("Precedence"))
	return h.Has("X-Autoreply") || h.Has("X-Autorespond") || strings.HasPrefix(precedence, "auto")
}

// fromSystem tells whether a message comes from a mail system, which is called as RFC 5321 section 4.5.1
// and custom have it. An empty return path does not tell: replies of those who are away have one (RFC 3834
// section 3.3).
func fromSystem(h message.Header) bool {
	if h.Has("X-Failed-Recipients") {
		return true
	}
	from := strings.ToLower(h.Get("From"))
	for _, name := range []string{"mailer-daemon", "postmaster", "mail-daemon", "maildaemon"} {
		if strings.Contains(from, name) {
			return true
		}
	}
	return false
}
