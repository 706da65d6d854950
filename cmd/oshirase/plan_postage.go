package main

import (
	"fmt"
	"strings"

	"oshirase/jobs/plan"
	"oshirase/letters/postage"
)

// showPostage prints what letters are estimated to cost, and by which tariff.
func (p *program) showPostage(x *plan.Postage) {
	if x == nil {
		return
	}
	p.print("\npostage, estimated by %s, from %s (%s)\n", x.Tariff.Name, x.Tariff.From, x.Tariff.Source)
	rows := [][]string{{"BATCH", "LETTERS", "SHEETS", "WEIGHT", "POSTAGE", "EACH"}}
	for _, b := range x.Batches {
		rows = append(rows, []string{b.Name, thousands(b.Letters), thousands(b.Sheets), weight(b.Grams),
			thousands(b.Total) + " " + x.Tariff.Currency, prices(b.Groups)})
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

// prices are what the letters cost each. Letters of more sheets and the same price are said together.
func prices(groups []postage.Group) string {
	var each []string
	for len(groups) > 0 {
		first, letters := groups[0], 0
		for len(groups) > 0 && groups[0].Class == first.Class && groups[0].Price == first.Price &&
			groups[0].Discount == first.Discount {
			letters += groups[0].Letters
			groups = groups[1:]
		}
		text := fmt.Sprintf("%s × %d: %s", thousands(letters), first.Price, first.Class)
		if first.Discount > 0 {
			text += fmt.Sprintf(" −%d %%", first.Discount)
		}
		each = append(each, text)
	}
	return strings.Join(each, ", ")
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
