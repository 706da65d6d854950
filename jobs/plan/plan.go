// Package plan turns a campaign folder into who gets what: it checks all that can be known to be wrong,
// counts people per batch, segment, channel and language, and brings the campaign into the ledger.
// Counting and importing walk the same way, so that what was shown is what is sent.
package plan

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"oshirase/config/campaign"
	"oshirase/jobs/compose"
	"oshirase/jobs/recipient"
	"oshirase/letters"
)

// Individuals is the batch of the people without a company.
const Individuals = "individuals"

// Plan is a campaign folder, read whole. Its numbers are of people unless they say otherwise.
type Plan struct {
	Folder   *campaign.Folder
	Book     *compose.Book
	Problems []campaign.Problem // sorted as found; warnings included
	Digest   [32]byte           // of manifest, notices, fonts and recipients

	Files       []recipient.FileSummary
	Rows        int            // of the recipients files
	Rejects     int            // rows that cannot be used
	Kept        int            // rows kept without their unusable e-mail address
	Unaffected  int            // rows that concern nobody affected
	Joined      map[string]int // rows joined to another, by key
	NotJoined   int            // rows that share an address but not a name
	People      int
	Deliveries  int
	Unreachable int
	LinkNames   int // people whose name looks like a web or mail address
	Batches     []*Batch
	Segments    []Count
	Channels    map[string]int
	Locales     map[string]int

	sums []([32]byte) // of the recipients files
}

// Batch is a unit of release.
type Batch struct {
	Name       string         `json:"name"`
	Start      time.Time      `json:"start,omitzero"`
	People     int            `json:"people"`
	Members    int            `json:"members"` // of this company, but with the batch of another
	Deliveries int            `json:"deliveries"`
	Channels   map[string]int `json:"channels"`
}

// Count is a number with its name.
type Count struct {
	Name   string `json:"name"`
	People int    `json:"people"`
}

// Options say how to read.
type Options struct {
	Now    time.Time
	Fonts  letters.Fonts
	Reject func(recipient.Reject) error // may be nil; its rows hold personal data
	Note   func(recipient.Reject) error // a row kept without its e-mail address; may be nil
}

// Invalid tells whether the campaign cannot be sent as it is.
func (p *Plan) Invalid() bool { return campaign.Invalid(p.Problems) }

// Confirm is what an operator types to make the deliveries sendable.
func (p *Plan) Confirm() string { return Confirm(p.Folder.Manifest.ID, p.Deliveries) }

// Confirm joins a campaign and a number of deliveries.
func Confirm(id string, n int) string { return fmt.Sprintf("%s:%d", id, n) }

// Open reads the folder without its recipients.
func Open(dir string, o Options) (*Plan, error) {
	folder, problems, err := campaign.Load(dir, o.Now)
	if err != nil {
		return nil, err
	}
	p := &Plan{Folder: folder, Problems: problems, Channels: map[string]int{}, Locales: map[string]int{}}
	if folder == nil || p.Invalid() {
		return p, nil
	}
	book, found := compose.New(folder, o.Fonts)
	p.Book, p.Problems = book, append(p.Problems, found...)
	return p, nil
}

// Read reads the folder and its recipients, and counts. Where the manifest is wrong already, what can be
// checked of the rest still is, so that all problems come at once.
func Read(ctx context.Context, dir string, o Options) (*Plan, error) {
	p, err := Open(dir, o)
	if err != nil || p.Folder == nil {
		return p, err
	}
	if p.Book == nil {
		return p, p.checkRules()
	}
	if err := p.digest(); err != nil {
		return p, err
	}
	p.layBatches()
	unknown := map[string]int{}
	err = p.people(ctx, recipient.Sink{Reject: o.Reject, Note: o.Note}, func(e Entry) error {
		if e.unknown != "" {
			unknown[e.unknown]++
			return nil
		}
		p.count(e)
		return nil
	})
	p.reportUnknown(unknown)
	p.dropEmpty()
	return p, err
}

// checkRules checks what the recipients' files and rules can be wrong in, where the manifest is.
func (p *Plan) checkRules() error {
	if len(p.Folder.Manifest.Segments) == 0 || len(p.Folder.Manifest.Recipients) == 0 {
		return nil
	}
	p.addProblems(recipient.CheckRules(specOf(p.Folder)))
	return nil
}

func (p *Plan) addProblems(found []recipient.Problem) {
	for _, r := range found {
		file, line := r.File, r.Line
		if file == "" {
			file = campaign.ManifestFile
		}
		p.Problems = append(p.Problems, campaign.Problem{
			File: file, Line: line, What: r.What, Do: r.Do, Warning: r.Warning,
		})
	}
}

// people walks the affected people in a stable order.
func (p *Plan) people(ctx context.Context, sink recipient.Sink, each func(Entry) error) error {
	refs := newReferences(p.Folder.Manifest.ID, p.Digest)
	n := 0
	sink.Person = func(r recipient.Person) error {
		n++
		return each(p.entry(r, refs.at(n)))
	}
	sum, found, err := recipient.Read(ctx, specOf(p.Folder), sink)
	if err != nil {
		return err
	}
	if len(p.Files) == 0 {
		p.addProblems(found)
		p.Files, p.Rows, p.Rejects, p.Kept = sum.Files, sum.Rows, sum.Rejects, sum.BadAddresses
		p.Unaffected, p.Joined, p.NotJoined = sum.Unaffected, sum.Joined, sum.NotJoined
	}
	return nil
}

func specOf(f *campaign.Folder) recipient.Spec {
	spec := recipient.Spec{Identity: f.Manifest.Identity}
	for _, r := range f.Manifest.Recipients {
		file := recipient.File{
			Name: r.File, Encoding: r.Encoding, Rows: r.Rows,
			Open: func() (io.ReadCloser, error) { return f.Open(r.File) },
			Columns: recipient.Columns{
				ID: r.Columns.ID, Name: r.Columns.Name, Email: r.Columns.Email, Phone: r.Columns.Phone,
				Postcode: r.Columns.Postcode, Country: r.Columns.Country, Company: r.Columns.Company,
				Locale: r.Columns.Locale, Address: r.Columns.Address,
			},
			Facts: map[string]recipient.FactColumn{},
		}
		for name, fact := range r.Facts {
			file.Facts[name] = recipient.FactColumn{
				Column: fact.Column, Kind: recipient.Kind(fact.Type), Layout: fact.Layout,
			}
		}
		spec.Files = append(spec.Files, file)
	}
	for _, g := range f.Manifest.Segments {
		spec.Segments = append(spec.Segments, recipient.Segment{
			ID: g.ID, When: g.When, Certainty: g.Certainty, Notice: g.Notice, Elements: g.Elements,
		})
	}
	return spec
}

// digest hashes all that is promised, the recipients' files included.
func (p *Plan) digest() error {
	sums, err := p.hashFiles()
	if err != nil {
		return err
	}
	h := sha256.New()
	book := p.Book.Digest()
	h.Write(book[:])
	for _, s := range sums {
		h.Write(s[:])
	}
	p.sums, p.Digest = sums, [32]byte(h.Sum(nil))
	return nil
}

func (p *Plan) hashFiles() ([][32]byte, error) {
	var sums [][32]byte
	for _, r := range p.Folder.Manifest.Recipients {
		f, err := p.Folder.Open(r.File)
		if err != nil {
			return nil, err
		}
		h := sha256.New()
		_, err = io.Copy(h, f)
		if err := f.Close(); err != nil {
			return nil, fmt.Errorf("read %q: %w", r.File, err)
		}
		if err != nil {
			return nil, fmt.Errorf("read %q: %w", r.File, err)
		}
		sums = append(sums, [32]byte(h.Sum(nil)))
	}
	return sums, nil
}

// Unchanged says whether the recipients' files are still those that were counted.
func (p *Plan) Unchanged() (bool, error) {
	sums, err := p.hashFiles()
	return slices.Equal(sums, p.sums), err
}

// Fingerprint is the digest as people compare it.
func (p *Plan) Fingerprint() string { return hex.EncodeToString(p.Digest[:6]) }

func (p *Plan) reportUnknown(unknown map[string]int) {
	if len(unknown) == 0 {
		return
	}
	var list []string
	for name, n := range unknown {
		list = append(list, fmt.Sprintf("%s (%d people)", name, n))
	}
	slices.Sort(list)
	more := ""
	if len(list) > 5 {
		more = fmt.Sprintf(" and %d more", len(list)-5)
		list = list[:5]
	}
	p.Problems = append(p.Problems, campaign.Problem{
		File: p.Folder.Manifest.Batches.File,
		What: "companies without a line: " + strings.Join(list, ", ") + more,
		Do:   "add a line for each, with its start",
	})
}
