package main

import (
	"context"
	"fmt"
	"strings"

	"oshirase/jobs/plan"
	"oshirase/jobs/recipient"
	"oshirase/jobs/segment"
)

// explainPerson says of every row of one person why it belongs to a segment or does not. It prints the operator's
// own data, on their own screen.
func (p *program) explainPerson(ctx context.Context, folder, person string, l lists) error {
	found, err := p.readPlan(ctx, folder, l, plan.Options{})
	if err != nil {
		return err
	}
	p.problems(found.Problems)
	if !found.Explainable() {
		return quiet(exitInvalid)
	}
	why, err := found.Explain(ctx, person)
	if err != nil {
		return interrupted(ctx, err)
	}
	if why == nil {
		return failed("there is no %q", person).
			hint("name a row, such as recipients/ap-a.csv:17 (data rows from 1), or an affected person's reference")
	}
	if p.asJSON {
		err = p.json(explanationJSON(why))
	} else {
		p.showExplanation(why)
	}
	if err == nil && found.Invalid() {
		err = quiet(exitInvalid)
	}
	return err
}

func explanationJSON(why *plan.Explanation) map[string]any {
	out := map[string]any{"affected": why.Entry != nil, "rows": why.Rows}
	if e := why.Entry; e != nil {
		out["person"], out["batch"], out["locale"], out["channels"] = e.Ref, e.Batch, e.Locale, e.Channels
		out["segments"], out["elements"] = e.Person.Segments, e.Person.Elements
		out["certainty"], out["notice"] = e.Person.Certainty, e.Person.Notice
	}
	return out
}

func (p *program) showExplanation(why *plan.Explanation) {
	rows := [][]string{{"affected", yesNo(why.Entry != nil)}}
	if e := why.Entry; e != nil {
		rows = append(rows,
			[]string{"person", e.Ref},
			[]string{"segments", strings.Join(e.Person.Segments, ", ")},
			[]string{"elements", strings.Join(e.Person.Elements, ", ")},
			[]string{"certainty", e.Person.Certainty},
			[]string{"notice", e.Person.Notice + "." + e.Locale},
			[]string{"batch", e.Batch},
			[]string{"by", orNone(e.Channels)})
	}
	p.table(rows)
	for _, r := range why.Rows {
		p.print("\n%s:%d (line %d)%s\n", r.File, r.Row, r.Line, joined(r))
		p.showRow(r)
	}
}

func joined(r recipient.Explained) string {
	if r.JoinedBy == "" {
		return ""
	}
	return fmt.Sprintf(", joined with %s by %s", r.JoinedWith, r.JoinedBy)
}

func yesNo(yes bool) string {
	if yes {
		return "yes"
	}
	return "no"
}

func orNone(list []string) string {
	if len(list) == 0 {
		return "nothing: unreachable"
	}
	return strings.Join(list, ", ")
}

func (p *program) showRow(r recipient.Explained) {
	if r.Fault != "" {
		column := ""
		if r.Column != "" {
			column = fmt.Sprintf("%q: ", r.Column)
		}
		p.print("  cannot be used: %s%s\n", column, r.Fault)
		return
	}
	for _, t := range r.Traces {
		p.print("  %s: %s\n", t.Segment, verdict(t))
		p.table(partsOf(t))
	}
}

func verdict(t segment.Trace) string {
	switch {
	case t.Matches:
		return "affected"
	case t.Excluded == segment.NoElement:
		return "not affected: none of the elements is"
	case t.Excluded != "":
		return "not affected: taken out by " + t.Excluded
	}
	return "not affected"
}

// partsOf lists what decided, a line for each part of a rule.
func partsOf(t segment.Trace) [][]string {
	rows := steps("when", t.When)
	for _, u := range t.Unless {
		rows = append(rows, steps("unless "+u.Name, u.Steps)...)
	}
	for _, e := range t.Elements {
		rows = append(rows, steps("element "+e.Name, e.Steps)...)
	}
	return rows
}

func steps(part string, list []segment.Step) (rows [][]string) {
	for _, s := range list {
		rule := s.Rule
		if s.Folded {
			rule += " (compared in its folded form)"
		}
		rows = append(rows, []string{"    " + part, yesNo(s.Holds), values(s.Facts), rule})
	}
	return rows
}

// values are quoted, so that nothing in a file can drive the terminal.
func values(facts []segment.Fact) string {
	var out []string
	for _, f := range facts {
		value := "empty"
		if f.Value != nil {
			value = fmt.Sprintf("%q", *f.Value)
		}
		out = append(out, f.Name+" "+value)
	}
	return strings.Join(out, ", ")
}
