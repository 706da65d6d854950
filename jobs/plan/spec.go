package plan

import (
	"io"

	"oshirase/config/campaign"
	"oshirase/jobs/recipient"
	"oshirase/jobs/segment"
	"oshirase/jobs/table"
)

// spec says in the intake's words what the manifest says about people.
func (p *Plan) spec() recipient.Spec {
	f := p.Folder
	spec := recipient.Spec{
		Identity: f.Manifest.Identity, Home: f.Manifest.Controller.Country, Limit: f.Manifest.IdentityLimit,
		Zone:   f.Location,
		Prefer: recipient.Prefer{Newest: f.Manifest.Prefer.Newest, Files: f.Manifest.Prefer.Files},
	}
	if p.Book != nil {
		spec.Keep = p.Book.Facts()
	}
	for _, r := range f.Manifest.Recipients {
		spec.Files = append(spec.Files, recipient.File{
			File: table.File{
				Name: r.File, Format: r.Format, Sheet: r.Sheet, Delimiter: r.Delimiter, Encoding: r.Encoding,
				Open: func() (io.ReadCloser, error) { return p.open(r.File) },
			},
			Rows: r.Rows, Columns: columnsOf(r.Columns), Facts: factsOf(r.Facts),
		})
	}
	for _, g := range f.Manifest.Segments {
		spec.Segments = append(spec.Segments, segment.Segment{
			ID: g.ID, When: g.When, Certainty: g.Certainty, Notice: g.Notice, Elements: g.Elements,
			ElementsBy: clausesOf(g.ElementsBy), Unless: clausesOf(g.Unless),
		})
	}
	return spec
}

func clausesOf(in campaign.Clauses) (out []segment.Clause) {
	for _, c := range in {
		out = append(out, segment.Clause(c))
	}
	return out
}

func columnsOf(c campaign.Columns) recipient.Columns {
	return recipient.Columns{
		ID: c.ID, Name: c.Name, Kana: c.Kana, BirthDate: c.BirthDate, Email: c.Email, Phone: c.Phone, Postcode: c.Postcode,
		Address: c.Address, Country: c.Country, Company: c.Company, Locale: c.Locale,
	}
}

func factsOf(facts map[string]campaign.Fact) map[string]recipient.FactColumn {
	out := make(map[string]recipient.FactColumn, len(facts))
	for name, f := range facts {
		out[name] = recipient.FactColumn{
			Column: f.Column, Kind: segment.Kind(f.Type), Layout: f.Layout,
		}
	}
	return out
}
