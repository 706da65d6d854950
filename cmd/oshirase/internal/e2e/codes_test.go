package e2e

import (
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"oshirase/jobs/email/emailtest"
)

const codesManifest = `id: codes-2018
revision: 1
title: {en: A campaign with codes}
controller: {name: {en: Sample Inc.}, postcode: 100-0000, address: {en: "1-1 Mihon-ku, Tokyo"}}
contact: {phone: 0120-000-000}
recipients:
  - {file: people.csv, columns: {id: id, name: name, email: email, postcode: postcode, address: [address]}}
segments:
  - {id: card, elements: [card_number], notice: card}
codes: {file: codes.csv, starts: 2018-04-07, term: 2y, url: https://enroll.example.com, ended: accepted}
channels:
  email: {from: notice@example.com, bounce: bounce@example.com, uncertain: resend}
  letter: {when: always}
locales: {default: en}
`

const codesNotice = `---
subject: Notice
---

Reference {{ .Person.Reference }}.

{{ .Elements }}

Code {{ .Code }}, until {{ date .CodeExpires }}.
`

// codesFolder writes a campaign of people with an e-mail address and a postal one, and fewer codes.
func (s *site) codesFolder(people, codes int) {
	s.t.Helper()
	s.folder, s.id = filepath.Join(s.dir, "campaign"), "codes-2018"
	s.must(os.MkdirAll(filepath.Join(s.folder, "notices"), 0o700))
	var rows strings.Builder
	rows.WriteString("id,name,email,postcode,address\n")
	for i := range people {
		fmt.Fprintf(&rows, "M%04d,Sample Person,p%d@example.com,100-0000,1-%d Rei-cho\n", i, i, i+1)
	}
	for name, text := range map[string]string{
		"campaign.yaml": codesManifest, "notices/card.en.md": codesNotice, "people.csv": rows.String(),
		"codes.csv": codesList(1, codes),
	} {
		s.must(os.WriteFile(filepath.Join(s.folder, name), []byte(text), 0o600))
	}
}

func codesList(from, to int) string {
	var rows strings.Builder
	rows.WriteString("code\n")
	for i := from; i <= to; i++ {
		fmt.Fprintf(&rows, "ZQX-%04d\n", i)
	}
	return rows.String()
}

// wording is how what is looked for stands in a campaign's notices, spaces aside.
type wording struct {
	code, reference *regexp.Regexp
	until           []string // the term's last day, in each language
}

var codesWording = wording{
	code: regexp.MustCompile(`ZQX-\d{4}`), reference: regexp.MustCompile(`Reference([0-9A-Z]{3}-[0-9A-Z]{3}-[0-9A-Z]{3})`),
	until: []string{"until6April2020"},
}

// given gathers which codes each person was seen to have.
type given map[string]map[string]bool

func (g given) see(t *testing.T, text string, w wording) {
	t.Helper()
	text = strings.Join(strings.Fields(text), "")
	refs, codes := w.reference.FindAllStringSubmatch(text, -1), w.code.FindAllString(text, -1)
	if len(refs) == 0 || len(codes) == 0 {
		t.Errorf("no reference or no code in %q", text)
		return
	}
	if !slices.ContainsFunc(w.until, func(day string) bool { return strings.Contains(text, day) }) {
		t.Errorf("none of %q, the term's last day, in %q", w.until, text)
	}
	for _, code := range codes {
		if g[refs[0][1]] == nil {
			g[refs[0][1]] = map[string]bool{}
		}
		g[refs[0][1]][code] = true
	}
}

// compare sees that everybody has one code, and nobody another's.
func (g given) compare(t *testing.T, channel string, people int) {
	t.Helper()
	owner := map[string]string{}
	for person, codes := range g {
		if len(codes) != 1 {
			t.Errorf("%s: %s was given the codes %v", channel, person, codes)
		}
		for code := range codes {
			if before := owner[code]; before != "" {
				t.Errorf("%s: %s and %s have one code", channel, before, person)
			}
			owner[code] = person
		}
	}
	if len(g) != people {
		t.Errorf("%s: %d people, want %d", channel, len(g), people)
	}
}

// within sees that who was given a code in a mail has the same in a letter.
func (g given) within(t *testing.T, letters given) {
	t.Helper()
	for person, codes := range g {
		if !maps.Equal(codes, letters[person]) {
			t.Errorf("%s has %v in the letter and %v in the e-mail", person, letters[person], codes)
		}
	}
}

// textOf joins the decoded parts of a message.
func (s *site) textOf(raw []byte) string {
	s.t.Helper()
	_, text, err := emailtest.ReadText(raw)
	s.must(err)
	return text
}

// letterPages are the texts of the pages of all print files.
func (s *site) letterPages() []string {
	s.t.Helper()
	files, err := filepath.Glob(filepath.Join(s.dir, "letters", "*.pdf"))
	s.must(err)
	var pages []string
	for _, file := range files {
		if strings.HasSuffix(file, ".cover.pdf") {
			continue
		}
		out, err := exec.Command("pdftotext", "-layout", file, "-").Output()
		s.must(err)
		pages = append(pages, strings.Split(strings.TrimSuffix(string(out), "\f"), "\f")...)
	}
	return pages
}

// needPdftotext skips a test where the print files cannot be read.
func needPdftotext(t *testing.T) {
	t.Helper()
	if _, err := exec.LookPath("pdftotext"); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("pdftotext is needed under CI")
		}
		t.Skip("pdftotext is not on this machine")
	}
}

// TestEachPersonIsGivenOneCodeThoughWorkersAreKilled counts at the far end: in what the mail server took and in
// the print files. Messages of which a killed worker could not know are sent again: with the same code.
func TestEachPersonIsGivenOneCodeThoughWorkersAreKilled(t *testing.T) {
	t.Parallel()
	needPdftotext(t)
	if err := buildFaulty(); err != nil {
		t.Fatal(err)
	}
	const people, codes = 160, 150
	s := newSite(t, emailtest.Options{Delay: time.Millisecond})
	s.codesFolder(people, codes)
	s.do("enqueue", s.folder, "--confirm", fmt.Sprintf("%s:%d", s.id, 2*people))
	for _, point := range []string{"dot:kill:20", "claimed:kill:30", "replied:kill:20"} {
		s.startWorker("OSHIRASE_FAULT=" + point).dies()
	}
	s.startWorker()
	s.until("done but for those without a code", rowPatience, func(st status) bool {
		return st.Channels["email"]["blocked"] == people-codes && st.Channels["letter"]["blocked"] == people-codes &&
			st.Channels["email"]["sent"] == codes
	})
	s.must(os.WriteFile(filepath.Join(s.dir, "more.csv"), []byte(codesList(codes+1, people)), 0o600))
	s.do("codes", "add", s.id, "more.csv", "--confirm", fmt.Sprintf("%s:%d", s.id, 2*(people-codes)))
	s.until("done", rowPatience, func(st status) bool {
		return st.Channels["email"]["sent"] == people && st.Channels["letter"]["bound"] == people
	})
	mails, letters := given{}, given{}
	for _, m := range s.mail.Received() {
		mails.see(t, s.textOf(m.Data), codesWording)
	}
	for _, page := range s.letterPages() {
		letters.see(t, page, codesWording)
	}
	mails.compare(t, "e-mail", people)
	letters.compare(t, "letter", people)
	mails.within(t, letters)
	t.Logf("%d messages taken, for %d people; %d letters", s.mail.Count(), len(mails), len(letters))
	s.noCodes(codesWording.code)
}

// noCodes looks for codes where none may be: what was logged, and the ledger's file.
func (s *site) noCodes(codeForm *regexp.Regexp) {
	s.t.Helper()
	if codeForm.MatchString(s.log()) {
		s.t.Error("a code is in the log")
	}
	for _, path := range []string{s.ledger, s.ledger + "-wal"} {
		text, err := os.ReadFile(path)
		if err == nil && codeForm.Match(text) {
			s.t.Errorf("a code is in %s", filepath.Base(path))
		}
	}
}
