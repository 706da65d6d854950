package pace

import (
	"testing"
	"time"
)

func TestDomainsBelongToTheirProviders(t *testing.T) {
	t.Parallel()
	p := Shipped()
	for domain, want := range map[string]string{
		"docomo.ne.jp": "docomo", "EZweb.ne.jp": "au", "i.softbank.jp": "softbank",
		"mx.gmail.com": "gmail", "example.co.jp": Other, "notgmail.com": Other, "": Other, ".": Other,
	} {
		if got := p.Of(domain); got != want {
			t.Errorf("%q belongs to %q, want %q", domain, got, want)
		}
	}
}

func TestAnAllowanceGrowsWithTimeAndIsNeverExceeded(t *testing.T) {
	t.Parallel()
	now := time.Date(2013, 9, 12, 0, 0, 0, 0, time.UTC)
	p := NewPurse(Rates{Total: 50, Providers: map[string]float64{"docomo": 5}}, now)
	spent := map[string]int{}
	for range 100 { // ten seconds in tenths
		now = now.Add(100 * time.Millisecond)
		for _, name := range []string{"docomo", Other} {
			n := p.Allowance(name, now)
			p.Spend(name, n)
			spent[name] += n
		}
	}
	if all := spent["docomo"] + spent[Other]; all < 495 || all > 501 {
		t.Errorf("%d in ten seconds at 50/s", all)
	}
	if n := spent["docomo"]; n < 49 || n > 51 {
		t.Errorf("%d to docomo in ten seconds at 5/s", n)
	}
	if n := p.Allowance("docomo", now.Add(time.Hour)); n != 5 {
		t.Errorf("an hour's rest saved up %d", n)
	}
}

func TestWithoutARateNothingIsLimited(t *testing.T) {
	t.Parallel()
	p := NewPurse(Rates{}, time.Now())
	p.Spend(Other, 1000)
	if n := p.Allowance(Other, time.Now()); n != Unlimited {
		t.Errorf("allowance %d", n)
	}
	if w := (Rates{}).Window(10000); w != 10000 {
		t.Errorf("window %d", w)
	}
	if w := (Rates{Total: 50}).Window(10000); w != 100 {
		t.Errorf("window at 50/s %d", w)
	}
}
