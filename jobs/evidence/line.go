package evidence

import (
	"strings"
	"time"
)

// line is one line of a log. For "Nov 22 23:01:02 mx1 postfix-out/smtps/smtpd[7]: text" the instance
// is postfix-out and the daemon smtpd. Of other programs both are the program's name.
type line struct {
	at               time.Time
	sure             bool // at is certain: a local time near a change of the clock is not
	host             string
	instance, daemon string
	text             string
}

// calendar gives stamps that lack them a zone and a year: the one nearest to the time asked about
// that lies not after the last change of the file.
type calendar struct {
	zone   *time.Location
	about  time.Time
	latest time.Time // zero: not known
}

// parse reads "STAMP HOST PROGRAM[PID]: TEXT". The stamp is that of RFC 3164 section 4.1.2 or of RFC
// 3339.
func (c calendar) parse(text string) (line, bool) {
	var l line
	stamp, rest, ok := cutStamp(text)
	if !ok {
		return l, false
	}
	if l.at, l.sure, ok = c.moment(stamp); !ok {
		return l, false
	}
	l.host, rest, ok = strings.Cut(rest, " ")
	if !ok || l.host == "" {
		return l, false
	}
	tag, rest, ok := strings.Cut(rest, ": ")
	if !ok || strings.Contains(tag, " ") {
		return l, false
	}
	l.text = rest
	program, _, _ := strings.Cut(tag, "[")
	l.instance, l.daemon = program, program
	if i := strings.LastIndexByte(program, '/'); i >= 0 {
		l.instance, _, _ = strings.Cut(program, "/")
		l.daemon = program[i+1:]
	}
	return l, true
}

func cutStamp(text string) (stamp, rest string, ok bool) {
	if text != "" && text[0] >= '0' && text[0] <= '9' {
		return strings.Cut(text, " ")
	}
	n := len(time.Stamp)
	if len(text) <= n || text[n] != ' ' {
		return "", "", false
	}
	return text[:n], text[n+1:], true
}

func (c calendar) moment(stamp string) (at time.Time, sure, ok bool) {
	if stamp[0] <= '9' {
		for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05Z0700"} {
			if at, err := time.Parse(layout, stamp); err == nil {
				return at, true, true
			}
		}
		return at, false, false
	}
	t, err := time.Parse(time.Stamp, stamp)
	if err != nil {
		return at, false, false
	}
	return c.nearest(t)
}

func (c calendar) nearest(t time.Time) (best time.Time, sure, ok bool) {
	for year := c.about.Year() + 1; year >= c.about.Year()-2; year-- {
		x := time.Date(year, t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), 0, c.zone)
		if x.Day() != t.Day() || !c.latest.IsZero() && x.After(c.latest.Add(24*time.Hour)) {
			continue
		}
		if !ok || x.Sub(c.about).Abs() < best.Sub(c.about).Abs() {
			best, ok = x, true
		}
	}
	_, before := best.Add(-time.Hour).Zone()
	_, after := best.Add(time.Hour).Zone()
	return best, before == after, ok
}

// daemons are the programs of Postfix that write lines of their own.
const daemons = ` anvil bounce cleanup defer discard dnsblog error flush lmtp local master nqmgr oqmgr
 pickup pipe postfix-script postlogd postqueue postscreen postsuper proxymap qmgr qmqpd relay retry
 scache sendmail showq smtp smtpd spawn tlsmgr tlsproxy trivial-rewrite verify virtual `

func (l line) postfix() bool {
	return l.instance != l.daemon && l.daemon != "" && strings.Contains(daemons, " "+l.daemon+" ")
}

func (l line) stops() bool {
	return l.daemon == "master" && strings.HasPrefix(l.text, "terminating on signal") ||
		l.daemon == "postfix-script" && l.text == "stopping the Postfix mail system"
}

func (l line) starts() bool {
	return l.daemon == "postfix-script" && l.text == "starting the Postfix mail system" ||
		l.daemon == "master" && strings.HasPrefix(l.text, "daemon started")
}

// lossy tells whether a logger says that it has dropped lines: journald and rsyslog.
func (l line) lossy() bool {
	switch l.daemon {
	case "systemd-journald", "journal":
		return strings.HasPrefix(l.text, "Suppressed ") || strings.HasPrefix(l.text, "Missed ")
	case "rsyslogd", "syslog-ng", "syslogd":
		return strings.Contains(l.text, "messages lost") || strings.Contains(l.text, "drop messages") ||
			strings.Contains(l.text, "lost ") && strings.Contains(l.text, " messages")
	}
	return false
}

// queueID cuts the queue id off, a short or a long one. Both are letters and digits.
func (l line) queueID() (id, rest string, ok bool) {
	id, rest, ok = strings.Cut(l.text, ": ")
	if !ok || len(id) < 5 || len(id) > 32 {
		return "", "", false
	}
	for _, b := range []byte(id) {
		if b < '0' || b > 'z' || b > '9' && b < 'A' || b > 'Z' && b < 'a' {
			return "", "", false
		}
	}
	return id, rest, true
}

// messageID reads what the cleanup daemon logs of each message while it comes in. A message without
// one has the empty one.
func messageID(text string) (string, bool) {
	id, ok := strings.CutPrefix(text, "message-id=")
	return strings.TrimSuffix(strings.TrimPrefix(id, "<"), ">"), ok
}

// acceptance reads what the queue manager logs of a message that it begins to deliver: it is on the
// relay's disk, and its sender was told so, or would have been.
func acceptance(text string) (returnPath string, ok bool) {
	text, ok = strings.CutPrefix(text, "from=<")
	if !ok {
		return "", false
	}
	returnPath, text, ok = strings.Cut(text, ">, size=")
	if !ok {
		return "", false
	}
	size, text, ok := strings.Cut(text, ", nrcpt=")
	if !ok || !digits(size) {
		return "", false
	}
	count, ok := strings.CutSuffix(text, " (queue active)")
	return returnPath, ok && digits(count)
}

func digits(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

// keptBack tells whether the relay put a message on hold or threw it away: it told the sender that
// all was well, and the queue manager does not see it. The return path is named where the queue id is
// not known yet.
func keptBack(text string) (returnPath string, ok bool) {
	verb, rest, _ := strings.Cut(text, ": ")
	switch verb {
	case "hold", "discard", "milter-hold", "milter-discard":
		_, rest, _ = strings.Cut(rest, " from=<")
		returnPath, _, _ = strings.Cut(rest, ">")
		return returnPath, true
	}
	return "", false
}
