package plan

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"oshirase/jobs/ledger/ledgertest"
)

// excluding is the campaign of the tests with exclusions, and elements that depend on the row.
func excluding(t *testing.T) map[string]string {
	t.Helper()
	f := files()
	edit(t, f, "campaign.yaml", `elements: [card_number], notice: first,`,
		`elements_by: {card_number: company != "Late", email: locale == ""}, notice: first,`)
	edit(t, f, "campaign.yaml", `when: not (id startsWith "X")`,
		`unless: {strangers: id startsWith "X", late: company == "Late" || id == "X9"}`)
	return f
}

func TestElementsAndExclusionsAreCounted(t *testing.T) {
	t.Parallel()
	p := valid(t, excluding(t))
	got := fmt.Sprint(p.Segments, p.Elements)
	want := "[{{cards 2} [{no-element 1}]} {{names 6} [{strangers 1} {late 2}]}]" +
		" [{card_number 2} {email 0} {name 6}]"
	if got != want {
		t.Errorf("counted %s, want %s", got, want)
	}
}

func TestControlTotalsAreComparedAllAtOnce(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		expect string
		want   []string
	}{
		"right": {`{rows: 9, people: 6, segments: {cards: 2, names: 6}, elements: {name: 6, email: 0},
			batches: {Early: 3, individuals: 1}, exclusions: {cards: {no-element: 1}, names: {strangers: 1, late: 2}}}`,
			nil},
		"wrong": {`{rows: 10, people: 5, segments: {cards: 0}, elements: {name: 7}, batches: {Early: 4, Nobody: 0},
			exclusions: {cards: {no-element: 2}, names: {late: 0}}}`,
			[]string{
				"10 rows, found 9: 1 too few", "5 people, found 6: 1 too many",
				`0 people of segment "cards", found 2: 2 too many`,
				`2 rows taken out of segment "cards" by "no-element", found 1: 1 too few`,
				`0 rows taken out of segment "names" by "late", found 2: 2 too many`,
				`7 people with the element "name", found 6: 1 too few`,
				`4 people of batch "Early", found 3: 1 too few`, `there is no batch "Nobody"`,
			}},
	} {
		f := excluding(t)
		f["campaign.yaml"] += "expect: " + strings.ReplaceAll(c.expect, "\n\t\t\t", " ") + "\n"
		p := read(t, write(t, f))
		var got []string
		for _, x := range p.Problems {
			if !x.Warning {
				got = append(got, strings.TrimPrefix(x.What, "expect: "))
			}
			if !x.Warning && x.Line == 0 {
				t.Errorf("%s: %s stands nowhere", name, x.What)
			}
		}
		if strings.Join(got, "\n") != strings.Join(c.want, "\n") {
			t.Errorf("%s: got\n%s", name, strings.Join(got, "\n"))
		}
	}
}

func TestWhyIsAskedOfARowOrAReference(t *testing.T) {
	t.Parallel()
	p := valid(t, excluding(t))
	byRow, err := p.Explain(t.Context(), "people.csv:3")
	if err != nil || byRow == nil || byRow.Entry == nil || len(byRow.Rows) != 2 {
		t.Fatalf("got %+v, %v", byRow, err)
	}
	byRef, err := p.Explain(t.Context(), byRow.Entry.Ref)
	if err != nil || byRef == nil || !reflect.DeepEqual(byRef, byRow) {
		t.Errorf("got %+v, %v", byRef, err)
	}
	unaffected, err := p.Explain(t.Context(), "people.csv:9")
	if err != nil || unaffected == nil || unaffected.Entry != nil ||
		unaffected.Rows[0].Traces[1].Excluded != "strangers" {
		t.Errorf("got %+v, %v", unaffected, err)
	}
	for _, nobody := range []string{"people.csv:10", "people.csv:0", "other.csv:1", "000-000-000", ""} {
		if why, err := p.Explain(t.Context(), nobody); err != nil || why != nil {
			t.Errorf("%q: got %+v, %v", nobody, why, err)
		}
	}
}

func TestThereIsNothingToExplainWhereNothingWasRead(t *testing.T) {
	t.Parallel()
	f := files()
	edit(t, f, "campaign.yaml", "name: name", "name: nome")
	if p := read(t, write(t, f)); p.Explainable() {
		t.Error("rows of a file without its columns are explained")
	}
}

func TestWhatIsImportedIsCountedAgain(t *testing.T) {
	t.Parallel()
	for what, miscount := range map[string]func(*census){
		"people":     func(c *census) { c.people++ },
		"deliveries": func(c *census) { c.deliveries-- },
		"segments":   func(c *census) { c.segments[0]++ },
		"elements":   func(c *census) { c.elements[0]-- },
		"batches":    func(c *census) { c.batches["Early"]++ },
	} {
		p, f := valid(t, excluding(t)), ledgertest.New(t)
		miscount(p.census)
		if err := p.Import(t.Context(), f.Ledger, enlist(f)); !errors.Is(err, ErrChanged) {
			t.Errorf("%s: got %v", what, err)
		}
		if all, err := f.Campaigns(t.Context()); err != nil || len(all) != 0 {
			t.Errorf("%s: %v, %v in the ledger", what, all, err)
		}
	}
}
