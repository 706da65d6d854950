package e2e

import (
	"regexp"
	"testing"
	"time"

	"oshirase/config/programmes/delta"
	"oshirase/jobs/email/emailtest"
)

var deltaWording = wording{
	code:      regexp.MustCompile(`SCW-[0-9A-Z]{4}-[0-9A-Z]{4}`),
	reference: regexp.MustCompile(`(?:reference|受付番号)([0-9A-Z]{3}-[0-9A-Z]{3}-[0-9A-Z]{3})`),
	until:     []string{"toApril6,2020.", "2020年4月6日まで"},
}

// TestDeltaGivesEachPersonOneCodeThoughWorkersAreKilled writes to everybody by e-mail and by letter, which the sample
// does only where an e-mail fails, so that both can be compared.
func TestDeltaGivesEachPersonOneCodeThoughWorkersAreKilled(t *testing.T) {
	t.Parallel()
	needPdftotext(t)
	if err := buildFaulty(); err != nil {
		t.Fatal(err)
	}
	const scale = 0.0005
	want := delta.Expect(scale)
	s := newSite(t, emailtest.Options{Delay: time.Millisecond})
	s.email = "    uncertain: resend\n"
	if people := s.enqueueSample("delta", "0.0005", "when: on-failure", "when: always"); people != want.People {
		t.Fatalf("%d people, want %d", people, want.People)
	}
	for _, point := range []string{"dot:kill:15"} {
		s.startWorker("OSHIRASE_FAULT=" + point).dies()
	}
	s.startWorker()
	st := s.until("done", rowPatience, func(st status) bool {
		return st.Channels["email"]["sent"] == want.Email && st.Channels["letter"]["bound"] == want.CodesToUse
	})
	if st.People["affected"] != want.People || st.People["unreachable"] != want.Nowhere {
		t.Errorf("people: %v, want %+v", st.People, want)
	}
	mails, letters := given{}, given{}
	for _, m := range s.mail.Received() {
		mails.see(t, s.textOf(m.Data), deltaWording)
	}
	for _, page := range s.letterPages() {
		if deltaWording.code.MatchString(page) { // a letter has two, and what is looked for stands on the second
			letters.see(t, page, deltaWording)
		}
	}
	mails.compare(t, "e-mail", want.Email)
	letters.compare(t, "letter", want.CodesToUse)
	mails.within(t, letters)
	s.noCodes(deltaWording.code)
	t.Logf("%d messages taken, for %d people; %d letters", s.mail.Count(), len(mails), len(letters))
}
