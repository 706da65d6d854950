package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"oshirase/config/campaign"
	"oshirase/jobs/ledger"
	"oshirase/jobs/plan"
	"oshirase/jobs/recipient"
	"oshirase/jobs/report"
	"oshirase/letters"
)

// How many rejected rows are spoken of one by one, and how many reasons where there are more.
const (
	rejectsSaid = 3
	reasonsSaid = 10
)

// sayRejected says of the first rejected rows where they are and why, without what they hold; and of how
// many there are, where these are not all, by reason.
func (p *program) sayRejected(found *plan.Plan) {
	for _, x := range p.rejected {
		p.warning("%s:%d: %s%s", x.File, x.Line, columnText(x.Column), x.Reason)
	}
	if found.Rejects <= len(p.rejected) {
		return
	}
	left := found.Rejects
	for _, r := range found.Reasons[:min(len(found.Reasons), reasonsSaid)] {
		p.warning("%s: %s%s", plural(r.Rows, "row", "rows"), columnText(r.Column), r.Reason)
		left -= r.Rows
	}
	if left > 0 {
		p.warning("%s for other reasons", plural(left, "row", "rows"))
	}
}

func columnText(name string) string {
	if name == "" {
		return ""
	}
	return fmt.Sprintf("%q: ", name)
}

// lists are the files that reading a plan writes; an empty name is none.
type lists struct{ rejects, duplicates string }

// apart refuses a list that would take the place of a file of the campaign, or of the other list.
func (l lists) apart(folder string) error {
	root, err := filepath.Abs(folder)
	if err != nil {
		return fmt.Errorf("find %q: %w", folder, bare(err))
	}
	for _, name := range []string{l.rejects, l.duplicates} {
		place, err := filepath.Abs(name)
		if err != nil {
			return fmt.Errorf("find %q: %w", name, bare(err))
		}
		if info, err := os.Stat(place); name != "" && strings.HasPrefix(place, root+string(filepath.Separator)) &&
			err == nil && info.Mode().IsRegular() {
			return usage("%q is a file of the campaign's folder, and would be overwritten", name).
				hint("name another place, outside the folder")
		}
	}
	if l.rejects != "" && filepath.Clean(l.rejects) == filepath.Clean(l.duplicates) {
		return usage("--rejects and --duplicates name the same file")
	}
	return nil
}

// readPlan reads a folder, and writes the lists that are named.
func (p *program) readPlan(ctx context.Context, folder string, l lists, o plan.Options) (found *plan.Plan,
	err error) {
	if err := l.apart(folder); err != nil {
		return nil, err
	}
	o.Reject = p.keepRejected
	read := func() error {
		found, err = p.readFolder(ctx, folder, o)
		return err
	}
	if l.duplicates != "" {
		read = withDuplicates(l.duplicates, &o, read)
	}
	if l.rejects != "" {
		read = p.withRejects(l.rejects, &o, read)
	}
	err = read()
	return found, err
}

// withRejects is a reading that writes the rows that cannot be used, and those to be looked at.
func (p *program) withRejects(name string, o *plan.Options, read func() error) func() error {
	return func() error {
		return writeOwn(name, func(w io.Writer) error {
			list, err := report.NewRejects(w)
			if err != nil {
				return err
			}
			o.Note = func(x recipient.Reject) error { return list.Add("kept", x) }
			o.Reject = func(x recipient.Reject) error {
				return errors.Join(p.keepRejected(x), list.Add("rejected", x))
			}
			return errors.Join(read(), list.Close())
		})
	}
}

// withDuplicates is a reading that writes which rows are one person.
func withDuplicates(name string, o *plan.Options, read func() error) func() error {
	return func() error {
		return writeOwn(name, func(w io.Writer) error {
			list, err := report.NewDuplicates(w)
			if err != nil {
				return err
			}
			o.Duplicate = list.Add
			return errors.Join(read(), list.Close())
		})
	}
}

func (p *program) readFolder(ctx context.Context, folder string, o plan.Options) (*plan.Plan, error) {
	p.limitMemory(intakeMemory)
	o.Now, o.Fonts = p.now(), letters.Embedded()
	o.Progress = func(done, total int64) { p.progress(int(done>>20), int(total>>20), "MiB read") }
	var past earlier
	defer past.close()
	o.Earlier = func(ctx context.Context, m campaign.Manifest) (*plan.Earlier, error) {
		return p.earlier(ctx, m, &past, o.Sending)
	}
	found, err := plan.Read(ctx, folder, o)
	if err != nil {
		return nil, interrupted(ctx, folderFault(folder, err))
	}
	return found, nil
}

func (p *program) keepRejected(x recipient.Reject) error {
	if len(p.rejected) < rejectsSaid {
		x.Raw = nil // personal data
		p.rejected = append(p.rejected, x)
	}
	return nil
}

func folderFault(folder string, err error) error {
	info, missing := os.Stat(folder)
	if missing == nil && info.IsDir() {
		return err
	}
	if missing == nil {
		missing = syscall.ENOTDIR
	}
	f := failed("%q is no campaign folder", folder).because(bare(missing)).
		hint("a campaign folder has a %s; make one with: oshirase sample telecomsquare --out DIR",
			campaign.ManifestFile)
	f.code = exitInvalid
	return f
}

func (p *program) planCommand() *cobra.Command {
	var l lists
	var explain string
	var as foresight
	c := &cobra.Command{
		Use: "plan FOLDER", Short: "Show who gets what: people per batch, segment, channel and language",
		Long: `Show who gets what: people per batch, segment, channel and language, what was joined and what
cannot be used. Nothing is sent, and nothing written but the lists you name.

Of a file, PEOPLE are those whose first row is in it, SHARED those who have a row in another file too; SURE
is how sure its encoding is: certain, likely (look at what preview shows), or declared in the manifest.

With --explain, why one person is affected or not: for each of their rows, segment by segment, the parts
of the rule that decided and the row's values. REF is a row, such as recipients/ap-a.csv:17 (data rows from
1), or the reference of an affected person. With --json:
  {"affected":true,"person":"7K2-9QX-M3D","segments":["ap-a"],"elements":["name"],"certainty":"confirmed",
   "notice":"ap-a","locale":"ja","batch":"…","channels":["email"],"rows":[{"file":"…","row":17,"line":18,
     "segments":[{"segment":"ap-a","matches":true,"when":[{"rule":"server == \"AP-A\"","holds":true,
       "facts":[{"name":"server","value":"AP-A"}]}]}]}]}

With --json:
  {"campaign":"ts-2013-09","revision":1,"rows":99,"people":97,"deliveries":96,"reports":0,
   "confirm":"ts-2013-09:96","rejects":1,"unaffected":2,
   "reject_reasons":[{"column":"氏名","reason":"name is empty","rows":1}],
   "files":[{"file":"…","encoding":"cp932","encoding_sure":"certain","encoding_why":"every byte fits, 421 characters
     beyond ASCII","rows":99,"rejects":1,"people":97,"shared":0}],
   "batches":[{"name":"…","start":"…","people":3,"members":0,"deliveries":3,"channels":{"email":3},"report":"email"}],
   "segments":[{"name":"ap-a","people":6,"exclusions":[{"name":"counter","rows":2}]}],
   "elements":[{"name":"card_number","people":6}], …,
   "postage":{"tariff":"Japan Post, letters","from":"2024-10-01","source":"https://…","currency":"JPY",
     "total":110,"letters":1,"sheets":1,"grams":9.9,"abroad":0,"assumed":0,"batches":[…]},
   "forecast":{"per_second":100,"calling_share":0.03,"from":"…","to":"…",
     "reports":{"emails":1,"from":"…","to":"…"},"batches":[{"name":"…","emails":3,"from":"…","to":"…"}],
     "days":[{"day":"2013-09-12","emails":96,"calls":1}]},
   "codes":{"file":"codes.csv","codes":100,"people":120,"missing":20}}

Of a further revision, "purposes" says what it has to tell, compared with what the ledger's people were told:
  {"before":1,"first":{"people":1,"channels":{"email":1}},"update":{…},"withdrawal":{…},"nothing":{"people":9},"listed":0,"told":9,"gone":0}
listed being those of nothing whose rows cannot be used: what they were told stands; gone those of the people told
before who are no longer affected.

The forecast says when the e-mails go, at the rates and in the windows of the manifest, and how many people
will call: a share that nobody knows beforehand (--calls), most of them on the first days. Providers that rest
make it later.

Postage is an estimate by a tariff of the date it names; channels.letter.postage names another tariff, a
service (specified-record, simplified-registered), and the weights of paper and envelope.`,
		Args: p.one("a campaign folder"),
		RunE: func(c *cobra.Command, args []string) error {
			if explain != "" {
				return p.explainPerson(c.Context(), args[0], explain, l)
			}
			return p.plan(c.Context(), args[0], l, as)
		},
	}
	c.Flags().StringVar(&l.rejects, "rejects", "",
		"write the rows that cannot be used, or should be looked at, to this `FILE`, with reasons")
	c.Flags().StringVar(&l.duplicates, "duplicates", "",
		"write to this `FILE` which rows were taken for one person, and the key that joined them")
	c.Flags().StringVar(&explain, "explain", "", "say why this person is affected or not: `FILE:ROW` or reference")
	as.flags(c)
	p.jsonFlag(c)
	return c
}

func (p *program) jsonFlag(c *cobra.Command) {
	c.Flags().BoolVar(&p.asJSON, "json", false, "print JSON")
}

func (p *program) plan(ctx context.Context, folder string, l lists, as foresight) error {
	rate, calls, err := as.values()
	if err != nil {
		return err
	}
	found, err := p.readPlan(ctx, folder, l, plan.Options{})
	if err != nil {
		return err
	}
	p.problems(found.Problems)
	if found.Invalid() {
		return quiet(exitInvalid)
	}
	taken := p.taken(ctx, found)
	if p.asJSON {
		out := planJSON(found)
		if taken {
			out["confirm"] = ""
		}
		out["forecast"] = found.Forecast(rate, calls)
		return p.json(out)
	}
	p.warnRejects(folder, found)
	if as.whole {
		p.showForecast(found, found.Forecast(rate, calls))
		return nil
	}
	p.showPlan(folder, found, found.Forecast(rate, calls))
	if !taken {
		p.sayNext(folder, found)
	}
	return nil
}

func planJSON(f *plan.Plan) map[string]any {
	return map[string]any{
		"campaign": f.Folder.Manifest.ID, "revision": f.Folder.Manifest.Revision, "digest": f.Fingerprint(),
		"rows": f.Rows, "people": f.People, "deliveries": f.Deliveries, "reports": f.Reports, "confirm": f.Confirm(),
		"rejects": f.Rejects, "reject_reasons": f.Reasons, "kept_without_email": f.Kept, "unaffected": f.Unaffected,
		"joined": f.Joined, "identity": identityJSON(f), "not_joined": f.NotJoined, "unreachable": f.Unreachable,
		"joined_unlike": f.Unlike, "link_names": f.LinkNames, "numberless": f.Numberless, "smtputf8": f.Beyond, "files": filesJSON(f.Files), "batches": f.Batches,
		"segments": f.Segments, "elements": f.Elements, "channels": f.Channels, "locales": f.Locales,
		"purposes": f.Purposes, "postage": postageJSON(f.Postage), "codes": f.Pool,
	}
}

func identityJSON(f *plan.Plan) []map[string]any {
	var out []map[string]any
	for _, k := range f.Keys {
		out = append(out, map[string]any{
			"key": k.Key, "joined": k.Joined, "crowds": k.Crowds, "crowd_rows": k.CrowdRows,
			"contradictions": k.Contradictions,
		})
	}
	return out
}

func filesJSON(files []recipient.FileSummary) []map[string]any {
	var out []map[string]any
	for _, f := range files {
		out = append(out, map[string]any{
			"file": f.Name, "encoding": f.Encoding, "encoding_sure": f.Found.Sure, "encoding_why": f.Found.Why,
			"rows": f.Rows, "rejects": f.Rejects, "people": f.People, "shared": f.Shared,
		})
	}
	return out
}

func (p *program) showPlan(folder string, f *plan.Plan, c plan.Forecast) {
	p.print("campaign %s, revision %d (%s)\n\n", f.Folder.Manifest.ID, f.Folder.Manifest.Revision, f.Fingerprint())
	rows := [][]string{{"FILE", "ENCODING", "SURE", "ROWS", "REJECTS", "PEOPLE", "SHARED"}}
	for _, x := range f.Files {
		rows = append(rows, []string{x.Name, x.Encoding, string(x.Found.Sure), thousands(x.Rows),
			thousands(x.Rejects), thousands(x.People), thousands(x.Shared)})
	}
	p.table(rows)
	p.print("\n")
	p.table(p.planTotals(f))
	p.showPurposes(f)
	p.print("\n")
	p.table(planBatches(f))
	p.sayForecast(folder, f, c)
	p.showPostage(f.Postage)
}

// sayNext says how the folder is sent as it is.
func (p *program) sayNext(folder string, f *plan.Plan) {
	accept := ""
	if f.Rejects > 0 {
		accept = fmt.Sprintf(" --accept-rejects %d", f.Rejects)
	}
	if f.Unlike > 0 {
		accept += fmt.Sprintf(" --accept-joined %d", f.Unlike)
	}
	p.print("\nto send: oshirase enqueue %s%s --confirm %s\n", folder, accept, f.Confirm())
}

// planBatches has a column for the members' page where there is one.
func planBatches(f *plan.Plan) [][]string {
	paged := f.Folder.Manifest.Channels.Feed != nil
	rows := [][]string{{"BATCH", "START", "PEOPLE", "E-MAIL", "LETTER"}}
	if paged {
		rows[0] = append(rows[0], "FEED")
	}
	if f.Reports > 0 {
		rows[0] = append(rows[0], "REPORT")
	}
	for _, b := range f.Batches {
		row := []string{
			b.Name, startText(b.Start, f.Folder.Location), thousands(b.People),
			thousands(b.Channels[ledger.Email]), thousands(b.Channels[ledger.Letter]),
		}
		if paged {
			row = append(row, thousands(b.Channels[ledger.Page]))
		}
		if f.Reports > 0 {
			row = append(row, cmp.Or(b.Report, "none"))
		}
		rows = append(rows, row)
	}
	return rows
}

func (p *program) planTotals(f *plan.Plan) [][]string {
	out := [][]string{
		{"rows", thousands(f.Rows)},
		{"not affected", thousands(f.Unaffected)},
		{"cannot be used", thousands(f.Rejects)},
	}
	for _, k := range f.Keys {
		out = append(out, []string{"joined by " + k.Key, thousands(k.Joined)})
		if k.CrowdRows > 0 {
			out = append(out, []string{"  not joined, too many alike", thousands(k.CrowdRows)})
		}
		if k.Contradictions > 0 {
			out = append(out, []string{"  not joined, two birth dates", thousands(k.Contradictions)})
		}
	}
	if f.NotJoined > 0 {
		out = append(out, []string{"same address, other name", thousands(f.NotJoined)})
	}
	out = append(out, []string{"people", thousands(f.Humans)}, []string{"people affected", thousands(f.People)})
	for _, s := range f.Segments {
		out = append(out, []string{"  segment " + s.Name, thousands(s.People)})
		for _, x := range s.Exclusions {
			out = append(out, []string{"    rows out by " + x.Name, thousands(x.Rows)})
		}
	}
	for _, c := range f.Elements {
		out = append(out, []string{"  whose " + c.Name, thousands(c.People)})
	}
	for _, k := range slices.Sorted(maps.Keys(f.Locales)) {
		out = append(out, []string{"  in " + k, thousands(f.Locales[k])})
	}
	for _, k := range slices.Sorted(maps.Keys(f.Channels)) {
		out = append(out, []string{"  by " + k, thousands(f.Channels[k])})
	}
	if f.Numberless > 0 {
		out = append(out, []string{"  without a member number, for the members' page", thousands(f.Numberless)})
	}
	out = append(out, []string{"  unreachable", thousands(f.Unreachable)})
	if f.Reports > 0 {
		out = append(out, []string{"companies reported to first", thousands(f.Reports)})
	}
	if f.Pool != nil {
		have := "  codes in " + f.Pool.File
		if f.Purposes != nil {
			have = "  codes left in the ledger"
		}
		out = append(out, []string{"to have a code", thousands(f.Pool.People)}, []string{have, thousands(f.Pool.Codes)})
	}
	return out
}

func startText(t time.Time, zone *time.Location) string {
	if t.IsZero() {
		return "in its turn"
	}
	return strings.TrimSuffix(t.In(zone).Format("2006-01-02 15:04"), " 00:00")
}
