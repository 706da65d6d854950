package postage_test

import (
	"errors"
	"os"
	"strings"
	"testing"

	"oshirase/letters/postage"
)

func japan(t *testing.T) *postage.Tariff {
	t.Helper()
	tariff, err := postage.Japan()
	if err != nil {
		t.Fatal(err)
	}
	return tariff
}

// chou3 is A4 in thirds in an envelope of 235 by 120 mm: one sheet of 80 g/m² weighs 4.99 g.
var chou3 = postage.Terms{Width: 235, Height: 120, Paper: 80, Envelope: 5}

func with(change func(*postage.Terms)) postage.Terms {
	m := chou3
	change(&m)
	return m
}

func TestWhatLettersCostInJapan(t *testing.T) {
	t.Parallel()
	kaku2 := with(func(m *postage.Terms) { m.Width, m.Height, m.Envelope = 240, 332, 20 })
	barcode := with(func(m *postage.Terms) { m.Barcode = true })
	both := with(func(m *postage.Terms) { m.Barcode, m.Sorting = true, true })
	for _, c := range []struct {
		name  string
		terms postage.Terms
		by    map[int]int
		total int
	}{
		{"one", chou3, map[int]int{1: 1}, 110},
		{"nine sheets weigh 49.9 g", chou3, map[int]int{9: 1}, 110},
		{"ten weigh more than 50 g", chou3, map[int]int{10: 1}, 180},
		{"heavier paper", with(func(m *postage.Terms) { m.Paper = 90 }), map[int]int{9: 1}, 180},
		{"a large envelope", kaku2, map[int]int{1: 1, 7: 1}, 140 + 180},
		{"with a record", with(func(m *postage.Terms) { m.Service = "specified-record" }), map[int]int{1: 2}, 640},
		{"registered", with(func(m *postage.Terms) { m.Service = "simplified-registered" }), map[int]int{1: 1}, 460},
		{"999 with barcodes", barcode, map[int]int{1: 999}, 999 * 110},
		{"1,000 with barcodes", barcode, map[int]int{1: 1000}, 106_700},
		{"1,000 of two weights", barcode, map[int]int{1: 500, 2: 500}, 110_000},
		{"1,001: a part of a yen is paid", barcode, map[int]int{1: 1001}, 1001*110 - 3303},
		{"2,000 sorted", both, map[int]int{1: 2000}, 2000 * 110 * 94 / 100},
		{"10,000 sorted", both, map[int]int{1: 10_000}, 10_000 * 110 * 93 / 100},
		{"50,000 sorted", both, map[int]int{1: 50_000}, 50_000 * 110 * 92 / 100},
		{"100,000 sorted", both, map[int]int{1: 100_000}, 100_000 * 110 * 91 / 100},
		{"a service has no discount", with(func(m *postage.Terms) {
			m.Barcode, m.Sorting, m.Service = true, true, "specified-record"
		}), map[int]int{1: 100_000}, 32_000_000},
		{"nothing", chou3, nil, 0},
	} {
		if got := japan(t).Estimate(c.terms, c.by, c.by); got.Total != c.total || got.Over != 0 {
			t.Errorf("%s: %+v, want %d", c.name, got, c.total)
		}
	}
}

func TestAnEstimateSaysSheetsAndWeight(t *testing.T) {
	t.Parallel()
	by := map[int]int{1: 10, 2: 5, 300: 1}
	e := japan(t).Estimate(chou3, by, by)
	if e.Letters != 16 || e.Sheets != 320 || e.Over != 1 || e.Total != 15*110 || len(e.Groups) != 2 {
		t.Errorf("%+v", e)
	}
	if want := 16*5 + 320*0.21*0.297*80; e.Grams < want-0.01 || e.Grams > want+0.01 {
		t.Errorf("%g g, want %g", e.Grams, want)
	}
}

func TestWhatIsBroughtTogetherCountsTogetherForTheDiscounts(t *testing.T) {
	t.Parallel()
	m := with(func(m *postage.Terms) { m.Sorting = true })
	all := japan(t).Estimate(m, map[int]int{1: 500}, map[int]int{1: 2000})
	all.Add(japan(t).Estimate(m, map[int]int{1: 1500}, map[int]int{1: 2000}))
	if all.Total != 2000*110*97/100 || all.Letters != 2000 {
		t.Errorf("%+v", all)
	}
}

func TestAServiceThatATariffLacksIsAnError(t *testing.T) {
	t.Parallel()
	err := japan(t).Check(postage.Terms{Service: "pigeon"})
	if !errors.Is(err, postage.ErrService) || !strings.Contains(err.Error(), "simplified-registered") {
		t.Errorf("error %v", err)
	}
	if err := japan(t).Check(chou3); err != nil {
		t.Error(err)
	}
}

func TestWhatIsNoTariffIsRefused(t *testing.T) {
	t.Parallel()
	good, err := os.ReadFile("japan-2024-10-01.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, change := range [][2]string{
		{"from: 2024-10-01", "from: soon"}, {"country: JP", "country: Japan"}, {"source: ", "origin: "},
		{"price: 110", "price: -1"}, {"price: 110", "price: 9999999"}, {"weight: 50,", "weight: .nan,"},
		{"barcode:", "birthday:"}, {"percent: 3", "percent: 99"}, {"price: 210", "price: 0"}, {"classes:", "x:"},
	} {
		text := strings.Replace(string(good), change[0], change[1], 1)
		if text == string(good) {
			t.Fatalf("%q is not in the tariff", change[0])
		}
		if _, err := postage.Parse([]byte(text)); !errors.Is(err, postage.ErrTariff) ||
			strings.Contains(err.Error(), "\n") {
			t.Errorf("%v: error %v", change, err)
		}
	}
}

// FuzzParse feeds a tariff of somebody's making: it is refused, or every estimate by it makes sense.
func FuzzParse(f *testing.F) {
	good, err := os.ReadFile("japan-2024-10-01.yaml")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	f.Add([]byte("name: a\nclasses: [{price: 1}]"))
	f.Fuzz(func(t *testing.T, text []byte) {
		tariff, err := postage.Parse(text)
		if err != nil {
			return
		}
		m := chou3
		m.Barcode, m.Sorting = true, true
		by := map[int]int{1: 100_000, 9: 7}
		if e := tariff.Estimate(m, by, by); e.Total < 0 || e.Letters != 100_007 {
			t.Errorf("%+v", e)
		}
	})
}
