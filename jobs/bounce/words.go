package bounce

import (
	"bytes"
	"regexp"
	"strings"

	"oshirase/jobs/redact"
)

// openings are how servers begin a report that has no delivery status, in lower case and with single spaces.
// They stand near the beginning of the text, and count in the mail of a mail system only: a person who asks
// why something "could not be delivered" does not report it.
var openings = []string{
	"this is the qmail-send program",                                    // QSBMF
	"this is the mail system at host",                                   // Postfix, its MIME parts lost
	"this message was created automatically by mail delivery software",  // Exim
	"the original message was received at",                              // Sendmail
	"your message did not reach some or all of the intended recipients", // Exchange
	"delivery has failed to these recipients",
	"delivery to the following recipient", // Exchange, Gmail
	"your message wasn't delivered to",
	"your message couldn't be delivered",
	"could not be delivered to",
	"each of the following recipients was rejected", // KDDI
	"the following recipients did not receive this message",
	"the following destination addresses were unknown",
	"unable to deliver your message",
	"unable to deliver message to",
	"undeliverable mail",
	"undelivered mail",
	"user unknown",
	"unknown user", // NTT docomo, where the relay passes on its words alone
}

// warnings are how they say that they go on trying.
var warnings = []string{
	"this is a warning", "has not yet been delivered", "will continue to be attempted", "will keep trying",
	"you do not need to resend", "no action is required on your part", "delivery is delayed",
	"is still being retried", "warning message only",
}

// Where an opening and a warning are looked for, in bytes.
const (
	mostOpening = 1 << 10
	mostWarning = 4 << 10
)

// judgeWords reads a report in words: of the mail of a mail system, the texts.
func (w *walker) judgeWords() (Report, bool) {
	for _, t := range w.texts {
		if t.system && says(t.words, mostOpening, openings) {
			w.names(t.words)
			return ofWords(t.words), true
		}
	}
	return Report{}, false
}

// says tells whether the beginning of a text has one of some phrases, whatever its spaces and letters.
func says(words []byte, most int, phrases []string) bool {
	begins := strings.Join(strings.Fields(strings.ToLower(string(words[:min(most, len(words))]))), " ")
	for _, phrase := range phrases {
		if strings.Contains(begins, phrase) {
			return true
		}
	}
	return false
}

// ofWords takes the codes from the first line that has any.
func ofWords(words []byte) Report {
	r := Report{Kind: Failed}
	if says(words, mostWarning, warnings) {
		r.Kind = Delayed
	}
	words = own(words)
	for line := range bytes.Lines(words) {
		said := strings.TrimSpace(string(line))
		if r.Code, r.Enhanced = codesIn(said); r.Code != 0 || r.Enhanced != "" {
			r.Line = redact.Line(said, addressed(words)...)
			break
		}
	}
	return r
}

// copyMark is a line that stands before the copy of the message.
var copyMark = regexp.MustCompile(`(?mi)^[ \t]*-{2,}[^\n]*\b(copy|original message|unsent message)\b[^\n]*$`)

// own is what a server says itself, without its copy of the message.
func own(words []byte) []byte {
	if at := copyMark.FindIndex(words); at != nil {
		return words[:at[0]]
	}
	return words
}

var addressForm = regexp.MustCompile(`[^\s<>()\[\],;:]+@[^\s<>()\[\],;:]+`)

// addressed are the forms of the addresses that a text has.
func addressed(words []byte) (out []string) {
	for _, address := range addressForm.FindAll(words, mostNames) {
		out = append(out, forms(string(address))...)
	}
	return out
}
