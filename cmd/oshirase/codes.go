package main

import (
	"context"
	"slices"
	"strconv"

	"github.com/spf13/cobra"

	"oshirase/jobs/ledger"
)

func (p *program) codesCommand() *cobra.Command {
	c := &cobra.Command{
		Use: "codes ID", Short: "Count a campaign's one-use codes, add more, and read back which were used",
		Long: `Count a campaign's one-use codes: how many there are, how many are reserved for a person, how many are left
or missing, and how many of them were used. Each person has one, in every channel the same, whatever is
retried; a code is never shown here. Further codes, and their use, are read from files:

  oshirase codes add ID FILE       gives them to those who have none, and makes ready what is blocked of theirs
  oshirase codes usage ID FILE     notes what their issuer says of their use
  oshirase remail ID --codes FILE  writes again with codes that may have a later term

The manifest's codes: {file: codes.csv, column: code, for: [SEGMENT, …], starts: 2018-04-07, term: 2y, url: https://…}
makes the fields .Code, .CodeStarts, .CodeExpires, .CodeEnrollBy and .CodeURL for notices. Two years from
7 April 2018 end with 6 April 2020.

With --json: {"campaign":"delta-2018","people":120,"codes":100,"reserved":100,"left":0,"missing":20,"used":37,
  "lots":[{"number":1,"file":"codes.csv","starts":"2018-04-07","expires":"2020-04-06","codes":100,
    "reserved":100,"left":0,"used":37,"used_by_nobody_known":0}]}`,
		Args: p.one("a campaign id"),
		RunE: func(c *cobra.Command, args []string) error { return p.codes(c.Context(), args[0]) },
	}
	p.jsonFlag(c)
	c.AddCommand(p.codesAddCommand(), p.codesUsageCommand())
	return c
}

// lotCount is a lot as it is shown.
type lotCount struct {
	Number   int    `json:"number"`
	File     string `json:"file"`
	Starts   string `json:"starts"`
	Expires  string `json:"expires"`
	EnrollBy string `json:"enroll_by,omitempty"`
	Codes    int    `json:"codes"`
	Reserved int    `json:"reserved"`
	Left     int    `json:"left"`
	Used     int    `json:"used"`
	Stray    int    `json:"used_by_nobody_known"`
}

// codesCount is what a campaign has of codes.
type codesCount struct {
	Campaign string     `json:"campaign"`
	People   int        `json:"people"` // who are to have one
	Codes    int        `json:"codes"`
	Reserved int        `json:"reserved"`
	Left     int        `json:"left"`
	Missing  int        `json:"missing"`
	Used     int        `json:"used"`
	Lots     []lotCount `json:"lots"`
}

func countCodes(ctx context.Context, l *ledger.Ledger, id string) (codesCount, error) {
	found, err := l.CodeCounts(ctx, id)
	out := codesCount{Campaign: id, People: found.People, Missing: found.Missing, Lots: []lotCount{}}
	for _, x := range found.Lots {
		out.Codes, out.Reserved = out.Codes+x.Total, out.Reserved+x.Reserved
		out.Left, out.Used = out.Left+x.Left, out.Used+x.Used
		out.Lots = append(out.Lots, lotCount{
			Number: x.Number, File: x.Name, Starts: x.Starts, Expires: x.Expires, EnrollBy: x.EnrollBy,
			Codes: x.Total, Reserved: x.Reserved, Left: x.Left, Used: x.Used, Stray: x.Stray,
		})
	}
	return out, err
}

// orNone is nil where there are no codes.
func (c codesCount) orNone() *codesCount {
	if len(c.Lots) == 0 {
		return nil
	}
	return &c
}

func (p *program) codes(ctx context.Context, id string) error {
	l, err := p.openLedger(ctx)
	if err != nil {
		return err
	}
	defer l.Close()
	found, err := countCodes(ctx, l, id)
	if err != nil {
		return err
	}
	if p.asJSON {
		return p.json(found)
	}
	p.showCodes(found)
	return nil
}

func (p *program) showCodes(c codesCount) {
	if len(c.Lots) == 0 {
		p.print("campaign %s has no codes\n", c.Campaign)
		return
	}
	rows := [][]string{{"LOT", "FILE", "TERM", "CODES", "RESERVED", "LEFT", "USED"}}
	stray := 0
	for _, x := range c.Lots {
		rows = append(rows, []string{
			strconv.Itoa(x.Number), x.File, x.Starts + " to " + x.Expires, thousands(x.Codes), thousands(x.Reserved),
			thousands(x.Left), thousands(x.Used),
		})
		stray += x.Stray
	}
	p.table(rows)
	p.print("\n%s to have a code\n", plural(c.People, "person is", "people are"))
	if stray > 0 {
		p.warning("%s used that nobody was given: ask their issuer", plural(stray, "code was", "codes were"))
	}
	p.sayMissing(c)
}

func (p *program) sayMissing(c codesCount) {
	if c.Missing > 0 {
		p.warning("%s no code: their notices are blocked", plural(c.Missing, "person has", "people have"))
		p.hint("add more with: oshirase codes add %s FILE", c.Campaign)
	}
}

// warnCodeless says before deliveries are sent again who of a campaign has no code: what is blocked for that would be
// blocked again.
func (p *program) warnCodeless(ctx context.Context, l *ledger.Ledger, id string, deliveries int,
	states []string) error {
	if deliveries == 0 || len(states) > 0 && !slices.Contains(states, string(ledger.Blocked)) {
		return nil
	}
	found, err := countCodes(ctx, l, id)
	if err == nil {
		p.sayMissing(found)
	}
	return err
}
