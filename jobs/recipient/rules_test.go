package recipient

import (
	"strings"
	"testing"
	"time"
)

// facts are one file's, of every kind.
func facts() map[string]FactColumn {
	return map[string]FactColumn{
		"server":  {Column: "server"},
		"used_at": {Column: "used_at", Kind: Date},
		"amount":  {Column: "amount", Kind: Number},
		"member":  {Column: "member", Kind: Bool},
		"利用":      {Column: "plan", Kind: Text},
	}
}

func compileOne(when string) (*rules, []Problem) {
	return compileRules(Spec{
		Files:    []File{{Name: "a.csv", Facts: facts()}},
		Segments: []Segment{{ID: "s", When: when}},
	})
}

// factRow is a row with the given facts.
func factRow(values map[string]Value) *row {
	l := &layout{}
	r := &row{from: l}
	for name, v := range values {
		l.facts = append(l.facts, factCell{name: name, kind: v.Kind})
		r.facts = append(r.facts, v)
	}
	return r
}

func day(s string) Value {
	t, err := time.Parse("2006-01-02", s)
	if err != nil {
		panic(err)
	}
	return Value{Kind: Date, Text: s, Date: t}
}

func TestRulesMatchByTheTypesOfFacts(t *testing.T) {
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
		r, problems := compileOne(c.when)
		if len(problems) > 0 {
			t.Errorf("%s: %v", c.when, problems)
			continue
		}
		for values, want := range map[*row]bool{factRow(full): c.present, factRow(nil): c.none} {
			matched, err := r.match(values)
			if err != nil || (len(matched) > 0) != want {
				t.Errorf("%s: with %d facts matched %v, %v", c.when, len(values.facts), matched, err)
			}
		}
	}
}

func TestBadRulesAreProblemsWithAHint(t *testing.T) {
	for when, want := range map[string][2]string{
		`server = "A"`:                            {"does not parse at line 1", "=="},
		`server == "A`:                            {"does not parse", "double quotes"},
		`(server == "A"`:                          {"does not parse", "&&"},
		"server ==\n\n&& x":                       {"line 3", ""},
		`serber == "A"`:                           {`unknown name "serber"`, `"server"`},
		`wholly_other == "A"`:                     {`unknown name "wholly_other"`, "declare"},
		`$env == "A"`:                             {"unknown name", ""},
		`server`:                                  {"is a text, not a condition", ""},
		`amount + 1`:                              {"is a number, not a condition", ""},
		`date("2008-07-01")`:                      {"is a date, not a condition", ""},
		`used_at >= "2008-07-01"`:                 {"compares a date", `date("2008-07-01")`},
		`"2008-07-01" == used_at`:                 {"with a date", `date("2008-07-01")`},
		`used_at > 20080701`:                      {"compares a date", "date("},
		`server >= "2008-07-01"`:                  {"orders dates and numbers", "type: date"},
		`member > false`:                          {"orders dates and numbers", ""},
		`amount == "12"`:                          {"compares a number", "type"},
		`amount in ["1"]`:                         {"compares a number", ""},
		`used_at in ["2008-07-01"]`:               {"compares a date", "date("},
		`amount in 1..5`:                          {"takes a list", ""},
		`server in other`:                         {"takes a list", ""},
		`server and member`:                       {"takes a bool", ""},
		`not server`:                              {"takes a bool", ""},
		`-server == 1`:                            {"takes a number", ""},
		`used_at + 1 == used_at`:                  {"takes a number", ""},
		`server + "x" == "y"`:                     {"takes a number", ""},
		`amount % 2 == 0`:                         {"operator %", ""},
		`amount ** 2 == 4`:                        {"operator **", ""},
		`(server ?? "x") == "x"`:                  {"operator", ""},
		`server matches "("`:                      {"does not parse", ""},
		`server matches 利用`:                       {"takes a pattern", ""},
		`amount contains "1"`:                     {"takes a text", ""},
		`lower(amount) == "1"`:                    {"takes a text", ""},
		`lower() == ""`:                           {"", ""},
		`len(server) > 1`:                         {`unknown function "len"`, ""},
		`now() > used_at`:                         {`unknown function "now"`, "known"},
		`any([1], # > 0)`:                         {"", ""},
		`repeat("a", 1000000) == ""`:              {"unknown function", ""},
		`date("2008-13-01") == used_at`:           {"day of the calendar", "2008-07-01"},
		`date("2013-02-29") == used_at`:           {"day of the calendar", ""},
		`date(server) == used_at`:                 {"day of the calendar", ""},
		`date() == used_at`:                       {"day of the calendar", ""},
		`known(member)`:                           {"takes the name", ""},
		`known("x")`:                              {"takes the name", ""},
		`known(x)`:                                {`unknown name "x"`, ""},
		`server[0] == "A"`:                        {"rules do not have", ""},
		`server[0:1] == "A"`:                      {"rules do not have", ""},
		`{"a": 1} == 1`:                           {"rules do not have", ""},
		`nil == server`:                           {"rules do not have", ""},
		`let x = 1; amount == x`:                  {"rules do not have", ""},
		`server == "A"; true`:                     {"rules do not have", ""},
		`server.foo == 1`:                         {"rules do not have", ""},
		strings.Repeat("true && ", 2000) + "true": {"", ""},
		`server == "` + strings.Repeat("a", maxRule) + `"`:             {"longer than", ""},
		strings.Repeat("(", 4000) + "true" + strings.Repeat(")", 4000): {"", ""},
	} {
		_, problems := compileOne(when)
		if len(problems) != 1 {
			if want == [2]string{} {
				continue
			}
			t.Errorf("%.60s: %d problems", when, len(problems))
			continue
		}
		p := problems[0]
		if p.Segment != "s" || p.Warning || p.Do == "" || strings.Contains(p.What+p.Do, "\n") ||
			!strings.Contains(p.What, want[0]) || !strings.Contains(p.Do, want[1]) {
			t.Errorf("%.60s: %+v, want %q", when, p, want)
		}
	}
}

func TestFactsThatRulesCannotUseAreProblems(t *testing.T) {
	spec := Spec{
		Files: []File{
			{Name: "a.csv", Facts: map[string]FactColumn{"company": {}, "known": {}, "x": {Kind: Date},
				"y": {Kind: "datum"}}},
			{Name: "b.csv", Facts: map[string]FactColumn{"x": {Kind: Text}}},
		},
		Segments: []Segment{{ID: "s", Certainty: "sure"}},
	}
	want := []string{`fact "company" has a name`, `fact "known" has a name`,
		`type "datum" is not known`,
		`fact "x" is a text here and a date`, `certainty "sure"`}
	problems := CheckRules(spec)
	if len(problems) != len(want) {
		t.Fatalf("got %+v", problems)
	}
	for i, p := range problems {
		if !strings.Contains(p.What, want[i]) {
			t.Errorf("problem %d is %q, want %q", i, p.What, want[i])
		}
	}
}

func FuzzRules(f *testing.F) {
	for _, seed := range []string{`server == "A" && used_at >= date("2008-07-01")`,
		`amount / 0 in [1, 2]`,
		`known(used_at) ? member : !member`, `server matches "("`, `(((`, `any([1], #)`, "let x = 1; x",
		`9223372036854775807 + 1 == amount`, `date("x")`, `server | lower()`, `1..9 == 2`, "`a`"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, when string) {
		r, problems := compileOne(when)
		for _, p := range problems {
			if p.Do == "" || strings.Contains(p.What, "\n") {
				t.Fatalf("%q: %+v", when, p)
			}
		}
		if len(problems) > 0 {
			return
		}
		for _, row := range []*row{factRow(nil), factRow(map[string]Value{"server": {Kind: Text,
			Text: "A"},
			"used_at": day("2010-01-01"), "amount": {Kind: Number, Number: 3}})} {
			if _, err := r.match(row); err != nil {
				t.Fatalf("%q: %v", when, err)
			}
		}
	})
}
