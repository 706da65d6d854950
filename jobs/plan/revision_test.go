package plan

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"testing"

	"oshirase/config/campaign"
	"oshirase/jobs/ledger"
	"oshirase/jobs/ledger/ledgertest"
	"oshirase/jobs/revision"
	"oshirase/letters"
)

// compared reads a folder and holds it against the ledger.
func compared(t *testing.T, f *ledgertest.Fixture, files map[string]string) *Plan {
	t.Helper()
	return comparedWith(t, f, files, 0)
}

// comparedWith takes some people for new ones, whoever they are like.
func comparedWith(t *testing.T, f *ledgertest.Fixture, files map[string]string, strangers int) *Plan {
	t.Helper()
	p, err := Read(t.Context(), write(t, files), Options{
		Now: now, Fonts: letters.Embedded(), Strangers: strangers,
		Earlier: func(ctx context.Context, m campaign.Manifest) (*Earlier, error) {
			past, err := revision.New(ctx, f.Ledger, m.ID, f.Key)
			return &Earlier{Comparison: past, Key: f.Key}, err
		},
	})
	if err != nil || p.Invalid() {
		t.Fatal(p.Problems, err)
	}
	return p
}

// bringIn puts a plan in force.
func bringIn(t *testing.T, f *ledgertest.Fixture, p *Plan) *Plan {
	t.Helper()
	if err := p.Import(t.Context(), f.Ledger, enlist(f)); err != nil {
		t.Fatal(err)
	}
	return p
}

// next is the folder of a further revision.
func next(t *testing.T, f map[string]string, number int) {
	t.Helper()
	edit(t, f, "campaign.yaml", "revision: "+strconv.Itoa(number-1), "revision: "+strconv.Itoa(number))
}

// post sends the e-mails that can be sent.
func post(t *testing.T, f *ledgertest.Fixture) {
	t.Helper()
	ctx := t.Context()
	for more := true; more; {
		if _, err := f.Advance(ctx, "leak", ledger.Policy{Parallel: 9}); err != nil {
			t.Fatal(err)
		}
		lanes, err := f.Lanes(ctx, "leak")
		if err != nil {
			t.Fatal(err)
		}
		more = false
		for _, lane := range lanes {
			if lane.Channel != ledger.Email {
				continue
			}
			tasks, err := f.Feed(ctx, lane, 100)
			if err != nil {
				t.Fatal(err)
			}
			for _, k := range tasks {
				more = true
				c, err := f.Claim(ctx, k, "w1")
				if err == nil {
					err = f.Sent(ctx, c, ledger.Attempt{Code: 250})
				}
				if err != nil {
					t.Fatal(err)
				}
			}
		}
	}
}

// agree holds the ledger's batches against those of the plan.
func agree(t *testing.T, f *ledgertest.Fixture, p *Plan) {
	t.Helper()
	c, err := f.Counts(t.Context(), "leak")
	if err != nil {
		t.Fatal(err)
	}
	var got, want []string
	for _, b := range c.Batches {
		got = append(got, fmt.Sprintf("%s: %d people, %d members", b.Name, b.People.Affected, b.Members))
	}
	for _, b := range p.Batches {
		want = append(want, fmt.Sprintf("%s: %d people, %d members", b.Name, b.People, b.Members))
	}
	if !slices.Equal(got, want) {
		t.Errorf("the ledger has %q, want %q", got, want)
	}
}

// find looks somebody up by e-mail address.
func find(t *testing.T, f *ledgertest.Fixture, email string) ledger.PersonRow {
	t.Helper()
	rows, err := f.PeopleByBlind(t.Context(), "leak", BlindEmail(f.Key, email), f.Key)
	if err != nil || len(rows) != 1 {
		t.Fatalf("%s: %d people, %v", email, len(rows), err)
	}
	return rows[0]
}

func TestWhoHasAnotherCompanyOrAddressMovesWithoutANotice(t *testing.T) {
	t.Parallel()
	ledgertest.Each(t, func(t *testing.T, f *ledgertest.Fixture) {
		folder := reporting(t, "A,a@example.com,,,", "B,b@example.com,,,", ",,,,")
		bringIn(t, f, valid(t, folder))
		f.Clock.T = f.Clock.T.AddDate(0, 1, 0)
		post(t, f)

		next(t, folder, 2)
		edit(t, folder, "people.csv", "one@example.jp,例町1,Early", "one@example.jp,例町1,Late")
		edit(t, folder, "people.csv", "N3,Three Sample,three@example.com,3 Rei-cho,Late,en\n", "")
		edit(t, folder, "people.csv", "four@example.jp,,", "four@example.com,9 Rei-cho,")
		p := bringIn(t, f, compared(t, f, folder))
		if n := p.Purposes; n.Nothing.People != 4 || n.First.People != 2 || n.Update.People+n.Withdrawal.People != 0 {
			t.Errorf("purposes %+v", n)
		}
		agree(t, f, p)
		one := find(t, f, "one@example.jp")
		if one.Batch != "Late" || one.Standing != ledger.Told || one.Since != 1 || len(one.Deliveries) != 1 ||
			one.Deliveries[0].Batch != "Early" {
			t.Errorf("who changed companies: %+v", one)
		}
		if four := find(t, f, "four@example.com"); four.Standing != ledger.Told || len(four.Deliveries) != 1 {
			t.Errorf("whose address changed: %+v", four)
		}
		counted := map[string]int{}
		for _, batch := range []string{"Early", "Late"} {
			contact, err := f.ContactOf(t.Context(), "leak", batch, f.Key)
			if err != nil || len(contact.Deliveries) != 2 {
				t.Fatalf("the report to %s: %+v, %v", batch, contact, err)
			}
			counted[batch] = p.companies[batch].people
		}
		if counted["Early"] != 2 || counted["Late"] != 2 {
			t.Errorf("reported of %v", counted)
		}

		next(t, folder, 3)                                                                // with nothing new
		if p = compared(t, f, folder); p.Purposes.Nothing.People != 4 || p.Reports != 2 { // of the reports none has gone
			t.Errorf("purposes %+v, %d reports", p.Purposes, p.Reports)
		}
		drafts := 0
		bringIn(t, f, p)
		for _, past := range find(t, f, "one@example.jp").Past {
			if past.Revision > 1 {
				drafts++
			}
		}
		if drafts > 0 {
			t.Error("who stayed was written anew")
		}
		agree(t, f, p)
	})
}

// Revision 2 has more to say to one person, which did not reach them, and 3 says what 1 said.
func TestWhoseFactsCameBackMovesWithoutANotice(t *testing.T) {
	t.Parallel()
	ledgertest.Each(t, func(t *testing.T, f *ledgertest.Fixture) {
		folder := files()
		bringIn(t, f, valid(t, folder))
		f.Clock.T = f.Clock.T.AddDate(0, 1, 0)
		post(t, f)
		next(t, folder, 2)
		edit(t, folder, "campaign.yaml", `notice: first, when: id startsWith "C"`,
			`notice: first, elements_by: {email: 'id == "C1"'}, when: id startsWith "C"`)
		if p := bringIn(t, f, compared(t, f, folder)); p.Purposes.Update.People != 1 {
			t.Errorf("purposes %+v", p.Purposes)
		}
		next(t, folder, 3)
		edit(t, folder, "campaign.yaml", `elements_by: {email: 'id == "C1"'}, `, "")
		edit(t, folder, "people.csv", "one@example.jp,例町1,Early", "uno@example.jp,例町7,Late")
		p := bringIn(t, f, compared(t, f, folder))
		agree(t, f, p)
		one := find(t, f, "uno@example.jp")
		if one.Batch != "Late" || one.Standing != ledger.Told || one.Since != 1 || p.Purposes.Update.People != 0 {
			t.Errorf("%+v", one)
		}
	})
}

// Of five people one loses their number, one gets one, one has another, and of two with one e-mail address and name
// the one who lacks a number comes first in the file.
func TestWhoseMemberNumberComesOrGoesIsTheSamePerson(t *testing.T) {
	t.Parallel()
	ledgertest.Each(t, func(t *testing.T, f *ledgertest.Fixture) {
		folder := files()
		edit(t, folder, "campaign.yaml", "batches: {by: company, file: companies.csv}", "batches: {by: none}")
		edit(t, folder, "campaign.yaml", `, when: not (id startsWith "X")`, "")
		delete(folder, "companies.csv")
		row := func(id, name, email string) string { return id + "," + name + "," + email + ",,,ja\n" }
		const head = "id,name,email,line,company,lang\n"
		folder["people.csv"] = head + row("N1", "見本 一郎", "one@example.jp") + row("", "見本 二郎", "two@example.jp") +
			row("N3", "見本 三郎", "three@example.jp") + row("N4", "見本 四郎", "four@example.jp")
		bringIn(t, f, valid(t, folder))
		post(t, f)
		next(t, folder, 2)
		edit(t, folder, "campaign.yaml", "batches: {by: none}", "batches: {by: none}\nupdates: {withdrawal: first}")
		folder["people.csv"] = head + row("", "見本 一郎", "one@example.jp") + row("N2", "見本 二郎", "two@example.jp") +
			row("N9", "見本 三郎", "three@example.jp") + row("", "見本 四郎", "four@example.jp") +
			row("N4", "見本 四郎", "vier@example.jp")
		p := bringIn(t, f, comparedWith(t, f, folder, 1))
		n := p.Purposes
		if n.Nothing.People != 3 || n.First.People != 2 || n.Withdrawal.People != 1 || n.Update.People != 0 {
			t.Errorf("purposes %+v", n)
		}
		for email, want := range map[string]string{
			"one@example.jp": ledger.First, "two@example.jp": ledger.First, "vier@example.jp": ledger.First,
		} {
			row := find(t, f, email)
			if row.Standing != ledger.Told || len(row.Deliveries) != 1 || row.Deliveries[0].Purpose != want {
				t.Errorf("%s: %+v", email, row)
			}
		}
		rows, err := f.PeopleByBlind(t.Context(), "leak", BlindMember(f.Key, "N2"), f.Key)
		if err != nil || len(rows) != 1 || rows[0].Standing != ledger.Told {
			t.Errorf("by the new number: %+v, %v", rows, err)
		}

		next(t, folder, 3) // where the numbers alone say who is who
		edit(t, folder, "campaign.yaml", "locales:", "identity: [[id]]\nlocales:")
		edit(t, folder, "people.csv", row("N2", "見本 二郎", "two@example.jp"), row("", "見本 二郎", "two@example.jp"))
		if n := comparedWith(t, f, folder, 1).Purposes; n.First.People != 3 || n.Withdrawal.People != 2 { // of whom one was to be told so by 2
			t.Errorf("by numbers alone: %+v", n)
		}
	})
}
