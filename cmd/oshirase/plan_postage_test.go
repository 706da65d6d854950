package main

import (
	"testing"

	"oshirase/letters/postage"
)

func TestLettersOfOnePriceAreSaidTogether(t *testing.T) {
	t.Parallel()
	one := postage.Group{Class: "A", Price: 110, Sheets: 1, Letters: 4}
	two := postage.Group{Class: "A", Price: 110, Sheets: 2, Letters: 1200}
	three := postage.Group{Class: "B", Price: 180, Sheets: 3, Letters: 2, Discount: 3}
	for want, groups := range map[string][]postage.Group{
		"":                                nil,
		"4 × 110: A":                      {one},
		"1,204 × 110: A, 2 × 180: B −3 %": {one, two, three},
		"4 × 110: A, 2 × 180: B −3 %, 1,200 × 110: A": {one, three, two},
	} {
		if got := prices(groups); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
