package e2e

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"oshirase/jobs/email/emailtest"
	"oshirase/jobs/ledger"
	"oshirase/jobs/ledger/ledgertest"
)

const suspectManifest = `id: air-2014
revision: %d
title: {en: A leak}
controller: {name: {en: Example Air}, address: {en: 1-1 Example}}
contact: {phone: 0120-000-000, url: https://example.com/notice}
recipients:
  - {file: people.csv, columns: {id: id, name: name, email: email, company: company}}
segments:
  - id: suspected
    elements: [name, address]
    elements_by: {birth_date: company == "more"}
    certainty: suspected
    notice: suspected
batches: {by: %s}
channels: {email: {from: notice@example.com, bounce: bounce@example.com}}
locales: {default: en}
`

// suspects are people by number, what is said of them being in the column that the segment asks for.
type suspects struct {
	from, to int
	company  string
}

// suspectFolder writes a revision of a campaign.
func (s *site) suspectFolder(revision int, batches string, all ...suspects) {
	s.t.Helper()
	s.folder, s.id = filepath.Join(s.dir, fmt.Sprintf("r%d", revision)), "air-2014"
	s.must(os.MkdirAll(filepath.Join(s.folder, "notices"), 0o700))
	var rows strings.Builder
	rows.WriteString("id,name,email,company\n")
	for _, some := range all {
		for i := some.from; i <= some.to; i++ {
			fmt.Fprintf(&rows, "M%04d,Sample Person %d,p%d@example.com,%s\n", i, i, i, some.company)
		}
	}
	manifest := fmt.Sprintf(suspectManifest, revision, batches)
	if revision > 1 {
		manifest += "updates: {withdrawal: gone}\n"
	}
	for name, text := range map[string]string{
		"campaign.yaml": manifest, "people.csv": rows.String(),
		"notices/suspected.en.md": "---\nsubject: Your data\n---\n\n{{ .Elements }}. Call {{ .Contact.Phone }}.\n",
		"notices/gone.en.md":      "---\nsubject: Not yours\n---\n\nNot after all. Call {{ .Contact.Phone }}.\n",
	} {
		s.must(os.WriteFile(filepath.Join(s.folder, name), []byte(text), 0o600))
	}
}

// switching opens the ledger beside the program and asks how far a revision has come.
func (s *site) switching(is func(ledger.Counts) bool) func() bool {
	l, err := ledger.Open(context.Background(), s.ledger, false, time.Now)
	s.must(err)
	s.t.Cleanup(func() { l.Close() })
	return func() bool {
		c, err := l.Counts(context.Background(), s.id)
		return err == nil && is(c)
	}
}

// TestARevisionComesInWholeThoughItIsKilled kills the process that brings a further revision in, once before
// there is no way back and once after, while a worker is at work. What people get is counted where they get it.
func TestARevisionComesInWholeThoughItIsKilled(t *testing.T) {
	t.Parallel()
	if err := buildFaulty(); err != nil {
		t.Fatal(err)
	}
	for name, place := range map[string]func(*site){"in a file": func(*site) {}, "on a server": (*site).onServer} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSite(t, emailtest.Options{Forget: true})
			place(s)
			revisionKilled(s)
		})
	}
}

// onServer lays the ledger into a database of the test binary's server.
func (s *site) onServer() { s.ledger = ledgertest.Server(s.t) }

func revisionKilled(s *site) {
	t := s.t
	const told, untold, fresh = 2000, 200, 100 // people of the first revision, and new ones of the second
	s.suspectFolder(1, "company", suspects{1, told, "early"}, suspects{told + 1, told + untold, "late"})
	s.do("enqueue", s.folder, "--confirm", fmt.Sprintf("%s:%d", s.id, told+untold))
	s.do("hold", s.id, "--batch", "late")
	worker := s.ahead(0, "work")
	s.must(worker.Start())
	t.Cleanup(func() { _ = worker.Process.Kill(); _ = worker.Wait() })
	s.until("told", patience, func(st status) bool { return st.People["told"] == told })

	// The second: of 500 nothing new, of 1,000 more, 500 are gone; the others had not been told yet.
	s.suspectFolder(2, "none", suspects{1, 500, "early"}, suspects{501, 1500, "more"},
		suspects{told + 1, told + untold + fresh, "late"})
	const again = 1000 + 500 + untold + fresh
	enqueue := []string{"enqueue", s.folder, "--confirm", fmt.Sprintf("%s:%d", s.id, again)}
	if !s.killedWhen(s.spilling(enqueue...), s.switching(func(c ledger.Counts) bool { return c.Campaign.Switching > 0 })) {
		t.Fatal("it was not killed while it was laid down")
	}
	if st := s.status(); st.Revision != 1 || st.Switching != 2 || st.People["told"] != told {
		t.Errorf("after it was killed while it was laid down: %+v", st)
	}
	if !s.killedWhen(s.ahead(time.Minute, enqueue...), s.switching(func(c ledger.Counts) bool {
		return c.Campaign.Switching < 0 && c.Channels[ledger.Email][ledger.Waiting] > untold
	})) {
		t.Fatal("it was not killed while it was put in force")
	}
	if st := s.status(); st.Revision != 1 || st.Switching != -2 {
		t.Errorf("after it was killed while it was put in force: %+v", st)
	}
	s.ahead(2 * time.Minute) // the worker's clock too: it goes on with what the dead process has left
	st := s.until("done", patience, func(st status) bool { return st.State == "done" && st.Revision == 2 })
	if st.People["told"] != 1500+untold+fresh || st.People["cleared"] != 500 ||
		st.Channels["email"]["sent"] != told+again || st.Channels["email"]["superseded"] != untold {
		t.Errorf("%+v", st)
	}
	s.heardTimes(map[int]suspects{1: {1, 500, ""}, 2: {501, told, ""}})
	s.heardTimes(map[int]suspects{1: {told + 1, told + untold + fresh, ""}})
}

// heardTimes sees that each of some people got so many messages.
func (s *site) heardTimes(want map[int]suspects) {
	s.t.Helper()
	got := map[string]int{}
	for _, r := range s.mail.Recipients() {
		got[r]++
	}
	for n, some := range want {
		for i := some.from; i <= some.to; i++ {
			if to := fmt.Sprintf("p%d@example.com", i); got[to] != n {
				s.t.Errorf("%s got %d messages, want %d", to, got[to], n)
			}
		}
	}
}
