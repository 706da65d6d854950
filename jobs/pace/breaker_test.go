package pace

import (
	"strings"
	"testing"
	"time"
)

var noon = time.Date(2013, 9, 12, 3, 0, 0, 0, time.UTC)

// play lets a breaker live through a script: "g" an accepted delivery, "b" a 421, "x" a 550, "a" one more
// that asks to go, "A" one that must be let through, "-" one that must not; a number of seconds passes.
// It answers the breaker and the fates of the 550s: "s" spared, "r" refused.
func play(t *testing.T, temper Temper, b Breaker, script string) (after Breaker, fates string) {
	t.Helper()
	now := noon
	for _, word := range strings.Fields(script) {
		if d, err := time.ParseDuration(word); err == nil {
			now = now.Add(d)
			continue
		}
		for i, c := range word {
			ok := false
			var v Verdict
			switch c {
			case 'a', 'A', '-':
				room := temper.Room(b, now)
				b, ok = temper.Admit(b, now)
				if ok != (room > 0) {
					t.Errorf("%q at %d: room for %d, let through %v", word, i, room, ok)
				}
				if c == 'A' && !ok || c == '-' && ok {
					t.Errorf("%q at %d: let through %v: %+v", word, i, ok, b)
				}
			case 'g':
				b, _ = temper.Observe(b, Good, 0, now)
			case 'b':
				b, v = temper.Observe(b, Busy, 421, now)
			case 'x':
				b, v = temper.Observe(b, Block, 550, now)
				fates += map[bool]string{true: "s", false: "r"}[v.Spare]
			}
		}
	}
	return b, fates
}

func TestABreakerOpensAfterARunAndClosesAfterAClimb(t *testing.T) {
	t.Parallel()
	temper := Usual()
	temper.Steps = 2
	for _, test := range []struct {
		name, script string
		state        State
		fates        string
	}{
		{"a few bad signs among good ones change nothing", "bbbbg bbbbg xxxxg xxxxg", "", "rrrrrrrr"},
		{"five busy signs in a row open it", "gbbbbb -", Open, ""},
		{"ten refusals in a row open it, and the last is spared", "xxxxxxxxxx -", Open, "rrrrrrrrrs"},
		{"bad signs of both kinds add up", "xxxxxxbbbb -", Open, "rrrrrr"},
		{"a run that drags on is none", "bbbb 11m bbbb", "", ""},
		{"what was under way when it opened is spared, and opens nothing again", "bbbbb xxbbg 59s -",
			Open, "ss"},
		{"after the rest three probes go, and no fourth", "bbbbb 60s AAA-", Probing, ""},
		{"probes accepted by a majority begin the climb", "bbbbb 60s AAA ggx", Climbing, "s"},
		{"probes refused let it rest again", "bbbbb 60s AAA xxg 60s -", Open, "ss"},
		{"the second rest is twice as long", "bbbbb 60s AAA bbb 119s - 1s A", Probing, ""},
		{"probes without an answer are followed by others", "bbbbb 60s AAA- 60s AAA- ggg", Climbing, ""},
		{"a climb begins with ten, then twenty", "bbbbb 60s AAA ggg AAAAAAAAAA- g 10s " +
			strings.Repeat("A", 20) + "-", Climbing, ""},
		{"a step in which nothing was accepted is done again", "bbbbb 60s AAA ggg A 10s AAAAAAAAAA-",
			Climbing, ""},
		{"it closes after the last step", "bbbbb 60s AAA ggg Ag 10s Ag 10s " + strings.Repeat("A", 99),
			Closed, ""},
		{"a climb bears a bad sign and spares a refusal", "bbbbb 60s AAA ggg bgbgxg", Climbing, "s"},
		{"half a run ends a climb", "bbbbb 60s AAA ggg bbb -", Open, ""},
		{"soon after it closed it rests twice as long", "bbbbb 60s AAA ggg Ag 10s Ag 10s A bbbbb 119s -",
			Open, ""},
		{"after an hour of calm it rests a minute again",
			"bbbbb 60s AAA ggg Ag 10s Ag 10s A 61m bbbbb 60s A", Probing, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			b, fates := play(t, temper, Breaker{}, test.script)
			if b.State != test.state || fates != test.fates {
				t.Errorf("%s, refusals %q, want %q: %+v", b.State, fates, test.fates, b)
			}
		})
	}
}

func TestRestsGrowToAnHourAndNoFurther(t *testing.T) {
	t.Parallel()
	temper, now, b := Usual(), noon, Breaker{}
	var rests []time.Duration
	for range 40 {
		for !b.Rests(now) {
			b, _ = temper.Admit(b, now)
			b, _ = temper.Observe(b, Busy, 421, now)
		}
		rests = append(rests, b.Until.Sub(now))
		now = b.Until
	}
	for i, d := range rests {
		if want := min(time.Minute<<min(i, 10), time.Hour); d != want {
			t.Errorf("rest %d is %v, want %v", i, d, want)
		}
	}
}

func TestTheRefusalsThatOpenedABreakerAreRecalled(t *testing.T) {
	t.Parallel()
	temper, b := Usual(), Breaker{}
	for i := range 10 {
		var v Verdict
		b, v = temper.Observe(b, Block, 550, noon.Add(time.Duration(i)*time.Second))
		if want := i == 9; want != v.Recall.Equal(noon) {
			t.Errorf("refusal %d recalls from %v", i, v.Recall)
		}
	}
}

func TestAReplyCodeIsASignOrNot(t *testing.T) {
	t.Parallel()
	for code, want := range map[int]Sign{
		421: Busy, 450: Busy, 451: Busy, 452: Silent, 550: Block, 553: Block, 554: Block, 552: Silent, 0: Silent,
	} {
		if got := SignOf(false, code); got != want {
			t.Errorf("%d is %v, want %v", code, got, want)
		}
	}
	if SignOf(true, 250) != Good {
		t.Error("accepted is not good")
	}
	if Breaks(Other) || Breaks("") || !Breaks("docomo") {
		t.Error("only a provider has a breaker")
	}
}
