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
// With on-failure, an e-mail that is refused or given up makes its person's letter. It is put into a print file when
// no e-mail of its batch may still go, or when an operator asks for it, and taken back where the e-mail is sent
// before.
//
// Honorific, Department and Guardian name facts of the recipients: a text such as Ms. or 殿, a text,
// and a bool that is true of a person whose letter goes to the legal representative.
type LetterChannel struct {
	When     string `yaml:"when"`     // no-email (default), on-failure, always, never
	Envelope string `yaml:"envelope"` // jp-chou3 (default), din-b and others

	Window *EnvelopeWindow `yaml:"window"`
	Slack  *EnvelopeSlack  `yaml:"slack"`
	Folds  []float64       `yaml:"folds"` // millimetres from the sheet's top edge

	Size     float64  `yaml:"size"`     // of the text in points, 10 to 14; 10.5 by default
	Fonts    []string `yaml:"fonts"`    // TrueType files in the folder, asked before the program's
	Variants string   `yaml:"variants"` // that no font has: exact (default; they block a letter) or base

	Mark            string  `yaml:"mark"`             // none (default), datamatrix, qr, omr
	MarkAt          *MarkAt `yaml:"mark_at"`          // without it, where there is room
	CustomerBarcode bool    `yaml:"customer_barcode"` // Japan Post's, where its rules and the window allow it

	Pieces int    `yaml:"pieces"` // in a print file at the most; 5,000 by default
	Sort   string `yaml:"sort"`   // of pieces: batch (default), or postcode, across batches
	Group  string `yaml:"group"`  // none (default), or sheets: those of one number of sheets together

	Postage *Postage `yaml:"postage"` // what plan estimates the postage with

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

// MarkAt is where a sheet's mark stands, in millimetres from its upper left corner to the sheet's.
type MarkAt struct {
	Left float64 `yaml:"left"`
	Top  float64 `yaml:"top"`
}

// Bounds of a print file. A mail house's machine takes some thousand pieces at a time; few to a file is
// for those that do it by hand.
const (
	LeastPieces = 10
	MostPieces  = 5000
)

// Bounds of a letter's figures, in millimetres: A4, and an envelope that is larger than any.
const (
	sheetHeight    = 297
	largestMeasure = 500
)

// Bounds of the size of a letter's text, in points.
const (
	LeastSize = 10
	MostSize  = 14
)

func (l *loader) checkLetter(c *LetterChannel) {
	l.oneOf("channels.letter.when", "time for a letter", c.When, letterWhen)
	l.oneOf("channels.letter.envelope", "envelope", c.Envelope, envelopes)
	l.oneOf("channels.letter.variants", "way with variants", c.Variants, letterVariants)
	if l.given("channels.letter.size") && !(c.Size >= LeastSize && c.Size <= MostSize) {
		l.add("channels.letter.size", fmt.Sprintf("letters are not set in %g points", c.Size),
			fmt.Sprintf("give %d to %d (large print), or leave it out for 10.5", LeastSize, MostSize))
	}
	if w := c.Window; w != nil {
		l.checkMeasures("channels.letter.window", map[string]float64{
			"left": w.Left, "top": w.Top, "width": w.Width, "height": w.Height})
	}
	if s := c.Slack; s != nil {
		l.checkMeasures("channels.letter.slack", map[string]float64{"across": s.Across, "up": s.Up})
	}
	l.checkPrintFiles(c)
	l.checkPostage(c.Postage)
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

func (l *loader) checkPrintFiles(c *LetterChannel) {
	l.oneOf("channels.letter.mark", "mark", c.Mark, letterMarks)
	l.oneOf("channels.letter.sort", "order of print files", c.Sort, letterSorts)
	l.oneOf("channels.letter.group", "grouping of print files", c.Group, letterGroups)
	if m := c.MarkAt; m != nil {
		l.checkMeasures("channels.letter.mark_at", map[string]float64{"left": m.Left, "top": m.Top})
	}
	if c.Pieces != 0 && (c.Pieces < LeastPieces || c.Pieces > MostPieces) {
		l.add("channels.letter.pieces", fmt.Sprintf("%d pieces make no print file", c.Pieces),
			fmt.Sprintf("give a number from %d to %d, or leave it out", LeastPieces, MostPieces))
	}
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
	if !isCountry(code) {
		l.add("controller.country", fmt.Sprintf("%q is not a country", code),
			"write the ISO 3166-1 code of two letters, such as JP or DE")
	}
}

func isCountry(code string) bool {
	region, err := language.ParseRegion(code)
	return err == nil && len(code) == 2 && region.IsCountry()
}
