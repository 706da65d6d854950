package plan

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"

	"oshirase/jobs/recipient"
)

// again walks the people a second time. Files that have become unreadable, or name companies that
// were not counted, have changed.
func (p *Plan) again(ctx context.Context, each func(Entry) error) error {
	_, found, err := p.walk(ctx, recipient.Sink{}, func(e Entry) error {
		if len(e.strange) > 0 {
			return ErrChanged
		}
		return each(e)
	})
	if err != nil {
		return err
	}
	if slices.ContainsFunc(found, func(r recipient.Problem) bool { return !r.Warning }) {
		return ErrChanged
	}
	return nil
}

// Find reads the people until one matches; nil where none does.
func (p *Plan) Find(ctx context.Context, match func(Entry) bool) (*Entry, error) {
	var found *Entry
	enough := errors.New("enough")
	err := p.again(ctx, func(e Entry) error {
		if !match(e) {
			return nil
		}
		found = &e
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
