package ledger_test

import (
	"errors"
	"reflect"
	"testing"

	"oshirase/jobs/ledger"
	"oshirase/jobs/ledger/ledgertest"
)

func TestRevisionsKeepWhatTheyCounted(t *testing.T) {
	t.Parallel()
	ledgertest.Each(t, func(t *testing.T, f *ledgertest.Fixture) {
		if _, err := f.Revisions(ctx, "test"); !errors.Is(err, ledger.ErrNoCampaign) {
			t.Errorf("of no campaign: %v", err)
		}
		f.Import(t, ledgertest.Batch{Name: "a", People: 1})
		must(t, ledger.Tamper(f.Ledger, `UPDATE revision SET tally = 'null'`)) // as of a ledger that did not keep it
		want := ledger.Tally{People: 3, Turnover: ledger.Turnover{Listed: 2, Changed: 1},
			Segments: []ledger.SegmentTally{{ID: "s", People: 3, Turnover: &ledger.Turnover{Listed: 2}}}}
		r := laidDown(t, f, 2, newcomer(f, 1))
		if all, err := f.Revisions(ctx, "test"); len(all) != 1 || err != nil {
			t.Errorf("before it is in force: %+v, %v", all, err)
		}
		verdicts := ledger.Verdicts{First: 2, Update: 1}
		must(t, r.Commit(ctx, ledger.ImportCounts{Tally: want}, verdicts, ledgertest.By))
		all, err := f.Revisions(ctx, "test")
		must(t, err)
		if len(all) != 2 || all[0].Number != 1 || all[0].Tally != nil || all[1].Number != 2 ||
			!all[1].At.Equal(f.Clock.T) || all[1].Verdicts != verdicts || !reflect.DeepEqual(*all[1].Tally, want) {
			t.Errorf("%+v", all)
		}
	})
}
