// Package pace says how fast mail may go: a total rate and a rate per provider, spent by the one
// feeder. A provider is a group of domains behind the same servers, for whom a burst from one sender
// looks like spam.
package pace

import (
	_ "embed"
	"math"
	"strings"
	"time"
)

//go:embed providers.txt
var table string

// Providers groups domains. It is read-only.
type Providers map[string]string

// Shipped returns the table of providers that comes with the program.
func Shipped() Providers {
	p := Providers{}
	for line := range strings.Lines(table) {
		name, domains, ok := strings.Cut(strings.TrimSpace(line), ":")
		if !ok || strings.HasPrefix(name, "#") {
			continue
		}
		for _, d := range strings.Fields(domains) {
			p[d] = name
		}
	}
	return p
}

// Other is the provider of every domain that the table lacks.
const Other = "other"

// Of is the provider of an address's domain or of the domain it is a part of.
func (p Providers) Of(domain string) string {
	for d := strings.ToLower(domain); d != ""; {
		if name, ok := p[d]; ok {
			return name
		}
		_, d, _ = strings.Cut(d, ".")
	}
	return Other
}

// Unlimited is the rate of what has none.
const Unlimited = math.MaxInt32

// Rates are deliveries per second; 0 is unlimited.
type Rates struct {
	Total     float64
	Providers map[string]float64
}

// Purse holds the allowances of one campaign. It is for one goroutine.
type Purse struct {
	rates   Rates
	buckets map[string]*bucket
}

// total is the bucket of the total rate; no provider is named so.
const total = ""

type bucket struct {
	rate, tokens float64
	filled       time.Time
}

// NewPurse starts with no allowance saved up: the first burst is no faster than the rate.
func NewPurse(r Rates, now time.Time) *Purse {
	p := &Purse{rates: r, buckets: map[string]*bucket{}}
	p.add(total, r.Total, now)
	for name, rate := range r.Providers {
		p.add(name, rate, now)
	}
	return p
}

func (p *Purse) add(name string, rate float64, now time.Time) {
	if rate > 0 {
		p.buckets[name] = &bucket{rate: rate, tokens: math.Min(1, rate), filled: now}
	}
}

// Allowance is how many deliveries may go to a provider now.
func (p *Purse) Allowance(provider string, now time.Time) int {
	return min(p.left(total, now), p.left(provider, now))
}

// Spend takes n from the provider's and the total allowance.
func (p *Purse) Spend(provider string, n int) {
	for _, name := range []string{total, provider} {
		if b := p.buckets[name]; b != nil {
			b.tokens -= float64(n)
		}
	}
}

func (p *Purse) left(name string, now time.Time) int {
	b := p.buckets[name]
	if b == nil {
		return Unlimited
	}
	// A second's worth may be saved up: the feeder's ticks are coarse, the rate is not exceeded by more.
	b.tokens = min(b.tokens+now.Sub(b.filled).Seconds()*b.rate, math.Max(1, b.rate))
	b.filled = now
	return max(int(b.tokens), 0)
}

// ahead is how many seconds of a rate may be under way: after a pause it all goes at once.
const ahead = 2

// Window is how many tasks may wait in Redis: two seconds of the total rate, never more than most.
func (r Rates) Window(most int) int {
	if r.Total <= 0 {
		return most
	}
	return min(most, max(int(ahead*r.Total), 1))
}

// WindowOf is how many of a provider may be under way: two seconds of its rate; 0: any number.
func (r Rates) WindowOf(provider string) int {
	rate := r.Providers[provider]
	if rate <= 0 {
		return 0
	}
	return max(int(ahead*rate), 1)
}
