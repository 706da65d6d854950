package segment

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
)

// names are facts of every kind.
func names(t testing.TB) Names {
	t.Helper()
	n := NewNames()
	for name, kind := range map[string]Kind{
		"server": "", "used_at": Date, "amount": Number, "member": Bool, "利用": Text, "brand": Text,
	} {
		if p := n.Add(name, kind); p != nil {
			t.Fatal(p)
		}
	}
	return n
}

// textOf is the value of a text; absent where it is empty.
func textOf(s string) Value {
	if s == "" {
		return Value{}
	}
	return Value{Kind: Text, Text: s}
}

func compileOne(t testing.TB, when string) (*Rules, []Problem) {
	return Compile([]Segment{{ID: "s", When: when}}, names(t))
}

// row gives the facts in the order of the rules' names.
func row(r *Rules, values map[string]Value) []Value {
	facts := make([]Value, len(r.Names()))
	for i, name := range r.Names() {
		facts[i] = values[name]
	}
	return facts
}

func day(s string) Value {
	t, err := time.Parse("2006-01-02", s)
	if err != nil {
		panic(err)
	}
	return Value{Kind: Date, Text: s, Date: t}
}

func TestRulesMatchByTheTypesOfFacts(t *testing.T) {
	t.Parallel()
	full := map[string]Value{
		"server":  {Kind: Text, Text: "AP-A"},
		"used_at": day("2010-05-06"),
		"amount":  {Kind: Number, Number: 12.5},
		"member":  {Kind: Bool, Bool: true},
		"利用":      {Kind: Text, Text: "法人"},
	}
	for _, c := range []struct {
		when          string
		present, none bool // with all facts, with none
	}{
		{``, true, true},
		{`true`, true, true},
		{`server == "AP-A"`, true, false},
		{`server != "AP-A"`, false, true},
		{`server == ""`, false, true},
		{`server in ["AP-A", "Web-B"]`, true, false},
		{`server not in ["AP-A", "Web-B"]`, false, true},
		{`lower(server) == "ap-a" && upper(trim(server)) == "AP-A"`, true, false},
		{`server startsWith "AP" and server endsWith "A" and server contains "-"`, true, false},
		{`server matches "^AP-[AB]$"`, true, false},
		{`利用 == "法人"`, true, false},
		{`used_at >= date("2008-07-01") && used_at <= date("2013-04-30")`, true, false},
		{`used_at == date("2010-05-06")`, true, false},
		{`used_at != date("2010-05-06")`, false, true},
		{`used_at < date("2010-05-06")`, false, false},
		{`used_at <= date("2010-05-06")`, true, false},
		{`used_at > date("2010-05-05")`, true, false},
		{`not (used_at > date("2010-05-05"))`, false, true},
		{`used_at in [date("2010-05-05"), date("2010-05-06")]`, true, false},
		{`used_at == used_at`, true, false},
		{`known(used_at)`, true, false},
		{`!known(used_at) || used_at < date("2000-01-01")`, false, true},
		{`known(server)`, true, false},
		{`known(amount)`, true, false},
		{`between(used_at, "2010-05-06", "2010-05-06")`, true, false},
		{`between(used_at, "2010-05-07", "2010-05-31")`, false, false},
		{`between(used_at, "2009-01", "2010-05")`, true, false},
		{`between(used_at, "2009-01", "2010-04")`, false, false},
		{`between(used_at, "2010", "2010")`, true, false},
		{`!between(used_at, "2011", "2012")`, true, true},
		{`between(amount, -1.5, 12.5)`, true, false},
		{`between(amount + 1, 13.5, 14)`, true, false},
		{`server in [利用, "AP-A"]`, true, true},
		{`member in [true]`, true, false},
		{`server in ["1","2","3","4","5","6","7","8","9","10","11","12","AP-A"]`, true, false},
		{`server not in ["1","2","3","4","5","6","7","8","9","10","11","12","13"]`, true, true},
		{`(member ? server : 利用) == "AP-A"`, true, false},
		{`(member ? amount : 1) == 12.5`, true, false},
		{`server | lower() == "ap-a"`, true, false},
		{`amount == +12.5 and server == "AP-A" and true and (false or member or false)`, true, false},
		{`amount > 12`, true, false},
		{`amount >= 12.5 and amount <= 12.5 and amount == 12.5`, true, false},
		{`amount != 12.5`, false, true},
		{`amount < 1e9`, true, false},
		{`amount in [12.5, 13]`, true, false},
		{`amount in [12, 13]`, false, false},
		{`amount not in [12, 13]`, true, true},
		{`10 < amount < 20`, true, false},
		{`amount * 2 + 1 - 1 == 25`, true, false},
		{`amount / 0 > 1`, true, false},
		{`-amount < 0`, true, false},
		{`member`, true, false},
		{`!member`, false, true},
		{`member == false`, false, true},
		{`(server == "AP-A") ? amount > 1 : member`, true, false},
		{`company == "" && locale == "" && id == ""`, true, true},
	} {
		r, problems := compileOne(t, c.when)
		if len(problems) > 0 {
			t.Errorf("%s: %v", c.when, problems)
			continue
		}
		if got := len(r.Evaluator().Match(row(r, full)).Matches) > 0; got != c.present {
			t.Errorf("%s: with all facts it is %v", c.when, got)
		}
		if got := len(r.Evaluator().Match(row(r, nil)).Matches) > 0; got != c.none {
			t.Errorf("%s: with no facts it is %v", c.when, got)
		}
	}
}

func TestBadRulesAreProblemsWithAHint(t *testing.T) {
	t.Parallel()
	for when, want := range map[string][2]string{
		`server = "A"`:              {"does not parse at line 1", "=="},
		`server == "A`:              {"does not parse", "double quotes"},
		`(server == "A"`:            {"does not parse", "&&"},
		"server ==\n\n&& x":         {"line 3", ""},
		`serber == "A"`:             {`unknown name "serber"`, `"server"`},
		`wholly_other == "A"`:       {`unknown name "wholly_other"`, "declare"},
		`$env == "A"`:               {"unknown name", ""},
		`server`:                    {"is a text, not a condition", ""},
		`amount + 1`:                {"is a number, not a condition", ""},
		`date("2008-07-01")`:        {"is a date, not a condition", ""},
		`used_at >= "2008-07-01"`:   {"compares a date", `date("2008-07-01")`},
		`"2008-07-01" == used_at`:   {"with a date", `date("2008-07-01")`},
		`used_at > 20080701`:        {"compares a date", "date("},
		`server >= "2008-07-01"`:    {"orders dates and numbers", "type: date"},
		`member > false`:            {"orders dates and numbers", ""},
		`amount == "12"`:            {"compares a number", "type"},
		`amount in ["1"]`:           {"compares a number", ""},
		`used_at in ["2008-07-01"]`: {"compares a date", "date("},
		`amount in 1..5`:            {"takes a list", ""},
		`server in other`:           {"takes a list", ""},
		`server and member`:         {"takes a bool", ""},
		`not server`:                {"takes a bool", ""},
		`-server == 1`:              {"takes a number", ""},
		`used_at + 1 == used_at`:    {"takes a number", ""},
		`server + "x" == "y"`:       {"takes a number", ""},
		`amount % 2 == 0`:           {"operator %", ""},
		`amount ** 2 == 4`:          {"operator **", ""},
		`(server ?? "x") == "x"`:    {"operator", ""},
		`server matches "("`:        {"does not parse", ""},
		`server matches "(.{9}){99}.{999}.{999}.{999}.{999}.{999}"`:  {"repeats too much", ""},
		`server matches "` + strings.Repeat("a", maxPattern+1) + `"`: {"too long", ""},
		`server matches 利用`:                                {"takes a pattern", ""},
		`amount contains "1"`:                              {"takes a text", ""},
		`lower(amount) == "1"`:                             {"takes a text", ""},
		`lower() == ""`:                                    {"", ""},
		`len(server) > 1`:                                  {`unknown function "len"`, ""},
		`now() > used_at`:                                  {`unknown function "now"`, "known"},
		`any([1], # > 0)`:                                  {"", ""},
		`repeat("a", 1000000) == ""`:                       {"unknown function", ""},
		`date("2008-13-01") == used_at`:                    {"day of the calendar", "2008-07-01"},
		`date("2013-02-29") == used_at`:                    {"day of the calendar", ""},
		`date(server) == used_at`:                          {"day of the calendar", ""},
		`date() == used_at`:                                {"day of the calendar", ""},
		`known(member)`:                                    {"takes the name", ""},
		`between(used_at, "2010-01-02")`:                   {"takes a fact", "between("},
		`between(used_at, "2010-02-30", "2011")`:           {"days, months or years", "between("},
		`between(used_at, 2010, 2011)`:                     {"days, months or years", "between("},
		`between(used_at, date("2010-01-01"), "2011")`:     {"days, months or years", "between("},
		`between(used_at, "2016-03", "2007-09")`:           {"ends before it begins", "exchange"},
		`between(amount, "1", "2")`:                        {"takes two numbers", "between("},
		`between(amount, 2, 1)`:                            {"ends before it begins", ""},
		`between(server, "a", "b")`:                        {"not a text", "type: date"},
		`between(x, 1, 2)`:                                 {`unknown name "x"`, ""},
		`known("x")`:                                       {"takes the name", ""},
		`known(x)`:                                         {`unknown name "x"`, ""},
		`server[0] == "A"`:                                 {"rules do not have", ""},
		`server[0:1] == "A"`:                               {"rules do not have", ""},
		`{"a": 1} == 1`:                                    {"rules do not have", ""},
		`nil == server`:                                    {"rules do not have", ""},
		`let x = 1; amount == x`:                           {"rules do not have", ""},
		`server == "A"; true`:                              {"rules do not have", ""},
		`server.foo == 1`:                                  {"rules do not have", ""},
		strings.Repeat("true && ", 2000) + "true":          {"", ""},
		`server == "` + strings.Repeat("a", maxRule) + `"`: {"longer than", ""},
		strings.Repeat("(", 4000) + "true" + strings.Repeat(")", 4000): {"", ""},
	} {
		_, problems := compileOne(t, when)
		if len(problems) != 1 {
			if want == [2]string{} {
				continue
			}
			t.Errorf("%.60s: %d problems", when, len(problems))
			continue
		}
		p := problems[0]
		if p.Segment != "s" || p.Do == "" || strings.Contains(p.What+p.Do, "\n") ||
			!strings.Contains(p.What, want[0]) || !strings.Contains(p.Do, want[1]) {
			t.Errorf("%.60s: %+v, want %q", when, p, want)
		}
	}
}

func TestFactsThatRulesCannotUseAreProblems(t *testing.T) {
	t.Parallel()
	n := NewNames()
	for _, c := range []struct {
		name string
		kind Kind
		want string
	}{
		{"company", Text, `fact "company" has a name`},
		{"between", Text, `fact "between" has a name`},
		{"y", "datum", `type "datum" is not known`},
		{"x", Date, ""},
		{"x", Text, `fact "x" is a text here and a date`},
		{"x", "", `fact "x" is a text here and a date`},
		{"x", Date, ""},
	} {
		p := n.Add(c.name, c.kind)
		if p == nil && c.want != "" || p != nil && (c.want == "" || !strings.Contains(p.What, c.want)) {
			t.Errorf("%s %s: %v, want %q", c.name, c.kind, p, c.want)
		}
	}
}

func TestEachPartOfASegmentIsChecked(t *testing.T) {
	t.Parallel()
	r, problems := Compile([]Segment{{
		ID: "s", When: "x", Certainty: "sure",
		Unless:     []Clause{{"wallet", "y"}, {"app", ""}},
		ElementsBy: []Clause{{"passport_no", "amount"}, {"name", " "}},
	}}, names(t))
	want := []string{`certainty "sure"`, `unknown name "x"`, `unless "wallet": rule uses the unknown name "y"`,
		`unless "app": rule is empty`, `element "passport_no": rule is a number`, `element "name": rule is empty`}
	if r != nil || len(problems) != len(want) {
		t.Fatalf("got %v", problems)
	}
	for _, w := range want {
		if !slices.ContainsFunc(problems, func(p Problem) bool { return strings.Contains(p.What, w) }) {
			t.Errorf("no problem says %s: %v", w, problems)
		}
	}
}

func TestElementsAreBounded(t *testing.T) {
	t.Parallel()
	s := Segment{ID: "s"}
	for i := range maxElements {
		s.Elements = append(s.Elements, fmt.Sprint("e", i))
	}
	r, problems := Compile([]Segment{s}, NewNames())
	if problems != nil {
		t.Fatal(problems)
	}
	e := r.Evaluator()
	if got := e.Affected(e.Match(row(r, nil)).Matches).Elements; !slices.Equal(got, s.Elements) {
		t.Errorf("of %d elements %v are told", maxElements, got)
	}
	s.Elements = append(s.Elements, "more")
	if _, problems = Compile([]Segment{s}, NewNames()); len(problems) != 1 {
		t.Errorf("got %v", problems)
	}
}

// cards is a segment with everything.
func cards() []Segment {
	return []Segment{
		{
			ID: "cards", When: `used_at >= date("2010-01-01")`, Notice: "cards", Elements: []string{"name"},
			ElementsBy: []Clause{{"card_number", "member"}, {"email", `server == "A"`}},
			Unless:     []Clause{{"wallet", `brand == "wallet"`}, {"app", `server == "app" || brand == "wallet"`}},
			Certainty:  "possible",
		},
		{
			ID: "mails", Notice: "mails", ElementsBy: []Clause{{"email", "known(amount)"}, {"name", `member`}},
		},
	}
}

func TestAListHasAnElementNextToTheOneAfterWhichItIsNamed(t *testing.T) {
	t.Parallel()
	r, problems := Compile([]Segment{
		{ID: "abroad", When: "member", Elements: []string{"name", "email", "phone"}},
		{ID: "home", Elements: []string{"name", "name_kana", "phone", "fax"}},
		{ID: "passport", Elements: []string{"passport_number"}},
	}, names(t))
	if problems != nil {
		t.Fatal(problems)
	}
	e := r.Evaluator()
	got := e.Affected(e.Match(row(r, map[string]Value{"member": {Kind: Bool, Bool: true}})).Matches).Elements
	if want := []string{"name", "name_kana", "email", "phone", "fax", "passport_number"}; !slices.Equal(got, want) {
		t.Errorf("the list of somebody of all three is %v, not %v", got, want)
	}
}

func TestARowHasItsOwnElementsAndExclusions(t *testing.T) {
	t.Parallel()
	r, problems := Compile(cards(), names(t))
	if problems != nil {
		t.Fatal(problems)
	}
	used, yes, number := day("2010-05-06"), Value{Kind: Bool, Bool: true}, Value{Kind: Number, Number: 1}
	e := r.Evaluator()
	for _, c := range []struct {
		values   map[string]Value
		want     Affected
		excluded []string
	}{
		{map[string]Value{"used_at": used}, Affected{
			[]string{"cards"}, []string{"name"}, "possible", "cards", 0}, []string{"no-element"}},
		{map[string]Value{"used_at": used, "server": textOf("A"), "member": yes}, Affected{
			[]string{"cards", "mails"}, []string{"name", "card_number", "email"}, "confirmed", "cards", 0}, nil},
		{map[string]Value{"used_at": used, "brand": textOf("wallet"), "amount": number, "member": yes}, Affected{
			[]string{"mails"}, []string{"name", "email"}, "confirmed", "mails", 1}, []string{"wallet"}},
		{map[string]Value{"used_at": used, "server": textOf("app")}, Affected{}, []string{"app", "no-element"}},
		{nil, Affected{}, []string{"no-element"}},
	} {
		found := e.Match(row(r, c.values))
		var excluded []string
		for _, x := range found.Excluded {
			excluded = append(excluded, r.Exclusions(x.Segment)[x.By])
		}
		var got Affected
		if len(found.Matches) > 0 {
			got = e.Affected(found.Matches)
		}
		if !reflect.DeepEqual(got, c.want) || !slices.Equal(excluded, c.excluded) {
			t.Errorf("%v: %+v, excluded by %v", c.values, got, excluded)
		}
	}
}

func TestAPersonHasTheUnionOfTheRows(t *testing.T) {
	t.Parallel()
	r, problems := Compile(cards(), names(t))
	if problems != nil {
		t.Fatal(problems)
	}
	e := r.Evaluator()
	var matches []Match
	for _, values := range []map[string]Value{
		{"amount": Value{Kind: Number, Number: 1}},
		{"used_at": day("2010-05-06"), "member": Value{Kind: Bool, Bool: true}},
		{"used_at": day("2010-05-07"), "server": textOf("A")},
	} {
		matches = append(matches, e.Match(row(r, values)).Matches...)
	}
	want := Affected{[]string{"cards", "mails"}, []string{"name", "card_number", "email"}, "confirmed", "cards", 0}
	if got := e.Affected(matches); !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v", got)
	}
}

func TestWhatIsRuledOutIsNotToldToThoseWhoAreAffectedOtherwise(t *testing.T) {
	t.Parallel()
	r, problems := Compile([]Segment{
		{ID: "cards", When: "true", Notice: "no cards", Certainty: "ruled-out", Elements: []string{"card_number"}},
		{ID: "mails", When: "member", Notice: "mails", Elements: []string{"name", "email"}},
	}, map[string]Kind{"member": Bool})
	if problems != nil {
		t.Fatal(problems)
	}
	e := r.Evaluator()
	both := row(r, map[string]Value{"member": {Kind: Bool, Bool: true}})
	want := Affected{[]string{"cards", "mails"}, []string{"name", "email"}, "confirmed", "mails", 1}
	if got := e.Affected(e.Match(both).Matches); !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v", got)
	}
	want = Affected{[]string{"cards"}, []string{"card_number"}, "ruled-out", "no cards", 0}
	if got := e.Affected(e.Match(row(r, nil)).Matches); !reflect.DeepEqual(got, want) {
		t.Errorf("ruled out alone: %+v", got)
	}
}

func TestMatchingAllocatesNothing(t *testing.T) {
	r, facts := jtb(t)
	e := r.Evaluator()
	if n := testing.AllocsPerRun(100, func() { e.Affected(e.Match(facts).Matches) }); n > 0 {
		t.Errorf("a row costs %v allocations", n)
	}
}

// jtb is a period, four brands and nine groups of products that are not affected.
func jtb(t testing.TB) (*Rules, []Value) {
	r, problems := Compile([]Segment{{ID: "s", When: `between(used_at, "2007-09", "2016-03") &&
		brand in ["JTB", "rurubu", "japanican", "dtravel"]`, Unless: []Clause{{"product", `利用 in ["旅物語",
		"高速バス", "現地", "レストラン", "定期観光", "保険", "WiFi", "空港送迎", "ギフト"]`}}}}, names(t))
	if problems != nil {
		t.Fatal(problems)
	}
	return r, row(r, map[string]Value{
		"used_at": day("2012-05-06"), "brand": textOf("dtravel"), "利用": textOf("国内宿泊"),
	})
}

func BenchmarkMatch(b *testing.B) {
	r, facts := jtb(b)
	e := r.Evaluator()
	b.ReportAllocs()
	for b.Loop() {
		if len(e.Match(facts).Matches) != 1 {
			b.Fatal("the row does not match")
		}
	}
}

// FuzzCompile sees that no rule makes the compiler panic, and that what it takes does not fail on any row.
func FuzzCompile(f *testing.F) {
	for _, seed := range []string{
		`server == "A" && used_at >= date("2008-07-01")`, `amount / 0 in [1, 2]`, `x | lower()`, "`a`",
		`known(used_at) ? member : !member`, `server matches "("`, `(((`, `any([1], #)`, "let x = 1; x",
		`9223372036854775807 + 1 == amount`, `date("x")`, `server | lower()`, `1..9 == 2`,
		`between(used_at, "2007-09", "2016-03")`, `between(amount, -1, - -2)`, `-(-amount) < 1 < 2`,
		`member in [true, !member, 1 < 2]`, `(member ? used_at : date("2001-02-03")) == used_at`,
		`server matches "(a{9}){99}"`, `server matches "(?i)\\pL*+"`, `if member { true } else { false }`, `server?.x`, `brand in []`, `[] == []`, `filter([1], {# > 0})`,
	} {
		f.Add(seed, "A", 3.0, int64(1e9), true)
	}
	f.Fuzz(func(t *testing.T, when, text string, number float64, seconds int64, yes bool) {
		segments := []Segment{{ID: "s", When: when}, {ID: "t", Unless: []Clause{{"u", when}},
			ElementsBy: []Clause{{"e", when}}}}
		r, problems := Compile(segments, names(t))
		for _, p := range problems {
			if p.Do == "" || strings.Contains(p.What, "\n") {
				t.Fatalf("%q: %+v", when, p)
			}
		}
		if len(problems) > 0 {
			return
		}
		full := map[string]Value{
			"server": textOf(text), "brand": textOf("A"), "利用": textOf(text), "id": textOf(text),
			"amount": {Kind: Number, Number: number}, "member": {Kind: Bool, Bool: yes},
			"used_at": {Kind: Date, Date: time.Unix(seconds, 0).UTC()},
		}
		e := r.Evaluator()
		for _, values := range []map[string]Value{nil, full} {
			found := e.Match(row(r, values))
			if len(found.Matches)+len(found.Excluded) == 0 {
				t.Fatalf("%q: the second segment holds for every row", when)
			}
		}
	})
}
