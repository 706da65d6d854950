package plan

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"

	"oshirase/jobs/recipient"
	"oshirase/jobs/table"
)

// again walks the people a second time, in the order in which they were counted. The error is ErrChanged
// where the files are not what they were.
func (p *Plan) again(ctx context.Context, each func(*Entry) error) error {
	sink := recipient.Sink{Person: func(x any) error { return each(x.(*Entry)) }}
	_, _, err := p.walk(ctx, sink, func(e *Entry) error {
		p.name(e)
		if p.place(e); len(e.strange) > 0 {
			return ErrChanged
		}
		return nil
	})
	if errors.Is(err, table.ErrChanged) {
		return ErrChanged
	}
	return err
}

// Find reads the people until one matches; nil where none does.
func (p *Plan) Find(ctx context.Context, match func(Entry) bool) (*Entry, error) {
	var found *Entry
	enough := errors.New("enough")
	err := p.again(ctx, func(e *Entry) error {
		if !match(*e) {
			return nil
		}
		found = e
		return enough
	})
	if errors.Is(err, enough) {
		err = nil
	}
	return found, err
}

// Match selects a person by reference, in any form that ParseReference takes, or by row:
// "recipients/ap-a.csv:17", data rows counted from 1.
func (p *Plan) Match(person string) func(Entry) bool {
	if row, ok := p.row(person); ok {
		return func(e Entry) bool { return slices.Contains(e.Person.Rows, row) }
	}
	ref, ok := ParseReference(person)
	return func(e Entry) bool { return ok && e.Ref == ref }
}

func (p *Plan) row(text string) (recipient.Row, bool) {
	i := strings.LastIndexByte(text, ':')
	if i < 0 {
		return recipient.Row{}, false
	}
	row, err := strconv.Atoi(text[i+1:])
	file := slices.IndexFunc(p.Files, func(f recipient.FileSummary) bool {
		return f.Name == text[:i]
	})
	return recipient.Row{File: file, Row: row}, err == nil && file >= 0
}
