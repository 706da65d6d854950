package jobs

import (
	"bufio"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"oshirase/jobs/ledger"
)

// TestThePictureShowsEveryMove compares the diagram in doc.go with the ledger's table of moves.
func TestThePictureShowsEveryMove(t *testing.T) {
	t.Parallel()
	f, err := os.Open("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	line := regexp.MustCompile(`^//\t(\w+) +-(\w+)-+> (\w+)`)
	var drawn []string
	for s := bufio.NewScanner(f); s.Scan(); {
		if m := line.FindStringSubmatch(s.Text()); m != nil {
			drawn = append(drawn, strings.Join(m[1:], " "))
		}
	}
	var moves []string
	for _, m := range ledger.Moves() {
		for _, from := range m.From {
			moves = append(moves, string(from)+" "+m.Name+" "+string(m.To))
		}
	}
	for _, m := range moves {
		if !slices.Contains(drawn, m) {
			t.Errorf("the picture lacks %q", m)
		}
	}
	for _, d := range drawn {
		if !slices.Contains(moves, d) {
			t.Errorf("the picture shows %q, which is no move", d)
		}
	}
	if len(drawn) == 0 {
		t.Error("no picture was found")
	}
}
