package ledger_test

import (
	"bytes"
	"fmt"
	"testing"

	"oshirase/jobs/ledger"
	"oshirase/jobs/ledger/ledgertest"
)

// What was sent before the facts changed does not tell anybody the new ones, however late it is heard of.
func TestOnlyDeliveriesOfTheFactsInForceSayWhereAPersonStands(t *testing.T) {
	t.Parallel()
	ledgertest.Each(t, func(t *testing.T, f *ledgertest.Fixture) {
		f.Import(t, ledgertest.Batch{Name: "a", People: 2})
		var claims []*ledger.Claim
		for _, k := range feed(t, f) {
			claims = append(claims, claim(t, f, k))
		}
		must(t, ledger.Tamper(f.Ledger, fmt.Sprintf(`UPDATE person SET since = 2 WHERE id = %d`, claims[0].PersonID)))
		for _, c := range claims {
			must(t, f.Sent(ctx, c, ledger.Attempt{}))
		}
		counts, err := f.Counts(ctx, "test")
		must(t, err)
		if want := (ledger.People{Affected: 2, Told: 1, Unreachable: 1}); counts.People != want {
			t.Errorf("people %+v, want %+v", counts.People, want)
		}
	})
}

func TestADeliveryIsMadeAgainWithTheFactsOfItsRevision(t *testing.T) {
	t.Parallel()
	ledgertest.Each(t, func(t *testing.T, f *ledgertest.Fixture) {
		f.Import(t, ledgertest.Batch{Name: "a", People: 1})
		c := claim(t, f, feed(t, f)[0])
		must(t, f.Sent(ctx, c, ledger.Attempt{}))
		must(t, ledger.Tamper(f.Ledger, `INSERT INTO past SELECT id, 1, 1, locale, notice, sealed FROM person`))
		must(t, ledger.Tamper(f.Ledger, `UPDATE person SET since = 2, notice = 'second', locale = 'en'`))
		again, err := f.DeliveryClaim(ctx, c.Delivery)
		must(t, err)
		if again.Notice != "first" || again.Locale != "ja" {
			t.Errorf("notice %q in %q", again.Notice, again.Locale)
		}
		row, err := f.PersonByRef(ctx, "test", "REF-001", f.Key)
		must(t, err)
		if then, now := row.At(1), row.At(2); then.Notice != "first" || then.Since != 1 || now.Notice != "second" ||
			now.Since != 2 || !bytes.Equal(then.Data, ledgertest.Data(1)) {
			t.Errorf("then %+v, now %+v", then, now)
		}
		if d := row.Deliveries[0]; d.Notice != "first" || d.Locale != "ja" {
			t.Errorf("notice %q in %q", d.Notice, d.Locale)
		}
	})
}
