package segment

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

// told writes a trace as a person would read it.
func told(t Trace) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %v %s\n", t.Segment, t.Matches, t.Excluded)
	steps := func(name string, steps []Step) {
		for _, s := range steps {
			fmt.Fprintf(&b, "%s%s: %v", name, s.Rule, s.Holds)
			for _, f := range s.Facts {
				value := "absent"
				if f.Value != nil {
					value = *f.Value
				}
				fmt.Fprintf(&b, ", %s=%s", f.Name, value)
			}
			b.WriteString("\n")
		}
	}
	steps("", t.When)
	for _, r := range t.Unless {
		steps("- "+r.Name+": ", r.Steps)
	}
	for _, r := range t.Elements {
		steps("+ "+r.Name+": ", r.Steps)
	}
	return strings.TrimSpace(b.String())
}

func TestATraceShowsWhatDecided(t *testing.T) {
	t.Parallel()
	values := map[string]Value{
		"server": textOf("AP-A"), "used_at": day("2010-05-06"), "member": {Kind: Bool, Text: "はい", Bool: true},
	}
	for when, want := range map[string]string{
		``:     "s true",
		`true`: "s true \ntrue: true",
		// A conjunction that does not hold: each part that is to blame, and no other.
		`server == "AP-A" && amount > 1 && brand == "x"`: "s false \n" +
			`amount > 1: false, amount=absent` + "\n" + `brand == "x": false, brand=absent`,
		// One that holds: each part.
		`server == "AP-A" && member && between(used_at, "2010", "2011")`: "s true \n" +
			`server == "AP-A": true, server=AP-A` + "\nmember: true, member=はい\n" +
			`between(used_at, "2010", "2011"): true, used_at=2010-05-06`,
		// A disjunction that holds: what was enough; one that does not: all that was tried.
		`brand == "x" || server startsWith "AP" || amount > 1`: "s true \n" +
			`server startsWith "AP": true, server=AP-A`,
		`brand == "x" || !member`: "s false \n" + `brand == "x": false, brand=absent` +
			"\nmember: true, member=はい",
		`not (server == "AP-A" and member)`: "s false \n" + `server == "AP-A": true, server=AP-A` +
			"\nmember: true, member=はい",
		`member ? server == brand : amount > 1`: "s false \nmember: true, member=はい\n" +
			`server == brand: false, brand=absent, server=AP-A`,
		`(member && known(used_at)) == true`: "s true \n" +
			`(member && known(used_at)) == true: true, member=はい, used_at=2010-05-06`,
	} {
		r, problems := compileOne(t, when)
		if problems != nil {
			t.Fatal(problems)
		}
		traces := r.Trace(row(r, values))
		if got := told(traces[0]); len(traces) != 1 || got != want {
			t.Errorf("%s: got\n%s\nwant\n%s", when, got, want)
		}
	}
}

func TestATraceNamesExclusionsAndElements(t *testing.T) {
	t.Parallel()
	r, problems := Compile(cards(), names(t))
	if problems != nil {
		t.Fatal(problems)
	}
	in := `used_at >= date("2010-01-01"): true, used_at=2010-05-06`
	for _, c := range []struct {
		values map[string]Value
		want   [2]string
	}{
		{map[string]Value{"used_at": day("2010-05-06"), "server": textOf("app")}, [2]string{
			"cards false app\n" + in + "\n" + `- wallet: brand == "wallet": false, brand=absent` + "\n" +
				`- app: server == "app": true, server=app`,
			"mails false no-element\n+ email: known(amount): false, amount=absent\n" +
				"+ name: member: false, member=absent"}},
		{map[string]Value{"used_at": day("2010-05-06"), "server": textOf("A"), "amount": {Kind: Number, Text: "1"}},
			[2]string{"cards true \n" + in + "\n" + `- wallet: brand == "wallet": false, brand=absent` + "\n" +
				`- app: server == "app": false, server=A` + "\n" + `- app: brand == "wallet": false, brand=absent` +
				"\n+ card_number: member: false, member=absent\n" + `+ email: server == "A": true, server=A`,
				"mails true \n+ email: known(amount): true, amount=1\n+ name: member: false, member=absent"}},
	} {
		traces := r.Trace(row(r, c.values))
		for i, want := range c.want {
			if got := told(traces[i]); got != want {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
		}
	}
}

func TestATraceIsJSON(t *testing.T) {
	t.Parallel()
	r, _ := compileOne(t, `server == "A" || known(amount)`)
	got, err := json.Marshal(r.Trace(row(r, map[string]Value{"server": textOf("B")})))
	want := `[{"segment":"s","matches":false,"when":[` +
		`{"rule":"server == \"A\"","holds":false,"facts":[{"name":"server","value":"B"}]},` +
		`{"rule":"known(amount)","holds":false,"facts":[{"name":"amount","value":null}]}]}]`
	if err != nil || string(got) != want {
		t.Errorf("got %s %v", got, err)
	}
}
