package main

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"oshirase/jobs/codes"
	"oshirase/jobs/ledger"
)

func (p *program) codesUsageCommand() *cobra.Command {
	var o codes.Options
	var file string
	c := &cobra.Command{
		Use: "usage ID FILE", Short: "Note which codes were used, and when",
		Long: `Note which codes were used, and when, from their issuer's file: CSV with a column of codes and one of days,
such as code,used_on. A row without a day says that its code was not used. The same file may be read again.

Codes that are not of the campaign, that nobody was given, or that were used on another day already, and days that are
outside a code's term or have not come yet, are listed by row, and the exit code is 3. Of a listed row nothing is noted,
but that a code which somebody used without having been given it is never given.

With --json: {"campaign":"delta-2018","rows":90,"used":37,"known":2,"unused":50,
  "faults":[{"file":"usage.csv","row":7,"why":"no code of this campaign"}]}

` + exitHelp,
		Args: p.idAndFile(&file),
		RunE: func(c *cobra.Command, args []string) error { return p.codesUsage(c.Context(), args[0], file, o) },
	}
	f := c.Flags()
	f.StringVar(&o.Code, "column", "", "the heading of the codes; unset: a usual one, such as code")
	f.StringVar(&o.Used, "used", "", "the `HEADING` of the days; unset: a usual one, such as used_on")
	f.StringVar(&o.Encoding, "encoding", "auto", "`NAME`: utf-8, utf-8-bom, cp932, or auto to find it out")
	p.jsonFlag(c)
	p.whyFlag(c)
	return c
}

// usageRead is what became of an issuer's rows.
type usageRead struct {
	Campaign string        `json:"campaign"`
	Rows     int           `json:"rows"`
	Used     int           `json:"used"`  // newly known
	Known    int           `json:"known"` // said before
	Unused   int           `json:"unused"`
	Faults   []answerFault `json:"faults"`
}

func (p *program) codesUsage(ctx context.Context, id, file string, o codes.Options) error {
	l, err := p.open(ctx, id)
	if err != nil {
		return err
	}
	defer l.Close()
	in, err := os.Open(file)
	if err != nil {
		return err
	}
	defer in.Close()
	said, err := codes.ReadUsage(in, o)
	if err != nil {
		return codesFault(file, err)
	}
	out := &usageRead{Campaign: id, Rows: len(said.Uses) + said.Unused + len(said.Faults), Unused: said.Unused,
		Faults: []answerFault{}}
	for _, x := range said.Faults {
		out.fault(file, x.Line, x.Why)
	}
	today := p.now().In(l.Book.Folder.Location).Format(time.DateOnly)
	uses := slices.DeleteFunc(said.Uses, func(u codes.Use) bool {
		if u.On > today {
			out.fault(file, u.Line, "the day has not come yet")
		}
		return u.On > today
	})
	list := make([]ledger.CodeUse, len(uses))
	for i, u := range uses {
		list[i] = ledger.CodeUse{Code: u.Code, On: u.On}
	}
	replies, err := l.CodesUsed(ctx, id, list, l.Key, p.operator())
	for i, r := range replies {
		out.count(file, uses[i], r)
	}
	if err != nil {
		return err
	}
	return p.showUsage(out)
}

func (out *usageRead) fault(file string, line int, why string) {
	out.Faults = append(out.Faults, answerFault{File: filepath.Base(file), Row: line, Why: why})
}

func (out *usageRead) count(file string, u codes.Use, r ledger.UseReply) {
	switch r {
	case ledger.UseUnknown:
		out.fault(file, u.Line, "no code of this campaign")
	case ledger.UseStray:
		out.fault(file, u.Line, "used, and nobody was given this code; nobody will be")
	case ledger.UseAgain:
		out.fault(file, u.Line, "used on another day already")
	case ledger.UseOutside:
		out.fault(file, u.Line, "the day is outside the code's term")
	case ledger.UseKnown:
		out.Known++
	case ledger.UseMarked:
		out.Used++
	}
}

func (p *program) showUsage(out *usageRead) error {
	if p.asJSON {
		if err := p.json(out); err != nil {
			return err
		}
	} else {
		p.showUsageFaults(out.Faults)
		p.print("%s: %d used, %d known before, %d not used, %d listed\n", plural(out.Rows, "row", "rows"), out.Used,
			out.Known, out.Unused, len(out.Faults))
	}
	if len(out.Faults) > 0 {
		return quiet(exitFailures)
	}
	return nil
}

func (p *program) showUsageFaults(faults []answerFault) {
	if len(faults) == 0 {
		return
	}
	rows := [][]string{{"FILE", "ROW", "WHAT IS WRONG WITH IT"}}
	for _, x := range faults {
		rows = append(rows, []string{x.File, strconv.Itoa(x.Row), x.Why})
	}
	p.table(rows)
	p.print("\n")
}
