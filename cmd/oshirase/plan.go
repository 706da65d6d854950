package main

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"oshirase/jobs/plan"
	"oshirase/jobs/recipient"
	"oshirase/letters"
)

func (p *program) checkCommand() *cobra.Command {
	return &cobra.Command{
		Use: "check FOLDER", Short: "Say everything that can be known to be wrong before sending",
		Args: one("a campaign folder"),
		RunE: func(c *cobra.Command, args []string) error { return p.check(c.Context(), args[0]) },
	}
}

func (p *program) check(ctx context.Context, folder string) error {
	found, err := p.readPlan(ctx, folder, "")
	if err != nil {
		return err
	}
	p.problems(folder, found.Problems)
	if found.Invalid() {
		return quiet(exitInvalid)
	}
	p.warnRejects(folder, found)
	p.print("%s: %s, %s\n", found.Folder.Manifest.ID, plural(found.People, "person", "people"),
		plural(found.Deliveries, "delivery", "deliveries"))
	return nil
}

func (p *program) warnRejects(folder string, found *plan.Plan) {
	for _, f := range found.Files {
		if f.Rejects > 0 {
			p.warning("%s: %s of %s rows cannot be used", f.Name, thousands(f.Rejects), thousands(f.Rows))
		}
	}
	if found.Rejects > 0 {
		p.hint("see why with: oshirase plan %s --rejects rejects.csv", folder)
		p.hint("to go on without them: oshirase enqueue %s --accept-rejects %d", folder, found.Rejects)
	}
	if found.LinkNames > 0 {
		p.warning("%s of people look like web or mail addresses: their notices will be blocked",
			plural(found.LinkNames, "name", "names"))
		p.hint("to send them all the same: oshirase enqueue %s --accept-names %d", folder, found.LinkNames)
	}
}

// readPlan reads a folder, with a file for the rejects if one is named.
func (p *program) readPlan(ctx context.Context, folder, rejects string) (*plan.Plan, error) {
	o := plan.Options{Now: p.now(), Fonts: letters.Embedded()}
	var file *rejectsFile
	if rejects != "" {
		var err error
		if file, err = newRejectsFile(rejects); err != nil {
			return nil, err
		}
		defer os.Remove(file.f.Name())
		o.Reject, o.Note = file.write("rejected"), file.write("kept without e-mail")
	}
	found, err := plan.Read(ctx, folder, o)
	if err != nil {
		return nil, interrupted(ctx, p.folderFault(folder, err))
	}
	if file != nil {
		return found, file.commit()
	}
	return found, nil
}

func (p *program) folderFault(folder string, err error) error {
	if errors.Is(err, os.ErrNotExist) {
		return (&fault{code: exitInvalid, what: fmt.Sprintf("%q is no campaign folder", folder), cause: err}).
			hint("a campaign folder has a campaign.yaml; make one with: oshirase sample telecomsquare --out DIR")
	}
	return err
}

// rejectsFile holds the operator's own rows: it is for its owner only, and there whole or not at all.
type rejectsFile struct {
	path string
	f    *os.File
	csv  *csv.Writer
}

func newRejectsFile(path string) (*rejectsFile, error) {
	f, err := os.CreateTemp(filepath.Dir(path), ".rejects-*")
	if err != nil {
		return nil, fmt.Errorf("write rejects: %w", err)
	}
	r := &rejectsFile{path: path, f: f, csv: csv.NewWriter(f)}
	return r, r.csv.Write([]string{"file", "row", "line", "column", "what", "reason", "cells"})
}

func (r *rejectsFile) write(what string) func(recipient.Reject) error {
	return func(x recipient.Reject) error {
		return r.csv.Write(append([]string{
			x.File, strconv.Itoa(x.Row), strconv.Itoa(x.Line), x.Column, what, x.Reason,
		}, x.Raw...))
	}
}

func (r *rejectsFile) commit() error {
	r.csv.Flush()
	if err := errors.Join(r.csv.Error(), r.f.Sync(), r.f.Close()); err != nil {
		return fmt.Errorf("write rejects: %w", err)
	}
	return os.Rename(r.f.Name(), r.path)
}

func (p *program) planCommand() *cobra.Command {
	var rejects string
	c := &cobra.Command{
		Use: "plan FOLDER", Short: "Show who gets what: people per batch, segment, channel and language",
		Long: `Show who gets what: people per batch, segment, channel and language, what was joined and what
cannot be used. Nothing is sent, and nothing written but the rejects file you name.

With --json:
  {"campaign":"ts-2013-09","revision":1,"rows":99,"people":97,"deliveries":96,
   "confirm":"ts-2013-09:96","rejects":0,"unaffected":2,
   "batches":[{"name":"…","start":"…","people":3,"members":0,"deliveries":3,"channels":{"email":3}}],
   "segments":[{"name":"ap-a","people":6}], …}`,
		Args: one("a campaign folder"),
		RunE: func(c *cobra.Command, args []string) error { return p.plan(c.Context(), args[0], rejects) },
	}
	c.Flags().StringVar(&rejects, "rejects", "", "write the rows that cannot be used to this `FILE`, with reasons")
	p.jsonFlag(c)
	return c
}

func (p *program) jsonFlag(c *cobra.Command) {
	c.Flags().BoolVar(&p.asJSON, "json", false, "print JSON")
}

func (p *program) plan(ctx context.Context, folder, rejects string) error {
	found, err := p.readPlan(ctx, folder, rejects)
	if err != nil {
		return err
	}
	p.problems(folder, found.Problems)
	if found.Invalid() {
		return quiet(exitInvalid)
	}
	if p.asJSON {
		return p.json(planJSON(found))
	}
	p.showPlan(found)
	p.warnRejects(folder, found)
	return nil
}

func planJSON(f *plan.Plan) map[string]any {
	return map[string]any{
		"campaign": f.Folder.Manifest.ID, "revision": f.Folder.Manifest.Revision, "digest": f.Fingerprint(),
		"rows": f.Rows, "people": f.People, "deliveries": f.Deliveries, "confirm": f.Confirm(),
		"rejects": f.Rejects, "kept_without_email": f.Kept, "unaffected": f.Unaffected,
		"joined": f.Joined, "not_joined": f.NotJoined, "unreachable": f.Unreachable,
		"link_names": f.LinkNames, "files": filesJSON(f.Files), "batches": f.Batches,
		"segments": f.Segments, "channels": f.Channels, "locales": f.Locales,
	}
}

func filesJSON(files []recipient.FileSummary) []map[string]any {
	var out []map[string]any
	for _, f := range files {
		out = append(out, map[string]any{
			"file": f.Name, "encoding": f.Encoding, "rows": f.Rows, "rejects": f.Rejects,
		})
	}
	return out
}

func (p *program) showPlan(f *plan.Plan) {
	p.print("campaign %s, revision %d (%s)\n\n", f.Folder.Manifest.ID, f.Folder.Manifest.Revision, f.Fingerprint())
	rows := [][]string{{"FILE", "ENCODING", "ROWS", "REJECTS"}}
	for _, x := range f.Files {
		rows = append(rows, []string{x.Name, x.Encoding, thousands(x.Rows), thousands(x.Rejects)})
	}
	p.table(rows)
	p.print("\n")
	p.table(p.planTotals(f))
	p.print("\n")
	rows = [][]string{{"BATCH", "START", "PEOPLE", "E-MAIL", "LETTER"}}
	for _, b := range f.Batches {
		rows = append(rows, []string{
			b.Name, startText(b.Start, f.Folder.Location), thousands(b.People),
			thousands(b.Channels["email"]), thousands(b.Channels["letter"]),
		})
	}
	p.table(rows)
	p.print("\nto send: oshirase enqueue FOLDER --confirm %s\n", f.Confirm())
}

func (p *program) planTotals(f *plan.Plan) [][]string {
	out := [][]string{
		{"rows", thousands(f.Rows)},
		{"not affected", thousands(f.Unaffected)},
		{"cannot be used", thousands(f.Rejects)},
	}
	for _, key := range slices.Sorted(maps.Keys(f.Joined)) {
		out = append(out, []string{"joined by " + key, thousands(f.Joined[key])})
	}
	if f.NotJoined > 0 {
		out = append(out, []string{"same address, other name", thousands(f.NotJoined)})
	}
	out = append(out, []string{"people affected", thousands(f.People)})
	for _, s := range f.Segments {
		out = append(out, []string{"  segment " + s.Name, thousands(s.People)})
	}
	for _, k := range slices.Sorted(maps.Keys(f.Locales)) {
		out = append(out, []string{"  in " + k, thousands(f.Locales[k])})
	}
	for _, k := range slices.Sorted(maps.Keys(f.Channels)) {
		out = append(out, []string{"  by " + k, thousands(f.Channels[k])})
	}
	return append(out, []string{"  unreachable", thousands(f.Unreachable)})
}

func startText(t time.Time, zone *time.Location) string {
	if t.IsZero() {
		return "in its turn"
	}
	return strings.TrimSuffix(t.In(zone).Format("2006-01-02 15:04"), " 00:00")
}
