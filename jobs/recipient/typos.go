package recipient

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"oshirase/jobs/mailbox"
)

const (
	// maxDomains is how many domains a speller remembers: people have some ten thousand, a hostile file
	// one a row.
	maxDomains = 50_000
	// maxTypos is how many mistyped domains of a file are counted.
	maxTypos = 1000
	// shownTypos is how many of them are shown, the most frequent first.
	shownTypos = 5
)

// speller knows which domains look like a big provider's mistyped. It is for one goroutine.
type speller map[string]string

// meant is the domain that was probably meant by the one of an address; empty: the address's own.
func (s speller) meant(wire string) (domain, meant string) {
	domain = wire[strings.LastIndexByte(wire, '@')+1:]
	meant, known := s[domain]
	if !known && len(s) < maxDomains {
		domain = strings.Clone(domain) // not the row that it is a part of
		meant = mailbox.Suggest(domain)
		s[domain] = meant
	}
	return domain, meant
}

// typo is a mistyped domain and what was probably meant.
type typo struct{ domain, meant string }

// typos counts rows.
type typos map[typo]int

func (t typos) add(by typo, rows int) {
	if _, had := t[by]; had || len(t) < maxTypos {
		t[by] += rows
	}
}

// problems warns of each. Nothing is changed: the mail would go to somebody else, who may exist.
func (t typos) problems(file string) (out []Problem) {
	most := slices.SortedFunc(maps.Keys(t), func(a, b typo) int {
		return cmp.Or(cmp.Compare(t[b], t[a]), cmp.Compare(a.domain, b.domain))
	})
	for _, by := range most[:min(shownTypos, len(most))] {
		out = append(out, Problem{Warning: true, File: file,
			What: fmt.Sprintf("%s at %q, which may be mistyped for %q",
				plural(t[by], "e-mail address is", "e-mail addresses are"), by.domain, by.meant),
			Do: "correct them in the file if they are; nothing is changed here"})
	}
	if more := len(most) - shownTypos; more > 0 {
		out = append(out, Problem{Warning: true, File: file,
			What: plural(more, "further domain", "further domains") + " of e-mail addresses look mistyped as well",
			Do:   "look through the domains of the file's addresses"})
	}
	return out
}
