package plan

import (
	"testing"

	"oshirase/jobs/ledger/ledgertest"
)

// A number as it is dialled in the sender's country is that with the country's prefix.
func TestWhoAFurtherRevisionBringsIsFoundByTelephoneNumberAsDialledAtTheSenders(t *testing.T) {
	t.Parallel()
	ledgertest.Each(t, func(t *testing.T, f *ledgertest.Fixture) {
		folder := files()
		edit(t, folder, "campaign.yaml", "controller: {name: Sample Inc.}", "controller: {name: Sample Inc., country: FR}")
		edit(t, folder, "campaign.yaml", "company: company, ", "company: company, phone: phone, ")
		folder["people.csv"] = "id,name,email,line,company,lang,phone\n" +
			"C1,見本 一郎,one@example.jp,,Early,ja,\n"
		bringIn(t, f, valid(t, folder))
		f.Clock.T = f.Clock.T.AddDate(0, 1, 0)
		post(t, f)
		next(t, folder, 2)
		folder["people.csv"] = "id,name,email,line,company,lang,phone\n" +
			"C1,見本 一郎,one@example.jp,,Early,ja,01 99 00 00 01\nC2,見本 二郎,two@example.jp,,Early,ja,01 99 00 00 02\n"
		bringIn(t, f, compared(t, f, folder))
		for number, email := range map[string]string{"+33 1 99 00 00 01": "one@example.jp", "+33 1 99 00 00 02": "two@example.jp"} {
			rows, err := f.PeopleByBlind(t.Context(), "leak", BlindPhone(f.Key, number, "JP"), f.Key)
			if err != nil || len(rows) != 1 || rows[0].Ref != find(t, f, email).Ref {
				t.Errorf("by %s: %d people, %v", number, len(rows), err)
			}
		}
	})
}

// Nothing new is said to somebody for a second row, but they may know themselves by it.
func TestWhoAFurtherRevisionHasASecondRowOfIsFoundByItToo(t *testing.T) {
	t.Parallel()
	ledgertest.Each(t, func(t *testing.T, f *ledgertest.Fixture) {
		folder := files()
		folder["people.csv"] = "id,name,email,line,company,lang\nC1,見本 一郎,one@example.jp,,Early,ja\n"
		bringIn(t, f, valid(t, folder))
		f.Clock.T = f.Clock.T.AddDate(0, 1, 0)
		post(t, f)
		next(t, folder, 2)
		folder["people.csv"] += "C1,見本 一郎,first@example.jp,,Early,ja\n"
		bringIn(t, f, compared(t, f, folder))
		if first, one := find(t, f, "first@example.jp"), find(t, f, "one@example.jp"); first.Ref != one.Ref {
			t.Errorf("%s is found by the further address, %s by the first", first.Ref, one.Ref)
		}
	})
}
