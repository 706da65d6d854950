package templates

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"
)

// FuzzNotice renders whatever parses: nothing may panic, and a value may make no tag.
func FuzzNotice(f *testing.F) {
	sources, err := filepath.Glob("testdata/*.md")
	if err != nil {
		f.Fatal(err)
	}
	for _, name := range sources {
		source, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(source), "<b>x</b>")
	}
	f.Add("---\nsubject: '{{ .Person.Name }}'\n---\n[a](https://b) {{ .Facts.note }}", "</p><a href=x>")
	f.Add("---\nsubject: x\n---\n- {{ .Person.Name }}\\\n  - > {{ .Elements }}", "&lt;")
	f.Fuzz(func(t *testing.T, source, value string) {
		n, problems := Parse("ja", []byte(source), testSchema(), nil)
		for _, p := range problems {
			if p.Line < 1 || p.Column < 1 || p.What == "" {
				t.Errorf("problem %+v", p)
			}
		}
		if n == nil {
			return
		}
		v := testValues()
		v.Name, v.Company, v.Facts["note"] = "x", "x", "x"
		plain, err := n.Render(v)
		if err != nil {
			t.Fatal(err)
		}
		v.Name, v.Company, v.Facts["note"] = value, value, value
		r, err := n.Render(v)
		if value == "" || err != nil {
			return
		}
		if tags(r.HTML) != tags(plain.HTML) {
			t.Errorf("%q made tags in %s", value, r.HTML)
		}
		for _, out := range []string{r.Subject, r.Text, r.HTML} {
			if !utf8.ValidString(out) {
				t.Errorf("not UTF-8: %q", out)
			}
		}
		if strings.ContainsAny(r.Subject, "\r\n") {
			t.Errorf("subject %q", r.Subject)
		}
	})
}

func FuzzLooksLikeLink(f *testing.F) {
	f.Add("例え．ｊｐ")
	f.Add("1.2.3.4")
	f.Fuzz(func(t *testing.T, name string) {
		if strings.Contains(name, "@") && !LooksLikeLink(name) {
			t.Errorf("%q", name)
		}
	})
}

func FuzzMatch(f *testing.F) {
	f.Add("zh-TW")
	f.Add("en-u-co-phonebk-t-x")
	f.Fuzz(func(t *testing.T, want string) {
		have := []string{"ja", "en"}
		if got := Match(want, have, "ja"); got != "ja" && got != "en" {
			t.Errorf("%q: %q", want, got)
		}
	})
}
