package table

import (
	"slices"
	"testing"
)

func TestWhatSpreadsheetsDoToCellsIsRecognised(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		meaning Meaning
		cell    string
		want    Harm
	}{
		{Postcode, "600001", LostZero},
		{Postcode, "10010", LostZero},
		{Postcode, "60-0001", LostZero},
		{Postcode, "0600001", Unharmed},
		{Postcode, "060-0001", Unharmed},
		{Postcode, "1000001", Unharmed},
		{Postcode, "SW1A 1AA", Unharmed},
		{Postcode, "60-1", LostZero},
		{Postcode, "6-1", LostZero},
		{Postcode, "060-1", LostZero},
		{Postcode, "60-00011", Unharmed},
		{Postcode, "60-", Unharmed},
		{Phone, "312345678", LostZero},
		{Phone, "9012345678", LostZero},
		{Phone, "3-1234-5678", LostZero},
		{Phone, "90-1234-5678", LostZero},
		{Phone, "3-1234-567", Unharmed},
		{Phone, "3--1234-5678", Unharmed},
		{Phone, "312345678-", Unharmed},
		{Phone, "202-555-0123", Unharmed},
		{Phone, "0312345678", Unharmed},
		{Phone, "2025550123", Unharmed},
		{Phone, "03-1234-5678", Unharmed},
		{Phone, "+81312345678", Unharmed},
		{ID, "600001", Unharmed},
		{Date, "41394", SerialDate},
		{Date, "41394.5242", SerialDate},
		{Date, "20130430", Unharmed},
		{Date, "2013-04-30", Unharmed},
		{Date, "99999", Unharmed},
		{Date, "4月30日", Unharmed},
		{ID, "41394", Unharmed},
		{Text, "1月2日", BecameDate},
		{ID, "2-Jan", BecameDate},
		{Text, "Jan-02", BecameDate},
		{Text, "1月2日通り", Unharmed},
		{Text, "1-2", Unharmed},
		{Text, "2-January", Unharmed},
		{ID, "1.23E+11", Exponent},
		{Phone, "8E+10", Exponent},
		{ID, "1.2e+11", Exponent},
		{ID, "1.23E", Unharmed},
		{ID, "12E+11", Unharmed},
		{Name, "=A1&B1", Formula},
		{Postcode, `="0600001"`, Formula},
		{Text, "=", Unharmed},
		{Name, "#N/A", ErrorValue},
		{ID, "#REF!", ErrorValue},
		{Date, "########", TooNarrow},
		{Text, "#101", Unharmed},
		{Name, "?橋 太郎", LostLetter},
		{Name, "〓橋", LostLetter},
		{Text, "?橋", Unharmed},
		{Name, "髙橋", Unharmed},
		{Name, "", Unharmed},
		{Phone, "-", Unharmed},
		{Text, "9", Unharmed},
	} {
		if got := Damage(c.meaning, []byte(c.cell)); got != c.want {
			t.Errorf("%d %q: harm %d, want %d", c.meaning, c.cell, got, c.want)
		}
	}
}

func TestACellInWhichNothingIsLeftOfItsValueIsTold(t *testing.T) {
	t.Parallel()
	for cell, want := range map[string]bool{
		"1.23E+11": true, "9E+10": true, "#N/A": true, "#REF!": true, "##": true, "#12": false, "": false, "#": false,
		"1": false, "12": false, "1E": false, "E+11": false, "M1": false, "60-1": false, "=A1": false, "41394": false,
	} {
		if got := Replaced(cell); got != want {
			t.Errorf("%q: %v", cell, got)
		}
	}
}

func TestHarmIsCountedWithItsFirstRowAndNeverTheCell(t *testing.T) {
	t.Parallel()
	var h, other Harms
	h.Add(LostZero, 1500)
	h.Add(Unharmed, 1)
	other.Add(LostZero, 30)
	other.Add(LostZero, 40)
	h.Merge(&other)
	h.Merge(&Harms{})
	want := []Problem{{File: "a.csv", Warning: true, Do: "export the column as text, or pad it in the file",
		What: `column "〒": cells look as if they have lost a leading zero: 3, the first in row 30`}}
	if got := h.Problems("a.csv", "〒"); !slices.Equal(got, want) {
		t.Errorf("%+v", got)
	}
	if len(new(Harms).Problems("a.csv", "〒")) != 0 {
		t.Error("a problem of nothing")
	}
}

func FuzzDamage(f *testing.F) {
	f.Add([]byte("1.E"), uint8(ID))
	f.Add([]byte("12月3日"), uint8(Text))
	f.Fuzz(func(t *testing.T, cell []byte, m uint8) {
		if h := Damage(Meaning(m), cell); h >= harms || h != Unharmed && len(harmWords[h].do) == 0 {
			t.Errorf("harm %d", h)
		}
	})
}
