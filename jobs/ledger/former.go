package ledger

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"iter"
	"math"
	"slices"
	"sync"

	"oshirase/jobs/seal"
)

// Formers are the people of a campaign as they stand before its next revision. Find, Have and HasReference may be called on
// several goroutines; what they find people by is read when the first asks.
type Formers struct {
	l        *Ledger
	key      *seal.Key
	num      int64
	Revision int // the one in force
	index    func() (*blindIndex, error)

	Paged     bool // there are messages for the members' page among what they were sent
	PageTells bool // and such a message makes somebody told
	moved     bool // some letters were written again to another address
	several   bool // some people count in the numbers of further batches
}

// Former is one of them.
type Former struct {
	ID       int64
	Ref      string
	Batch    string
	Also     []string // further batches in whose numbers they count, sorted
	Standing Standing
	Data     []byte // plain
	Heard    *Heard // the last that they were told; nil: nothing reached them
	Moved    *Moved // where their letters went when they had come back; nil: none was written again elsewhere
}

// Moved is a person with the address that was found out last, and as they were when letters came back. Both are
// plain.
type Moved struct{ Data, From []byte }

// Heard is what somebody was told. An uncertain delivery counts as told, and so does a letter that is in a print
// file: it cannot be taken back.
type Heard struct {
	Since     int    // the revision that first said so
	Data      []byte // the person with these facts, plain
	Current   bool   // they are in force
	Withdrawn bool   // that they are not affected after all
	Updated   bool   // after something else: by an update
}

// Formers opens the people of a campaign.
func (l *Ledger) Formers(ctx context.Context, campaign string, key *seal.Key) (*Formers, error) {
	c, err := l.Campaign(ctx, campaign)
	if err != nil {
		return nil, err
	}
	f := &Formers{l: l, key: key, num: c.num, Revision: c.Revision}
	f.index = sync.OnceValues(func() (*blindIndex, error) { return l.blindIndex(ctx, c.num) })
	err = l.read.QueryRowContext(ctx, `SELECT page_tells = 1, EXISTS (SELECT 1 FROM counter
			WHERE channel = 'feed' AND n > 0 AND batch IN (SELECT id FROM batch WHERE campaign = c.num)),
			EXISTS (SELECT 1 FROM readdress WHERE delivery >= CAST(? AS BIGINT) AND delivery < CAST(? AS BIGINT)),
			EXISTS (SELECT 1 FROM membership WHERE own = 0 AND batch IN (SELECT id FROM batch WHERE campaign = c.num))
		FROM campaign c WHERE num = ?`, c.num<<idBits, (c.num+1)<<idBits, c.num).Scan(&f.PageTells, &f.Paged, &f.moved,
		&f.several)
	return f, wrapRead(err)
}

// Find returns, by blind index, all people of each of some: whoever is left out would be told again.
func (f *Formers) Find(ctx context.Context, values [][16]byte) (map[[16]byte][]Former, error) {
	ids, err := f.find(ctx, values)
	if err != nil {
		return nil, err
	}
	var all []int64
	for _, some := range ids {
		all = append(all, some...)
	}
	slices.Sort(all)
	people := map[int64]Former{}
	for part := range slices.Chunk(slices.Compact(all), formerPage) {
		some, err := f.read(ctx, part)
		if err != nil {
			return nil, err
		}
		for _, x := range some {
			people[x.ID] = x
		}
	}
	out := make(map[[16]byte][]Former, len(ids))
	for value, some := range ids {
		for _, id := range some {
			if x, is := people[id]; is {
				out[value] = append(out[value], x)
			}
		}
	}
	return out, nil
}

func (f *Formers) find(ctx context.Context, values [][16]byte) (map[[16]byte][]int64, error) {
	index, err := f.index()
	if err != nil {
		return nil, err
	}
	return index.find(ctx, values)
}

// Have returns the ids of those who have any of some values, in no order.
func (f *Formers) Have(ctx context.Context, values [][16]byte) ([]int64, error) {
	found, err := f.find(ctx, values)
	var out []int64
	for _, ids := range found {
		out = append(out, ids...)
	}
	return out, err
}

// HasReference tells whether somebody has a reference already.
func (f *Formers) HasReference(ctx context.Context, ref string) (bool, error) {
	value, err := referenceValue(ref)
	if err != nil {
		return false, err
	}
	ids, err := f.find(ctx, [][16]byte{value})
	return len(ids[value]) > 0, err
}

// formerPage is how many people are read at a time.
const formerPage = 1000

// All walks all of them in the order of their ids.
func (f *Formers) All(ctx context.Context) iter.Seq2[Former, error] {
	return f.Except(ctx, func(int64) bool { return false })
}

// Except walks all of them but those that are known, in the order of their ids.
func (f *Formers) Except(ctx context.Context, known func(id int64) bool) iter.Seq2[Former, error] {
	return func(yield func(Former, error) bool) {
		for after, end := f.num<<idBits, (f.num+1)<<idBits; ; {
			ids, err := f.page(ctx, after, end)
			var page []Former
			if len(ids) > 0 {
				after = ids[len(ids)-1]
				page, err = f.read(ctx, slices.DeleteFunc(slices.Clone(ids), known))
			}
			if err != nil {
				yield(Former{}, err)
				return
			}
			for _, p := range page {
				if !yield(p, nil) {
					return
				}
			}
			if len(ids) == 0 {
				return
			}
		}
	}
}

func (f *Formers) page(ctx context.Context, after, end int64) (ids []int64, err error) {
	rows, err := f.l.read.QueryContext(ctx, `SELECT id FROM person WHERE id > ? AND id < ? AND contact = 0
		ORDER BY id LIMIT ?`, after, end, formerPage)
	if err != nil {
		return nil, wrapRead(err)
	}
	return idsIn(rows)
}

// Contacts are the report contacts of the campaign's batches, by their names.
func (f *Formers) Contacts(ctx context.Context) (map[string]Former, error) {
	rows, err := f.l.read.QueryContext(ctx, `SELECT contact FROM batch WHERE campaign = ? AND contact > 0`, f.num)
	if err != nil {
		return nil, wrapRead(err)
	}
	ids, err := idsIn(rows)
	if err != nil {
		return nil, err
	}
	out := make(map[string]Former, len(ids))
	for part := range slices.Chunk(ids, formerPage) {
		some, err := f.read(ctx, part)
		if err != nil {
			return nil, err
		}
		for _, x := range some {
			out[x.Batch] = x
		}
	}
	return out, nil
}

func idsIn(rows *sql.Rows) (ids []int64, err error) {
	defer rows.Close()
	for rows.Next() {
		var id int64
		if err := rows.Scan(&id); err != nil {
			return nil, wrapRead(err)
		}
		ids = append(ids, id)
	}
	return ids, wrapRead(rows.Err())
}

// read reads people, those that were merged into others left out.
func (f *Formers) read(ctx context.Context, ids []int64) ([]Former, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	rows, err := f.l.bare(ctx, f.key, personColumns+`WHERE p.id `+f.l.d.among+` AND p.standing <> 'merged'
		ORDER BY p.id`, f.l.d.idSet(ids))
	if err != nil {
		return nil, err
	}
	sent, err := f.reached(ctx, ids)
	if err != nil {
		return nil, err
	}
	moved, err := f.readdressed(ctx, ids)
	if err != nil {
		return nil, err
	}
	also, err := f.further(ctx, ids)
	if err != nil {
		return nil, err
	}
	out := make([]Former, len(rows))
	for i, p := range rows {
		out[i] = Former{ID: p.ID, Ref: p.Ref, Batch: p.Batch, Also: also[p.ID], Standing: p.Standing, Data: p.Data,
			Heard: heardBy(&p, sent[p.ID]), Moved: moved[p.ID]}
	}
	return out, nil
}

// further reads, by person, the further batches in whose numbers they count.
func (f *Formers) further(ctx context.Context, ids []int64) (map[int64][]string, error) {
	if !f.several {
		return nil, nil
	}
	rows, err := f.l.read.QueryContext(ctx, `SELECT m.person, b.name FROM membership m JOIN batch b ON b.id = m.batch
		WHERE m.own = 0 AND m.person `+f.l.d.among, f.l.d.idSet(ids))
	if err != nil {
		return nil, wrapRead(err)
	}
	defer rows.Close()
	out := map[int64][]string{}
	for rows.Next() {
		var id int64
		var name string
		if err := rows.Scan(&id, &name); err != nil {
			return nil, wrapRead(err)
		}
		out[id] = append(out[id], name)
	}
	for _, names := range out {
		slices.Sort(names) // as Go does: databases collate
	}
	return out, wrapRead(rows.Err())
}

// readdressed opens, by person, the addresses that letters were written again to, the last of each.
func (f *Formers) readdressed(ctx context.Context, ids []int64) (map[int64]*Moved, error) {
	if !f.moved {
		return nil, nil
	}
	rows, err := f.l.read.QueryContext(ctx, `SELECT p.id, r.sealed,
			coalesce((SELECT sealed FROM past WHERE `+pastOf+`), p.sealed)
		FROM delivery d JOIN readdress r ON r.delivery = d.id JOIN person p ON p.id = d.person
		WHERE d.person `+f.l.d.among+` ORDER BY d.id`, f.l.d.idSet(ids))
	if err != nil {
		return nil, wrapRead(err)
	}
	defer rows.Close()
	out := map[int64]*Moved{}
	for rows.Next() {
		var id int64
		var to, from []byte
		if err := rows.Scan(&id, &to, &from); err != nil {
			return nil, wrapRead(err)
		}
		out[id] = &Moved{}
		if out[id].Data, err = f.key.Open(personPlace(id), to); err == nil {
			out[id].From, err = f.key.Open(personPlace(id), from)
		}
		if err != nil {
			return nil, fmt.Errorf("address of a person: %w", err)
		}
	}
	return out, wrapRead(rows.Err())
}

// reach is a delivery that reached somebody, or may have.
type reach struct {
	revision int
	purpose  string
}

// reached reads, by person, the deliveries that reached them.
func (f *Formers) reached(ctx context.Context, ids []int64) (map[int64][]reach, error) {
	rows, err := f.l.read.QueryContext(ctx, `SELECT person, revision, purpose FROM delivery
		WHERE person `+f.l.d.among+` AND state IN `+oneOf(Sending, Sent, Uncertain, Bound, Handed, Mailed)+
		` AND `+tellingDeliveries, f.l.d.idSet(ids))
	if err != nil {
		return nil, wrapRead(err)
	}
	defer rows.Close()
	out := map[int64][]reach{}
	for rows.Next() {
		var id int64
		var r reach
		if err := rows.Scan(&id, &r.revision, &r.purpose); err != nil {
			return nil, wrapRead(err)
		}
		out[id] = append(out[id], r)
	}
	return out, wrapRead(rows.Err())
}

// heardBy finds the last facts of a person that were told: those of the row, else those of the newest past that
// was.
func heardBy(p *PersonRow, reached []reach) *Heard {
	slices.SortFunc(reached, func(a, b reach) int { return cmp.Compare(b.revision, a.revision) })
	within := func(since, last int) *Heard {
		i := slices.IndexFunc(reached, func(r reach) bool { return r.revision >= since && r.revision <= last })
		if i < 0 {
			return nil
		}
		purpose := reached[i].purpose
		return &Heard{Since: since, Withdrawn: purpose == Withdrawal, Updated: purpose == Update}
	}
	if t := within(p.Since, math.MaxInt); t != nil {
		t.Data, t.Current = p.Data, true
		return t
	}
	for _, x := range slices.Backward(p.Past) {
		if t := within(x.Since, x.Revision); t != nil {
			t.Data = x.Data
			return t
		}
	}
	return nil
}
