package campaign

import "fmt"

// Postage says what the letters' postage is estimated with. All of it may be left out.
type Postage struct {
	Tariff   string  `yaml:"tariff"`   // a file in the folder; none: Japan Post's, for letters from Japan
	Service  string  `yaml:"service"`  // of the tariff's, such as specified-record; none: ordinary mail
	Paper    float64 `yaml:"paper"`    // grams a square metre; 80 by default
	Envelope float64 `yaml:"envelope"` // grams, with all that is in it besides the sheets; by its size
}

// Bounds of what a letter is made of: paper for printing, and an envelope with a leaflet.
const (
	lightestPaper, heaviestPaper = 40, 300 // g/m²
	heaviestEnvelope             = 500     // g
)

func (l *loader) checkPostage(p *Postage) {
	if p == nil {
		return
	}
	const at = "channels.letter.postage"
	if l.given(at+".paper") && !(p.Paper >= lightestPaper && p.Paper <= heaviestPaper) {
		l.add(at+".paper", fmt.Sprintf("%g g/m² is no paper to print on", p.Paper),
			"give grams a square metre, or leave it out for 80")
	}
	if l.given(at+".envelope") && !(p.Envelope > 0 && p.Envelope <= heaviestEnvelope) {
		l.add(at+".envelope", fmt.Sprintf("an envelope of %g g is none", p.Envelope),
			"give its weight in grams, or leave it out")
	}
}
