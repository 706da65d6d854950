package letters

import (
	"errors"
	"strings"
	"testing"
)

// block returns the address block of a letter as lines.
func block(a Address) ([]string, error) {
	s := &setter{press: testPress(), form: &japanese}
	l, err := s.setAddress(a, "ja")
	if err != nil {
		return nil, err
	}
	var out []string
	for _, b := range l.boxes {
		out = append(out, b.runs[0].text)
	}
	return out, nil
}

func TestAddressInTheOrderOfItsStyle(t *testing.T) {
	lines := []string{"東京都千代田区架空町1-2-3", "", "見本ビル5階"}
	for _, c := range []struct {
		name string
		in   Address
		want string
	}{
		{"a person", Address{"1000001", lines, "", "見本 花子", "ja"},
			"〒100-0001|東京都千代田区架空町1-2-3|見本ビル5階|見本 花子 様"},
		{"a person in a company", Address{"100-0001", lines[:1], "株式会社見本", "髙﨑 太郎", "ja"},
			"〒100-0001|東京都千代田区架空町1-2-3|株式会社見本|髙﨑 太郎 様"},
		{"a company alone", Address{"〒１００－０００１", lines[:1], "株式会社見本", "", "ja"},
			"〒100-0001|東京都千代田区架空町1-2-3|株式会社見本 御中"},
		{"without postcode", Address{"", lines[:1], "", "見本 花子", "ja"},
			"東京都千代田区架空町1-2-3|見本 花子 様"},
		{"style of the locale", Address{"1000001", lines[:1], "", "見本 花子", ""},
			"〒100-0001|東京都千代田区架空町1-2-3|見本 花子 様"},
		{"western", Address{"SW1A 0XX", []string{"1 Invented Road", "London"}, "Example Ltd",
			"Ms Jane Sample", "en"},
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
		{"no lines", Address{"1000001", nil, "", "見本 花子", "ja"}, "address is empty"},
		{"blank lines", Address{"1000001", []string{" ", "　"}, "", "見本", "ja"}, "address is empty"},
		{"nobody", Address{"1000001", good, "", " ", "ja"}, "address has no name"},
		{"six digits", Address{"100-000", good, "", "見本", "ja"}, "postcode has 6 digits instead of 7"},
		{"letters", Address{"SW1A 0XX", good, "", "見本", "ja"}, "postcode is not 7 digits"},
		{"a long building", Address{"1000001", []string{good[0], strings.Repeat("楼", 60)}, "", "見本", "ja"},
			"address line 2 is too long for the window at 8 points"},
		{"a long name", Address{"1000001", good, "", strings.Repeat("寿", 40), "ja"},
			"name is too long for the window at 10 points"},
		{"a long company", Address{"1000001", good, strings.Repeat("社", 50), "見本", "ja"},
			"company is too long for the window at 8 points"},
		{"too many lines", Address{"1000001", many, "", "見本", "ja"},
			"address of 14 lines is too high for the window"},
		{"an unknown style", Address{"1000001", good, "", "見本", "fr"}, `unknown address style "fr"`},
		{"damaged postcode", Address{"100\x00001", good, "", "見本", "ja"},
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
	_, err := block(Address{"123", []string{"架空町"}, "", "見本", "ja"})
	var e *AddressError
	if !errors.As(err, &e) || e.Field != "postcode" {
		t.Errorf("%#v", err)
	}
}

// A block that is too wide is shrunk; only then a line is broken in two; nothing is ever left out.
func TestAddressIsShrunkIntoTheWindow(t *testing.T) {
	room := testPress().window.safe()
	s := &setter{press: testPress(), form: &japanese}
	for n := 1; n <= 54; n++ {
		in := Address{"1000001", []string{strings.Repeat("町", n)}, "株式会社見本", "見本 花子", "ja"}
		l, err := s.setAddress(in, "ja")
		if err != nil {
			t.Fatalf("%d characters: %v", n, err)
		}
		var all strings.Builder
		for _, b := range l.boxes {
			for _, r := range b.runs {
				all.WriteString(r.text)
				right := r.x + testPress().faces[serif].measure(r.text, r.look.size)
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

func TestNothingButTheAddressShowsInTheWindow(t *testing.T) {
	reach := testPress().window.reach()
	for _, make := range []func(int) Letter{japaneseLetter, englishLetter} {
		pages, err := testPress().compose(make(1))
		if err != nil {
			t.Fatal(err)
		}
		for _, x := range pages[0][1:] {
			y := x.top
			for _, b := range x.part.boxes[x.from:x.to] {
				for _, r := range b.runs {
					if y+b.glue+r.y-r.look.size < reach.bottom() && r.x < reach.right() {
						t.Errorf("%q at %g, %g", r.text, r.x, y+r.y)
					}
				}
				y += b.glue + b.height
			}
		}
	}
}
