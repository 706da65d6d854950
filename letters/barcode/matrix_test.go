package barcode

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// mm is a millimetre in points.
const mm = 72 / 25.4

func number30(i int) string { return fmt.Sprintf("%015d%015d", i*7_654_321, i*i*31+i) }

func TestADataMatrixIsTheOneZintMakes(t *testing.T) {
	t.Parallel()
	payloads := []string{"A", "12", "1", "123", number30(1), number30(2), number30(77), number30(4242)}
	for _, s := range dataMatrixSizes {
		full := strings.Repeat("9081726354", 9)[:2*s.data]
		payloads = append(payloads, full, full[:2*s.data-1], full[:2*s.data-2])
	}
	sizes := map[int]bool{}
	for _, p := range payloads {
		m, err := DataMatrix(p)
		if err != nil {
			t.Fatalf("%s: %v", p, err)
		}
		sizes[m.Size()] = true
		if want := zint(t, m.Size(), "-b", "71", "--square", "-d", p); !slices.Equal(rowsOf(m), want) {
			t.Errorf("%s\n%s\nwant\n%s", p, strings.Join(rowsOf(m), "\n"), strings.Join(want, "\n"))
		}
	}
	if len(sizes) != len(dataMatrixSizes) {
		t.Errorf("of %d sizes only %d were tried", len(dataMatrixSizes), len(sizes))
	}
}

func TestAQRCodeIsTheOneZintMakes(t *testing.T) {
	t.Parallel()
	payloads := []string{"1", "AB", "HTTPS://EXAMPLE.JP/A", "mixed, text; 5 %"}
	for i := range 12 {
		payloads = append(payloads, number30(i+1), strings.Repeat(number30(i+1), 1+i))
	}
	masks := map[int]bool{}
	for _, p := range payloads {
		m, err := QR(p)
		if err != nil {
			t.Fatalf("%s: %v", p, err)
		}
		masks[maskOf(m)] = true
		want := zint(t, m.Size(), "-b", "58", "--secure=2", fmt.Sprint("--vers=", (m.Size()-17)/4),
			fmt.Sprint("--mask=", maskOf(m)), "-d", p)
		if !slices.Equal(rowsOf(m), want) {
			t.Errorf("%s\n%s\nwant\n%s", p, strings.Join(rowsOf(m), "\n"), strings.Join(want, "\n"))
		}
	}
	if len(masks) < 5 {
		t.Errorf("only masks %v were tried", masks)
	}
}

// maskOf reads the mask from the format information beside the first finder: three bits after the two
// of the level, themselves masked with 101 (ISO/IEC 18004, 7.9).
func maskOf(m Matrix) int {
	mask := 0
	for x := 2; x <= 4; x++ {
		mask <<= 1
		if m.Dark(x, 8) {
			mask |= 1
		}
	}
	return mask ^ 0b101
}

func TestTheMaskIsTheOneWithTheLeastPenalty(t *testing.T) {
	t.Parallel()
	for i := range 40 {
		m, err := QR(number30(i))
		if err != nil {
			t.Fatal(err)
		}
		layout := qrLayouts[(m.Size()-17)/4]()
		for mask, turn := range layout.turn {
			chosen := newGrid(m.rows)
			if qrPenalty(chosen.turned(layout.turn[maskOf(m)]).turned(turn)) < qrPenalty(chosen) {
				t.Errorf("%s has mask %d, but %d is better", number30(i), maskOf(m), mask)
			}
		}
	}
}

func TestThePenaltyCountsWhatTheStandardCounts(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ got, want int }{
		"five alike":               {qrStretches(0b10111110101, 11), 3},
		"nine alike to the end":    {qrStretches(0b00000000010, 11), 7},
		"four alike":               {qrStretches(0b10111101, 8), 0},
		"a block":                  {qrBlocks(0b0110, 0b1110, 4), 1},
		"a row of blocks":          {qrBlocks(0b1111, 0b1111, 4), 3},
		"a light block":            {qrBlocks(0b1001, 0b1001, 4), 1},
		"a finder in a corner":     {qrFinders(0b1011101, 7), 0},
		"a finder, light beside":   {qrFinders(0b1_1011101_0000, 12), 1},
		"a finder, light both":     {qrFinders(0b0000_1011101_0000, 15), 1},
		"a finder, three light":    {qrFinders(0b1_000_1011101_000_1, 15), 0},
		"two finders":              {qrFinders(0b1011101_0000_1011101, 18), 2},
		"a finder, light after it": {qrFinders(0b1011101_0000, 11), 1},
		"no ink at all":            {qrPenalty(newGrid(make([]uint64, 5))), 10*3 + 16*3 + 100},
	} {
		if c.got != c.want {
			t.Errorf("%s: penalty %d, want %d", name, c.got, c.want)
		}
	}
}

func TestRunsCoverEachDarkModuleOnce(t *testing.T) {
	t.Parallel()
	for _, encode := range []func(string) (Matrix, error){DataMatrix, QR} {
		m, err := encode(number30(5))
		if err != nil {
			t.Fatal(err)
		}
		covered := map[[2]int]int{}
		for _, r := range m.Runs() {
			for y := r.Y; y < r.Y+r.Height; y++ {
				for x := r.X; x < r.X+r.Width; x++ {
					covered[[2]int{x, y}]++
				}
			}
		}
		for y := range m.Size() {
			for x := range m.Size() {
				if n := covered[[2]int{x, y}]; m.Dark(x, y) && n != 1 || !m.Dark(x, y) && n != 0 {
					t.Errorf("module %d,%d is covered %d times", x, y, n)
				}
			}
		}
		t.Logf("%d modules a side: %d rectangles", m.Size(), len(m.Runs()))
	}
}

func TestAMaskHasTheSymbolsModules(t *testing.T) {
	t.Parallel()
	for _, encode := range []func(string) (Matrix, error){DataMatrix, QR} {
		m, err := encode(number30(6))
		if err != nil {
			t.Fatal(err)
		}
		if got := rowsOfMask(m.Mask()); !slices.Equal(got, rowsOf(m)) {
			t.Errorf("mask\n%s\nof\n%s", strings.Join(got, "\n"), strings.Join(rowsOf(m), "\n"))
		}
	}
}

func TestWhatNoSymbolHoldsIsAnError(t *testing.T) {
	t.Parallel()
	for _, p := range []string{"", "é", "氏名", strings.Repeat("1", 89), strings.Repeat("x", 45)} {
		if _, err := DataMatrix(p); err == nil {
			t.Errorf("Data Matrix of %d bytes: no error", len(p))
		}
	}
	for _, p := range []string{
		"", "é", "\xff", strings.Repeat("1", 514), strings.Repeat("A", 312), strings.Repeat("x", 214),
	} {
		if _, err := QR(p); err == nil {
			t.Errorf("QR of %d bytes: no error", len(p))
		}
	}
}

func TestTheLongestPayloadsFit(t *testing.T) {
	t.Parallel()
	for _, p := range []string{strings.Repeat("1", 88), strings.Repeat("x", 44)} {
		if m, err := DataMatrix(p); err != nil || m.Size() != 26 {
			t.Errorf("Data Matrix of %d bytes: size %d, %v", len(p), m.Size(), err)
		}
	}
	for _, p := range []string{
		strings.Repeat("1", 513), strings.Repeat("A", 311), strings.Repeat("x", 213),
	} {
		if m, err := QR(p); err != nil || m.Size() != 57 {
			t.Errorf("QR of %d bytes: size %d, %v", len(p), m.Size(), err)
		}
	}
}

// A page with a symbol at the size it is printed in, rendered at a printer's 600 dots an inch.
func TestReadersReadThePrintedSymbols(t *testing.T) {
	t.Parallel()
	texts := []string{"https://example.jp/b/A-7?x=1"}
	for i := range 4 {
		m := Mark{Batch: 17 * i, Sequence: 900 + i, Sheet: 1, Sheets: 3, Delivery: 1<<28 + int64(i)}
		text, err := m.Text()
		if err != nil {
			t.Fatal(err)
		}
		texts = append(texts, text)
	}
	for _, text := range texts {
		file := printed(t, DataMatrix, text, 8*mm)
		if got := tool(t, "dmtx-utils", "dmtxread", "-n", "-N1", file); got != text+"\n" {
			t.Errorf("dmtxread reads %q, printed was %q", got, text)
		}
		file = printed(t, QR, text, 10*mm)
		if got := tool(t, "zbar-tools", "zbarimg", "-q", "--raw", file); got != text+"\n" {
			t.Errorf("zbarimg reads %q, printed was %q", got, text)
		}
	}
}

func printed(t *testing.T, encode func(string) (Matrix, error), text string, side float64) string {
	t.Helper()
	m, err := encode(text)
	if err != nil {
		t.Fatal(err)
	}
	content := m.Mask().AppendPDF(nil, Place{X: 20.333, Y: 15.777, Width: side, Height: side})
	return picture(t, page(t, side+40, side+35, content), 600)
}
