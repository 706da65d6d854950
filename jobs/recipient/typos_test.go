package recipient

import (
	"fmt"
	"strings"
	"testing"

	"oshirase/jobs/mailbox"
)

func TestMistypedProvidersAreToldAndNotChanged(t *testing.T) {
	t.Parallel()
	text := "name,email\nAnn,ann@gmial.com\nBob,bob@gmial.com\nCyd,cyd@docomo.nejp\nDan,dan@gmail.com\nEve,\nFay,f@gmx.com\n"
	f, _, problems := mustRead(t, Spec{Segments: everybody(), Files: []File{memory("a.csv", text)}})
	var told []string
	for _, p := range problems {
		told = append(told, fmt.Sprint(p.File, ": ", p.What))
	}
	want := `a.csv: 2 e-mail addresses are at "gmial.com", which may be mistyped for "gmail.com"` + "\n" +
		`a.csv: 1 e-mail address is at "docomo.nejp", which may be mistyped for "docomo.ne.jp"`
	if got := strings.Join(told, "\n"); got != want {
		t.Errorf("told:\n%s\nwant:\n%s", got, want)
	}
	if got := (mailbox.Address{Raw: "ann@gmial.com", Wire: "ann@gmial.com"}); f.people[0].Email != got {
		t.Errorf("the address became %+v", f.people[0].Email)
	}
}

func TestAHostileFileOfMistypedDomainsIsCountedInBounds(t *testing.T) {
	t.Parallel()
	found := typos{}
	for i := range 2 * maxTypos {
		found.add(typo{fmt.Sprintf("gmail%d.com", i), "gmail.com"}, 1)
	}
	problems := found.problems("a.csv")
	if len(found) != maxTypos || len(problems) != shownTypos+1 ||
		!strings.HasPrefix(problems[shownTypos].What, "995 further domains") {
		t.Errorf("%d are kept, told is %+v", len(found), problems)
	}
}

func TestOneDoorAndOneBirthdayJoinHoweverTheyAreWritten(t *testing.T) {
	t.Parallel()
	a := memory("a.csv", "name,born,a1,a2\n山田太郎,1970-01-02,東京都港区芝公園4丁目,2番8号 東京ビル101号室\n")
	b := memory("b.csv", "name,born,a1,a2\n山田　太郎,S45.1.2,港区芝公園4-2-8,東京ビル101\n山田太郎,昭和45年1月2日,港区芝公園42-8,東京ビル101\n")
	for _, f := range []*File{&a, &b} {
		f.Columns.BirthDate, f.Columns.Address = "born", []string{"a1", "a2"}
	}
	f, _, _ := mustRead(t, Spec{Segments: everybody(), Files: []File{a, b},
		Identity: [][]string{{"name", "birth_date", "address"}}})
	if len(f.people) != 2 || len(f.people[0].Rows)+len(f.people[1].Rows) != 3 {
		t.Errorf("people %+v", f.people)
	}
}
