package segment

import (
	"fmt"
	"testing"
)

func TestARowThatMayBeOfASegmentIsAGap(t *testing.T) {
	t.Parallel()
	used, text, one := day("2010-05-06"), textOf("A"), Value{Kind: Number, Number: 1}
	none := map[string]Value{}
	for _, c := range []struct {
		when   string
		values map[string]Value
		lacks  string // the column that the file does not have
		want   string // the fact that it would take
	}{
		{`used_at >= date("2010-01-01")`, none, "", "used_at"},
		{`used_at >= date("2010-01-01")`, none, "used_at", "used_at"},
		{`used_at >= date("2011-01-01")`, map[string]Value{"used_at": used}, "", ""},
		{`used_at >= date("2010-01-01") && server == "A"`, none, "", ""},
		{`used_at >= date("2010-01-01") && server == "A"`, map[string]Value{"server": text}, "", "used_at"},
		{`server == "A" && used_at >= date("2010-01-01")`, map[string]Value{"used_at": used}, "server", "server"},
		{`server == "A" || amount > 2`, map[string]Value{"server": text}, "server", ""},
		{`server == "A" || amount > 2`, map[string]Value{"amount": one}, "", ""},
		{`server == "A" || amount > 2`, none, "", "amount"},
		{`between(used_at, "2009", "2011")`, none, "", "used_at"},
		{`!(used_at < date("2010-01-01")) && false`, none, "", ""},
		{`known(used_at) && used_at >= date("2010-01-01")`, none, "", ""},
		{`(known(amount) ? amount : 0) > 5`, none, "", ""},
		{`known(amount) ? amount > 5 : used_at > date("2010-01-01")`, none, "", "used_at"},
		{`member`, none, "", ""},
		{`member`, none, "member", "member"},
		{`member && amount > 5`, none, "", ""},
		{`(member ? amount > 5 : amount > 6) && !known(amount)`, none, "", "amount"},
		{`(amount > 1 ? member : server == "A")`, none, "", ""},
		{`(amount > 1 ? member : server == "A")`, map[string]Value{"server": text}, "", "amount"},
		{`server != "A" && !(server == "A")`, map[string]Value{"server": text}, "", ""},
		{`company == "A"`, none, "", ""},
		{`company == "A"`, none, "company", "company"},
		{`amount * 2 in [2, 4]`, none, "", "amount"},
		{`server contains "A"`, none, "server", "server"},
	} {
		r, problems := compileOne(t, c.when)
		if problems != nil {
			t.Fatal(problems)
		}
		g := r.Gaps(func(i int) bool { return r.Names()[i] != c.lacks })
		got := ""
		if gap, ok := g.Find(row(r, c.values)); ok {
			got = r.Names()[gap.Fact]
		}
		if got != c.want {
			t.Errorf("%s of %v, without %q: %q, not %q", c.when, c.values, c.lacks, got, c.want)
		}
	}
}

func TestExclusionsAndElementsCanBeGaps(t *testing.T) {
	t.Parallel()
	r, problems := Compile([]Segment{
		{ID: "first", When: `server == "A"`, Elements: []string{"name"},
			Unless: []Clause{{"late", `used_at != date("2010-01-01")`}, {"wallet", `brand == "wallet"`}}},
		{ID: "second", When: `server == "B"`,
			ElementsBy: []Clause{{"email", `member`}, {"phone", `amount > 1`}}},
		{ID: "third", When: `server == "C"`, Elements: []string{"name"},
			ElementsBy: []Clause{{"phone", `amount > 1`}}},
	}, names(t))
	if problems != nil {
		t.Fatal(problems)
	}
	g := r.Gaps(func(int) bool { return true })
	for _, c := range []struct {
		values map[string]Value
		want   string
	}{
		{map[string]Value{"server": textOf("A")}, "0 used_at"},
		{map[string]Value{"server": textOf("A"), "brand": textOf("wallet")}, ""},
		{map[string]Value{"server": textOf("B")}, "1 amount"},
		{map[string]Value{"server": textOf("B"), "member": {Kind: Bool, Bool: true}}, ""},
		{map[string]Value{"server": textOf("C")}, ""},
		{map[string]Value{"server": textOf("D")}, ""},
	} {
		got := ""
		if gap, ok := g.Find(row(r, c.values)); ok {
			got = fmt.Sprint(gap.Segment, " ", r.Names()[gap.Fact])
		}
		if got != c.want {
			t.Errorf("%v: %q, not %q", c.values, got, c.want)
		}
	}
}

func TestLookingForGapsAllocatesNothing(t *testing.T) {
	r, facts := jtb(t)
	g := r.Gaps(func(int) bool { return false })
	clear(facts)
	if n := testing.AllocsPerRun(100, func() { g.Find(facts) }); n > 0 {
		t.Errorf("a row costs %v allocations", n)
	}
}
