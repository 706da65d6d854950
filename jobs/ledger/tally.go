package ledger

import (
	"context"
	"encoding/json"
	"fmt"
	"time"
)

// Tally is a revision's people, counted when it came in: nobody recounts them for a publication.
type Tally struct {
	People   int            `json:"people"`
	Segments []SegmentTally `json:"segments"` // in the order of the manifest
	Turnover
}

// Turnover is people counted against the revision before, whatever anybody had been told by then.
type Turnover struct {
	Listed  int `json:"listed"`  // were not among its people
	Changed int `json:"changed"` // were, and other data or another certainty is said now
	Left    int `json:"left"`    // were, and are no longer
}

// SegmentTally is the people of one segment. One of several counts in each.
type SegmentTally struct {
	ID     string `json:"id"`
	People int    `json:"people"`

	// Into the segment, within it and out of it; nil: of a first revision, or not kept.
	Turnover *Turnover `json:"turnover"`
}

// Revision is one of a campaign's that is in force, or was.
type Revision struct {
	Number   int
	At       time.Time // when it came in
	Tally    *Tally    // nil: it was not kept
	Verdicts Verdicts  // zero of a first one
}

// Revisions lists those of a campaign, the oldest first.
func (l *Ledger) Revisions(ctx context.Context, campaign string) ([]Revision, error) {
	rows, err := l.read.QueryContext(ctx, `SELECT v.number, v.created_at, v.tally, v.verdicts
		FROM revision v JOIN campaign c ON c.num = v.campaign
		WHERE c.id = ? AND c.complete = 1 AND v.number <= c.revision ORDER BY v.number`, campaign)
	if err != nil {
		return nil, wrapRead(err)
	}
	defer rows.Close()
	var out []Revision
	for rows.Next() {
		var r Revision
		var created int64
		var tally, verdicts []byte
		if err := rows.Scan(&r.Number, &created, &tally, &verdicts); err != nil {
			return nil, wrapRead(err)
		}
		r.At = at(created)
		err := json.Unmarshal(tally, &r.Tally)
		if err == nil {
			err = json.Unmarshal(verdicts, &r.Verdicts)
		}
		if err != nil {
			return nil, fmt.Errorf("revision %d of campaign %q: %w", r.Number, campaign, err)
		}
		out = append(out, r)
	}
	if err := wrapRead(rows.Err()); err != nil || len(out) > 0 {
		return out, err
	}
	return nil, ErrNoCampaign
}

// keepCounts stores what a revision counted.
func (t *tx) keepCounts(num int64, revision int, c ImportCounts) error {
	tally, err := json.Marshal(c.Tally)
	if err != nil {
		return fmt.Errorf("tally: %w", err)
	}
	_, err = t.exec(`UPDATE revision SET row_count = ?, rejects = ?, unaffected = ?, link_names = ?, tally = ?
		WHERE campaign = ? AND number = ?`, c.Rows, c.Rejects, c.Unaffected, c.LinkNames, string(tally), num, revision)
	return err
}
