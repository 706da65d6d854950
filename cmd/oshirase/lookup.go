package main

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"oshirase/jobs/ledger"
	"oshirase/jobs/mailbox"
	"oshirase/jobs/office"
	"oshirase/jobs/plan"
	"oshirase/jobs/recipient"
	"oshirase/jobs/report"
	"oshirase/templates"
)

// lookupKeys are the ways a caller can be found.
var lookupKeys = []string{"reference", "email", "member"}

func (p *program) lookupCommand() *cobra.Command {
	var by string
	var show bool
	var letter, out string
	c := &cobra.Command{
		Use: "lookup ID", Short: "For the call centre: what one person was sent, and when",
		Long: `For the call centre: is this person affected, which of their data, what were they sent, and when. The
key is asked for, or read from standard input: it never stands on the command line, where other users
of the machine could see it. Each lookup is a row of the journal.

With --letter the key is a piece number, which is no secret: the letter's pages are written as they are in
its print file, marks included, into --out.

With --json everybody of that key, nobody being []:
  [{"reference":"7K2-9QX-M3D","name":"…","batch":"…","standing":"told","segments":["ap-a"],
    "elements":["氏名"],"certainty":"confirmed",
    "deliveries":[{"channel":"email","where":"…","state":"sent","at":"2013-09-10 10:00 JST"}]}]`,
		Args: p.one("a campaign id"),
		RunE: func(c *cobra.Command, args []string) error {
			if letter != "" {
				return p.lookupLetter(c.Context(), args[0], letter, out)
			}
			return p.lookup(c.Context(), args[0], by, show)
		},
	}
	c.Flags().StringVar(&by, "by", "reference", "the `KEY`: reference, email or member (number)")
	c.Flags().StringVar(&letter, "letter", "", "the bound letter of this piece `NUMBER`, as a PDF")
	c.Flags().StringVar(&out, "out", ".", "with --letter: write it into this `DIR`")
	c.Flags().BoolVar(&show, "show", false, "also print the notice they were sent")
	p.jsonFlag(c)
	p.whyFlag(c)
	return c
}

func (p *program) lookup(ctx context.Context, id, by string, show bool) error {
	if !slices.Contains(lookupKeys, by) {
		return usage("nobody is looked up by %q", by).hint("--by reference, email or member")
	}
	l, err := p.openLedger(ctx)
	if err != nil {
		return err
	}
	defer l.Close()
	offices := office.New(l, p.keys())
	office, err := offices.Get(ctx, id)
	if err != nil {
		return err
	}
	value, err := p.readLine(ctx, by+": ")
	if ctx.Err() != nil {
		return context.Canceled
	}
	if err != nil || strings.TrimSpace(value) == "" {
		return usage("no %s was given", by).hint("type it at the prompt, or send it on standard input")
	}
	people, err := p.findPeople(ctx, l, office, by, strings.TrimSpace(value))
	if err != nil {
		return err
	}
	if err := l.Note(ctx, id, p.operator(), "lookup", "by "+by, len(people)); err != nil {
		return err
	}
	again := func(ledger.PersonRow) ([]piece, error) { return nil, nil }
	if show {
		again = func(row ledger.PersonRow) ([]piece, error) { return p.piecesOf(ctx, offices, id, row) }
	}
	return p.showPeople(office, people, again)
}

func (p *program) findPeople(ctx context.Context, l *ledger.Ledger, o *office.Office, by, value string) (
	[]ledger.PersonRow, error) {
	switch by {
	case "email":
		a, err := mailbox.Parse(value)
		if err != nil {
			return nil, usage("this is no e-mail address: %v", err).
				hint("see that it was taken down right, or use --by reference or member")
		}
		return l.PeopleByBlind(ctx, o.ID, plan.BlindEmail(o.Key, a.Wire), o.Key)
	case "member":
		return l.PeopleByBlind(ctx, o.ID, plan.BlindMember(o.Key, value), o.Key)
	}
	ref, ok := plan.ParseReference(value)
	if !ok {
		return nil, usage("this is no reference, or there is a mistake in it").
			hint("have it read out again: nine letters and digits, such as 7K2-9QX-M3D; or use --by email or member")
	}
	row, err := l.PersonByRef(ctx, o.ID, ref, o.Key)
	if err != nil || row == nil {
		return nil, err
	}
	return []ledger.PersonRow{*row}, nil
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

func (p *program) showPeople(o *office.Office, rows []ledger.PersonRow,
	again func(ledger.PersonRow) ([]piece, error)) error {
	found := []caller{}
	for _, row := range rows {
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
		p.print("nobody of this key is affected in campaign %s\n", o.ID)
		return nil
	}
	for i, c := range found {
		p.showCaller(c)
		if err := p.showSent(rows[i], again); err != nil {
			return err
		}
	}
	return nil
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
	if json.Unmarshal(data, &person) != nil {
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
	p.print("%s  %s  (%s)\n", c.Reference, c.Name, c.Standing)
	p.table([][]string{
		{"  batch", c.Batch}, {"  segments", strings.Join(c.Segments, ", ")},
		{"  certainty", c.Certainty}, {"  data", strings.Join(c.Elements, "、")},
	})
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
