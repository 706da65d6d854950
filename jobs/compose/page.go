package compose

import (
	"errors"
	"fmt"

	"oshirase/config/campaign"
	"oshirase/jobs/bounce"
	"oshirase/jobs/members"
	"oshirase/templates"
)

var errNoPage = errors.New("the campaign has no members' page")

// Page composes a person's message for the members' page. A BlockedError says why it cannot be made.
func (b *Book) Page(c Case, key bounce.Signer) (members.Message, error) {
	if b.Folder.Manifest.Channels.Feed == nil {
		return members.Message{}, errNoPage
	}
	notice, err := b.notice(c)
	if err != nil {
		return members.Message{}, err
	}
	v, err := b.values(c)
	if err != nil {
		return members.Message{}, err
	}
	out, err := notice.Page(v)
	if err != nil {
		return members.Message{}, blocked(err)
	}
	if len(c.Person.IDs) == 0 {
		return members.Message{}, &BlockedError{"there is no member number"}
	}
	return members.Message{Type: members.Type + c.Purpose, At: v.Date, Data: members.Notice{
		ID: PageID(key, c.Delivery), Members: c.Person.IDs, Reference: c.Ref,
		Campaign: b.Folder.Manifest.ID, Revision: v.Revision, Purpose: c.Purpose, Locale: c.Locale,
		Subject: out.Subject, Text: out.Text, HTML: out.HTML,
		Elements: b.elements(c), Certainty: c.Person.Certainty,
	}}, nil
}

// PageID is a delivery's on the members' page: the same for all attempts, and nobody else can make one up.
func PageID(key bounce.Signer, delivery int64) string {
	return "msg_" + keyed(key, "message id", delivery)
}

// elements are the person's, in the notice's language.
func (b *Book) elements(c Case) []members.Element {
	out := make([]members.Element, len(c.Person.Elements))
	for i, id := range c.Person.Elements {
		out[i] = members.Element{ID: id, Name: b.ElementName(c.Locale, id)}
	}
	return out
}

// ElementName is what an element is called in a language.
func (b *Book) ElementName(locale, id string) string {
	name, _ := templates.ElementName(locale, id, b.elementNames)
	return name
}

// pageless reports a notice that has nothing for the members' page, where there is one, or elements without a name:
// a message lists them beside its text.
func (b *Book) pageless(src campaign.Notice, n *templates.Notice) (problems []campaign.Problem) {
	if b.Folder.Manifest.Channels.Feed == nil {
		return nil
	}
	if !n.HasPage() {
		problems = append(problems, campaign.Problem{File: src.File, What: `nothing is left for channel "feed"`,
			Do: "a person may have no other: write a text for it too"})
	}
	if n.ListsElements() {
		return problems // it was said where they are listed
	}
	for _, id := range schemaOf(b.Folder.Manifest).Elements {
		if b.ElementName(src.Locale, id) == "" {
			problems = append(problems, campaign.Problem{File: src.File,
				What: fmt.Sprintf("element %q has no name in %q, for the members' page", id, src.Locale),
				Do:   "give it one in the campaign's elements"})
		}
	}
	return problems
}
