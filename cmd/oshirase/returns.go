package main

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"oshirase/jobs/ledger"
	"oshirase/jobs/returns"
	"oshirase/jobs/table"
	"oshirase/letters/barcode"
)

// answering is what returns is told on the command line.
type answering struct {
	files                []string
	columns              map[string]string
	encoding             string
	status, reason, date string
}

func (p *program) returnsCommand() *cobra.Command {
	var a answering
	c := &cobra.Command{
		Use: "returns ID FILE…", Short: "Read what the mail house answers: printed, mailed, come back",
		Long: `Read what the mail house answers: which letters it printed and mailed, and which came back, with the day
and the reason. Mailed people stay told; those whose letters came back are untold again, unless they
were told in another way. The same file may be read again: what is known changes nothing.

A file is CSV, in UTF-8 or CP932, with a heading. Usual headings are known; others are named:
  oshirase returns ID answer.csv --columns piece=管理番号,status=状態,reason=理由,date=処理日

Or it is a plain list of scanned piece numbers, one in a line, which all have the same:
  oshirase returns ID scanned.txt --status returned --reason 転居先不明 --date 2024-10-09

Statuses: printed, mailed, returned; 印刷済, 発送済, 返戻 and the like. Reasons: unknown-addressee
(あて所に尋ねあたりません), incomplete-address (あて名不完全), moved (転居先不明), unclaimed
(保管期間経過), declined (受取拒絶), other (その他).

Rows that cannot be: a wrong check digit, a piece that is not of this campaign, one that was not handed
over, days or reasons that contradict what was said before. They are listed by row and change nothing, the
others count, and the exit code is 3.

With --json: {"campaign":"ts-2013-09","rows":120,"printed":0,"mailed":118,"returned":0,"known":0,
  "faults":[{"file":"answer.csv","row":7,"piece":"0268435457-2","why":"…"}]}`,
		Args: func(c *cobra.Command, args []string) error {
			if len(args) < 2 {
				return usage("returns takes a campaign id and a file or more; %d given", len(args)).
					hint("see: %s --help", c.CommandPath())
			}
			p.subject, a.files = args[0], args[1:]
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error { return p.returns(c.Context(), args[0], a) },
	}
	f := c.Flags()
	f.StringToStringVar(&a.columns, "columns", nil, "headings as `FIELD=HEADING`: piece, status, reason, date")
	f.StringVar(&a.encoding, "encoding", "auto", "`NAME`: utf-8, utf-8-bom, cp932, euc-jp, utf-16, or auto to find it out")
	f.StringVar(&a.status, "status", "", "the `STATUS` of rows that say none")
	f.StringVar(&a.reason, "reason", "", "the `REASON` of returned rows that say none")
	f.StringVar(&a.date, "date", "", "the `DAY` of rows that say none")
	p.jsonFlag(c)
	p.whyFlag(c)
	return c
}

// options checks the words of the command line.
func (a answering) options() (returns.Options, error) {
	o := returns.Options{Columns: a.columns, Encoding: a.encoding}
	for _, field := range slices.Sorted(maps.Keys(a.columns)) {
		if !slices.Contains(returns.Fields(), field) {
			return o, usage("--columns knows no %q", field).hint("fields: %s", strings.Join(returns.Fields(), ", "))
		}
	}
	var ok bool
	if o.Status, ok = returns.ParseStatus(a.status); !ok {
		return o, usage("--status %q is none", a.status).hint("one of %s", strings.Join(returns.Statuses(), ", "))
	}
	if o.Reason, ok = returns.ParseReason(a.reason); !ok {
		return o, usage("--reason %q is none", a.reason).hint("one of %s", strings.Join(returns.Reasons(), ", "))
	}
	if o.On, ok = returns.ParseDay(a.date); !ok {
		return o, usage("--date %q is no day", a.date).hint("write it as 2024-10-09")
	}
	return o, nil
}

// answerFault is a row that changes nothing.
type answerFault struct {
	File  string `json:"file"`
	Row   int    `json:"row"`
	Piece string `json:"piece,omitempty"`
	Why   string `json:"why"`
}

// answers is what became of the mail house's rows.
type answers struct {
	Campaign string        `json:"campaign"`
	Rows     int           `json:"rows"`
	Printed  int           `json:"printed"`
	Mailed   int           `json:"mailed"`
	Returned int           `json:"returned"`
	Known    int           `json:"known"` // that were said before
	Faults   []answerFault `json:"faults"`
}

// answerRow is a row with the file that has it.
type answerRow struct {
	returns.Row
	file string
}

func (p *program) returns(ctx context.Context, id string, a answering) error {
	o, err := a.options()
	if err != nil {
		return err
	}
	l, err := p.openLedger(ctx)
	if err != nil {
		return err
	}
	defer l.Close()
	out := &answers{Campaign: id, Faults: []answerFault{}}
	var rows []answerRow
	for _, path := range a.files {
		found, err := out.read(path, o)
		if err != nil {
			return tableFault(path, err)
		}
		rows = append(rows, found...)
	}
	if err := out.keep(ctx, l, rows, p.operator()); err != nil {
		return err
	}
	return p.showAnswers(out)
}

// read reads a file. Nothing is kept before all files were read.
func (out *answers) read(path string, o returns.Options) ([]answerRow, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	found, faults, err := returns.Read(f, o)
	name := filepath.Base(path)
	rows := make([]answerRow, len(found))
	for i, r := range found {
		rows[i] = answerRow{r, name}
	}
	for _, x := range faults {
		out.Faults = append(out.Faults, answerFault{File: name, Row: x.Line, Why: x.Why})
	}
	out.Rows += len(found) + len(faults)
	return rows, err
}

// tableFault says what to do about a file that cannot be read.
func tableFault(path string, err error) error {
	var broken *table.Broken
	switch {
	case errors.As(err, &broken):
		return failed("%s", path).because(err).hint("%s; nothing was done", broken.Do)
	case errors.Is(err, returns.ErrColumn):
		return failed("%s", path).because(err).
			hint("name the heading with --columns piece=HEADING,…; without a heading it must be one number a line")
	case errors.Is(err, table.ErrTable):
		return failed("%s", path).because(err).hint("save it as CSV, in UTF-8 or CP932; nothing was done")
	}
	return err
}

// keep gives the rows to the ledger: first what was printed, last what came back, for files are in any
// order.
func (out *answers) keep(ctx context.Context, l *ledger.Ledger, rows []answerRow, by ledger.Operator) error {
	slices.SortStableFunc(rows, func(a, b answerRow) int {
		return cmp.Compare(slices.Index(returns.Statuses(), a.Status), slices.Index(returns.Statuses(), b.Status))
	})
	list := make([]ledger.Answer, len(rows))
	for i, r := range rows {
		list[i] = ledger.Answer{
			Delivery: r.Delivery, Event: ledger.Event(r.Status), On: r.On, Reason: r.Reason,
		}
	}
	replies, err := l.Answered(ctx, out.Campaign, list, by)
	for i, reply := range replies {
		out.count(rows[i], reply)
	}
	slices.SortStableFunc(out.Faults, func(a, b answerFault) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Row, b.Row))
	})
	return err
}

func (out *answers) count(r answerRow, reply ledger.Reply) {
	switch {
	case reply.Err != nil:
		out.Faults = append(out.Faults, answerFault{
			File: r.file, Row: r.Line, Piece: barcode.Piece(r.Delivery), Why: reply.Err.Error(),
		})
	case r.Status == returns.Printed:
		out.Printed++
	case !reply.Moved:
		out.Known++
	case r.Status == returns.Mailed:
		out.Mailed++
	default:
		out.Returned++
	}
}

func (p *program) showAnswers(out *answers) error {
	if p.asJSON {
		if err := p.json(out); err != nil {
			return err
		}
	} else {
		p.showFaults(out.Faults)
		p.print("%s: %d printed, %d mailed, %d returned, %d known before, %d not understood\n",
			plural(out.Rows, "row", "rows"), out.Printed, out.Mailed, out.Returned, out.Known, len(out.Faults))
	}
	if out.Returned > 0 {
		p.hint("write to them again: oshirase remail %s --addresses FILE, or --unchanged", out.Campaign)
	}
	if len(out.Faults) > 0 {
		return quiet(exitFailures)
	}
	return nil
}

func (p *program) showFaults(faults []answerFault) {
	if len(faults) == 0 {
		return
	}
	rows := [][]string{{"FILE", "ROW", "PIECE", "WHY IT CHANGED NOTHING"}}
	for _, x := range faults {
		rows = append(rows, []string{x.File, strconv.Itoa(x.Row), orDash(x.Piece), x.Why})
	}
	p.table(rows)
	p.print("\n")
}
