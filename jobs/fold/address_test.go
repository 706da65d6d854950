package fold

import (
	_ "embed"
	"strings"
	"testing"
)

//go:embed testdata/addresses.txt
var addresses string

func TestPostalAddressesAreTheSameDoorOrAnother(t *testing.T) {
	t.Parallel()
	first, rows := "", 0
	for line := range strings.Lines(addresses) {
		mark, address := line[0], strings.TrimSpace(line[1:])
		if mark == '#' {
			continue
		}
		rows++
		folded := Address(strings.Split(address, "｜")...)
		switch mark {
		case ' ':
			first = folded
		case '=':
			if folded != first {
				t.Errorf("%s folds to %q, the first of its group to %q", address, folded, first)
			}
		case '!':
			if folded == first {
				t.Errorf("%s folds to %q as the first of its group", address, folded)
			}
		default:
			t.Errorf("%q has no mark", line)
		}
	}
	if rows < 80 {
		t.Errorf("only %d addresses", rows)
	}
}

func TestAnAddressReadsAsItIsCompared(t *testing.T) {
	t.Parallel()
	for from, want := range map[string]string{
		"東京都千代田区霞が関一丁目2番地の3 ﾒｿﾞﾝＡ棟３階": "千代田区霞ケ関1-2-3メゾンa棟3f",
		"": "", " 　,": "", "-": "", "1": "1", "000": "0", "字": "字", "大字": "", "一": "一", "二十三番": "23", "東京都": "東京都",
		"九千九百九十九番": "9999", "一〇一号室": "101", "一二三四五六七八九十百千番": "123456789101001000",
	} {
		if got := Address(from); got != want {
			t.Errorf("Address(%q) = %q, want %q", from, got, want)
		}
	}
}
