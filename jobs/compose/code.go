package compose

import (
	"fmt"
	"slices"
	"time"

	"oshirase/config/campaign"
	"oshirase/jobs/recipient"
	"oshirase/templates"
)

// Code is a person's one-use code with the days that are printed beside it.
type Code struct {
	Code  string
	Terms campaign.Terms
}

// NewCode is a code as the ledger has it: days as 2018-04-07, an empty one not said. No code is the zero Code.
func NewCode(code, starts, expires, enrollBy string) (c Code, err error) {
	if code == "" {
		return c, nil
	}
	c.Code = code
	for _, d := range []struct {
		text string
		to   *time.Time
	}{{starts, &c.Terms.Starts}, {expires, &c.Terms.Expires}, {enrollBy, &c.Terms.EnrollBy}} {
		if d.text == "" {
			continue
		}
		if *d.to, err = time.Parse(time.DateOnly, d.text); err != nil {
			return Code{}, err
		}
	}
	return c, nil
}

// placeholder is what a preview prints in a code's place. It is as long as many codes are.
const placeholder = "XXXX-XXXX-XXXX"

// Placeholder is shown where a real code must not be: in a preview, before or after the import. It is the zero
// Code for somebody who gets none.
func (b *Book) Placeholder(p recipient.Person) Code {
	c := b.Folder.Manifest.Codes
	if !c.Entitles(p.Segments) {
		return Code{}
	}
	return Code{placeholder, c.Terms}
}

// code is what a person's notice says of their code. One who is to have a code and has none is not written to, nor one
// whose code is over on the day of the message: the offer would be an empty one.
func (b *Book) code(c Case) (templates.Code, error) {
	codes := b.Folder.Manifest.Codes
	if codes == nil {
		return templates.Code{}, nil
	}
	if c.Code.Code == "" && codes.Entitles(c.Person.Segments) {
		return templates.Code{}, &BlockedError{"no code is left for this person"}
	}
	t := c.Code.Terms
	if !codes.TakesEnded() && c.Code.Code != placeholder && t.Ended(c.Date.In(b.Folder.Location)) && b.printsCode(c) {
		return templates.Code{}, &BlockedError{"this person's code is of no use after " + t.Last().Format(time.DateOnly)}
	}
	return templates.Code{
		Code: c.Code.Code, URL: codes.URL, Starts: t.Starts, Expires: t.Expires, EnrollBy: t.EnrollBy,
	}, nil
}

// printsCode tells whether a notice says anything of a code.
func (b *Book) printsCode(c Case) bool {
	n := b.notices[c.Notice][c.Locale]
	return n != nil && n.Prints(".Code")
}

// checkCodes finds notices that give people no code who are to have one: it would be spent on somebody who never reads
// it.
func (b *Book) checkCodes() []campaign.Problem {
	var problems []campaign.Problem
	for _, s := range b.Folder.Manifest.Segments {
		if !b.Folder.Manifest.Codes.Entitles([]string{s.ID}) {
			continue
		}
		for _, locale := range slices.Sorted(slices.Values(b.locales[s.Notice])) {
			if p, wrong := checkCode(b.notices[s.Notice][locale]); wrong {
				p.File = campaign.ManifestFile
				p.What = fmt.Sprintf("the notice %q in %q %s, and people of segment %q are to have one", s.Notice, locale,
					p.What, s.ID)
				problems = append(problems, p)
			}
		}
	}
	return problems
}

// checkCode says what is missing of the code in a notice.
func checkCode(n *templates.Notice) (p campaign.Problem, wrong bool) {
	switch {
	case !n.Prints(".Code"):
		return campaign.Problem{
			What: "prints no code",
			Do:   "write {{ .Code }} in it, or name under codes.for the segments that they are for",
		}, true
	case !n.Prints(".CodeExpires"):
		return campaign.Problem{
			Warning: true, What: "does not say until when its code is of use", Do: "write {{ date .CodeExpires }} in it",
		}, true
	}
	return campaign.Problem{}, false
}
