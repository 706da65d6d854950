package templates

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

var update = flag.Bool("update", false, "write the golden files anew")

func testSchema() Schema {
	return Schema{
		Facts: map[string]Kind{
			"used_at": KindDate, "vip": KindBool, "note": KindText, "cards": KindNumber,
		},
		Incident: map[string]Kind{"From": KindDate, "cause": KindText, "count": KindNumber, "updated_at": KindTime},
		Segments: []string{"ap-a", "web-b"},
		Elements: []string{"company", "name", "email", "card_number"},
	}
}

func day(year int, month time.Month, day int) time.Time {
	return time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
}

func testValues() Values {
	return Values{
		Name: "髙山 﨑子", Reference: "K3-77QF", Company: "株式会社サンプル商事",
		Facts: map[string]any{"used_at": day(2012, 11, 3), "cards": 2.0},
		Incident: map[string]any{
			"From": day(1989, 1, 8), "cause": "SQLインジェクション", "count": 97438.0,
		},
		Segments: []string{"ap-a"}, Elements: []string{"name", "email", "card_number"},
		Certainty: "confirmed",
		Controller: Controller{Name: "株式会社見本", Postcode: "100-0001",
			Address: "東京都千代田区見本1-2-3\n見本ビル4階\n", Signer: "代表取締役社長 見本太郎"},
		Contact: Contact{Phone: "0120-000-000", Hours: "平日9時〜18時",
			URL: "https://example.jp/notice", Email: "help@example.jp"},
		Date: day(2013, 9, 12), Revision: 1,
	}
}

func valuesFor(family string) Values {
	v := testValues()
	if strings.HasSuffix(family, ".en") {
		v.Name, v.Company = "Ann Example", "Sample & Sons"
		v.Controller = Controller{Name: "Specimen Inc.", Address: "1 Model Road\nExampleton"}
	}
	if strings.HasPrefix(family, "03") {
		v.Name, v.Company = hostile, hostile
	}
	return v
}

// hostile is a name with some of every kind of markup.
const hostile = "<b>\"'&amp; [x](http://evil.example.com) **x** _x_ `x` | {{ .Person.Name }} \\* # x"

func parse(t testing.TB, locale, source string) *Notice {
	t.Helper()
	n, problems := Parse(locale, []byte(source), testSchema(), nil)
	for _, p := range problems {
		t.Errorf("problem: %s", p)
	}
	if n == nil {
		t.Fatal("no notice")
	}
	return n
}

// render renders a Markdown body with the values.
func render(t testing.TB, locale, body string, v Values) Rendered {
	t.Helper()
	r, err := parse(t, locale, "---\nsubject: s\n---\n"+body).Render(v)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestNoticesComeOutAsTheGoldenFilesSay(t *testing.T) {
	sources, err := filepath.Glob("testdata/*.md")
	if err != nil || len(sources) == 0 {
		t.Fatal("no golden files", err)
	}
	for _, source := range sources {
		family := strings.TrimSuffix(filepath.Base(source), ".md")
		t.Run(family, func(t *testing.T) {
			markdown, err := os.ReadFile(source)
			if err != nil {
				t.Fatal(err)
			}
			n := parse(t, strings.TrimPrefix(filepath.Ext(family), "."), string(markdown))
			r, err := n.Render(valuesFor(family))
			if err != nil {
				t.Fatal(err)
			}
			document, err := json.MarshalIndent(r.Document, "", " ")
			if err != nil {
				t.Fatal(err)
			}
			golden(t, family+".txt", "Subject: "+r.Subject+"\n\n"+r.Text)
			golden(t, family+".html", r.HTML)
			golden(t, family+".json", string(document)+"\n")
		})
	}
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs (see it with -update and git diff):\n%s", name, got)
	}
}
