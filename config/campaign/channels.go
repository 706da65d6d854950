package campaign

import (
	"fmt"
	"net/mail"
	"os"
	"slices"
	"strings"
	"unicode"
)

func (l *loader) checkBatches(b *Batches) {
	l.oneOf("batches.by", "kind of batches", b.By, batchKinds)
	if b.Parallel < 1 {
		l.add("batches.parallel", "parallel must be 1 or more", "leave it out for one at a time")
	}
	if b.File != "" && b.By != "company" {
		l.add("batches.file", "a companies file goes with by: company only",
			"say by: company, or take the file out")
	}
}

func (l *loader) checkChannels(c Channels) {
	if c.Email == nil && c.Feed == nil && (c.Letter == nil || c.Letter.When == "never") {
		l.add("channels", "no channel", "say under channels: email, letter, feed or several of them")
	}
	if c.Email != nil {
		l.checkEmail(c.Email)
	}
	if c.Letter != nil {
		l.checkLetter(c.Letter)
	}
	if c.Feed != nil {
		l.checkFeed(c.Feed)
	}
}

func (l *loader) checkEmail(e *EmailChannel) {
	l.checkMailbox("channels.email.from", "from", e.From)
	if e.ReplyTo != "" {
		l.checkMailbox("channels.email.reply_to", "reply_to", e.ReplyTo)
	}
	l.checkSenders(e.Senders)
	l.oneOf("channels.email.uncertain", "way with uncertain deliveries", e.Uncertain, uncertainWays)
	if !isAddress(e.Bounce) {
		l.add("channels.email.bounce", fmt.Sprintf("bounce %q is not an address", e.Bounce),
			"write the bare address that takes delivery reports, such as bounce@example.com")
	}
}

// checkSenders looks at the mailboxes, and that each sender has a notice to send.
func (l *loader) checkSenders(senders map[string]Sender) {
	var notices []string
	for _, s := range l.folder.Manifest.Segments {
		notices = append(notices, s.Notice)
	}
	for _, name := range sortedKeys(senders) {
		at := "channels.email.senders." + name
		if !slices.Contains(notices, name) {
			do := "name a notice that a segment has"
			if best, ok := nearest(name, notices); ok {
				do = fmt.Sprintf("did you mean %q?", best)
			}
			l.add(at, fmt.Sprintf("sender %q is of no segment's notice", name), do)
		}
		l.checkMailbox(at+".from", "from", senders[name].From)
		if reply := senders[name].ReplyTo; reply != "" {
			l.checkMailbox(at+".reply_to", "reply_to", reply)
		}
	}
}

// checkMailbox takes what can stand in a header: a line break or a control character never.
func (l *loader) checkMailbox(at, name, s string) {
	_, err := mail.ParseAddress(s)
	if err != nil || strings.ContainsFunc(s, unicode.IsControl) {
		l.add(at, fmt.Sprintf("%s %q is not a mailbox", name, s),
			"write such as: Sample Inc. <notice@example.com>")
	}
}

// checkRecipientsExist looks only whether each file could be opened. Reading it is the intake's
// work.
func (l *loader) checkRecipientsExist(root *os.Root) {
	for i, r := range l.folder.Manifest.Recipients {
		if !isInside(r.File) {
			continue // reported with the other names
		}
		file, err := openRegular(root, r.File)
		if err != nil {
			what, do := readFault(err)
			l.add(index("recipients", i)+".file", r.File+": "+what, do)
			continue
		}
		file.Close()
	}
}
