// Package segment decides who is affected and how: it holds every row against the rules that the
// operator wrote, and can say afterwards why a row fell where it did.
//
// A rule is read by the parser of expr-lang and then compiled into a tree of our own, in which every
// part has a kind and nothing can fail: what would stop at row five million, a date compared with a text
// or a division by nothing, is refused before the first row or has an answer. The tree also is what
// makes a decision explainable, and it is several times as fast as a general machine that fetches each
// fact from a map.
//
// A row can be of several segments. Its notice is decided by the first; the elements of all are told.
package segment

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Segment is one rule: a row belongs to it where When holds and none of Unless does.
//
// When is an expression over the facts, company, locale and id: comparisons (== != < <= > >=), in with
// a list, between(fact, first, last), contains, startsWith, endsWith, matches, arithmetic on numbers,
// && || !, c ? a : b, date("2008-07-01"), known(fact), lower, upper and trim. Both sides of a comparison
// are of one kind. Empty holds for every row.
//
// ==, != and in compare texts in the folded form of fold.Text: ap-a and ＡＰ－Ａ are "AP-A", in any width, case, and
// form of hyphen and space. contains, startsWith, endsWith and matches look at what is written.
//
// A fact is absent where its cell is empty or its file does not have it. An absent text is "", an absent
// bool is false, and every comparison with an absent date or number is false, save !=, which is true.
// known(fact) tells absent from present.
type Segment struct {
	ID, When, Notice string
	Certainty        string   // ruled-out, suspected, possible, confirmed (default)
	Elements         []string // of every row
	ElementsBy       []Clause // an element of those rows for which the clause holds
	Unless           []Clause // exclusions; the first that holds is the one that counts
}

// Clause is a rule with a name.
type Clause struct{ Name, When string }

// Problem is something wrong with a rule or a name.
type Problem struct {
	Segment  string // empty for a name
	What, Do string
}

// NoElement is the exclusion of a row for which none of the clauses under ElementsBy holds, in a segment
// that has no elements of its own: nothing of that row was affected.
const NoElement = "no-element"

// Rules are the compiled segments, for any number of goroutines.
type Rules struct {
	segments []compiled
	names    []string
	kinds    Names
	elements []string // all of them, in the order named
	listed   []int    // their places, in the order in which a person's list has them
	asked    []int    // the facts that comparisons ask for
}

type compiled struct {
	Segment
	when     condition
	unless   []condition
	elements Set // of every row
	by       []elementClause
	whole    condition // all of it
}

type elementClause struct {
	element int
	when    condition
}

// Compile checks and compiles the segments. The rules are nil where there are problems.
func Compile(segments []Segment, names Names) (*Rules, []Problem) {
	r := &Rules{names: sortedNames(names), kinds: names}
	b := builder{rules: r, compiler: compiler{kinds: names, names: r.names, asked: make([]bool, len(names))}}
	for _, s := range segments {
		b.add(s)
	}
	if len(b.problems) > 0 {
		return nil, b.problems
	}
	for i, asked := range b.asked {
		if asked {
			r.asked = append(r.asked, i)
		}
	}
	return r, nil
}

// ruledOut is the certainty of what is known not to have happened.
const ruledOut = "ruled-out"

// builder compiles segments and gathers what is wrong with them.
type builder struct {
	compiler
	rules    *Rules
	problems []Problem
}

func (b *builder) problem(id, what, do string) {
	b.problems = append(b.problems, Problem{Segment: id, What: what, Do: do})
}

func (b *builder) add(s Segment) {
	s.Certainty = cmp.Or(s.Certainty, "confirmed")
	if strength(s.Certainty) < 0 {
		b.problem(s.ID, fmt.Sprintf("certainty %q is not known", s.Certainty),
			"use suspected, possible, confirmed or ruled-out")
	}
	done := compiled{Segment: s, when: b.clause(s.ID, "", s.When)}
	after := -1
	for _, e := range s.Elements {
		after = b.element(s.ID, e, after)
		done.elements.add(after)
	}
	for _, u := range s.Unless {
		done.unless = append(done.unless, b.clause(s.ID, fmt.Sprintf("unless %q: ", u.Name), u.When))
	}
	for _, e := range s.ElementsBy {
		after = b.element(s.ID, e.Name, after)
		when := b.clause(s.ID, fmt.Sprintf("element %q: ", e.Name), e.When)
		done.by = append(done.by, elementClause{after, when})
	}
	done.whole = wholeOf(&done)
	b.rules.segments = append(b.rules.segments, done)
}

// clause compiles a rule. Only the rule of the segment itself may be empty.
func (b *builder) clause(id, where, when string) condition {
	c, err := b.rule(when)
	if where != "" && strings.TrimSpace(when) == "" {
		err = &ruleError{"rule is empty", "write when it holds"}
	}
	if err != nil {
		b.problem(id, where+err.what, err.do)
	}
	return c
}

// element gives an element its place. In people's lists it comes next to the one after which a segment
// names it first, so that whoever is of several segments does not read of a name in kana below the telephone.
func (b *builder) element(id, name string, after int) int {
	r := b.rules
	if i := slices.Index(r.elements, name); i >= 0 {
		return i
	}
	if len(r.elements) == maxElements {
		b.problem(id, fmt.Sprintf("more than %d elements", maxElements), "put some of them together")
		return 0
	}
	place := len(r.elements)
	r.elements = append(r.elements, name)
	at := len(r.listed)
	if after >= 0 {
		at = slices.Index(r.listed, after) + 1
	}
	r.listed = slices.Insert(r.listed, at, place)
	return place
}

// Names are the names of the facts, in the order in which Match wants their values.
func (r *Rules) Names() []string { return r.names }

// Exclusions are the names of what can take a row out of the i-th segment, in the order of Exclusion.By.
func (r *Rules) Exclusions(i int) []string {
	s := &r.segments[i]
	var names []string
	for _, u := range s.Unless {
		names = append(names, u.Name)
	}
	if len(s.ElementsBy) > 0 && len(s.Elements) == 0 {
		names = append(names, NoElement)
	}
	return names
}

// strength orders what is known of somebody's data, from the empty text, 0, to confirmed; -1 is for what
// is no certainty.
func strength(certainty string) int {
	return slices.Index([]string{"", ruledOut, "suspected", "possible", "confirmed"}, certainty)
}
