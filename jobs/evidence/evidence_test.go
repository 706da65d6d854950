package evidence_test

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"oshirase/jobs/evidence"
)

const (
	id    = "0123456789abcdef0123456789abcdef@example.com"
	path  = "bounce+aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa@example.com"
	queue = "4X1abc2ZRjz5Y"
)

var (
	tokyo   = time.FixedZone("JST", 9*60*60)
	claimed = time.Date(2026, 11, 22, 23, 0, 0, 0, tokyo)
)

// message is what Postfix logs of a message that it takes; says is one line of a daemon.
func message(queue, id, path string) []string {
	return []string{
		says("smtpd", queue+": client=app.example.jp[192.0.2.1]"),
		cleanup(queue, id), active(queue, path),
		says("discard", queue+": to=<x@example.jp>, relay=none, delay=0, dsn=2.0.0, status=sent (x)"),
		says("qmgr", queue+": removed"),
	}
}

func says(daemon, text string) string { return "mx1 postfix/" + daemon + "[123]: " + text }

func cleanup(queue, id string) string { return says("cleanup", queue+": message-id=<"+id+">") }

func active(queue, path string) string {
	return says("qmgr", queue+": from=<"+path+">, size=4711, nrcpt=1 (queue active)")
}

// text is a log being written: lines at moments counted from the claim.
type text struct {
	bytes.Buffer
	old    bool // stamps as in RFC 3164
	origin time.Time
}

func (x *text) at(after time.Duration, lines ...string) *text {
	t := x.origin.Add(after)
	stamp := t.Format("2006-01-02T15:04:05.000000-07:00")
	if x.old {
		stamp = t.Format(time.Stamp)
	}
	for _, l := range lines {
		fmt.Fprintf(x, "%s %s\n", stamp, l)
	}
	return x
}

// busy writes the messages of others, one in three minutes.
func (x *text) busy(from, to time.Duration) *text {
	for d := from; d <= to; d += 3 * time.Minute {
		x.at(d, message("4Y"+strings.Repeat("1", 9)+"zz", "other@example.jp", "other@example.jp")...)
	}
	return x
}

func newText() *text { return &text{origin: claimed} }

const sec, minute = time.Second, time.Minute

// whole is a log that covers the time, with lines ten seconds after the claim.
func whole(lines ...string) *text {
	return newText().busy(-9*minute, 0).at(10*sec, lines...).busy(minute, 22*minute)
}

func judge(t *testing.T, o evidence.Options, logs ...io.Reader) evidence.Verdict {
	t.Helper()
	return judgeAt(t, claimed, o, logs...)
}

func judgeAt(t *testing.T, claimed time.Time, o evidence.Options, logs ...io.Reader) evidence.Verdict {
	t.Helper()
	if o.Zone == nil {
		o.Zone = tokyo
	}
	s := evidence.New([]evidence.Delivery{
		{ID: 7, MessageID: id, ReturnPath: path, Earliest: claimed, Latest: claimed},
	}, o)
	var files []evidence.File
	for _, l := range logs {
		files = append(files, evidence.File{Reader: l})
	}
	if err := s.Read(files...); err != nil {
		t.Fatal(err)
	}
	return s.Verdict(7)
}

func TestWhatALogProves(t *testing.T) {
	t.Parallel()
	const sent, unsent, uncertain = evidence.Sent, evidence.Unsent, evidence.Uncertain
	for name, c := range map[string]struct {
		log  *text
		want evidence.Finding
		why  string
	}{
		"an acceptance of the message proves it": {
			newText().at(5*sec, message(queue, id, path)...), sent, "accepted it as " + queue},
		"a short queue id does as well": {
			newText().at(5*sec, message("4F3A21", id, path)...), sent, "4F3A21"},
		"an acceptance may wait in a full queue": {
			newText().at(5*sec, cleanup(queue, id)).at(40*minute, active(queue, path)), sent, ""},
		"an instance with a name of its own is Postfix": {
			newText().at(5*sec, "mx1 postfix-out/smtps/cleanup[1]: "+queue+": message-id=<"+id+">",
				"mx1 postfix-out/qmgr[2]: "+queue+": from=<"+path+">, size=1, nrcpt=1 (queue active)"), sent, ""},
		"a claim may be a little ahead of the relay's clock": {
			newText().at(-50*sec, message(queue, id, path)...), sent, ""},
		"the cleanup line alone proves nothing": {
			newText().at(5*sec, cleanup(queue, id)), uncertain, ""},
		"a whole log without an acceptance proves that there was none": {
			whole(), unsent, "the log is whole from 2026-11-22 22:59:00 JST"},
		"a whole log with the cleanup line alone as well": {
			whole(cleanup(queue, id)), unsent, ""},
		"and where the message was rejected after it": {
			whole(cleanup(queue, id), says("cleanup", queue+": milter-reject: END-OF-MESSAGE from x: 4.7.1 no")),
			unsent, ""},
		"a queue id of another instance is another": {
			whole(cleanup(queue, id), "mx1 postfix-in/qmgr[2]: "+queue+": from=<"+path+
				">, size=1, nrcpt=1 (queue active)"), uncertain, "does not belong to this attempt"},
		"a queue id of another host is another": {
			newText().at(5*sec, cleanup(queue, id), strings.Replace(active(queue, path), "mx1", "mx2", 1)),
			uncertain, "does not belong"},
		"another return path is not this delivery's acceptance": {
			whole(cleanup(queue, id), active(queue, "bounce+bbbb@example.com")), uncertain,
			"under another return path"},
		"a queue id used again stands for another message": {
			whole(append([]string{cleanup(queue, id)},
				message(queue, "other@example.jp", "bounce+bbbb@example.com")...)...), unsent, ""},
		"the acceptance of an earlier attempt is not that of this one": {
			newText().busy(-72*minute, -62*minute).at(-60*minute, message(queue, id, path)...).
				busy(-59*minute, 22*minute), uncertain, "accepted it at 2026-11-22 22:00:00 JST"},
		"an earlier attempt that was deferred logs the same Message-ID": {
			newText().at(-60*minute, cleanup(queue, id)).busy(-59*minute, 22*minute), unsent, ""},
		"an acceptance before the message began is another's": {
			newText().at(0, active(queue, path)).at(10*sec, cleanup(queue, id)), uncertain, ""},
		"a message on hold was taken": {
			whole(cleanup(queue, id), says("cleanup", queue+": hold: header Subject: x from y; from=<"+path+">")),
			uncertain, "holds it back"},
		"one on hold before its Message-ID was logged too": {
			whole(says("smtpd", "NOQUEUE: hold: RCPT from x[192.0.2.1]: <x>: y; from=<"+path+"> to=<x>"),
				cleanup(queue, id)), uncertain, "holds it back"},
		"one thrown away was taken": {
			whole(cleanup(queue, id), says("cleanup", queue+": discard: header X: y from z")), uncertain, ""},
		"a log that begins too late": {
			newText().busy(-30*sec, 22*minute), uncertain, "the log begins at 2026-11-22 22:59:30 JST"},
		"a log that ends too early": {
			newText().busy(-9*minute, 14*minute), uncertain, "it must go on after 2026-11-22 23:15:00 JST"},
		"a log that ends before the attempt": {
			newText().busy(-60*minute, -30*minute), uncertain, "before this attempt"},
		"a log that is silent in between": {
			newText().busy(-9*minute, 2*minute).busy(13*minute, 22*minute), uncertain,
			"no line from 2026-11-22 23:00:00 JST to 2026-11-22 23:13:00 JST"},
		"a log that is silent when the time begins": {
			newText().busy(-20*minute, -10*minute).busy(5*minute, 22*minute), uncertain, "no line from"},
		"lines of other programs fill no gap": {
			newText().busy(-9*minute, 0).at(6*minute, "mx1 dovecot: imap-login: x").at(9*minute,
				"mx1 cron[1]: x").busy(12*minute, 22*minute), uncertain, "no line from"},
		"a relay that was down is no gap": {
			newText().busy(-9*minute, 0).at(sec, says("postfix-script", "stopping the Postfix mail system"),
				says("master", "terminating on signal 15")).
				at(14*minute, says("postfix-script", "starting the Postfix mail system")).
				busy(14*minute, 22*minute), unsent, ""},
		"a relay that starts without having stopped leaves one": {
			newText().busy(-9*minute, 0).
				at(14*minute, says("postfix-script", "starting the Postfix mail system")).
				busy(14*minute, 22*minute), uncertain, "no line from"},
		"lines that the logger dropped are missing": {
			whole("mx1 rsyslogd: imuxsock lost 12 messages from pid 7 due to rate-limiting"), uncertain,
			"dropped lines"},
		"and those that the journal dropped": {
			whole("mx1 systemd-journald[9]: Suppressed 12 messages from postfix@-.service"), uncertain, ""},
		"a log of warnings shows no acceptance of anybody": {
			newText().at(-2*minute, says("smtpd", "warning: x")).at(5*minute, says("smtp", "warning: x")).
				at(10*minute, says("smtp", "warning: x")).at(16*minute, says("smtp", "warning: x")),
			uncertain, "this is not the whole log"},
		"each host of the log must be covered": {
			whole("mx2 postfix/qmgr[1]: " + queue + ": from=<x@example.jp>, size=1, nrcpt=1 (queue active)"),
			uncertain, "the log"},
		"an empty log": {newText(), uncertain, "no line of Postfix"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, old := range []bool{false, true} {
				log := c.log.String()
				if old {
					log = traditional(t, log)
				}
				v := judge(t, evidence.Options{}, strings.NewReader(log))
				if v.Finding != c.want || !strings.Contains(v.Why, c.why) {
					t.Errorf("old %t: %s: %s; want %s: %s", old, v.Finding, v.Why, c.want, c.why)
				}
			}
		})
	}
}

// traditional rewrites the stamps of a log.
func traditional(t *testing.T, log string) string {
	var out strings.Builder
	for l := range strings.Lines(log) {
		stamp, rest, _ := strings.Cut(l, " ")
		at, err := time.Parse(time.RFC3339, stamp)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&out, "%s %s", at.Format(time.Stamp), rest)
	}
	return out.String()
}

func zipped(t *testing.T, text string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := io.WriteString(w, text); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestRotatedLogsJoinWhereTheyMeetInAnyOrderAndPacked(t *testing.T) {
	t.Parallel()
	first := newText().busy(-9*minute, 3*minute).String()
	second := newText().busy(3*minute+30*sec, 22*minute).String()
	v := judge(t, evidence.Options{}, strings.NewReader(second), bytes.NewReader(zipped(t, first)))
	if v.Finding != evidence.Unsent {
		t.Errorf("%+v", v)
	}
	late := newText().busy(6*minute, 22*minute).String()
	v = judge(t, evidence.Options{}, strings.NewReader(late), strings.NewReader(first))
	if v.Finding != evidence.Uncertain || !strings.Contains(v.Why, "no line from") {
		t.Errorf("a file in between may be missing: %+v", v)
	}
	if v = judge(t, evidence.Options{}, strings.NewReader(first+late)); v.Finding != evidence.Unsent {
		t.Errorf("in one file the same silence is short: %+v", v)
	}
	cut := zipped(t, first)[:100]
	err := evidence.New(nil, evidence.Options{}).Read(evidence.File{Reader: strings.NewReader(second)},
		evidence.File{Reader: bytes.NewReader(cut)})
	var file *evidence.FileError
	if !errors.As(err, &file) || file.Index != 1 {
		t.Errorf("a damaged file: %v", err)
	}
}

func TestTheAcceptanceIsFoundInAnotherFileThanTheMessageID(t *testing.T) {
	t.Parallel()
	v := judge(t, evidence.Options{}, strings.NewReader(newText().at(9*sec, active(queue, path)).String()),
		strings.NewReader(newText().at(8*sec, cleanup(queue, id)).String()))
	if v.Finding != evidence.Sent {
		t.Errorf("%+v", v)
	}
}

func TestALongerSilenceCanBePermitted(t *testing.T) {
	t.Parallel()
	log := newText().busy(-9*minute, 0).busy(25*minute, 30*minute).String()
	if v := judge(t, evidence.Options{}, strings.NewReader(log)); v.Finding != evidence.Uncertain {
		t.Errorf("%+v", v)
	}
	o := evidence.Options{MaxGap: 30 * minute}
	if v := judge(t, o, strings.NewReader(log)); v.Finding != evidence.Unsent {
		t.Errorf("%+v", v)
	}
}

func TestStampsWithoutAYearGetTheOneOfTheAttempt(t *testing.T) {
	t.Parallel()
	eve := time.Date(2026, 12, 31, 23, 58, 0, 0, tokyo)
	log := &text{old: true, origin: eve}
	log.busy(-9*minute, 22*minute)
	if v := judgeAt(t, eve, evidence.Options{}, strings.NewReader(log.String())); v.Finding != evidence.Unsent {
		t.Errorf("over New Year: %+v", v)
	}
	log.at(5*minute, message(queue, id, path)...)
	if v := judgeAt(t, eve, evidence.Options{}, strings.NewReader(log.String())); v.Finding != evidence.Sent {
		t.Errorf("over New Year: %+v", v)
	}
}

func TestALogOfLastYearCoversNothingOfThisOne(t *testing.T) {
	t.Parallel()
	log := traditional(t, whole().String())
	s := evidence.New([]evidence.Delivery{
		{ID: 7, MessageID: id, ReturnPath: path, Earliest: claimed, Latest: claimed},
	}, evidence.Options{Zone: tokyo})
	err := s.Read(evidence.File{Reader: strings.NewReader(log), Modified: claimed.AddDate(-1, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	if v := s.Verdict(7); v.Finding != evidence.Uncertain {
		t.Errorf("%+v", v)
	}
}

func TestStampsWithoutAZoneAreReadInTheGivenOne(t *testing.T) {
	t.Parallel()
	log := traditional(t, newText().at(5*sec, message(queue, id, path)...).String())
	v := judge(t, evidence.Options{Zone: time.UTC}, strings.NewReader(log))
	if v.Finding != evidence.Uncertain {
		t.Errorf("nine hours away: %+v", v)
	}
}

func TestTheHourThatTheClockRepeatsCoversNothing(t *testing.T) {
	t.Parallel()
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	back := time.Date(2026, 10, 25, 1, 30, 0, 0, time.UTC).In(berlin) // 02:30, the second time
	log := &text{old: true, origin: back}
	log.busy(-3*60*minute, 3*60*minute)
	v := judgeAt(t, back, evidence.Options{Zone: berlin}, strings.NewReader(log.String()))
	if v.Finding != evidence.Uncertain || !strings.Contains(v.Why, "no line from") {
		t.Errorf("%+v", v)
	}
}

func TestAClaimWhoseMomentIsUnknownNeedsALongerLog(t *testing.T) {
	t.Parallel()
	for latest, want := range map[time.Duration]evidence.Finding{
		0: evidence.Unsent, 30 * minute: evidence.Uncertain,
	} {
		s := evidence.New([]evidence.Delivery{{ID: 7, MessageID: id, ReturnPath: path,
			Earliest: claimed, Latest: claimed.Add(latest)}}, evidence.Options{Zone: tokyo})
		if err := s.Read(evidence.File{Reader: whole()}); err != nil {
			t.Fatal(err)
		}
		if v := s.Verdict(7); v.Finding != want {
			t.Errorf("claimed up to %v later: %+v", latest, v)
		}
	}
}

func TestHostileLinesAreNotEvidence(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 100<<10)
	for name, lines := range map[string][]string{
		"a line in a host name": {cleanup(queue, id),
			says("smtpd", "connect from "+active(queue, path))},
		"a sender's address that goes on like the line": {cleanup(queue, id),
			active(queue, "evil>, size=1, nrcpt=1 (queue active) from=<"+path)},
		"text behind the line": {cleanup(queue, id), active(queue, path) + " x"},
		"text before it":       {cleanup(queue, id), says("qmgr", "x: "+queue+": from=<"+path+">, size=1, nrcpt=1 (queue active)")},
		"another program":      {cleanup(queue, id), strings.Replace(active(queue, path), "postfix/qmgr", "qmgr", 1)},
		"a line too long":      {cleanup(queue, id), says("qmgr", long)},
		"NUL and no ends":      {cleanup(queue, id), "\x00\x00\xff: [", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			v := judge(t, evidence.Options{}, newText().at(5*sec, lines...))
			if v.Finding != evidence.Uncertain {
				t.Errorf("%+v", v)
			}
		})
	}
	v := judge(t, evidence.Options{}, newText().at(0, long).at(5*sec, message(queue, id, path)...))
	if v.Finding != evidence.Sent {
		t.Errorf("a long line hides the next: %+v", v)
	}
}

func FuzzLogsNeverProveADeliveryThatTheyDoNotName(f *testing.F) {
	f.Add(whole().Bytes())
	f.Add(newText().at(5*sec, message(queue, "x", "y")...).Bytes())
	f.Add([]byte("Feb 29 23:59:59 h postfix/qmgr[1]: A: from=<>, size=, nrcpt= (queue active)\n"))
	f.Add([]byte("Nov  2 1:02:03 h p[: \n2026-11-22T23:00:00Z\n0 \n\x1f\x8b"))
	f.Fuzz(func(t *testing.T, log []byte) {
		s := evidence.New([]evidence.Delivery{
			{ID: 7, MessageID: id, ReturnPath: path, Earliest: claimed, Latest: claimed},
		}, evidence.Options{Zone: tokyo})
		_ = s.Read(evidence.File{Reader: bytes.NewReader(log), Modified: claimed})
		if v := s.Verdict(7); v.Finding == evidence.Sent && !bytes.Contains(log, []byte(path)) ||
			v.Why == "" {
			t.Errorf("%+v", v)
		}
	})
}
