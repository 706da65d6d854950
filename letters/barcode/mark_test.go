package barcode

import (
	"errors"
	"strings"
	"testing"
)

var someMark = Mark{Batch: 42, Sequence: 471, Sheet: 1, Sheets: 3, Delivery: 1<<28 + 1}

func TestAMarksTextHasItsFieldsAtFixedPlaces(t *testing.T) {
	t.Parallel()
	for want, m := range map[string]Mark{
		"200004200471010300002684354572": someMark,
		"299999999999999999999999999996": {999_999, 99_999, 99, 99, 9_999_999_999_999},
		"200000000001010100000000000010": {0, 1, 1, 1, 1},
	} {
		got, err := m.Text()
		if err != nil || got != want {
			t.Errorf("%+v is %q (%v), want %q", m, got, err, want)
		}
		if back, err := ParseMark(got); err != nil || back != m {
			t.Errorf("%q is read as %+v (%v)", got, back, err)
		}
	}
}

func TestAMarkEndsWithItsPieceNumber(t *testing.T) {
	t.Parallel()
	text, err := someMark.Text()
	if err != nil {
		t.Fatal(err)
	}
	if piece := strings.Replace(Piece(someMark.Delivery), "-", "", 1); !strings.HasSuffix(text, piece) {
		t.Errorf("mark %s does not end with piece %s", text, piece)
	}
}

func TestAMarkOutOfItsRangeHasNoText(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*Mark){
		"batch below zero":   func(m *Mark) { m.Batch = -1 },
		"batch too large":    func(m *Mark) { m.Batch = 1_000_000 },
		"sequence zero":      func(m *Mark) { m.Sequence = 0 },
		"sequence too large": func(m *Mark) { m.Sequence = 100_000 },
		"sheet zero":         func(m *Mark) { m.Sheet = 0 },
		"sheet after last":   func(m *Mark) { m.Sheet = 4 },
		"too many sheets":    func(m *Mark) { m.Sheets = 100 },
		"no delivery":        func(m *Mark) { m.Delivery = 0 },
		"delivery too large": func(m *Mark) { m.Delivery = 10_000_000_000_000 },
	} {
		m := someMark
		change(&m)
		if got, err := m.Text(); err == nil {
			t.Errorf("%s: %q", name, got)
		}
	}
}

func TestWhatIsNoMarkIsRefused(t *testing.T) {
	t.Parallel()
	for name, s := range map[string]string{
		"nothing":             "",
		"another form":        "100004200471010300002684354572",
		"a digit less":        "20000420047101030000268435457",
		"a digit more":        "2000042004710103000026843545720",
		"a letter":            "20000420047101030000268435457A",
		"full-width digits":   "２00004200471010300002684354572",
		"a wrong check digit": "200004200471010300002684354573",
		"two digits changed":  "200004200471010300002684345572",
		"sheet 4 of 3":        "200004200471040300002684354572",
		"sheet 0":             "200004200471000300002684354572",
		"sequence 0":          "200004200000010300002684354572",
		"delivery 0":          "200004200471010300000000000002",
		"a sign":              "20000420047+010300002684354572",
	} {
		if m, err := ParseMark(s); err == nil {
			t.Errorf("%s is read as %+v", name, m)
		}
	}
}

func TestAPieceNumberIsTheDeliverysWithItsCheckDigit(t *testing.T) {
	t.Parallel()
	for delivery, want := range map[int64]string{
		1: "0000000001-0", 1<<28 + 1: "0268435457-2", 9_999_999_999_999: "9999999999999-6",
	} {
		if got := Piece(delivery); got != want {
			t.Errorf("piece of delivery %d is %q, want %q", delivery, got, want)
		}
	}
}

// The German tax number, a German VAT number and the Croatian OIB end in this digit; 0794 is the
// standard's own example.
func TestTheCheckDigitIsTheStandards(t *testing.T) {
	t.Parallel()
	for number, want := range map[string]int{
		"0794": 5, "8609574271": 9, "13669597": 6, "6943515153": 0, "3339200596": 1,
	} {
		if got := checkDigit(number); got != want {
			t.Errorf("check digit of %s is %d, want %d", number, got, want)
		}
	}
}

func TestAPieceNumberIsReadInEachFormItComesIn(t *testing.T) {
	t.Parallel()
	for _, s := range []string{
		"0268435457-2", "02684354572", "268435457-2", "2684354572", "00002684354572",
	} {
		if got, err := ParsePiece(s); err != nil || got != 1<<28+1 {
			t.Errorf("%q is read as %d (%v)", s, got, err)
		}
	}
}

func TestEverySingleWrongDigitShows(t *testing.T) {
	t.Parallel()
	for delivery := int64(1 << 28); delivery < 1<<28+2000; delivery += 7 {
		number := []byte(Piece(delivery))
		for i, right := range number {
			for d := byte('0'); d <= '9' && right != '-'; d++ {
				if number[i] = d; d == right {
					continue
				}
				if got, err := ParsePiece(string(number)); !errors.Is(err, ErrPieceCheck) {
					t.Fatalf("%s is read as %d, it was of %d (%v)", number, got, delivery, err)
				}
			}
			number[i] = right
		}
	}
}

func TestWhatIsNoPieceNumberIsRefused(t *testing.T) {
	t.Parallel()
	for _, s := range []string{
		"", "-", "0", "9", "0000000000-2", "0268435457-3", "026843545-72", "0268435457--2", "-2684354572",
		"0268435457-２", "026 8435457-2", "12345678901234567890123", "99999999999999999999", "山田太郎",
	} {
		got, err := ParsePiece(s)
		if !errors.Is(err, ErrPieceForm) && !errors.Is(err, ErrPieceCheck) {
			t.Errorf("%q is read as %d (%v)", s, got, err)
		} else if len(s) > 1 && strings.Contains(err.Error(), s) {
			t.Errorf("the error repeats what was read: %v", err)
		}
	}
}
