package table

import (
	"slices"
	"strings"
	"testing"
)

func TestRowsThatAreOneAreFaults(t *testing.T) {
	t.Parallel()
	const part = "!row is part of another: a line break in it is not quoted(-1) "
	for name, c := range map[string]struct {
		rows string
		want []string
	}{
		"short rows by themselves": {"1,a\n2,a,b,c\n3\n", []string{"2|1|a", "3|2|a|b|c", "4|3"}},
		"short rows in a run":      {"1,a\n2,b\n3,c\n", []string{"2|1|a", "3|2|b", "4|3|c"}},
		"a row of two lines":       {"1,a\nb,c,d\n2,e\n", []string{part + "2|1|a", part + "3|b|c|d", "4|2|e"}},
		"a row of two behind a short one": {"0\n1,a,b\nc,d\n",
			[]string{"2|0", part + "3|1|a|b", part + "4|c|d"}},
		"an end in a row":       {"1,a,b,c\n2,d", []string{"2|1|a|b|c", "!file ends within the row(-1) 3|2|d"}},
		"a whole row at an end": {"1,a,b,c", []string{"2|1|a|b|c"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, _ := rowsOf(t, open(t, memory("id,name,address,email\n"+c.rows)))
			if !slices.Equal(got, c.want) {
				t.Errorf("got %q; want %q", got, c.want)
			}
		})
	}
}

func TestARowInPiecesIsFoundWhereABlockWouldEnd(t *testing.T) {
	t.Parallel()
	table := open(t, memory("a,b,c,d\n"+strings.Repeat("1,2,3,4\n", blockRows-1)+"5,6\n7,8,9\n0,1,2\n"+
		strings.Repeat("x\n", 3*blockRows)))
	var blocks, faults int
	p, err := table.Blocks(t.Context(), func(b *Block) error {
		defer b.Release()
		for i := range b.Len() {
			if rec := b.Record(i); rec.Fault != "" {
				faults++
			}
		}
		blocks++
		return nil
	})
	if err != nil || faults != 2 || blocks < 3 || p.Records != 4*blockRows+2 {
		t.Errorf("%d faults in %d blocks, %d records, %v", faults, blocks, p.Records, err)
	}
}
