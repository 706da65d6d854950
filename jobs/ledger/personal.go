package ledger

import (
	"context"
	"os"
)

// PersonalFile is a file with personal data that this program wrote.
type PersonalFile struct {
	Host string // the machine's name; empty: not known
	Path string // absolute, there
}

// KeepFiles notes files with personal data, by absolute paths on this machine, for the day when they must
// be destroyed. It comes before they are written.
func (l *Ledger) KeepFiles(ctx context.Context, campaign string, paths ...string) error {
	host, err := os.Hostname()
	if err != nil {
		return err
	}
	return l.do(ctx, func(t *tx) error {
		for _, path := range paths {
			_, err := t.exec(`INSERT INTO personal_file (host, path, campaign, made_at)
				SELECT CAST(? AS TEXT), CAST(? AS TEXT), num, CAST(? AS BIGINT) FROM campaign WHERE id = ?
				ON CONFLICT (host, path) DO UPDATE SET campaign = excluded.campaign, made_at = excluded.made_at`,
				tidy(host), tidy(path), ms(t.now), campaign)
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// PersonalFiles are the files with personal data that were noted of a campaign.
func (l *Ledger) PersonalFiles(ctx context.Context, campaign string) ([]PersonalFile, error) {
	rows, err := l.read.QueryContext(ctx, `SELECT f.host, f.path FROM personal_file f
		JOIN campaign c ON c.num = f.campaign WHERE c.id = ? ORDER BY f.host, f.path`, campaign)
	if err != nil {
		return nil, wrapRead(err)
	}
	defer rows.Close()
	var out []PersonalFile
	for rows.Next() {
		var f PersonalFile
		if err := rows.Scan(&f.Host, &f.Path); err != nil {
			return nil, wrapRead(err)
		}
		out = append(out, f)
	}
	return out, wrapRead(rows.Err())
}

// ForgetFile drops the note of a file that was destroyed.
func (l *Ledger) ForgetFile(ctx context.Context, f PersonalFile) error {
	return l.do(ctx, func(t *tx) error {
		_, err := t.exec(`DELETE FROM personal_file WHERE host = ? AND path = ?`, f.Host, f.Path)
		return err
	})
}
