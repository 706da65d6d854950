package roster_test

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"filippo.io/age"

	"oshirase/jobs/compose"
	"oshirase/jobs/ledger"
	"oshirase/jobs/ledger/ledgertest"
	"oshirase/jobs/office"
	"oshirase/jobs/plan"
	"oshirase/jobs/roster"
	"oshirase/jobs/seal"
	"oshirase/letters"
)

const manifest = `id: test
revision: 1
title: {en: A leak}
controller: {name: {en: Example Inc.}, postcode: 100-0000, address: {en: 1-1 Rei-cho}}
contact: {phone: 0120-000-000}
recipients:
  - {file: people.csv, columns: {id: id, name: name, email: email, company: company, address: [address]}}
identity: [[id]]
segments:
  - {id: all, elements: [name, card_number], notice: first}
batches: {file: companies.csv, report: {notice: company}}
channels:
  email: {from: notice@example.com, bounce: bounce@example.com}
  letter:
locales: {default: en}
`

const people = `id,name,email,company,address
A1,Aki Example,aki@example.jp,Sora,
A2,"=1+1",,Sora,
A3,Chie Example,chie@example.jp,Sora,
A3,Chie Example,chie@example.jp,Hoshi,
A4,Dai Example,dai@example.jp,Hoshi,
`

// reports brings a campaign in whose companies Sora and Hoshi have these contacts, and claims their reports.
func reports(t *testing.T, sora, hoshi string) (*ledgertest.Fixture, *office.Office, map[string]*ledger.Claim) {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{
		"campaign.yaml": manifest, "people.csv": people,
		"companies.csv": "company,start,contact_name,contact_email,contact_address,contact_age_key\n" +
			"Sora,2013-01-01," + sora + "\nHoshi,2013-01-02," + hoshi + "\n",
		"notices/first.en.md":   "---\nsubject: x\n---\n{{ .Elements }}\n",
		"notices/company.en.md": "---\nsubject: x\n---\n{{ if .Report.Listed }}\nwith a list\n{{ else }}\nwithout\n{{ end }}\n",
	} {
		path := filepath.Join(dir, name)
		must(t, os.MkdirAll(filepath.Dir(path), 0o755))
		must(t, os.WriteFile(path, []byte(text), 0o644))
	}
	f := ledgertest.New(t)
	p, err := plan.Read(t.Context(), dir, plan.Options{Now: f.Clock.T, Fonts: letters.Embedded()})
	must(t, err)
	if p.Invalid() {
		t.Fatal(p.Problems)
	}
	must(t, p.Import(t.Context(), f.Ledger, plan.Enlist{Key: f.Key, Holder: "tester", By: ledgertest.By}))
	o, err := office.New(f.Ledger, seal.Dir(f.Keys)).At(t.Context(), "test", 1)
	must(t, err)
	return f, o, claims(t, f)
}

func claims(t *testing.T, f *ledgertest.Fixture) map[string]*ledger.Claim {
	t.Helper()
	_, err := f.Advance(t.Context(), "test", ledger.Policy{})
	must(t, err)
	lanes, err := f.Lanes(t.Context(), "test")
	must(t, err)
	out := map[string]*ledger.Claim{}
	for _, lane := range lanes {
		tasks, err := f.Feed(t.Context(), lane, 10)
		must(t, err)
		for _, k := range tasks {
			c, err := f.Claim(t.Context(), k, "w")
			must(t, err)
			out[c.Batch] = c
		}
	}
	return out
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func caseOf(t *testing.T, f *ledgertest.Fixture, o *office.Office, c *ledger.Claim) compose.Case {
	t.Helper()
	x, err := o.Case(c)
	must(t, err)
	must(t, roster.Attach(t.Context(), f.Ledger, o, &x))
	return x
}

func TestTheContactOpensTheListOfTheirCompanysPeopleAndNobodyElseDoes(t *testing.T) {
	t.Parallel()
	reader, err := age.GenerateX25519Identity()
	must(t, err)
	f, o, claims := reports(t, "Contact,sora@example.com,,"+reader.Recipient().String(), "Contact,hoshi@example.com,,")
	x := caseOf(t, f, o, claims["Sora"])
	plain, err := age.Decrypt(bytes.NewReader(x.List), reader)
	must(t, err)
	list, err := io.ReadAll(plain)
	must(t, err)
	var got []string
	for line := range strings.Lines(string(list)) {
		_, rest, _ := strings.Cut(strings.TrimSpace(line), ",") // without the reference
		got = append(got, rest)
	}
	want := "name,member,email,elements,told_with\n" +
		"Aki Example,A1,aki@example.jp,name; payment card number,\n" +
		"'=1+1,A2,,name; payment card number,\n" +
		"Chie Example,A3,chie@example.jp,name; payment card number,another company"
	if s := strings.Join(got, "\n"); s != want {
		t.Errorf("the list\n%s\nwant\n%s", s, want)
	}
	stranger, err := age.GenerateX25519Identity()
	must(t, err)
	if _, err := age.Decrypt(bytes.NewReader(x.List), stranger); err == nil {
		t.Error("a stranger opens the list")
	}
	m, _, err := o.Book.Email(x, o.Key)
	must(t, err)
	if m.Attachment == nil || !bytes.Equal(m.Attachment.Content, x.List) || strings.TrimSpace(m.Text) != "with a list" {
		t.Errorf("message %q with %v", m.Text, m.Attachment)
	}
}

func TestWithoutAKeyAndByLetterThereIsNoList(t *testing.T) {
	t.Parallel()
	reader, err := age.GenerateX25519Identity()
	must(t, err)
	f, o, claims := reports(t, "Contact,sora@example.com,,", "Contact,,1-1 Rei-cho,"+reader.Recipient().String())
	for batch, c := range claims {
		if x := caseOf(t, f, o, c); x.List != nil || compose.Lists(x.Person) {
			t.Errorf("%s: a list of %d bytes", batch, len(x.List))
		}
	}
	if len(claims) != 2 || claims["Hoshi"].Channel != ledger.Letter {
		t.Errorf("claims %v", claims)
	}
	for _, name := range []string{"Sora", "Hoshi"} {
		for m, err := range f.Members(t.Context(), "test", name, f.Key) {
			if must(t, err); m.Batch == name {
				t.Errorf("%s is noted for a list of %s that nobody gets", m.Ref, name)
			}
		}
	}
}
