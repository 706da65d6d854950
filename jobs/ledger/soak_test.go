//go:build soak

package ledger_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"oshirase/jobs/ledger"
	"oshirase/jobs/ledger/ledgertest"
)

const (
	soakBatches    = 100
	soakDeliveries = 7_000_000
)

// TestStatusOfSevenMillionDeliveries says how long the numbers of a large campaign take. It fills the
// ledger by SQL: people and deliveries in all states, and the counters as the moves would have left
// them. Minutes, and 3 GB of disk.
func TestStatusOfSevenMillionDeliveries(t *testing.T) {
	f := ledgertest.New(t)
	var batches []ledgertest.Batch
	for i := range soakBatches {
		batches = append(batches, ledgertest.Batch{Name: fmt.Sprint("company ", i+1), People: 1})
	}
	f.Import(t, batches...)
	begun := time.Now()
	fill(t, f)
	t.Logf("filled in %v", time.Since(begun).Round(time.Second))

	var took []time.Duration
	for range 21 {
		begun := time.Now()
		c, err := f.Counts(ctx, "test")
		must(t, err)
		took = append(took, time.Since(begun))
		if n := total(c); n != soakDeliveries+soakBatches || c.People.Affected != n {
			t.Fatalf("%d deliveries, %d people", n, c.People.Affected)
		}
	}
	first := took[0]
	slices.Sort(took)
	t.Logf("counts of %d deliveries in %d batches: first %v, median %v, worst %v",
		soakDeliveries, soakBatches, first, took[len(took)/2], took[len(took)-1])
	if took[len(took)/2] > 200*time.Millisecond {
		t.Errorf("status takes %v", took[len(took)/2])
	}
}

// fill adds the people and deliveries, a part of them in each transaction.
func fill(t *testing.T, f *ledgertest.Fixture) {
	const part = 500_000
	from := 1 << 28 // the ids of the first campaign begin here
	for done := 0; done < soakDeliveries; done += part {
		numbers := fmt.Sprintf(`WITH RECURSIVE n(i) AS
			(SELECT %d UNION ALL SELECT i + 1 FROM n WHERE i < %d)`, done+1, done+part)
		id := fmt.Sprintf("%d + i", from+soakBatches)
		must(t, ledger.Tamper(f.Ledger, `INSERT INTO person (id, ref, batch, standing, locale, notice, sealed) `+
			numbers+` SELECT `+id+`, 'SOAK-' || i, 1 + i % 100,
			CASE WHEN i % 10 < 7 THEN 'told' ELSE 'untold' END, 'ja', 'first', randomblob(120) FROM n`))
		must(t, ledger.Tamper(f.Ledger, `INSERT INTO delivery (id, batch, person, channel, revision, purpose,
			round, state, lane, tried, moved_at) `+numbers+` SELECT `+id+`, 1 + i % 100, `+id+`, 'email', 1,
			'first', 1, CASE WHEN i % 10 < 7 THEN 'sent' WHEN i % 10 = 7 THEN 'refused'
			WHEN i % 10 = 8 THEN 'ready' ELSE 'waiting' END, 'other', i % 10 < 8, i FROM n`))
	}
	must(t, ledger.Tamper(f.Ledger, `DELETE FROM counter`))
	must(t, ledger.Tamper(f.Ledger, `INSERT INTO counter SELECT batch, channel, purpose, state, count(*)
		FROM delivery GROUP BY batch, channel, purpose, state`))
	must(t, ledger.Tamper(f.Ledger, `DELETE FROM standing`))
	must(t, ledger.Tamper(f.Ledger, `INSERT INTO standing SELECT batch, standing, count(*) FROM person
		GROUP BY batch, standing`))
}

func total(c ledger.Counts) int {
	n := 0
	for _, states := range c.Channels {
		for _, k := range states {
			n += k
		}
	}
	return n
}
