package main

import (
	"fmt"

	"oshirase/jobs/plan"
)

// showPostage prints what letters are estimated to cost, and by which tariff.
func (p *program) showPostage(x *plan.Postage) {
	if x == nil {
		return
	}
	p.print("\npostage, estimated by %s, from %s (%s)\n", x.Tariff.Name, x.Tariff.From, x.Tariff.Source)
	rows := [][]string{{"BATCH", "LETTERS", "SHEETS", "WEIGHT", "POSTAGE", "EACH"}}
	for _, b := range x.Batches {
		each := ""
		for _, g := range b.Groups {
			each += fmt.Sprintf("%s%s × %d: %s", comma(each), thousands(g.Letters), g.Price, g.Class)
			if g.Discount > 0 {
				each += fmt.Sprintf(" −%d %%", g.Discount)
			}
		}
		rows = append(rows, []string{b.Name, thousands(b.Letters), thousands(b.Sheets), weight(b.Grams),
			thousands(b.Total) + " " + x.Tariff.Currency, each})
	}
	rows = append(rows, []string{"in all", thousands(x.All.Letters), thousands(x.All.Sheets),
		weight(x.All.Grams), thousands(x.All.Total) + " " + x.Tariff.Currency})
	p.table(rows)
	for _, left := range []struct {
		n    int
		what string
	}{
		{x.Abroad, "to other countries: not in the estimate"},
		{x.All.Over, "too large or too heavy for the tariff: not in the estimate"},
		{x.Assumed, "not laid out yet: taken to have as many sheets as most"},
	} {
		if left.n > 0 {
			p.print("%s %s\n", plural(left.n, "letter", "letters"), left.what)
		}
	}
}

func comma(before string) string {
	if before == "" {
		return ""
	}
	return ", "
}

func weight(grams float64) string {
	if grams < 1000 {
		return fmt.Sprintf("%.0f g", grams)
	}
	return fmt.Sprintf("%.1f kg", grams/1000)
}

func postageJSON(x *plan.Postage) map[string]any {
	if x == nil {
		return nil
	}
	return map[string]any{
		"tariff": x.Tariff.Name, "from": x.Tariff.From, "source": x.Tariff.Source,
		"currency": x.Tariff.Currency, "service": x.Terms.Service, "total": x.All.Total,
		"letters": x.All.Letters, "sheets": x.All.Sheets, "grams": x.All.Grams, "over": x.All.Over,
		"abroad": x.Abroad, "assumed": x.Assumed, "batches": x.Batches,
	}
}
