package bounce

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/emersion/go-message/textproto"

	"oshirase/jobs/redact"
)

// judgeStatus reads delivery statuses (RFC 3464 section 2): a block of fields for the message, and one for
// each recipient.
func judgeStatus(all [][]byte) Report {
	worst := Report{Kind: Unclear, Why: "its delivery status cannot be understood"}
	for _, status := range all {
		for _, h := range blocks(status) {
			if r, ok := ofRecipient(h); ok && rank(r.Kind) > rank(worst.Kind) {
				worst = r
			}
		}
	}
	return worst
}

func rank(k Kind) int {
	switch k {
	case Failed:
		return 3
	case Delayed:
		return 2
	case Delivered:
		return 1
	}
	return 0
}

// blocks are the blocks of fields. What is no field is passed over.
func blocks(status []byte) (out []textproto.Header) {
	for len(out) < mostParts {
		block, rest, more := bytes.Cut(bytes.TrimLeft(status, "\n"), []byte("\n\n"))
		h, err := textproto.ReadHeader(bufio.NewReader(bytes.NewReader(fields(block))))
		if err == nil || errors.Is(err, io.EOF) {
			out = append(out, h)
		}
		if !more {
			break
		}
		status = rest
	}
	return out
}

// ofRecipient reads the block of a recipient; ok is false where it is none.
func ofRecipient(h textproto.Header) (r Report, ok bool) {
	status, _ := enhancedIn(h.Get("Status"))
	r.Kind, ok = kindOf(h.Get("Action"), status)
	if !ok {
		return r, false
	}
	said := value(h.Get("Diagnostic-Code"))
	r.Code, r.Enhanced = codesIn(said)
	if more, sure := enhancedIn(h.Get("Status")); sure && (!vague(more) || r.Enhanced == "") {
		r.Enhanced = more
	}
	r.Line = redact.Line(said, private(h)...)
	return r, true
}

// kindOf reads an action (RFC 3464 section 2.3.3). Some servers leave it out, or write a comment behind it.
func kindOf(action, status string) (Kind, bool) {
	word, _, _ := strings.Cut(strings.TrimSpace(strings.ToLower(action)), " ")
	switch word {
	case "failed", "failure":
		return Failed, true
	case "delayed":
		return Delayed, true
	case "delivered", "relayed", "expanded":
		return Delivered, true
	case "":
		k, ok := map[byte]Kind{'2': Delivered, '4': Delayed, '5': Failed}[(status + " ")[0]]
		return k, ok
	}
	return "", false
}

// vague is a status that says only of which class it is (RFC 3463 section 3.1): what the server said may be
// more exact.
func vague(status string) bool { return strings.HasSuffix(status, ".0.0") }

// value is a field without its type: "smtp; 550 5.1.1 …".
func value(field string) string {
	if kind, rest, found := strings.Cut(field, ";"); found && !strings.ContainsAny(strings.TrimSpace(kind), " @") {
		return strings.TrimSpace(rest)
	}
	return strings.TrimSpace(field)
}

var (
	enhancedForm = regexp.MustCompile(`(?:^|[\s#(])([245]\.[0-9]{1,3}\.[0-9]{1,3})(?:$|[^0-9.])`)
	// codeForm is a reply code; what goes on behind it may be the enhanced one.
	codeForm = regexp.MustCompile(`(?:^|[\s#(])([45][0-9][0-9])(?:$|[\s-])`)
)

// enhancedIn finds the first enhanced status code of RFC 3463 in a text.
func enhancedIn(said string) (string, bool) {
	if found := enhancedForm.FindStringSubmatch(said); found != nil {
		return found[1], true
	}
	return "", false
}

// codesIn finds the codes in what a server said. The enhanced one is of the reply's class, or there is none.
func codesIn(said string) (code int, enhanced string) {
	if found := codeForm.FindStringSubmatch(said); found != nil {
		code, _ = strconv.Atoi(found[1])
	}
	enhanced, _ = enhancedIn(said)
	if enhanced != "" && (enhanced[0] == '2' || code != 0 && int(enhanced[0]-'0') != code/100) {
		enhanced = ""
	}
	return code, enhanced
}

// private are the words that a recipient's block has for the person. The longest come first: a name goes as
// a whole, and not the half of it that is an address too.
func private(h textproto.Header) (words []string) {
	for _, name := range []string{
		"Final-Recipient", "Original-Recipient", "X-Actual-Recipient", "X-Display-Name",
	} {
		for _, field := range h.Values(name) {
			words = append(words, forms(value(field))...)
		}
	}
	slices.SortFunc(words, func(a, b string) int { return len(b) - len(a) })
	return words
}

// forms are the ways in which a server may repeat an address.
func forms(address string) []string {
	address = strings.Trim(address, "<> \t")
	local := address[:max(strings.LastIndexByte(address, '@'), 0)]
	return []string{address, local, strings.Trim(local, `"`)}
}
