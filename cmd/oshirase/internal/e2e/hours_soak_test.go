//go:build soak

package e2e

import (
	"fmt"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"oshirase/config/programmes/jtb"
	"oshirase/jobs/email/emailtest"
)

// The agency's ten days, in little: so much of each day's hours is let pass, half of it in the morning and half
// in the evening, and the rate is higher by as much as the hours are fewer.
const (
	openFor  = 30 * time.Second // of a day's twelve hours
	tenDays  = 10
	mostLate = 512 // messages claimed before the hours ended, and taken after it: what a worker has under way
)

// shift counts messages by the day on which the mail server took them, and those outside the hours.
type shift struct {
	calendar
	mu          sync.Mutex
	by          map[string]int
	late, early map[string]int // after 20:00, before 8:00
}

func (h *shift) see(emailtest.Received) {
	at := h.now().In(tokyo)
	day := at.Format(time.DateOnly)
	h.mu.Lock()
	defer h.mu.Unlock()
	h.by[day]++
	if at.Hour() >= 20 {
		h.late[day]++
	}
	if at.Hour() < 8 {
		h.early[day]++
	}
}

// TestTheAgencysPeopleAreToldWithinItsHours runs the programme with its hours and a rate that fills them for
// ten days. Who has no mailbox gets a letter here.
func TestTheAgencysPeopleAreToldWithinItsHours(t *testing.T) {
	tally := newBrandTally()
	hours := &shift{by: map[string]int{}, late: map[string]int{}, early: map[string]int{}}
	s := newSite(t, emailtest.Options{Forget: true, OnMessage: func(m emailtest.Received) {
		tally.see(m)
		hours.see(m)
	}})
	want, err := jtb.Expect(jtb.Scaled(jtbScale))
	s.must(err)
	s.calendared(&hours.calendar)
	opens := time.Date(2016, time.June, 14, 8, 0, 0, 0, tokyo)
	hours.turn(t, opens.Add(-time.Hour))
	rate := want.People / tenDays / int(openFor.Seconds())
	s.enqueueInHours(rate)
	s.work()
	days := 0
	for ; s.status().State != "done"; days++ {
		if days > 4*tenDays {
			t.Fatalf("not done after %d days: %+v\n%s", days, s.status(), s.log())
		}
		s.passDay(&hours.calendar, opens.AddDate(0, 0, days))
	}
	st := s.status()
	t.Logf("%d rows of %d people at %d a second on %d days: by day %v, after the hours %v; by brand %v; %v",
		want.AllRows(), want.People, rate, days, hours.by, hours.late, tally.sent, st.Channels)
	tally.compare(t, st, want)
	s.holdAll(t, st, want)
	hours.hold(t, rate)
}

// enqueueInHours brings the sample in, with that rate and the providers' in proportion, and with letters.
func (s *site) enqueueInHours(rate int) {
	s.t.Helper()
	s.folder = filepath.Join(s.dir, "campaign")
	s.do("sample", "jtb", "--out", s.folder, "--scale", fmt.Sprint(jtbScale))
	each := fmt.Sprintf("%d/s", rate*50/157)
	s.enqueueFolder("total: 15.7/s", fmt.Sprintf("total: %d/s", rate),
		"docomo: 5/s", "docomo: "+each, "au: 5/s", "au: "+each, "softbank: 5/s", "softbank: "+each,
		"\nlocales:", "\n  letter: {when: no-email, envelope: jp-chou3}\nlocales:")
}

// passDay lets the hours of a day begin and end.
func (s *site) passDay(c *calendar, opens time.Time) {
	s.t.Helper()
	c.turn(s.t, opens.Add(-3*time.Second))
	c.await(opens.Add(openFor / 2))
	closes := opens.Add(12 * time.Hour)
	c.turn(s.t, closes.Add(-openFor/2))
	c.await(closes.Add(3 * time.Second))
	for n := -1; n != s.mail.Count(); time.Sleep(time.Second) {
		n = s.mail.Count()
	}
}

// holdAll sees that nobody is lost: each got a message or a letter, or has neither mailbox nor address.
func (s *site) holdAll(t *testing.T, st status, want jtb.Truth) {
	t.Helper()
	sent, letters := st.Channels["email"]["sent"], st.letters()
	if st.People["affected"] != want.People || s.mail.Count() != sent || letters == 0 ||
		sent+letters+st.People["unreachable"] != want.People {
		t.Errorf("%d people: %d messages, %d taken, %d letters; %v", want.People, sent, s.mail.Count(), letters,
			st.People)
	}
	if pieces := len(s.printed()); pieces != letters {
		t.Errorf("%d letters printed, want %d", pieces, letters)
	}
}

// hold sees that the hours and the rate were kept: a second's messages more than the rate may be on their way.
func (h *shift) hold(t *testing.T, rate int) {
	t.Helper()
	most := rate * (int(openFor.Seconds()) + 2)
	for day, n := range h.by {
		if n-h.late[day] > most || h.late[day] > mostLate || h.early[day] > 0 {
			t.Errorf("%s: %d messages, of them %d before the hours and %d after; want at most %d", day, n,
				h.early[day], h.late[day], most)
		}
	}
}
