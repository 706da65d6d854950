package main

import (
	"context"
	"errors"
	"io"
	"strings"
	"time"

	"golang.org/x/text/language"

	"oshirase/config/campaign"
	"oshirase/jobs/ledger"
	"oshirase/jobs/office"
	"oshirase/jobs/report"
)

// changeFiles are the forms in which what a revision changed is published. "-" is the standard output.
type changeFiles struct {
	wanted        bool
	revision      int // 0: the one in force
	markdown, csv string
	locale        string // empty: the campaign's own language
}

// check sees that what belongs to the table is not asked for without it.
func (f reportFiles) check() error {
	c := f.changes
	if !c.wanted && (c.markdown != "" || c.csv != "" || c.locale != "" || c.revision != 0) {
		return usage("--markdown, --csv, --locale and --revision are for --changes").hint("add --changes")
	}
	if c.wanted && (f.deliveries != "" || f.untold != "") {
		return usage("--changes writes a table and no lists").hint("ask for the lists without it")
	}
	return nil
}

// reportChanges shows what a revision changed, or writes it for publication: in the words of the one in force.
func (p *program) reportChanges(ctx context.Context, l *ledger.Ledger, id string, f reportFiles) error {
	promises := p.promises(ctx, l, id)
	now, err := l.RevisionOf(ctx, id)
	if err != nil {
		return err
	}
	m, zone, err := promises(now)
	if err != nil {
		return err
	}
	locale, err := language.Parse(m.Locales.Default)
	if f.changes.locale != "" {
		locale, err = language.Parse(f.changes.locale)
	}
	if err != nil {
		return usage("--locale %q is not a language", f.changes.locale).hint("write it like ja, en or zh-Hant")
	}
	if f.changes.locale != "" && !report.HasChangeWords(locale) {
		return usage("there is no table of changes in %q", f.changes.locale).
			hint("languages: %s", strings.Join(report.ChangeLanguages(), ", "))
	}
	c, err := report.ReadChanges(ctx, l, id, f.changes.revision, func(revision int, segment string) string {
		m, _, err := promises(revision)
		if err != nil {
			return ""
		}
		return segmentTitle(m, segment, locale)
	})
	if err != nil {
		return incomparable(id, f.changes.revision, now, err)
	}
	return p.writeChanges(c, c.Publish(locale, m.Title.In(locale.String(), m.Locales.Default), zone), f)
}

// incomparable says why a revision, or with 0 the last one, cannot be held against the one before.
func incomparable(id string, revision, last int, err error) error {
	switch {
	case errors.Is(err, report.ErrNoRevision):
		return failed("%s has had no revision %d", id, revision).hint("the last one is %d", last)
	case errors.Is(err, report.ErrFirstRevision) && revision == 0:
		return failed("%s has had one revision: there is nothing to hold it against", id).
			hint("a further one comes in with: oshirase enqueue FOLDER")
	case errors.Is(err, report.ErrFirstRevision):
		return failed("revision %d is the first of %s: there is nothing to hold it against", revision, id).
			hint("a later one has: oshirase report %s --changes", id)
	}
	return err
}

// promises reads the manifests of revisions. That of a purged campaign is empty: it went with the snapshot.
func (p *program) promises(ctx context.Context, l *ledger.Ledger, id string) func(int) (campaign.Manifest,
	*time.Location, error) {
	offices := office.New(l, p.keys())
	return func(revision int) (campaign.Manifest, *time.Location, error) {
		o, err := offices.At(ctx, id, revision)
		var purged *ledger.PurgedError
		if errors.As(err, &purged) {
			return campaign.Manifest{Locales: campaign.Locales{Default: "en"}}, time.UTC, nil
		}
		if err != nil {
			return campaign.Manifest{}, nil, err
		}
		return o.Book.Folder.Manifest, o.Book.Folder.Location, nil
	}
}

func segmentTitle(m campaign.Manifest, id string, locale language.Tag) string {
	for _, s := range m.Segments {
		if s.ID == id {
			return s.Title.In(locale.String(), m.Locales.Default)
		}
	}
	return ""
}

// writeChanges writes the table in all forms that are asked for, or else shows it.
func (p *program) writeChanges(c report.Changes, t report.Published, f reportFiles) error {
	for _, form := range []struct {
		path  string
		write func(io.Writer) error
	}{
		{f.changes.markdown, t.Markdown}, {f.html, t.HTML},
		{f.changes.csv, func(w io.Writer) error { return t.CSV(w, f.raw) }},
	} {
		var err error
		switch form.path {
		case "":
			continue
		case "-":
			err = form.write(p.out)
		default:
			err = writeOwn(form.path, form.write)
		}
		if err != nil {
			return err
		}
	}
	switch {
	case p.asJSON:
		return p.json(c)
	case f.changes.markdown+f.changes.csv+f.html == "":
		p.table(append([][]string{t.Head}, t.Rows...))
	}
	return nil
}
