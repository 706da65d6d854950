package jtb_test

import (
	"context"
	"errors"
	"maps"
	"reflect"
	"strings"
	"testing"

	"oshirase/config/programmes/jtb"
)

func TestTheFilesHoldWhatIsExpected(t *testing.T) {
	t.Parallel()
	sizes := []jtb.Size{jtb.Scaled(0.001), jtb.Scaled(0.002), {Rows: 20_000}}
	for rows := 1; rows < 900; rows += 1 + rows/5 {
		sizes = append(sizes, jtb.Size{Rows: rows, Excluded: rows / 3})
	}
	for _, s := range sizes {
		dir, want := write(t, s)
		got := count(t, read(t, dir))
		for _, n := range []map[string]int{want.Booked, want.Told} { // the files do not tell of segments without people
			maps.DeleteFunc(n, func(_ string, people int) bool { return people == 0 })
		}
		if want.Alike = nil; !reflect.DeepEqual(got, want) {
			t.Errorf("%+v: got\n%+v\nwant\n%+v", s, got, want)
		}
	}
}

func TestTheNumbersAreThoseOfTheAnnouncements(t *testing.T) {
	t.Parallel()
	want, err := jtb.Expect(jtb.Scaled(1))
	if err != nil {
		t.Fatal(err)
	}
	rows := -want.Excluded
	for _, n := range want.Rows {
		rows += n
	}
	if rows != 7_930_000 || want.People != 6_790_000 || want.Passports != 4_300 {
		t.Errorf("%d rows, %d people, %d passports", rows, want.People, want.Passports)
	}
	partners := [2]int{want.Rows["dtravel.csv"], want.Booked["autravel"]}
	for _, n := range want.Out["dtravel"] {
		partners[0] -= n
	}
	if partners[0] < 330_000 || partners[0] > 334_000 || partners[1] != 4_462 {
		t.Errorf("%v bookings with the partners", partners)
	}
	told := 0
	for _, n := range want.Told {
		told += n
	}
	if told != want.People {
		t.Errorf("%d people are told, each by one brand", told)
	}
}

func TestEveryKeyJoinsAndEveryKindOfLookalikeIsThere(t *testing.T) {
	t.Parallel()
	want, err := jtb.Expect(jtb.Size{Rows: 7_930})
	if err != nil {
		t.Fatal(err)
	}
	for key, n := range want.Joined {
		if n < 50 {
			t.Errorf("%s joins %d rows", key, n)
		}
	}
	for what, n := range want.Alike {
		if n < 5 {
			t.Errorf("%d people share %s", n, what)
		}
	}
	if len(want.Joined) != 4 || len(want.Alike) != 7 {
		t.Errorf("%d keys, %d kinds of lookalikes", len(want.Joined), len(want.Alike))
	}
}

func TestAtNoSizeAreThereLessThanNoPeopleOfAKind(t *testing.T) {
	t.Parallel()
	for rows := 1; rows < 5_000; rows++ {
		want, err := jtb.Expect(jtb.Size{Rows: rows})
		if err != nil {
			t.Fatal(err)
		}
		sum := 0
		for file, n := range want.Rows {
			if sum += n; n < 0 {
				t.Errorf("%d rows: %d in %s", rows, n, file)
			}
		}
		if sum != rows {
			t.Errorf("%d rows: %d in all files", rows, sum)
		}
	}
}

func TestTheSameSizeGivesTheSameBytes(t *testing.T) {
	t.Parallel()
	one, _ := write(t, jtb.Scaled(0.0001))
	other, _ := write(t, jtb.Scaled(0.0001))
	if !reflect.DeepEqual(read(t, one), read(t, other)) {
		t.Error("two campaigns of one size differ")
	}
}

func TestNobodyRealCanBeMeant(t *testing.T) {
	t.Parallel()
	dir, _ := write(t, jtb.Scaled(0.0005))
	for _, b := range read(t, dir) {
		if _, domain, ok := strings.Cut(b.mail, "@"); ok && !strings.Contains(domain, "example.") {
			t.Errorf("%q may be somebody's address", b.mail)
		}
		if b.phone != "" && b.phone[3] != '0' {
			t.Errorf("%q may be somebody's telephone", b.phone)
		}
	}
}

func TestASizeBeyondTheTelephonesIsRefused(t *testing.T) {
	t.Parallel()
	for _, s := range []jtb.Size{{}, {Rows: -1}, {Rows: 1, Excluded: -1}, {Rows: jtb.MostRows + 1},
		{Rows: jtb.MostRows, Excluded: 1}} {
		if _, err := jtb.Expect(s); err == nil {
			t.Errorf("%+v is taken", s)
		}
	}
}

func TestWritingStopsWithItsContext(t *testing.T) {
	t.Parallel()
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if err := jtb.Write(ctx, t.TempDir(), jtb.Size{Rows: 50_000}); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}
