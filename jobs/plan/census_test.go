package plan

import (
	"testing"

	"oshirase/jobs/ledger"
	"oshirase/jobs/ledger/ledgertest"
)

// turnover is that of a segment of a plan.
func turnover(t *testing.T, p *Plan, segment string) (int, *ledger.Turnover) {
	t.Helper()
	for _, s := range p.peopleTally().Segments {
		if s.ID == segment {
			return s.People, s.Turnover
		}
	}
	t.Fatalf("there is no segment %s", segment)
	return 0, nil
}

func TestWhoComesAndGoesIsCountedInEachSegment(t *testing.T) {
	t.Parallel()
	f, folder := ledgertest.New(t), files()
	first := bringIn(t, f, valid(t, folder))
	if n, moved := turnover(t, first, "names"); n != 6 || moved != nil {
		t.Errorf("of a first revision: %d, %+v", n, moved)
	}

	f.Clock.T = f.Clock.T.AddDate(0, 1, 0)
	post(t, f)

	// The segment has another name, which nobody is written to about.
	next(t, folder, 2)
	edit(t, folder, "campaign.yaml", "id: names", "id: plain")
	second := bringIn(t, f, compared(t, f, folder))
	if n, moved := turnover(t, second, "plain"); n != 6 || *moved != (ledger.Turnover{Listed: 6}) {
		t.Errorf("of a segment of another name: %d, %+v", n, moved)
	}

	// One goes, another comes, and of those with a card something else is said.
	next(t, folder, 3)
	edit(t, folder, "people.csv", "N4,見本 四郎,four@example.jp", "N7,見本 七郎,seven@example.jp")
	edit(t, folder, "campaign.yaml", "elements: [card_number]", "elements: [card_number, card_expiry]")
	edit(t, folder, "campaign.yaml", "locales: {default: ja}", "locales: {default: ja}\nupdates: {withdrawal: none}")
	third := bringIn(t, f, compared(t, f, folder))
	if n, moved := turnover(t, third, "plain"); n != 6 || *moved != (ledger.Turnover{Listed: 1, Changed: 2, Left: 1}) {
		t.Errorf("of those who stayed: %d, %+v", n, moved)
	}
	if n, moved := turnover(t, third, "cards"); n != 2 || *moved != (ledger.Turnover{Changed: 2}) {
		t.Errorf("of those with a card: %d, %+v", n, moved)
	}
	if all := third.peopleTally().Turnover; all != (ledger.Turnover{Listed: 1, Changed: 2, Left: 1}) {
		t.Errorf("of all: %+v", all)
	}

	next(t, folder, 4)
	fourth := bringIn(t, f, compared(t, f, folder))
	if n, moved := turnover(t, fourth, "plain"); n != 6 || *moved != (ledger.Turnover{}) {
		t.Errorf("of the same again: %d, %+v", n, moved)
	}
}
