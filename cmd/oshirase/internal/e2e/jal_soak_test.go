//go:build soak

package e2e

import (
	"bytes"
	"maps"
	"mime"
	"net/mail"
	"strings"
	"sync"
	"testing"
	"time"

	"oshirase/config/programmes/jal"
	"oshirase/jobs/email/emailtest"
)

// milesSubjects are words of the subjects of each kind of notice.
var milesSubjects = map[string][2]string{ // ja, en
	"interim":    {"漏えいの疑いに関する", "suspected to have been taken"},
	"found":      {"漏えいに関するお知らせとお詫び", "in an incident at our company"},
	"update":     {"調査結果のお知らせ", "what our inquiry has found"},
	"withdrawal": {"対象ではない", "not affected after all"},
}

// milesTally counts the messages that the mail server takes, by what they are.
type milesTally struct {
	mu   sync.Mutex
	kind map[string]int
}

func (k *milesTally) see(m emailtest.Received) {
	is := "unreadable"
	if message, err := mail.ReadMessage(bytes.NewReader(m.Data)); err == nil {
		subject, _ := new(mime.WordDecoder).DecodeHeader(message.Header.Get("Subject"))
		is = subject
		for kind, words := range milesSubjects {
			if strings.Contains(subject, words[0]) || strings.Contains(subject, words[1]) {
				is = kind
			}
		}
	}
	k.mu.Lock()
	k.kind[is]++
	k.mu.Unlock()
}

// since takes what was counted.
func (k *milesTally) since() map[string]int {
	k.mu.Lock()
	defer k.mu.Unlock()
	counted := k.kind
	k.kind = map[string]int{}
	return counted
}

func TestAllOfTheAirlinesMembersHearWhatIsNewInEachRevision(t *testing.T) {
	tally := &milesTally{kind: map[string]int{}}
	s := newSite(t, emailtest.Options{Forget: true, OnMessage: tally.see})
	page := newMembersPage(t)
	s.do("sample", "jal", "--out", "jal", "--scale", "1")
	s.paged(page)
	var sent jal.Told // in all
	for i, want := range jal.Expect(1).Revisions {
		begin := time.Now()
		p := s.bringIn(want.Number)
		brought := time.Now()
		if i == 0 {
			s.work()
		} else {
			comparePurposes(t, p, want)
		}
		st := s.until("done", patience, func(st status) bool { return st.State == "done" && st.Revision == want.Number })
		t.Logf("revision %d: planned and enqueued in %.1f s, sent in %.1f s", want.Number,
			brought.Sub(begin).Seconds(), time.Since(brought).Seconds())
		for _, told := range []jal.Told{want.First, want.Update, want.Withdrawal} {
			sent.Email, sent.Letters, sent.Feed = sent.Email+told.Email, sent.Letters+told.Letters, sent.Feed+told.Feed
		}
		if p.People != want.People || p.Deliveries != want.Deliveries() || st.Channels["email"]["sent"] != sent.Email ||
			st.Channels["letter"]["bound"] != sent.Letters || st.Channels["feed"]["sent"] != sent.Feed ||
			len(page.taken) != sent.Feed {
			t.Errorf("revision %d: %d messages on the page; %+v, %v; want %+v, in all %+v", want.Number, len(page.taken),
				p, st.Channels, want, sent)
		}
		if got := tally.since(); !maps.Equal(got, mailOf(want)) {
			t.Errorf("revision %d: the server took %v, want %v", want.Number, got, mailOf(want))
		}
	}
}

// comparePurposes holds what a plan says before anything is enqueued against the truth.
func comparePurposes(t *testing.T, p milesPlan, want jal.Revision) {
	t.Helper()
	x := p.Purposes
	for what, of := range map[string]struct {
		got  milesPurpose
		want jal.Told
	}{
		"first": {x.First, want.First}, "update": {x.Update, want.Update},
		"withdrawal": {x.Withdrawal, want.Withdrawal}, "nothing": {x.Nothing, want.Nothing},
	} {
		got := jal.Told{People: of.got.People, Email: of.got.Channels["email"], Letters: of.got.Channels["letter"],
			Feed: of.got.Channels["feed"]}
		if got != of.want {
			t.Errorf("revision %d, %s: %+v, want %+v", want.Number, what, got, of.want)
		}
	}
	t.Logf("revision %d: %+v", want.Number, x)
}

// mailOf counts a revision's messages by what they are.
func mailOf(r jal.Revision) map[string]int {
	first := "found"
	if r.Number == 1 {
		first = "interim"
	}
	counts := map[string]int{first: r.First.Email, "update": r.Update.Email, "withdrawal": r.Withdrawal.Email}
	maps.DeleteFunc(counts, func(_ string, n int) bool { return n == 0 })
	return counts
}
