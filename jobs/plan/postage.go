package plan

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"slices"

	"oshirase/config/campaign"
	"oshirase/letters"
	"oshirase/letters/postage"
)

// Postage is what a campaign's letters are estimated to cost.
type Postage struct {
	Tariff  *postage.Tariff
	Terms   postage.Terms
	Batches []BatchPostage // those that have letters, in order of release
	All     postage.Estimate
	// Abroad are letters to other countries, for which a tariff has no prices: they are in no estimate.
	// Assumed are those that were not laid out, and taken to have as many sheets as most.
	Abroad, Assumed int
}

// BatchPostage is the estimate of one batch.
type BatchPostage struct {
	Name string `json:"name"`
	postage.Estimate
}

// mail counts letters by what their postage depends on.
type mail struct {
	bySheets map[string]map[int]int // of each batch; 0 sheets: not laid out
	abroad   int
}

func (p *Plan) countLetter(e Entry) {
	sheets, printable := p.tried.try(p, e)
	home := p.Folder.Manifest.Controller.Country
	switch {
	case !printable:
	case e.Person.Country != "" && e.Person.Country != home:
		p.mail.abroad++
	default:
		if p.mail.bySheets == nil {
			p.mail.bySheets = map[string]map[int]int{}
		}
		if p.mail.bySheets[e.Batch] == nil {
			p.mail.bySheets[e.Batch] = map[int]int{}
		}
		p.mail.bySheets[e.Batch][sheets]++
	}
}

// readTariff reads the tariff that the manifest names. Without one, letters from Japan have Japan Post's,
// and others no estimate.
func (p *Plan) readTariff() {
	m := p.Folder.Manifest
	l := m.Channels.Letter
	if l == nil {
		return
	}
	given := campaign.Postage{}
	if l.Postage != nil {
		given = *l.Postage
	}
	tariff, err := p.tariff(given.Tariff)
	if err != nil {
		p.Problems = append(p.Problems, tariffProblem(given.Tariff, err))
	}
	if tariff == nil {
		return
	}
	terms := termsOf(l, given)
	if err := tariff.Check(terms); err != nil {
		p.Problems = append(p.Problems, campaign.Problem{
			File: campaign.ManifestFile, What: "channels.letter.postage: " + err.Error(), Do: "use one of those",
		})
		return
	}
	p.Postage = &Postage{Tariff: tariff, Terms: terms}
}

func (p *Plan) tariff(file string) (*postage.Tariff, error) {
	if file == "" {
		if p.Folder.Manifest.Controller.Country == "JP" {
			return postage.Japan()
		}
		return nil, nil
	}
	f, err := p.Folder.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, longestTariff))
	if err != nil {
		return nil, err
	}
	return postage.Parse(text)
}

// longestTariff is far above any, in bytes.
const longestTariff = 1 << 20

func tariffProblem(file string, err error) campaign.Problem {
	x := campaign.Problem{File: file, What: err.Error(), Do: "see that it is a tariff, and can be read"}
	if errors.Is(err, fs.ErrNotExist) {
		x = campaign.Problem{File: campaign.ManifestFile, What: fmt.Sprintf("the tariff %q does not exist", file),
			Do: "put it into the folder, or leave channels.letter.postage.tariff out"}
	}
	return x
}

// Of envelopes without a weight: both sides and the flaps, of the paper that most are made of.
const (
	usualPaper   = 80  // g/m²
	bothSides    = 2.2 // of the envelope's area
	leastPaper   = 5   // g; of an envelope whose size is not known
	squareMetres = 1e-6
)

func termsOf(l *campaign.LetterChannel, given campaign.Postage) postage.Terms {
	t := postage.Terms{
		Paper: given.Paper, Envelope: given.Envelope, Service: given.Service,
		Barcode: l.CustomerBarcode, Sorting: l.Sort == "postcode",
	}
	if e, err := letters.EnvelopeNamed(l.Envelope); err == nil { // the folder's check says so if not
		t.Width, t.Height = e.Width, e.Height
	}
	if t.Paper == 0 {
		t.Paper = usualPaper
	}
	if t.Envelope == 0 {
		t.Envelope = max(leastPaper, t.Width*t.Height*squareMetres*bothSides*usualPaper)
	}
	return t
}

// estimate prices what was counted. Letters that are sorted across batches are brought together, and
// count together for the discounts.
func (p *Plan) estimate() {
	if p.Postage == nil {
		return
	}
	whole := map[int]int{}
	for _, by := range p.mail.bySheets {
		for sheets, n := range by {
			whole[sheets] += n
		}
	}
	if len(whole) == 0 && p.mail.abroad == 0 {
		p.Postage = nil
		return
	}
	usual := commonest(whole)
	p.Postage.Assumed, p.Postage.Abroad = whole[0], p.mail.abroad
	assume(whole, usual)
	for _, b := range p.Batches {
		by := p.mail.bySheets[b.Name]
		if len(by) == 0 {
			continue
		}
		assume(by, usual)
		together := by
		if p.Postage.Terms.Sorting {
			together = whole
		}
		e := p.Postage.Tariff.Estimate(p.Postage.Terms, by, together)
		p.Postage.Batches = append(p.Postage.Batches, BatchPostage{b.Name, e})
		p.Postage.All.Add(e)
	}
}

// commonest is the number of sheets that most letters have; 1 where none was laid out.
func commonest(by map[int]int) int {
	usual := 0
	for _, sheets := range slices.Sorted(maps.Keys(by)) {
		if sheets > 0 && (usual == 0 || by[sheets] > by[usual]) {
			usual = sheets
		}
	}
	return max(usual, 1)
}

func assume(by map[int]int, usual int) {
	if n := by[0]; n > 0 {
		by[usual] += n
		delete(by, 0)
	}
}
