package plan

import (
	"slices"

	"oshirase/config/campaign"
	"oshirase/jobs/compose"
	"oshirase/jobs/ledger"
	"oshirase/jobs/recipient"
)

// Entry is one affected person with what was decided for them.
type Entry struct {
	Person   recipient.Person
	Ref      string
	Batch    string
	Also     []string // further batches in whose numbers they count
	Locale   string   // of their notice
	Channels []string // none: they cannot be reached
	LinkName bool
	strange  []string // companies that are no batch
}

// entry decides what can be decided for a person alone; the batch is place's.
func (p *Plan) entry(r recipient.Person) *Entry {
	return &Entry{
		Person: r, Locale: p.Book.Locale(r.Notice, r.Locale),
		Channels: channels(r, p.Folder.Manifest.Channels), LinkName: compose.LinkName(r),
	}
}

func (e Entry) in(segment string) bool { return slices.Contains(e.Person.Segments, segment) }

// channels is where a person is written to: by e-mail where there is a usable address; by letter
// where there is none, or always, as the campaign says. A letter on-failure is made when the e-mail has
// failed.
func channels(r recipient.Person, c campaign.Channels) []string {
	var out []string
	if c.Email != nil && r.Email.Wire != "" {
		out = append(out, ledger.Email)
	}
	if c.Letter == nil || c.Letter.When == "never" || len(r.Address) == 0 {
		return out
	}
	if c.Letter.When == "always" || len(out) == 0 {
		out = append(out, ledger.Letter)
	}
	return out
}

// CaseOf is the delivery of an entry as a preview shows it: it is not in the ledger yet. A name
// that looks like a link blocks it, as it will until such names are accepted. A code is a placeholder.
func (p *Plan) CaseOf(e Entry) compose.Case {
	return compose.Case{
		Person: e.Person, Ref: e.Ref, Notice: e.Person.Notice, Locale: e.Locale, Batch: e.Batch,
		Date: p.Folder.Today, Code: p.Book.Placeholder(e.Person),
	}
}
