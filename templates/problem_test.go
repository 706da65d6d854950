package templates

import (
	"strings"
	"testing"
)

func problemsOf(locale, source string) []string {
	_, problems := Parse(locale, []byte(source), testSchema(), nil)
	var lines []string
	for _, p := range problems {
		lines = append(lines, p.String())
	}
	return lines
}

func TestAProblemInTheBodySaysWhereAndWhatInstead(t *testing.T) {
	for body, want := range map[string]string{
		"お客様 {{ .Person.Nmae }}":                  `4:8: there is no field ".Person.Nmae" (did you mean ".Person.Name"?)`,
		"{{ .Facts.used }}":                       `4:4: there is no field ".Facts.used" (did you mean ".Facts.used_at"?)`,
		"{{dat .Date}}":                           `4:3: there is no function "dat" (did you mean "date"?)`,
		"{{ }}":                                   `4:3: there is no field in the braces`,
		"{{ date .Person.Name }}":                 `4:9: .Person.Name is a text, not a date`,
		"{{ number .Date }}":                      `4:11: .Date is a date, not a number`,
		"{{ time .Date }}":                        `4:9: .Date is a date, not a time (write {{ .Date }})`,
		"{{ date .Incident.updated_at }}":         `4:9: .Incident.updated_at is a time, not a date (write {{ .Incident.updated_at }})`,
		"{{ .Facts.vip }}":                        `4:4: .Facts.vip is true or false and has no words (use it as a condition: {{ if .Facts.vip }})`,
		"{{ .Date .Date }}":                       `4:10: " .Date .Date " is more than a field`,
		"a {{ .Date":                              `4:3: a field is not closed`,
		"a .Date }}":                              `4:9: "}}" closes nothing`,
		"`{{ .Date }}`":                           `4:2: a field stands in code`,
		"[a](https://example.com/{{.Date}})":      `4:1: a field stands in a link's target`,
		"[a](<https://e.com/{{ .Date }}>)":        `4:1: a field stands in a link's target`,
		"[a]({{ .Contact.URL }})":                 `4:5: a field stands in a link's target`,
		"x\n\n[a]: https://example.com/{{.Date}}": `6:1: a field stands in a link's target`,
		"https://example.com/?{{ .Date }}":        `4:22: a field stands in a link's target`,
		"[a](javascript:alert(1))":                `4:1: a link leads to "javascript:alert(1)" (it must begin with https:, http:, mailto: or tel:)`,
		"[a](java&#115;cript:x)":                  `4:1: a link leads to`,
		"b <data:text/html,x>":                    `4:3: a link leads to "data:text/html,x"`,
		"[a](https://x@example.com/)":             `4:1: a link leads to "https://x@example.com/", which is no whole address`,
		"[a](/here)":                              `4:1: a link leads to "/here"`,
		"- a\n\n  <div>x</div>":                   `6:3: a notice has no HTML`,
		"a <b>b</b>":                              `4:3: a notice has no HTML`,
		"![a](https://example.com/a.png)":         `4:1: a notice has no images`,
		"```\na\n```":                             `a notice has no code blocks`,
		"    a":                                   `4:5: a notice has no code blocks`,
		"a {{ if .Date }} b":                      `4:6: {{ if }} stands in the middle of a line`,
		"a\n{{ if .Date }}\nb":                    `5:1: this {{ if }} has no {{ end }}`,
		"- a\n  {{ if .Date }}\n\n{{ end }}":      `5:3: this {{ if }} has no {{ end }} (put {{ end }} on a line of its own, both inside`,
		"{{ if .Date }}\n{{ else }}\n{{ else }}\n{{ end }}": `6:1: this {{ if }} has an {{ else }} already`,
		"{{ if .Date }}\na\n{{ end if }}":                   `6:8: {{ end }} takes nothing after it`,
		"{{ if }}\n{{ end }}":                               `4:6: the condition is empty`,
		"{{ if segment \"ap-b\" }}\n{{ end }}":              `4:15: "ap-b" is no segment of this campaign (did you mean "ap-a"?)`,
		"{{ if segmet \"ap-a\" }}\n{{ end }}":               `4:7: "segmet" is not a condition (did you mean "segment"?)`,
		"{{ if element }}\n{{ end }}":                       `4:7: "element" has no id after it`,
		"{{ if certainty \"sure\" }}\n{{ end }}":            `4:17: "sure" is no certainty of this campaign (known are confirmed,`,
		"{{ if channel \"leter\" }}\n{{ end }}":             `4:15: "leter" is no channel (did you mean "letter"?)`,
		"{{ if channel \"fax\" }}\n{{ end }}":               `4:15: "fax" is no channel (known are email, feed, letter)`,
		"{{ if chanel \"email\" }}\n{{ end }}":              `4:7: "chanel" is not a condition (did you mean "channel"?)`,
		"{{ if channel \"email\" }}\na\n{{ end }}":          `4:1: nothing is left for channel "letter"`,
		"{{ if (.Date or .Date }}\n{{ end }}":               `4:22: a parenthesis is not closed`,
		"{{ if .Date and }}\n{{ end }}":                     `4:16: the condition is not complete`,
		"{{ if .Date .Date }}\n{{ end }}":                   `4:13: ".Date" is not expected here`,
		"{{ if .Dat }}\n{{ end }}":                          `4:7: there is no field ".Dat" (did you mean ".Date"?)`,
		"- {{ if .Facts.vip }}\n  a\n  {{ end }}":           `this list item can come out empty`,
		"> a\n> {{ page-break }}":                           `5:3: a page break stands in a list or quote`,
		"a\u202eb":                                          `4:2: the source has a character that cannot be printed: text direction character`,
		"a&#x202e;b":                                        `4:1: an entity stands for a text direction character`,
		"> > > > > > > > a":                                 `lists and quotes stand too deep in each other`,
		"#### a":                                            `4:6: a heading of level 4 is set as level 3`,
		"|a|\n|-|\n{{ if .Date }}\n|b|\n{{ end }}":          `7:1: a table row stands outside of a table`,
		"a\n: b\n\n  c":                                     `5:1: a definition is not one paragraph`,
		"a\n: - b":                                          `a definition is not one paragraph`,
		"a **b":                                             `4:3: asterisks are printed as they are`,
		"a\n{{ end }}":                                      `5:1: this {{ end }} has no {{ if }} before it`,
	} {
		t.Run(body, func(t *testing.T) {
			got := problemsOf("ja", "---\nsubject: s\n---\n"+body)
			if len(got) == 0 || !strings.Contains(got[0], want) {
				t.Errorf("got %q, want %q", got, want)
			}
		})
	}
}

func TestAProblemInTheFrontMatterSaysWhereAndWhatInstead(t *testing.T) {
	for source, want := range map[string]string{
		"":                                   "1:1: there is no front matter",
		"hello":                              "1:1: there is no front matter",
		"---\nsubject: a\n":                  "1:1: there is no front matter",
		"---\ntitle: a\n---\n":               "1:1: there is no subject",
		"---\nsubject: a\nsubjcet: b\n---\n": `3:1: there is no key "subjcet" (did you mean "subject"?)`,
		"---\nsubject: a\nsubject: b\n---\n": `3:1: "subject" stands here a second time`,
		"---\nsubject:\n---\n":               `2:1: "subject" is empty`,
		"---\nsubject: [a]\n---\n":           `2:10: "subject" is not a text`,
		"---\nsubject: {{ .Person.Name }} a\n---\n":     `double quotes`,
		"---\nsubject: \"a {{ .Person.Nam }}\"\n---\n":  `2:16: there is no field ".Person.Nam" (did you mean ".Person.Name"?)`,
		"---\nsubject: お {{ .Date\n---\n":               `2:12: a field is not closed`,
		"---\nsubject: \"a\\nb\"\n---\n":                `2:10: "subject" has a control character`,
		"---\nsubject: \"a\\u202eb\"\n---\n":            `2:10: "subject" has a text direction character`,
		"---\nsubject: a\ncalendar: julian\n---\n":      `3:11: there is no calendar "julian"`,
		"---\r\nsubject: a\r\ntitle: {{.X}}\r\n---\r\n": `3:`,
		"---\n" + strings.Repeat("[", 5000) + "\n---\n": "1:1: the front matter is larger than 4 KiB",
		"---\n- a\n---\n":                               `the front matter is not made of keys and values`,
	} {
		t.Run(source, func(t *testing.T) {
			got := problemsOf("ja", source)
			if len(got) == 0 || !strings.Contains(got[0], want) {
				t.Errorf("got %q, want %q", got, want)
			}
		})
	}
}

func TestAllProblemsAreReportedAtOnceInTheirOrder(t *testing.T) {
	got := problemsOf("en", "---\nsubject: \"{{ .A }}\"\ncalendar: japanese\n---\n"+
		"{{ .B }} and {{ .C }}\n\n{{ if .D and .E }}\n{{ .F }}\n")
	want := []string{"2:14:", "3:11:", "5:4:", "5:17:", "7:1:", "7:7:", "7:14:", "8:4:"}
	if len(got) != len(want) {
		t.Fatalf("got %q", got)
	}
	for i := range want {
		if !strings.HasPrefix(got[i], want[i]) {
			t.Errorf("got %q, want %q", got[i], want[i])
		}
	}
}

func TestAnElementWithoutANameIsAProblemWhereItIsPrinted(t *testing.T) {
	schema := Schema{Elements: []string{"name", "locker"}}
	source := []byte("---\nsubject: s\n---\na {{ .Elements }} b\n\n{{ .Elements }}")
	_, problems := Parse("ja", source, schema, nil)
	if len(problems) != 1 || problems[0].String() !=
		`4:6: element "locker" has no name in "ja" (give it one in the campaign's elements)` {
		t.Errorf("got %v", problems)
	}
	names := map[string]map[string]string{"locker": {"ja": "ロッカー番号"}}
	if _, problems = Parse("ja", source, schema, names); len(problems) != 0 {
		t.Errorf("got %v", problems)
	}
}

func TestALanguageWithoutWordsForCertaintyHasToWriteThem(t *testing.T) {
	got := problemsOf("fr", "---\nsubject: s\n---\n{{ .Certainty }}")
	if len(got) != 1 || !strings.Contains(got[0], `certainty has no words in "fr"`) {
		t.Errorf("got %q", got)
	}
}

func TestALocaleThatIsNoLanguageTagIsAProblem(t *testing.T) {
	got := problemsOf("japanese", "---\nsubject: s\n---\na")
	if len(got) != 1 || !strings.Contains(got[0], `"japanese" is not a language tag`) {
		t.Errorf("got %q", got)
	}
}

func TestAWarningDoesNotStandInTheWay(t *testing.T) {
	n, problems := Parse("ja", []byte("---\nsubject: s\n---\n##### a"), testSchema(), nil)
	if n == nil || len(problems) != 1 || !problems[0].Warning {
		t.Errorf("got %v", problems)
	}
}

func TestAHugeOrDeepSourceIsRefusedInTime(t *testing.T) {
	for name, body := range map[string]string{
		"too large": strings.Repeat("a", maxSource+1),
		"quotes":    strings.Repeat(">", 5_000),
		"lists":     strings.Repeat("- ", 1_000) + "a",
		"ifs":       strings.Repeat("{{ if .Date }}\n", 4_000),
		"not":       "{{ if " + strings.Repeat("not ", 10_000) + ".Dat }}\n",
		"parens":    "{{ if " + strings.Repeat("(", 20_000) + " }}\n",
		"brackets":  strings.Repeat("[", 5_000) + "{{",
		"stars":     strings.Repeat("*a _b", 2_000) + "{{",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			source := []byte("---\nsubject: s\n---\n" + body)
			if n, problems := Parse("ja", source, testSchema(), nil); n != nil {
				t.Errorf("parsed: %v", problems)
			}
		})
	}
}
