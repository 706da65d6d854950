package campaign

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"golang.org/x/text/language"
)

// LetterChannel configures post. Window, Slack and Folds are a mail house's own figures, in place of
// those that an envelope of that name has.
//
// Honorific, Department and Guardian name facts of the recipients: a text such as Ms. or 殿, a text,
// and a bool that is true of a person whose letter goes to the legal representative.
type LetterChannel struct {
	When     string `yaml:"when"`     // no-email (default), on-failure, always, never
	Envelope string `yaml:"envelope"` // jp-chou3 (default), din-b and others

	Window *EnvelopeWindow `yaml:"window"`
	Slack  *EnvelopeSlack  `yaml:"slack"`
	Folds  []float64       `yaml:"folds"` // millimetres from the sheet's top edge

	Fonts    []string `yaml:"fonts"`    // TrueType files in the folder, asked before the program's
	Variants string   `yaml:"variants"` // that no font has: exact (default; they block a letter) or base

	Honorific  string `yaml:"honorific"`
	Department string `yaml:"department"`
	Guardian   string `yaml:"guardian"`
}

// EnvelopeWindow is a window's place, in millimetres from the left and top edges of the envelope
// with its flap on top, and its size.
type EnvelopeWindow struct {
	Left   float64 `yaml:"left"`
	Top    float64 `yaml:"top"`
	Width  float64 `yaml:"width"`
	Height float64 `yaml:"height"`
}

// EnvelopeSlack is how far a sheet moves in its envelope, in millimetres. Without it, it moves as far
// as there is room.
type EnvelopeSlack struct {
	Across float64 `yaml:"across"` // to the right
	Up     float64 `yaml:"up"`     // from the lower edge
}

// Bounds of a letter's figures, in millimetres: A4, and an envelope that is larger than any.
const (
	sheetHeight    = 297
	largestMeasure = 500
)

func (l *loader) checkLetter(c *LetterChannel) {
	l.oneOf("channels.letter.when", "time for a letter", c.When, letterWhen)
	l.oneOf("channels.letter.envelope", "envelope", c.Envelope, envelopes)
	l.oneOf("channels.letter.variants", "way with variants", c.Variants, letterVariants)
	if w := c.Window; w != nil {
		l.checkMeasures("channels.letter.window", map[string]float64{
			"left": w.Left, "top": w.Top, "width": w.Width, "height": w.Height})
	}
	if s := c.Slack; s != nil {
		l.checkMeasures("channels.letter.slack", map[string]float64{"across": s.Across, "up": s.Up})
	}
	above := 0.0
	for i, fold := range c.Folds {
		if !(fold > above && fold < sheetHeight) {
			l.add(index("channels.letter.folds", i), fmt.Sprintf("there is no fold at %g mm", fold),
				"give each from the top edge of the sheet, from top to bottom, such as [99, 198]")
		}
		above = fold
	}
	l.checkLetterFact("honorific", c.Honorific, "text")
	l.checkLetterFact("department", c.Department, "text")
	l.checkLetterFact("guardian", c.Guardian, "bool")
}

// checkMeasures wants every key of a group, for a window of which half is known is none.
func (l *loader) checkMeasures(at string, measures map[string]float64) {
	keys := slices.Sorted(maps.Keys(measures))
	for _, key := range keys {
		x := measures[key]
		switch {
		case !l.given(at + "." + key):
			l.add(at, "no "+key, "give all of: "+strings.Join(keys, ", "))
		case !(x >= 0 && x <= largestMeasure):
			l.add(at+"."+key, fmt.Sprintf("%g mm is no measure of an envelope", x),
				"give millimetres, as the mail house has them")
		}
	}
}

// checkLetterFact sees that a fact of that name and type is read from some file.
func (l *loader) checkLetterFact(key, name, kind string) {
	if name == "" {
		return
	}
	for _, r := range l.folder.Manifest.Recipients {
		if fact, ok := r.Facts[name]; ok && fact.Type == kind {
			return
		}
	}
	l.add("channels.letter."+key, fmt.Sprintf("no recipients have a fact %q of type %s", name, kind),
		fmt.Sprintf("say under recipients: facts: {%s: {column: …, type: %s}}", name, kind))
}

// checkCountry takes ISO 3166-1 codes of two letters.
func (l *loader) checkCountry(code string) {
	region, err := language.ParseRegion(code)
	if err != nil || len(code) != 2 || !region.IsCountry() {
		l.add("controller.country", fmt.Sprintf("%q is not a country", code),
			"write the ISO 3166-1 code of two letters, such as JP or DE")
	}
}
