// Package postage estimates what letters cost to send, before anybody has printed one.
//
// Prices change, and by law or by contract: so they are a dated file that an operator can replace, and
// every estimate says which it was made with. It is an estimate all the same: what counts is the post
// office's scales.
package postage

import (
	_ "embed"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

//go:embed japan-2024-10-01.yaml
var japan []byte

// Japan is the tariff of Japan Post since October 2024.
func Japan() (*Tariff, error) { return Parse(japan) }

// Tariff is a post's price list.
type Tariff struct {
	Name     string             `yaml:"name"`
	Country  string             `yaml:"country"`  // ISO 3166-1 alpha-2
	Currency string             `yaml:"currency"` // ISO 4217; prices are in its smallest unit
	From     string             `yaml:"from"`     // the day since which it holds: 2024-10-01
	Source   string             `yaml:"source"`   // where it was read
	Classes  []Class            `yaml:"classes"`  // the first that fits is the letter's
	Services map[string]Service `yaml:"services"`
	// Discounts by kind: barcode and sorting.
	Discounts map[string][]Discount `yaml:"discounts"`
}

// Class is what a letter up to a size and weight costs.
type Class struct {
	Name   string  `yaml:"name"`
	Length float64 `yaml:"length"` // of the envelope's longer side, mm
	Width  float64 `yaml:"width"`  // mm
	Weight float64 `yaml:"weight"` // g
	Price  int     `yaml:"price"`
}

// Service is an option, such as a proof of delivery.
type Service struct {
	Name  string `yaml:"name"`
	Price int    `yaml:"price"`
}

// Discount is for so many letters of one shape and weight.
type Discount struct {
	Letters int `yaml:"letters"`
	Percent int `yaml:"percent"`
}

// ErrTariff says that a file is no tariff. What Parse returns wraps it.
var ErrTariff = errors.New("not a tariff")

// Parse reads a tariff in YAML. The error names what is wrong with it, with its line where that is known.
func Parse(text []byte) (*Tariff, error) {
	t := &Tariff{}
	if err := plain(text); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrTariff, err)
	}
	if err := yaml.UnmarshalWithOptions(text, t, yaml.Strict()); err != nil {
		line, _, _ := strings.Cut(yaml.FormatError(err, false, false), "\n")
		return nil, fmt.Errorf("%w: %s", ErrTariff, line)
	}
	if err := t.check(); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrTariff, err)
	}
	return t, nil
}

// plain refuses what a price list has no need of, and what the decoder does not survive everywhere: tags,
// anchors and aliases.
func plain(text []byte) error {
	file, err := parser.ParseBytes(text, 0)
	if err != nil {
		return errors.New("not YAML")
	}
	for _, doc := range file.Docs {
		if doc.Body == nil {
			continue
		}
		for _, kind := range []ast.NodeType{ast.TagType, ast.AnchorType, ast.AliasType} {
			if found := ast.Filter(kind, doc.Body); len(found) > 0 {
				return fmt.Errorf("line %d: tags, anchors and aliases are not known here",
					found[0].GetToken().Position.Line)
			}
		}
	}
	return nil
}

// dearest bounds a price, so that no sum of them overflows.
const dearest = 1_000_000

func (t *Tariff) check() error {
	if t.Name == "" || t.Currency == "" || t.Source == "" || len(t.Country) != 2 {
		return errors.New("name, country, currency and source are needed")
	}
	if _, err := time.Parse(time.DateOnly, t.From); err != nil {
		return errors.New("from is no day such as 2024-10-01")
	}
	if len(t.Classes) == 0 {
		return errors.New("no classes")
	}
	for _, c := range t.Classes {
		if !(c.Length > 0 && c.Width > 0 && c.Weight > 0) || !priced(c.Price) {
			return fmt.Errorf("class %q: length, width, weight and price are needed", c.Name)
		}
	}
	for name, s := range t.Services {
		if !priced(s.Price) {
			return fmt.Errorf("service %q: no price", name)
		}
	}
	for kind, list := range t.Discounts {
		if kind != barcode && kind != sorting {
			return fmt.Errorf("there is no discount %q, only barcode and sorting", kind)
		}
		for _, d := range list {
			if d.Letters < 1 || d.Percent < 0 || d.Percent > 50 {
				return fmt.Errorf("discount %q: letters from 1 and percent up to 50", kind)
			}
		}
	}
	return nil
}

func priced(price int) bool { return price > 0 && price <= dearest }

const (
	barcode = "barcode"
	sorting = "sorting"
)

// Terms are how the letters of a campaign go out.
type Terms struct {
	Width, Height float64 // of the envelope, mm
	Paper         float64 // g/m²
	Envelope      float64 // g, with all that is in it besides the sheets
	Service       string  // of the tariff's; empty for ordinary mail
	Barcode       bool    // each letter has the post's barcode
	Sorting       bool    // they are brought sorted by the post's own order
}

// ErrService says that a tariff has no such service.
var ErrService = errors.New("no such service")

// Check says what is wrong with the terms under a tariff.
func (t *Tariff) Check(m Terms) error {
	if _, ok := t.Services[m.Service]; m.Service != "" && !ok {
		return fmt.Errorf("%w: %q; there are %s", ErrService, m.Service,
			strings.Join(slices.Sorted(maps.Keys(t.Services)), ", "))
	}
	return nil
}

// sheet is the area of A4 (ISO 216), m².
const sheet = 0.210 * 0.297

// Weight is that of a letter, g.
func (m Terms) Weight(sheets int) float64 { return m.Envelope + float64(sheets)*sheet*m.Paper }

// Group is the letters of one shape and weight.
type Group struct {
	Class    string  `json:"class"`
	Sheets   int     `json:"sheets"` // of each
	Weight   float64 `json:"grams"`  // of each
	Letters  int     `json:"letters"`
	Price    int     `json:"each"`     // the service included
	Discount int     `json:"discount"` // per cent
	Total    int     `json:"total"`
}

// Estimate is what some letters cost.
type Estimate struct {
	Groups  []Group `json:"groups,omitempty"` // by sheets
	Letters int     `json:"letters"`
	Sheets  int     `json:"sheets"`
	Grams   float64 `json:"grams"`
	Total   int     `json:"total"`
	// Over counts the letters that no class takes: too large or too heavy. They are in no total.
	Over int `json:"over,omitempty"`
}

// Add adds the sums of another estimate, without its groups.
func (e *Estimate) Add(o Estimate) {
	e.Letters += o.Letters
	e.Sheets += o.Sheets
	e.Grams += o.Grams
	e.Total += o.Total
	e.Over += o.Over
}

// Estimate prices letters, counted by their sheets. together are all those that are brought to the post at
// once, these among them: they count for the discounts. What is to be paid is rounded up.
func (t *Tariff) Estimate(m Terms, bySheets, together map[int]int) Estimate {
	var e Estimate
	for _, sheets := range slices.Sorted(maps.Keys(bySheets)) {
		n := bySheets[sheets]
		e.Letters += n
		e.Sheets += n * sheets
		e.Grams += float64(n) * m.Weight(sheets)
		c, ok := t.class(m, sheets)
		if !ok {
			e.Over += n
			continue
		}
		g := Group{Class: c.Name, Sheets: sheets, Weight: m.Weight(sheets), Letters: n, Price: c.Price}
		if m.Service == "" {
			g.Discount = t.discount(m, together[sheets])
		}
		g.Price += t.Services[m.Service].Price
		g.Total = n*g.Price - n*g.Price*g.Discount/100
		e.Total += g.Total
		e.Groups = append(e.Groups, g)
	}
	return e
}

func (t *Tariff) class(m Terms, sheets int) (Class, bool) {
	long, short := max(m.Width, m.Height), min(m.Width, m.Height)
	for _, c := range t.Classes {
		if long <= c.Length && short <= c.Width && m.Weight(sheets) <= c.Weight {
			return c, true
		}
	}
	return Class{}, false
}

// discount is the sum of those that so many letters of one shape and weight have, in per cent.
func (t *Tariff) discount(m Terms, n int) int {
	sum := 0
	if m.Barcode {
		sum += best(t.Discounts[barcode], n)
	}
	if m.Sorting {
		sum += best(t.Discounts[sorting], n)
	}
	return sum
}

func best(list []Discount, n int) (percent int) {
	for _, d := range list {
		if n >= d.Letters {
			percent = max(percent, d.Percent)
		}
	}
	return percent
}
