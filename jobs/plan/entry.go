package plan

import (
	"slices"

	"oshirase/config/campaign"
	"oshirase/jobs/compose"
	"oshirase/jobs/ledger"
	"oshirase/jobs/recipient"
	"oshirase/jobs/revision"
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
	Purpose  string   // first, update, withdrawal, nothing
	strange  []string // companies that are no batch
	ways     []string // of one who is told nothing: the channels by which they would be

	candidates []revision.Candidate // whom of the revision before they may have been
	verdict    revision.Verdict
	newcomer   *newcomer // where there was no candidate
}

// entry decides what can be decided for a person alone; the batch is place's.
func (p *Plan) entry(r recipient.Person) *Entry {
	return &Entry{
		Person: r, Locale: p.Book.Locale(r.Notice, r.Locale),
		Channels: channels(r, p.Folder.Manifest.ChannelsOf(r.Segments)), LinkName: compose.LinkName(r),
		Purpose: ledger.First,
	}
}

func (e Entry) in(segment string) bool { return slices.Contains(e.Person.Segments, segment) }

// channels is where a person is written to: by e-mail where there is a usable address; by letter
// where there is none, or always, as the campaign says; and on the members' page, where there is a member
// number. A letter on-failure is made when the e-mail has failed.
func channels(r recipient.Person, c campaign.Channels) []string {
	var out []string
	mailed := c.Email != nil && r.Email.Wire != ""
	if mailed {
		out = append(out, ledger.Email)
	}
	if l := c.Letter; l != nil && l.When != "never" && len(r.Address) > 0 && (l.When == "always" || !mailed) {
		out = append(out, ledger.Letter)
	}
	if paged(c, mailed) && len(r.IDs) > 0 {
		out = append(out, ledger.Page)
	}
	return out
}

// paged tells whether a person is to have a message on the members' page, if they are a member.
func paged(c campaign.Channels, mailed bool) bool {
	return c.Feed != nil && (c.Feed.When == "always" || c.Feed.When == "no-email" && !mailed)
}

// numberless tells whether an entry lacks its message on the members' page, for want of a member number.
func (e Entry) numberless(c campaign.Channels) bool {
	return paged(c, slices.Contains(e.Channels, ledger.Email)) && len(e.Person.IDs) == 0
}

// unreachable tells whether nothing that an entry gets can make them told.
func (e Entry) unreachable(c campaign.Channels) bool {
	return !slices.ContainsFunc(e.Channels, func(channel string) bool {
		return channel != ledger.Page || c.Feed.Tells
	})
}

// CaseOf is the delivery of an entry as a preview shows it: it is not in the ledger yet. A name
// that looks like a link blocks it, as it will until such names are accepted. A code is a placeholder.
func (p *Plan) CaseOf(e Entry) compose.Case {
	return compose.Case{
		Person: e.Person, Ref: e.Ref, Notice: e.Person.Notice, Locale: e.Locale, Batch: e.Batch,
		Date: p.Folder.Today, Purpose: e.Purpose, Code: p.Book.Placeholder(e.Person),
	}
}
