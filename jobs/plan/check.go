package plan

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"oshirase/config/campaign"
	"oshirase/jobs/compose"
	"oshirase/jobs/pace"
	"oshirase/jobs/recipient"
	"oshirase/jobs/table"
)

func (p *Plan) addProblems(found []recipient.Problem) {
	for _, r := range found {
		file, what := r.File, r.What
		if file == "" {
			file = campaign.ManifestFile
		}
		if r.Segment != "" {
			what = fmt.Sprintf("segment %q: %s", r.Segment, what)
		}
		p.Problems = append(p.Problems, campaign.Problem{
			File: file, Line: r.Line, What: what, Do: r.Do, Warning: r.Warning,
		})
	}
}

// checkFiles finds what is wrong with the recipients files of a campaign that is invalid already,
// so that it need not be mended to learn it. rules are the problems of the rules.
func (p *Plan) checkFiles(ctx context.Context, rules []recipient.Problem) error {
	spec := p.soundSpec()
	if len(spec.Files) == 0 {
		return nil
	}
	if slices.ContainsFunc(rules, ofFacts) {
		for i := range spec.Files {
			spec.Files[i].Facts = nil
		}
	}
	_, found, err := recipient.Open(ctx, spec, nil)
	p.addProblems(found)
	return err
}

// ofFacts tells the problems of facts from those of one rule.
func ofFacts(r recipient.Problem) bool { return r.Segment == "" }

// soundSpec leaves out of the spec what the folder's own check has reported, so that nothing is
// reported twice.
func (p *Plan) soundSpec() recipient.Spec {
	spec := p.spec()
	spec.Segments, spec.Identity, spec.Prefer = nil, nil, recipient.Prefer{}
	spec.Files = slices.DeleteFunc(spec.Files, func(f recipient.File) bool {
		file, err := f.Open()
		if err != nil {
			return true
		}
		file.Close()
		return f.Columns.Name == ""
	})
	for i, f := range spec.Files {
		file := &spec.Files[i].File
		file.Encoding = knownOr(file.Encoding, table.Encodings())
		file.Format = knownOr(file.Format, table.Formats())
		file.Delimiter = knownOr(file.Delimiter, table.Delimiters())
		for name, fact := range f.Facts {
			if fact.Column == "" {
				delete(f.Facts, name)
			}
		}
	}
	return spec
}

// knownOr returns a word that is known, or auto.
func knownOr(word string, known []string) string {
	if slices.Contains(known, word) {
		return word
	}
	return table.Auto
}

// checkProviders finds rates and caps of providers that there are not: nobody would be slower for them.
func (p *Plan) checkProviders() {
	m := p.Folder.Manifest
	known := pace.Shipped().With(m.Providers).Names()
	named := slices.Collect(maps.Keys(m.Rates.Providers))
	for name := range m.Rates.Connections {
		named = append(named, name)
	}
	slices.Sort(named)
	for _, name := range slices.Compact(named) {
		if !slices.Contains(known, name) {
			p.Problems = append(p.Problems, campaign.Problem{
				File: campaign.ManifestFile, What: fmt.Sprintf("rates: there is no provider %q", name),
				Do: "use one of " + strings.Join(known, ", ") + "; or make it one under providers",
			})
		}
	}
}

// checkCounts says what only the people show.
func (p *Plan) checkCounts() {
	if len(p.strays.people) > 0 {
		p.Problems = append(p.Problems, p.strayProblem())
	}
	p.Problems = append(p.Problems, p.tried.problems(p)...)
	p.Problems = append(p.Problems, p.codeCount()...)
	p.Problems = append(p.Problems, p.beyond()...)
	p.Problems = append(p.Problems, p.foreign.problem(p)...)
	for _, s := range p.Segments {
		if s.People == 0 && len(p.strays.people) == 0 {
			p.Problems = append(p.Problems, campaign.Problem{
				File: campaign.ManifestFile, Warning: true,
				What: fmt.Sprintf("segment %q matches nobody", s.Name),
				Do:   "compare its rule with the files",
			})
		}
	}
}

// beyond warns of addresses that not every relay takes.
func (p *Plan) beyond() []campaign.Problem {
	if p.Beyond == 0 {
		return nil
	}
	who := fmt.Sprintf("%d people have", p.Beyond)
	if p.Beyond == 1 {
		who = "1 person has"
	}
	return []campaign.Problem{{
		File: campaign.ManifestFile, Warning: true,
		What: who + " an e-mail address that only a relay with SMTPUTF8 takes",
		Do:   "see whether yours has it: oshirase check --relay; any other refuses them",
	}}
}

// foreign are people whose language no notice is in, and where the first of them is.
type foreign struct {
	people int
	row    recipient.Row
}

func (f *foreign) note(p *Plan, e Entry) {
	if len(e.Channels) == 0 || p.Book.Speaks(e.Person.Notice, e.Person.Locale) {
		return
	}
	if f.people++; f.people == 1 {
		f.row = e.Person.Rows[0]
	}
}

func (f foreign) problem(p *Plan) []campaign.Problem {
	if f.people == 0 {
		return nil
	}
	who := fmt.Sprintf("%d people have", f.people)
	if f.people == 1 {
		who = "1 person has"
	}
	return []campaign.Problem{{
		File: p.Files[f.row.File].Name, Warning: true,
		What: fmt.Sprintf("%s a language that no notice for them is in; row %d is the first", who, f.row.Row),
		Do:   fmt.Sprintf("add one, or leave it so: they are written to in %q", p.Folder.Manifest.Locales.Default),
	}}
}

func (p *Plan) strayProblem() campaign.Problem {
	if file := p.Folder.Manifest.Batches.File; file != "" {
		return campaign.Problem{
			File: file, What: "companies without a line: " + p.strays.String(),
			Do: "add a line for each, with its start",
		}
	}
	return campaign.Problem{
		File: campaign.ManifestFile, What: fmt.Sprintf("more than %d companies", mostBatches),
		Do: "see that the column of the company is the right one, or say batches: {by: segment}",
	}
}

// tried is what laying letters out has shown: those that cannot be printed, for a character without a glyph
// or an address that does not fit its window, and would be blocked; and those that come out otherwise than
// somebody may expect.
type tried struct {
	letters                      int
	unset, baseForms, noCustomer found
}

// found is how often something was, and where first.
type found struct {
	letters int
	row     recipient.Row
	what    string // in the first; it names a character or field, not the person
}

func (f *found) note(e Entry, what string) {
	if what == "" {
		return
	}
	if f.letters++; f.letters == 1 {
		f.row, f.what = e.Person.Rows[0], what
	}
}

// tryMost bounds the time that trying takes to some seconds; what is wrong with the rest shows when it
// is typeset.
const tryMost = 100_000

// try lays a letter out. It says how many sheets it has; 0 where it was not tried, and false where it
// cannot be printed.
func (t *tried) try(p *Plan, e Entry) (sheets int, printable bool) {
	if t.letters++; t.letters > tryMost || e.LinkName {
		return 0, true
	}
	var blocked *compose.BlockedError
	_, set, err := p.Book.Typeset(p.CaseOf(e))
	if errors.As(err, &blocked) {
		t.unset.note(e, blocked.Reason)
		return 0, false
	}
	t.baseForms.note(e, set.BaseForms)
	t.noCustomer.note(e, set.NoCustomer)
	return set.Sheets, true
}

func (t *tried) problems(p *Plan) []campaign.Problem {
	return slices.Concat(
		t.unset.problem(p, "cannot be printed and will be blocked", "correct the row, or reach them another way"),
		t.baseForms.problem(p, "will show a variant in its base form",
			"name a font that has it under fonts, or leave it so"),
		t.noCustomer.problem(p, "will bear no customer barcode", "correct the row, or leave it so"),
	)
}

func (f found) problem(p *Plan, how, do string) []campaign.Problem {
	if f.letters == 0 {
		return nil
	}
	letters := fmt.Sprintf("%d letters", f.letters)
	if f.letters == 1 {
		letters = "1 letter"
	}
	return []campaign.Problem{{
		File: p.Files[f.row.File].Name, Warning: true,
		What: fmt.Sprintf("%s %s; row %d: %s", letters, how, f.row.Row, f.what), Do: do,
	}}
}
