package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"oshirase/jobs/ledger"
	"oshirase/jobs/office"
	"oshirase/jobs/recipient"
	"oshirase/jobs/report"
	"oshirase/templates"
)

func (p *program) lookupCommand() *cobra.Command {
	var by string
	var show bool
	var letter, out string
	c := &cobra.Command{
		Use: "lookup ID", Short: "For the call centre: what one person was sent, and when",
		Long: `For the call centre: is this person affected, which of their data, what were they sent, and when.

A person is shown to who knows two things of them that agree: --by email,name or any two of reference,
email, member (number), name, phone. Of one alone it is only said whether it is known. They are asked for, or
read from standard input, a line each: they never stand on the command line, where other users of the machine
could see them. Each lookup is a row of the journal.

With --letter the pages of the letter of that piece number, which is no secret, are written into --out as they
are in its print file, marks included, if it is the letter of the person whom the two keys show.

With --json everybody of those keys, nobody being []; of one key {"known":true}:
  [{"reference":"7K2-9QX-M3D","name":"…","batch":"…","standing":"told","segments":["ap-a"],
    "elements":["氏名"],"certainty":"confirmed",
    "deliveries":[{"channel":"email","where":"…","state":"sent","at":"2013-09-10 10:00 JST"}]}]`,
		Args: p.one("a campaign id"),
		RunE: func(c *cobra.Command, args []string) error {
			if letter != "" {
				return p.lookupLetter(c.Context(), args[0], by, letter, out)
			}
			return p.lookup(c.Context(), args[0], by, show)
		},
	}
	c.Flags().StringVar(&by, "by", "reference,name", "two `KEYS` of: reference, email, member, name, phone")
	c.Flags().StringVar(&letter, "letter", "", "the bound letter of this piece `NUMBER`, as a PDF")
	c.Flags().StringVar(&out, "out", ".", "with --letter: write it into this `DIR`")
	c.Flags().BoolVar(&show, "show", false, "also print the notice they were sent")
	p.jsonFlag(c)
	p.whyFlag(c)
	return c
}

func (p *program) lookup(ctx context.Context, id, by string, show bool) error {
	keys, err := keysOf(by)
	if err != nil {
		return err
	}
	l, err := p.open(ctx, id)
	if err != nil {
		return err
	}
	defer l.Close()
	found, err := p.searched(ctx, l, keys)
	if err != nil {
		return err
	}
	if err := l.Note(ctx, id, p.operator(), "lookup", "by "+inWords(keys), len(found.matched)); err != nil {
		return err
	}
	if len(keys) == 1 {
		return p.showKnown(l.Office, found)
	}
	again := func(ledger.PersonRow) ([]piece, error) { return nil, nil }
	if show {
		again = func(row ledger.PersonRow) ([]piece, error) { return p.piecesOf(ctx, l.offices, id, row) }
	}
	return p.showPeople(l.Office, found, again)
}

// searched asks for what the caller tells, and looks for whom it shows.
func (p *program) searched(ctx context.Context, in *opened, keys []lookupKey) (*search, error) {
	said, err := p.askFor(ctx, keys)
	if err != nil {
		return nil, err
	}
	return newSearch(ctx, in, keys, said)
}

// askFor asks for what the caller tells.
func (p *program) askFor(ctx context.Context, keys []lookupKey) ([]string, error) {
	said := make([]string, len(keys))
	for i, k := range keys {
		line, err := p.readLine(ctx, k.words+": ")
		if ctx.Err() != nil {
			return nil, context.Canceled
		}
		if said[i] = strings.TrimSpace(line); err != nil || said[i] == "" {
			return nil, usage("no %s was given", k.words).
				hint("type it at the prompt, or send it on standard input, a line each: %s", inWords(keys))
		}
	}
	return said, nil
}

// showKnown says of one key whether it is known, and nothing of anybody.
func (p *program) showKnown(o *office.Office, s *search) error {
	known, words := len(s.matched) > 0, inWords(s.keys)
	if p.asJSON {
		return p.json(map[string]bool{"known": known})
	}
	if !known {
		p.print("nobody with this %s is affected in campaign %s\n", words, o.ID)
		return nil
	}
	p.print("somebody with this %s is affected in campaign %s\n", words, o.ID)
	p.hint("they are shown by two keys that agree, such as: --by %s,%s", s.keys[0].by, second(s.keys[0]))
	return nil
}

// second is a key to ask for beside another one.
func second(k lookupKey) string {
	if k.by == "name" {
		return "email"
	}
	return "name"
}

// standings are the words for where somebody stands.
var standings = map[ledger.Standing]string{
	ledger.Told:             "is affected, and has been told",
	ledger.Untold:           "is affected, and has not been told yet",
	ledger.StandUncertain:   "is affected, and may have been told: nobody knows whether it arrived",
	ledger.StandUnreachable: "is affected, and cannot be reached: there is no usable address",
	ledger.Cleared:          "is no longer affected: what is below was said before that was known",
	ledger.Merged:           "is in the ledger a second time: look for the other reference",
}

// caller is what the call centre sees of a person.
type caller struct {
	Reference  string       `json:"reference"`
	Name       string       `json:"name"`
	Batch      string       `json:"batch"`
	Standing   string       `json:"standing"`
	Segments   []string     `json:"segments"`
	Elements   []string     `json:"elements"`
	Certainty  string       `json:"certainty"`
	Deliveries []callerSent `json:"deliveries"`
}

type callerSent struct {
	Channel string `json:"channel"`
	Where   string `json:"where"` // the address it goes to
	State   string `json:"state"`
	At      string `json:"at"`
}

func (p *program) showPeople(o *office.Office, s *search,
	again func(ledger.PersonRow) ([]piece, error)) error {
	if s.crowded() {
		return failed("more than %d people have one of these keys", mostByKey-1).
			hint("ask for others that fewer have: --by reference,name or --by email,name")
	}
	found := []caller{}
	for _, row := range s.matched {
		c, err := callerOf(o, row)
		if err != nil {
			return err
		}
		found = append(found, c)
	}
	if p.asJSON {
		return p.json(found)
	}
	if len(found) == 0 {
		p.showNobody(o, s)
		return nil
	}
	for i, c := range found {
		p.showCaller(c)
		if err := p.showSent(s.matched[i], again); err != nil {
			return err
		}
	}
	return nil
}

// showNobody says what is known all the same: one of the keys may have been taken down wrong.
func (p *program) showNobody(o *office.Office, s *search) {
	p.print("nobody with this %s is affected in campaign %s\n", inWords(s.keys), o.ID)
	if known := s.known(); len(known) > 0 {
		p.hint("this %s is known, but not with the other: have both read out again", inWords(known[:1]))
	}
}

// addressee is the person as a delivery has them: with the facts of its revision, and with the address that
// it goes to where that was corrected.
func addressee(row ledger.PersonRow, d ledger.DeliveryRow) (person recipient.Person, err error) {
	data := row.At(d.Revision).Data
	if corrected, ok := row.Readdress[d.ID]; ok {
		data = corrected
	}
	return openPerson(row.Ref, data)
}

func openPerson(ref string, data []byte) (person recipient.Person, err error) {
	if person.UnmarshalBinary(data) != nil {
		return person, fmt.Errorf("person %s cannot be read", ref)
	}
	return person, nil
}

func callerOf(o *office.Office, row ledger.PersonRow) (caller, error) {
	person, err := openPerson(row.Ref, row.Data)
	if err != nil {
		return caller{}, err
	}
	c := caller{
		Reference: row.Ref, Name: person.Name, Batch: row.Batch, Standing: string(row.Standing),
		Segments: person.Segments, Certainty: person.Certainty,
	}
	names := map[string]map[string]string{}
	for id, text := range o.Book.Folder.Manifest.Elements {
		names[id] = text
	}
	for _, id := range person.Elements {
		name, _ := templates.ElementName(row.Locale, id, names)
		c.Elements = append(c.Elements, name)
	}
	for _, d := range row.Deliveries {
		to, err := addressee(row, d)
		if err != nil {
			return caller{}, err
		}
		where := to.Email.Raw
		if d.Channel == ledger.Page {
			where = strings.Join(to.IDs, ", ")
		}
		if d.Channel == ledger.Letter {
			where = strings.Join(append([]string{to.Postcode}, to.Address...), " ")
		}
		c.Deliveries = append(c.Deliveries, callerSent{
			Channel: d.Channel, Where: where, State: report.Words(d),
			At: d.At.In(o.Book.Folder.Location).Format("2006-01-02 15:04 MST"),
		})
	}
	return c, nil
}

func (p *program) showCaller(c caller) {
	p.print("%s %s.\n", c.Name, standings[ledger.Standing(c.Standing)])
	p.table([][]string{
		{"  reference", c.Reference}, {"  their data", strings.Join(c.Elements, "、")},
		{"  certainty", c.Certainty}, {"  batch", c.Batch}, {"  segments", strings.Join(c.Segments, ", ")},
	})
	if len(c.Deliveries) == 0 {
		p.print("  nothing is sent to them\n")
		return
	}
	p.print("  what is sent to them:\n")
	var sent [][]string // a table of its own: the columns are others
	for _, d := range c.Deliveries {
		sent = append(sent, []string{fmt.Sprintf("  %-9s", d.Channel), d.State, d.At, d.Where})
	}
	p.table(sent)
}

func (p *program) showSent(row ledger.PersonRow, again func(ledger.PersonRow) ([]piece, error)) error {
	pieces, err := again(row)
	if err != nil {
		return err
	}
	return p.showPieces(pieces, showing{apart: true})
}
