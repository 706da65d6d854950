package identity

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"testing"
	"time"
)

func TestPartsOfAKeyDoNotRunIntoEachOther(t *testing.T) {
	t.Parallel()
	j := New([]Key{{Name: "id+name", Parts: []int{1, 0}}}, Options{})
	add(t, j, []somebody{{fields: [6]string{"2a", "1"}}, {fields: [6]string{"a", "12"}}})
	p, err := j.Join(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if p.First(1) == 0 {
		t.Error("1+2a was joined with 12+a: parts run into each other")
	}
}

func TestTwoBirthDatesNeverMeetAtAnyDistance(t *testing.T) {
	t.Parallel()
	// Rows 0 and 1 share an id, 1 and 2 an e-mail address; 0 and 2 have two birth dates.
	rows := []somebody{
		{fields: [6]string{"n", "1", "a"}, birth: 1}, {fields: [6]string{"n", "1", "e"}},
		{fields: [6]string{"n", "2", "e"}, birth: 2},
	}
	j := New(testKeys()[:2], Options{})
	add(t, j, rows)
	p, err := j.Join(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if p.First(1) != 0 || p.First(2) != 2 || p.ByKey[1].Contradictions != 1 {
		t.Errorf("first rows %d and %d, %+v", p.First(1), p.First(2), p.ByKey)
	}
	want := []Aside{{Row: 1, With: 2, Key: 1, Births: true}, {Row: 2, With: 1, Key: 1, Births: true}}
	if !slices.Equal(p.Aside, want) {
		t.Errorf("put aside %v, want %v", p.Aside, want)
	}
}

func TestWhatAgreesIsJoinedWhereBirthDatesContradict(t *testing.T) {
	t.Parallel()
	var rows []somebody
	for _, birth := range []Birth{5, 0, 7, 5, 0, 7, 3} {
		rows = append(rows, somebody{fields: [6]string{"n", "1"}, birth: birth})
	}
	j := New(testKeys()[:1], Options{})
	add(t, j, rows)
	p, err := j.Join(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for row, first := range []int{0, 1, 2, 0, 1, 2, 6} {
		if p.First(row) != first {
			t.Errorf("row %d is of %d, want %d", row, p.First(row), first)
		}
	}
	var with []int32
	for _, a := range p.Aside {
		with = append(with, a.With)
	}
	if want := []int32{2, 6, 6, 2, 6, 6, 0}; !slices.Equal(with, want) || p.ByKey[0].Contradictions != 1 {
		t.Errorf("put aside beside %v, want %v; %+v", with, want, p.ByKey[0])
	}
}

func TestACrowdIsNotJoinedAndTheWorstIsShown(t *testing.T) {
	t.Parallel()
	rows := make([]somebody, 100)
	for i := range rows {
		rows[i].fields = [6]string{fmt.Sprint("n", i), fmt.Sprint("id", i%4%3)}
	}
	j := New(testKeys()[:1], Options{Limit: 30})
	add(t, j, rows)
	p, err := j.Join(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	got := p.ByKey[0]
	if got.Joined != 24+24 || got.Crowds != 1 || got.CrowdRows != 50 ||
		!slices.Equal(got.Worst, []Crowd{{Rows: 50, First: 0}}) {
		t.Errorf("got %+v", got)
	}
}

func TestANumberJoinsAnyNumberOfRowsOfOneName(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]struct{ number, people int }{
		"often":      {25, 1},
		"not at all": {mostRows + 1, mostRows + 1},
	} {
		rows := make([]somebody, want.number)
		for i := range rows {
			rows[i].fields = [6]string{"n", "1", "e"}
		}
		j := New(testKeys()[:2], Options{})
		add(t, j, rows)
		p, err := j.Join(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if got := p.Shares([]Span{{0, len(rows)}})[0].People; got != want.people {
			t.Errorf("%s: %d people, want %d", name, got, want.people)
		}
		if crowds := p.ByKey[0].Crowds + p.ByKey[1].Crowds; (crowds > 0) != (want.people > 1) {
			t.Errorf("%s: %+v", name, p.ByKey)
		}
	}
}

func TestSharesCountPeoplePerFile(t *testing.T) {
	t.Parallel()
	var rows []somebody
	for _, id := range []string{"a", "b", "a", "c", "b", "b", "d", "d"} {
		rows = append(rows, somebody{fields: [6]string{"n", id}})
	}
	j := New(testKeys()[:1], Options{})
	add(t, j, rows)
	p, err := j.Join(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	got := p.Shares([]Span{{0, 4}, {4, 4}, {4, 6}, {6, 8}})
	if want := []Share{{3, 1}, {0, 0}, {0, 1}, {1, 0}}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestBirthDatesOutsideOfLivesAreUnknown(t *testing.T) {
	t.Parallel()
	for day, want := range map[string]Birth{
		"1869-12-31": 0, "1870-01-01": 1, "1970-01-01": 36525, "2049-06-05": 65535, "2049-06-06": 0,
		"0001-01-01": 0, "9999-12-31": 0,
	} {
		d, err := time.Parse(time.DateOnly, day)
		if err != nil {
			t.Fatal(err)
		}
		if got := BirthOf(d); got != want {
			t.Errorf("%s is %d, want %d", day, got, want)
		}
	}
}

func TestADiskThatTakesNothingIsAnError(t *testing.T) {
	t.Parallel()
	j := New(testKeys()[:1], Options{Memory: 16, Dir: t.TempDir() + "/none"})
	h := j.Hasher().Append(nil, (&somebody{fields: [6]string{"n", "1"}}).bytes())
	if err := j.Add(1, h, nil); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("got %v", err)
	}
}
