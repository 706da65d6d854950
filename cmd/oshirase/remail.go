package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"

	"oshirase/jobs/compose"
	"oshirase/jobs/ledger"
	"oshirase/jobs/office"
	"oshirase/jobs/plan"
	"oshirase/jobs/returns"
	"oshirase/letters/barcode"
)

// remailing is what remail is told on the command line.
type remailing struct {
	addresses, encoding string
	unchanged           bool
	reasons             []string
	codes               pool
	consent
}

func (p *program) remailCommand() *cobra.Command {
	var r remailing
	c := &cobra.Command{
		Use: "remail ID", Short: "Write again to those whose letters came back",
		Long: `Write again to those whose letters came back: the next round of the same person, with a new piece number.
Workers typeset and bind it as any letter.

To corrected addresses, from a CSV with the columns piece (or reference), postcode, address (or address1,
address2, …) and country if it has changed:
  oshirase remail ID --addresses corrected.csv --confirm ID:COUNT

Or to the same addresses, for those who did not fetch theirs; people told in another way are left out:
  oshirase remail ID --unchanged --reason unclaimed --confirm ID:COUNT

With --codes FILE, everybody who had a one-use code gets a further one, of that file and with its own term,
whose last day must not have passed:
  oshirase remail ID --unchanged --codes more.csv --codes-starts 2019-04-07 --confirm ID:COUNT

The address holds for the new letter; what was sent before keeps the address it went to. Rows that cannot
be used are listed, the others count, and the exit code is 3.

With --json: {"campaign":"ts-2013-09","letters":2,"confirm":"ts-2013-09:2",
  "faults":[{"file":"corrected.csv","row":3,"piece":"0268435457-2","why":"…"}]}`,
		Args: p.one("a campaign id"),
		RunE: func(c *cobra.Command, args []string) error { return p.remail(c.Context(), args[0], r) },
	}
	f := c.Flags()
	f.StringVar(&r.addresses, "addresses", "", "the corrected addresses, a `FILE`")
	f.StringVar(&r.encoding, "encoding", "auto", "`NAME`: utf-8, utf-8-bom, cp932, euc-jp, utf-16, or auto to find it out")
	f.BoolVar(&r.unchanged, "unchanged", false, "all of them again, to the same addresses")
	f.StringSliceVar(&r.reasons, "reason", nil, "with --unchanged: only what came back for these `REASONS`")
	f.StringVar(&r.codes.file, "codes", "", "further one-use codes, a `FILE`")
	r.codes.flags(c, "codes-")
	r.flags(c, "only say how many", "letters that become sendable")
	p.jsonFlag(c)
	p.whyFlag(c)
	return c
}

func (r *remailing) check() error {
	if r.unchanged == (r.addresses != "") {
		return usage("remail needs --addresses FILE or --unchanged").hint("see: oshirase remail --help")
	}
	if r.addresses != "" && len(r.reasons) > 0 {
		return usage("--reason chooses among all that came back, not from a file").hint("leave it out, or use --unchanged")
	}
	for i, word := range r.reasons {
		code, ok := returns.ParseReason(word)
		if !ok {
			return usage("--reason %q is none", word).hint("see: oshirase returns --help")
		}
		r.reasons[i] = code
	}
	return nil
}

// remailed is what was found to be written again.
type remailed struct {
	Campaign string          `json:"campaign"`
	Letters  int             `json:"letters"`
	Confirm  string          `json:"confirm"`
	Faults   []answerFault   `json:"faults"`
	list     []ledger.Remail // in the order of the file
}

func (p *program) remail(ctx context.Context, id string, r remailing) error {
	if err := r.check(); err != nil {
		return err
	}
	l, err := p.openLedger(ctx)
	if err != nil {
		return err
	}
	defer l.Close()
	out, err := p.toRemail(ctx, l, id, r)
	if err != nil {
		return err
	}
	if r.dry || len(out.list) == 0 {
		return p.showRemail(out, "would be written again")
	}
	of, err := office.New(l, p.keys()).Get(ctx, id)
	if err != nil {
		return err
	}
	further, err := p.furtherCodes(ctx, l, of, r.codes, out)
	if err != nil {
		return err
	}
	if err := p.confirm(ctx, r.confirm, out.Confirm, out.Letters); err != nil {
		p.showFaults(out.Faults)
		return err
	}
	if err := further.add(ctx, l, of, p.operator()); err != nil {
		return err
	}
	if out.Letters, err = l.Remail(ctx, id, out.list, of.Key, p.operator()); err != nil {
		return err
	}
	return p.showRemail(out, "will be written again")
}

func (p *program) showRemail(out *remailed, what string) error {
	if p.asJSON {
		if err := p.json(out); err != nil {
			return err
		}
	} else {
		p.showFaults(out.Faults)
		p.print("%s %s\n", plural(out.Letters, "letter", "letters"), what)
	}
	if len(out.Faults) > 0 {
		return quiet(exitFailures)
	}
	return nil
}

func (p *program) toRemail(ctx context.Context, l *ledger.Ledger, id string, r remailing) (*remailed, error) {
	came, err := l.ReturnedLetters(ctx, id)
	if err != nil {
		return nil, err
	}
	out := &remailed{Campaign: id, Faults: []answerFault{}}
	if r.unchanged {
		for _, x := range came {
			if !x.Told && (len(r.reasons) == 0 || slices.Contains(r.reasons, x.Reason)) {
				out.list = append(out.list, ledger.Remail{Delivery: x.Delivery})
			}
		}
	} else if err := p.readdress(ctx, l, r, came, out); err != nil {
		return nil, err
	}
	out.Letters = len(out.list)
	out.Confirm = plan.Confirm(id, out.Letters)
	return out, nil
}

// readdress reads the corrected addresses and tries each letter on its page.
func (p *program) readdress(ctx context.Context, l *ledger.Ledger, r remailing, came []ledger.ReturnedLetter,
	out *remailed) error {
	list, faults, err := readAddresses(r)
	if err != nil {
		return err
	}
	name := filepath.Base(r.addresses)
	for _, x := range faults {
		out.Faults = append(out.Faults, answerFault{File: name, Row: x.Line, Why: x.Why})
	}
	of, err := office.New(l, p.keys()).Get(ctx, out.Campaign)
	if err != nil {
		return err
	}
	for _, a := range list {
		letter, why := returnedOf(a, came)
		if why == "" && slices.ContainsFunc(out.list, func(x ledger.Remail) bool { return x.Delivery == letter }) {
			why = "this letter has an address already"
		}
		var data []byte
		if why == "" {
			if data, why, err = addressed(ctx, l, of, letter, a); err != nil {
				return err
			}
		}
		if why != "" {
			out.Faults = append(out.Faults, answerFault{File: name, Row: a.Line, Piece: pieceOf(a), Why: why})
			continue
		}
		out.list = append(out.list, ledger.Remail{Delivery: letter, Data: data})
	}
	return nil
}

func readAddresses(r remailing) ([]returns.Address, []returns.Fault, error) {
	f, err := os.Open(r.addresses)
	if err != nil {
		return nil, nil, err
	}
	defer f.Close()
	list, faults, err := returns.ReadAddresses(f, r.encoding)
	if errors.Is(err, returns.ErrColumn) {
		return nil, nil, failed("%s", r.addresses).because(err).
			hint("its heading needs: piece or reference, postcode, address")
	}
	if err != nil {
		return nil, nil, tableFault(r.addresses, err)
	}
	return list, faults, nil
}

func pieceOf(a returns.Address) string {
	if a.Delivery == 0 {
		return ""
	}
	return barcode.Piece(a.Delivery)
}

// returnedOf finds the letter that an address is for.
func returnedOf(a returns.Address, came []ledger.ReturnedLetter) (letter int64, why string) {
	ref, _ := plan.ParseReference(a.Reference)
	for _, x := range came {
		if a.Delivery == x.Delivery || a.Delivery == 0 && ref == x.Person {
			return x.Delivery, ""
		}
	}
	return 0, "no letter of this campaign that came back and was not written again"
}

// addressed is the person with the new address. A letter that could not be printed so is not made.
func addressed(ctx context.Context, l *ledger.Ledger, of *office.Office, letter int64, a returns.Address) (
	data []byte, why string, err error) {
	claim, err := l.DeliveryClaim(ctx, letter)
	if err != nil {
		return nil, "", err
	}
	c, err := of.Case(claim)
	if err != nil {
		return nil, "", err
	}
	c.Person.Postcode, c.Person.Address = a.Postcode, a.Lines
	if a.Country != "" {
		c.Person.Country = a.Country
	}
	var blocked *compose.BlockedError
	if _, _, err := of.Book.Typeset(c); errors.As(err, &blocked) {
		return nil, blocked.Reason, nil
	} else if err != nil {
		return nil, "", err
	}
	if data, err = c.Person.AppendBinary(nil); err != nil {
		return nil, "", fmt.Errorf("person of delivery %d: %w", letter, err)
	}
	return data, "", nil
}
