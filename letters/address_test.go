package letters

import (
	"errors"
	"strings"
	"testing"

	"oshirase/templates"
)

// block returns the address block of a letter as lines.
func block(a Address) ([]string, error) {
	s := testPress().setter("ja")
	l, err := s.setAddress(Letter{Address: a, Document: templates.Document{Locale: "ja"}})
	if err != nil {
		return nil, err
	}
	var out []string
	for _, b := range l.boxes {
		out = append(out, b.runs[0].text)
	}
	return out, nil
}

// addressOf is an address of its first five parts.
func addressOf(postcode string, lines []string, company, name, style string) Address {
	return Address{Postcode: postcode, Lines: lines, Company: company, Name: name, Style: style}
}

func TestAddressInTheOrderOfItsStyle(t *testing.T) {
	lines := []string{"東京都千代田区架空町1-2-3", "", "見本ビル5階"}
	for _, c := range []struct {
		name string
		in   Address
		want string
	}{
		{"a person", addressOf("1000001", lines, "", "見本 花子", "ja"),
			"〒100-0001|東京都千代田区架空町1-2-3|見本ビル5階|見本 花子 様"},
		{"a person in a company", addressOf("100-0001", lines[:1], "株式会社見本", "髙﨑 太郎", "ja"),
			"〒100-0001|東京都千代田区架空町1-2-3|株式会社見本|髙﨑 太郎 様"},
		{"a company alone", addressOf("〒１００－０００１", lines[:1], "株式会社見本", "", "ja"),
			"〒100-0001|東京都千代田区架空町1-2-3|株式会社見本 御中"},
		{"without postcode", addressOf("", lines[:1], "", "見本 花子", "ja"),
			"東京都千代田区架空町1-2-3|見本 花子 様"},
		{"style of the locale", addressOf("1000001", lines[:1], "", "見本 花子", ""),
			"〒100-0001|東京都千代田区架空町1-2-3|見本 花子 様"},
		{"western", addressOf("SW1A 0XX", []string{"1 Invented Road", "London"}, "Example Ltd",
			"Ms Jane Sample", "en"),
			"Ms Jane Sample|Example Ltd|1 Invented Road|London|SW1A 0XX"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := block(c.in)
			if err != nil {
				t.Fatal(err)
			}
			if s := strings.Join(got, "|"); s != c.want {
				t.Errorf("%s, want %s", s, c.want)
			}
		})
	}
}

func TestAddressThatCannotBePrintedSaysWhy(t *testing.T) {
	good := []string{"東京都架空町1-2-3"}
	many := strings.Split(strings.Repeat("架空町 ", 12), " ")[:12]
	for _, c := range []struct {
		name string
		in   Address
		want string
	}{
		{"no lines", addressOf("1000001", nil, "", "見本 花子", "ja"), "address is empty"},
		{"blank lines", addressOf("1000001", []string{" ", "　"}, "", "見本", "ja"), "address is empty"},
		{"nobody", addressOf("1000001", good, "", " ", "ja"), "address has no name"},
		{"six digits", addressOf("100-000", good, "", "見本", "ja"), "postcode has 6 digits instead of 7"},
		{"letters", addressOf("SW1A 0XX", good, "", "見本", "ja"), "postcode is not 7 digits"},
		{"a long building", addressOf("1000001", []string{good[0], strings.Repeat("楼", 60)}, "", "見本", "ja"),
			"address line 2 is too long for the window at 8 points"},
		{"a long name", addressOf("1000001", good, "", strings.Repeat("寿", 40), "ja"),
			"name is too long for the window at 8 points"},
		{"a long company", addressOf("1000001", good, strings.Repeat("社", 50), "見本", "ja"),
			"company is too long for the window at 8 points"},
		{"too many lines", addressOf("1000001", many, "", "見本", "ja"),
			"address has 12 lines, and no more than 7 are printed"},
		{"an unknown style", addressOf("1000001", good, "", "見本", "fr"), `unknown address style "fr"`},
		{"damaged postcode", addressOf("100\x00001", good, "", "見本", "ja"),
			"postcode: character U+0000 is a control character and prints nothing"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := block(c.in)
			if err == nil || err.Error() != c.want {
				t.Errorf("%v, want %s", err, c.want)
			}
		})
	}
}

func TestAddressErrorHasItsField(t *testing.T) {
	_, err := block(addressOf("123", []string{"架空町"}, "", "見本", "ja"))
	var e *AddressError
	if !errors.As(err, &e) || e.Field != "postcode" {
		t.Errorf("%#v", err)
	}
}

// A block that is too wide is shrunk; only then a line is broken in two; nothing is ever left out.
func TestAddressIsShrunkIntoTheWindow(t *testing.T) {
	room := testPress().window.safe()
	s := testPress().setter("ja")
	for n := 1; n <= 42; n++ {
		in := addressOf("1000001", []string{strings.Repeat("町", n)}, "株式会社見本", "見本 花子", "ja")
		l, err := s.setAddress(Letter{Address: in})
		if err != nil {
			t.Fatalf("%d characters: %v", n, err)
		}
		var all strings.Builder
		for _, b := range l.boxes {
			for _, r := range b.runs {
				all.WriteString(r.text)
				right := r.x + r.face.measure(r.text, r.look.size)
				if r.x < room.left || right > room.right()+0.01 {
					t.Errorf("%d characters: a line from %g to %g", n, r.x, right)
				}
				if r.look.size < addressLeast {
					t.Errorf("%d characters: set at %g points", n, r.look.size)
				}
			}
		}
		if !strings.Contains(all.String(), in.Lines[0]) {
			t.Errorf("%d characters: %q", n, all.String())
		}
		if height(l.boxes) > room.height {
			t.Errorf("%d characters: %g points high", n, height(l.boxes))
		}
	}
}

// What is wrong with one person's address blocks that letter with a sentence which repeats nothing of
// it, and no other letter: the rest of the batch is bound.
func TestAnAddressThatIsWrongBlocksItsOwnLetterOnly(t *testing.T) {
	t.Parallel()
	wrong := map[int]struct {
		spoil func(*Address)
		want  string
	}{
		1: {func(a *Address) { a.Lines = nil }, "address is empty"},
		2: {func(a *Address) { a.Lines = strings.Split(strings.Repeat("架空町 ", 9), " ") },
			"address has 9 lines, and no more than 7 are printed"},
		3: {func(a *Address) { a.Lines[1] = strings.Repeat("楼", 60) },
			"address line 2 is too long for the window at 8 points"},
		4: {func(a *Address) { a.Postcode = "100-000" }, "postcode has 6 digits instead of 7"},
		5: {func(a *Address) { a.Lines[0] += "\x07" },
			"address line 1: character U+0007 is a control character and prints nothing"},
		6: {func(a *Address) { a.Lines[0] += "\xe6\x9d" },
			"address line 1: text is damaged (invalid UTF-8 or U+FFFD)"},
		7: {func(a *Address) { a.Name += "😀" },
			"name: character U+1F600 has no glyph in the letter's fonts"},
		8: {func(a *Address) { a.Name += "\n見本" },
			"name: character U+000A is a control character and prints nothing"},
		9: {func(a *Address) { a.Country = "日本" }, "country is no ISO 3166-1 code"},
	}
	var batch []Letter
	for i := range 12 {
		l := japaneseLetter(i)
		if w, ok := wrong[i]; ok {
			w.spoil(&l.Address)
			if _, err := testPress().Typeset(l); err == nil || err.Error() != w.want {
				t.Errorf("letter %d: %v, want %s", i, err, w.want)
			}
			continue
		}
		batch = append(batch, l)
	}
	conserved(t, batch)
}

func TestALineIsBrokenWhereItMayBe(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ line, want string }{
		{"東京都千代田区架空町一丁目23番45号サンプルタワー", "東京都千代田区架空町|一丁目23番45号サンプルタワー"},
		{"東京都千代田区架空町一丁目 サンプルタワー2301号室", "東京都千代田区架空町一丁目|サンプルタワー2301号室"},
		{"神奈川県横浜市都筑区架空町12345番地の見本荘", "神奈川県横浜市都筑区架空町|12345番地の見本荘"},
	} {
		rows, err := block(addressOf("1000001", []string{c.line}, "", "見本", "ja"))
		if got := strings.Join(rows[1:len(rows)-1], "|"); err != nil || got != c.want {
			t.Errorf("%s, %v, want %s", got, err, c.want)
		}
	}
}

// Where there is no room the postcode goes before the first line and the department behind the
// company.
func TestAFullWindowTakesSevenLinesAtTheLeastSize(t *testing.T) {
	t.Parallel()
	a := addressOf("1000001", []string{strings.Repeat("町", 38), strings.Repeat("楼", 44)},
		strings.Repeat("社", 20), "見本 花子", "ja")
	a.Department = strings.Repeat("部", 18)
	rows, err := block(a)
	if err != nil || len(rows) != 7 || !strings.HasPrefix(rows[0], "〒100-0001 町") {
		t.Errorf("%q, %v", rows, err)
	}
}

// FuzzAddress makes blocks of any text: each holds every character of the address or is an error.
func FuzzAddress(f *testing.F) {
	f.Add("見本 花子", "東京都架空町1-2-3", "1000001", "JP", "様", "ja", false)
	f.Add("Jane Sample", "Springfield IL\x00", "62701", "US", "ms", "en", true)
	f.Add("王小明", "臺北市\xff", "", "ZZ", "君", "zh-Hant", true)
	f.Fuzz(func(t *testing.T, name, line, code, country, word, style string, guardian bool) {
		a := Address{Name: name, Lines: []string{line, line}, Postcode: code, Country: country,
			Honorific: word, Style: style, Guardian: guardian, Company: name}
		s := testPress().setter("ja")
		l, err := s.setAddress(Letter{Address: a, Document: templates.Document{Locale: style}})
		if err != nil {
			return
		}
		var all strings.Builder
		for _, b := range l.boxes {
			for _, r := range b.runs {
				all.WriteString(r.text)
			}
		}
		for _, text := range []string{name, line} {
			if strings.Count(ink(all.String()), ink(text)) < 2 && ink(text) != "" {
				t.Fatalf("%q is not twice in %q", text, all.String())
			}
		}
	})
}
