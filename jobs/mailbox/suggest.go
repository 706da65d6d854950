package mailbox

import (
	_ "embed"
	"slices"
	"strings"
	"sync"

	"oshirase/jobs/pace"
)

//go:embed neighbours.txt
var neighbours string

// domains are those of the big providers, in order, and the strangers that only look like them.
type domains struct {
	providers pace.Providers
	names     []string
	others    map[string]bool
}

var known = sync.OnceValue(func() domains {
	d := domains{providers: pace.Shipped(), others: map[string]bool{}}
	for name := range d.providers {
		d.names = append(d.names, name)
	}
	slices.Sort(d.names)
	for line := range strings.Lines(neighbours) {
		if !strings.HasPrefix(line, "#") {
			for _, name := range strings.Fields(line) {
				d.others[name] = true
			}
		}
	}
	return d
})

// Suggest returns the domain of a big provider that was probably meant, or "": gmail.com for gmial.com,
// docomo.ne.jp for docomo.nejp. It is a suggestion for a human. Nobody may change an address by it: the
// mail would go to somebody else, who may exist. It costs some microseconds; ask once a domain.
func Suggest(domain string) string {
	d := known()
	domain = strings.ToLower(domain)
	if d.providers.Of(domain) != pace.Other || d.others[domain] {
		return ""
	}
	best, least := "", 3
	for _, name := range d.names {
		if shortened(domain, name) {
			return name
		}
		if n := slips(domain, name); n <= allowed(name) && n < least {
			best, least = name, n
		}
	}
	return best
}

// shortened tells a Japanese domain without its ne or co: softbank.jp for softbank.ne.jp.
func shortened(domain, name string) bool {
	label, rest, _ := strings.Cut(name, ".")
	return domain == label+".jp" && len(rest) == len("ne.jp") && strings.HasSuffix(rest, ".jp")
}

// allowed is how many slips may part a domain from a provider's: in a short one any two letters make
// another company's name.
func allowed(name string) int {
	switch n := len(name); {
	case n < 8:
		return 0
	case n < 11:
		return 1
	}
	return 2
}

// slips is the number of letters that were left out, put in, mistaken, or exchanged with their neighbour.
func slips(a, b string) int {
	before, last := []int(nil), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := range len(a) {
		row := make([]int, len(b)+1)
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			row[j+1] = min(last[j]+cost, last[j+1]+1, row[j]+1)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
		before, last = last, row
	}
	return last[len(b)]
}
