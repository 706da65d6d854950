package barcode

import (
	"errors"
	"fmt"
	"image/png"
	"math"
	"os"
	"slices"
	"strings"
	"testing"
)

// published are Japan Post's own examples for checking a program (付番事例, p. 25 of the manual):
// postcode, address, and the codes from the postcode to the check digit.
var published = []struct{ postcode, address, codes string }{
	{"263-0023", "千葉市稲毛区緑町3丁目30-8　郵便ビル403号", "2 6 3 0 0 2 3 3 - 3 0 - 8 - 4 0 3 CC4 CC4 CC4 5"},
	{"014-0113", "秋田県大仙市堀見内　南田茂木　添60-1",
		"0 1 4 0 1 1 3 6 0 - 1 CC4 CC4 CC4 CC4 CC4 CC4 CC4 CC4 CC4 CC8"},
	{"110-0016", "東京都台東区台東5-6-3　ABCビル10F", "1 1 0 0 0 1 6 5 - 6 - 3 - 1 0 CC4 CC4 CC4 CC4 CC4 9"},
	{"060-0906", "北海道札幌市東区北六条東4丁目　郵便センター6号館",
		"0 6 0 0 9 0 6 4 - 6 CC4 CC4 CC4 CC4 CC4 CC4 CC4 CC4 CC4 CC4 9"},
	{"065-0006", "北海道札幌市東区北六条東8丁目　郵便センター10号館",
		"0 6 5 0 0 0 6 8 - 1 0 CC4 CC4 CC4 CC4 CC4 CC4 CC4 CC4 CC4 9"},
	{"407-0033", "山梨県韮崎市龍岡町下條南割　韮崎400",
		"4 0 7 0 0 3 3 4 0 0 CC4 CC4 CC4 CC4 CC4 CC4 CC4 CC4 CC4 CC4 -"},
	{"273-0102", "千葉県鎌ケ谷市右京塚　東3丁目-20-5　郵便・A&bコーポB604号",
		"2 7 3 0 1 0 2 3 - 2 0 - 5 CC1 1 6 0 4 CC4 CC4 0"},
	{"198-0036", "東京都青梅市河辺町十一丁目六番地一号　郵便タワー601",
		"1 9 8 0 0 3 6 1 1 - 6 - 1 - 6 0 1 CC4 CC4 CC4 CC8"},
	{"027-0203", "岩手県宮古市大字津軽石第二十一地割大淵川480",
		"0 2 7 0 2 0 3 2 1 - 4 8 0 CC4 CC4 CC4 CC4 CC4 CC4 CC4 CC5"},
	{"590-0016", "大阪府堺市堺区中田出井町四丁六番十九号",
		"5 9 0 0 0 1 6 4 - 6 - 1 9 CC4 CC4 CC4 CC4 CC4 CC4 CC4 CC2"},
	{"080-0831", "北海道帯広市稲田町南七線　西28",
		"0 8 0 0 8 3 1 7 - 2 8 CC4 CC4 CC4 CC4 CC4 CC4 CC4 CC4 CC4 CC7"},
	{"317-0055", "茨城県日立市宮田町6丁目7-14　ABCビル2F",
		"3 1 7 0 0 5 5 6 - 7 - 1 4 - 2 CC4 CC4 CC4 CC4 CC4 CC1"},
	{"650-0046", "神戸市中央区港島中町9丁目7-6　郵便シティA棟1F1号",
		"6 5 0 0 0 4 6 9 - 7 - 6 CC1 0 1 - 1 CC4 CC4 CC4 5"},
	{"623-0011", "京都府綾部市青野町綾部6-7　LプラザB106",
		"6 2 3 0 0 1 1 6 - 7 CC2 1 CC1 1 1 0 6 CC4 CC4 CC4 4"},
	{"064-0804", "札幌市中央区南四条西29丁目1524-23　第2郵便ハウス501",
		"0 6 4 0 8 0 4 2 9 - 1 5 2 4 - 2 3 - 2 - 3"},
	{"910-0067", "福井県福井市新田塚3丁目80-25　J1ビル2-B",
		"9 1 0 0 0 6 7 3 - 8 0 - 2 5 CC1 9 1 - 2 CC1 9"},
}

// spell writes codes as the manual does.
func spell(c Customer) string {
	var words []string
	for _, code := range c.codes {
		switch {
		case code < codeHyphen:
			words = append(words, fmt.Sprint(code))
		case code == codeHyphen:
			words = append(words, "-")
		default:
			words = append(words, fmt.Sprint("CC", code-codeHyphen))
		}
	}
	return strings.Join(words, " ")
}

func TestThePublishedExamplesComeOutAsPublished(t *testing.T) {
	t.Parallel()
	for _, p := range published {
		c, err := NewCustomer(p.postcode, p.address)
		if err != nil || spell(c) != p.codes {
			t.Errorf("%s %s\n%s (%v), want\n%s", p.postcode, p.address, spell(c), err, p.codes)
		}
	}
}

func TestTheBarsAreTheOnesZintMakes(t *testing.T) {
	t.Parallel()
	data := []string{"10000131-3-2-503", "26300233-30-8-403", "0123456789-0123456789"[:20], "1050011",
		"1050011ABCDE", "9999999KLMNOP", "0000001UVWXYZ", "1234567QRST-FG", "7654321IJ-8-9"}
	for sum := range codeCount {
		data = append(data, fmt.Sprintf("1000013%d%d00000000000", min(sum, 9), sum-min(sum, 9)))
	}
	codes := map[byte]bool{}
	for _, data := range data {
		c, err := EncodeCustomer(data[:7], data[7:])
		if err != nil {
			t.Fatal(err)
		}
		for _, code := range c.codes {
			codes[code] = true
		}
		m := c.Mask()
		if want := zint(t, m.Width, "-b", "76", "-d", data); !slices.Equal(rowsOfMask(m), want) {
			t.Errorf("%s\n%s\nwant\n%s", data, strings.Join(rowsOfMask(m), "\n"), strings.Join(want, "\n"))
		}
	}
	if len(codes) != codeCount {
		t.Errorf("of %d codes only %d were tried", codeCount, len(codes))
	}
}

func TestTheCheckDigitsOfTheTwoKnownBarcodes(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		postcode, number string
		want             int
	}{{"1000013", "1-3-2-503", 9}, {"263-0023", "3-30-8-403", 5}} {
		got, err := EncodeCustomer(c.postcode, c.number)
		if err != nil || got.Check() != c.want {
			t.Errorf("%s %s: check digit %d (%v), want %d", c.postcode, c.number, got.Check(), err, c.want)
		}
	}
}

func TestTheTextIsWhatTheBarcodeSays(t *testing.T) {
	t.Parallel()
	for want, c := range map[string][2]string{
		"26300233-30-8-403":    {"263-0023", "3-30-8-403"},
		"1050011":              {"1050011", ""},
		"91000673-80-25J1-2":   {"9100067", "3-80-25J1-2B"},
		"064080429-1524-23-2-": {"0640804", "29-1524-23-2-501"},
		"1050011A0KUZ":         {"1050011", "A0KUZ"},
	} {
		got, err := EncodeCustomer(c[0], c[1])
		if err != nil || got.Text() != want {
			t.Errorf("%v: %q (%v), want %q", c, got.Text(), err, want)
		}
	}
}

func TestAnAddressWithoutABarcodeSaysWhy(t *testing.T) {
	t.Parallel()
	const address = "東京都港区芝公園1-2-3"
	for _, c := range []struct {
		postcode, address string
		want              error
	}{
		{"", address, ErrNoPostcode},
		{"105001", address, ErrPostcode},
		{"105-00111", address, ErrPostcode},
		{"1050-011", address, ErrPostcode},
		{"１０５００１１", address, ErrPostcode},
		{"105-0000", address, ErrGeneralPostcode},
		{"498-0000", "愛知県弥富市前ケ須町1-2", ErrGeneralPostcode},
		{"105-0011", "1-2-3 Shibakoen, Minato-ku, Tokyo", ErrNotJapanese},
		{"105-0011", "", ErrNotJapanese},
	} {
		if _, err := NewCustomer(c.postcode, c.address); !errors.Is(err, c.want) {
			t.Errorf("%q: error %v, want %v", c.postcode, err, c.want)
		}
	}
}

func TestAnAddressWithoutANumberIsFilledUp(t *testing.T) {
	t.Parallel()
	c, err := NewCustomer("105-0011", "東京都港区芝公園　増上寺内")
	if want := "1 0 5 0 0 1 1" + strings.Repeat(" CC4", 13) + " 0"; err != nil || spell(c) != want {
		t.Errorf("%s (%v), want %s", spell(c), err, want)
	}
}

func TestTheBarcodeHas67BarsBetweenItsStartAndItsStop(t *testing.T) {
	t.Parallel()
	c, err := NewCustomer("105-0011", "東京都港区芝公園1-2-3")
	if err != nil {
		t.Fatal(err)
	}
	b := c.Bars()
	if len(b) != 67 || b[0] != Long || b[1] != Lower || b[65] != Lower || b[66] != Long {
		t.Errorf("%d bars: %v", len(b), b)
	}
}

func TestTheGeometryIsTheManuals(t *testing.T) {
	t.Parallel()
	for size, want := range map[float64][2]float64{
		10: {79.8, 3.6}, 8: {63.84, 2.88}, 11.5: {91.77, 4.14}, 3: {63.84, 2.88}, 40: {91.77, 4.14},
	} {
		s := NewCustomerShape(size)
		for name, c := range map[string]struct{ got, want float64 }{
			"width": {s.Width, want[0]}, "height": {s.Long, want[1]}, "pitch": {s.Pitch, want[1] / 3},
			"bar": {s.Bar, want[1] / 6}, "semi": {s.Semi, want[1] * 2 / 3}, "timing": {s.Timing, want[1] / 3},
			"quiet": {s.Quiet, 2}, "cells": {s.Bar * 133, want[0]},
		} {
			if math.Abs(c.got/mm-c.want) > 1e-9 {
				t.Errorf("size %g: %s %g mm, want %g", size, name, c.got/mm, c.want)
			}
		}
	}
}

func TestTheSizeFitsTheRoom(t *testing.T) {
	t.Parallel()
	for room, want := range map[float64]float64{90: 10, 83.8: 10, 82: 9.77444, 67.84: 8} {
		size, ok := CustomerSizeFor(room*mm + 1e-9)
		if !ok || math.Abs(size-want) > 1e-5 {
			t.Errorf("%g mm: size %g, %v, want %g", room, size, ok, want)
		}
		if s := NewCustomerShape(size); s.Width+2*s.Quiet > room*mm+1e-6 {
			t.Errorf("%g mm: %g mm wide", room, (s.Width+2*s.Quiet)/mm)
		}
	}
	if size, ok := CustomerSizeFor(67 * mm); ok {
		t.Errorf("67 mm: size %g", size)
	}
}

// Every bar is measured on the page as a printer of 600 dots an inch paints it: where it stands, how wide
// it is and how far it reaches.
func TestThePrintedBarsAreWhereTheManualWantsThem(t *testing.T) {
	t.Parallel()
	const dots = 600 / 25.4 // a millimetre
	c, err := NewCustomer("273-0102", "千葉県鎌ケ谷市右京塚　東3丁目-20-5　郵便・A&bコーポB604号")
	if err != nil {
		t.Fatal(err)
	}
	for _, size := range []float64{8, 9.77, 11.5} {
		s := NewCustomerShape(size)
		at := Place{X: 5 * mm, Y: 5 * mm, Width: s.Width, Height: s.Long}
		file := page(t, s.Width+10*mm, s.Long+10*mm, c.Mask().AppendPDF(nil, at))
		ink := readPicture(t, picture(t, file, 600))
		for i, bar := range c.Bars() {
			left := 5 + (float64(i)*s.Pitch)/mm
			middle, width := left+s.Bar/mm/2, 0.0
			for x := left - 0.3; x < left+s.Bar/mm+0.3; x += 0.1 / dots {
				if ink(x*dots, (5+s.Long/mm/2)*dots) {
					width += 0.1
				}
			}
			if math.Abs(width-s.Bar/mm*dots) > 1.5 {
				t.Errorf("size %g: bar %d is %g dots wide, want %g", size, i, width, s.Bar/mm*dots)
			}
			for third, want := range [3]bool{bar&Upper != 0, true, bar&Lower != 0} {
				if got := ink(middle*dots, (5+s.Long/mm*(float64(third)+0.5)/3)*dots); got != want {
					t.Errorf("size %g: bar %d, third %d from the top: ink %v", size, i, third, got)
				}
			}
		}
	}
}

// readPicture returns whether there is ink at a dot, counted from the top left corner.
func readPicture(t *testing.T, file string) func(x, y float64) bool {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	img, err := png.Decode(f)
	if err != nil {
		t.Fatal(err)
	}
	return func(x, y float64) bool {
		r, _, _, _ := img.At(int(x), int(y)).RGBA()
		return r < 0x8000
	}
}
