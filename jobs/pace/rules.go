package pace

import (
	"maps"
	"slices"
	"time"
)

// Rules are what a claim asks, besides the rates, which the feeder alone spends.
type Rules struct {
	Hours  Hours          `json:",omitempty"`
	Caps   map[string]int `json:",omitempty"` // deliveries of a provider under way at once
	Temper Temper
}

// Breaks tells whether a provider has a breaker. Other has none: it is nobody in particular, and what
// one domain of it says tells nothing about the next. Its domains are often a company that defers every
// first attempt (greylisting), whom a breaker would only keep from their second.
func Breaks(provider string) bool { return provider != Other && provider != "" }

// With is the table with some domains moved to other providers, or to new ones.
func (p Providers) With(domains map[string]string) Providers {
	if len(domains) == 0 {
		return p
	}
	all := maps.Clone(p)
	maps.Copy(all, domains)
	return all
}

// Names are the providers of the table, and Other, in order.
func (p Providers) Names() []string {
	names := map[string]bool{Other: true}
	for _, name := range p {
		names[name] = true
	}
	return slices.Sorted(maps.Keys(names))
}

// Rest is a provider that rests or begins again, or all of them outside the hours.
type Rest struct {
	Provider string
	State    State
	Until    time.Time
	Code     int // the reply that opened its breaker
}
