package ledger

import (
	"context"
	"encoding/json"
	"fmt"
	"time"
)

// HandedFile is a file as it lies at the mail house.
type HandedFile struct {
	Name   string `json:"name"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"` // in hexadecimal; of the ciphertext, where it was encrypted
}

// Handover is one print file's way to the mail house.
type Handover struct {
	PrintFile
	Place string // without a password
	Files []HandedFile
	At    time.Time // zero where it was not handed over yet
	Who   string
	// Stopped says that a batch of its letters is held or cancelled: it is not to be handed over now.
	Stopped bool
}

// Handovers returns the finished print files of a campaign, oldest first, with what was done with them.
func (l *Ledger) Handovers(ctx context.Context, campaign string) ([]Handover, error) {
	files, err := l.PrintFiles(ctx, campaign)
	if err != nil {
		return nil, err
	}
	out := make([]Handover, len(files))
	for i, f := range files {
		out[i] = Handover{PrintFile: f}
		if err := l.readHandover(ctx, &out[i]); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (l *Ledger) readHandover(ctx context.Context, h *Handover) error {
	rows, err := l.read.QueryContext(ctx, `SELECT coalesce(h.at, 0), coalesce(h.place, ''),
			coalesce(h.who, ''), coalesce(h.files, '[]'),
			EXISTS (SELECT 1 FROM piece i JOIN delivery d ON d.id = i.delivery JOIN batch b ON b.id = d.batch
				JOIN campaign c ON c.num = b.campaign WHERE i.print_file = f.id AND (`+stoppedColumn+`))
		FROM print_file f LEFT JOIN handover h ON h.print_file = f.id WHERE f.id = ?`, h.ID)
	if err != nil {
		return wrapRead(err)
	}
	defer rows.Close()
	for rows.Next() {
		var when int64
		var files []byte
		if err := rows.Scan(&when, &h.Place, &h.Who, &files, &h.Stopped); err != nil {
			return wrapRead(err)
		}
		h.At = at(when)
		if err := json.Unmarshal(files, &h.Files); err != nil {
			return fmt.Errorf("handover of %q: %w", h.Name, err)
		}
	}
	return wrapRead(rows.Err())
}

// Hand notes that a print file is whole at the mail house: all its letters are handed, at once. It says
// how many. One that was noted already stays as it is.
func (l *Ledger) Hand(ctx context.Context, campaign string, h Handover, by Operator) (int, error) {
	files, err := json.Marshal(h.Files)
	if err != nil {
		return 0, err
	}
	var n int
	err = l.do(ctx, func(t *tx) error {
		n = 0
		added, err := t.exec(`INSERT INTO handover (print_file, at, place, who, files)
			SELECT id, CAST(? AS BIGINT), ?, ?, ? FROM print_file WHERE id = ? AND bound_at > 0
			ON CONFLICT DO NOTHING`, ms(t.now), tidy(h.Place), tidy(by.Who), string(files), h.ID)
		if err != nil || added == 0 {
			return err
		}
		rs, err := t.rows(`id IN (SELECT delivery FROM piece WHERE print_file = ?) AND state = 'bound'
			ORDER BY id`, h.ID)
		if err != nil {
			return err
		}
		if n, err = t.shiftAll(rs, moveHand, ""); err != nil {
			return err
		}
		return t.journal(campaign, by, "hand over", h.Name+" to "+h.Place, n)
	})
	return n, err
}
