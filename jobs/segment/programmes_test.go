package segment

import (
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"
)

// The rules of four published incidents, held against rows of which it is known where they belong.

// cohort is a number of rows of one kind. want is what becomes of each: segments, and "-exclusion" for
// what took it out of one; none is not affected.
type cohort struct {
	rows   int
	values func(i int) map[string]Value
	want   []string
}

// hold compiles the segments and counts what becomes of every row.
func hold(t *testing.T, segments []Segment, kinds map[string]Kind, cohorts []cohort) tally {
	t.Helper()
	n := NewNames()
	for name, kind := range kinds {
		if p := n.Add(name, kind); p != nil {
			t.Fatal(p)
		}
	}
	r, problems := Compile(segments, n)
	if problems != nil {
		t.Fatal(problems)
	}
	e, counted := r.Evaluator(), newTally(r)
	for k, c := range cohorts {
		for i := range c.rows {
			values := c.values(i)
			found := e.Match(row(r, values))
			counted.add(found)
			if got := fate(r, found); !slices.Equal(got, c.want) {
				t.Fatalf("row %d of cohort %d, %v: got %v, want %v", i, k, values, got, c.want)
			}
		}
	}
	return counted
}

// tally counts rows by segment, and those that an exclusion took out.
type tally struct {
	rows     []int
	excluded [][]int
}

func newTally(r *Rules) tally {
	t := tally{rows: make([]int, len(r.segments))}
	for i := range r.segments {
		t.excluded = append(t.excluded, make([]int, len(r.Exclusions(i))))
	}
	return t
}

func (t tally) add(f Found) {
	for _, m := range f.Matches {
		t.rows[m.Segment]++
	}
	for _, x := range f.Excluded {
		t.excluded[x.Segment][x.By]++
	}
}

func fate(r *Rules, f Found) []string {
	var out []string
	for _, m := range f.Matches {
		out = append(out, r.segments[m.Segment].ID)
	}
	for _, x := range f.Excluded {
		out = append(out, "-"+r.Exclusions(x.Segment)[x.By])
	}
	return out
}

// facts gives the same texts for every row, and a day of the period for a name that ends with "_at".
func facts(values map[string]string, first, last string) func(i int) map[string]Value {
	from, to := day(first).Date, day(last).Date
	period := int(to.Sub(from).Hours()/24) + 1
	return func(i int) map[string]Value {
		at := from.AddDate(0, 0, i%period) // the first and the last day are among them
		out := map[string]Value{"used_at": {Kind: Date, Text: at.Format(time.DateOnly), Date: at}}
		for name, s := range values {
			out[name] = textOf(s)
		}
		return out
	}
}

func TestDeltaIsADateWindowOnTheDesktopByHand(t *testing.T) {
	t.Parallel()
	segments := []Segment{{
		ID: "desktop", When: `between(used_at, "2017-09-26", "2017-10-12") && platform == "desktop" && paid`,
		Elements: []string{"name", "address", "card_number", "security_code", "card_expiry"}, Certainty: "possible",
		Unless: []Clause{
			{"wallet", `payment == "wallet"`}, {"autofill", `payment == "autofill"`},
			{"not-by-hand", `payment != "manual"`},
		},
	}}
	kinds := map[string]Kind{"used_at": Date, "platform": Text, "payment": Text, "paid": Bool, "chat": Bool}
	with := func(platform, payment, first, last string, chat bool) func(int) map[string]Value {
		of := facts(map[string]string{"platform": platform, "payment": payment}, first, last)
		return func(i int) map[string]Value {
			values := of(i)
			values["paid"] = Value{Kind: Bool, Bool: true}
			values["chat"] = Value{Kind: Bool, Bool: chat}
			return values
		}
	}
	in, out := "2017-09-26", "2017-10-12"
	counted := hold(t, segments, kinds, []cohort{
		{5000, with("desktop", "manual", in, out, true), []string{"desktop"}},
		{3000, with("desktop", "manual", in, out, false), []string{"desktop"}}, // whether they chatted or not
		{400, with("desktop", "wallet", in, out, true), []string{"-wallet"}},
		{300, with("desktop", "autofill", in, out, false), []string{"-autofill"}},
		{200, with("desktop", "", in, out, false), []string{"-not-by-hand"}},
		{700, with("app", "manual", in, out, true), nil},
		{600, with("mobile", "manual", in, out, false), nil},
		{50, with("desktop", "manual", "2017-09-20", "2017-09-25", true), nil},
		{50, with("desktop", "manual", "2017-10-13", "2017-10-20", true), nil},
	})
	if got := fmt.Sprint(counted); got != "{[8000] [[400 300 200]]}" {
		t.Errorf("counted %s", got)
	}
}

func TestJTBIsAPeriodOfFourBrandsWithoutNineGroupsOfProducts(t *testing.T) {
	t.Parallel()
	brands := []string{"JTBホームページ", "るるぶトラベル", "JAPANiCAN", "dトラベル"}
	groups := []string{"JTB旅物語", "高速バス", "現地観光プラン", "レストラン", "海外ダイナミックパッケージ", "海外航空券",
		"海外ホテル", "海外現地オプショナルツアー", "その他旅行関連商品"}
	segments := []Segment{
		{ID: "passport", When: "passport_valid", Elements: []string{"passport_number"}},
		{ID: "booking", Elements: []string{"name", "email"}, Certainty: "possible",
			When:   `between(booked_at, "2007-09", "2016-03") && brand in [` + quoted(brands) + `]`,
			Unless: []Clause{{"products", "product in [" + quoted(groups) + "]"}}},
	}
	of := func(first, last string, brands, products []string, valid bool) func(int) map[string]Value {
		dates := facts(nil, first, last)
		return func(i int) map[string]Value {
			return map[string]Value{
				"booked_at": dates(i)["used_at"], "brand": textOf(brands[i%len(brands)]),
				"product": textOf(products[i%len(products)]), "passport_valid": {Kind: Bool, Bool: valid},
			}
		}
	}
	kinds := map[string]Kind{"booked_at": Date, "brand": Text, "product": Text, "passport_valid": Bool}
	in, out, hotels := "2007-09-01", "2016-03-31", []string{"国内宿泊", ""}
	counted := hold(t, segments, kinds, []cohort{
		{6786, of(in, out, brands, hotels, false), []string{"booking"}},
		{4, of(in, out, brands, hotels, true), []string{"passport", "booking"}}, // 4,300 in a thousand times as many
		{900, of(in, out, brands, groups, false), []string{"-products"}},
		{120, of("2016-04-01", "2016-06-10", brands, hotels, false), nil},
		{80, of("2007-01-01", "2007-08-31", brands, hotels, false), nil},
		{40, of(in, out, []string{"店舗", "auトラベル", ""}, hotels, false), nil},
	})
	if got := fmt.Sprint(counted); got != "{[4 6790] [[] [900]]}" {
		t.Errorf("counted %s", got)
	}
}

func quoted(texts []string) string {
	out := ""
	for i, s := range texts {
		if i > 0 {
			out += ", "
		}
		out += fmt.Sprintf("%q", s)
	}
	return out
}

func TestTelecomSquareIsTwoServersWithThreeExclusions(t *testing.T) {
	t.Parallel()
	segments := []Segment{
		{ID: "ap-a", When: `server == "AP-A"`, Certainty: "confirmed",
			Elements: []string{"company", "name", "address", "email", "phone", "card_holder", "card_number", "card_expiry"},
			Unless: []Clause{{"since-may", `used_at >= date("2013-05-01")`},
				{"outside", `!between(used_at, "2008-07-01", "2013-04-30")`}}},
		{ID: "web-b", When: `server == "Web-B"`, Certainty: "possible",
			Elements: []string{"card_number", "card_expiry"},
			Unless: []Clause{{"since-february", `used_at >= date("2013-02-06")`},
				{"counter", `applied == "counter" && settled == "counter"`},
				{"outside", `!between(used_at, "2012-06-01", "2013-02-05")`}}},
	}
	of := func(server, applied, settled, first, last string) func(int) map[string]Value {
		return facts(map[string]string{"server": server, "applied": applied, "settled": settled}, first, last)
	}
	kinds := map[string]Kind{"used_at": Date, "server": Text, "applied": Text, "settled": Text}
	counted := hold(t, segments, kinds, []cohort{
		{6441, of("AP-A", "", "counter", "2008-07-01", "2013-04-30"), []string{"ap-a"}},
		{60000, of("Web-B", "site", "counter", "2012-06-01", "2013-02-05"), []string{"web-b"}},
		{30997, of("Web-B", "counter", "card", "2012-06-01", "2013-02-05"), []string{"web-b"}},
		{500, of("Web-B", "counter", "counter", "2012-06-01", "2013-02-05"), []string{"-counter"}},
		{70, of("AP-A", "site", "card", "2013-05-01", "2013-08-01"), []string{"-since-may"}},
		{80, of("Web-B", "site", "card", "2013-02-06", "2013-08-01"), []string{"-since-february"}},
		{30, of("AP-A", "site", "card", "2008-01-01", "2008-06-30"), []string{"-outside"}},
		{20, of("Web-B", "site", "card", "2012-01-01", "2012-05-31"), []string{"-outside"}},
		{10, of("Web-C", "site", "card", "2012-06-01", "2013-02-05"), nil},
	})
	if got := fmt.Sprint(counted); got != "{[6441 90997] [[70 30] [80 500 20]]}" {
		t.Errorf("counted %s", got)
	}
}

// cathay are the kinds of data, of which everybody lost some.
func cathay() []string {
	return []string{"name", "nationality", "birth_date", "phone", "email", "address", "passport_number", "id_card_number",
		"frequent_flyer_number", "service_remarks", "travel_history"}
}

func TestCathayIsAnyCombinationOfElevenElements(t *testing.T) {
	t.Parallel()
	kinds := map[string]Kind{"card": Text}
	all := Segment{ID: "passengers", Certainty: "confirmed"}
	for _, e := range cathay() {
		kinds["has_"+e] = Bool
		all.ElementsBy = append(all.ElementsBy, Clause{e, "has_" + e})
	}
	segments := []Segment{
		{ID: "expired-cards", When: `card == "expired"`, Elements: []string{"card_number"}},
		{ID: "cards-without-cvv", When: `card == "without cvv"`, Elements: []string{"card_number"}},
		all,
	}
	of := func(card string) func(int) map[string]Value {
		return func(i int) map[string]Value {
			values := combination(1 + i%(1<<11-1))
			values["card"] = textOf(card)
			return values
		}
	}
	none := func(int) map[string]Value { return combination(0) }
	counted := hold(t, segments, kinds, []cohort{
		{403, of("expired"), []string{"expired-cards", "passengers"}},
		{27, of("without cvv"), []string{"cards-without-cvv", "passengers"}},
		{8970, of(""), []string{"passengers"}},
		{15, none, []string{"-no-element"}},
	})
	if got := fmt.Sprint(counted); got != "{[403 27 9400] [[] [] [15]]}" {
		t.Errorf("counted %s", got)
	}
}

// combination has the elements of a mask.
func combination(mask int) map[string]Value {
	values := map[string]Value{}
	for bit, e := range cathay() {
		values["has_"+e] = Value{Kind: Bool, Bool: mask&(1<<bit) != 0}
	}
	return values
}

func TestEachOfTheCombinationsIsToldAsItIs(t *testing.T) {
	t.Parallel()
	n, s := NewNames(), Segment{ID: "s"}
	for _, e := range cathay() {
		n["has_"+e] = Bool
		s.ElementsBy = append(s.ElementsBy, Clause{e, "has_" + e})
	}
	r, problems := Compile([]Segment{s}, n)
	if problems != nil {
		t.Fatal(problems)
	}
	e, seen := r.Evaluator(), map[string]int{}
	for mask := 1; mask < 1<<11; mask++ {
		values := combination(mask)
		var want []string
		for _, element := range cathay() {
			if values["has_"+element].Bool {
				want = append(want, element)
			}
		}
		got := e.Affected(e.Match(row(r, values)).Matches).Elements
		if !slices.Equal(got, want) {
			t.Fatalf("combination %b: got %v, want %v", mask, got, want)
		}
		seen[fmt.Sprint(got)]++
	}
	if len(slices.Collect(maps.Keys(seen))) != 1<<11-1 {
		t.Errorf("%d different lists", len(seen))
	}
}
