package main

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"oshirase/jobs/ledger"
	"oshirase/jobs/office"
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

A reference that is the number of a report to a company shows that company and when it was reported to: with --json
{"reference":"…","company":"…","reports":[{"channel":"email","revision":1,"round":1,"state":"sent","at":"…"}]}.

With --letter the pages of the letter of that piece number, which is no secret, are written into --out as they
are in its print file, marks included, if it is the letter of the person whom the two keys show.

With --json everybody of those keys, nobody being []; of one key {"known":true,"standing":"affected"} (or cleared:
no longer affected; or merged: there is another reference):
  [{"reference":"7K2-9QX-M3D","name":"…","batch":"…","standing":"told","segments":["ap-a"],
    "elements":["氏名"],"certainty":"confirmed",
    "deliveries":[{"channel":"email","revision":1,"purpose":"first","round":1,"notice":"ap-a","locale":"ja",
      "where":"…","state":"sent","at":"2013-09-10 10:00 JST"}]}]
purpose being first, update or withdrawal.`,
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
	company, err := found.company(ctx, l)
	if err != nil {
		return err
	}
	if err := l.Note(ctx, id, p.operator(), "lookup", "by "+inWords(keys), len(found.matched)); err != nil {
		return err
	}
	if company != nil {
		return p.showReported(id, company, l.Book.Folder.Location)
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

// showKnown says of one key whether it is known and still stands, and nothing of anybody.
func (p *program) showKnown(o *office.Office, s *search) error {
	k, words := s.knowledge(), inWords(s.keys)
	if p.asJSON {
		return p.json(k)
	}
	switch k.Standing {
	case "":
		p.print("nobody with this %s is affected in campaign %s\n", words, o.ID)
		return nil
	case affected:
		p.print("somebody with this %s is affected in campaign %s\n", words, o.ID)
	default:
		p.print("somebody with this %s %s (campaign %s)\n", words, standings[ledger.Standing(k.Standing)], o.ID)
	}
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

func (p *program) showSent(row ledger.PersonRow, again func(ledger.PersonRow) ([]piece, error)) error {
	pieces, err := again(row)
	if err != nil {
		return err
	}
	return p.showPieces(pieces, showing{apart: true})
}
