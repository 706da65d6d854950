package plan

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"time"

	"oshirase/config/campaign"
	"oshirase/jobs/codes"
	"oshirase/jobs/ledger"
)

// Pool is what a campaign has of one-use codes, and needs.
type Pool struct {
	File    string   `json:"file"`
	Codes   int      `json:"codes"`  // in it; of a further revision, that the ledger has left
	People  int      `json:"people"` // who are to have one, and can be written to; of a further revision, new ones
	Missing int      `json:"missing"`
	sum     [32]byte // of the file
	list    []string
	lines   []int
	alike   []codes.Fault
}

// Lot is a pool with its terms, for the ledger.
func (p *Pool) Lot(t campaign.Terms) ledger.Lot {
	return ledger.Lot{
		Name: p.File, Sum: p.sum, Codes: p.list,
		Starts: day(t.Starts), Expires: day(t.Expires), EnrollBy: day(t.EnrollBy),
	}
}

// day is empty for the zero time.
func day(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(time.DateOnly)
}

// faultsSaid is how many rows at fault are named one by one.
const faultsSaid = 10

// readCodes reads the campaign's pool, whole. What the folder's own check has reported is not reported again.
func (p *Plan) readCodes() error {
	c := p.Folder.Manifest.Codes
	if c == nil {
		return nil
	}
	file, err := p.Folder.Open(c.File)
	if err != nil {
		return nil // reported with the manifest
	}
	defer file.Close()
	pool, found, err := ReadPool(file, c.File, codes.Options{Encoding: c.Encoding, Code: c.Column})
	switch {
	case errors.Is(err, codes.ErrColumn):
		p.codeProblem(0, err.Error(), "say under codes: {column: …} what the file's heading is")
	case errors.Is(err, codes.ErrTable):
		p.codeProblem(0, err.Error(), "ask for the file again, as CSV in UTF-8 or CP932")
	case err != nil:
		return fmt.Errorf("read %q: %w", c.File, err)
	}
	for i, f := range found {
		if i == faultsSaid {
			p.codeProblem(0, fmt.Sprintf("%d more rows cannot be used", len(found)-i), "")
			break
		}
		p.codeProblem(f.Line, f.Why, "ask the issuer of the codes: a pool is taken whole")
	}
	if what := pool.Alike(); what != "" {
		p.Problems = append(p.Problems, campaign.Problem{File: c.File, Warning: true, What: what, Do: AlikeHint})
	}
	p.Pool = pool
	return nil
}

// leftCodes makes the pool of a further revision what the ledger has left: who is new gets a code of that, and nobody
// any of the file.
func (p *Plan) leftCodes() {
	if p.earlier == nil || p.Pool == nil {
		return
	}
	given, left := false, 0
	for _, lot := range p.earlier.Lots {
		given, left = given || lot.Sum == p.Pool.sum, left+lot.Left
	}
	if !given {
		p.Problems = append(p.Problems, campaign.Problem{
			File: p.Pool.File, Warning: true, What: "this file is not in the campaign, and a further revision takes no codes from it",
			Do: "add them when the revision is in the ledger: oshirase codes add",
		})
	}
	p.Pool.Codes = left
}

// maxCodes bounds a file of codes, in bytes: some ten million codes.
const maxCodes = 256 << 20

// ReadPool reads a file of codes, and the rows that cannot be used. The error is as of codes.Read.
func ReadPool(file io.Reader, name string, o codes.Options) (*Pool, []codes.Fault, error) {
	content, err := io.ReadAll(io.LimitReader(file, maxCodes+1))
	if err == nil && len(content) > maxCodes {
		err = fmt.Errorf("%w: larger than %d MiB", codes.ErrTable, maxCodes>>20)
	}
	if err != nil {
		return &Pool{File: name}, nil, err
	}
	found, err := codes.Read(bytes.NewReader(content), o)
	return &Pool{
		File: name, Codes: len(found.Codes), sum: sha256.Sum256(content), list: found.Codes, lines: found.Lines,
		alike: found.Alike,
	}, found.Faults, err
}

// AlikeHint says what to do about codes that are alike.
const AlikeHint = "ask their issuer whether these are two codes: whoever types one may be taken for the other"

// Alike says that codes differ by small and capital letters alone; empty: none do.
func (p *Pool) Alike() string {
	if len(p.alike) == 0 {
		return ""
	}
	more := ""
	if n := len(p.alike) - 1; n > 0 {
		more = fmt.Sprintf("; and so of %d more", n)
	}
	return fmt.Sprintf("line %d: %s%s", p.alike[0].Line, p.alike[0].Why, more)
}

// Line is where the code of an index stands in the file.
func (p *Pool) Line(i int) int { return p.lines[i] }

func (p *Plan) codeProblem(line int, what, do string) {
	p.Problems = append(p.Problems, campaign.Problem{
		File: p.Folder.Manifest.Codes.File, Line: line, What: what, Do: do,
	})
}

// entitled tells whether somebody is to have a code: who cannot be reached would have it for nothing.
func (p *Plan) entitled(e Entry) bool {
	return len(e.Channels) > 0 && p.Folder.Manifest.Codes.Entitles(e.Person.Segments)
}

func (p *Plan) countCode(e Entry) {
	if p.entitled(e) && e.verdict.Former == nil { // who was among the people before keeps theirs
		p.Pool.People++
		p.Pool.Missing = max(0, p.Pool.People-p.Pool.Codes)
	}
}

// codeCount warns of too few codes.
func (p *Plan) codeCount() []campaign.Problem {
	if p.Pool == nil || p.Pool.Missing == 0 {
		return nil
	}
	return []campaign.Problem{{
		File: p.Pool.File, Warning: true,
		What: fmt.Sprintf("codes for %d of %s: %s will have none, and their notices will be blocked",
			p.Pool.Codes, people(p.Pool.People), people(p.Pool.Missing)),
		Do: "get more codes; they can be added later with: oshirase codes add",
	}}
}

// enterCodes brings the pool into the ledger. people are those who are to have a code, by number.
func (p *Plan) enterCodes(ctx context.Context, im *ledger.Import, people []uint32) error {
	c := p.Folder.Manifest.Codes
	if c == nil {
		return nil
	}
	return im.Codes(ctx, p.Pool.Lot(c.Terms), people)
}
