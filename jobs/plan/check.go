package plan

import (
	"context"
	"fmt"
	"slices"

	"oshirase/config/campaign"
	"oshirase/jobs/recipient"
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
	_, found, err := recipient.Read(ctx, spec, recipient.Sink{})
	p.addProblems(found)
	return err
}

// ofFacts tells the problems of facts from those of one rule.
func ofFacts(r recipient.Problem) bool { return r.Segment == "" }

// soundSpec leaves out of the spec what the folder's own check has reported, so that nothing is
// reported twice.
func (p *Plan) soundSpec() recipient.Spec {
	spec := specOf(p.Folder)
	spec.Segments, spec.Identity = nil, nil
	spec.Files = slices.DeleteFunc(spec.Files, func(f recipient.File) bool {
		file, err := f.Open()
		if err != nil {
			return true
		}
		file.Close()
		return f.Columns.Name == ""
	})
	for i, f := range spec.Files {
		if !slices.Contains([]string{"auto", "utf-8", "utf-8-bom", "cp932"}, f.Encoding) {
			spec.Files[i].Encoding = ""
		}
		for name, fact := range f.Facts {
			if fact.Column == "" {
				delete(f.Facts, name)
			}
		}
	}
	return spec
}

// checkCounts says what only the people show.
func (p *Plan) checkCounts() {
	if len(p.strays.people) > 0 {
		p.Problems = append(p.Problems, p.strayProblem())
	}
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
