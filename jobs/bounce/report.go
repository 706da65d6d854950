package bounce

import (
	"bytes"
	"crypto/sha256"
	"regexp"
	"slices"
)

// Kind is what a message says of a delivery.
type Kind string

// The kinds. Of several recipients that one report speaks of, the worst counts: a delivery has one
// recipient, and where its mail was sent on to several, nobody knows who of them is the person.
const (
	Failed    Kind = "failed"    // for good: refused by a later server, or given up by it
	Delayed   Kind = "delayed"   // a server goes on trying
	Delivered Kind = "delivered" // or relayed to where no reports come from, or expanded (RFC 3464 section 2.3.3)
	Reply     Kind = "reply"     // an automatic reply (RFC 3834), a receipt or a complaint: it did arrive
	Unclear   Kind = "unclear"   // none of these, as far as can be seen
)

// Report is what was understood of a message. It holds no personal data.
type Report struct {
	Kind     Kind
	Why      string // it is Unclear
	NoMail   bool   // Unclear, and not even a header
	Code     int    // of SMTP, 400 to 599; 0 where none was named
	Enhanced string // RFC 3463, such as 5.1.1; empty where none was named
	Line     string // what the server said, in its words: see package redact
	// Digest is of the message without its header: a mailbox and a Maildir add lines there.
	Digest [32]byte
	// MessageIDs are those it names that may be of a campaign, at most mostNames.
	MessageIDs []string

	tokens []string // that may be of return paths
}

// mostNames bounds the tokens and the Message-IDs that are kept of one message.
const mostNames = 8

// Delivery is the one that a message was written about: it was sent to its return path, or names it. The
// MAC says that it is of the key's campaign, wherever in the message it stands.
func (r Report) Delivery(k Signer) (delivery int64, ok bool) {
	for _, token := range r.tokens {
		if delivery, err := Delivery(k, token); err == nil {
			return delivery, true
		}
	}
	return 0, false
}

// Parse reads a message, with lines that end in LF. There is none that it cannot read: what it does not
// understand is Unclear.
func Parse(mail []byte) Report {
	w := walk(mail)
	r := w.judge()
	r.Digest = sha256.Sum256(bytes.TrimRight(body(mail), "\n"))
	r.tokens, r.MessageIDs = w.tokens, w.ids
	return r
}

// body is what follows the header; all of it where there is none.
func body(mail []byte) []byte {
	if _, rest, found := bytes.Cut(mail, []byte("\n\n")); found {
		return rest
	}
	return mail
}

// judge says what was found. A delivery status says more than words, and both say more than that nobody
// wrote the message: servers mark their reports as automatic replies too.
func (w *walker) judge() Report {
	if len(w.status) > 0 {
		return judgeStatus(w.status)
	}
	if w.receipt {
		return Report{Kind: Reply}
	}
	if r, ok := w.judgeWords(); ok {
		return r
	}
	switch {
	case w.automatic:
		return Report{Kind: Reply}
	case !w.headed:
		return Report{Kind: Unclear, Why: "it is no mail", NoMail: true}
	}
	return Report{Kind: Unclear, Why: "it is neither a report that is known nor an automatic reply"}
}

var (
	// tokenForm is what ReturnPath puts behind the local part: 18 bytes.
	tokenForm = regexp.MustCompile(`(?i)\+[a-z2-7]{29}@`)
	// idForm is a Message-ID of this program's, whatever campaign's.
	idForm = regexp.MustCompile(`<([0-9a-f]{32}@[0-9A-Za-z.-]{1,255})>`)
)

// names looks for what may name a delivery.
func (w *walker) names(text []byte) {
	for _, found := range tokenForm.FindAll(text, mostNames) {
		w.tokens = note(w.tokens, string(found))
	}
	for _, found := range idForm.FindAllSubmatch(text, mostNames) {
		w.ids = note(w.ids, string(found[1]))
	}
}

func note(names []string, name string) []string {
	if len(names) >= mostNames || slices.Contains(names, name) {
		return names
	}
	return append(names, name)
}
