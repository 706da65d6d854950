package segment

import (
	"strings"
	"testing"

	"oshirase/jobs/fold"
)

func TestTextsAreComparedInTheirFoldedForm(t *testing.T) {
	t.Parallel()
	many := `"AP-A"` + strings.Repeat(`, "x", "y"`, few)
	for when, want := range map[string]bool{
		`server == "AP-A"`: true, `server != "AP-A"`: false, `"ap-a" == server`: true, `server == "AP-B"`: false,
		`server == "AP-"`: false, `server == "AP-AA"`: false, `server == brand`: true, `server != brand`: false,
		`server in ["AP-B", "ap-a"]`: true, `server in ["AP-B"]`: false, `server in [` + many + `]`: true,
		`server in ["AP-B", brand]`: true, `server in [id, "x"]`: false, `not (server in ["AP-A"])`: false,
		`lower(server) == "AP-A"`: true,
	} {
		for _, written := range []string{"AP-A", "ap-a", "ＡＰ－Ａ", "AP−A", "AP‐A", "Ap ‑ a", "ａｐ－ａ", "aｐ-a"} {
			r, problems := compileOne(t, when)
			if problems != nil {
				t.Fatal(problems)
			}
			facts := row(r, map[string]Value{"server": textOf(written), "brand": textOf("ａP-A"), "id": textOf("7")})
			if got := len(r.Evaluator().Match(facts).Matches) == 1; got != want {
				t.Errorf("%s of %q: %v", when, written, got)
			}
		}
	}
}

func TestPatternsAndPartsLookAtWhatIsWritten(t *testing.T) {
	t.Parallel()
	for _, when := range []string{`server matches "^AP-A$"`, `server contains "AP"`, `server startsWith "AP"`,
		`server endsWith "-A"`} {
		r, _ := compileOne(t, when)
		facts := row(r, map[string]Value{"server": textOf("ap-a")})
		if len(r.Evaluator().Match(facts).Matches) != 0 {
			t.Error(when)
		}
	}
}

func TestATraceSaysWhereFoldingDecided(t *testing.T) {
	t.Parallel()
	for when, want := range map[string]bool{
		`server == "AP-A"`: true, `server == "ap-a"`: false, `server == "AP-B"`: false, `server != "AP-A"`: true,
		`server in ["x", "AP-A"]`: true, `server in ["ap-a", "AP-A"]`: false, `server == brand`: true,
		`server in [brand, "x"]`: true, `amount > 1`: false,
	} {
		r, _ := compileOne(t, when)
		facts := row(r, map[string]Value{"server": textOf("ap-a"), "brand": textOf("ＡＰ-Ａ")})
		step := r.Trace(facts)[0].When[0]
		if step.Folded != want || when == `server == "AP-A"` && *step.Facts[0].Value != "ap-a" {
			t.Errorf("%s: %+v", when, step)
		}
	}
}

// FuzzFolds holds the comparison by letters against the fold itself.
func FuzzFolds(f *testing.F) {
	f.Add("AP-A", "ＡＰ－Ａ")
	f.Add("e\u0301", "é")
	f.Add("a\x7f b`", "AB'")
	f.Add("(ｶﾞ)", "(ガ)")
	f.Add("", " ")
	f.Fuzz(func(t *testing.T, a, b string) {
		if got, want := folds(a, fold.Text(b)), fold.Text(a) == fold.Text(b); got != want {
			t.Errorf("%q and %q: %v", a, b, got)
		}
	})
}

func BenchmarkTextThatIsOfNoList(b *testing.B) {
	c := amongTexts(textFact(0), []typed{{text: literal[string]{"航空券"}}, {text: literal[string]{"ホテル"}}})
	facts := []Value{textOf("国内ツアー")}
	b.ReportAllocs()
	for b.Loop() {
		if c.of(facts) {
			b.Fatal("it is in the list")
		}
	}
}
